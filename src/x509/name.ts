import { derOid, derSequence, derSet, derTlv, TAG } from "../bytes/der.ts";
import { toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import type { Finding, ScriptPath } from "../fault.ts";
import { textProblems } from "./attribute-text.ts";
import { attributeTypeNamed } from "./attribute-type.ts";
import type { AttributeType } from "./attribute-type.ts";

export { nameAttributes, printName } from "./name-reading.ts";

/** Attributes that a script may give a name. */
export const NAME_ATTRIBUTE_TYPES = ["CN", "O", "OU", "C", "L", "ST", "serialNumber", "DC", "E"] as const;
export type NameAttributeType = (typeof NAME_ATTRIBUTE_TYPES)[number];

export interface NameAttribute {
  readonly type: NameAttributeType;
  readonly value: string;
}

/**
 * The DER Name of these attributes, one RDN each, in the order given: PrintableString for C and serialNumber, IA5String
 * for DC and E, UTF8String for the rest (RFC 5280 4.1.2.4). Judge them first: what `judgeName` refuses is encoded all the same.
 */
export function encodeName(attributes: readonly NameAttribute[]): Uint8Array {
  return derSequence(...attributes.map(({ type, value }) => {
    const { oid, tags } = typeOf(type);
    return derSet(derSequence(derOid(oid), derTlv(tags[0] ?? TAG.utf8String, toUtf8(value))));
  }));
}

function typeOf(type: NameAttributeType): AttributeType {
  const found = attributeTypeNamed(type);
  if (found === undefined) throw new Fault("bug-unreachable", `attribute type ${type} is not in the table`);
  return found;
}

/** Everything that is wrong with a planned name [SUBJECT-FORM]: X.520 bounds, forbidden characters, C not two letters, no attribute at all. */
export function judgeName(attributes: readonly NameAttribute[], path: ScriptPath): Finding[] {
  if (attributes.length === 0) return [{ control: "SUBJECT-FORM", path, message: "expected at least one attribute, found none" }];
  return attributes.flatMap(({ type, value }, i) => {
    const known = typeOf(type);
    return textProblems(known, known.tags[0] ?? TAG.utf8String, value).map((problem) => ({ control: "SUBJECT-FORM" as const, path: [...path, i], message: problem.text }));
  });
}
