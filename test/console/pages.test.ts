import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { COLUMNS, digestLines, faultLines, findingLines, pathText, stepLines, stepText, wrap } from "../../src/console/pages.ts";
import { Fault } from "../../src/fault.ts";
import { briefing, moment, pageOf } from "./briefing.ts";

test("a finding is file, line, column, path, message and control, with its hint below [SCRIPT-FORM]", () => {
  const findings = [
    { control: "SCRIPT-FORM", path: ["steps", 3, "valid", "for"], message: "expected a period", hint: "P20Y is twenty years", file: "root.yaml", line: 5, column: 27 },
    { control: "SCRIPT-NAMES", path: [], message: "no \u202estep" },
  ] as const;
  assert.deepEqual(findingLines(findings), [
    "root.yaml:5:27: steps[3].valid.for: expected a period [SCRIPT-FORM]",
    "  hint: P20Y is twenty years",
    "(document): no \\u{202e}step [SCRIPT-NAMES]",
  ]);
  assert.equal(pathText(["people", "al\u001bice", 0, 1]), "people.al\\u{1b}ice[0][1]");
});

test("a fault is its code, its sentence and its hints", () => {
  const fault = new Fault("hsm-login", "token refused the PIN (CKR_PIN_INCORRECT)\u001b[2J", ["look at the keyboard\n", "ask the SO"]);
  assert.deepEqual(faultLines(fault), [
    "anchorite: hsm-login: token refused the PIN (CKR_PIN_INCORRECT)\\u{1b}[2J",
    "hint: look at the keyboard\\u{a}",
    "hint: ask the SO",
  ]);
});

test("a digest is named, in full hex, and in eight rows of hex and words", () => {
  const lines = digestLines("certificate factory-ca", briefing.planDigest);
  assert.equal(lines.length, 10);
  assert.equal(lines[0], "SHA-256 of certificate factory-ca");
  assert.equal(lines[1], `  ${briefing.planDigest}`);
  assert.equal(lines[2], "   1  e58294f2  topmost    Istanbul     Pluto      vagabond");
  assert.equal(lines[9], "   8  00000000  aardvark   adroitness   aardvark   adroitness");
});

const AT = { instant: moment.now, tokens: [{ token: "vault", serial: "0123456789abcdef", loggedIn: true }, { token: "issuing", serial: null, loggedIn: false }], present: [], plain: false };

test("the page of a step says where we are, the tokens, what is done, who reads what aloud, what cannot be undone and what failure means", () => {
  const [, step] = briefing.steps;
  assert.ok(step);
  assert.deepEqual(stepLines(briefing, step, AT), [
    "",
    "-".repeat(78),
    ` CEREMONY Example Factory root of trust${" ".repeat(35)}TEST`,
    ` Step 2 of 3  generate-key-pair${" ".repeat(27)}2026-11-20T10:42:07Z`,
    ` Act 2 of 2  Keys${" ".repeat(50)}about 4 min`,
    " Token vault: serial 0123456789abcdef, LOGGED IN",
    " Token issuing: serial not known yet, not logged in",
    "-".repeat(78),
    " Generate the key pair factory-root on token vault",
    "",
    " READ ALOUD by Alice Example (administrator):",
    "   I am generating the root key. It can never leave this token.",
    " CANNOT BE UNDONE: The key exists from then on.",
    " IF IT FAILS: It is parked.",
  ]);
});

test("the words of the last head stay on the page behind it", () => {
  const [, step] = briefing.steps;
  assert.ok(step);
  assert.equal(stepLines(briefing, step, { ...AT, words: { seq: 57, text: "topmost Istanbul Pluto vagabond" } })[7], " On paper after entry 57: topmost Istanbul Pluto vagabond");
});

test("a plain page has no rules and nothing side by side", () => {
  const [, step] = briefing.steps;
  assert.ok(step);
  assert.deepEqual(stepLines(briefing, step, { ...AT, plain: true }).slice(1, 7), [
    " CEREMONY Example Factory root of trust", " TEST", " Step 2 of 3  generate-key-pair", " 2026-11-20T10:42:07Z", " Act 2 of 2  Keys", " about 4 min",
  ]);
});

test("who speaks is the person of the plan, or else somebody who may act and is here", () => {
  const [, step] = briefing.steps;
  assert.ok(step);
  const speaker = (present: readonly string[]) => stepLines(briefing, step, { ...AT, present }).find((line) => line.startsWith(" READ ALOUD"));
  assert.equal(speaker(["alice", "bob"]), " READ ALOUD by Alice Example (administrator):");
  assert.equal(speaker(["dan", "bob"]), " READ ALOUD by Bob Example (operator):");
});

test("every assurance has its word on the page and in the log", () => {
  const [step] = briefing.steps;
  assert.ok(step);
  for (const [assurance, word] of [["test", "TEST"], ["software-keys", "SOFTWARE KEYS"], ["production", "REAL KEYS"]] as const) {
    const marked = { ...briefing, assurance };
    assert.ok(stepLines(marked, step, AT)[2]?.endsWith(` ${word}`));
    assert.ok(stepText(marked, step).startsWith(`${word}  step 1 of 3  roll-call: `));
  }
});

test("no line of a page is wider than the screen or holds a control character, whatever the script says", () => {
  const text = fc.string({ unit: "binary", maxLength: 200 });
  fc.assert(fc.property(text, text, text, (ceremony, title, deed) => {
    for (const line of stepLines({ ...briefing, ceremony }, pageOf({ number: 1, kind: "act", title: [title], deed, failure: title }), AT)) {
      assert.ok(Array.from(line).length <= COLUMNS, line);
      assert.doesNotMatch(line, /\p{Cc}/u);
    }
  }));
});

test("wrapping keeps every character but the blanks it breaks at", () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: fc.constantFrom("a", "b", "é"), minLength: 1, maxLength: 100 }), { minLength: 1 }), (words) => {
    const lines = wrap(words.join(" "), "  ");
    assert.equal(lines.map((line) => line.slice(2)).join("").replaceAll(" ", ""), words.join(""));
    assert.ok(lines.every((line) => line.length <= 78));
  }));
});
