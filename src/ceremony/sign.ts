/** Signing: one path for certificates, requests and CRLs, whatever the token answers. */
import { Content } from "../bytes/content.ts";
import { fromHex, toHex } from "../bytes/hex.ts";
import { lintControls, lintTbs, lintTbsCertList } from "../x509/lint.ts";
import { assemble } from "../x509/signed.ts";
import { judge, signingKey, stopFor, type Course, type CourseKey, type PossiblyIssued } from "./course.ts";
import { isFreshNonce } from "./health.ts";
import { checkPresence, decide, orStop } from "./people.ts";
import { ask, type Ask, type RequestOf } from "./request.ts";

/** What is to be signed, made anew for each attempt: an attempt that may have left a signature burns its number. */
export interface Draft {
  /** DER of the TBSCertificate, CertificationRequestInfo or TBSCertList. */
  readonly tbs: Uint8Array;
  /** The serial or CRL number in it; empty for a request. */
  readonly number: string;
}

export interface SigningTask<D extends Draft> {
  readonly step: number;
  readonly purpose: RequestOf<"sign">["purpose"];
  /** The name of what is issued, and of its issuer (a certificate; for a request the key). */
  readonly name: string;
  readonly issuer: string;
  readonly key: CourseKey;
  draft(attempt: number): Ask<D>;
  /** Differences between what was signed and what was planned, read by our own reader; empty when there are none. */
  compare(der: Uint8Array, draft: D): readonly string[];
}

/** Several drafts that one request puts to the token. */
export interface BatchTask<D extends Draft> extends Omit<SigningTask<D>, "draft"> {
  /** At least one and at most 500, in the order of signing. */
  drafts(attempt: number): Ask<readonly D[]>;
  /** The name of what is issued by a draft. */
  nameOf(draft: D): string;
}

/** What was signed, assembled, with the draft that it was. */
export interface Signed<D extends Draft> {
  readonly der: Uint8Array;
  readonly draft: D;
}

/**
 * Signs a draft and returns it assembled, read again and compared.
 * An unknown or wrong answer enters the TBS as possibly issued; only people may have it signed again, as another draft.
 */
export function* signDraft<D extends Draft>(course: Course, task: SigningTask<D>): Ask<Signed<D>> {
  const one = function* (attempt: number): Ask<readonly D[]> {
    return [yield* task.draft(attempt)];
  };
  const [signed] = yield* signDrafts(course, { ...task, drafts: one, nameOf: () => task.name });
  return signed ?? stopFor(course, { kind: "wrong", step: task.step, name: task.name }, `${task.name}: no signature`);
}

/** The same for several drafts at once: after an unknown answer all of them are possibly issued. */
export function* signDrafts<D extends Draft>(course: Course, task: BatchTask<D>): Ask<readonly Signed<D>[]> {
  const { drafts, signatures } = yield* signItems(course, task);
  return drafts.map((draft, i) => {
    const der = assemble(draft.tbs, task.key.planned.signature, fromHex(signatures[i] ?? ""));
    const differences = task.compare(der, draft);
    judge(course, "ISSUED-AS-PLANNED", task.step, differences.length === 0, differences.join("; "));
    return { der, draft };
  });
}

/**
 * Signs octets that are no object of X.509.
 * @returns a signature for each draft (ECDSA as r ‖ s, RSA as the octet string), in their order, and the drafts that were signed
 */
export function* signOctets<D extends Draft>(course: Course, task: Omit<BatchTask<D>, "compare">): Ask<{ readonly signatures: readonly Uint8Array[]; readonly drafts: readonly D[] }> {
  const { drafts, signatures } = yield* signItems(course, task);
  return { drafts, signatures: signatures.map(fromHex) };
}

