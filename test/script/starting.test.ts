/** What `init` writes passes `check` as it is. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { toUtf8 } from "../../src/bytes/text.ts";
import { parseScript } from "../../src/script/parse.ts";
import { BEGINNINGS } from "../../src/script/starting/first-steps.ts";
import { idFrom, newScript, newStation, type FirstAnswers } from "../../src/script/starting/new-files.ts";
import { parseStation, stationFindings } from "../../src/script/station.ts";
import { FILES, planOf } from "../scripted/scripts.ts";
import { checkout } from "../tools.ts";

const ANSWERS: FirstAnswers = {
  platform: "plain", title: "First ceremony", assurance: "test", organization: "ACME: pumps, valves & more", factory: "my-factory",
  administrator: { name: "Alice Example", id: "alice" }, operator: { name: "Bob Example", id: "bob" }, witness: { name: "Dan O'Neil", id: "dan" }, module: "/usr/lib/softhsm/libsofthsm2.so",
};
const SALT = "00112233445566778899aabbccddeeff";

for (const platform of Object.keys(BEGINNINGS)) {
  test(`the first script for ${platform} passes check with the people's keys and nothing else, and its station fits [SCRIPT-FORM] [INPUT-PRESENT]`, () => {
    for (const assurance of ["test", "software-keys"]) {
      const answers = { ...ANSWERS, platform, assurance };
      const { findings, made } = planOf(newScript(answers), { "people/alice.pub": FILES["people/alice.pub"] ?? "", "people/bob.pub": FILES["people/bob.pub"] ?? "", "people/dan.pub": FILES["people/dan.pub"] ?? "" });
      assert.deepEqual(findings, []);
      assert.ok(made?.plan);
      const { script } = parseScript(toUtf8(newScript(answers)), "script.yaml");
      const { station, findings: inStation } = parseStation(toUtf8(newStation(answers, SALT)), "station.yaml");
      assert.deepEqual(inStation, []);
      assert.ok(script !== null && station !== null);
      assert.deepEqual(stationFindings(script, station), []);
    }
  });
}

test("there is a first script for every platform that has a page, and for none", () => {
  const pages = readdirSync(join(checkout, "docs", "platforms")).filter((name) => name.endsWith(".md")).map((name) => name.replace(".md", ""));
  assert.deepEqual(Object.keys(BEGINNINGS).sort(), ["plain", ...pages].sort());
});

test("whatever name people have, its id is one that a script may use, or none at all; what they typed is read back as they typed it", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (name) => assert.match(idFrom(name), /^([a-z][a-z0-9-]{0,30})?$/)));
  assert.deepEqual(["Alice Example", "Zoë O'Neil-Süß", "Ægir", "根", "1 Bob"].map(idFrom), ["alice-example", "zoe-o-neil-su", "gir", "", "bob"]);
  const names = fc.stringMatching(/^[!-~][ -~]{1,38}[!-~]$/);
  fc.assert(fc.property(names, names, (title, name) => {
    const { script, findings } = parseScript(toUtf8(newScript({ ...ANSWERS, title, witness: { name, id: "dan" } })), "script.yaml");
    assert.deepEqual(findings, []);
    assert.deepEqual([script?.ceremony, script?.people["dan"]?.name], [title, name]);
  }), { numRuns: 25 });
});
