/** The ceremony: the order of things. Every step in turn, then inventory, register and close, whatever happened. */
import { Content } from "../bytes/content.ts";
import { NOTHING_GIVEN, type Given } from "../plan/make.ts";
import type { Plan, PlannedStep } from "../plan/plan.ts";
import { requireApproval } from "./approved.ts";
import { beginUnattended, requireStanding } from "./unattended.ts";
import { signingKey, startCourse, Stop, tallyOf, type Course } from "./course.ts";
import { enterEarlier, requireRegister } from "./earlier.ts";
import { judgeInventory } from "./delta.ts";
import type { Ending } from "./feed.ts";
import { keepLast } from "./keep.ts";
import { registerOf } from "./register.ts";
import { ask, type Ask, type SigningKey } from "./request.ts";
import { adjourn } from "./steps/adjourn.ts";
import { adopt } from "./steps/adopt.ts";
import { backUpKey } from "./steps/backup.ts";
import { destroyKey } from "./steps/destroy.ts";
import { restoreKey } from "./steps/restore.ts";
import { acceptCertificate } from "./steps/answer.ts";
import { signArtifact } from "./steps/artifact.ts";
import { signRequests } from "./steps/batch.ts";
import { exportBundle } from "./steps/bundles.ts";
import { crossCertify, issueCertificate, issueRoot, signRequest } from "./steps/certificates.ts";
import { createRequest } from "./steps/requests.ts";
import { issueCrl } from "./steps/crl.ts";
import { generateKeyPair } from "./steps/keys.ts";
import { changePin, unlockPin } from "./steps/pins.ts";
import { acknowledge, act, actWithEvidence, rollCall } from "./steps/people.ts";
import { initializeToken, inspectToken } from "./steps/tokens.ts";

/**
 * A ceremony over a resolved plan. Pure and synchronous: it knows nothing but the plan, the run id and what it is sent.
 * @param planDigest SHA-256 of plan.json, hex
 * @param run the run id of entry 0, hex
 * @param given what the plan holds only the digests of
 */
export function* ceremony(plan: Plan, planDigest: string, run: string, given: Given = NOTHING_GIVEN): Ask<Ending> {
  const course = startCourse(plan, planDigest, run, { ...given, register: requireRegister(plan, given), approval: requireApproval(plan, given.approval), standing: requireStanding(plan, given.approval) });
  if (course.register !== null) enterEarlier(course, course.register);
  const ended = yield* untilStop(allSteps(course));
  const last = plan.steps.length;
  let inventoried = true;
  for (const [token, bound] of course.tokens) inventoried = (yield* untilStop(judgeInventory(course, last, token, bound))) && inventoried;
  const outcome = ended && inventoried ? "done" : "stopped";
  return yield* close(course, last, outcome);
}

function* allSteps(course: Course): Ask<void> {
  for (const step of course.plan.steps) yield* perform(course, step);
}

/** Runs a part of the ceremony; false when it was stopped. */
function* untilStop(part: Ask<void>): Ask<boolean> {
  try {
    yield* part;
    return true;
  } catch (thrown) {
    if (thrown instanceof Stop) return false;
    throw thrown;
  }
}

function* perform(course: Course, step: PlannedStep): Ask<void> {
  switch (step.rule) {
    case "roll-call@1": return yield* rollCall(course, step);
    case "roll-call@2": return beginUnattended(course, step);
    case "act@1": return yield* act(course, step);
    case "act@2": return yield* actWithEvidence(course, step);
    case "initialize-token@1": return yield* initializeToken(course, step);
    case "inspect-token@1": return yield* inspectToken(course, step);
    case "change-pin@1": return yield* changePin(course, step);
    case "unlock-pin@1": return yield* unlockPin(course, step);
    case "generate-key-pair@1": return yield* generateKeyPair(course, step);
    case "back-up-key@1": return yield* backUpKey(course, step);
    case "restore-key@1": return yield* restoreKey(course, step);
    case "destroy-key@1": return yield* destroyKey(course, step);
    case "adopt@1": return yield* adopt(course, step);
    case "issue-root@1": return yield* issueRoot(course, step);
    case "issue-certificate@1": return yield* issueCertificate(course, step);
    case "sign-request@1": return yield* signRequest(course, step);
    case "cross-certify@1": return yield* crossCertify(course, step);
    case "accept-certificate@1": return yield* acceptCertificate(course, step);
    case "sign-requests@1": return yield* signRequests(course, step);
    case "create-request@1": return yield* createRequest(course, step);
    case "issue-crl@1": return yield* issueCrl(course, step);
    case "sign-artifact@1": return yield* signArtifact(course, step);
    case "export-bundle@1": return yield* exportBundle(course, step);
    case "acknowledge@1": return yield* acknowledge(course, step);
    case "adjourn@1": return yield* adjourn(course, step);
    // what close means is the end of every ceremony, stopped ones too
    case "close@1": return;
  }
}

function* close(course: Course, step: number, outcome: Ending["outcome"]): Ask<Ending> {
  const { key: transcriptKey, chain: transcriptChain } = transcriptSigner(course);
  const register = registerOf(course, outcome);
  const unsigned = course.possiblyIssued.map((one, i) => ({ path: `possibly-issued/${i}-${one.kind}-${one.name}.tbs`, content: one.tbs }));
  yield* keepLast(step, [...unsigned, { path: "register.json", content: new Content(register) }]);
  yield* ask({ kind: "close", step, outcome, transcriptKey, controls: tallyOf(course), exceptions: course.exceptions.map(({ fact }) => fact) });
  return { outcome, exceptions: course.exceptions.map(({ text }) => text), effects: course.effects, transcriptKey, transcriptChain };
}

/** The key that the close step names, once it has its certificate. A ceremony stopped before that, or whose token nobody could look at in the end, is sealed by people alone. */
function transcriptSigner(course: Course): { key: (SigningKey & { certificate: string }) | null; chain: Uint8Array[] } {
  const step = course.plan.steps.find((one) => one.rule === "close@1");
  const key = course.keys.get(step?.transcriptKey ?? "");
  const certificate = course.certificates.get(step?.transcriptCertificate ?? "");
  if (key?.state !== "in use" || certificate === undefined || course.tokens.get(key.planned.token)?.after === null) return { key: null, chain: [] };
  const chain = [certificate.der];
  for (let at = certificate; at.issuer !== at.name; ) {
    const issuer = course.certificates.get(at.issuer);
    if (issuer === undefined) break;
    chain.push(issuer.der);
    at = issuer;
  }
  return { key: { ...signingKey(key), certificate: certificate.name }, chain };
}
