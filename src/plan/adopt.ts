/** Resolving the step `adopt`: a CA that was made elsewhere, with what is claimed of its past [ADOPTED-CLAIMS]. */
import { sha256Hex } from "../bytes/digest.ts";
import { toHex } from "../bytes/hex.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault, type Finding, type ScriptPath } from "../fault.ts";
import type { StepOf as ScriptStep } from "../script/step-schema.ts";
import type { ClaimedReason } from "../transcript/register.ts";
import { MECHANISM_OF, MECHANISMS_OF, type Claim } from "../x509/algorithm.ts";
import { certificateClaim } from "../x509/certificate-reading.ts";
import { CRL_REASONS } from "../x509/crl-reason.ts";
import { EXTENSION } from "../x509/extension-reading.ts";
import { extensionValue, readGivenCertificate, type GivenCertificate } from "../x509/given-certificate.ts";
import { readGivenList, type GivenList } from "../x509/given-list.ts";
import { plannedExtensions } from "./existing.ts";
import type { PlannedAdopted, PlannedClaimed, PlannedClaimedList } from "./adopted.ts";
import type { PlannedStep } from "./plan.ts";
import { isCertifiable } from "./profiles.ts";
import { factoryOf } from "./registered.ts";
import { plannedInput, type Resolving } from "./resolving.ts";

type AdoptStep = ScriptStep<"adopt">;

/** In the place of a profile: another program decided what the certificate says. */
export const CLAIMED = "claimed";

interface Given {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly path: ScriptPath;
  readonly given: GivenCertificate;
}

/** The planned step; null when a finding says why there is none. */
export function resolveAdopt(resolving: Resolving, step: AdoptStep, number: number): PlannedStep | null {
  // that it does is a matter of the order of steps, and judged with their names
  resolving.judgement.judge("ADOPTED-PROOF", [...step.path, "certificate"], true, "");
  const ca = readOne(resolving, step.file, [...step.path, "file"], readGivenCertificate);
  if (ca === null) return null;
  const algorithm = judgeCa(resolving, step, ca);
  if (algorithm === null) return null;
  const issued = (step.issued ?? []).map(({ certificate, file }, i) => ({ certificate, one: readOne(resolving, file, [...step.path, "issued", i, "file"], readGivenCertificate) }));
  const list = step["last-crl"] === undefined ? null : readOne(resolving, step["last-crl"], [...step.path, "last-crl"], readGivenList);
  for (const { one } of issued) if (one !== null) judgeSigned(resolving, one, one.given, ca.given);
  if (list !== null) judgeSigned(resolving, list, list.given, ca.given);
  const profile = step.profile === undefined ? CLAIMED : `${step.profile}@${CLAIMED}`;
  const claimed = issued.flatMap(({ certificate, one }) => (one === null ? [] : [claimedOf(certificate, one)]));
  const planned: PlannedAdopted = {
    key: step.key, token: step.token, find: { id: step.id ?? null, label: step.label ?? null }, algorithm, signature: step.signature ?? MECHANISM_OF[algorithm], backup: step.backup,
    crl: step.crl, profile, ca: claimedOf(step.certificate, ca), issuer: ca.given.isSelfIssued ? step.certificate : "", issued: claimed, list: list === null ? null : claimedList(list, claimed),
  };
  enter(resolving, planned, ca.given);
  return { number, rule: "adopt@1", ...planned };
}

function readOne<T>({ judgement, inputs }: Resolving, file: string, path: ScriptPath, reader: (bytes: Uint8Array) => T): { file: string; bytes: Uint8Array; path: ScriptPath; given: T } | null {
  const bytes = inputs.get(file);
  if (!(bytes instanceof Uint8Array)) return null;
  try {
    const given = reader(bytes);
    judgement.judge("ADOPTED-CLAIMS", path, true, "");
    return { file, bytes, path, given };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    judgement.judge("ADOPTED-CLAIMS", path, false, `${file}: ${thrown.message}`, thrown.hints[0]);
    return null;
  }
}

