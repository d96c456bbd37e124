/** Signing: one path for certificates, requests and CRLs, whatever the token answers. */
import { Content } from "../bytes/content.ts";
import { fromHex } from "../bytes/hex.ts";
import { lintControls, lintTbs, lintTbsCertList } from "../x509/lint.ts";
import { assemble } from "../x509/signed.ts";
import { judge, signingKey, stopFor, type Course, type CourseKey, type PossiblyIssued } from "./course.ts";
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

/**
 * Signs a draft and returns it assembled, read again and compared.
 * An unknown or wrong answer enters the TBS as possibly issued; only people may have it signed again, as another draft.
 */
export function* signDraft<D extends Draft>(course: Course, task: SigningTask<D>): Ask<{ der: Uint8Array; draft: D }> {
  for (let attempt = 0; ; attempt++) {
    const draft = yield* task.draft(attempt);
    judgeLints(course, task, draft);
    const tbs = new Content(draft.tbs);
    yield* checkPresence(course, task.step);
    course.effects++;
    const key = signingKey(task.key);
    const answer = orStop(course, task.step, yield* ask({ kind: "sign", step: task.step, key, purpose: task.purpose, items: [{ tbs }] }));
    const entry = { step: task.step, kind: task.purpose, name: task.name, issuer: task.issuer, tbs, burned: draft.number };
    if (answer.outcome === "done") return { der: accept(course, task, draft, answer.signatures), draft };
    if (answer.outcome === "wrong") return refuseWrong(course, task, entry, answer.why);
    yield* again(course, task, entry, answer);
  }
}

/** The exact octets are linted before the token is asked, whatever was linted when the plan was made; a finding stops the ceremony. */
function judgeLints(course: Course, { step, name, purpose }: SigningTask<Draft>, { tbs }: Draft): void {
  if (purpose === "request") return;
  const findings = purpose === "certificate" ? lintTbs(tbs, []) : lintTbsCertList(tbs, []);
  for (const control of lintControls(purpose)) {
    const found = findings.filter((finding) => finding.control === control).map(({ message }) => message);
    judge(course, control, step, found.length === 0, `${name}: ${found.join("; ")}`);
  }
}

function accept<D extends Draft>(course: Course, task: SigningTask<D>, draft: D, signatures: readonly string[]): Uint8Array {
  judge(course, "SIGNATURE-VERIFIED", task.step, signatures.length === 1, `expected one signature, found ${signatures.length}`);
  const der = assemble(draft.tbs, task.key.planned.signature, fromHex(signatures[0] ?? ""));
  const differences = task.compare(der, draft);
  judge(course, "ISSUED-AS-PLANNED", task.step, differences.length === 0, differences.join("; "));
  return der;
}

function refuseWrong(course: Course, task: SigningTask<Draft>, entry: PossiblyIssued, why: string): never {
  course.possiblyIssued.push(entry);
  task.key.state = "parked";
  judge(course, "SIGNATURE-VERIFIED", task.step, false, `${task.name}: ${why}; the key is parked`);
  return stopFor(course, { kind: "wrong", step: task.step, name: task.name }, `${task.name} is possibly issued`);
}

function* again(course: Course, task: SigningTask<Draft>, entry: PossiblyIssued, answer: { outcome: "unknown" | "refused"; ckr: string }): Ask<void> {
  const { step, name } = task;
  if (answer.outcome === "unknown") course.possiblyIssued.push(entry);
  const about = answer.outcome === "unknown" ? "unknown-signature" : "refused";
  yield* decide(course, { step, about, name, facts: [{ what: "CKR", value: answer.ckr }], choices: ["again"] });
}
