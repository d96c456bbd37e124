/** A certificate said again with another name, key or end: what a rehearsal puts in the place of one that exists. */
import { derSequence, derSet, derTlv, oidOf, readDer, TAG, type DerNode } from "../bytes/der.ts";
import { concat, fromUtf8, toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { derTime } from "./time.ts";

const CN = "2.5.4.3";
/** X.520 ub-common-name. */
const LONGEST = 64;

/**
 * A Name with a prefix before its one common name, in the same string type.
 * @param name DER
 * @returns DER; null where there is no such name: no CN or several, an RDN of several attributes, another string type, too long
 */
export function prefixedName(name: Uint8Array, prefix: string): Uint8Array | null {
  const rdns = readDer(name).children;
  const named = rdns.filter((rdn) => rdn.children.some((attribute) => isCommonName(attribute)));
  const [own, second] = named;
  const value = own?.children[0]?.children[1];
  if (own === undefined || second !== undefined || own.children.length !== 1 || value === undefined) return null;
  if (value.tag !== TAG.utf8String && value.tag !== TAG.printableString) return null;
  const text = concat(toUtf8(prefix), value.contents);
  if ([...fromUtf8(text)].length > LONGEST) return null;
  const type = own.children[0]?.children[0]?.bytes ?? new Uint8Array();
  return derSequence(...rdns.map((rdn) => (rdn === own ? derSet(derSequence(type, derTlv(value.tag, text))) : rdn.bytes)));
}

function isCommonName({ children: [type] }: DerNode): boolean {
  return type?.tag === TAG.oid && oidOf(type) === CN;
}

/** What is said anew; what is left out stays. */
export interface Rewriting {
  /** Names, DER. */
  readonly issuer?: Uint8Array | undefined;
  readonly subject?: Uint8Array | undefined;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki?: Uint8Array | undefined;
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly notAfter?: string | undefined;
}

/** A TBSCertificate of version 3, DER, with these fields said anew; every other octet stays, key identifiers too. @throws Fault form-der */
export function rewriteTbs(tbs: Uint8Array, { issuer, subject, spki, notAfter }: Rewriting): Uint8Array {
  const [version, serial, algorithm, from, validity, to, key, ...rest] = readDer(tbs).children.map((node) => node);
  if (validity === undefined || from === undefined || to === undefined || key === undefined) throw new Fault("form-der", "TBSCertificate: expected seven fields, found fewer");
  const dates = notAfter === undefined ? validity.bytes : derSequence(validity.children[0]?.bytes ?? new Uint8Array(), derTime(notAfter));
  const before = [version, serial, algorithm].flatMap((node) => (node === undefined ? [] : [node.bytes]));
  return derSequence(...before, issuer ?? from.bytes, dates, subject ?? to.bytes, spki ?? key.bytes, ...rest.map(({ bytes }) => bytes));
}
