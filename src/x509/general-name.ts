import { Fields, readDer, TAG } from "../bytes/der.ts";
import type { DerNode } from "../bytes/der.ts";
import { Fault } from "../fault.ts";
import { addressText } from "./address.ts";
import { escaped } from "./attribute-text.ts";
import { attributesOf } from "./name-reading.ts";

/** Names that a subjectAltName may hold at most. */
const MOST_NAMES = 100;

/** The names of a subjectAltName that a certificate may be given, each kind in its order. */
export interface AlternativeNames {
  readonly dns: readonly string[];
  /** iPAddress in its one spelling: dotted, or RFC 5952. */
  readonly addresses: readonly string[];
}

/**
 * The dNSNames and iPAddresses of a subjectAltName (RFC 5280 4.2.1.6). The other kinds are read as well, since a malformed
 * one spoils the whole.
 * @throws Fault form-der for an empty list, too many names, a name twice, or one that is not of its kind
 */
export function readAlternativeNames(value: Uint8Array): AlternativeNames {
  const node = readDer(value);
  if (node.tag !== TAG.sequence || node.children.length === 0) throw new Fault("form-der", "subjectAltName: expected at least one name");
  if (node.children.length > MOST_NAMES) throw new Fault("form-der", `subjectAltName: expected at most ${MOST_NAMES} names, found ${node.children.length}`);
  for (const name of node.children) requireKind(name);
  const dns = node.children.filter(({ tag }) => tag === 0x82).map(textOf);
  const addresses = node.children.filter(({ tag }) => tag === 0x87).map(({ contents }) => addressText(contents));
  requireOnce("dNSName", dns.map((name) => name.toLowerCase()));
  requireOnce("iPAddress", addresses);
  return { dns, addresses };
}

/** Its dNSNames alone. @throws Fault form-der */
export function readDnsNames(value: Uint8Array): readonly string[] {
  return readAlternativeNames(value).dns;
}

function requireOnce(kind: string, names: readonly string[]): void {
  if (new Set(names).size !== names.length) throw new Fault("form-der", `subjectAltName: expected each ${kind} once`);
}

function requireKind(name: DerNode): void {
  switch (name.tag) {
    case 0x82: demand(textOf(name), isDnsName, "dNSName of letters, digits, hyphens and dots"); break;
    case 0x81: demand(textOf(name), isMailbox, "rfc822Name"); break;
    case 0x86: demand(textOf(name), isAbsoluteUri, "absolute uniformResourceIdentifier"); break;
    case 0x87: requireAddress(name.contents); break;
    case 0xa4: requireDirectoryName(name); break;
    case 0xa0: case 0x88: break;
    default: throw new Fault("form-der", `subjectAltName: expected a kind of name that is in use, found tag ${name.tag.toString(16)}`);
  }
}

function textOf(name: DerNode): string {
  return String.fromCharCode(...name.contents.subarray(0, 2048));
}

function demand(text: string, isOfKind: (text: string) => boolean, kind: string): void {
  if (!isOfKind(text)) throw new Fault("form-der", `subjectAltName: expected a ${kind}, found ${escaped(text)}`);
}

/** RFC 1123 2.1 with a wildcard as the whole first label; not a dotted number. */
function isDnsName(text: string): boolean {
  const labels = text.replace(/^\*\.(?=.)/, "").split(".");
  return text.length <= 253 && labels.every((label) => /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/.test(label)) && !/^[0-9]+$/.test(labels[labels.length - 1] ?? "");
}

function isMailbox(text: string): boolean {
  const [, domain] = /^[!-?A-~]{1,64}@([!-~]+)$/.exec(text) ?? [];
  return domain !== undefined && isDnsName(domain);
}

function isAbsoluteUri(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$/.test(text);
}

function requireAddress(octets: Uint8Array): void {
  if (octets.length !== 4 && octets.length !== 16) throw new Fault("form-der", `subjectAltName: expected an iPAddress of 4 or 16 octets, found ${octets.length}`);
}

/** directoryName is a CHOICE, so its tag is explicit. */
function requireDirectoryName(name: DerNode): void {
  const fields = new Fields(name, "directoryName", name.tag);
  attributesOf(fields.take(TAG.sequence, "Name"));
  fields.end();
}
