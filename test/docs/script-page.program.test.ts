import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ARTIFACT_FORMAT_NAMES, partsOf, PLATFORM_NAMES } from "../../src/platforms/parts.ts";
import { profileNames } from "../../src/plan/profiles.ts";
import { readAnswers } from "../../src/console/answers.ts";
import { THING_KINDS } from "../../src/script/places-schema.ts";
import { parseScript } from "../../src/script/parse.ts";
import { scriptSchema } from "../../src/script/schema.ts";
import { stationSchema } from "../../src/script/station-schema.ts";
import { profileFields } from "../../src/script/profile-fields.ts";
import { parseStation, stationFindings } from "../../src/script/station.ts";
import { STEP_SCHEMAS } from "../../src/script/step-schema.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { ROLES } from "../../src/transcript/seats.ts";
import { KEY_ALGORITHMS } from "../../src/x509/algorithm.ts";
import { anchorite, blocks, makeKey, page, row, section } from "./pages.ts";

const PAGE = page("docs/script.md");
const block = (info: string): string => blocks(PAGE).find((one) => one.info === `yaml ${info}`)?.text ?? "";
const folder = mkdtempSync(join(tmpdir(), "anchorite-script-page-"));
after(() => rmSync(folder, { recursive: true }));

before(() => {
  mkdirSync(join(folder, "people"));
  for (const id of ["alice", "dan"]) makeKey(join(folder, "people"), id);
});

test("the complete script passes check", () => {
  writeFileSync(join(folder, "script.yaml"), block("script"));
  const { exit, stderr } = anchorite(["check", "script.yaml"], folder);
  assert.equal(exit, 0, stderr);
});

test("the station fits the script, and the answers can be read", () => {
  const { script } = parseScript(toUtf8(block("script")), "script.yaml");
  const { station, findings } = parseStation(toUtf8(block("station")), "station.yaml");
  assert.deepEqual(findings, []);
  assert.ok(script !== null && station !== null);
  assert.deepEqual(stationFindings(script, station), []);
  const answers = readAnswers(block("answers"));
  assert.equal(answers.computedWords, true);
  assert.ok([...answers.steps.keys()].every((step) => step <= script.steps.length));
});

/** The fields of a step kind; bundles and artifacts have tables of their own. */
function fieldsOf(schema: (typeof STEP_SCHEMAS)[keyof typeof STEP_SCHEMAS]): string[] {
  return "shape" in schema ? Object.keys(schema.shape) : [];
}

test("names every part of every platform and format, and no other", () => {
  const platforms = PLATFORM_NAMES.map((platform) => ({ name: platform, of: { platform }, parts: section(PAGE, "Platforms of bundles") }));
  const formats = ARTIFACT_FORMAT_NAMES.map((format) => ({ name: format, of: { format }, parts: section(PAGE, "Formats of artifacts") }));
  for (const { name, of, parts } of [...platforms, ...formats]) {
    const fields = partsOf(of).map(([field, { wanted }]) => `\`${field}\`${wanted ? "" : " (optional)"}`);
    // a platform and a format may have one name
    const rows = parts.split("\n").filter((line) => line.startsWith(`| \`${name}\` |`)).map((line) => line.split(" | ")[1] ?? "");
    assert.ok(rows.some((cell) => fields.every((field) => cell.includes(field)) && cell.match(/`[a-z-]+`/g)?.length === fields.length), `${name}: ${fields.join(", ")}`);
  }
  for (const named of [platforms, formats]) assert.equal(named[0]?.parts.match(/^\| `[a-z-]+` \|/gm)?.length, named.length);
});

test("names every step kind with its fields, and no other", () => {
  const steps = section(PAGE, "Steps");
  for (const [kind, schema] of Object.entries(STEP_SCHEMAS)) {
    const line = row(steps, kind);
    assert.notEqual(line, "", kind);
    // those of profiles stand on a page of their own
    for (const field of fieldsOf(schema).filter((name) => !Object.hasOwn(profileFields, name))) assert.ok(line.includes(`\`${field}\``), `${kind}: ${field}`);
  }
  assert.equal(steps.match(/^\| `[a-z-]+` \|/gm)?.length, Object.keys(STEP_SCHEMAS).length);
});

test("names every field of a script and of a station", () => {
  for (const field of Object.keys(scriptSchema.shape)) assert.notEqual(row(section(PAGE, "Fields"), field), "", field);
  const station = section(PAGE, "The station");
  for (const field of Object.keys(stationSchema.shape.tokens.valueType.shape)) assert.ok(station.includes(`\`${field}\``), field);
});

test("names every profile, role and key algorithm", () => {
  const profiles = section(PAGE, "Profiles");
  for (const name of profileNames()) assert.notEqual(row(profiles, name), "", name);
  assert.equal(profiles.match(/^\| `[a-z/-]+` \|/gm)?.length, profileNames().length);
  for (const word of [...ROLES, ...KEY_ALGORITHMS]) assert.ok(PAGE.includes(`\`${word}\``), word);
});

test("where things are is said as the example says it, with every kind of thing [PROCEDURE-STATE]", () => {
  const part = section(PAGE, "Where things are");
  const [places = "", act = ""] = blocks(part).map(({ text }) => text);
  const example = page("ceremonies/safe/script.yaml");
  assert.ok(example.includes(places), places);
  for (const line of act.split("\n").filter((one) => /expects|becomes/.test(one))) assert.ok(example.includes(line.trim().replace("vault: in safe }", "vault: in safe")), line);
  for (const kind of THING_KINDS) assert.notEqual(row(part, kind), "", kind);
});
