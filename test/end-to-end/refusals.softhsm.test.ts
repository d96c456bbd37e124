/** What a run on SoftHSM refuses, with which exit code and which words, and that nothing is touched. */
import assert from "node:assert/strict";
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import type { Ceremony, Ended } from "./ceremony.ts";
import { snapshot } from "./ceremony.ts";
import { copyOf } from "./killed-run.ts";
import { answersText, SMALL_ANSWERS, smallCeremony } from "./small-ceremony.ts";

const prepared = smallCeremony();
const finished = copyOf(prepared);
assert.equal(finished.run().exit, 0);
/** The serial that SoftHSM gave the token. */
const SERIAL = /"serial":"([0-9a-f]{16})"/.exec(finished.read("record", "artifacts", "register.json"))?.[1] ?? "";
/** A second ceremony on the token of the first. */
const again = onExistingToken();

function onExistingToken(): Ceremony {
  const ceremony = copyOf(prepared);
  cpSync(finished.path("tokens"), ceremony.path("tokens"), { recursive: true });
  ceremony.edit("script.yaml", "- initialize-token:", "- inspect-token:   ").edit("station.yaml", "uninitialized", `"${SERIAL}"`).edit("station.yaml", /\n *so-pin: .*/, "");
  writeFileSync(ceremony.path("answers.yaml"), answersText({ ...SMALL_ANSWERS, 2: [] }, ["go-on"]));
  return ceremony;
}

function copyOfAgain(): Ceremony {
  const copy = copyOf(again);
  cpSync(again.path("tokens"), copy.path("tokens"), { recursive: true });
  return copy;
}

function assertFault({ exit, stderr }: Ended, code: number, fault: RegExp, hint: RegExp): void {
  assert.equal(exit, code, stderr);
  assert.match(stderr, fault);
  assert.match(stderr, new RegExp(`^hint: .*${hint.source}`, "m"));
}

