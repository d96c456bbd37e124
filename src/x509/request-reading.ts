import { readDer } from "../bytes/der.ts";
import type { DerNode } from "../bytes/der.ts";
import { fromPem, PemFault } from "../bytes/pem.ts";
import { fromUtf8 } from "../bytes/text.ts";
import type { Fault, ScriptPath } from "../fault.ts";
import { KEY_ALGORITHMS } from "./algorithm.ts";
import type { Claim } from "./algorithm.ts";
import { extensionsOf } from "./extension-reading.ts";
import type { ReadExtension } from "./extension-reading.ts";
import { printName } from "./name-reading.ts";
import { requestedExtensionProblems, requestedOf } from "./request-extensions.ts";
import type { RequestedExtensions } from "./request-extensions.ts";
import { RequestFindings } from "./request-finding.ts";
import type { RequestCode, RequestFinding } from "./request-finding.ts";
import { extensionRequestOf, requestInfoOf, requireVersion } from "./request-info.ts";
import { requestKeyProblems } from "./request-key.ts";
import { requestSubjectProblems } from "./request-subject.ts";
import { fitSignature, mechanismOf, signatureOf, signedPartsOf } from "./signed.ts";
import { readSpki } from "./spki.ts";
import type { PublicKey } from "./spki.ts";

/** A PKCS#10 request whose form is in order. */
export interface CertificationRequest extends RequestedExtensions {
  readonly der: Uint8Array;
  /** Name, DER; travels on as octets. */
  readonly subject: Uint8Array;
  /** The subject for people. */
  readonly subjectText: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly publicKey: PublicKey;
  /** Possession: the request's own signature. Not checked here. */
  readonly claim: Claim;
}

/** What could be read of a request, also of one that is refused. Nothing of it is proved. */
export interface SeenRequest {
  readonly subjectText: string | null;
  readonly publicKey: PublicKey | null;
  readonly extensions: readonly ReadExtension[];
}

/** Findings, and the request where there are none. */
export interface RequestReading {
  readonly findings: RequestFinding[];
  readonly request: CertificationRequest | null;
  readonly seen: SeenRequest;
}

const LABELS = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];
const LARGEST = 64 * 1024;
const NOTHING: SeenRequest = { subjectText: null, publicKey: null, extensions: [] };

/**
 * Reads a PKCS#10 request file (RFC 2986, RFC 7468): one PEM block, at most 64 KiB. Text before the block is not read;
 * after it nothing may stand. Never throws for what the file holds.
 * @param path where the script names the file; findings and the claim carry it
 */
export function readRequest(bytes: Uint8Array, path: ScriptPath): RequestReading {
  const desk = new RequestFindings(path);
  const der = isSmall(bytes, desk) ? desk.attempt(pemCode, () => fromPem(fromUtf8(bytes), LABELS, "ignored").der) : undefined;
  return der === undefined ? { findings: desk.list, request: null, seen: NOTHING } : readRequestDer(der, path);
}

/** The same for the DER itself. */
export function readRequestDer(der: Uint8Array, path: ScriptPath): RequestReading {
  const desk = new RequestFindings(path);
  const node = isSmall(der, desk) ? desk.attempt("request-der", () => readDer(der)) : undefined;
  return node === undefined ? { findings: desk.list, request: null, seen: NOTHING } : examine(node, desk);
}

/** The same for PEM or DER, whichever the octets are. */
export function readRequestFile(bytes: Uint8Array, path: ScriptPath): RequestReading {
  return isDer(bytes) ? readRequestDer(bytes, path) : readRequest(bytes, path);
}

/** A SEQUENCE whose length no text has behind a `0`: nothing can be read as both, so nobody can show one and mean the other. */
export function isDer(bytes: Uint8Array): boolean {
  const [tag, length = 0] = bytes;
  const isText = [0x09, 0x0a, 0x0d].includes(length) || (length >= 0x20 && length < 0x7f) || length > 0xc1;
  return tag === 0x30 && !isText;
}

function isSmall(bytes: Uint8Array, desk: RequestFindings): boolean {
  if (bytes.length <= LARGEST) return true;
  desk.report({ code: "request-size", message: `expected at most ${LARGEST} octets, found ${bytes.length}` });
  return false;
}

function pemCode(fault: Fault): RequestCode {
  if (!(fault instanceof PemFault) || fault.problem === "form") return "request-pem";
  return `request-pem-${fault.problem}`;
}

function examine(node: DerNode, desk: RequestFindings): RequestReading {
  const parts = desk.attempt("request-structure", () => signedPartsOf(node, "CertificationRequest"));
  const info = parts && desk.attempt("request-structure", () => requestInfoOf(parts.tbs));
  if (parts === undefined || info === undefined) return { findings: desk.list, request: null, seen: NOTHING };
  desk.attempt("request-version", () => requireVersion(info.version));
  const mechanism = desk.attempt("request-signature-algorithm", () => mechanismOf(parts.algorithm, "anyone"));
  const publicKey = desk.attempt("request-key-form", () => readSpki(info.spki)) ?? null;
  if (publicKey !== null) desk.report(...requestKeyProblems(publicKey, KEY_ALGORITHMS));
  const subjectText = readSubject(info.subject, desk);
  const extensions = readExtensions(info.attributes, desk);
  const seen = { subjectText, publicKey, extensions };
  const algorithm = publicKey?.algorithm ?? null;
  const signature = mechanism === undefined || algorithm === null ? undefined : desk.attempt("request-signature", () => fitSignature(signatureOf(mechanism, parts.octets), mechanism, algorithm));
  if (desk.list.length > 0 || publicKey === null || subjectText === null || mechanism === undefined || signature === undefined) return { findings: desk.list, request: null, seen };
  const claim = { where: `request ${desk.path.join(".")}`, spki: info.spki, mechanism, message: parts.tbs.bytes, signature };
  return { findings: [], seen, request: { der: node.bytes, subject: info.subject, subjectText, spki: info.spki, publicKey, claim, ...requestedOf(extensions) } };
}

function readSubject(subject: Uint8Array, desk: RequestFindings): string | null {
  const problems = desk.attempt("request-subject-form", () => requestSubjectProblems(subject));
  if (problems === undefined) return null;
  desk.report(...problems);
  return printName(subject);
}

function readExtensions(attributes: DerNode, desk: RequestFindings): readonly ReadExtension[] {
  const asked = desk.attempt("request-attributes", () => extensionRequestOf(attributes));
  const extensions = asked === undefined ? [] : (desk.attempt("request-extensions", () => extensionsOf(asked)) ?? []);
  desk.report(...requestedExtensionProblems(extensions));
  return extensions;
}
