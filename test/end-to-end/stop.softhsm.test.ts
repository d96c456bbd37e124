/** People may stop a ceremony at any prompt; what was done until then is sealed, reproducible and accounted for. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { test } from "node:test";
import type { Ceremony, Ended } from "./ceremony.ts";
import { smallCeremony } from "./small-ceremony.ts";
import { stoppedRecord } from "./stopped-record.ts";

const STOP = "{ stop: the lamp went out, by: alice }";

function sealAndReplay(ceremony: Ceremony): Ended {
  for (const id of ["alice", "dan"]) assert.equal(ceremony.seal(id).exit, 0);
  return ceremony.replay("--roster", "roster");
}

function seal(ceremony: Ceremony): string {
  return ceremony.read("record", "seal.txt");
}

test("a stop at roll call touches no token: exit 5, and the record is sealed by people as stopped", () => {
  const ceremony = smallCeremony({ 1: [STOP] });
  const ended = ceremony.run();
  assert.equal(ended.exit, 5, ended.stderr);
  assert.ok(ceremony.tokenFolderIsEmpty());
  assert.match(seal(ceremony), /^token-signature: none\noutcome: stopped\n/m);
  assert.ok(!existsSync(ceremony.inRecord("signatures", "transcript-key.p7s")));
  const replayed = sealAndReplay(ceremony);
  assert.equal(replayed.exit, 0, replayed.stdout);
  assert.match(replayed.stdout, /rebuilt {3}stopped: /);
  assert.match(replayed.stdout, /exception step 1: stopped by alice: the lamp went out/);
});

test("a stop after a key was generated is exit 8: the key is parked, inventory and register are made, people seal it, replay is exit 0 [TOKEN-INVENTORY]", () => {
  const { ceremony, ended } = stoppedRecord();
  assert.equal(ended.exit, 8, ended.stderr);
  const register = ceremony.register();
  assert.deepEqual([register.outcome, register.keys.map(({ key, state }) => [key, state])], ["stopped", [["root", "parked"], ["transcript", "parked"]]]);
  assert.deepEqual(register.certificates.map(({ name }) => name), ["root-ca"]);
  assert.match(seal(ceremony), /^token-signature: none\noutcome: stopped\n/m);
  const replayed = ceremony.replay("--roster", "roster");
  assert.equal(replayed.exit, 0, replayed.stdout);
  assert.match(replayed.stdout, /STOPPED, authentic, pinned\n$/);
});

test("a stop after the transcript key has its certificate is sealed by the token as well", () => {
  const ceremony = smallCeremony({ 7: [STOP] });
  assert.equal(ceremony.run().exit, 8);
  assert.match(seal(ceremony), /^token-signature: transcript-key.p7s\noutcome: stopped\n/m);
  assert.ok(existsSync(ceremony.inRecord("signatures", "transcript-key.p7s")));
  assert.ok(ceremony.register().keys.every(({ state }) => state === "parked"));
  const replayed = sealAndReplay(ceremony);
  assert.equal(replayed.exit, 0, replayed.stdout);
  assert.match(replayed.stdout, /the transcript key on the token/);
});

test("a stop between initialising and generating leaves an empty token: exit 8, replay exit 0", () => {
  const ceremony = smallCeremony({ 3: [STOP] });
  assert.equal(ceremony.run().exit, 8);
  assert.deepEqual([ceremony.register().keys, readdirSync(ceremony.inRecord("artifacts"))], [[], ["register.json"]]);
  assert.equal(sealAndReplay(ceremony).exit, 0);
});

test("too few people at roll call stop the ceremony before any effect: exit 5, and the exception names the control [ROLL-CALL-QUORUM]", () => {
  const ceremony = smallCeremony({ 1: ["[alice, bob]", "agree"] });
  const ended = ceremony.run();
  assert.equal(ended.exit, 5, ended.stderr);
  assert.ok(ceremony.tokenFolderIsEmpty());
  assert.deepEqual(ceremony.register().exceptions, [{ control: "ROLL-CALL-QUORUM", kind: "control", step: 1 }]);
});

test("a stopped record is not gone on with: run again is refused, and nothing is changed", () => {
  const { ceremony } = stoppedRecord();
  const ended = ceremony.run();
  assert.equal(ended.exit, 3);
  assert.match(ended.stderr, /record-finished/);
});
