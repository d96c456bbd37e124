/** Step `issue-crl`: the certificate revocation list of a CA of this ceremony. */
import { Content } from "../../bytes/content.ts";
import { sha256Hex } from "../../bytes/digest.ts";
import { toPem } from "../../bytes/pem.ts";
import { toUtf8 } from "../../bytes/text.ts";
import type { StepOf } from "../../plan/plan.ts";
import { buildTbsCertList } from "../../x509/crl.ts";
import { compareCertificateList, readCertificateList } from "../../x509/reread.ts";
import { judge, named, type Course, type CourseCertificate, type CourseKey } from "../course.ts";
import { keep } from "../keep.ts";
import { attestedInstant, confirmAct } from "../people.ts";
import type { Ask } from "../request.ts";
import { signDraft, type Draft } from "../sign.ts";
import { datesOf, type Validity } from "../../plan/validity.ts";

interface CrlDraft extends Draft {
  readonly validity: Validity;
}

/** A first CRL is empty: what this ceremony issued is not revoked in it. Its number is 1, or above a burned one. */
export function* issueCrl(course: Course, step: StepOf<"issue-crl@1">): Ask<void> {
  const issuer = named(course.certificates, step.issuer, "certificate");
  const key = named(course.keys, issuer.key ?? "", "key");
  yield* confirmAct(course, step.number, "sign", [step.crl]);
  const { der, draft } = yield* signDraft<CrlDraft>(course, {
    step: step.number, purpose: "crl", name: step.crl, issuer: step.issuer, key,
    draft: () => draftCrl(course, step, issuer, key),
    compare: (list, { tbs, number, validity }) => compareCertificateList(list, {
      tbs, issuer: issuer.subject, thisUpdate: validity.from, nextUpdate: validity.until, number: Number(number),
      authorityKeyIdentifier: issuer.subjectKeyIdentifier ?? new Uint8Array(), revoked: [],
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
  const before = [...course.crls.values()].filter((crl) => crl.issuer === step.issuer).map((crl) => crl.number);
  judge(course, "CRL-NUMBER-RISES", step.number, before.every((one) => number > one), `CRL number ${number} after ${before.join(", ")}`);
}

function* draftCrl(course: Course, step: StepOf<"issue-crl@1">, issuer: CourseCertificate, key: CourseKey): Ask<CrlDraft> {
  const instant = yield* attestedInstant(course, step.number);
  const validity = datesOf(step.valid, instant, issuer.notAfter);
  judge(course, "VALIDITY-WITHIN-ISSUER", step.number, validity.until <= issuer.notAfter && validity.from < validity.until, `nextUpdate ${validity.until} is after the issuer's notAfter ${issuer.notAfter}`);
  const number = (course.crlNumbers.get(step.issuer) ?? 0) + 1;
  course.crlNumbers.set(step.issuer, number);
  const tbs = buildTbsCertList({
    issuer: issuer.subject, thisUpdate: validity.from, nextUpdate: validity.until, number, revoked: [],
    authorityKeyIdentifier: issuer.subjectKeyIdentifier ?? new Uint8Array(), mechanism: key.planned.signature,
  });
  return { tbs, number: String(number), validity };
}
