import { compareOctets, Fields, integerOf, oidOf, TAG } from "../bytes/der.ts";
import type { DerNode } from "../bytes/der.ts";
import { fromPem } from "../bytes/pem.ts";
import { fromUtf8 } from "../bytes/text.ts";
import type { ControlId } from "../controls.ts";
import { Fault } from "../fault.ts";
import type { Finding, ScriptPath } from "../fault.ts";
import { KEY_ALGORITHMS } from "./algorithm.ts";
import type { Claim } from "./algorithm.ts";
import { nameBytes } from "./certificate-reading.ts";
import { duplicatesOf, extensionsOf } from "./extension-reading.ts";
import type { ReadExtension } from "./extension-reading.ts";
import { printName } from "./name-reading.ts";
import { requestedExtensionProblems, requestedOf } from "./request-extensions.ts";
import type { RequestedExtensions } from "./request-extensions.ts";
import { judgeRequestSubject } from "./request-subject.ts";
import { fitSignature, mechanismOf, signatureOf, signedParts } from "./signed.ts";
import { judgeReadKey, readSpki } from "./spki.ts";
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

/** Findings, and the request where there are none. */
export interface RequestReading {
  readonly findings: Finding[];
  readonly request: CertificationRequest | null;
}

const LABELS = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];
const LARGEST = 64 * 1024;
const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
const CHALLENGE_PASSWORD = "1.2.840.113549.1.9.7";

/**
 * Reads a PKCS#10 request file (RFC 2986, RFC 7468): one PEM block, at most 64 KiB. Text before the block is not read;
 * after it nothing may stand. Never throws for what the file holds.
 * @param path where the script names the file; findings and the claim carry it
 */
export function readRequest(bytes: Uint8Array, path: ScriptPath): RequestReading {
  const desk = new Desk(path);
  const der = desk.attempt("REQUEST-FORM", () => {
    if (bytes.length > LARGEST) throw new Fault("form-pem", `expected at most ${LARGEST} octets, found ${bytes.length}`);
    return fromPem(fromUtf8(bytes), LABELS, "ignored").der;
  });
  return der === undefined ? { findings: desk.findings, request: null } : readRequestDer(der, path);
}

/** The same for the DER itself. */
export function readRequestDer(der: Uint8Array, path: ScriptPath): RequestReading {
  const desk = new Desk(path);
  const request = desk.attempt("REQUEST-FORM", () => examine(der, desk));
  return { findings: desk.findings, request: desk.findings.length === 0 && request !== undefined ? request : null };
}

function examine(der: Uint8Array, desk: Desk): CertificationRequest | undefined {
  if (der.length > LARGEST) throw new Fault("form-der", `expected at most ${LARGEST} octets, found ${der.length}`);
  const { tbs, algorithm, octets } = signedParts(der, "CertificationRequest");
  const mechanism = desk.attempt("REQUEST-FORM", () => mechanismOf(algorithm, "anyone"));
  const { subject, spki, extensions } = readInfo(tbs);
  const publicKey = desk.attempt("REQUEST-KEY", () => readSpki(spki));
  if (publicKey !== undefined) desk.findings.push(...judgeReadKey(publicKey, KEY_ALGORITHMS, "REQUEST-KEY", desk.path));
  desk.findings.push(...judgeRequestSubject(subject, desk.path));
  for (const problem of requestedExtensionProblems(extensions)) desk.report("REQUEST-EXTENSIONS", problem);
  const keyAlgorithm = publicKey?.algorithm ?? null;
  if (publicKey === undefined || keyAlgorithm === null || mechanism === undefined) return undefined;
  const signature = desk.attempt("REQUEST-POSSESSION", () => fitSignature(signatureOf(mechanism, octets), mechanism, keyAlgorithm));
  if (signature === undefined || desk.findings.length > 0) return undefined;
  const claim = { where: `request ${desk.path.join(".")}`, spki, mechanism, message: tbs.bytes, signature };
  return { der, subject, subjectText: printName(subject), spki, publicKey, claim, ...requestedOf(extensions) };
}

/** CertificationRequestInfo (RFC 2986 4.1). @throws Fault form-der */
function readInfo(node: DerNode): { subject: Uint8Array; spki: Uint8Array; extensions: ReadExtension[] } {
  const fields = new Fields(node, "CertificationRequestInfo");
  const version = integerOf(fields.take(TAG.integer, "version"), "version");
  if (version !== 0) throw new Fault("form-der", `CertificationRequestInfo: expected version 0, found ${version}`);
  const subject = nameBytes(fields.take(TAG.sequence, "subject"));
  const spki = fields.take(TAG.sequence, "subjectPKInfo").bytes;
  const extensions = extensionsAskedFor(fields.take(0xa0, "attributes"));
  fields.end();
  return { subject, spki, extensions };
}

/** The extensions of the one extensionRequest attribute (RFC 2985 5.4.2). Other attributes are checked for form and ignored. */
function extensionsAskedFor(set: DerNode): ReadExtension[] {
  const isOrdered = set.children.every((node, i) => i === 0 || compareOctets(set.children[i - 1]?.bytes ?? node.bytes, node.bytes) <= 0);
  if (!isOrdered) throw new Fault("form-der", "attributes: expected a SET OF in ascending order");
  const attributes = set.children.map(attributeOf);
  const duplicates = duplicatesOf(attributes.map(({ oid }) => oid));
  if (duplicates.length > 0) throw new Fault("form-der", `attributes: expected each type once, found more than one ${duplicates.join(", ")}`);
  const asked = attributes.find(({ oid }) => oid === EXTENSION_REQUEST);
  return asked === undefined ? [] : extensionsOf(asked.value);
}

function attributeOf(node: DerNode): { oid: string; value: DerNode } {
  const fields = new Fields(node, "Attribute");
  const oid = oidOf(fields.take(TAG.oid, "type"));
  const [value, ...others] = fields.take(TAG.set, "values").children;
  fields.end();
  if (value === undefined) throw new Fault("form-der", `attribute ${oid}: expected a value, found none`);
  const isSingle = oid === EXTENSION_REQUEST || oid === CHALLENGE_PASSWORD;
  if (isSingle && others.length > 0) throw new Fault("form-der", `attribute ${oid}: expected one value, found ${1 + others.length}`);
  return { oid, value };
}

/** Collects findings about one request; what throws becomes a finding. */
class Desk {
  readonly findings: Finding[] = [];
  readonly path: ScriptPath;

  constructor(path: ScriptPath) {
    this.path = path;
  }

  report(control: ControlId, message: string, hint?: string): void {
    this.findings.push({ control, path: this.path, message, ...(hint === undefined ? {} : { hint }) });
  }

  attempt<T>(control: ControlId, read: () => T): T | undefined {
    try {
      return read();
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      this.report(control, thrown.message, thrown.hints[0]);
      return undefined;
    }
  }
}
