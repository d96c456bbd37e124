import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toUtf8 } from "../../src/bytes/text.ts";
import { inputPaths } from "../../src/plan/inputs.ts";
import { parseScript } from "../../src/script/parse.ts";
import { findingsOfScript, mistaken, SCRIPT, summary, type Mistake } from "./example.ts";

test("reads a script with every step kind, as written [SCRIPT-FORM]", () => {
  const { script, findings } = parseScript(toUtf8(SCRIPT), "script.yaml");
  assert.deepEqual(findings, []);
  assert.ok(script !== null);
  assert.deepEqual(script.quorum, { seal: [{ count: 1, role: "administrator" }, { count: 1, role: "witness" }], effects: [{ count: 2, role: "any" }] });
  assert.deepEqual(script.steps[2], { kind: "initialize-token", path: ["steps", 2, "initialize-token"], token: "vault" });
  assert.equal(new Set(script.steps.map(({ kind }) => kind)).size, 12);
  assert.equal(script.dice, 20);
  assert.equal(script.materials?.[0]?.serial, "0123");
});

test("keeps the order in which a subject is written [SCRIPT-FORM]", () => {
  for (const order of [["C", "O", "CN"], ["CN", "OU", "O", "C"], ["serialNumber", "DC", "CN", "E", "L", "ST"]]) {
    const subject = `{ ${order.map((type) => `${type}: "NO"`).join(", ")} }`;
    const { script } = parseScript(toUtf8(SCRIPT.replace('{ C: "NO", O: Example, CN: Example Root }', subject)), "script.yaml");
    const root = script?.steps.find((step) => step.kind === "issue-root");
    assert.deepEqual(Object.keys(root?.subject ?? {}), order);
  }
});

test("names every file of a script once, sorted", () => {
  const { script } = parseScript(toUtf8(SCRIPT), "script.yaml");
  assert.ok(script !== null);
  assert.deepEqual(inputPaths(script), ["people/alice.pub", "people/bob.pub", "people/dan.pub", "requests/app.csr"]);
});

