import assert from "node:assert/strict";
import { test } from "node:test";
import { readAnswers } from "../../src/console/answers.ts";
import { Fault } from "../../src/fault.ts";

function refusal(text: string): Fault {
  try {
    readAnswers(text);
  } catch (thrown) {
    assert.ok(thrown instanceof Fault, String(thrown));
    assert.equal(thrown.code, "usage-answers");
    return thrown;
  }
  return assert.fail(`${text} was taken`);
}

test("an answers file is a map from step numbers to lists", () => {
  const answers = readAnswers(`
words: computed
1:
  - [alice, bob, dan]     # who is here
  - agree
2: [initialize]
7: [{ by: bob, serial: "A-17" }]
`);
  assert.equal(answers.computedWords, true);
  assert.deepEqual([...answers.steps], [
    [1, [["alice", "bob", "dan"], "agree"]],
    [2, ["initialize"]],
    [7, [{ by: "bob", serial: "A-17" }]],
  ]);
  assert.equal(readAnswers("1: [agree]\n").computedWords, false);
  assert.equal(readAnswers("").steps.size, 0);
});

test("a mistake is refused with its line and column", () => {
  assert.match(refusal("words: yes\n").message, /^answers file: 1:8: words: expected computed/);
  assert.match(refusal("1: [agree]\nfoo: [agree]\n").message, /^answers file: 2:1: foo: expected words, decisions or a step number/);
  assert.match(refusal("1: agree\n").message, /^answers file: 1:4: 1: expected a list/);
  assert.match(refusal("1: [12345]\n").message, /^answers file: 1:5: .*digits in quotes/);
  assert.match(refusal("1: [{ by: bob, serial: 17 }]\n").message, /^answers file: 1:24: .*expected a text in quotes/);
  assert.match(refusal("1: [null]\n").message, /^answers file: 1:5: /);
  assert.match(refusal("- agree\n").message, /^answers file: 1:1: /);
  assert.match(refusal("1: [agree\n").message, /^answers file: \d:\d+: /);
});

test("a step that stands twice, anchors, tags and a second document are refused", () => {
  assert.match(refusal("1: [a]\n1: [b]\n").message, /^answers file: 2:1: .*twice/);
  assert.match(refusal("1: [a]\n'1': [b]\n").message, /^answers file: 2:1: .*twice/);
  refusal("1: [a]\n01: [b]\n");
  assert.match(refusal("1: &x [a]\n2: *x\n").message, /^answers file: 1:4: anchors/);
  assert.match(refusal("1: !!seq [a]\n").message, /^answers file: 1:4: tags/);
  assert.match(refusal("1: [a]\n---\n2: [b]\n").message, /^answers file: 2:1: .*second/);
});

test("every mistake is told, the first in the message", () => {
  const fault = refusal("1: agree\n2: [7]\nwords: no\n");
  assert.equal([fault.message, ...fault.hints].length, 3);
});

test("a text that is too long or too deep is refused without being followed", () => {
  assert.match(refusal("#".repeat(300_000)).message, /at most 262144 characters/);
  for (const opening of ["[", "{", "- ", "? ", "[{a: "]) assert.match(refusal(`1:\n ${opening.repeat(50_000)}`).message, /levels of nesting/);
});
