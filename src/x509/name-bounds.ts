/** Whether the names of a certificate lie within the name constraints of a CA above it (RFC 5280 4.2.1.10, 6.1.3 (b) and (c)). */
import { Fields, readDer, type DerNode } from "../bytes/der.ts";
import { toHex } from "../bytes/hex.ts";
import { attributesOf } from "./name-reading.ts";

/** The names of a certificate. */
export interface CertificateNames {
  /** Name, DER. */
  readonly subject: Uint8Array;
  /** Contents of the extnValue of subjectAltName; null when there is none. */
  readonly altNames: Uint8Array | null;
}

const EMAIL_ADDRESS = "1.2.840.113549.1.9.1";
const KIND = { email: 0x81, dns: 0x82, directory: 0xa4, uri: 0x86, address: 0x87 } as const;

/** A GeneralName: its identifier octet and what is compared of it. */
interface Comparable {
  readonly tag: number;
  readonly text: string;
  readonly octets: Uint8Array;
  /** The RDNs of a directoryName, each as one text, without case and superfluous blanks (RFC 5280 7.1). */
  readonly rdns: readonly string[];
}

/**
 * Every name outside of the constraints, in words; none when all are within.
 * @param constraints contents of the extnValue of nameConstraints, DER
 * @throws Fault form-der
 */
export function namesOutside(constraints: Uint8Array, names: CertificateNames): string[] {
  const fields = new Fields(readDer(constraints), "NameConstraints");
  const [permitted, excluded] = [basesOf(fields.takeIf(0xa0)), basesOf(fields.takeIf(0xa1))];
  fields.end();
  return comparablesOf(names).flatMap((name) => {
    const own = permitted.filter(({ tag }) => tag === name.tag);
    const isExcluded = excluded.some((base) => base.tag === name.tag && isWithin(name, base) !== false);
    const isPermitted = own.length === 0 || own.some((base) => isWithin(name, base) === true);
    return isExcluded || !isPermitted ? [`${shown(name)} is ${isExcluded ? "excluded" : "not permitted"}`] : [];
  });
}

function basesOf(subtrees: DerNode | undefined): Comparable[] {
  return (subtrees?.children ?? []).map((subtree) => comparable(new Fields(subtree, "GeneralSubtree").takeAny("base")));
}

/** A mailbox in the subject counts only where subjectAltName has none (RFC 5280 4.2.1.10); an empty subject is no name. */
function comparablesOf({ subject, altNames }: CertificateNames): Comparable[] {
  const name = readDer(subject);
  const alternative = altNames === null ? [] : readDer(altNames).children.map(comparable);
  const directory = name.children.length === 0 ? [] : [{ tag: KIND.directory, text: "", octets: subject, rdns: rdnsOf(name) }];
  const mailboxes = alternative.some(({ tag }) => tag === KIND.email) ? [] : attributesOf(name).filter(({ oid }) => oid === EMAIL_ADDRESS).map(({ value }) => ({ tag: KIND.email, text: latin1(value), octets: value, rdns: [] }));
  return [...directory, ...mailboxes, ...alternative];
}

function comparable(node: DerNode): Comparable {
  const { tag, contents } = node;
  const [inner] = node.children;
  return { tag, text: latin1(contents), octets: contents, rdns: tag === KIND.directory && inner !== undefined ? rdnsOf(inner) : [] };
}

function latin1(octets: Uint8Array): string {
  return Array.from(octets, (octet) => String.fromCharCode(octet)).join("");
}

function rdnsOf(name: DerNode): string[] {
  const rdns: string[][] = name.children.map(() => []);
  for (const { oid, text, rdn, bytes } of attributesOf(name)) rdns[rdn]?.push(`${oid}=${text === undefined ? `#${toHex(bytes)}` : text.trim().replace(/\s+/g, " ").toLowerCase()}`);
  return rdns.map((attributes) => attributes.sort().join("+"));
}

/** Null where nobody can say: a kind that is not compared, an address in the place of a host. */
function isWithin(name: Comparable, base: Comparable): boolean | null {
  switch (name.tag) {
    case KIND.directory: return base.rdns.every((rdn, i) => name.rdns[i] === rdn);
    case KIND.dns: return isBelow(name.text, base.text.replace(/^\./, ""));
    case KIND.email: return mailboxWithin(name.text, base.text);
    case KIND.uri: return uriWithin(name.text, base.text);
    case KIND.address: return addressWithin(name.octets, base.octets);
    default: return null;
  }
}

/** Zero or more labels added to the left. */
function isBelow(host: string, domain: string): boolean {
  const [own, wanted] = [host.toLowerCase(), domain.toLowerCase()];
  return wanted === "" || own === wanted || own.endsWith(`.${wanted}`);
}

/** A mailbox, a host, or with a dot before it every host below a domain. The local part keeps its case (RFC 5321 2.4). */
function mailboxWithin(mailbox: string, base: string): boolean {
  const host = mailbox.slice(mailbox.lastIndexOf("@") + 1).toLowerCase();
  const at = base.lastIndexOf("@");
  if (at >= 0) return host === base.slice(at + 1).toLowerCase() && mailbox.slice(0, mailbox.lastIndexOf("@")) === base.slice(0, at);
  return hostWithin(host, base);
}

function hostWithin(host: string, base: string): boolean {
  return base.startsWith(".") ? host.endsWith(base.toLowerCase()) && host.length > base.length : base === "" || host === base.toLowerCase();
}

function uriWithin(uri: string, base: string): boolean | null {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)/i.exec(uri);
  const host = authority?.[1]?.toLowerCase() ?? "";
  if (host === "" || host.startsWith("[") || /^[\d.]+$/.test(host)) return null;
  return hostWithin(host, base);
}

function addressWithin(address: Uint8Array, range: Uint8Array): boolean {
  const { length } = address;
  return range.length === 2 * length && address.every((octet, i) => ((octet ^ (range[i] ?? 0)) & (range[length + i] ?? 0)) === 0);
}

function shown({ tag, text, octets, rdns }: Comparable): string {
  if (tag === KIND.directory) return `the directory name ${rdns.join(", ")}`;
  return tag === KIND.address ? `the address ${octets.join(".")}` : tag === KIND.dns || tag === KIND.email || tag === KIND.uri ? `the name ${text}` : `a name of kind ${tag & 0x1f}`;
}
