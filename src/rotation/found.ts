/** What a file from the field holds that a register can know: certificates, lists, public keys, fingerprints, wherever in it they stand. */
import { parseJson } from "../bytes/json.ts";
import { sha256Hex } from "../bytes/digest.ts";
import { gunzip } from "../bytes/gunzip.ts";
import { fromBase64 } from "../bytes/pem.ts";
import { readTar } from "../bytes/tar.ts";
import { fromUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { readCertificate } from "../x509/certificate-reading.ts";
import { readCertificateList } from "../x509/certificate-list-reading.ts";

export interface FieldFile {
  /** Below the folder of what was fetched; within an archive the name there after a colon. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** `sha256` is that of the whole object, DER, hex; of a public key that of its SubjectPublicKeyInfo. */
export interface FoundObject {
  readonly path: string;
  readonly kind: "certificate" | "crl" | "public key" | "fingerprint";
  readonly sha256: string;
}

/** A field file is a bundle or an archive of some; what is larger is something else. */
const MOST_OCTETS = 64 * 1024 * 1024;
/** Archives within archives go no deeper. */
const MOST_DEPTH = 3;

/** Everything in a file; none where it holds nothing of the kind. */
export function objectsIn(file: FieldFile, depth = 0): FoundObject[] {
  const members = depth < MOST_DEPTH ? membersOf(file) : [];
  if (members.length > 0) return members.flatMap((one) => objectsIn(one, depth + 1));
  const der = objectOf(file.path, file.bytes);
  if (der !== null) return [der];
  const text = textOf(file.bytes);
  return text === null ? [] : [...new Map(objectsInText(file, text).map((one) => [`${one.kind} ${one.sha256}`, one])).values()];
}

/** The files of an archive, compressed or not. */
function membersOf({ path, bytes }: FieldFile): FieldFile[] {
  try {
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const archive = isGzip ? gunzip(bytes, MOST_OCTETS) : bytes;
    return readTar(archive).map((one) => ({ path: `${path}:${one.name}`, bytes: one.bytes })).filter((one) => one.bytes.length > 0);
  } catch (thrown) {
    if (thrown instanceof Fault) return [];
    throw thrown;
  }
}

/** A DER object by its own kind; null for anything else. */
function objectOf(path: string, der: Uint8Array): FoundObject | null {
  for (const [kind, read] of [["certificate", readCertificate], ["crl", readCertificateList]] as const) {
    try {
      read(der);
      return { path, kind, sha256: sha256Hex(der) };
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
    }
  }
  return null;
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return fromUtf8(bytes);
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}

const BLOCK = /-----BEGIN (CERTIFICATE|X509 CRL|PUBLIC KEY)-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END \1-----/g;
const FINGERPRINT = /(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:])/g;

/** A text as it is, and the texts within it where it is JSON: there line ends are written as \n. */
function objectsInText({ path, bytes }: FieldFile, text: string): FoundObject[] {
  const texts = [text, ...jsonTexts(bytes)];
  return texts.flatMap((one) => [...blocksIn(path, one), ...[...one.matchAll(FINGERPRINT)].map(([found]): FoundObject => ({ path, kind: "fingerprint", sha256: found.replaceAll(":", "").toLowerCase() }))]);
}

function blocksIn(path: string, text: string): FoundObject[] {
  return [...text.matchAll(BLOCK)].flatMap(([, label = "", body = ""]): FoundObject[] => {
    try {
      const der = fromBase64(body.replaceAll(/\s/g, ""));
      const kind = label === "CERTIFICATE" ? "certificate" : label === "PUBLIC KEY" ? "public key" : "crl";
      return [{ path, kind, sha256: sha256Hex(der) }];
    } catch (thrown) {
      if (thrown instanceof Fault) return [];
      throw thrown;
    }
  });
}

function jsonTexts(bytes: Uint8Array): string[] {
  try {
    return textsOf(parseJson(bytes));
  } catch (thrown) {
    if (thrown instanceof Fault) return [];
    throw thrown;
  }
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
