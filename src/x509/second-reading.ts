/**
 * The second reading: our own writer builds what is signed, so a library that shares no code with it reads it, once before
 * the token is asked and once after it answered. Our own reader's words are held against the plan by the core [ISSUED-AS-PLANNED];
 * here the library's words are held against our reader's. Only a live room does this: replay loads no library.
 */
import { CertificationRequest, CertificationRequestInfo } from "@peculiar/asn1-csr";
import { AsnConvert } from "@peculiar/asn1-schema";
import {
  AuthorityKeyIdentifier, BasicConstraints, Certificate, CertificateList, CRLNumber, ExtendedKeyUsage, KeyUsage, SubjectAlternativeName, SubjectKeyIdentifier,
  TBSCertificate, TBSCertList, type Extension, type Time,
} from "@peculiar/asn1-x509";
import { toHex } from "../bytes/hex.ts";
import type { Mechanism } from "./algorithm.ts";
import { readTbsCertList } from "./certificate-list-reading.ts";
import { readTbsCertificate } from "./certificate-reading.ts";
import { EXTENSION } from "./extension-reading.ts";
import { algorithmIdentifier } from "./signed.ts";

/** What is signed. */
export type Purpose = "certificate" | "request" | "crl";

/** What the library says of one thing beside what our reader says; equal texts, no difference. */
export type Side = readonly [what: string, ours: string, library: string];

/**
 * Differences between a TBSCertificate, CertificationRequestInfo or TBSCertList as the library and as our own strict reader read it,
 * and between its octets and those that the library writes for it; empty when there are none. Nothing is thrown.
 * @param tbs DER
 */
export function readTbsAgain(purpose: Purpose, tbs: Uint8Array): string[] {
  return differencesIn(purpose, () => (purpose === "certificate" ? certificateSides(tbs) : purpose === "crl" ? listSides(tbs) : requestSides(tbs)));
}

/**
 * Differences between what was to be signed and a signed object, read by the library; empty when there are none. Nothing is thrown.
 * @param der the certificate, request or CRL, DER
 * @param tbs DER of what was put to the token
 * @param mechanism what the key signs with
 */
export function readIssuedAgain(purpose: Purpose, der: Uint8Array, tbs: Uint8Array, mechanism: Mechanism): string[] {
  return differencesIn(purpose, () => {
    const { inside, outer } = takenApart(purpose, der);
    return [["what was signed", toHex(tbs), inside], ["signatureAlgorithm", toHex(algorithmIdentifier(mechanism)), outer]];
  });
}

/** The differences among what two readings say, in words; what the library cannot read is one. */
export function differencesIn(purpose: Purpose, sides: () => readonly Side[]): string[] {
  try {
    return sides().flatMap(([what, ours, library]) => (ours === library ? [] : [`${purpose}, ${what}: this program reads ${shortened(ours)}, a second implementation ${shortened(library)}`]));
  } catch (thrown) {
    return [`${purpose}: a second implementation cannot read it: ${thrown instanceof Error ? thrown.message : String(thrown)}`];
  }
}

/** A record holds reasons of bounded length. */
function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function certificateSides(tbs: Uint8Array): Side[] {
  const ours = readTbsCertificate(tbs);
  const library = AsnConvert.parse(tbs, TBSCertificate);
  const { validity } = library;
  return [
    ["version", "2", String(library.version)],
    ["serialNumber", ours.serial, magnitude(library.serialNumber)],
    ["signature", toHex(algorithmIdentifier(ours.mechanism)), written(library.signature)],
    ["issuer", toHex(ours.issuer), written(library.issuer)],
    ["notBefore", ours.notBefore, instantOf(validity.notBefore)],
    ["notAfter", ours.notAfter, instantOf(validity.notAfter)],
    ["subject", toHex(ours.subject), written(library.subject)],
    ["subjectPublicKeyInfo", toHex(ours.spki), written(library.subjectPublicKeyInfo)],
    ["extensions", ours.extensions.map(extensionWords).join(" "), (library.extensions ?? []).map(libraryWords).join(" ")],
    ...(library.extensions ?? []).flatMap(valueSides),
    ["the whole", toHex(tbs), written(library)],
  ];
}

