/** Every vector has the verdict that its expect.json states; between them they have every control that judges a record. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { RECORD_FORMAT } from "../../src/transcript/entry.ts";
import { RECORD_CONTROLS, type RecordControl } from "../../src/transcript/objection.ts";
import { folderOf, judged, readVectors, said, VECTORS } from "./vector.ts";

const vectors = readVectors();
/** No record is larger, so that they can be read, sent and kept. */
const LARGEST = 64 * 1024;

for (const [name, { about, cases, expect, ...vector }] of vectors) {
  test(`${[...cases, name].join(" ")}: ${about}: exit ${expect.map(({ exit }) => exit).join(", ")}`, () => {
    const folder = folderOf(name, vector);
    for (const { with: brought, "exit-without-rebuilding": _, ...stated } of expect) {
      assert.deepEqual(said(judged(folder, brought)), stated, JSON.stringify(brought));
    }
  });
}

/** One of the vectors for each control; the names stand here so that the controls can be followed to their tests. */
const ONE_OF: Readonly<Record<RecordControl, string>> = { 
  "RECORD-FOLDER": "t24-link-added", "RECORD-CHAIN": "t22-name-twice", "RECORD-BOUND": "t16-script-changed", "RECORD-ARTIFACTS": "t25-artifact-added-sealed",
  "RECORD-MANIFEST": "t24-path-upwards", "RECORD-SIGNATURES": "token-signature-octet", "RECORD-REBUILT": "answer-changed-sealed", "RECORD-WHOLE": "t06-cut-and-unsealed",
  "SEAL-FORM": "t06-entry-cut-off", "SEAL-FILES": "t21-key-of-another", "SEAL-TOKEN": "token-signature-of-another", "SEAL-QUORUM": "t20-signer-twice", "SEAL-PINNED": "root",
  "PLAN-APPROVED": "approval-of-another-plan", "STANDING-QUORUM": "standing-too-few", "HOLD-POINT-SIGNED": "hold-text-changed", "RECORD-NOT-ROLLED-BACK": "head-of-another-history",
};

for (const control of RECORD_CONTROLS) {
  test(`a record that fails it is told so by its id, and ends with its exit code [${control}]`, () => {
    const vector = vectors.get(ONE_OF[control]);
    const judgement = vector?.expect.find(({ code }) => code === control);
    assert.ok(judgement !== undefined && [6, 7].includes(judgement.exit), ONE_OF[control]);
  });
}

test("C3: in whatever time zone a record is judged, its verdict is the same", () => {
  const before = process.env["TZ"];
  try {
    for (const zone of ["Pacific/Kiritimati", "America/St_Johns", "UTC"]) {
      process.env["TZ"] = zone;
      for (const name of ["visit", "renewed", "stopped"]) {
        for (const { with: brought, "exit-without-rebuilding": _, ...stated } of vectors.get(name)?.expect ?? assert.fail(name)) assert.deepEqual(said(judged(folderOf(name, {}), brought)), stated, zone);
      }
    }
  } finally {
    if (before === undefined) delete process.env["TZ"];
    else process.env["TZ"] = before;
  }
});

test("the vectors are of the format that is written now, small, and hold nothing that is secret", () => {
  for (const [name, vector] of vectors) {
    const { files } = folderOf(name, vector);
    const size = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
    assert.ok(size < LARGEST, `${name}: ${size} octets`);
    assert.equal(vector.format, RECORD_FORMAT, `${name}: make them anew`);
    for (const [path, bytes] of files) assert.doesNotMatch(Buffer.from(bytes).toString("latin1"), /PRIVATE KEY|openssh-key-v1/, `${name}: ${path}`);
  }
});

test("a vector is named once, changes a record that is there, and uses rosters that are there", () => {
  const rosters = readdirSync(join(VECTORS, "rosters"));
  for (const [name, { from, change, expect }] of vectors) {
    assert.equal(from === undefined, change === undefined, name);
    assert.ok(from === undefined || vectors.get(from)?.from === undefined, `${name} changes a vector that is changed itself`);
    for (const { roster } of expect.map((one) => one.with)) assert.ok(roster === undefined || rosters.includes(roster), `${name}: ${roster}`);
  }
});
