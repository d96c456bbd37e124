/** Resolving a step over a folder of requests: each is judged by itself, and the list of verdicts is part of the plan. */
import { sha256Hex } from "../bytes/digest.ts";
import { toHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import type { StepOf as ScriptStep } from "../script/step-schema.ts";
import { readRequest, type CertificationRequest } from "../x509/certification-request.ts";
import { printName } from "../x509/name-reading.ts";
import { requestFinding, type RequestFinding } from "../x509/request-finding.ts";
import { judgeIssuer, lintTrial, profileOf, serialRule } from "./certificates.ts";
import { enterDevice, twinFindings } from "./devices.ts";
import { Judgement } from "./judgement.ts";
import { judgeIntake, keyName, possessionFinding } from "./intake.ts";
import type { CertificateTemplate, PlannedStep } from "./plan.ts";
import { namesOutOfBounds } from "./name-bounds.ts";
import { parametersOf } from "./parameters.ts";
import type { Profile } from "./profile.ts";
import { listPath, stemOf, writeRequestList, type ListedRequest } from "./request-list.ts";
import { judgedOf } from "./requests.ts";
import { plannedInput, type FolderInput, type ResolvedCertificate, type Resolving } from "./resolving.ts";

type BatchStep = ScriptStep<"sign-requests">;

/** What each request of a folder is held against. */
interface Terms {
  readonly step: BatchStep;
  readonly list: string;
  readonly profile: Profile;
  readonly template: CertificateTemplate;
  readonly issuer: ResolvedCertificate | null;
  /** Why requests are left out, so far. */
  readonly skipped: RequestFinding[];
}

/** The planned step; null when a finding says why there is none. */
export function resolveBatch(resolving: Resolving, step: BatchStep, number: number): PlannedStep | null {
  const profile = profileOf(resolving, step);
  const list = listPath(number);
  const files = filesOf(resolving, step, resolving.folders.files.get(list));
  if (profile === null || files === null) return null;
  const isLeaf = resolving.judgement.judge("PROFILE-FITS", [...step.path, "profile"], !profile.ca, `${step.profile} makes CAs, and each CA has a step of its own`, "name each request in a sign-request");
  if (!isLeaf) return null;
  const issuer = resolving.certificates.get(step.issuer) ?? null;
  const template = templateOf(resolving, step, profile);
  judgeIssuer(resolving, step, profile, template, issuer);
  const terms: Terms = { step, list, profile, template, issuer, skipped: [] };
  const requests = [...files].map(([file, bytes]) => listed(resolving, terms, file, bytes));
  const accepted = requests.filter(({ verdict }) => verdict === "accept").length;
  // where nothing is left to sign, what was to be skipped is the reason
  if (accepted === 0) resolving.judgement.take([], terms.skipped);
  resolving.judgement.judge("REQUEST-FORM", [...step.path, "requests"], accepted > 0 || resolving.judgement.findings.length > 0, "expected at least one request that can be accepted, found none");
  const bytes = writeRequestList(requests);
  resolving.lists.set(list, bytes);
  return { number, rule: "sign-requests@1", certificates: step.certificates, issuer: step.issuer, list: plannedInput(list, bytes), accepted, skipped: requests.length - accepted, template };
}

/** The files of the folder; null when a finding says why there are none [INPUT-PRESENT]. */
function filesOf({ judgement }: Resolving, step: BatchStep, folder: FolderInput | undefined): ReadonlyMap<string, Uint8Array> | null {
  const path = [...step.path, "requests"];
  if (folder === undefined || "unreadable" in folder) {
    judgement.judge("INPUT-PRESENT", path, false, `cannot read the folder ${step.requests}: ${folder?.unreadable ?? "it is not there"}`, "paths are relative to the script's folder");
    return null;
  }
  const files = new Map<string, Uint8Array>();
  const stems = new Map<string, string>();
  for (const [file, input] of folder) {
    // also where the step skips: what cannot be read is in no record, and the list could not be made again
    if (input instanceof Uint8Array) files.set(file, input);
    else judgement.judge("INPUT-PRESENT", path, false, `cannot read ${step.requests}/${file}: ${input.unreadable}`, "take it out of the folder, or name the files");
    const twin = stems.get(stemOf(file));
    judgement.judge("INPUT-PRESENT", path, twin === undefined, `${file} and ${twin ?? ""} would give their certificates one name`, "give one of the files another name");
    stems.set(stemOf(file), file);
  }
  return judgement.judge("INPUT-PRESENT", path, files.size > 0, `expected requests in the folder ${step.requests}, found none`) ? files : null;
}

function templateOf({ ceremony }: Resolving, step: BatchStep, profile: Profile): CertificateTemplate {
  const extensions = profile.extensions(parametersOf(ceremony, step));
  return { profile: profile.name, ca: profile.ca, subject: "", subjectText: "that of each request", valid: step.valid, extensions, ...serialRule(profile) };
}

/** One request, judged by itself. What is refused is a finding when the step stops, and skipped when it skips. */
function listed(resolving: Resolving, terms: Terms, file: string, bytes: Uint8Array): ListedRequest {
  const { step, list, profile, issuer } = terms;
  const path = [...step.path, "requests"];
  const sha256 = sha256Hex(bytes);
  const reading = readRequest(bytes, path);
  const { request } = reading;
  const skips = step["on-refusal"] === "skip";
  if (request !== null && skips) resolving.probes.push({ claim: request.claim, list, file });
  const isRefuted = resolving.folders.refuted.get(list)?.has(file) === true;
  const twins = request === null ? [] : twinFindings(resolving, profile, request, path);
  const found = isRefuted && request !== null ? [possessionFinding(path)] : [...judgeIntake(reading, { profile, factory: issuer?.factory ?? null, known: resolving.spkis, weak: resolving.weak }, path), ...twins];
  const granted = request === null || found.length > 0 ? null : grantedOf(resolving, terms, request, found);
  const refusals = found.map((finding) => ({ ...finding, message: `${file}: ${finding.message}` }));
  resolving.judgement.take(judgedOf(profile, resolving), skips ? [] : refusals);
  if (skips) terms.skipped.push(...refusals);
  if (request === null || granted === null) return { file, sha256, verdict: "refuse", codes: found.map(({ code }) => code), subject: "", spki: "", granted: [] };
  resolving.claims.push({ claim: request.claim, otherwise: prefixed(file, possessionFinding(path)), ...(skips ? { probed: true as const } : {}) });
  resolving.spkis.set(keyName(request), `${step.certificates}/${stemOf(file)}`);
  enterDevice(resolving, profile, request, `${step.certificates}/${stemOf(file)}`);
  return { file, sha256, verdict: "accept", codes: [], subject: toHex(request.subject), spki: toHex(request.spki), granted };
}

function prefixed(file: string, finding: RequestFinding): RequestFinding {
  return { ...finding, message: `${file}: ${finding.message}` };
}

/** What the lints say of the certificate of one request: of it alone, so that a step that skips leaves out no other. */
function lintsOf(resolving: Resolving, { step, issuer }: Pick<Terms, "step" | "issuer">, own: CertificateTemplate, { spki }: CertificationRequest): RequestFinding[] {
  const judgement = new Judgement();
  lintTrial({ ...resolving, judgement }, step, own, issuer, spki);
  resolving.judgement.take(judgement.verdicts().map(({ control }) => control), []);
  return judgement.findings.map((finding) => ({ ...finding, path: [...step.path, "requests"], code: "request-certificate" as const }));
}

/** The extensions of its certificate, linted as the step will sign them; null, and one more finding, when no certificate can be made of it. */
function grantedOf(resolving: Resolving, { step, profile, template, issuer }: Terms, request: CertificationRequest, found: RequestFinding[]): CertificateTemplate["extensions"] | null {
  const extensions = profile.extensions(parametersOf(resolving.ceremony, step, { request }));
  const own = { ...template, subject: toHex(request.subject), subjectText: printName(request.subject), extensions };
  try {
    const outside = namesOutOfBounds(own, issuer);
    if (outside.length > 0) found.push(requestFinding({ code: "request-names", message: `the name constraints above allow no such name: ${outside.join("; ")}` }, [...step.path, "requests"]));
    if (outside.length > 0) return null;
    found.push(...lintsOf(resolving, { step, issuer }, own, request));
    return found.length === 0 ? extensions : null;
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    found.push(requestFinding({ code: "request-structure", message: thrown.message }, [...step.path, "requests"]));
    return null;
  }
}
