import { booleanOf, Fields, integerOf, oidOf, readDer, TAG } from "../bytes/der.ts";
import type { DerNode } from "../bytes/der.ts";
import { Fault } from "../fault.ts";
import { KEY_USAGE_BITS, type KeyUsageBit } from "./extension-value.ts";

/** An extension as it was read. */
export interface ReadExtension {
  readonly oid: string;
  readonly critical: boolean;
  /** Contents of extnValue. */
  readonly value: Uint8Array;
}

/** Extensions that this program knows by name (RFC 5280 4.2, 5.2, 5.3). */
export const EXTENSION = {
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  cRLNumber: "2.5.29.20",
  reasonCode: "2.5.29.21",
  nameConstraints: "2.5.29.30",
  certificatePolicies: "2.5.29.32",
  authorityKeyIdentifier: "2.5.29.35",
  extKeyUsage: "2.5.29.37",
} as const;

/**
 * Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension (RFC 5280 4.1). Duplicates are left to the caller.
 * @throws Fault form-der, also for an explicit `critical FALSE`, which is no DER
 */
export function extensionsOf(node: DerNode): ReadExtension[] {
  if (node.tag !== TAG.sequence || node.children.length === 0) throw new Fault("form-der", "Extensions: expected at least one extension");
  return node.children.map((child) => {
    const fields = new Fields(child, "Extension");
    const oid = oidOf(fields.take(TAG.oid, "extnID"));
    const critical = fields.takeIf(TAG.boolean);
    if (critical !== undefined && !booleanOf(critical)) throw new Fault("form-der", `Extension ${oid}: expected no explicit FALSE`);
    const value = fields.take(TAG.octetString, "extnValue").contents;
    fields.end();
    return { oid, critical: critical !== undefined, value };
  });
}

/** The object identifiers that stand there more than once. */
export function duplicatesOf(oids: readonly string[]): string[] {
  return [...new Set(oids.filter((oid, i) => oids.indexOf(oid) !== i))];
}

/** basicConstraints (RFC 5280 4.2.1.9). @throws Fault form-der, also for an explicit FALSE or a pathLenConstraint without cA */
export function readBasicConstraints(value: Uint8Array): { ca: boolean; pathLength: number | null } {
  const fields = new Fields(readDer(value), "BasicConstraints");
  const ca = fields.takeIf(TAG.boolean);
  const pathLength = fields.takeIf(TAG.integer);
  fields.end();
  if (ca !== undefined && !booleanOf(ca)) throw new Fault("form-der", "BasicConstraints: expected no explicit FALSE");
  if (ca === undefined && pathLength !== undefined) throw new Fault("form-der", "BasicConstraints: expected no pathLenConstraint without cA");
  return { ca: ca !== undefined, pathLength: pathLength === undefined ? null : integerOf(pathLength, "pathLenConstraint") };
}

/** The names of the keyUsage bits that are set. @throws Fault form-der for no bit, unknown bits, trailing zero bits (X.690 11.2.2) */
export function readKeyUsage(value: Uint8Array): KeyUsageBit[] {
  const node = readDer(value);
  if (node.tag !== TAG.bitString) throw new Fault("form-der", "KeyUsage: expected a BIT STRING");
  const [unused = 0, ...octets] = node.contents;
  const bits = octets.length * 8 - unused;
  const isSet = (bit: number): boolean => (((octets[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
  if (bits === 0 || bits > KEY_USAGE_BITS.length || !isSet(bits - 1)) throw new Fault("form-der", "KeyUsage: expected named bits that end in the last one set");
  return KEY_USAGE_BITS.filter((_, bit) => isSet(bit));
}

/** The purposes of extKeyUsage, as object identifiers. @throws Fault form-der when there is none (RFC 5280 4.2.1.12) */
export function readExtendedKeyUsage(value: Uint8Array): string[] {
  const node = readDer(value);
  const isList = node.tag === TAG.sequence && node.children.length > 0 && node.children.every((child) => child.tag === TAG.oid);
  if (!isList) throw new Fault("form-der", "ExtKeyUsage: expected at least one object identifier");
  return node.children.map(oidOf);
}

/** The octets of subjectKeyIdentifier. @throws Fault form-der */
export function readSubjectKeyIdentifier(value: Uint8Array): Uint8Array {
  const node = readDer(value);
  if (node.tag !== TAG.octetString || node.contents.length === 0) throw new Fault("form-der", "SubjectKeyIdentifier: expected an OCTET STRING");
  return node.contents;
}

/** The octets of an authorityKeyIdentifier that has a keyIdentifier and nothing else. @throws Fault form-der */
export function readAuthorityKeyIdentifier(value: Uint8Array): Uint8Array {
  const fields = new Fields(readDer(value), "AuthorityKeyIdentifier");
  const identifier = fields.take(0x80, "keyIdentifier").contents;
  fields.end();
  return identifier;
}
