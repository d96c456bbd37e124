/** Trial TBSs: what a step will sign, with stand-ins for keys, numbers and instants, linted before a token is touched. */
import { sha256Hex } from "../bytes/digest.ts";
import { fromHex } from "../bytes/hex.ts";
import { toUtf8 } from "../bytes/text.ts";
import type { Finding, ScriptPath } from "../fault.ts";
import type { Mechanism } from "../x509/algorithm.ts";
import { buildTbsCertList, type CertificateListContents } from "../x509/crl.ts";
import { fillExtensions } from "../x509/extension.ts";
import { lintTbs, lintTbsCertList } from "../x509/lint.ts";
import { readCertificate } from "../x509/certificate-reading.ts";
import { EXTENSION, readSubjectKeyIdentifier } from "../x509/extension-reading.ts";
import { assemble } from "../x509/signed.ts";
import { keyIdentifier } from "../x509/spki.ts";
import { TbsBuilder } from "../x509/tbs.ts";
import { endsOf } from "./period.ts";
import type { CertificateTemplate, PlannedValidity } from "./plan.ts";

/** A serial of the form that a ceremony derives, hex; another for each name. */
export function standInSerial(name: string): string {
  return `40${sha256Hex(toUtf8(name)).slice(0, 38)}`;
}

/** A folder of requests has many alike, one after the other. */
const builder = new TbsBuilder();

/** What of a trial certificate is not in its template. */
export interface TrialParts {
  /** Of the certificate. */
  readonly name: string;
  /** SubjectPublicKeyInfo, DER: that of the request, or a stand-in of the key's algorithm. */
  readonly spki: Uint8Array;
  /** The issuer's subjectKeyIdentifier. */
  readonly issuerIdentifier: Uint8Array;
  /** The end of the issuer's certificate, at which this one ends at the latest; null for a root. */
  readonly limit: string | null;
  /** Name, DER, hex. */
  readonly issuerSubject: string;
  readonly mechanism: Mechanism;
}

/** @param path of the step, for findings @returns the certificate, DER, with a signature that is none */
export function trialCertificate(path: ScriptPath, template: CertificateTemplate, parts: TrialParts): { readonly der: Uint8Array; readonly findings: Finding[] } {
  const tbs = trialTbs(template, parts);
  return { der: trialSigned(tbs, parts.mechanism), findings: lintTbs(tbs, path) };
}

function trialTbs(template: CertificateTemplate, { name, spki, issuerIdentifier, issuerSubject, mechanism, limit }: TrialParts): Uint8Array {
  const { from, until } = trialDates(template.valid, limit);
  const identifiers = { subjectKeyIdentifier: keyIdentifier(spki), authorityKeyIdentifier: issuerIdentifier };
  return builder.build({
    serial: standInSerial(name), issuer: fromHex(issuerSubject), subject: fromHex(template.subject), notBefore: from, notAfter: until, spki, mechanism,
    extensions: fillExtensions(template.extensions, identifiers),
  });
}

/** So that whoever reads certificates can read it; nobody has signed it, and it leaves this room for no file. */
function trialSigned(tbs: Uint8Array, mechanism: Mechanism): Uint8Array {
  return assemble(tbs, mechanism, new Uint8Array(64).fill(1));
}

/** The same for a CRL. */
export function trialCertificateList(path: ScriptPath, valid: PlannedValidity, { issuerIdentifier, issuerSubject, mechanism, point, revoked, limit }: Omit<TrialParts, "spki" | "name"> & Pick<CertificateListContents, "point" | "revoked">): { readonly der: Uint8Array; readonly findings: Finding[] } {
  const { from, until } = trialDates(valid, limit);
  const tbs = buildTbsCertList({
    issuer: fromHex(issuerSubject), thisUpdate: from, nextUpdate: until, number: 1, authorityKeyIdentifier: issuerIdentifier, mechanism, revoked, point,
  });
  return { der: trialSigned(tbs, mechanism), findings: lintTbsCertList(tbs, path) };
}

/** A validity that ends before it begins has its own finding, and is not spoken of again. Where no day is known, it is one by which every rule has begun. */
function trialDates(valid: PlannedValidity, limit: string | null): { from: string; until: string } {
  const dates = endsOf(valid);
  if (dates === null || dates.from >= dates.until) return { from: "2049-01-01T00:00:00Z", until: "2049-12-31T23:59:59Z" };
  return limit !== null && "for" in valid && limit > dates.from && limit < dates.until ? { from: dates.from, until: limit } : dates;
}

/** What the trial certificate of an issuer says, for what it will sign. @param der null where the issuer is a root itself, or has findings */
export function issuerParts(der: Uint8Array | null | undefined, otherwise: Uint8Array): Pick<TrialParts, "issuerIdentifier" | "limit"> {
  if (der == null) return { issuerIdentifier: keyIdentifier(otherwise), limit: null };
  const { extensions, notAfter } = readCertificate(der);
  const own = extensions.find(({ oid }) => oid === EXTENSION.subjectKeyIdentifier);
  return { issuerIdentifier: own === undefined ? keyIdentifier(otherwise) : readSubjectKeyIdentifier(own.value), limit: notAfter };
}
