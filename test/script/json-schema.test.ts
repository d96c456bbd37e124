/** What editors are told of the forms, judged by a validator of JSON Schema that is not ours: all that the reader takes, and of the rest as little as can be said. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { toUtf8 } from "../../src/bytes/text.ts";
import type { Finding } from "../../src/fault.ts";
import { jsonSchemaOf, type Form } from "../../src/script/json-schema.ts";
import { parseScript } from "../../src/script/parse.ts";
import { BEGINNINGS } from "../../src/script/starting/first-steps.ts";
import { newScript, newStation, type FirstAnswers } from "../../src/script/starting/new-files.ts";
import { parseStation } from "../../src/script/station.ts";
import { readStrictYaml } from "../../src/script/strict-yaml.ts";
import { checkout } from "../tools.ts";

const ANSWERS: FirstAnswers = {
  platform: "plain", title: "First ceremony", assurance: "test", organization: "Example", factory: "my-factory",
  administrator: { name: "Alice Example", id: "alice" }, operator: { name: "Bob Example", id: "bob" }, witness: { name: "Dan Example", id: "dan" }, module: "/usr/lib/libvendor.so",
};
const STATION = newStation(ANSWERS, "00112233445566778899aabbccddeeff").replace("serial: uninitialized", "environment: { SOFTHSM2_CONF: softhsm2.conf }\n    init-string: slots=1\n    serial: uninitialized");

// an instant has its whole form as a pattern
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, formats: { "date-time": true } });
const compiled = (form: Form): ValidateFunction => ajv.compile(jsonSchemaOf(form));
const FORMS: Readonly<Record<Form, ValidateFunction>> = { script: compiled("script"), station: compiled("station") };
const yaml = (text: string): unknown => readStrictYaml(toUtf8(text), "file.yaml").value;
/** What the reader finds of the form alone: no name, date or file is looked up. */
const reader = (form: Form, text: string): readonly Finding[] => (form === "script" ? parseScript : parseStation)(toUtf8(text), "file.yaml").findings.filter(({ control }) => control === "SCRIPT-FORM");

/** Every script and station of the ceremonies, by its path. */
const WRITTEN = readdirSync(join(checkout, "ceremonies"), { withFileTypes: true }).filter((entry) => entry.isDirectory()).flatMap(({ name }) =>
  readdirSync(join(checkout, "ceremonies", name)).filter((file) => file.endsWith(".yaml") && !file.endsWith("answers.yaml")).map((file) => ({ path: `${name}/${file}`, form: file.endsWith("station.yaml") ? "station" : "script" } as const)));
const textOf = (path: string): string => readFileSync(join(checkout, "ceremonies", path), "utf8");

test("the schemas take every script and station of the ceremonies, and what init writes [SCRIPT-FORM]", () => {
  assert.ok(WRITTEN.length >= 20, String(WRITTEN.length));
  const texts = [...WRITTEN.map(({ path, form }) => ({ what: path, form, text: textOf(path) })), ...Object.keys(BEGINNINGS).map((platform) => ({ what: platform, form: "script" as const, text: newScript({ ...ANSWERS, platform }) })), { what: "init", form: "station" as const, text: STATION }];
  for (const { what, form, text } of texts) {
    FORMS[form](yaml(text));
    assert.deepEqual(FORMS[form].errors ?? [], [], what);
    assert.deepEqual(reader(form, text), [], what);
  }
});

const GOOD: Readonly<Record<string, { readonly form: Form; readonly text: string }>> = { first: { form: "script", text: newScript(ANSWERS) }, station: { form: "station", text: STATION }, ...Object.fromEntries(WRITTEN.map(({ path, form }) => [path, { form, text: textOf(path) }])) };