/** A CA with the identifier that what it issues will name; its algorithm, or null when a finding says why nothing can be signed with it. */
function judgeCa(resolving: Resolving, step: AdoptStep, ca: Given): PlannedAdopted["algorithm"] | null {
  const { judgement } = resolving;
  const { given, path } = ca;
  const { algorithm, description } = given.publicKey;
  judgement.judge("ADOPTED-CLAIMS", path, given.isCa, `expected a CA certificate that signs certificates, found ${given.subjectText}`);
  judgement.judge("ADOPTED-CLAIMS", path, extensionValue(given.extensions, EXTENSION.subjectKeyIdentifier) !== undefined, "expected a subjectKeyIdentifier, which every certificate and CRL of this program names, found none");
  if (given.isSelfIssued) judgeSigned(resolving, ca, given, given);
  const known = algorithm !== null && isCertifiable(algorithm);
  judgement.judge("ALGORITHM-ALLOWED", path, known, `no profile of this version has a CA key of ${description}`);
  if (!known) return null;
  const fitting = MECHANISMS_OF[algorithm];
  return judgement.judge("ALGORITHM-ALLOWED", [...step.path, "signature"], step.signature === undefined || fitting.includes(step.signature), `a key of ${algorithm} signs with ${fitting.join(", ")}, found ${step.signature ?? ""}`) ? algorithm : null;
}

interface Signed {
  readonly tbs: Uint8Array;
  readonly mechanism: Claim["mechanism"];
  readonly signature: Uint8Array;
  readonly issuer: Uint8Array;
}

/** That the adopted CA signed it is a claim, and its name stands in it. */
function judgeSigned({ judgement, claims }: Resolving, { file, path }: { readonly file: string; readonly path: ScriptPath }, signed: Signed, ca: GivenCertificate): void {
  judgement.judge("ADOPTED-CLAIMS", path, sameBytes(signed.issuer, ca.subject), `expected ${file} to be issued by ${ca.subjectText}, found another issuer in it`);
  const otherwise: Finding = { control: "ADOPTED-CLAIMS", path, message: `${file}: the signature does not verify under the key of ${ca.subjectText}`, hint: "have the file given again; what the CA did not sign is none of its past" };
  try {
    claims.push({ claim: certificateClaim(path.join("."), signed, ca.spki), otherwise });
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    judgement.judge("ADOPTED-CLAIMS", path, false, `${file}: ${thrown.message}`);
  }
}

function claimedOf(certificate: string, { file, bytes, given }: Given): PlannedClaimed {
  return { certificate, file: plannedInput(file, bytes), der: toHex(given.der), subjectText: given.subjectText, serial: given.serial, ca: given.isCa, notBefore: given.notBefore, notAfter: given.notAfter };
}

function claimedList({ file, bytes, given }: { readonly file: string; readonly bytes: Uint8Array; readonly given: GivenList }, issued: readonly PlannedClaimed[]): PlannedClaimedList {
  const revoked = given.revoked.map(({ serial, date, reason }) => ({ serial, certificate: issued.find((one) => one.serial === serial)?.certificate ?? null, date, reason: reasonNamed(reason) }));
  return { file: plannedInput(file, bytes), number: given.number, thisUpdate: given.thisUpdate, nextUpdate: given.nextUpdate, sha256: sha256Hex(given.der), revoked };
}

function reasonNamed(code: number): ClaimedReason {
  return (Object.entries(CRL_REASONS).find(([, number]) => number === code)?.[0] as ClaimedReason | undefined) ?? "unspecified";
}

/** From here on it is as if a step before this one had made all of it. */
function enter({ keys, mechanisms, certificates, spkis, subjects, trials, revocations, crlNumbers, claimed }: Resolving, planned: PlannedAdopted, given: GivenCertificate): void {
  const { key, algorithm, signature, ca, list, issued, profile } = planned;
  const name = ca.certificate;
  keys.set(key, algorithm);
  mechanisms.set(key, signature);
  spkis.set(sha256Hex(given.spki), name);
  subjects.set(toHex(given.subject), { certificate: name, key });
  trials.certificates.set(name, given.der);
  const identifier = extensionValue(given.extensions, EXTENSION.subjectKeyIdentifier);
  const { subject, subjectText, notBefore: from, notAfter: until, pathLength } = given;
  certificates.set(name, {
    template: { profile, ca: true, subject: toHex(subject), subjectText, valid: { from, until }, extensions: plannedExtensions(given) }, key, algorithm, mechanism: signature, spki: toHex(given.spki),
    copiedIdentifier: identifier === undefined ? null : toHex(identifier), pathLength, factory: factoryOf({ profile }, subject), isRegistered: true,
    bounds: [given].flatMap((one) => extensionValue(one.extensions, EXTENSION.nameConstraints) ?? []),
  });
  claimed.set(name, issued);
  if (list?.number != null) crlNumbers.set(name, list.number);
  for (const one of list?.revoked ?? []) revocations.push({ issuer: name, ...one });
}
