/** Public copies: the same head, seal and signatures, with entries and files withheld; and what is refused about them. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fromUtf8, toUtf8 } from "../../src/bytes/text.ts";
import { Fault } from "../../src/fault.ts";
import type { RecordFiles } from "../../src/ceremony/recorded-inputs.ts";
import { verdictLines } from "../../src/console/verdict-pages.ts";
import type { Verdict } from "../../src/ceremony/verdict.ts";
import { readDisclosed, refusalToWithhold, withheldFile, withholdBodies } from "../../src/transcript/withheld.ts";
import type { Level } from "../../src/transcript/entry.ts";
import { chapter, rosterOf, sealedFiles, type HeldRecord } from "../scripted/life.ts";
import { held, SIGNING_FILES } from "../scripted/pack.ts";
import { SEALED } from "../scripted/scripts.ts";

let record: HeldRecord;
let whole: Verdict;
before(async () => {
  const { world, pack } = await held(SEALED, SIGNING_FILES);
  record = { name: "whole", world, pack, files: sealedFiles(world, pack) };
  whole = verdictOf(record.files);
});

function verdictOf(files: RecordFiles): Verdict {
  return chapter("copy", files, rosterOf(record)).verdict;
}

const transcript = () => record.files.read("transcript.jsonl") ?? new Uint8Array();
const BOTH: ReadonlySet<Level> = new Set(["people", "station"]);
const withFiles = (changed: Readonly<Record<string, Uint8Array>>): RecordFiles => ({ ...record.files, read: (path) => changed[path] ?? record.files.read(path) });
const linesOf = (bytes: Uint8Array) => fromUtf8(bytes).split("\n");

test("a public copy has the head, the seal and the signers of its record, and is never reproduced", () => {
  assert.deepEqual([whole.exit, whole.rebuilt.state, whole.withheld], [0, "reproduced", 0]);
  for (const levels of [BOTH, new Set<Level>(["people"]), new Set<Level>(["station"])]) {
    const copy = verdictOf(withFiles({ "transcript.jsonl": withholdBodies(transcript(), levels) }));
    assert.deepEqual([copy.head, copy.entries, copy.wrong, copy.signed.by.map(({ id }) => id), copy.signed.token, copy.signed.missing], [whole.head, whole.entries, [], ["alice", "dan"], "signed", []]);
    assert.deepEqual([copy.exit, copy.rebuilt.state, copy.claims.failed], [6, "withheld", 0]);
    assert.ok(copy.withheld > 0 && copy.withheld < copy.entries);
    assert.match(verdictLines(copy).at(-1) ?? "", new RegExp(`^AUTHENTIC, ${copy.withheld} withheld`));
  }
});

test("what is left says nothing of people's answers or of the station, and everything that is public", () => {
  const copy = fromUtf8(withholdBodies(transcript(), BOTH));
  for (const word of ['"roll-call"', '"inspect-token"', '"present"', '"opened"', '"attestedBy"']) assert.ok(fromUtf8(transcript()).includes(word) && !copy.includes(`"kind":${word}`) && !copy.includes(`"name":${word}`), word);
  for (const word of ['"sign"', '"generate-key-pair"', '"close"', '"header"']) assert.ok(copy.includes(`"kind":${word}`), word);
});

test("a withheld body that is replaced by another, or given back with one octet changed, is refused", () => {
  const copy = linesOf(withholdBodies(transcript(), BOTH));
  const at = copy.indexOf('{"withheld":true}');
  const own = linesOf(transcript())[at] ?? "";
  const given = (line: string) => verdictOf(withFiles({ "transcript.jsonl": toUtf8(copy.map((old, i) => (i === at ? line : old)).join("\n")) }));
  assert.deepEqual(given(own).wrong, [], "the true body may be given back");
  for (const line of [own.replace('"at":"2026', '"at":"2027'), '{"withheld":false}', '{"withheld": true}', linesOf(transcript())[0] ?? "", ""]) {
    const verdict = given(line);
    assert.equal(verdict.exit, 7, line);
    assert.match(verdict.wrong.join("\n"), /transcript\.jsonl: entry \d+: /);
  }
});

test("exchanged body and link lines, a missing entry and a torn end are refused in a public copy", () => {
  const copy = linesOf(withholdBodies(transcript(), BOTH));
  const exchanged = [copy[1] ?? "", copy[0] ?? "", ...copy.slice(2)];
  for (const lines of [exchanged, [...copy.slice(0, 2), ...copy.slice(4)], [...copy.slice(0, -1), "torn"]]) {
    const verdict = verdictOf(withFiles({ "transcript.jsonl": toUtf8(lines.join("\n")) }));
    assert.equal(verdict.exit, 7);
  }
});

test("what is public is never withheld: neither a body nor a file [WITHHELD-LEVEL]", () => {
  const lines = linesOf(withholdBodies(transcript(), BOTH)).map((line, i) => (i === 0 ? '{"withheld":true}' : line));
  assert.throws(() => [...readDisclosed(toUtf8(lines.join("\n")))], (thrown) => thrown instanceof Fault && /entry 0: expected a body of level public.*\[WITHHELD-LEVEL\]/.test(thrown.message));
  const copy = withholdBodies(transcript(), BOTH);
  for (const path of ["script.yaml", "plan.json", "artifacts/register.json", "artifacts/certificates/root-ca.pem"]) {
    assert.match(refusalToWithhold(path, toUtf8(`salt: ${"ab".repeat(16)}`)) ?? "", /WITHHELD-LEVEL/);
    assert.equal(verdictOf(withFiles({ "transcript.jsonl": copy, [path]: withheldFile() })).exit, 7, path);
  }
});

test("a file is withheld only where a salt of its own keeps it from being guessed [WITHHELD-SALTED]", () => {
  const salt = "0123456789abcdef".repeat(2);
  for (const text of [`salt: "${salt}"\ntokens: {}\n`, `# salt: ${salt}\nssh-ed25519 AAAA\n`]) assert.equal(refusalToWithhold("station.yaml", toUtf8(text)), null);
  for (const text of ["tokens: {}\n", `salt: "${salt.slice(2)}"\n`, `saltsalt: "${salt}"\n`]) assert.match(refusalToWithhold("inputs/people/alice.pub", toUtf8(text)) ?? "", /could be guessed from its digest.*WITHHELD-SALTED/);
});

test("a withheld file is counted in a public copy, and is a changed file in a whole record", () => {
  const copy = withholdBodies(transcript(), BOTH);
  const disclosed = verdictOf(withFiles({ "transcript.jsonl": copy, "station.yaml": withheldFile() }));
  assert.deepEqual([disclosed.exit, disclosed.wrong], [6, []]);
  assert.match(disclosed.rebuilt.why, /entries, station\.yaml\)/);
  const changed = verdictOf(withFiles({ "station.yaml": withheldFile() }));
  assert.equal(changed.exit, 7);
  assert.equal(verdictOf(withFiles({ "transcript.jsonl": copy, "station.yaml": toUtf8("another\n") })).exit, 7);
});