/** A change of the station or the host, and what `run` says of it. Nothing is made on the token. */
const HOST: readonly (readonly [name: string, change: (ceremony: Ceremony) => void, exit: number, fault: RegExp, hint: RegExp])[] = [
  ["a module that is not there", (ceremony) => ceremony.edit("station.yaml", /module: .*/, "module: /nowhere/module.so"), 4, /hsm-module: cannot read the PKCS#11 module \/nowhere\/module\.so/, /check the path in the station/],
  ["a module that is none", (ceremony) => ceremony.edit("station.yaml", /module: .*/, "module: /etc/passwd"), 4, /hsm-module: expected a PKCS#11 module .* found something else at \/etc\/passwd/, /name the vendor's PKCS#11 module/],
  ["a configuration that is not there", (ceremony) => rmSync(ceremony.path("softhsm2.conf")), 4, /hsm-configuration: expected SOFTHSM2_CONF to name a file, found nothing at .*softhsm2\.conf/, /check the path in the station file/],
  ["a configuration that is a folder", (ceremony) => { rmSync(ceremony.path("softhsm2.conf")); mkdirSync(ceremony.path("softhsm2.conf")); }, 4, /hsm-configuration: .*found folder at/, /check the path in the station file/],
  ["a configuration that says nothing of use", (ceremony) => writeFileSync(ceremony.path("softhsm2.conf"), "directories.tokendir = /nowhere\n"), 4, /hsm-configuration: .*CKR_GENERAL_ERROR/, /SOFTHSM2_CONF must name a readable file/],
  ["a PIN file that others may read", (ceremony) => chmodSync(ceremony.path("pin.txt"), 0o644), 4, /hsm-pin-source: .*expected mode 0600 or stricter, found 0644/, /mode 0600/],
  ["an SO PIN file that others may read", (ceremony) => chmodSync(ceremony.path("so-pin.txt"), 0o640), 4, /hsm-pin-source: .*found 0640/, /mode 0600/],
  ["a PIN file that is not there", (ceremony) => rmSync(ceremony.path("pin.txt")), 4, /hsm-pin-source: .*ENOENT/, /PIN file/],
  ["a PIN that the token does not take", (ceremony) => writeFileSync(ceremony.path("pin.txt"), "12\n"), 4, /hsm-pin-source: expected a user PIN of 4 to 255 octets/, /the token has not seen it/],
];

test("PIN files and configuration are looked at before the people are called together", () => {
  for (const spoil of ["pin.txt", "so-pin.txt", "softhsm2.conf"]) {
    const ceremony = copyOf(prepared);
    rmSync(ceremony.path(spoil));
    assert.equal(ceremony.run().exit, 4);
    assert.doesNotMatch(ceremony.read("record", "transcript.jsonl"), /"kind":"request"/, spoil);
  }
});

for (const [name, change, exit, fault, hint] of HOST) {
  test(`${name}: exit ${exit} with its code and a hint, and no token is made`, () => {
    const ceremony = copyOf(prepared);
    change(ceremony);
    assertFault(ceremony.run(), exit, fault, hint);
    assert.ok(ceremony.tokenFolderIsEmpty());
  });
}

test("a second ceremony on a token with keys leaves those keys as they are, and accounts for all of them; that another ceremony was held there is for people to decide [TOKEN-INVENTORY] [KEY-ID-FRESH] [TOKEN-HEAD]", () => {
  const ceremony = copyOfAgain();
  assert.equal(ceremony.run().exit, 8, "what people decided is an exception");
  assert.deepEqual(ceremony.register().exceptions, [{ about: "unknown-head", by: "alice", choice: "go-on", kind: "decided", name: "vault", step: 2 }]);
  for (const id of ["alice", "dan"]) assert.equal(ceremony.seal(id).exit, 0);
  assert.equal(ceremony.replay("--roster", "roster").exit, 0);
});

test("a serial that no token has: exit 4, hsm-no-token, and those that are there are named", () => {
  const ceremony = copyOfAgain().edit("station.yaml", SERIAL, "00000000deadbeef");
  assertFault(ceremony.run(), 4, new RegExp(`hsm-no-token: .*00000000deadbeef.*${SERIAL}`), /compare the serial printed on it/);
});

test("a wrong PIN: exit 4, hsm-login with the PKCS#11 word, one try spent; the right one goes on to the end", () => {
  const ceremony = copyOfAgain();
  const pin = ceremony.read("pin.txt");
  writeFileSync(ceremony.path("pin.txt"), "wrong-pin\n");
  assertFault(ceremony.run(), 4, /hsm-login: token vault refused the PIN \(CKR_PIN_INCORRECT/, /PIN/);
  const refused = () => ceremony.facts().filter(({ event }) => event?.name === "login-refused").length;
  assert.equal(refused(), 1, "nothing is tried again by itself");
  writeFileSync(ceremony.path("pin.txt"), pin);
  assert.equal(ceremony.run().exit, 8, "the token was used by another ceremony, and people decided to go on");
  assert.equal(refused(), 1);
});

test("a finished record is refused, exit 3, and not one octet of it changes", () => {
  const before = snapshot(finished.inRecord());
  assertFault(finished.run(), 3, /record-finished/, /nothing was changed/);
  assert.deepEqual(snapshot(finished.inRecord()), before);
});

test("a folder that holds something else is no place for a record: exit 3, nothing is written, no token is touched", () => {
  for (const [name, file] of [["other", "record/note.txt"], ["script", "record/script.yaml"]] as const) {
    const ceremony = copyOf(prepared);
    mkdirSync(ceremony.inRecord());
    writeFileSync(ceremony.path(file), name);
    const before = snapshot(ceremony.inRecord());
    assertFault(ceremony.run(), 3, /record-exists: expected an empty or absent folder/, /name a new folder/);
    assert.deepEqual([snapshot(ceremony.inRecord()), ceremony.tokenFolderIsEmpty()], [before, true]);
  }
});

test("a record below a file cannot be written: exit 3, no token is touched", () => {
  const ceremony = copyOf(prepared);
  const ended = ceremony.call("run", "script.yaml", "--record", "pin.txt/record", "--station", "station.yaml", "--answers", "answers.yaml");
  assertFault(ended, 3, /record-write: cannot write/, /nothing is signed while the record cannot be written/);
  assert.ok(ceremony.tokenFolderIsEmpty());
});

/** A ceremony that was begun and waits, before any effect: its PIN file is open to others. */
function begun(): Ceremony {
  const ceremony = copyOf(prepared);
  chmodSync(ceremony.path("pin.txt"), 0o644);
  assert.equal(ceremony.run().exit, 4);
  chmodSync(ceremony.path("pin.txt"), 0o600);
  return ceremony;
}

test("on resume a SCRIPT that differs by one octet is refused, exit 3, and so is another station; the same ones go on", () => {
  const ceremony = begun();
  const [script, station, before] = [ceremony.read("script.yaml"), ceremony.read("station.yaml"), snapshot(ceremony.inRecord())];
  ceremony.edit("script.yaml", /$/, "\n");
  assertFault(ceremony.run(), 3, /script-differs/, /for another script, name another record/);
  writeFileSync(ceremony.path("script.yaml"), script);
  ceremony.edit("station.yaml", /$/, "# moved\n");
  assert.equal(ceremony.run().exit, 3);
  assert.deepEqual(snapshot(ceremony.inRecord()), before, "a refused resume writes nothing");
  writeFileSync(ceremony.path("station.yaml"), station);
  assert.equal(ceremony.run().exit, 0);
});

test("on resume the record's own inputs count: what lies beside the script may be gone", () => {
  const ceremony = begun();
  rmSync(ceremony.path("requests"), { recursive: true });
  rmSync(ceremony.path("people"), { recursive: true });
  assert.equal(ceremony.run().exit, 0);
});

test("answers are refused for a production ceremony, at the place of its assurance: exit 3, no record, no token [TOKEN-ASSURANCE]", () => {
  const ceremony = copyOf(prepared).edit("script.yaml", "assurance: test", "assurance: production");
  const { exit, stderr } = ceremony.run();
  assert.equal(exit, 3);
  assert.match(stderr, /^script\.yaml:3:12: assurance: a production ceremony is answered by people, not by a file \[TOKEN-ASSURANCE\]$/m);
  assert.deepEqual([existsSync(ceremony.inRecord()), ceremony.tokenFolderIsEmpty()], [false, true]);
});

test("answers that do not fit the question are usage, exit 2, say what was asked, and may be mended on resume", () => {
  const ceremony = smallCeremony({ 2: ["initialise"] });
  const ended = ceremony.run();
  assert.equal(ended.exit, 2);
  assert.match(ended.stderr, /usage-answers: answers of step 2: asked for initialize vault, expected initialize.*found "initialise"/);
  assert.ok(ceremony.tokenFolderIsEmpty());
  writeFileSync(ceremony.path("answers.yaml"), answersText(SMALL_ANSWERS));
  assert.equal(ceremony.run().exit, 0);
});
