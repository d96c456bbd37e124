import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import fc from "fast-check";
import { toUtf8 } from "../../src/bytes/text.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { judgeSeal, meetsQuorum, namespaceOf, ROLES, type Role, type SealJudgement, type SealQuestion, type Sealer, type Threshold } from "../../src/transcript/quorum.ts";
import { readRoster, writeAllowedSigners } from "../../src/transcript/roster.ts";
import { publicKeyLine, readPublicKeyLine, sshFingerprint } from "../../src/transcript/sshkey.ts";
import { emptySeats } from "../../src/transcript/seats.ts";
import { KeyFolder, SSH_SKIP } from "./keygen.ts";

const SEAL = toUtf8("origin: anchorite-record/1\n");
const AT = "2026-11-20T10:00:00Z";
const PEOPLE = [["alice", "administrator"], ["bob", "operator"], ["carol", "operator"], ["dan", "witness"], ["erin", "auditor"]] as const;
const QUORUM: readonly Threshold[] = [{ count: 1, role: "administrator" }, { count: 1, role: "witness" }];

suite("seals", { skip: SSH_SKIP }, () => {
  const folder = new KeyFolder();
  const people: Sealer[] = [];
  before(() => {
    for (const [id, role] of PEOPLE) people.push({ id, role, name: `${id} Example`, key: readPublicKeyLine(folder.make(id, "ed25519")) });
    folder.make("mallory", "ed25519");
  });
  after(() => folder.remove());

  const person = (id: string): Sealer => people.find((one) => one.id === id) ?? assert.fail(id);
  const signed = (id: string, namespace: string = namespaceOf(person(id).role), key = id) => ({ file: `signatures/${id}.sig`, id, armour: folder.sign(key, namespace, SEAL) });
  const judge = (ids: readonly string[], change: Partial<SealQuestion> = {}): SealJudgement =>
    judgeSeal({ quorum: QUORUM, people, roster: null, signatures: ids.map((id) => signed(id)), seal: SEAL, sealedAt: AT, ...change });
  const rosterOf = (...lines: readonly string[]) => readRoster(toUtf8(lines.map((line) => `${line}\n`).join("")));
  const rosterLine = (id: string, options = "", namespaces: string = namespaceOf(person(id).role), key = id): string => `${id} namespaces="${namespaces}"${options} ${publicKeyLine(person(key).key)}`;

  test("a seal that the people of the quorum signed is met, and every claim holds [SEAL-QUORUM]", () => {
    const { signedBy, missing, wrong, claims } = judge(["alice", "dan"]);
    assert.deepEqual({ missing, wrong }, { missing: [], wrong: [] });
    assert.deepEqual(signedBy, [
      { id: "alice", name: "alice Example", role: "administrator", namespace: "anchorite-seal-approved", fingerprint: sshFingerprint(person("alice").key.blob) },
      { id: "dan", name: "dan Example", role: "witness", namespace: "anchorite-seal-witnessed", fingerprint: sshFingerprint(person("dan").key.blob) },
    ]);
    assert.deepEqual(claims.map((claim) => [claim.where, claimHolds(claim)]), [["signatures/alice.sig", true], ["signatures/dan.sig", true]]);
  });

  test("another seal.txt under the same signatures leaves no claim that holds [SEAL-QUORUM]", () => {
    const { claims } = judge(["alice", "dan"], { seal: toUtf8("origin: anchorite-record/1\r\n") });
    assert.deepEqual(claims.map(claimHolds), [false, false]);
  });

  test("says what is missing and who could give it [SEAL-QUORUM]", () => {
    assert.deepEqual(judge([]).missing, ["1 of administrator (alice Example as alice could sign) [SEAL-QUORUM]", "1 of witness (dan Example as dan could sign) [SEAL-QUORUM]"]);
    assert.deepEqual(judge(["alice", "erin"]).missing, ["1 of witness (dan Example as dan could sign) [SEAL-QUORUM]"]);
    assert.deepEqual(judge(["alice"], { quorum: [{ count: 2, role: "operator" }] }).missing, ["2 of operator (bob Example as bob or carol Example as carol could sign) [SEAL-QUORUM]"]);
    assert.deepEqual(judge(["dan"], { quorum: [{ count: 2, role: "witness" }] }).missing, ["1 of witness (nobody of the plan could still sign) [SEAL-QUORUM]"]);
    assert.deepEqual(judge([], { quorum: [] }).missing, []);
    assert.equal(judge([], { quorum: [{ count: 1e9, role: "any" }] }).missing.length, 1);
  });

  const wrongs = (judgement: SealJudgement): string => {
    assert.equal(judgement.wrong.length, 1);
    assert.match(judgement.wrong[0] ?? "", / \[SEAL-QUORUM\]$/);
    assert.ok(judgement.missing.length > 0);
    assert.equal(judgement.claims.length, judgement.signedBy.length);
    return judgement.wrong[0] ?? "";
  };

  test("a file named for one person but signed by another's key is wrong [SEAL-QUORUM]", () => {
    assert.match(wrongs(judge([], { signatures: [signed("dan"), signed("alice", "anchorite-seal-approved", "bob")] })), /signatures\/alice.sig: expected the key that the plan gives alice .*found that of bob, SHA256:/);
    assert.match(wrongs(judge([], { signatures: [signed("dan"), signed("alice", "anchorite-seal-approved", "mallory")] })), /found SHA256:/);
  });

  test("a signature under the namespace of another role or purpose is wrong [SEAL-QUORUM]", () => {
    assert.match(wrongs(judge([], { signatures: [signed("alice"), signed("dan", "anchorite-seal-approved")] })), /expected the namespace anchorite-seal-witnessed of the role witness, found "anchorite-seal-approved"/);
    assert.match(wrongs(judge([], { signatures: [signed("dan"), signed("alice", "anchorite-plan-approved")] })), /found "anchorite-plan-approved"/);
  });

  test("a person whom the plan does not know, or a file that is no signature, is wrong [SEAL-QUORUM]", () => {
    assert.match(wrongs(judge([], { signatures: [{ ...signed("alice"), id: "mallory" }, signed("dan")] })), /person of the plan, found one named "mallory"/);
    assert.match(wrongs(judge([], { signatures: [{ ...signed("alice"), armour: toUtf8("yes\n") }, signed("dan")] })), /BEGIN SSH SIGNATURE/);
    assert.match(wrongs(judge([], { signatures: [{ ...signed("alice"), armour: Uint8Array.of(0xff) }, signed("dan")] })), /UTF-8/);
  });

  test("T20, P1: one person signs once, and two people need two keys [SEAL-QUORUM]", () => {
    const quorum = [{ count: 2, role: "operator" }] as const;
    assert.match(wrongs(judge(["bob", "bob"], { quorum })), /found a second of bob/);
    const twins = people.map((one) => (one.id === "carol" ? { ...one, key: person("bob").key } : one));
    const signatures = [signed("bob"), signed("carol", "anchorite-seal-approved", "bob")];
    assert.match(wrongs(judge([], { quorum, people: twins, signatures })), /expected distinct keys, found that of bob again/);
    assert.deepEqual(judge(["bob", "carol"], { quorum }).missing, []);
  });

  test("under a roster only its people, keys and namespaces count [SEAL-QUORUM]", () => {
    const dan = rosterLine("dan");
    assert.deepEqual(judge(["alice", "dan"], { roster: rosterOf(rosterLine("alice"), dan) }).wrong, []);
    assert.match(wrongs(judge(["alice", "dan"], { roster: rosterOf(dan) })), /expected alice in the roster/);
    assert.match(wrongs(judge(["alice", "dan"], { roster: rosterOf(dan, rosterLine("alice", "", "anchorite-seal-approved", "bob")) })), /expected the roster's key of alice/);
    assert.match(wrongs(judge(["alice", "dan"], { roster: rosterOf(dan, rosterLine("alice", "", "anchorite-seal-witnessed,file")) })), /to allow alice the namespace anchorite-seal-approved, found anchorite-seal-witnessed, file/);
    assert.deepEqual(judge(["alice", "dan"], { roster: [] }).signedBy, []);
  });

  test("under a roster a key counts within its time, both ends included [SEAL-QUORUM]", () => {
    const roster = (options: string) => ({ roster: rosterOf(rosterLine("dan"), rosterLine("alice", options)) });
    for (const options of [',valid-after="20261120100000Z"', ',valid-before="20261120100000Z"', ',valid-after="20260101Z",valid-before="20270101Z"']) assert.deepEqual(judge(["alice", "dan"], roster(options)).wrong, [], options);
    for (const options of [',valid-after="20261120100001Z"', ',valid-before="20261120095959Z"']) assert.match(wrongs(judge(["alice", "dan"], roster(options))), /valid at 2026-11-20T10:00:00Z, found line 2 outside its time/);
    const renewed = { roster: rosterOf(rosterLine("alice", ',valid-before="20250101Z"'), rosterLine("alice", ',valid-after="20250101Z"'), rosterLine("dan")) };
    assert.deepEqual(judge(["alice", "dan"], renewed).wrong, []);
  });

  test("the record's own allowed_signers serves as its roster", () => {
    const bytes = writeAllowedSigners(people.map(({ id, role, key }) => ({ id, publicKeyLine: publicKeyLine(key), namespaces: [namespaceOf(role)] })));
    const { missing, wrong } = judge(["alice", "dan"], { roster: readRoster(bytes) });
    assert.deepEqual({ missing, wrong }, { missing: [], wrong: [] });
  });
});

test("one person fills one seat, and moves where that leaves nobody standing [SEAL-QUORUM]", () => {
  const crew = (...roles: readonly Role[]) => roles.map((role) => ({ role }));
  const any: Threshold = { count: 1, role: "any" };
  const witness: Threshold = { count: 1, role: "witness" };
  assert.equal(meetsQuorum([any, witness], crew("witness")), false);
  assert.equal(meetsQuorum([any, witness], crew("witness", "operator")), true);
  assert.equal(meetsQuorum([any, witness], crew("operator", "witness")), true);
  assert.equal(meetsQuorum([witness, witness], crew("witness")), false);
  assert.equal(meetsQuorum([witness, witness], crew("witness", "witness")), true);
  assert.equal(meetsQuorum([{ count: 2, role: "any" }, witness], crew("operator", "witness")), false);
  assert.deepEqual(emptySeats([{ count: 2, role: "any" }, witness], crew("operator", "witness")), [1, 0]);
  assert.equal(meetsQuorum([], []), true);
});

test("seats are filled as well as trying every order could [SEAL-QUORUM]", () => {
  const role = fc.constantFrom<Role>(...ROLES.slice(0, 3));
  const quorum = fc.array(fc.record<Threshold>({ count: fc.integer({ min: 0, max: 2 }), role: fc.oneof(role, fc.constant("any" as const)) }), { maxLength: 3 });
  fc.assert(fc.property(quorum, fc.array(fc.record({ role }), { maxLength: 5 }), (thresholds, crew) => {
    const seats = thresholds.flatMap(({ count, role: wanted }) => Array<Threshold["role"]>(count).fill(wanted));
    const fill = (rest: readonly Threshold["role"][], left: readonly { role: Role }[]): boolean => {
      const [wanted, ...others] = rest;
      return wanted === undefined || left.some((one, i) => (wanted === "any" || one.role === wanted) && fill(others, left.toSpliced(i, 1)));
    };
    assert.equal(meetsQuorum(thresholds, crew), fill(seats, crew));
  }));
});
