/** JSON that somebody else wrote. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
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
