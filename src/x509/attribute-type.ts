import { TAG } from "../bytes/der.ts";

/** What X.520, PKCS #9 and RFC 4519 say of an attribute of a name. */
export interface AttributeType {
  /** The short name by which it is printed and, for some, asked for in scripts. */
  readonly name: string;
  readonly oid: string;
  /** Upper bound in characters (X.520 annex C; RFC 5280 appendix A.1). */
  readonly max: number;
  /** The string types that the standard allows; the first is the one that this program writes. */
  readonly tags: readonly number[];
}

/** DirectoryString without the types that RFC 5280 4.1.2.4 leaves to old certificates. */
const DIRECTORY = [TAG.utf8String, TAG.printableString];
const PRINTABLE = [TAG.printableString];
const IA5 = [TAG.ia5String];

/** Attribute types that are printed by name. */
export const ATTRIBUTE_TYPES: readonly AttributeType[] = [
  { name: "CN", oid: "2.5.4.3", max: 64, tags: DIRECTORY },
  { name: "SN", oid: "2.5.4.4", max: 64, tags: DIRECTORY },
  { name: "serialNumber", oid: "2.5.4.5", max: 64, tags: PRINTABLE },
  { name: "C", oid: "2.5.4.6", max: 2, tags: PRINTABLE },
  { name: "L", oid: "2.5.4.7", max: 128, tags: DIRECTORY },
  { name: "ST", oid: "2.5.4.8", max: 128, tags: DIRECTORY },
  { name: "street", oid: "2.5.4.9", max: 128, tags: DIRECTORY },
  { name: "O", oid: "2.5.4.10", max: 64, tags: DIRECTORY },
  { name: "OU", oid: "2.5.4.11", max: 64, tags: DIRECTORY },
  { name: "title", oid: "2.5.4.12", max: 64, tags: DIRECTORY },
  { name: "description", oid: "2.5.4.13", max: 1024, tags: DIRECTORY },
  { name: "businessCategory", oid: "2.5.4.15", max: 128, tags: DIRECTORY },
  { name: "postalCode", oid: "2.5.4.17", max: 40, tags: DIRECTORY },
  { name: "name", oid: "2.5.4.41", max: 64, tags: DIRECTORY },
  { name: "GN", oid: "2.5.4.42", max: 64, tags: DIRECTORY },
  { name: "initials", oid: "2.5.4.43", max: 64, tags: DIRECTORY },
  { name: "dnQualifier", oid: "2.5.4.46", max: 64, tags: PRINTABLE },
  { name: "pseudonym", oid: "2.5.4.65", max: 128, tags: DIRECTORY },
  { name: "organizationIdentifier", oid: "2.5.4.97", max: 256, tags: DIRECTORY },
  { name: "UID", oid: "0.9.2342.19200300.100.1.1", max: 256, tags: DIRECTORY },
  { name: "DC", oid: "0.9.2342.19200300.100.1.25", max: 63, tags: IA5 },
  { name: "E", oid: "1.2.840.113549.1.9.1", max: 255, tags: IA5 },
  { name: "unstructuredName", oid: "1.2.840.113549.1.9.2", max: 255, tags: [TAG.utf8String, TAG.printableString, TAG.ia5String] },
];

const BY_OID = new Map(ATTRIBUTE_TYPES.map((type) => [type.oid, type]));
const BY_NAME = new Map(ATTRIBUTE_TYPES.map((type) => [type.name, type]));

export function attributeTypeOf(oid: string): AttributeType | undefined {
  return BY_OID.get(oid);
}

export function attributeTypeNamed(name: string): AttributeType | undefined {
  return BY_NAME.get(name);
}
