/** Resolving the certificate that somebody else's CA gave for a key of ours: all that can be said before the key is there. */
import { fromHex, toHex } from "../bytes/hex.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault, type ScriptPath } from "../fault.ts";
import { factoryNamed } from "../platforms/foundries/factory.ts";
import type { StepOf as ScriptStep } from "../script/step-schema.ts";
import { certificateClaim } from "../x509/certificate-reading.ts";
import { chainProblems } from "../x509/chain.ts";
import { EXTENSION, readBasicConstraints } from "../x509/extension-reading.ts";
import { extensionValue, readGivenCertificate, type GivenCertificate } from "../x509/given-certificate.ts";
import { plannedExtensions } from "./existing.ts";
import type { PlannedRequest, PlannedStep } from "./plan.ts";
import { plannedInput, type Resolving } from "./resolving.ts";

type AnswerStep = ScriptStep<"accept-certificate">;

/** A file that was read, and where the script names it. */
interface GivenFile {
  readonly file: string;
  readonly path: ScriptPath;
  readonly bytes: Uint8Array;
  readonly given: GivenCertificate;
}

/** The planned step; null when a finding says why there is none. */
export function resolveAnswer(resolving: Resolving, step: AnswerStep, number: number): PlannedStep | null {
  const named = [{ file: step.file, path: [...step.path, "file"] }, ...step.chain.map((file, i) => ({ file, path: [...step.path, "chain", i] }))];
  const files = named.map(({ file, path }) => readGiven(resolving, file, path));
  const request = resolving.requests.get(step.of) ?? null;
  const key = request?.key ?? step.of;
  const [answer, ...chain] = files.filter((one) => one !== null);
  if (answer === undefined || files.includes(null)) return null;
  judgeRequested(resolving, step, answer.given, key, request);
  const isLinked = judgeChain(resolving, [answer, ...chain]);
  if (isLinked) for (const [i, above] of chain.entries()) claim(resolving, chain[i - 1] ?? answer, above);
  const top = chain.at(-1);
  if (top !== undefined && top.given.isSelfIssued) claim(resolving, top, top);
  enter(resolving, step, [answer, ...chain].map(({ given }) => given), key);
  const { subjectText, isCa: ca, notBefore, notAfter } = answer.given;
  return {
    number, rule: "accept-certificate@1", certificate: step.certificate, key, request: request?.request ?? null, file: plannedInput(answer.file, answer.bytes),
    chain: chain.map(({ file, bytes }) => plannedInput(file, bytes)), certificates: [answer, ...chain].map(({ given }) => toHex(given.der)), subjectText, ca, notBefore, notAfter,
  };
}

function readGiven({ judgement, inputs }: Resolving, file: string, path: ScriptPath): GivenFile | null {
  const bytes = inputs.get(file);
  if (!(bytes instanceof Uint8Array)) return null;
  try {
    return { file, path, bytes, given: readGivenCertificate(bytes) };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    judgement.judge("ACCEPTED-CHAIN", path, false, `expected one certificate, PEM: ${thrown.message}`, thrown.hints[0]);
    return null;
  }
}

/** What the request said, or at least the key [ACCEPTED-AS-REQUESTED]. The key itself is compared when it is there. */
function judgeRequested({ judgement, keys }: Resolving, step: AnswerStep, given: GivenCertificate, key: string, request: PlannedRequest | null): void {
  const path = [...step.path, "file"];
  const algorithm = keys.get(key);
  judgement.judge("ACCEPTED-AS-REQUESTED", path, given.publicKey.algorithm !== null && given.publicKey.algorithm === algorithm, `expected a certificate over ${key}, a key of ${algorithm ?? "no known algorithm"}, found one over ${given.publicKey.description}`);
  if (request === null) return;
  judgement.judge("ACCEPTED-AS-REQUESTED", path, sameBytes(given.subject, fromHex(request.subject)), `expected the subject of the request, ${request.subjectText}, found ${given.subjectText}`, "have it issued again, or make another request");
  const asked = askedConstraints(request);
  judgement.judge("ACCEPTED-AS-REQUESTED", path, given.isCa === asked.ca, asked.ca ? "expected a CA certificate, as the request asks, found another" : "expected no CA certificate, which the request does not ask for, found one");
  const wider = asked.pathLength !== null && (given.pathLength ?? Number.POSITIVE_INFINITY) > asked.pathLength;
  judgement.judge("ACCEPTED-AS-REQUESTED", path, !asked.ca || !wider, `expected a pathLenConstraint of at most ${asked.pathLength ?? ""}, as the request asks, found ${given.pathLength ?? "none"}`);
}

function askedConstraints({ extensions }: PlannedRequest): { ca: boolean; pathLength: number | null } {
  const asked = extensions.find(({ oid }) => oid === EXTENSION.basicConstraints);
  return asked !== undefined && "value" in asked ? readBasicConstraints(fromHex(asked.value)) : { ca: false, pathLength: null };
}

/** Whether each certificate has the name of its issuer above it; who is not, has no signature to check [ACCEPTED-CHAIN]. */
function judgeChain({ judgement }: Resolving, files: readonly GivenFile[]): boolean {
  const problems = chainProblems(files.map(({ given }) => given));
  for (const { at, problem, hint } of problems) judgement.judge("ACCEPTED-CHAIN", files[at]?.path ?? [], false, problem, hint);
  if (problems.length === 0) judgement.judge("ACCEPTED-CHAIN", files[0]?.path ?? [], true, "");
  return files.every(({ given }, i) => i === 0 || sameBytes(files[i - 1]?.given.issuer ?? given.subject, given.subject));
}

/** That `by` signed `one` is a claim. */
function claim({ judgement, claims }: Resolving, one: GivenFile, by: GivenFile): void {
  const message = `the signature of ${one.given.subjectText} does not verify under the key of ${by.given.subjectText}`;
  try {
    claims.push({ claim: certificateClaim(one.path.join("."), one.given, by.given.spki), otherwise: { control: "ACCEPTED-CHAIN", path: one.path, message, hint: "have the certificates given again" } });
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    judgement.judge("ACCEPTED-CHAIN", one.path, false, `${message}: ${thrown.message}`);
  }
}

function enter({ certificates, keys, mechanisms, trials }: Resolving, step: AnswerStep, [given, ...above]: readonly GivenCertificate[], key: string): void {
  if (given === undefined) return;
  const identifier = extensionValue(given.extensions, EXTENSION.subjectKeyIdentifier);
  const { subject, subjectText, isCa: ca, notBefore: from, notAfter: until, pathLength } = given;
  trials.certificates.set(step.certificate, given.der);
  certificates.set(step.certificate, {
    template: { profile: ACCEPTED, ca, subject: toHex(subject), subjectText, valid: { from, until }, extensions: plannedExtensions(given) },
    key, algorithm: keys.get(key) ?? null, mechanism: mechanisms.get(key) ?? null, spki: toHex(given.spki), copiedIdentifier: identifier === undefined ? null : toHex(identifier), pathLength, factory: ca ? factoryNamed(subject) : null, isRegistered: false,
    bounds: [given, ...above].flatMap((one) => extensionValue(one.extensions, EXTENSION.nameConstraints) ?? []),
  });
}

/** In the place of a profile: somebody else's CA decided what the certificate says. */
export const ACCEPTED = "accepted";
