/** The two ceremonies from check to verdict, and every verdict that an honest record can have. */
import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { test } from "node:test";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import { toWords } from "../../src/console/words.ts";
import { askVerifier } from "../vectors/second-verifier.ts";
import { Ceremony, freshPath } from "./ceremony.ts";

const factory = Ceremony.finished("factory");
const hierarchy = Ceremony.finished("hierarchy");
const head = /^head: (.*)$/m.exec(readFileSync(factory.inRecord("seal.txt"), "utf8"))?.[1] ?? "";

interface Verdict {
  readonly exit: number;
  readonly head: string;
  readonly rebuilt: { readonly state: string };
  readonly signed: { readonly by: readonly { readonly id: string }[]; readonly token: string; readonly missing: readonly string[] };
  readonly pinned: readonly string[];
  readonly wrong: readonly string[];
  readonly artifacts: number;
  readonly claims: { readonly held: number; readonly failed: number };
}

function verdictOf(ceremony: Ceremony, ...args: string[]): Verdict {
  return JSON.parse(ceremony.replay("--json", ...args).stdout) as Verdict;
}

/** A copy of the factory's record, beside its own roster, to take something away from. */
function copyWithout(...paths: string[]): Ceremony {
  const copy = new Ceremony(freshPath("copy"));
  cpSync(factory.inRecord(), copy.inRecord(), { recursive: true });
  cpSync(factory.path("roster"), copy.path("roster"));
  for (const path of paths) rmSync(copy.inRecord(path));
  return copy;
}

for (const [name, ceremony] of Object.entries({ factory, hierarchy })) {
  test(`the ${name} ceremony is checked, run, sealed and replayed to exit 0 [SEAL-QUORUM]`, () => {
    const checked = ceremony.call("check", "script.yaml");
    assert.equal(checked.exit, 0, checked.stderr);
    const digest = sha256Hex(new Uint8Array(readFileSync(ceremony.inRecord("plan.json"))));
    assert.ok(checked.stdout.includes(digest), "check shows the digest of the plan.json that ran");
    const replayed = ceremony.replay("--roster", "roster");
    assert.equal(replayed.exit, 0, replayed.stdout);
    assert.match(replayed.stdout, /\nREPRODUCED, authentic, pinned\n$/);
    assert.match(replayed.stdout, /signed {4}by Alice Example \(alice, administrator\); Dan Example \(dan, witness\); the transcript key on the token\n/);
  });

  test(`the ${name} record without a roster says that its signers are its own claim, exit 9`, () => {
    const replayed = ceremony.replay();
    assert.equal(replayed.exit, 9);
    assert.match(replayed.stdout, /pinned {4}to nothing: the signers are the record's own claim/);
    assert.match(replayed.stdout, /not checked: the signers' keys: no roster was given/);
  });

  test(`the second verifier says of the ${name} record what replay says`, () => {
    const asked = [ceremony.path("roster"), null].map((roster) => ({ record: ceremony.inRecord(), roster, head: null }));
    const answers = askVerifier(asked);
    assert.deepEqual(answers.map(({ exit, wrong, unfit, missing }) => [exit, wrong, unfit, missing]), [[0, [], [], []], [9, [], [], []]]);
  });

  test(`the verdict of the ${name} record as JSON says the same as its page`, () => {
    const verdict = verdictOf(ceremony, "--roster", "roster");
    assert.deepEqual([verdict.exit, verdict.rebuilt.state, verdict.wrong, verdict.signed.missing], [0, "reproduced", [], []]);
    assert.deepEqual([verdict.signed.by.map(({ id }) => id), verdict.signed.token, verdict.pinned], [["alice", "dan"], "signed", ["the roster"]]);
    assert.deepEqual([verdict.claims.failed, verdict.claims.held > 8, verdict.artifacts > 7], [0, true, true]);
  });
}

test("all 32 words of the head, or of the SHA-256 of seal.txt, pin the record", () => {
  const seal = sha256Hex(new Uint8Array(readFileSync(factory.inRecord("seal.txt"))));
  for (const [digest, pinned] of [[head, "the head"], [seal, "the seal"]] as const) {
    const verdict = verdictOf(factory, "--words", toWords(fromHex(digest)).join(" ").toLowerCase());
    assert.deepEqual([verdict.exit, verdict.pinned], [0, [pinned]]);
  }
  assert.equal(factory.replay("--head", head).exit, 0);
});

test("fewer than 32 words pin nothing, and are refused as usage", () => {
  for (const count of [0, 4, 31]) {
    const replayed = factory.replay("--words", toWords(fromHex(head)).slice(0, count).join(" "));
    assert.deepEqual([replayed.exit, replayed.stdout], [2, ""]);
    assert.match(replayed.stderr, new RegExp(`expected all 32 words .* found ${count}`));
  }
  assert.equal(factory.replay("--head", "abcd").exit, 2);
});

test("the head of another record is not authentic, with or without a roster", () => {
  const other = sha256Hex(new Uint8Array());
  for (const args of [["--words", toWords(fromHex(other)).join(" ")], ["--roster", "roster", "--head", other]]) {
    const replayed = factory.replay(...args);
    assert.equal(replayed.exit, 7);
    assert.match(replayed.stdout, /WRONG {5}the digest given \([0-9a-f]{64}\) is neither the head/);
  }
});

test("a record without one person's signature is incomplete, and says who could sign [SEAL-QUORUM]", () => {
  const replayed = copyWithout("signatures/dan.sig").replay("--roster", "roster");
  assert.equal(replayed.exit, 6);
  assert.match(replayed.stdout, /missing {3}1 of witness \(Dan Example as dan could sign\) \[SEAL-QUORUM\]/);
  assert.match(replayed.stdout, /INCOMPLETE: not sealed as its plan asks\n$/);
});

test("a record without the token's signature is incomplete", () => {
  const replayed = copyWithout("signatures/transcript-key.p7s").replay("--roster", "roster");
  assert.equal(replayed.exit, 6);
  assert.match(replayed.stdout, /missing {3}the token's signature/);
});

test("a record that nobody has signed is incomplete, and seal without a person says who is missing [SEAL-QUORUM]", () => {
  const unsigned = copyWithout("signatures/alice.sig", "signatures/dan.sig");
  assert.equal(unsigned.replay("--roster", "roster").exit, 6);
  const missing = unsigned.call("seal", "record");
  assert.equal(missing.exit, 0);
  assert.match(missing.stderr, /missing: 1 of administrator .*\nmissing: 1 of witness/);
});

test("nobody seals twice, with another's key, or as somebody whom the plan does not know [SEAL-QUORUM]", () => {
  const copy = copyWithout("signatures/dan.sig");
  cpSync(factory.path("people"), copy.path("people"), { recursive: true });
  assert.match(copy.seal("alice").stderr, /seal-exists/);
  assert.match(copy.seal("dan", "people/bob").stderr, /seal-signer: expected the key of dan in the plan/);
  assert.match(copy.seal("mallory", "people/bob").stderr, /seal-signer: mallory is not a person of this plan/);
  assert.deepEqual([copy.seal("dan", "people/nobody").exit, copy.seal("dan").exit, copy.replay("--roster", "roster").exit], [3, 0, 0]);
});

test("a roster that lacks a signer, or gives them another key, does not pin [SEAL-QUORUM]", () => {
  const copy = copyWithout();
  copy.edit("roster", /^dan .*\n/m, "");
  const replayed = copy.replay("--roster", "roster");
  assert.equal(replayed.exit, 7);
  assert.match(replayed.stdout, /expected dan in the roster, found no such line/);
});
