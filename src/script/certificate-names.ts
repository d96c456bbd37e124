/** Certificates, CRLs and bundles: new names for what is made, earlier names for what is used. */
import type { ScriptPath } from "../fault.ts";
import type { PartKind } from "../platforms/part.ts";
import { givenNames } from "../platforms/parts.ts";
import { doubt, type Doubt, type Draft } from "./doubt.ts";
import { bundleName, isOwnCertificate, keyBehind, keyOfExisting, stepNumber, type CertificateStep, type Made } from "./made.ts";
import { isRegistered } from "./registered.ts";
import type { Step, StepOf } from "./step-schema.ts";
import { didYouMean } from "./wording.ts";

/** [SCRIPT-NAMES] about a certificate: its name, its key where that is ours, its issuer where that is another certificate. */
export function certificateDoubts(step: CertificateStep, made: Made, draft: Draft): Doubt[] {
  const doubts = takenName(step, "certificate", step.certificate, made);
  if (isOwnCertificate(step)) doubts.push(...certifiedKeyDoubts(step, made, draft));
  if (step.kind === "cross-certify" && "certificate" in step.existing) doubts.push(...notEarlier([[[...step.path, "existing"], step.existing.certificate]], "certificate", made.certificates, draft));
  if (step.kind === "accept-certificate") doubts.push(...answerDoubts(step, made, draft));
  else if (step.kind !== "issue-root") doubts.push(...issuerDoubts(step, made, draft));
  return doubts;
}

/** [SCRIPT-NAMES] about a request for a key of this ceremony. */
export function requestDoubts(step: StepOf<"create-request">, made: Made, draft: Draft): Doubt[] {
  return [...takenName(step, "request", step.request, made), ...notEarlier([[[...step.path, "key"], step.key]], "key", made.keys, draft)];
}

/** [SCRIPT-NAMES] about the certificates for a folder of requests. */
export function batchDoubts(step: StepOf<"sign-requests">, made: Made, draft: Draft): Doubt[] {
  return [...takenName(step, "certificates", step.certificates, made), ...issuerDoubts(step, made, draft)];
}

/** [SCRIPT-NAMES] about a CRL. */
export function crlDoubts(step: StepOf<"issue-crl">, made: Made, draft: Draft): Doubt[] {
  const named = [...(step.revoke ?? []).flatMap(({ certificate }, i): Named[] => (certificate === undefined || certificate.includes("/") ? [] : [[[...step.path, "revoke", i, "certificate"], certificate]])), ...(step.release ?? []).flatMap((name, i): Named[] => (name.includes("/") ? [] : [[[...step.path, "release", i], name]]))];
  return [...takenName(step, "crl", step.crl, made), ...issuerDoubts(step, made, draft), ...notEarlier(named, "certificate", made.certificates, draft)];
}

/** [SCRIPT-NAMES] about a bundle and what goes into it. */
export function exportDoubts(step: StepOf<"export-bundle">, made: Made, draft: Draft): Doubt[] {
  const name = bundleName(step);
  const before = made.bundles.get(name);
  const message = `expected a new bundle name, found ${name}, which step ${before && stepNumber(before)} exports`;
  const doubts = before === undefined ? [] : [doubt("SCRIPT-NAMES", step.path, name, message, "name the bundles: bundle: NAME")];
  return [...doubts, ...partDoubts(step, made, draft)];
}

/** [SCRIPT-NAMES] about an artifact, its key and what it is made from. */
export function artifactDoubts(step: StepOf<"sign-artifact">, made: Made, draft: Draft): Doubt[] {
  const before = made.artifacts.get(step.artifact);
  const doubts = before === undefined ? [] : [doubt("SCRIPT-NAMES", [...step.path, "artifact"], step.artifact, `expected a new artifact name, found ${step.artifact}, which step ${stepNumber(before)} signs`)];
  return [...doubts, ...notEarlier([[[...step.path, "key"], step.key]], "key", made.keys, draft), ...partDoubts(step, made, draft)];
}

/** Certificates and CRLs that a part names are made before. */
function partDoubts(step: StepOf<"export-bundle" | "sign-artifact">, made: Made, draft: Draft): Doubt[] {
  const named = (kind: PartKind) => givenNames(step, kind).map(({ name, place }): Named => [[...step.path, ...place], name]);
  return [...notEarlier(named("certificate"), "certificate", made.certificates, draft), ...notEarlier(named("crl"), "CRL", made.crls, draft)];
}

/** [SCRIPT-NAMES] about what is acknowledged. */
export function acknowledgedDoubts(step: StepOf<"acknowledge">, made: Made, draft: Draft): Doubt[] {
  const named = step.of.map((name, index): Named => [[...step.path, "of", index], name]);
  return notEarlier(named, "certificate or CRL", new Map<string, Step>([...made.certificates, ...made.crls]), draft);
}

