/** YAML nodes to plain values: texts, plain decimal integers, true, false, null, lists and maps; whatever else is written is found. */
import { isMap, isScalar, isSeq, type Scalar, type YAMLMap } from "yaml";

/** Called with the node at fault (it has a `range`), what was expected and found, and a hint. */
export type Report = (node: unknown, message: string, hint?: string) => void;

const PLAIN_INTEGER = /^(0|[1-9][0-9]{0,14})$/;

/** The value of a node. What cannot be read is reported, and is null or, for a number of another form, its text. */
export function plainValue(node: unknown, report: Report): unknown {
  if (isMap(node)) return plainMap(node, report);
  if (isSeq(node)) return node.items.map((item) => plainValue(item, report));
  if (!isScalar(node)) return null;
  return plainScalar(node, report);
}

/** The name that a key spells, or null when the key is no text and no plain integer. */
export function keyName(key: unknown): string | null {
  if (!isScalar(key)) return null;
  if (typeof key.value === "number" && PLAIN_INTEGER.test(key.source ?? "")) return String(key.value);
  return typeof key.value === "string" && key.value !== "__proto__" ? key.value : null;
}

function plainMap(map: YAMLMap, report: Report): unknown {
  const values = new Map<string, unknown>();
  for (const { key, value } of map.items) {
    const name = keyName(key);
    if (name === null) report(key ?? value, "expected a name before the colon");
    else if (name === "<<") report(key, "merge keys are not allowed: write the fields out");
    else if (values.has(name)) report(key, "the same name stands here twice in one map");
    else values.set(name, plainValue(value, report));
  }
  return Object.fromEntries(values);
}

function plainScalar(scalar: Scalar, report: Report): unknown {
  const { value } = scalar;
  if (typeof value === "boolean" && !/^(true|false)$/.test(scalar.source ?? "")) {
    report(scalar, "expected true or false in lower case, or quotes around a text");
  }
  if (typeof value !== "number" && typeof value !== "bigint") return value;
  if (PLAIN_INTEGER.test(scalar.source ?? "")) return value;
  // never shown in the message: somebody may have written a PIN where none belongs
  report(scalar, "expected plain decimal digits without leading zeros, at most 15, found a number of another form", "put serial numbers and the like in quotes");
  return scalar.source ?? "";
}
