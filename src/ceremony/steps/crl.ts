/** Step `issue-crl`: the certificate revocation list of a CA of this ceremony. */
import { Content } from "../../bytes/content.ts";
import { sha256Hex } from "../../bytes/digest.ts";
import { toPem } from "../../bytes/pem.ts";
import { sameBytes, toUtf8 } from "../../bytes/text.ts";
import type { StepOf } from "../../plan/plan.ts";
import { buildTbsCertList, type Revocation } from "../../x509/crl.ts";
import { CRL_REASONS } from "../../x509/crl-reason.ts";
import { compareCertificateList, readCertificateList } from "../../x509/reread.ts";
import { judge, named, type Course, type CourseCertificate, type CourseKey } from "../course.ts";
import { keep } from "../keep.ts";
import { attestedInstant, confirmAct } from "../people.ts";
import type { Ask } from "../request.ts";
import { signDraft, type Draft } from "../sign.ts";
import { datesOf, type Validity } from "../../plan/validity.ts";

interface CrlDraft extends Draft {
  readonly validity: Validity;
  readonly revoked: readonly Revocation[];
}

/** A CRL holds all that is revoked under its issuer's key. Its number is above every one before, burned ones included. */
export function* issueCrl(course: Course, step: StepOf<"issue-crl@1">): Ask<void> {
  const issuer = named(course.certificates, step.issuer, "certificate");
  const key = named(course.keys, issuer.key ?? "", "key");
  yield* confirmAct(course, step.number, "sign", [step.crl]);
  const { der, draft } = yield* signDraft<CrlDraft>(course, {
    step: step.number, purpose: "crl", name: step.crl, issuer: step.issuer, key,
    draft: () => draftCrl(course, step, issuer, key),
    compare: (list, { tbs, number, validity, revoked }) => compareCertificateList(list, {
      tbs, issuer: issuer.subject, thisUpdate: validity.from, nextUpdate: validity.until, number: Number(number),
      authorityKeyIdentifier: issuer.subjectKeyIdentifier ?? new Uint8Array(), revoked,
    }),
  });
  judgeNumber(course, step, der);
  const { from: thisUpdate, until: nextUpdate } = draft.validity;
  course.crls.set(step.crl, { name: step.crl, issuer: step.issuer, number: Number(draft.number), thisUpdate, nextUpdate, der, sha256: sha256Hex(der) });
  yield* keep(course, step.number, [
    { path: `crls/${step.crl}.crl`, content: new Content(der) },
    { path: `crls/${step.crl}.pem`, content: new Content(toUtf8(toPem("X509 CRL", der))) },
  ]);
}

/** The number is read from the list as signed, and held against those of the issuer's lists before. */
function judgeNumber(course: Course, step: StepOf<"issue-crl@1">, der: Uint8Array): void {
  const { number } = readCertificateList(der);
  const line = lineOf(course, step.issuer);
  const before = [...course.crls.values()].filter((crl) => line.includes(crl.issuer)).map((crl) => crl.number);
  judge(course, "CRL-NUMBER-RISES", step.number, before.every((one) => number > one), `CRL number ${number} after ${before.join(", ")}`);
}

/** The certificates of one name and key: however many a CA has, its lists are one line of numbers (RFC 5280 5.2.3). */
function lineOf(course: Course, name: string): string[] {
  const issuer = named(course.certificates, name, "certificate");
  return [...course.certificates.values()].filter((one) => one.spki.sha256 === issuer.spki.sha256 && sameBytes(one.subject, issuer.subject)).map((one) => one.name);
}

function* draftCrl(course: Course, step: StepOf<"issue-crl@1">, issuer: CourseCertificate, key: CourseKey): Ask<CrlDraft> {
  const instant = yield* attestedInstant(course, step.number);
  const validity = datesOf(step.valid, instant, issuer.notAfter);
  judge(course, "VALIDITY-WITHIN-ISSUER", step.number, validity.until <= issuer.notAfter && validity.from < validity.until, `nextUpdate ${validity.until} is after the issuer's notAfter ${issuer.notAfter}`);
  const revoked = revocationsOf(course, step, validity.from);
  const number = Math.max(step.least ?? 0, Math.max(...lineOf(course, step.issuer).map((name) => course.crlNumbers.get(name) ?? 0)) + 1);
  course.crlNumbers.set(step.issuer, number);
  const tbs = buildTbsCertList({
    issuer: issuer.subject, thisUpdate: validity.from, nextUpdate: validity.until, number, revoked,
    authorityKeyIdentifier: issuer.subjectKeyIdentifier ?? new Uint8Array(), mechanism: key.planned.signature,
  });
  return { tbs, number: String(number), validity, revoked };
}

/** Enters what the step revokes and releases, and gives all that is revoked under the issuer's key, in the order of revocation. */
function revocationsOf(course: Course, step: StepOf<"issue-crl@1">, thisUpdate: string): Revocation[] {
  // all are judged before any is entered: a ceremony that stops here has revoked nothing
  for (const { certificate, date } of step.revoke) {
    judge(course, "CRL-REVOCATIONS", step.number, date === null || date <= thisUpdate, `${certificate} would be revoked on ${date ?? ""}, after thisUpdate ${thisUpdate}`);
  }
  for (const name of step.release) course.revocations.delete(name);
  for (const { certificate, reason, date } of step.revoke) {
    const { serial } = named(course.certificates, certificate, "certificate");
    course.revocations.set(certificate, { issuer: step.issuer, serial, date: date ?? thisUpdate, reason });
  }
  const line = lineOf(course, step.issuer);
  return [...course.revocations.values()].filter(({ issuer }) => line.includes(issuer)).map(({ serial, date, reason }) => ({ serial, date, reason: CRL_REASONS[reason] }));
}
