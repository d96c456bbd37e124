/** The contents of extnValue, DER, of each extension that this program writes. */
import { derBoolean, derEnumerated, derInteger, derNamedBits, derOctetString, derOid, derSequence, derSmallInteger, derTlv } from "../bytes/der.ts";
import { fromHex } from "../bytes/hex.ts";
import { toUtf8 } from "../bytes/text.ts";

/** Bits of keyUsage in the order of RFC 5280 4.2.1.3. */
export const KEY_USAGE_BITS = [
  "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly",
] as const;
export type KeyUsageBit = (typeof KEY_USAGE_BITS)[number];

/** BasicConstraints (RFC 5280 4.2.1.9): cA FALSE is the default and left out. @param pathLength null for no limit; left out of what is no CA */
export function basicConstraintsValue(ca: boolean, pathLength: number | null): Uint8Array {
  return derSequence(...(ca ? [derBoolean(true)] : []), ...(ca && pathLength !== null ? [derSmallInteger(pathLength)] : []));
}

/** KeyUsage (RFC 5280 4.2.1.3): named bits, without trailing zeros. */
export function keyUsageValue(bits: readonly KeyUsageBit[]): Uint8Array {
  return derNamedBits(bits.map((bit) => KEY_USAGE_BITS.indexOf(bit)));
}

/** ExtKeyUsageSyntax (RFC 5280 4.2.1.12). @param purposes object identifiers, in this order @throws Fault form-der */
export function extendedKeyUsageValue(purposes: readonly string[]): Uint8Array {
  return derSequence(...purposes.map(derOid));
}

/** GeneralNames with dNSNames, then iPAddresses (RFC 5280 4.2.1.6), each in this order. @param addresses of 4 or 16 octets */
export function alternativeNamesValue(names: readonly string[], addresses: readonly Uint8Array[]): Uint8Array {
  return derSequence(...names.map((name) => derTlv(0x82, toUtf8(name))), ...addresses.map((octets) => derTlv(0x87, octets)));
}

/** SubjectKeyIdentifier (RFC 5280 4.2.1.2). */
export function subjectKeyIdentifierValue(identifier: Uint8Array): Uint8Array {
  return derOctetString(identifier);
}

/** AuthorityKeyIdentifier with a keyIdentifier only (RFC 5280 4.2.1.1). */
export function authorityKeyIdentifierValue(identifier: Uint8Array): Uint8Array {
  return derSequence(derTlv(0x80, identifier));
}

/** CRLNumber (RFC 5280 5.2.3). */
export function crlNumberValue(number: number): Uint8Array {
  return derInteger(fromHex(evenHex(number)));
}

function evenHex(number: number): string {
  const hex = number.toString(16);
  return hex.length % 2 === 0 ? hex : `0${hex}`;
}

/** CRLReason (RFC 5280 5.3.1). */
export function reasonCodeValue(reason: number): Uint8Array {
  return derEnumerated(reason);
}
