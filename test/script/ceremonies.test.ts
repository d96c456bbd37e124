import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inputPaths } from "../../src/plan/inputs.ts";
import { parseScript } from "../../src/script/parse.ts";
import { parseStation, stationFindings } from "../../src/script/station.ts";
import { readStrictYaml } from "../../src/script/strict-yaml.ts";
import { checkout } from "../tools.ts";

const folder = join(checkout, "ceremonies");
const read = (ceremony: string, file: string) => readFileSync(join(folder, ceremony, file));

for (const ceremony of readdirSync(folder)) {
  test(`the script and the station of ${ceremony} parse and fit each other [SCRIPT-FORM] [SCRIPT-NAMES]`, () => {
    const { script, findings } = parseScript(read(ceremony, "script.yaml"), "script.yaml");
    assert.deepEqual(findings, []);
    const parsed = parseStation(read(ceremony, "station.yaml"), "station.yaml");
    assert.deepEqual(parsed.findings, []);
    assert.ok(script !== null && parsed.station !== null);
    assert.deepEqual(stationFindings(script, parsed.station), []);
  });

  test(`the answers of ${ceremony} say the word of each step that asks for one`, () => {
    const { script } = parseScript(read(ceremony, "script.yaml"), "script.yaml");
    const { value, findings } = readStrictYaml(read(ceremony, "answers.yaml"), "answers.yaml");
    assert.deepEqual(findings, []);
    const wordOf: Partial<Record<string, string>> = { "initialize-token": "initialize", "generate-key-pair": "generate", "issue-root": "sign", "issue-certificate": "sign", "sign-request": "sign", "issue-crl": "sign", "create-request": "sign", "sign-artifact": "sign", "back-up-key": "back-up" };
    const expected = (script?.steps ?? []).flatMap(({ kind }, index) => (wordOf[kind] === undefined ? [] : [[String(index + 1), [wordOf[kind]]]]));
    const acts = (script?.steps ?? []).flatMap((step, index) => (step.kind === "act" ? [[String(index + 1), [step.by, ...(step.type ?? [])]]] : []));
    const { words, decisions: _, 0: again, 1: rollCall, ...rest } = value as Record<string, unknown>;
    assert.equal(words, "computed");
    const [here, time] = rollCall as [unknown, unknown];
    assert.deepEqual(here, Object.keys(script?.people ?? {}));
    assert.ok(time === "agree" || /^\d{4}-\d\d-\d\dT/.test((time as { instant: string }).instant));
    assert.deepEqual(again, rollCall);
    const isAct = ([, said]: readonly [string, unknown]) => Array.isArray(said) && typeof said[0] === "object";
    assert.deepEqual(Object.entries(rest).filter((one) => !isAct(one)), expected);
    assert.deepEqual(Object.entries(rest).filter(isAct).map(([step, said]) => { const { by, ...typed } = (said as [{ by: string }])[0]; return [step, [by, ...Object.keys(typed)]]; }), acts);
  });

  test(`the README of ${ceremony} names every file that has to be made`, () => {
    const { script } = parseScript(read(ceremony, "script.yaml"), "script.yaml");
    const readme = read(ceremony, "README.md").toString("utf8");
    for (const path of script === null ? [] : inputPaths(script)) assert.ok(readme.includes(path.replace("people/bob", "bob").replace("people/dan", "dan")), path);
    for (const file of ["softhsm2.conf", "pin.txt", "so-pin.txt"]) assert.ok(readme.includes(file), file);
  });
}
