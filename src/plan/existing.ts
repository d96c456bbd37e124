/** What is cross-certified: a CA certificate that is given as a file, or one of an earlier step [CROSS-EXISTING]. */
import { fromHex, toHex } from "../bytes/hex.ts";
import { Fault, type Finding, type ScriptPath } from "../fault.ts";
import type { StepOf as ScriptStep } from "../script/step-schema.ts";
import type { KeyAlgorithm } from "../x509/algorithm.ts";
import { certificateClaim } from "../x509/certificate-reading.ts";
import { EXTENSION } from "../x509/extension-reading.ts";
import { extensionName, extensionText } from "../x509/extension-text.ts";
import type { PlannedExtension } from "../x509/extension.ts";
import { extensionValue, readGivenCertificate, type GivenCertificate } from "../x509/given-certificate.ts";
import { readSpki } from "../x509/spki.ts";
import { pathLengthOf } from "./certificates.ts";
import type { PlannedExisting } from "./plan.ts";
import { plannedInput, type ResolvedCertificate, type Resolving } from "./resolving.ts";

/** A CA that exists, as a cross-certificate copies it. */
export interface ExistingCa {
  readonly planned: PlannedExisting;
  /** Name, DER, hex. */
  readonly subject: string;
  readonly subjectText: string;
  readonly key: string | null;
  readonly algorithm: KeyAlgorithm | null;
  readonly pathLength: number | null;
  readonly copiedIdentifier: string | null;
  /** Null where it follows from an instant that is not attested yet. */
  readonly notBefore: string | null;
  readonly extensions: readonly PlannedExtension[];
}

/** The CA; null when a finding says why there is none. */
export function existingOf(resolving: Resolving, step: ScriptStep<"cross-certify">): ExistingCa | null {
  const path = [...step.path, "existing"];
  const existing = "file" in step.existing ? fromFile(resolving, step.existing.file, path) : fromStep(resolving, step.existing.certificate);
  if (existing === null) return null;
  const { judgement } = resolving;
  return judgement.judge("CROSS-EXISTING", path, existing.isCa, `expected a CA certificate that signs certificates, found ${existing.subjectText}`) ? existing : null;
}

type Found = ExistingCa & { readonly isCa: boolean };

function fromStep({ certificates, keys }: Resolving, name: string): Found | null {
  const found: ResolvedCertificate | undefined = certificates.get(name);
  if (found === undefined) return null;
  const { template, key, spki, copiedIdentifier } = found;
  return {
    planned: { certificate: name, spki: null, notBefore: null }, isCa: template.ca, subject: template.subject, subjectText: template.subjectText,
    key, algorithm: key === null ? algorithmOf(spki) : (keys.get(key) ?? null), pathLength: pathLengthOf(template), copiedIdentifier,
    notBefore: "from" in template.valid ? template.valid.from : null, extensions: template.extensions,
  };
}

function algorithmOf(spki: string | null): KeyAlgorithm | null {
  return spki === null ? null : readSpki(fromHex(spki)).algorithm;
}

function fromFile(resolving: Resolving, file: string, path: ScriptPath): Found | null {
  const bytes = resolving.inputs.get(file);
  if (!(bytes instanceof Uint8Array)) return null;
  const given = readExisting(resolving, bytes, path);
  if (given === null) return null;
  return {
    planned: { file: plannedInput(file, bytes), spki: toHex(given.spki), notBefore: given.notBefore }, isCa: given.isCa, subject: toHex(given.subject),
    subjectText: given.subjectText, key: null, algorithm: given.publicKey.algorithm, pathLength: given.pathLength, copiedIdentifier: identifierOf(given),
    notBefore: given.notBefore, extensions: plannedExtensions(given),
  };
}

/** Reads the file; where the certificate is self-issued, that its key signed it is a claim. */
function readExisting({ judgement, claims }: Resolving, bytes: Uint8Array, path: ScriptPath): GivenCertificate | null {
  try {
    const given = readGivenCertificate(bytes);
    const unsigned: Finding = { control: "CROSS-EXISTING", path, message: "the certificate names itself as its issuer, and its signature does not verify under its own key", hint: "have the file given again by its owner" };
    if (given.isSelfIssued) claims.push({ claim: certificateClaim(path.join("."), given, given.spki), otherwise: unsigned });
    return given;
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    judgement.judge("CROSS-EXISTING", path, false, `expected one CA certificate, PEM: ${thrown.message}`, thrown.hints[0]);
    return null;
  }
}

function identifierOf({ extensions }: GivenCertificate): string | null {
  const value = extensionValue(extensions, EXTENSION.subjectKeyIdentifier);
  return value === undefined ? null : toHex(value);
}

/** The extensions of a given certificate as a plan holds them. */
export function plannedExtensions({ extensions }: GivenCertificate): PlannedExtension[] {
  return extensions.map((extension) => {
    const { oid, critical, value } = extension;
    return { oid, name: extensionName(oid), critical, text: extensionText(extension), value: toHex(value) };
  });
}
