/** What X.690 demands of the contents of primitive types. */

/** Identifier octets of the universal types that X.509 and CMS use. */
export const TAG = {
  boolean: 0x01, integer: 0x02, bitString: 0x03, octetString: 0x04, null: 0x05, oid: 0x06, enumerated: 0x0a,
  utf8String: 0x0c, numericString: 0x12, printableString: 0x13, t61String: 0x14, ia5String: 0x16,
  utcTime: 0x17, generalizedTime: 0x18, visibleString: 0x1a, universalString: 0x1c, bmpString: 0x1e,
  sequence: 0x30, set: 0x31,
} as const;

const RULES: Readonly<Record<number, (contents: Uint8Array) => string | null>> = {
  [TAG.boolean]: booleanProblem,
  [TAG.integer]: integerProblem,
  [TAG.enumerated]: integerProblem,
  [TAG.bitString]: bitStringProblem,
  [TAG.null]: (contents) => (contents.length === 0 ? null : "expected an empty NULL"),
  [TAG.oid]: oidProblem,
};

/** Why these contents are no DER of their universal type; null when they are, and for types without a rule. */
export function contentsProblem(tag: number, contents: Uint8Array): string | null {
  return RULES[tag]?.(contents) ?? null;
}

/** X.690 11.1. */
function booleanProblem(contents: Uint8Array): string | null {
  const isOne = contents.length === 1 && (contents[0] === 0x00 || contents[0] === 0xff);
  return isOne ? null : "expected a BOOLEAN of one octet, 00 or FF";
}

/** X.690 8.3.2: the first nine bits are neither all ones nor all zeros. */
function integerProblem(contents: Uint8Array): string | null {
  const [first, second] = contents;
  if (first === undefined) return "expected an INTEGER of at least one octet";
  if (second === undefined) return null;
  const isPadded = (first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80);
  return isPadded ? "expected the shortest form of an INTEGER" : null;
}

/** X.690 8.6.2 and 11.2.1: unused bits are zero. */
function bitStringProblem(contents: Uint8Array): string | null {
  const unused = contents[0];
  if (unused === undefined || unused > 7) return "expected a BIT STRING with a count of unused bits from 0 to 7";
  const last = contents.length > 1 ? contents[contents.length - 1] ?? 0 : 0;
  if (contents.length === 1 && unused !== 0) return "expected no unused bits in an empty BIT STRING";
  return (last & ((1 << unused) - 1)) === 0 ? null : "expected the unused bits of a BIT STRING to be zero";
}

/** X.690 8.19: every subidentifier ends, none begins with 80, none is larger than this program counts. */
function oidProblem(contents: Uint8Array): string | null {
  if (contents.length === 0 || contents.length > 128) return "expected an OBJECT IDENTIFIER of 1 to 128 octets";
  let length = 0;
  for (const octet of contents) {
    if (length === 0 && octet === 0x80) return "expected the shortest form of an OBJECT IDENTIFIER";
    length = octet < 0x80 ? 0 : length + 1;
  }
  return length === 0 ? null : "expected an OBJECT IDENTIFIER that ends";
}