/** Certificates, requests and CRLs share their names: a certificate for a key of ours has a request of its own name. */
function takenName(step: Step, field: "certificate" | "certificates" | "request" | "crl", name: string, made: Made): Doubt[] {
  const before = made.certificates.get(name) ?? made.requests.get(name) ?? made.batches.get(name) ?? made.crls.get(name);
  if (before === undefined) return [];
  return [doubt("SCRIPT-NAMES", [...step.path, field], name, `expected a new name, found ${name}, which ${makerOf(before)} ${isRegistered(before) ? "has" : before.kind === "create-request" ? "makes" : "issues"}`)];
}

/** What an answer is of: one key, or one request. */
function answerDoubts(step: StepOf<"accept-certificate">, made: Made, draft: Draft): Doubt[] {
  const path = [...step.path, "of"];
  const [key, request] = [made.keys.get(step.of), made.requests.get(step.of)];
  if (key !== undefined && request !== undefined && request.key !== step.of) {
    return [doubt("SCRIPT-NAMES", path, step.of, `expected the name of a key or of a request, found ${step.of}, which is both`, "give the request another name")];
  }
  return notEarlier([[path, step.of]], "key or request", new Map<string, Step>([...made.keys, ...made.requests]), draft);
}

/** A renewed certificate is an earlier one over the same key. */
function renewalDoubts(step: StepOf<"issue-root" | "issue-certificate">, made: Made, draft: Draft): Doubt[] {
  if (step.renews === undefined) return [];
  const path = [...step.path, "renews"];
  const renewed = made.certificates.get(step.renews);
  if (renewed === undefined) return notEarlier([[path, step.renews]], "certificate", made.certificates, draft);
  if (isOwnCertificate(renewed) && renewed.kind === step.kind && renewed.key === step.key) return [];
  return [doubt("SCRIPT-NAMES", path, step.renews, `expected a certificate over ${step.key} by ${step.kind}, found ${step.renews}`)];
}

function certifiedKeyDoubts(step: StepOf<"issue-root" | "issue-certificate">, made: Made, draft: Draft): Doubt[] {
  const path = [...step.path, "key"];
  const missing = [...notEarlier([[path, step.key]], "key", made.keys, draft), ...renewalDoubts(step, made, draft)];
  if (step.renews !== undefined) return missing;
  const before = [...made.certificates.values()].filter(isOwnCertificate).filter(({ key }) => key === step.key);
  const root = before.find(({ kind }) => kind === "issue-root");
  const other = root ?? (step.kind === "issue-root" ? before[0] : undefined);
  if (other === undefined) return missing;
  const message = `expected a key without a certificate, found ${step.key}, which ${other.certificate} of ${makerOf(other)} certifies`;
  return [...missing, doubt("SCRIPT-NAMES", path, step.key, message, "a root's key has its own certificate; another issuer certifies it with cross-certify")];
}

function issuerDoubts(step: StepOf<"issue-certificate" | "sign-request" | "sign-requests" | "cross-certify" | "issue-crl">, made: Made, draft: Draft): Doubt[] {
  const path = [...step.path, "issuer"];
  const issuer = made.certificates.get(step.issuer);
  if (issuer === undefined) return notEarlier([[path, step.issuer]], "certificate", made.certificates, draft);
  const key = keyBehind(issuer, made);
  if (key === undefined) {
    return [doubt("SCRIPT-NAMES", path, step.issuer, `expected an issuer whose key is generated in this ceremony, found ${step.issuer}, which certifies somebody else's`)];
  }
  const certified = step.kind === "issue-certificate" ? step.key : step.kind === "cross-certify" ? keyOfExisting(step, made) : undefined;
  if (key !== certified || (step.kind === "issue-certificate" && issuer.kind === "issue-root")) return [];
  return [doubt("SCRIPT-NAMES", path, step.issuer, `expected an issuer with another key, found ${step.issuer}, which certifies ${key} itself`)];
}

/** Who made something: a step by its number, or an earlier ceremony. */
function makerOf(step: Step): string {
  return isRegistered(step) ? "the register" : `step ${stepNumber(step)}`;
}

type Named = readonly [path: ScriptPath, name: string];

function notEarlier(named: readonly Named[], what: string, earlier: ReadonlyMap<string, unknown>, { steps }: Draft): Doubt[] {
  return named
    .filter(([, name]) => !earlier.has(name))
    .map(([path, name]) => doubt("SCRIPT-NAMES", path, name, `expected the name of an earlier ${what}, found ${name}`, laterStep(name, what, steps) ?? didYouMean(name, earlier.keys())));
}

/** Where the name is made after it is used: say so. */
function laterStep(name: string, what: string, steps: readonly Step[]): string | undefined {
  const maker = steps.find((step) => madeBy(step, what) === name);
  return maker && `step ${stepNumber(maker)} makes it, which comes later`;
}

function madeBy(step: Step, what: string): string | undefined {
  if (step.kind === "generate-key-pair") return what.startsWith("key") ? step.key : undefined;
  if (step.kind === "create-request") return what.endsWith("request") ? step.request : undefined;
  if (step.kind === "issue-crl") return what.endsWith("CRL") ? step.crl : undefined;
  return what.startsWith("certificate") && "certificate" in step ? step.certificate : undefined;
}
