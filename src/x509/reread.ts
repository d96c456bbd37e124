import { Fields, integerOf, TAG } from "../bytes/der.ts";
import { toHex } from "../bytes/hex.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { readCertificateList } from "./certificate-list-reading.ts";
import type { CertificateListFacts } from "./certificate-list-reading.ts";
import { readCertificate } from "./certificate-reading.ts";
import type { CertificateFacts } from "./certificate-reading.ts";
import { extensionsOf } from "./extension-reading.ts";
import type { ReadExtension } from "./extension-reading.ts";
import { extensionRequestOf } from "./request-info.ts";
import { signedParts } from "./signed.ts";

export { certificateClaim, readCertificate, readTbsCertificate } from "./certificate-reading.ts";
export type { CertificateFacts, TbsFacts } from "./certificate-reading.ts";
export { readCertificateList } from "./certificate-list-reading.ts";
export type { CertificateListFacts } from "./certificate-list-reading.ts";

/**
 * The comparisons of ISSUED-AS-PLANNED: what was signed, read by the implementation that did not build it, against the
 * plan. They return the differences in words; no words, no difference.
 */

export type ExpectedCertificate = Pick<CertificateFacts, "tbs" | "subject" | "issuer" | "serial" | "notBefore" | "notAfter" | "spki" | "extensions">;

/** @param der the certificate @param expected its TBS and, from the plan, what the TBS must say */
export function compareCertificate(der: Uint8Array, expected: ExpectedCertificate): string[] {
  return reading("certificate", () => {
    const found = readCertificate(der);
    return [
      ...octets("TBSCertificate", expected.tbs, found.tbs),
      ...words("serial", withoutZeros(expected.serial), withoutZeros(found.serial)),
      ...octets("issuer", expected.issuer, found.issuer),
      ...words("notBefore", expected.notBefore, found.notBefore),
      ...words("notAfter", expected.notAfter, found.notAfter),
      ...octets("subject", expected.subject, found.subject),
      ...octets("subjectPublicKeyInfo", expected.spki, found.spki),
      ...words("extensions", JSON.stringify(expected.extensions.map(extensionWords)), JSON.stringify(found.extensions.map(extensionWords))),
    ];
  });
}

export type ExpectedCertificateList = Pick<CertificateListFacts, "tbs" | "issuer" | "thisUpdate" | "nextUpdate" | "number" | "authorityKeyIdentifier" | "revoked" | "point">;

/** @param der the CRL @param expected its TBS and, from the plan, what the TBS must say */
export function compareCertificateList(der: Uint8Array, expected: ExpectedCertificateList): string[] {
  return reading("CRL", () => {
    const found = readCertificateList(der);
    return [
      ...octets("TBSCertList", expected.tbs, found.tbs),
      ...octets("issuer", expected.issuer, found.issuer),
      ...words("thisUpdate", expected.thisUpdate, found.thisUpdate),
      ...words("nextUpdate", expected.nextUpdate, found.nextUpdate),
      ...words("cRLNumber", String(expected.number), String(found.number)),
      ...octets("authorityKeyIdentifier", expected.authorityKeyIdentifier, found.authorityKeyIdentifier),
      ...words("issuingDistributionPoint", JSON.stringify(expected.point), JSON.stringify(found.point)),
      ...words("revokedCertificates", revocationWords(expected), revocationWords(found)),
    ];
  });
}

export interface ExpectedRequest {
  /** CertificationRequestInfo, DER. */
  readonly info: Uint8Array;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  /** Of the one attribute, an extensionRequest; none: no attribute. */
  readonly extensions: readonly ReadExtension[];
}

/** @param der a PKCS#10 request of our own */
export function compareRequest(der: Uint8Array, expected: ExpectedRequest): string[] {
  return reading("request", () => {
    const { tbs: info } = signedParts(der, "CertificationRequest");
    const fields = new Fields(info, "CertificationRequestInfo");
    const version = integerOf(fields.take(TAG.integer, "version"), "version");
    const subject = fields.take(TAG.sequence, "subject").bytes;
    const spki = fields.take(TAG.sequence, "subjectPKInfo").bytes;
    const attributes = fields.take(0xa0, "attributes");
    fields.end();
    const asked = extensionRequestOf(attributes);
    const extensions = asked === undefined ? [] : extensionsOf(asked);
    return [
      ...octets("CertificationRequestInfo", expected.info, info.bytes),
      ...words("version", "0", String(version)),
      ...octets("subject", expected.subject, subject),
      ...octets("subjectPKInfo", expected.spki, spki),
      ...words("attributes", expected.extensions.length === 0 ? "0" : "1", String(attributes.children.length)),
      ...words("extensionRequest", JSON.stringify(expected.extensions.map(extensionWords)), JSON.stringify(extensions.map(extensionWords))),
    ];
  });
}

function reading(what: string, compare: () => string[]): string[] {
  try {
    return compare();
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return [`${what}: not readable: ${thrown.message}`];
  }
}

function octets(name: string, expected: Uint8Array, found: Uint8Array): string[] {
  return sameBytes(expected, found) ? [] : [`${name}: expected ${toHex(expected)}, found ${toHex(found)}`];
}

function words(name: string, expected: string, found: string): string[] {
  return expected === found ? [] : [`${name}: expected ${expected}, found ${found}`];
}

function withoutZeros(serial: string): string {
  return serial.replace(/^(00)+(?=.)/, "");
}

function extensionWords({ oid, critical, value }: ReadExtension): string {
  return `${oid}${critical ? " critical" : ""} ${toHex(value)}`;
}

function revocationWords({ revoked }: Pick<CertificateListFacts, "revoked">): string {
  return JSON.stringify(revoked.map(({ serial, date, reason }) => [withoutZeros(serial), date, reason]));
}
