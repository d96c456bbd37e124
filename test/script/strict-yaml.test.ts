import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, toUtf8 } from "../../src/bytes/text.ts";
import { readStrictYaml } from "../../src/script/strict-yaml.ts";

const read = (text: string) => readStrictYaml(toUtf8(text), "a.yaml");
const told = (text: string) => read(text).findings.map(({ line, column, message }) => `${line}:${column} ${message}`);

test("reads maps in their order, lists, texts, plain integers, true, false and nothing", () => {
  const { value, findings } = read('b: [1, 0, yes, "2", 2026-01-01]\na: { t: true, f: false, n: , 12: x }\nt: |\n  &line\n  *line\n# !end\n');
  assert.deepEqual(findings, []);
  assert.deepEqual(value, { b: [1, 0, "yes", "2", "2026-01-01"], a: { 12: "x", t: true, f: false, n: null }, t: "&line\n*line\n" });
  assert.deepEqual(Object.keys(value as object), ["b", "a", "t"]);
});

for (const [what, text, finding] of [
  ["a duplicate key", "a: 1\nb: 2\na: 3\n", /^3:1 .*twice/],
  ["a key that is twice, once in quotes", "1: a\n'1': b\n", /^2:1 .*twice/],
  ["an anchor", "a: &x 1\n", /^1:4 anchors/],
  ["an alias", "a: 1\nb: *a\n", /^2:4 aliases/],
  ["a tag", "a: !!str 1\n", /^1:4 tags/],
  ["a tag of its own", "a: !secret x\n", /^1:4 tags/],
  ["a directive", "%YAML 1.1\n---\na: yes\n", /^1:1 directives/],
  ["a merge key", "a: { <<: { b: 1 } }\n", /^1:6 merge/],
  ["a second document", "a: 1\n---\nb: 2\n", /^2:1 .*second/],
  ["a tab", "a:\n\t- b\n", /^2:1 .*tab/],
  ["a tab inside a text", "a: b\tc\n", /^1:5 .*tab/],
  ["a byte order mark", "\ufeffa: 1\n", /^1:1 .*byte order mark/],
  ["a no-break space", "a:\u00a0b\n", /^1:3 .*\\u\{a0\}/],
  ["a bidirectional override in a comment", "a: 1 # \u202e\n", /^1:8 .*\\u\{202e\}/],
  ["a carriage return inside a line", "a: b\rc\n", /^1:5 /],
  ["a key without a name", "a: { [b]: 1 }\n", /^1:6 .*a name before the colon/],
  ["the key __proto__", "__proto__: { a: 1 }\n", /^1:1 .*a name/],
  ["a boolean as a key", "true: 1\n", /^1:1 .*a name/],
  ["TRUE", "a: TRUE\n", /^1:4 .*true or false in lower case/],
  ["an octal number", "a: 0755\n", /^1:4 .*plain decimal digits/],
  ["an octal number of YAML 1.2", "a: 0o17\n", /^1:4 .*plain decimal digits/],
  ["a float", "a: [1, 1e3]\n", /^1:8 .*plain decimal digits/],
  ["a hexadecimal number", "a: 0x1f\n", /^1:4 .*plain decimal digits/],
  ["a number of 24 digits", "a: 123456789012345678901234\n", /^1:4 .*plain decimal digits/],
  ["a negative number", "a: -1\n", /^1:4 .*plain decimal digits/],
  ["infinity", "a: .inf\n", /^1:4 .*plain decimal digits/],
  ["an unclosed bracket", "a: [1\nb: 2\n", /^\d:\d+ .*(closing|indent)/],
  ["wrong indentation", "a:\n  b: 1\n c: 2\n", /^3:\d .*indentation/],
] as const) {
  test(`refuses ${what}, with its place [SCRIPT-FORM]`, () => {
    assert.match(told(text).join("\n"), finding);
    assert.ok(read(text).findings.every(({ control, file }) => control === "SCRIPT-FORM" && file === "a.yaml"));
  });
}

test("finds everything at once [SCRIPT-FORM]", () => {
  assert.deepEqual(told("a: 007\nb: &x 1\na: 2\nc: d\te\n").map((line) => line.slice(0, 3)), ["1:4", "2:4", "3:1", "4:5"]);
});

test("takes lines that end in CR LF", () => {
  const { value, findings } = read("a: 1\r\nb: 2\r\n");
  assert.deepEqual({ value, findings }, { value: { a: 1, b: 2 }, findings: [] });
});

test("refuses octets that are not UTF-8, at the first of them [SCRIPT-FORM]", () => {
  const { findings, value } = readStrictYaml(concat(toUtf8("a: 1\nname: M"), Uint8Array.of(0xfc), toUtf8("ller\n")), "a.yaml");
  assert.deepEqual(findings.map(({ line, column }) => [line, column]), [[2, 8]]);
  assert.equal(value, undefined);
});

test("refuses more than a mebibyte, 40 levels of nesting or 200,000 parts, before any of it is built [SCRIPT-FORM]", () => {
  assert.match(told(`a: ${"b".repeat(1_048_576)}`).join(), /^1:1 expected at most 1048576 octets/);
  assert.deepEqual(read(`a: ${"b".repeat(1_048_573)}`).findings, []);
  assert.deepEqual(read(`${"[".repeat(40)}${"]".repeat(40)}`).findings, []);
  for (const deep of [`${"[".repeat(41)}${"]".repeat(41)}`, "- ".repeat(41), "{a: ".repeat(50_000), "? ".repeat(50_000), "[".repeat(1_000_000)]) {
    assert.match(told(deep).join(), /^1:\d+ expected at most 40 levels of nesting$/);
  }
  assert.match(told(`[${"a,".repeat(150_000)}]`).join(), /too many parts/);
});

test("locates values, names, and the nearest place of what is not there", () => {
  const { locate } = read("a:\n  - b: 1\n    c:\n  - { d: 2 }\n");
  assert.deepEqual(locate(["a", 0, "b"]), { line: 2, column: 8 });
  assert.deepEqual(locate(["a", 0, "b"], "key"), { line: 2, column: 5 });
  assert.deepEqual(locate(["a", 0, "c"]), { line: 3, column: 5 });
  assert.deepEqual(locate(["a", 1, "missing"]), { line: 4, column: 5 });
  assert.deepEqual(locate(["nowhere", 7]), { line: 1, column: 1 });
  assert.deepEqual(readStrictYaml(new Uint8Array(), "a.yaml").locate(["x"]), { line: 1, column: 1 });
});

test("never shows what was written in place of a number or a token [SCRIPT-FORM]", () => {
  for (const text of ["pin: 0471190815\n", "pin: '0471190815\n", "pin: \"0471190815\" 0471190815\n", "pin: &p0471190815 0471190815\n", "0471190815\n0471190815: x\n"]) {
    const { findings } = read(text);
    assert.ok(findings.length > 0);
    assert.ok(!JSON.stringify(findings).includes("471190815"), JSON.stringify(findings));
  }
});
