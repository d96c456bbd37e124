/** Shares: what custodians write, where a slip is found, what comes of wrong ones, and what is left of the secret. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Content } from "../../src/bytes/content.ts";
import { toHex } from "../../src/bytes/hex.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import type { RequestOf, ShareHolder } from "../../src/ceremony/request.ts";
import type { ShareDesk, ShareSlip, Stopped } from "../../src/console/people.ts";
import { Custody, type SharedOut } from "../../src/custody/custody.ts";
import { lineOctets, LINES, shareLines, shareOf } from "../../src/custody/share-lines.ts";
import { checkValueOf, setOf } from "../../src/custody/sharing.ts";
import { Fault } from "../../src/fault.ts";

const SPKI = new Content(toUtf8("a public key"));
const holders = (count: number): ShareHolder[] => ["carol", "erin", "frank", "grace", "heidi"].slice(0, count).map((by, i) => ({ by, number: i + 1 }));
const wrapping = (count: number, threshold: number): RequestOf<"wrap-key"> => ({ kind: "wrap-key", step: 5, token: "vault", serial: "1", backup: "first", key: "root", id: "01", spki: SPKI, threshold, shares: holders(count) });
const unwrapping = (checkValue: string, threshold: number, shares: readonly ShareHolder[]): RequestOf<"unwrap-key"> => ({
  kind: "unwrap-key", step: 3, token: "reserve", serial: "2", backup: "first", id: "02", label: "root", algorithm: "ecdsa-p256", signature: "ecdsa-sha256", mechanism: "CKM_AES_KEY_WRAP_PAD",
  blob: new Content(new Uint8Array(80)), spki: SPKI, checkValue, threshold, shares, privateTemplate: {}, publicTemplate: {},
});

/** Papers by share number. Each line is typed wrong once, where a test says so. */
class Papers implements ShareDesk {
  readonly papers = new Map<number, readonly string[]>();
  readonly asked: string[] = [];
  readonly refusals: string[] = [];
  readonly #slip: (line: string, number: number) => string | null;
  readonly #stops: string | null;
  /** Shares that their custodian cannot read from the paper at first. */
  readonly #unread: Set<number>;

  constructor(slip: (line: string, number: number) => string | null = () => null, stops: string | null = null, unread: readonly number[] = []) {
    this.#unread = new Set(unread);
    this.#slip = slip;
    this.#stops = stops;
  }

