/**
 * One octet of a small record is another, wherever it lies: never authentic. (The transcript: `test/ceremony/tampering.test.ts`.) The
 * files are held against the manifest, the seal and its signatures against the entries; that a whole replay says so is tried for a part.
 * It starts no program, and stands among the tests that do for its length.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalText } from "../../src/bytes/canonical.ts";
import { LAYOUT } from "../../src/transcript/layout.ts";
import { asRecord, replayed, sealVerdict, type Files } from "../end-to-end/record-files.ts";
import { samplerFor } from "../end-to-end/seed.ts";
import { readRoster } from "../../src/transcript/roster.ts";
import { relinked, sealMadeAnew } from "./forging.ts";
import { folderOf, holds, judged, rosterText } from "./vector.ts";

const roster = readRoster(rosterText("people"));
const NO_LINKS: ReadonlyMap<string, string> = new Map();
const sampler = samplerFor("every octet");

/** The files with one octet changed: another bit at each offset. */
function flipped(files: Files, path: string, offset: number): Files {
  const bytes = Uint8Array.from(files.get(path) ?? []);
  bytes[offset] = (bytes[offset] ?? 0) ^ (1 << offset % 8);
  return new Map(files).set(path, bytes);
}

function eachOctet(files: Files, path: string, look: (changed: Files, where: string) => void): void {
  for (let offset = 0; offset < (files.get(path)?.length ?? 0); offset++) look(flipped(files, path, offset), `${path}, octet ${offset}`);
}

const { files: visit } = folderOf("visit", {});
const { files: sealed } = folderOf("sealed", {});
const beside = [...visit.keys()].filter((path) => path !== LAYOUT.transcript);

test("T1: no octet of any other file can be another: script, station, plan, inputs, artifacts, manifest, seal, allowed signers, signatures [RECORD-MANIFEST]", () => {
  const before = replayed(asRecord(visit));
  for (const path of beside) {
    eachOctet(visit, path, (changed, where) => assert.equal(sealVerdict(asRecord(changed), before, roster, holds).exit, 7, where));
  }
});

test("T1: no octet of the token's signature can be another [SEAL-TOKEN]", () => {
  const before = replayed(asRecord(sealed));
  eachOctet(sealed, LAYOUT.tokenSignature, (changed, where) => assert.equal(sealVerdict(asRecord(changed), before, roster, holds).exit, 7, where));
});

test("T1: a whole replay says the same, wherever it is tried", () => {
  for (const [files, each] of [[visit, 3], [sealed, 1]] as const) {
    for (const path of files.keys()) {
      for (const offset of sampler.distinct(each, files.get(path)?.length ?? 0)) {
        assert.equal(judged({ files: flipped(files, path, offset), links: NO_LINKS }, { roster: "people" }).exit, 7, `${path}, octet ${offset}`);
      }
    }
  }
});

test("T6: a transcript cut after any line is not authentic under its seal, and incomplete without one [RECORD-WHOLE]", () => {
  const bytes = Buffer.from(visit.get(LAYOUT.transcript) ?? []);
  const unsealed = new Map([...visit].filter(([path]) => path !== LAYOUT.manifest && path !== LAYOUT.seal && !path.startsWith(`${LAYOUT.signatures}/`)));
  for (let end = 0; end >= 0 && end < bytes.length - 1; end = bytes.indexOf(10, end) + 1) {
    const cut = new Uint8Array(bytes.subarray(0, end));
    assert.equal(judged({ files: new Map(visit).set(LAYOUT.transcript, cut), links: NO_LINKS }, { roster: "people" }).exit, 7, `cut to ${end} octets`);
    assert.equal(judged({ files: new Map(unsealed).set(LAYOUT.transcript, cut), links: NO_LINKS }, { roster: "people" }).exit, 6, `cut to ${end} octets, unsealed`);
  }
});

/** A value with one leaf changed, added or taken away, in its own form. */
function twisted(value: unknown): unknown {
  if (typeof value === "string") return /^([0-9a-f]{2})+$/.test(value) ? `${value.startsWith("0") ? "1" : "0"}${value.slice(1)}` : `${value}0`;
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (Array.isArray(value)) return value.length === 0 ? ["more"] : value.with(sampler.below(value.length), twisted(value[sampler.below(value.length)]));
  const names = Object.keys(value ?? {});
  const name = names[sampler.below(names.length)] ?? "more";
  return { ...(value as object), [name]: twisted((value as Record<string, unknown> | null)?.[name] ?? "x") };
}

test("T5: whatever an entry says instead, chained and sealed anew, is judged and never makes replay fail", () => {
  const { files } = folderOf("root", {});
  for (let i = 0; i < 40; i++) {
    const changed = new Map(files);
    relinked((lines) => {
      const at = sampler.below(lines.length);
      const body = JSON.parse(String(lines[at]?.body)) as Record<string, unknown>;
      const kind = String(body["kind"]);
      return lines.with(at, { level: lines[at]?.level ?? "public", body: canonicalText({ ...body, ...(kind === "header" ? { tool: twisted(body["tool"]) } : { [kind]: twisted(body[kind]) }) }) });
    })(changed);
    sealMadeAnew(changed);
    assert.equal(judged({ files: changed, links: NO_LINKS }, { roster: "people" }).exit, 7, "the people did not sign this seal");
  }
});
