/** JSON that somebody else wrote. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import canonicalize from "canonicalize";
import { parseCanonical } from "../../src/bytes/canonical.ts";
import { parseJson, textField } from "../../src/bytes/json.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { Fault } from "../../src/fault.ts";

const refused = (text: string): string => {
  try {
    parseJson(toUtf8(text));
  } catch (thrown) {
    return thrown instanceof Fault ? thrown.message : "not a fault";
  }
  return "taken";
};

test("what JSON.stringify writes is read as it was, whatever stands in its texts", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
    const text = JSON.stringify(value, null, indent);
    assert.equal(JSON.stringify(parseJson(toUtf8(text))), JSON.stringify(value));
  }), { numRuns: 300 });
});

/** Names in any order, some of digits, which an engine puts first. */
const integers = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.constant(null), fc.boolean(), fc.maxSafeInteger(), fc.string({ unit: "binary" }), fc.array(tie("value"), { maxLength: 4 }), fc.dictionary(fc.oneof(fc.string({ unit: "binary", maxLength: 3 }), fc.constantFrom("1", "10", "9", "a", "é", "\u{1f600}", "\uffee", "__proto__")), tie("value"), { maxKeys: 5 })),
})).value;

test("a text is read as canonical where it is what RFC 8785 makes of its value, and nowhere else [RECORD-CHAIN]", () => {
  const isTaken = (text: string): boolean => {
    try {
      parseCanonical(toUtf8(text));
      return true;
    } catch (thrown) {
      assert.ok(thrown instanceof Fault);
      return false;
    }
  };
  fc.assert(fc.property(integers, fc.boolean(), (value, isOwn) => {
    const text = (isOwn ? canonicalize(value) : JSON.stringify(value)) ?? "";
    assert.equal(isTaken(text), text === canonicalize(JSON.parse(text)), text);
  }), { numRuns: 500 });
  for (const text of ['{"a":1,"a":1}', '{"b":1,"a":1}', "[1.5]", "[1e3]", "[-0]", "[ 1]", '["\\u0061"]', '["\\ud800"]', '{"\\ud800":1}', "[9007199254740993]"]) assert.equal(isTaken(text), false, text);
});

test("an object with a name twice is refused, however the name is spelled, and two objects with one name are not", () => {
  assert.match(refused('{"a": 1, "\\u0061": 2}'), /found "a" twice/);
  assert.match(refused('[{"b": {"a": [], "c": "a", "a": {}}}]'), /found "a" twice/);
  assert.equal(refused('{"a": {"a": "a"}, "b": {"a": ["a", "a", "a"]}, "c": "{\\"a\\": 1, \\"a\\": 2}"}'), "taken");
  assert.match(refused("{"), /expected a JSON text/);
});

test("a field is a text of the one object there is", () => {
  const answer = toUtf8('{"tls-csr": "PEM", "n": 1}');
  assert.equal(textField(answer, "tls-csr"), "PEM");
  assert.throws(() => textField(answer, "n"), /expected a text in the field n, found 1/);
  assert.throws(() => textField(answer, "toString"), /found no such field; there are tls-csr, n/);
  assert.throws(() => textField(toUtf8("[]"), "n"), /expected one JSON object/);
});