  async show(slip: ShareSlip, lines: readonly string[]): Promise<Stopped | null> {
    this.asked.push(`${slip.purpose} ${slip.number} to ${slip.by}`);
    if (slip.by === this.#stops) return { by: slip.by, reason: "the pen is empty" };
    this.papers.set(slip.number, lines);
    return null;
  }

  async type(slip: ShareSlip, count: number, judge: (line: number, typed: string) => true | string): Promise<readonly string[] | "show again"> {
    if (this.#unread.delete(slip.number)) return "show again";
    if (slip.purpose !== "give") this.asked.push(`${slip.purpose} ${slip.number} of ${slip.by}`);
    const lines = this.papers.get(slip.number) ?? [];
    assert.equal(lines.length, count);
    for (const [i, line] of lines.entries()) {
      const slipped = this.#slip(line, slip.number);
      if (slipped !== null) {
        const judged = judge(i, slipped);
        assert.notEqual(judged, true, slipped);
        this.refusals.push(String(judged));
      }
      assert.equal(judge(i, line.toUpperCase()), true, line);
    }
    return lines;
  }
}

const secretOf = (octet = 7): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => (i * octet + 1) & 0xff);

async function given(desk: Papers, count = 3, threshold = 2, secret = secretOf()): Promise<SharedOut> {
  const shared = await new Custody(desk).give(wrapping(count, threshold), secret);
  assert.ok("checkValue" in shared);
  return shared;
}

test("a share is written in lines and read back, and a slip is found at its line, whatever it is", () => {
  const share = fc.record({ number: fc.integer({ min: 1, max: 10 }), threshold: fc.integer({ min: 2, max: 10 }), set: fc.uint8Array({ minLength: 5, maxLength: 5 }).map(toHex), octets: fc.uint8Array({ minLength: 33, maxLength: 33 }) });
  fc.assert(fc.property(share, fc.nat(LINES - 1), fc.nat(19), fc.integer({ min: 1, max: 15 }), (one, at, digit, change) => {
    const lines = shareLines(one);
    const octets = lines.map((line, i) => lineOctets(i, line));
    assert.deepEqual(shareOf(octets.map((line) => (line instanceof Uint8Array ? line : assert.fail(line)))), { ...one });
    const digits = [...(lines[at] ?? "").replaceAll(" ", "")];
    digits[digit] = (Number.parseInt(digits[digit] ?? "", 16) ^ change).toString(16);
    assert.match(String(lineOctets(at, digits.join(""))), new RegExp(`^line ${at + 1}: `));
    // a line in the place of another one
    assert.match(String(lineOctets((at + 1) % LINES, lines[at] ?? "")), /does not fit/);
  }), { seed: 7, numRuns: 200 });
});

test("blanks, hyphens and capitals do not matter, and o and l are read as digits; anything else and a wrong length are said", () => {
  const [line = ""] = shareLines({ number: 1, threshold: 2, set: "0011223344", octets: new Uint8Array(33) });
  const read = (text: string): string => String(lineOctets(0, text));
  assert.equal(read(line.replaceAll(" ", "-").toUpperCase()), read(line));
  assert.equal(read(line.replace("0", "O").replace("1", "l")), read(line));
  assert.deepEqual([read(line.replace("0", "g")), read(line.slice(1)), read("")].map((text) => text.slice(0, 30)), ["line 1: expected the digits 0 t", "line 1: expected five groups of", "line 1: expected five groups of"].map((text) => text.slice(0, 30)));
});

test("each custodian sees one share, types it again, and every set of shares is tried; the secret is wiped", async () => {
  for (const [count, threshold, sets] of [[3, 2, 3], [5, 3, 10], [2, 2, 1]] as const) {
    const [desk, secret] = [new Papers(), secretOf()];
    const shared = await given(desk, count, threshold, secret);
    assert.deepEqual([shared.shares, shared.subsets], [holders(count), sets]);
    assert.deepEqual(desk.asked, holders(count).map(({ by, number }) => `give ${number} to ${by}`));
    assert.equal(shared.checkValue, checkValueOf(secretOf(), SPKI.sha256));
    assert.deepEqual(secret, new Uint8Array(32));
    // what may be recorded holds nothing of what is on paper
    const papers = [...desk.papers.values()].flat().map((line) => line.slice(10).replaceAll(" ", ""));
    for (const paper of papers) assert.ok(!JSON.stringify(shared).includes(paper.slice(0, 8)), paper);
  }
});

test("a custodian who types a digit wrong, or another's share, is told the line", async () => {
  const desk = new Papers((line, number) => (number === 2 ? line.replace(/^./, (digit) => (digit === "0" ? "1" : "0")) : null));
  await given(desk);
  assert.deepEqual(desk.refusals.map((text) => text.slice(0, 7)), ["line 1:", "line 2:", "line 3:", "line 4:", "line 5:"]);
  const other = new Papers();
  await given(other);
  const [one, two] = [other.papers.get(1) ?? [], other.papers.get(2) ?? []];
  const swapped = new Papers((line, number) => (number === 2 && line.startsWith("0202") ? (one[0] ?? "") : null));
  await given(swapped);
  assert.match(swapped.refusals[0] ?? "", /^line 1: this is not line 1 of your share/);
  assert.notDeepEqual(one, two);
});

test("a custodian whose paper is wrong sees the same share once more", async () => {
  const desk = new Papers(() => null, null, [2]);
  const shared = await given(desk);
  assert.deepEqual([shared.subsets, desk.asked], [3, ["give 1 to carol", "give 2 to erin", "give 2 to erin", "give 3 to frank"]]);
});

test("a custodian who stops ends it: nothing comes of it, and the secret is wiped", async () => {
  const secret = secretOf();
  const stopped = await new Custody(new Papers(() => null, "erin")).give(wrapping(3, 2), secret);
  assert.deepEqual([stopped, secret], [{ by: "erin", reason: "the pen is empty" }, new Uint8Array(32)]);
});

test("any shares of the threshold bring the secret back, once; without them there is none", async () => {
  const desk = new Papers();
  const { checkValue } = await given(desk);
  for (const shares of [[0, 1], [0, 2], [1, 2]].map((set) => set.flatMap((i) => holders(3)[i] ?? []))) {
    const [custody, request] = [new Custody(desk), unwrapping(checkValue, 2, shares)];
    assert.equal(await custody.collect(request), null);
    assert.deepEqual(custody.spend(request), secretOf());
    assert.throws(() => custody.spend(request), (thrown) => thrown instanceof Fault && thrown.code === "custody-shares");
  }
  await assert.rejects(new Custody(desk).give(wrapping(3, 2), new Uint8Array(16)), /expected a wrapping key of 32 octets, found 16/);
});

test("a share of another backup, or another number, is refused at its first line; shares that come to something else are asked for again", async () => {
  const [desk, other] = [new Papers(), new Papers()];
  const { checkValue } = await given(desk);
  await given(other, 3, 2, secretOf(11));
  const strange = new Papers((_line, number) => (number === 1 ? (other.papers.get(1)?.[0] ?? "") : (desk.papers.get(3)?.[0] ?? "")));
  for (const [number, lines] of desk.papers) strange.papers.set(number, lines);
  const request = unwrapping(checkValue, 2, holders(2));
  // the slips of later lines are other lines: they do not fit either
  assert.equal(await new Custody(strange).collect(request), null);
  assert.match(strange.refusals[0] ?? "", new RegExp(`^line 1: this is a share of another backup: of set [0-9a-f]{10}, expected ${setOf(checkValue)}`));
  assert.ok(strange.refusals.some((text) => text.startsWith("line 1: this is share 3, expected share 2")));
  // one whose octets were changed with care: only the check value tells
  const forged = new Papers();
  const lines = (desk.papers.get(1) ?? []).map((line, i) => lineOctets(i, line)).map((line) => (line instanceof Uint8Array ? line : assert.fail()));
  const share = shareOf(lines);
  forged.papers.set(1, shareLines({ ...share, octets: share.octets.with(0, (share.octets[0] ?? 0) ^ 1) }));
  forged.papers.set(2, desk.papers.get(2) ?? []);
  let rounds = 0;
  const patient: ShareDesk = {
    show: async () => null,
    type: async (slip, count, judge) => (slip.purpose === "take again" && ++rounds > 2 ? { by: slip.by, reason: "it is the wrong paper" } : forged.type(slip, count, judge)),
  };
  assert.deepEqual(await new Custody(patient).collect(request), { by: "carol", reason: "it is the wrong paper" });
  assert.equal(rounds, 3);
});
