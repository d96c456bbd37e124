/** What several platforms look at alike: issuers, purposes, names, dates. Signatures were verified before anything got here. */
import { toHex } from "../bytes/hex.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { EXTENSION, readAuthorityKeyIdentifier, readBasicConstraints, readExtendedKeyUsage, readKeyUsage, readSubjectKeyIdentifier, type ReadExtension } from "../x509/extension-reading.ts";
import { readAlternativeNames, type AlternativeNames } from "../x509/general-name.ts";
import { nameAttributes, printName } from "../x509/name-reading.ts";
import { readSpki } from "../x509/spki.ts";
import type { CertificateFacts } from "../x509/reread.ts";
import type { Acceptance, ShelfCertificate } from "./platform.ts";

/** A verdict: `found` counts only where it does not hold. */
export function accept(part: string, expects: string, held: boolean, found: string): Acceptance {
  return { part, expects, found: held ? null : found };
}

export function extensionOf(facts: CertificateFacts, oid: string): ReadExtension | null {
  return facts.extensions.find((extension) => extension.oid === oid) ?? null;
}

/** Whether a certificate says CA:TRUE, and how many CAs it allows below itself; Infinity where it does not limit them. */
export function caOf(facts: CertificateFacts): { readonly ca: boolean; readonly below: number } {
  const extension = extensionOf(facts, EXTENSION.basicConstraints);
  const { ca, pathLength } = extension === null ? { ca: false, pathLength: null } : readBasicConstraints(extension.value);
  return { ca, below: pathLength ?? Number.POSITIVE_INFINITY };
}

/** Names of the keyUsage bits; null where the extension is absent. */
export function usagesOf(facts: CertificateFacts): readonly string[] | null {
  const extension = extensionOf(facts, EXTENSION.keyUsage);
  return extension === null ? null : readKeyUsage(extension.value);
}

/** Object identifiers of extKeyUsage; null where the extension is absent. */
export function purposesOf(facts: CertificateFacts): readonly string[] | null {
  const extension = extensionOf(facts, EXTENSION.extKeyUsage);
  return extension === null ? null : readExtendedKeyUsage(extension.value);
}

export function dnsNamesOf(facts: CertificateFacts): readonly string[] {
  return alternativeNamesOf(facts).dns;
}

/** dNSNames and iPAddresses of subjectAltName; none where it is absent. */
export function alternativeNamesOf(facts: CertificateFacts): AlternativeNames {
  const extension = extensionOf(facts, EXTENSION.subjectAltName);
  return extension === null ? { dns: [], addresses: [] } : readAlternativeNames(extension.value);
}

/** The values of one attribute type in a subject. @param oid such as 2.5.4.3 for CN */
export function subjectValues(facts: CertificateFacts, oid: string): readonly string[] {
  return nameAttributes(facts.subject).flatMap((attribute) => (attribute.oid === oid && attribute.text !== undefined ? [attribute.text] : []));
}

export const ATTRIBUTE = { commonName: "2.5.4.3", organization: "2.5.4.10", organizationalUnit: "2.5.4.11" } as const;
export const PURPOSE = { serverAuth: "1.3.6.1.5.5.7.3.1", clientAuth: "1.3.6.1.5.5.7.3.2", codeSigning: "1.3.6.1.5.5.7.3.3" } as const;

/** The key as people name it, such as `RSA 2048` or `ecdsa-p256`. */
export function keyOf(facts: CertificateFacts): string {
  const { algorithm, description } = readSpki(facts.spki);
  return algorithm ?? description;
}

/** Whether a certificate is at the top of its chain: its own issuer, by name and key identifier. A CA's certificate for its next key is not. */
export function isSelfIssued(facts: CertificateFacts): boolean {
  return isIssuerOf(facts, facts);
}

/** Whether a certificate is the issuer of another by name and, where both say so, by key identifier. */
export function isIssuerOf(issuer: CertificateFacts, facts: CertificateFacts): boolean {
  if (!sameBytes(issuer.subject, facts.issuer)) return false;
  const [given, own] = [extensionOf(facts, EXTENSION.authorityKeyIdentifier), extensionOf(issuer, EXTENSION.subjectKeyIdentifier)];
  return given === null || own === null || toHex(readAuthorityKeyIdentifier(given.value)) === toHex(readSubjectKeyIdentifier(own.value));
}

/**
 * The chain from a leaf to a self-issued certificate, as a verifier builds it (RFC 5280 6.1) from these certificates.
 * @param links those above the leaf, in any order
 */
export function chainOf(leaf: ShelfCertificate, links: readonly ShelfCertificate[]): { readonly chain: readonly ShelfCertificate[]; readonly isWhole: boolean } {
  const chain = [leaf];
  for (let last = leaf; !isSelfIssued(last.facts); ) {
    const above = links.find((link) => !chain.includes(link) && isIssuerOf(link.facts, last.facts));
    if (above === undefined) return { chain, isWhole: false };
    chain.push(above);
    last = above;
  }
  return { chain, isWhole: true };
}

/** What a chain must be besides whole: CAs above the leaf, path lengths, keyCertSign, and no certificate outliving its issuer. */
export function judgeChain(part: string, chain: readonly ShelfCertificate[]): Acceptance[] {
  return chain.slice(1).flatMap((issuer, i) => {
    const below = chain[i];
    const { ca, below: allowed } = caOf(issuer.facts);
    return [
      accept(part, `${issuer.name} is a CA that may sign certificates`, ca && (usagesOf(issuer.facts)?.includes("keyCertSign") ?? true), `${issuer.name} is none: ${printName(issuer.facts.subject)}`),
      accept(part, `${issuer.name} allows ${i} CAs below it`, allowed >= i, `its pathLenConstraint is ${allowed}`),
      accept(part, `${below?.name ?? ""} ends with ${issuer.name} at the latest`, below === undefined || below.facts.notAfter <= issuer.facts.notAfter, `it is valid until ${below?.facts.notAfter ?? ""}, its issuer until ${issuer.facts.notAfter}`),
    ];
  });
}

/** What a chain that is not whole lacks, in words. */
export function missingAbove(chain: readonly ShelfCertificate[]): string {
  const last = chain.at(-1);
  return last === undefined ? "no certificate" : `no certificate of the issuer of ${last.name}: ${printName(last.facts.issuer)}`;
}

/** What a file says, or that it cannot be read: a fault of its form is the consumer's refusal. @throws whatever is no Fault */
export function readable<T>(part: string, expects: string, read: () => T): { readonly value: T | null; readonly acceptance: readonly Acceptance[] } {
  try {
    return { value: read(), acceptance: [accept(part, expects, true, "")] };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return { value: null, acceptance: [accept(part, expects, false, thrown.message)] };
  }
}