function listSides(tbs: Uint8Array): Side[] {
  const ours = readTbsCertList(tbs);
  const library = AsnConvert.parse(tbs, TBSCertList);
  const revoked = library.revokedCertificates ?? [];
  return [
    ["version", "1", String(library.version)],
    ["signature", toHex(algorithmIdentifier(ours.mechanism)), written(library.signature)],
    ["issuer", toHex(ours.issuer), written(library.issuer)],
    ["thisUpdate", ours.thisUpdate, instantOf(library.thisUpdate)],
    ["nextUpdate", ours.nextUpdate, library.nextUpdate === undefined ? "none" : instantOf(library.nextUpdate)],
    ["revokedCertificates", ours.revoked.map(({ serial, date }) => `${serial} ${date}`).join(), revoked.map((one) => `${magnitude(one.userCertificate)} ${instantOf(one.revocationDate)}`).join()],
    ...(library.crlExtensions ?? []).flatMap(valueSides),
    ["the whole", toHex(tbs), written(library)],
  ];
}

function requestSides(info: Uint8Array): Side[] {
  const library = AsnConvert.parse(info, CertificationRequestInfo);
  return [["version", "0", String(library.version)], ["the whole", toHex(info), written(library)]];
}

/** The classes of extensions that the library reads and writes again. */
const CLASSES: Readonly<Record<string, new () => object>> = {
  [EXTENSION.subjectKeyIdentifier]: SubjectKeyIdentifier, [EXTENSION.keyUsage]: KeyUsage, [EXTENSION.subjectAltName]: SubjectAlternativeName,
  [EXTENSION.basicConstraints]: BasicConstraints, [EXTENSION.cRLNumber]: CRLNumber, [EXTENSION.authorityKeyIdentifier]: AuthorityKeyIdentifier,
  [EXTENSION.extKeyUsage]: ExtendedKeyUsage,
};

function valueSides({ extnID, extnValue }: Extension): Side[] {
  return extensionSides(extnID, new Uint8Array(extnValue.buffer));
}

/** The value of an extension, and how the library writes it again; nothing for an extension that it has no class for. @param value DER */
export function extensionSides(oid: string, value: Uint8Array): Side[] {
  const Class = CLASSES[oid];
  return Class === undefined ? [] : [[`extension ${oid}`, toHex(value), written(AsnConvert.parse(value, Class))]];
}

function extensionWords({ oid, critical, value }: { oid: string; critical: boolean; value: Uint8Array }): string {
  return `${oid}${critical ? " critical" : ""} ${toHex(value)}`;
}

function libraryWords({ extnID, critical, extnValue }: Extension): string {
  return extensionWords({ oid: extnID, critical, value: new Uint8Array(extnValue.buffer) });
}

function takenApart(purpose: Purpose, der: Uint8Array): { inside: string; outer: string } {
  if (purpose === "certificate") {
    const read = AsnConvert.parse(der, Certificate);
    return { inside: toHex(new Uint8Array(read.tbsCertificateRaw ?? new ArrayBuffer(0))), outer: written(read.signatureAlgorithm) };
  }
  if (purpose === "crl") {
    const read = AsnConvert.parse(der, CertificateList);
    return { inside: toHex(new Uint8Array(read.tbsCertListRaw ?? new ArrayBuffer(0))), outer: written(read.signatureAlgorithm) };
  }
  const read = AsnConvert.parse(der, CertificationRequest);
  return { inside: written(read.certificationRequestInfo), outer: written(read.signatureAlgorithm) };
}

function written(value: object): string {
  return toHex(new Uint8Array(AsnConvert.serialize(value)));
}

/** The magnitude of an INTEGER's contents, hex. */
export function magnitude(integer: ArrayBuffer | Uint8Array): string {
  return toHex(new Uint8Array(integer)).replace(/^(00)+(?=..)/, "");
}

function instantOf(time: Time): string {
  return time.getTime().toISOString().replace(".000Z", "Z");
}
