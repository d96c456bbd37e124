import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { fromUtf8, toUtf8 } from "../../src/bytes/text.ts";
import { readRoster, writeAllowedSigners } from "../../src/transcript/roster.ts";
import { publicKeyLine, readPublicKeyLine } from "../../src/transcript/sshkey.ts";
import { KeyFolder, SSH_SKIP } from "./keygen.ts";

const MESSAGE = toUtf8("origin: anchorite-record/1\n");
const NAMESPACE = "anchorite-seal-approved";

suite("rosters", { skip: SSH_SKIP }, () => {
  const folder = new KeyFolder();
  let line = "";
  let key = "";
  before(() => {
    line = folder.make("alice", "ed25519");
    key = publicKeyLine(readPublicKeyLine(line));
  });
  after(() => folder.remove());

  test("reads entries, comments, empty lines and times in UTC", () => {
    const text = `# the people of 2026\n\nalice namespaces="a,b" ${key} alice@example\nbob-2 valid-after="20260102Z",namespaces="a",valid-before="202612312359Z" ${key}\ncarol namespaces="a",valid-before="20280229235958Z" ${key}\n`;
    const [alice, bob, carol, ...others] = readRoster(toUtf8(text));
    assert.deepEqual(others, []);
    assert.deepEqual({ principal: alice?.principal, namespaces: alice?.namespaces, line: alice?.line, comment: alice?.key.comment }, { principal: "alice", namespaces: ["a", "b"], line: 3, comment: "alice@example" });
    assert.equal(alice !== undefined && ("validAfter" in alice || "validBefore" in alice), false);
    assert.deepEqual([bob?.principal, bob?.validAfter, bob?.validBefore, bob?.line], ["bob-2", "2026-01-02T00:00:00Z", "2026-12-31T23:59:00Z", 4]);
    assert.equal(carol?.validBefore, "2028-02-29T23:59:58Z");
  });

  test("refuses what would mean something else elsewhere, and names the line", () => {
    const others = [
      `alice ${key}`, `alice cert-authority,namespaces="a" ${key}`, `alice namespaces="a",cert-authority ${key}`, `alice namespaces=a ${key}`, `alice namespaces="*" ${key}`,
      `alice namespaces="a,!b" ${key}`, `alice namespaces="" ${key}`, `alice namespaces="a,,b" ${key}`, `alice namespaces="a",namespaces="b" ${key}`, `alice namespaces="a" , ${key}`,
      `alice namespaces="a"valid-after="20260101Z" ${key}`, `alice namespaces="a",zone="x" ${key}`, `Alice namespaces="a" ${key}`, `alice,bob namespaces="a" ${key}`, `* namespaces="a" ${key}`,
      `alice@example.com namespaces="a" ${key}`, ` alice namespaces="a" ${key}`, `alice  namespaces="a" ${key}`, `alice namespaces="a" ${key.slice(0, -4)}`, `alice namespaces="a" ssh-dss AAAA`,
      `alice namespaces="a" ${key}\r`, `alice namespaces="a b" ${key}`, `alice namespaces="a`, `alice namespaces="a,b ${key}`, "alice", `alice namespaces="a" `, `alice,namespaces="a" ${key}`, `alice namespaces="a",${key}`,
      ...["20260101", "202601010000", "20260230Z", "20261301Z", "20260100Z", "2026010124Z", "202601012400Z", "202601016000Z", "20270229Z", "21000229Z", "2026-01-01Z", "", "Z"].map((time) => `alice namespaces="a",valid-after="${time}" ${key}`),
      `alice namespaces="a",valid-after="20260102Z",valid-before="20260101Z" ${key}`,
    ];
    for (const other of others) assert.throws(() => readRoster(toUtf8(`# one\n${other}\n`)), { name: "Fault", code: "form-roster", message: /^line 2 / }, JSON.stringify(other));
  });

  test("refuses a roster that is no text or too long", () => {
    assert.throws(() => readRoster(Uint8Array.of(0xff)), { name: "Fault", code: "form-utf8" });
    assert.throws(() => readRoster(new Uint8Array(1_000_001).fill(0x23)), { name: "Fault", code: "form-roster" });
  });

  test("allowed_signers is the same whatever the order, and reads back", () => {
    const bob = folder.make("bob", "ecdsa -b 256");
    const people = [{ id: "bob", publicKeyLine: bob, namespaces: ["a"] }, { id: "alice", publicKeyLine: line, namespaces: ["a", "b"] }];
    const bytes = writeAllowedSigners(people);
    assert.equal(fromUtf8(bytes), `alice namespaces="a,b" ${key}\nbob namespaces="a" ${publicKeyLine(readPublicKeyLine(bob))}\n`);
    assert.deepEqual(writeAllowedSigners(people.toReversed()), bytes);
    assert.deepEqual(readRoster(bytes).map(({ principal }) => principal), ["alice", "bob"]);
    assert.throws(() => writeAllowedSigners([{ id: "a b", publicKeyLine: line, namespaces: ["a"] }]), { name: "Fault", code: "form-roster" });
    assert.throws(() => writeAllowedSigners([{ id: "alice", publicKeyLine: line, namespaces: [] }]), { name: "Fault", code: "form-roster" });
  });

  test("ssh-keygen verifies under an allowed_signers file of ours, for its person and its namespaces only", () => {
    const allowed = writeAllowedSigners([{ id: "alice", publicKeyLine: line, namespaces: [NAMESPACE, "anchorite-addendum"] }]);
    const armour = folder.sign("alice", NAMESPACE, MESSAGE);
    assert.ok(folder.verifies(allowed, "alice", NAMESPACE, armour, MESSAGE));
    assert.equal(folder.verifies(allowed, "bob", NAMESPACE, armour, MESSAGE), false);
    assert.equal(folder.verifies(allowed, "alice", "file", folder.sign("alice", "file", MESSAGE), MESSAGE), false);
  });

  test("ssh-keygen and the reader agree on when a key may sign: both ends included", () => {
    const roster = toUtf8(`alice namespaces="${NAMESPACE}",valid-after="20260102030405Z",valid-before="20260203040506Z" ${key}\n`);
    const [entry] = readRoster(roster);
    const armour = folder.sign("alice", NAMESPACE, MESSAGE);
    const at = (time: string): boolean => folder.verifies(roster, "alice", NAMESPACE, armour, MESSAGE, `-Overify-time=${time}`);
    assert.deepEqual(["20260102030404Z", "20260102030405Z", "20260203040506Z", "20260203040507Z"].map(at), [false, true, true, false]);
    assert.deepEqual([entry?.validAfter, entry?.validBefore], ["2026-01-02T03:04:05Z", "2026-02-03T04:05:06Z"]);
  });
});
