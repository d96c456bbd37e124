import { fromPem } from "../bytes/pem.ts";
import { fromUtf8, sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { readCertificate } from "./certificate-reading.ts";
import type { CertificateFacts } from "./certificate-reading.ts";
import { duplicatesOf, EXTENSION, readBasicConstraints, readKeyUsage } from "./extension-reading.ts";
import type { ReadExtension } from "./extension-reading.ts";
import { printName } from "./name-reading.ts";
import { readSpki } from "./spki.ts";
import type { PublicKey } from "./spki.ts";

/** A certificate that somebody gave us as a file. Nothing of it is proved; its signature is a claim (`certificateClaim`). */
export interface GivenCertificate extends CertificateFacts {
  readonly der: Uint8Array;
  /** The subject for people. */
  readonly subjectText: string;
  readonly publicKey: PublicKey;
  /** CA:TRUE, and keyCertSign where there is a keyUsage (RFC 5280 4.2.1.3, 4.2.1.9). */
  readonly isCa: boolean;
  readonly pathLength: number | null;
  /** Whether issuer and subject are one name. */
  readonly isSelfIssued: boolean;
}

/** A certificate has a few thousand octets; a larger file is something else. */
const LARGEST = 64 * 1024;

/**
 * Reads a certificate file: one PEM block `CERTIFICATE` (text before it is not read), strict DER, version 3, each extension once.
 * @throws Fault form-…
 */
export function readGivenCertificate(bytes: Uint8Array): GivenCertificate {
  if (bytes.length > LARGEST) throw new Fault("form-pem", `expected at most ${LARGEST} octets, found ${bytes.length}`);
  return readGivenDer(fromPem(fromUtf8(bytes), ["CERTIFICATE"], "ignored").der);
}

/** The same from DER. @throws Fault form-… */
export function readGivenDer(der: Uint8Array): GivenCertificate {
  const facts = readCertificate(der);
  const duplicates = duplicatesOf(facts.extensions.map(({ oid }) => oid));
  if (duplicates.length > 0) throw new Fault("form-der", `expected each extension once, found twice: ${duplicates.join(", ")}`);
  const { ca, pathLength } = constraintsOf(facts.extensions);
  return {
    ...facts, der, subjectText: printName(facts.subject), publicKey: readSpki(facts.spki), isCa: ca && signsCertificates(facts.extensions), pathLength,
    isSelfIssued: sameBytes(facts.issuer, facts.subject),
  };
}

/** The contents of an extension's extnValue; undefined when it is not there. */
export function extensionValue(extensions: readonly ReadExtension[], oid: string): Uint8Array | undefined {
  return extensions.find((extension) => extension.oid === oid)?.value;
}

function constraintsOf(extensions: readonly ReadExtension[]): { ca: boolean; pathLength: number | null } {
  const value = extensionValue(extensions, EXTENSION.basicConstraints);
  return value === undefined ? { ca: false, pathLength: null } : readBasicConstraints(value);
}

function signsCertificates(extensions: readonly ReadExtension[]): boolean {
  const value = extensionValue(extensions, EXTENSION.keyUsage);
  return value === undefined || readKeyUsage(value).includes("keyCertSign");
}
