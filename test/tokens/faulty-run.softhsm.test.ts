/** Whole runs over the module of faults: however the token fails, the record is whole, says what happened, and replays. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { writeFileSync } from "node:fs";
import { Ceremony } from "../end-to-end/ceremony.ts";
import { SMALL_ANSWERS, answersText, smallCeremony } from "../end-to-end/small-ceremony.ts";
import { SOFTHSM } from "../hsm/softhsm-room.ts";
import { faultModule } from "./faulty.ts";

let module: string;
before(() => {
  module = faultModule();
});

/** A ceremony whose token is behind the module, which has these faults from its first call on. */
function faulty(...lines: readonly string[]): Ceremony {
  const ceremony = smallCeremony();
  ceremony.edit("station.yaml", /module: .*/, `module: ${module}`);
  ceremony.edit("station.yaml", /environment: .*/, `environment: { SOFTHSM2_CONF: { file: softhsm2.conf }, ANCHORITE_FAULT_MODULE: "${SOFTHSM}", ANCHORITE_FAULTS: { file: faults } }`);
  writeFileSync(ceremony.path("faults"), lines.map((line) => `${line}\n`).join(""));
  // whatever people are asked after a fault: the outcome is not known, so the ceremony is stopped
  writeFileSync(ceremony.path("answers.yaml"), answersText(SMALL_ANSWERS, ["stop", "leave", "destroy"]));
  return ceremony;
}

const outcomes = (ceremony: Ceremony, kind: string): string[] => ceremony.facts().flatMap((fact) => {
  const { observation } = fact as unknown as { observation?: { kind: string; outcome: string } };
  return observation?.kind === kind ? [observation.outcome] : [];
});

function assertSealable(ceremony: Ceremony): void {
  for (const id of ["alice", "dan"]) assert.equal(ceremony.seal(id).exit, 0);
  const { exit, stdout } = ceremony.replay("--roster", "roster");
  assert.equal(exit, 0, stdout);
  assert.match(stdout, /^STOPPED, authentic, pinned/m);
}

test("H2: a wrong signature ends the ceremony as stopped, sealed and replayed; nothing by it is kept [SIGNATURE-VERIFIED]", () => {
  const ceremony = faulty("C_Sign 3 flip");
  const { exit, stderr } = ceremony.run();
  assert.equal(exit, 8, stderr);
  assert.ok(outcomes(ceremony, "sign").includes("wrong"), outcomes(ceremony, "sign").join(" "));
  assertSealable(ceremony);
});

test("H3: a signature by another key of the token is wrong, and the ceremony ends as stopped [SIGNATURE-VERIFIED]", () => {
  const ceremony = faulty("C_SignInit 3 other");
  assert.equal(ceremony.run().exit, 8);
  assert.ok(outcomes(ceremony, "sign").includes("wrong"));
  assertSealable(ceremony);
});

test("H5, H6: a token that says a new key can be extracted, or was not made there, ends the ceremony as stopped, its key parked [KEY-NEVER-EXTRACTABLE, KEY-LOCAL]", () => {
  const ceremony = faulty("C_GetAttributeValue * lie 0x162 01");
  const { exit, stderr } = ceremony.run();
  assert.equal(exit, 8, stderr);
  const { keys } = ceremony.register() as unknown as { keys: readonly { key: string; state: string }[] };
  assert.deepEqual(keys.map(({ key, state }) => `${key} ${state}`), ["root parked"]);
  assertSealable(ceremony);
});

test("H1: a device that fails in the middle of a signature leaves it unknown: the serial number is burned and what may exist is in the register", () => {
  const ceremony = faulty("C_Sign 4 after 0x30");
  const { exit, stderr } = ceremony.run();
  assert.equal(exit, 8, stderr);
  assert.ok(outcomes(ceremony, "sign").includes("unknown"));
  const { possiblyIssued } = ceremony.register() as unknown as { possiblyIssued: readonly { burned: string }[] };
  assert.equal(possiblyIssued.length, 1);
  assertSealable(ceremony);
});
