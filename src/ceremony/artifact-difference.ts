/** Artifacts of two records side by side: certificates and CRLs by what they say, everything else by whether it is there. Pure. */
import { fromPem } from "../bytes/pem.ts";
import { fromUtf8, sameBytes } from "../bytes/text.ts";
import { toHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { readCertificateList } from "../x509/certificate-list-reading.ts";
import { EXTENSION } from "../x509/extension-reading.ts";
import { extensionName, extensionText } from "../x509/extension-text.ts";
import { readGivenCertificate } from "../x509/given-certificate.ts";
import { printName } from "../x509/name-reading.ts";
import type { Difference } from "./difference.ts";
import type { RecordFiles } from "./recorded-inputs.ts";

/** By path; dates, serial numbers, keys and their identifiers are another in every run. */
export function artifactDifferences(one: RecordFiles, other: RecordFiles): Difference[] {
  const paths = (files: RecordFiles) => files.list().filter((path) => path.startsWith(`${LAYOUT.artifacts}/`));
  const all = [...new Set([...paths(one), ...paths(other)])].sort();
  return all.flatMap((path): Difference[] => {
    const [a, b] = [one.read(path), other.read(path)];
    if (a === null || b === null) return [{ where: path, one: a === null ? "" : "is there", other: b === null ? "" : "is there" }];
    return sameBytes(a, b) ? [] : contentDifferences(path, a, b);
  });
}

function contentDifferences(path: string, one: Uint8Array, other: Uint8Array): Difference[] {
  const [a, b] = [factsOf(path, one), factsOf(path, other)];
  if (a === null || b === null) return [];
  const names = [...new Set([...a.keys(), ...b.keys()])];
  return names.flatMap((name) => (a.get(name) === b.get(name) ? [] : [{ where: `${path}, ${name}`, one: a.get(name) ?? "", other: b.get(name) ?? "" }]));
}

/** What a certificate or CRL says, by name; null for other files, which follow from it. */
function factsOf(path: string, bytes: Uint8Array): ReadonlyMap<string, string> | null {
  try {
    if (/\/certificates\/[^/]+\.pem$/.test(path)) return certificateFacts(bytes);
    return /\/crls\/.+\.pem$/.test(path) ? listFacts(bytes) : null;
  } catch (thrown) {
    if (thrown instanceof Fault) return new Map([["octets", toHex(bytes.subarray(0, 16))]]);
    throw thrown;
  }
}

const OF_A_KEY: readonly string[] = [EXTENSION.subjectKeyIdentifier, EXTENSION.authorityKeyIdentifier];

function certificateFacts(bytes: Uint8Array): Map<string, string> {
  const { subjectText, issuer, mechanism, publicKey, extensions } = readGivenCertificate(bytes);
  return new Map([
    ["subject", subjectText], ["issuer", printName(issuer)], ["signature", mechanism], ["key", publicKey.description],
    ...extensions.map((extension): [string, string] => [extensionName(extension.oid), OF_A_KEY.includes(extension.oid) ? "of a key" : `${extension.critical ? "critical, " : ""}${extensionText(extension)}`]),
  ]);
}

function listFacts(bytes: Uint8Array): Map<string, string> {
  const { issuer, mechanism, number, revoked, point } = readCertificateList(fromPem(fromUtf8(bytes), ["X509 CRL"]).der);
  return new Map([["issuer", printName(issuer)], ["signature", mechanism], ["number", String(number)], ["revocations", String(revoked.length)], ["scope", JSON.stringify(point)]]);
}