/** What is replaced in a good file by what the reader refuses for its form. */
const BAD: readonly (readonly [file: string, from: string | RegExp, to: string])[] = [
  ["first", "anchorite: 1", "anchorite: 2"], ["first", "anchorite: 1", 'anchorite: "1"'], ["first", /ceremony: .*/, "ceremony: ab"], ["first", /^ceremony: .*$/m, ""], ["first", "assurance: test", "assurance: tset"],
  ["first", "quorum:", "quorm:"], ["first", "role: witness", "role: wittness"], ["first", "1 of witness", "0 of witness"], ["first", /people:\n( .*\n)+/, "people: {}\n"], ["first", /^ {2}alice:/m, "  Alice:"],
  ["first", "- roll-call: {}", "- roll-cal: {}"], ["first", "- roll-call: {}", "- roll-call: { at: noon }"], ["first", "- roll-call: {}", "- roll-call: {}\n    close: {}"], ["first", "- roll-call: {}", "- roll-call"], ["first", /steps:[^]*/, "steps: []\n"],
  ["first", "token: vault, algorithm", "tokn: vault, algorithm"], ["first", /algorithm: [a-z0-9-]+/, "algorithm: ecdsa-p255"], ["first", "backup: none", "backup: maybe"], ["first", "backup: none", "backup: null"],
  ["first", "people/alice.pub", "../alice.pub"], ["first", "people/alice.pub", "/people/alice.pub"], ["first", "valid: { for: P20Y }", "valid: { for: twenty }"], ["first", "valid: { for: P20Y }", "valid: { for: P0Y }"], ["first", "valid: { for: P20Y }", "valid: { for: P20Y, until: P1Y }"],
  ["first", "valid: { for: P20Y }", "valid: { from: 2026-01-01, until: 2027-01-01 }"], ["first", "valid: { for: P20Y }", 'valid: { from: "2026-02-30T00:00:00Z", until: "2027-01-01T00:00:00Z" }'], ["first", /path-length: 0/, "path-length: none"], ["first", /path-length: 0/, "path-length: 11"],
  ["first", "holds: [root", "holds: [root, root"], ["first", "holds: [root", "holds: [Root"], ["first", "holds: [root", "holds: root #"],
  ["hierarchy/script.yaml", /subject: \{ ?C:/, "subject: { X:"], ["hierarchy/script.yaml", /subject: \{[^}]*\}/, "subject: {}"], ["hierarchy/script.yaml", /profile: private\/root/, "profile: root"],
  ["two-people/script.yaml", "valid: { for: P1Y } }\n  - export-bundle", "}\n  - export-bundle"], ["two-people/script.yaml", "platform: pem", "platform: pen"], ["two-people/script.yaml", "platform: pem, ", ""], ["two-people/script.yaml", "crls: [root-crl]", "crl: [root-crl]"],
  ["two-people/script.yaml", "by: [dan]", "by: []"], ["two-people/script.yaml", "by: [dan]", "by: [dan, dan]"], ["two-people/script.yaml", "close: { transcript-key: transcript }", "close: { transcript_key: transcript }"],
  ["two-people/script.yaml", "- roll-call: {}", "- act: { by: dan, say: Look, backup-of: [root] }"], ["two-people/script.yaml", "- roll-call: {}", "- act: { by: dan, say: Look, state: {} }"], ["two-people/script.yaml", "- roll-call: {}", "- act: { by: dan, say: Look, files: [photo.jpg] }"],
  ["two-people/script.yaml", "valid: { for: P1Y } }", "valid: { for: P1Y }, revoke: [{ reason: superseded }] }"], ["two-people/script.yaml", "valid: { for: P1Y } }", 'valid: { for: P1Y }, revoke: [{ serial: "00ff", reason: superseded }] }'], ["two-people/script.yaml", "valid: { for: P1Y } }", "valid: { for: P1Y }, number: 0 }"],
  ["two-people/script.yaml", "valid: { for: P10Y }", "valid: { for: P10Y }\n      constraints: {}"], ["two-people/script.yaml", "valid: { for: P10Y }", 'valid: { for: P10Y }\n      crl-at: ["https://ca.example.com/a.crl"]'],
  ["station", "pin: prompt", "pin: 1234"], ["station", "pin: prompt", "pin: { descriptor: 2 }"], ["station", "serial: uninitialized", "slot: 0"], ["station", "anchorite-station: 1", "anchorite-station: 0"], ["station", /module: .*/, "module: relative.so"],
  ["station", /module: .*/, "module: /usr/lib/a.so?PIN-value=1234"], ["station", "SOFTHSM2_CONF", "LD_PRELOAD"], ["station", "SOFTHSM2_CONF", "Node_Options"], ["station", "SOFTHSM2_CONF", "HSM_PIN"], ["station", "slots=1", "Pin-Value=1234"],
];

test("the schemas refuse what the reader refuses for its form: fields, words, lengths, shapes, and fields that want or exclude each other [SCRIPT-FORM]", () => {
  for (const [file, from, to] of BAD) {
    const { form, text } = GOOD[file] ?? assert.fail(file);
    const changed = text.replace(from, to);
    assert.notEqual(changed, text, `${file} has no ${String(from)}`);
    assert.notDeepEqual(reader(form, changed), [], `the reader takes ${to}`);
    assert.equal(FORMS[form](yaml(changed)), false, `the schema takes ${to}`);
  }
});