/** Has drafts signed, as many signatures as drafts, whatever the token answers first. */
function* signItems<D extends Draft>(course: Course, task: Omit<BatchTask<D>, "compare">): Ask<{ readonly drafts: readonly D[]; readonly signatures: readonly string[] }> {
  for (let attempt = 0; ; attempt++) {
    const drafts = yield* task.drafts(attempt);
    for (const draft of drafts) judgeLints(course, task, task.nameOf(draft), draft);
    const items = drafts.map((draft) => ({ tbs: new Content(draft.tbs) }));
    yield* checkPresence(course, task.step);
    course.effects++;
    const key = signingKey(task.key);
    const answer = orStop(course, task.step, yield* ask({ kind: "sign", step: task.step, key, purpose: task.purpose, items }));
    course.signed.add(task.key.planned.key);
    if (answer.outcome === "done") {
      judge(course, "SIGNATURE-VERIFIED", task.step, answer.signatures.length === drafts.length, `expected ${drafts.length} signatures, found ${answer.signatures.length}`);
      if (!areFresh(course, task, drafts, answer.signatures)) return refuseWrong(course, task, entriesOf(task, drafts), "two signatures have one nonce, from which private keys can be computed");
      return { drafts, signatures: answer.signatures };
    }
    if (answer.outcome === "wrong") return refuseWrong(course, task, entriesOf(task, drafts), answer.why);
    yield* again(course, task, answer.outcome === "unknown" ? entriesOf(task, drafts) : [], answer);
  }
}

type Unsigned<D extends Draft> = Pick<BatchTask<D>, "step" | "purpose" | "issuer" | "nameOf" | "key">;

function entriesOf<D extends Draft>(task: Unsigned<D>, drafts: readonly D[]): PossiblyIssued[] {
  return drafts.map((draft) => ({ step: task.step, kind: task.purpose, name: task.nameOf(draft), issuer: task.issuer, tbs: new Content(draft.tbs), burned: draft.number }));
}

/** Whether no signature has a nonce that was seen before [SIGNATURE-VERIFIED]. */
function areFresh<D extends Draft>(course: Course, { key }: Unsigned<D>, drafts: readonly D[], signatures: readonly string[]): boolean {
  const spki = toHex(key.spki.open());
  return drafts.every(({ tbs }, i) => isFreshNonce(course.nonces, { mechanism: key.planned.signature, key: spki, message: tbs, signature: fromHex(signatures[i] ?? "") }));
}

/** The exact octets are linted before the token is asked, whatever was linted when the plan was made; a finding stops the ceremony. */
function judgeLints(course: Course, { step, purpose }: Pick<SigningTask<Draft>, "step" | "purpose">, name: string, { tbs }: Draft): void {
  if (purpose === "request" || purpose === "artifact") return;
  const findings = purpose === "certificate" ? lintTbs(tbs, []) : lintTbsCertList(tbs, []);
  for (const control of lintControls(purpose)) {
    const found = findings.filter((finding) => finding.control === control).map(({ message }) => message);
    judge(course, control, step, found.length === 0, `${name}: ${found.join("; ")}`);
  }
}

type AnyTask = Pick<SigningTask<Draft>, "step" | "name" | "key">;

function refuseWrong(course: Course, task: AnyTask, entries: readonly PossiblyIssued[], why: string): never {
  course.possiblyIssued.push(...entries);
  task.key.state = "parked";
  judge(course, "SIGNATURE-VERIFIED", task.step, false, `${task.name}: ${why}; the key is parked`);
  return stopFor(course, { kind: "wrong", step: task.step, name: task.name }, `${task.name} is possibly issued`);
}

function* again(course: Course, task: AnyTask, entries: readonly PossiblyIssued[], answer: { outcome: "unknown" | "refused"; ckr: string }): Ask<void> {
  const { step, name } = task;
  course.possiblyIssued.push(...entries);
  const about = answer.outcome === "unknown" ? "unknown-signature" : "refused";
  yield* decide(course, { step, about, name, facts: [{ what: "CKR", value: answer.ckr }], choices: ["again"] });
}
