/** One flipped bit anywhere in a sealed record: never exit 0, and always found as what it is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "../../src/bytes/hex.ts";
import type { Verdict } from "../../src/ceremony/verdict.ts";
import { claimHolds } from "../../src/room/claims.ts";
import type { Claim } from "../../src/x509/algorithm.ts";
import { Ceremony } from "./ceremony.ts";
import { asRecord, judge, loadRecord, replayed, rosterOf, sealVerdict, type Files } from "./record-in-memory.ts";
import { samplerFor } from "./seed.ts";

const factory = Ceremony.finished("factory");
const roster = rosterOf(factory);
const honest = loadRecord(factory.inRecord());
const sampler = samplerFor("flips");

/** What replaying the entries never reads: only the seal speaks of it. */
const SEAL_FILES = [...honest.keys()].filter((path) => path === "seal.txt" || path === "SHA256SUMS" || path.startsWith("signatures/"));

/** The honest files with one bit of one octet flipped. */
function flipped(path: string, offset: number): { files: Files; where: string } {
  const bytes = Uint8Array.from(honest.get(path) ?? []);
  const bit = sampler.below(8);
  bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit);
  return { files: new Map(honest).set(path, bytes), where: `${path}, octet ${offset}, bit ${bit}` };
}

const known = new Map<string, boolean>();

/** A claim that was checked before is not checked again. */
function holds(claim: Claim): boolean {
  const key = [claim.spki, claim.message, claim.signature].map(toHex).join(" ");
  const answer = known.get(key) ?? claimHolds(claim);
  known.set(key, answer);
  return answer;
}

test("the honest record is reproduced, authentic and pinned, as the command says", () => {
  const verdict = judge(honest, { roster });
  assert.equal(verdict.exit, 0);
  assert.deepEqual(JSON.parse(factory.replay("--roster", "roster", "--json").stdout), JSON.parse(JSON.stringify(verdict)));
});

test("every octet of seal.txt, SHA256SUMS and each signature, flipped: not authentic, exit 7 [SEAL-QUORUM]", () => {
  const read = new Set<string>();
  const before = replayed(asRecord(honest, [], (path) => read.add(path)));
  assert.deepEqual(SEAL_FILES.filter((path) => read.has(path)), [], "replaying the entries reads none of them, so that it need not be done again");
  assert.equal(SEAL_FILES.length, 6);
  for (const path of SEAL_FILES) {
    for (let offset = 0; offset < (honest.get(path)?.length ?? 0); offset++) {
      const { files, where } = flipped(path, offset);
      assertWrong(sealVerdict(asRecord(files), before, roster, holds), where);
    }
  }
});

test("sampled octets of register.json, flipped: not authentic by the manifest alone, exit 7", () => {
  const before = replayed(asRecord(honest));
  const path = "artifacts/register.json";
  for (const offset of sampler.distinct(300, honest.get(path)?.length ?? 0)) {
    const { files, where } = flipped(path, offset);
    assertWrong(sealVerdict(asRecord(files), before, roster, holds), where);
  }
});

test("sampled octets of every other file, flipped: not authentic, exit 7, by the whole replay", () => {
  for (const path of [...honest.keys()].filter((one) => !SEAL_FILES.includes(one) && one !== "transcript.jsonl")) {
    for (const offset of sampler.distinct(1, honest.get(path)?.length ?? 0)) {
      const { files, where } = flipped(path, offset);
      const verdict = judge(files, { roster });
      assertWrong(verdict, where);
      assert.ok(verdict.wrong.some((line) => line.startsWith(path)), `${where}: ${verdict.wrong.join("; ")}`);
    }
  }
});

test("sampled octets of the transcript, its first and its last entry above all, flipped: not authentic, exit 7", () => {
  const transcript = honest.get("transcript.jsonl") ?? new Uint8Array();
  const tail = transcript.length - 600;
  const offsets = [...sampler.distinct(30, transcript.length), ...sampler.distinct(8, 600), ...sampler.distinct(8, 600).map((offset) => tail + offset), transcript.length - 1];
  for (const offset of offsets) {
    const { files, where } = flipped("transcript.jsonl", offset);
    assertWrong(judge(files, { roster }), where);
  }
});

test("a transcript cut after any octet of a sample is not authentic while it is sealed, and incomplete, exit 6, when the seal is taken away too", () => {
  const transcript = honest.get("transcript.jsonl") ?? new Uint8Array();
  for (const length of [0, ...sampler.distinct(6, transcript.length)]) {
    const files = new Map(honest).set("transcript.jsonl", transcript.slice(0, length));
    assertWrong(judge(files, { roster }), `cut to ${length}`);
    for (const path of SEAL_FILES) files.delete(path);
    assert.equal(judge(files, { roster }).exit, 6, `cut to ${length}, without seal`);
  }
});

function assertWrong(verdict: Verdict, where: string): void {
  assert.equal(verdict.exit, 7, `${where}: exit ${verdict.exit}`);
  assert.notDeepEqual(verdict.wrong, [], where);
}