/** One mistake each: what is replaced, by what (« before the place of the finding), and words of the message or hint. */
const MISTAKES: readonly (readonly [...Mistake, says: RegExp])[] = [
  ["anchorite: 1", "anchorite: «2", /expected 1, the version of the script's form, found 2/],
  ["ceremony: Example ceremony", "ceremony: «No", /3 to 60 visible characters.*found "No"/],
  ["ceremony: Example ceremony", 'ceremony: «"right to \\u202e left"', /found "right to \\u\{202e\} left"/],
  ["ceremony: Example ceremony", 'ceremony: «"half \\ud800 pair"', /visible characters/],
  ["assurance: test", "assurance: «tset", /expected test, software-keys, production, found "tset"/],
  ["assurance: test", "«assurance:", /found nothing/],
  ["role: operator", "role: «boss", /administrator, operator, custodian, witness, auditor, found "boss"/],
  ["  alice: {", "  «Alice: {", /a person's id/],
  ["key: people/bob.pub", "key: «../bob.pub", /path below the script's folder/],
  ["key: people/bob.pub", "key: «/people/bob.pub", /path below/],
  ["key: people/bob.pub", "key: «people/.ssh/bob.pub", /path below/],
  ["key: people/bob.pub", "key: «people//bob.pub", /path below/],
  ["key: people/bob.pub", "key: «lists/bob.pub", /not below lists/],
  ["request: requests/app.csr", 'request: «"-out"', /hyphen/],
  ["2 of any", "«2 of anybody", /a quorum such as 1 of administrator/],
  ["2 of any", "«0 of any", /a quorum such as/],
  ['serial: "0123"', "serial: «123", /quotes, found 123/],
  ["dice: 20", "dice: «0", /from 1 to 100, found 0/],
  ["dice: 20", "dice: «101", /found 101/],
  ["dice: 20", "dice: «many", /found "many"/],
  ["vault:\n    holds", "«vaultvaultvault1:\n    holds", /a token name/],
  ["holds: [root, transcript]", "holds: [root, transcript, «root]", /twice/],
  ['module: "abababab', 'module: «"ABababab', /SHA-256 of 64 lower-case hex digits/],
  ["say: Open the safe.", 'say: «""', /a text of 1 to 2000/],
  ["type: [bag]", "type: «[]", /a list of 1 to 100 names of values to type/],
  ["key: root, token", "key: «Root, token", /a name of lower-case letters/],
  ["algorithm: rsa-4096", "algorithm: «rsa-1024", /expected ecdsa-p256, .*found "rsa-1024"/],
  ["backup: vendor", "backup: «tape", /expected none, vendor, wrap, found "tape"/],
  ["profile: private/root", "profile: «private", /a profile such as private\/root/],
  ["{ for: P15Y }", "{ for: P15Y, «from: x }", /unknown field "from"/],
  ["{ for: P15Y }", "{ for: «P15W }", /a period of years, months and days/],
  ["{ for: P15Y }", "{ for: «P }", /a period of/],
  ["{ for: P15Y }", "{ for: «P0Y }", /a period of/],
  ["{ for: P15Y }", "«P15Y", /\{ for: P20Y \}.*found "P15Y"/],
  ["{ for: P15Y }", "«{}", /the field is missing/],
  ['until: "2046-01-01T00:00:00Z"', 'until: «"2046-02-30T00:00:00Z"', /that the calendar has/],
  ['until: "2046-01-01T00:00:00Z"', 'until: «"2046-01-01T00:00:00+01:00"', /an instant such as/],
  ['until: "2046-01-01T00:00:00Z"', 'until: «"2026-01-01T00:00:00Z"', /expected until to be later than from/],
  [', until: "2046-01-01T00:00:00Z"', "", /missing/],
  ["O: Example,", "«Org: Example,", /expected one of CN, O, OU, C, L, ST, serialNumber, DC, E, found "Org"/],
  ["O: Example,", "O: «17,", /a text in quotes, found 17/],
  ["path-length: 0", "path-length: «-1", /plain decimal digits/],
  ["path-length: 0", "path-length: «11", /10 or less/],
  ["path-length: 0", 'path-length: «"0"', /a whole number/],
  ["platform: pem", "platform: «penn", /expected pem or foundries or .*, found "penn"/],
  ["by: [dan]", "by: «dan", /a list of 1 to 20 people/],
  ["assurance: test", "assurance: test\nrotation: { remind: «[] }", /expected a list of 1 to 10 periods/],
  ["assurance: test", "assurance: test\n«people-of-note: []", /unknown field "people-of-note".*the fields here are anchorite, ceremony/s],
  ["dice: 20", "«dyce: 20", /did you mean dice\?/],
  ["type: [bag]", "files: [«a.pdf]", /expected evidence\/ and a file name/],
  ["type: [bag]", "state: «open", /expected a map of fields, found "open"/],
  ["profile: private/root\n", "profile: private/root\n      crl: «sometimes\n", /expected periodic, on-event, none/],
  ["path-length: 0", "«renew: root-ca", /unknown field/],
  ["- roll-call: {}", "- roll-call: { «at: noon }", /unknown field "at".*no fields here/s],
  ["- roll-call: {}", "- «roll-call:", /expected a map of fields, found nothing/],
  ["- roll-call: {}", "- «roll-call", /expected a step kind and its fields, found "roll-call".*roll-call: \{\}/s],
  ["- roll-call: {}", "- «rollcall: {}", /unknown step kind "rollcall".*did you mean roll-call\?/s],
  ["- roll-call: {}", "- roll-call: {}\n    «close: {}", /expected one step kind, found roll-call and "close".*dash of its own/s],
  ["- roll-call: {}", "- act:\n    «by: bob\n    say: Read.", /found act and "by".*indent the fields of act/s],
  ["- roll-call: {}", "- «{}", /an empty map/],
];

for (const [from, to, says] of MISTAKES) {
  test(`finds ${JSON.stringify(to.slice(0, 50))} at its line and column [SCRIPT-FORM]`, () => {
    const { text, places } = mistaken(SCRIPT, [from, to]);
    const [finding, ...more] = findingsOfScript(text);
    assert.deepEqual(more, []);
    assert.ok(finding !== undefined && finding.control === "SCRIPT-FORM" && finding.file === "script.yaml");
    if (places[0] !== undefined) assert.equal(`${finding.line}:${finding.column}`, places[0]);
    assert.match(`${finding.message}\n${finding.hint ?? ""}`, says);
  });
}

test("says what is missing, at the map that lacks it [SCRIPT-FORM]", () => {
  const { text, places } = mistaken(SCRIPT, ["{ name: Bob Example, role: operator, key: people/bob.pub }", "«{ name: Bob Example }"]);
  const findings = findingsOfScript(text);
  assert.deepEqual(summary(findings), [`${places[0]} SCRIPT-FORM`, `${places[0]} SCRIPT-FORM`]);
  assert.deepEqual(findings.map(({ path }) => path.join(".")), ["people.bob.role", "people.bob.key"]);
});

test("finds every mistake of a script at once, in the order of the text [SCRIPT-FORM] [SCRIPT-NAMES]", () => {
  const { text, places } = mistaken(
    SCRIPT,
    ["assurance: test", "assurance: «prod"],
    ["dice: 20", "dice: «020"],
    ["by: bob, say", "by: «eve, say"],
    ["algorithm: rsa-4096", "algorithm: «rsa-1024"],
    ["  - issue-crl: { crl: root-crl, issuer: root-ca", "  - issue-crl: { crl: root-crl, issuer: «rot-ca"],
    ["by: [dan]", "by: [«alice]"],
    ["transcript-key: transcript", "«transcriptkey: transcript"],
  );
  assert.deepEqual(summary(findingsOfScript(text)), [
    `${places[0]} SCRIPT-FORM`, `${places[1]} SCRIPT-FORM`, `${places[2]} SCRIPT-NAMES`, `${places[3]} SCRIPT-FORM`,
    `${places[4]} SCRIPT-NAMES`, `${places[5]} WITNESS-INDEPENDENT`, `${places[6]} SCRIPT-FORM`,
  ]);
});

test("says nothing about a name that a step which could not be read may define [SCRIPT-NAMES]", () => {
  const { text, places } = mistaken(SCRIPT, ["algorithm: ecdsa-p384, backup: none", "algorithm: «p384, backup: none"]);
  assert.deepEqual(summary(findingsOfScript(text)), [`${places[0]} SCRIPT-FORM`]);
});

test("an unknown field anywhere never parses [SCRIPT-FORM]", () => {
  const maps = [...SCRIPT.matchAll(/\{ /g)].map(({ index }) => index + 2);
  const name = fc.stringMatching(/^[a-z]{1,12}$/).map((letters) => `${letters}-x`);
  fc.assert(
    fc.property(fc.constantFrom(...maps), name, (at, field) => {
      const { script } = parseScript(toUtf8(`${SCRIPT.slice(0, at)}${field}: 1, ${SCRIPT.slice(at)}`), "script.yaml");
      assert.equal(script, null);
    }),
    { numRuns: 150 },
  );
});

test("a script with any character changed parses or is refused with places, and never throws", () => {
  fc.assert(
    fc.property(fc.nat(SCRIPT.length - 1), fc.constantFrom(..."{}[]:,-#&*!|>'\"%@`\t\n 0a\ud800é\u202e"), (at, put) => {
      const { script, findings } = parseScript(new TextEncoder().encode(`${SCRIPT.slice(0, at)}${put}${SCRIPT.slice(at + 1)}`), "script.yaml");
      assert.equal(script === null, findings.length > 0);
      for (const { line, column, file } of findings) assert.ok((line ?? 0) >= 1 && (column ?? 0) >= 1 && file === "script.yaml");
    }),
    { numRuns: 200 },
  );
});

test("arbitrary octets never throw and never parse", () => {
  const yamlish = fc.array(fc.constantFrom("a", ": ", "- ", "\n", "  ", "{", "}", "[", "]", ",", "&a ", "*a", "!t ", "? ", "| ", "\"", "'", "#", "---\n", "steps", "people", "0x1", "__proto__", "<<")).map((parts) => toUtf8(parts.join("")));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), yamlish), (octets) => {
      const { script, findings } = parseScript(octets, "script.yaml");
      assert.equal(script, null);
      assert.ok(findings.length > 0);
    }),
    { numRuns: 500 },
  );
});
