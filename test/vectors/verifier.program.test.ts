/** Two verifiers of one format, in two languages, without a line in common: they say the same of every vector. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { toWords } from "../../src/console/words.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import { samplerFor } from "../end-to-end/seed.ts";
import { headOf } from "./forging.ts";
import { askVerifier, VERIFIER, type Answer, type Question } from "./second-verifier.ts";
import { folderOf, judged, readVectors, VECTORS, writeFolder, type Brought } from "./vector.ts";

const temporary = mkdtempSync(join(tmpdir(), "anchorite-verifier-"));
after(() => rmSync(temporary, { recursive: true }));
const vectors = readVectors();
const sampler = samplerFor("second verifier");

/** Each vector's record on the disk, its changes made. */
const records = new Map([...vectors].map(([name, vector]) => {
  if (vector.from === undefined) return [name, join(VECTORS, name, "record")] as const;
  const folder = join(temporary, name);
  writeFolder(folder, folderOf(name, vector));
  return [name, folder] as const;
}));

const rosterFile = (name: string): string => join(VECTORS, "rosters", name);
const questionOf = (name: string, { roster, head }: Brought): Question =>
  ({ record: records.get(name) ?? "", roster: roster === undefined ? null : rosterFile(roster), head: head ?? null });

const asked = [...vectors].flatMap(([name, { expect }]) => expect.map((expectation) => ({ name, expectation, question: questionOf(name, expectation.with) })));
const answers = askVerifier(asked.map(({ question }) => question));
const answered = new Map(asked.map(({ question }, i) => [question, answers[i]]));

function told(answer: Answer | undefined): string {
  return [...(answer?.wrong ?? []), ...(answer?.unfit ?? []), ...(answer?.missing ?? [])].join("\n");
}

for (const [name, { about }] of vectors) {
  test(`the second verifier says of ${name} what it must: ${about}`, () => {
    for (const { expectation, question } of asked.filter((one) => one.name === name)) {
      const answer = answered.get(question);
      assert.equal(answer?.exit, expectation["exit-without-rebuilding"], `${JSON.stringify(expectation.with)}: ${told(answer)}`);
      const { code, exit, addenda = {} } = expectation;
      if (exit !== 7) assert.deepEqual(answer?.addenda, addenda, `${JSON.stringify(expectation.with)}: ${told(answer)}`);
      if (code !== null && exit === answer?.exit) assert.ok(answer.codes.includes(code), `${code} is not among ${answer.codes.join(", ")}: ${told(answer)}`);
    }
  });
}

test("one octet of any file is another: both say that the record is not authentic", () => {
  const flipped = ["visit", "sealed", "renewed"].flatMap((name) => {
    const { files, links } = folderOf(name, {});
    return [...files].filter((_file, i) => i % 4 === sampler.below(4)).map(([path, bytes], i) => {
      const offset = sampler.below(bytes.length);
      const folder = { files: new Map(files).set(path, bytes.with(offset, (bytes[offset] ?? 0) ^ (1 << sampler.below(8)))), links };
      writeFolder(join(temporary, `flipped-${name}-${i}`), folder);
      return { where: `${name}: ${path}, octet ${offset}`, record: join(temporary, `flipped-${name}-${i}`), replay: judged(folder, { roster: "people" }).exit };
    });
  });
  const said = askVerifier(flipped.map(({ record }) => ({ record, roster: rosterFile("people"), head: null })));
  assert.deepEqual(flipped.map(({ where, replay }, i) => [where, replay, said[i]?.exit]), flipped.map(({ where }) => [where, 7, 7]));
});

const call = (...args: string[]) => spawnSync("python3", ["-B", VERIFIER, ...args], { encoding: "utf8" });

test("its command line takes a roster, a head or words, and ends with the code of the verdict", () => {
  const record = records.get("root") ?? "";
  const head = headOf(folderOf("root", {}).files);
  const words = toWords(fromHex(head)).join(" ");
  for (const [args, exit] of [[[], 9], [["--roster", rosterFile("people")], 0], [["--head", head], 0], [["--words", words], 0], [["--words", words.toLowerCase().replaceAll(" ", "-")], 0], [["--roster", rosterFile("strangers")], 7]] as const) {
    const ended = call(record, ...args);
    assert.equal(ended.status, exit, `${args.join(" ")}: ${ended.stdout}${ended.stderr}`);
    assert.match(ended.stdout, /not checked: that the plan follows from the script/);
  }
  assert.equal((JSON.parse(call(record, "--json").stdout) as Answer).exit, 9);
});

test("it refuses to begin where it is asked amiss: no record, fewer words, a roster that is none", () => {
  const record = records.get("root") ?? "";
  assert.equal(call(record, "--words", "aardvark").status, 2);
  assert.equal(call(record, "--head", "00").status, 2);
  assert.equal(call(join(temporary, "nowhere")).status, 3);
  assert.equal(call(record, "--roster", join(record, "plan.json")).status, 3);
});
