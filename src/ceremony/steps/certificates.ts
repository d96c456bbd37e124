/** Steps that issue certificates: a root, a certificate for a key of ours, one for somebody's request. */
import { Content } from "../../bytes/content.ts";
import { sha256Hex } from "../../bytes/digest.ts";
import { fromHex } from "../../bytes/hex.ts";
import { toPem } from "../../bytes/pem.ts";
import { toUtf8 } from "../../bytes/text.ts";
import type { CertificateTemplate, StepOf } from "../../plan/plan.ts";
import { uuidSerial } from "../../platforms/foundries/device.ts";
import type { CrlPolicy } from "../../transcript/register.ts";
import { EXTENSION, readSubjectKeyIdentifier } from "../../x509/extension-reading.ts";
import { fillExtensions, type FilledExtension } from "../../x509/extension.ts";
import { compareCertificate } from "../../x509/reread.ts";
import { keyIdentifier } from "../../x509/spki.ts";
import { TbsBuilder } from "../../x509/tbs.ts";
import { judge, named, type Course, type CourseCertificate, type CourseKey } from "../course.ts";
import { drawOnce, deriveSerial, type DrawPlace } from "../draw.ts";
import { keep } from "../keep.ts";
import { attestedInstant, confirmAct } from "../people.ts";
import type { Ask } from "../request.ts";
import { signDraft, type Draft } from "../sign.ts";
import { datesOf, type Validity } from "../../plan/validity.ts";
import { signOwnRequest } from "./requests.ts";

/** Who issues: a certificate of this ceremony and its key, or, for a root, the subject itself. */
export interface Issuer {
  readonly name: string;
  readonly key: CourseKey;
  readonly subject: Uint8Array;
  readonly notAfter: string | null;
  readonly subjectKeyIdentifier: Uint8Array | null;
}

/** What is certified. */
export interface Subject {
  readonly certificate: string;
  readonly spki: Content;
  readonly key: string | null;
  readonly template: CertificateTemplate;
  readonly crl?: CrlPolicy | null;
  /** That of what is cross-certified: nothing begins before it [CROSS-BOUNDS]. */
  readonly notBefore?: string;
  /** Whether what is cross-certified may outlive its issuer, by a waiver [CROSS-WITHIN-ISSUER]; no other certificate may. */
  readonly mayOutlive?: boolean;
  /** That of what is renewed: it is outlived [RENEWAL-ALIKE]. */
  readonly outlives?: string | undefined;
}

export interface CertificateDraft extends Draft {
  readonly validity: Validity;
  readonly extensions: readonly FilledExtension[];
}

/** `issue-root`: the self-signed certificate is also the key's proof of possession. */
export function* issueRoot(course: Course, step: StepOf<"issue-root@1">): Ask<void> {
  const key = named(course.keys, step.key, "key");
  const { template, certificate } = step;
  yield* confirmAct(course, step.number, "sign", [certificate]);
  const issuer: Issuer = { name: certificate, key, subject: fromHex(template.subject), notAfter: null, subjectKeyIdentifier: keyIdentifier(key.spki.open()) };
  yield* issue(course, step.number, issuer, { certificate, spki: key.spki, key: step.key, template, crl: step.crl, outlives: outlivedBy(course, step.renews) });
  key.proved = true;
}

/** `issue-certificate`: for a key of ours, on the strength of the request that the key itself signs first. */
export function* issueCertificate(course: Course, step: StepOf<"issue-certificate@1">): Ask<void> {
  const key = named(course.keys, step.key, "key");
  const { template, certificate } = step;
  yield* confirmAct(course, step.number, "sign", [certificate]);
  // a renewal has the subject and the key of a request that was signed already, and the same TBS is not signed twice
  if (step.renews === null) yield* signOwnRequest(course, step.number, { name: certificate, key, subject: fromHex(template.subject), extensions: [] });
  judge(course, "KEY-POSSESSION", step.number, key.proved, `key ${step.key} has not signed its request`);
  yield* issue(course, step.number, issuerOf(course, step.number, step.issuer), { certificate, spki: key.spki, key: step.key, template, crl: step.crl, outlives: outlivedBy(course, step.renews) });
}

function outlivedBy(course: Course, renews: string | null): string | undefined {
  return renews === null ? undefined : named(course.certificates, renews, "certificate").notAfter;
}

/** `sign-request`: the request's own signature was a claim of the plan. */
export function* signRequest(course: Course, step: StepOf<"sign-request@1">): Ask<void> {
  const { template, certificate } = step;
  yield* confirmAct(course, step.number, "sign", [certificate]);
  yield* issue(course, step.number, issuerOf(course, step.number, step.issuer), { certificate, spki: new Content(fromHex(step.spki)), key: null, template });
}

/** `cross-certify`: subject, key and key identifier are those of a certificate that exists. */
export function* crossCertify(course: Course, step: StepOf<"cross-certify@1">): Ask<void> {
  const { number, certificate, template, existing } = step;
  yield* confirmAct(course, number, "sign", [certificate]);
  const issuer = issuerOf(course, number, step.issuer);
  const mayOutlive = course.plan.waivers.some(({ control, on }) => control === "CROSS-WITHIN-ISSUER" && on.includes(certificate));
  if ("file" in existing) return yield* issue(course, number, issuer, { certificate, spki: new Content(fromHex(existing.spki)), key: null, template, notBefore: existing.notBefore, mayOutlive });
  const { spki, key, notBefore } = named(course.certificates, existing.certificate, "certificate");
  yield* issue(course, number, issuer, { certificate, spki, key, template, notBefore, mayOutlive });
}

/** @returns the certificate of this ceremony by which `name` issues, with its key */
export function issuerOf(course: Course, step: number, name: string): Issuer {
  const certificate = named(course.certificates, name, "certificate");
  const key = named(course.keys, certificate.key ?? "", "key");
  judge(course, "KEY-POSSESSION", step, key.proved, `the key of ${name} has not signed its own certificate or request`);
  return { name, key, subject: certificate.subject, notAfter: certificate.notAfter, subjectKeyIdentifier: certificate.subjectKeyIdentifier };
}

/** What a certificate says against what its step and its draft say; no words, no difference. */
export function compareIssued(der: Uint8Array, issuer: Issuer, subject: Subject, { tbs, number, validity, extensions }: CertificateDraft): string[] {
  return compareCertificate(der, {
    tbs, serial: number, subject: fromHex(subject.template.subject), issuer: issuer.subject,
    notBefore: validity.from, notAfter: validity.until, spki: subject.spki.open(), extensions,
  });
}

function* issue(course: Course, step: number, issuer: Issuer, subject: Subject): Ask<void> {
  yield* drawOnce(course, step, { token: issuer.key.planned.token, serial: issuer.key.serial });
  const { der, draft } = yield* signDraft<CertificateDraft>(course, {
    step, purpose: "certificate", name: subject.certificate, issuer: issuer.name, key: issuer.key,
    *draft(attempt) {
      return draftCertificate(course, { step, item: 0, attempt }, { issuer, instant: yield* attestedInstant(course, step), builder: new TbsBuilder() }, subject);
    },
    compare: (certificate, draft) => compareIssued(certificate, issuer, subject, draft),
  });
  const certificate = certificateOf(issuer, subject, der, draft);
  course.certificates.set(subject.certificate, certificate);
  yield* keep(course, step, [{ path: `certificates/${certificate.name}.pem`, content: new Content(toUtf8(toPem("CERTIFICATE", der))) }]);
}

/** What draws up certificates by one issuer: the instant from which periods count, and the builder, which remembers what they have in common. */
export interface Drafting {
  readonly issuer: Issuer;
  readonly instant: string;
  readonly builder: TbsBuilder;
}

/** The certificate that is to be signed, with the serial of its place. */
export function draftCertificate(course: Course, place: DrawPlace, { issuer, instant, builder }: Drafting, subject: Subject): CertificateDraft {
  const { step } = place;
  const validity = datesOf(subject.template.valid, instant, issuer.notAfter);
  const inside = issuer.notAfter === null || validity.until <= issuer.notAfter;
  judge(course, "VALIDITY-WITHIN-ISSUER", step, (inside || subject.mayOutlive !== undefined) && validity.from < validity.until, `${subject.certificate} would be valid until ${validity.until}, its issuer until ${issuer.notAfter ?? "no end"}`);
  if (subject.mayOutlive !== undefined) judge(course, "CROSS-WITHIN-ISSUER", step, inside || subject.mayOutlive, `${subject.certificate} would be valid until ${validity.until}, its issuer until ${issuer.notAfter ?? "no end"}`);
  if (subject.notBefore !== undefined) judge(course, "CROSS-BOUNDS", step, validity.from >= subject.notBefore, `${subject.certificate} would be valid from ${validity.from}, the existing certificate from ${subject.notBefore}`);
  if (subject.outlives !== undefined) judge(course, "RENEWAL-ALIKE", step, validity.until > subject.outlives, `${subject.certificate} would be valid until ${validity.until}, what it renews until ${subject.outlives}`);
  const number = freshSerial(course, place, issuer, subject.template);
  const extensions = fillExtensions(subject.template.extensions, {
    subjectKeyIdentifier: keyIdentifier(subject.spki.open()), authorityKeyIdentifier: issuer.subjectKeyIdentifier,
  });
  const tbs = builder.build({
    serial: number, issuer: issuer.subject, subject: fromHex(subject.template.subject), notBefore: validity.from, notAfter: validity.until,
    spki: subject.spki.open(), mechanism: issuer.key.planned.signature, extensions,
  });
  return { tbs, number, validity, extensions };
}

/** From the draw, unless the profile takes it from the subject. A number that may stand under a signature already is never used again, so a second attempt is from the draw. */
function freshSerial(course: Course, place: DrawPlace, issuer: Issuer, template: CertificateTemplate): string {
  const draw = course.draw ?? new Uint8Array();
  const serial = template.serial === "uuid" && place.attempt === 0 ? uuidSerial(fromHex(template.subject)) : deriveSerial(draw, course.planDigest, issuer.key.spki.open(), place);
  judge(course, "SERIAL-ENTROPY", place.step, draw.length >= 64 && !course.serials.has(serial), `serial ${serial} is not fresh`);
  course.serials.add(serial);
  return serial;
}

export function certificateOf(issuer: Issuer, subject: Subject, der: Uint8Array, draft: CertificateDraft): CourseCertificate {
  const { template, spki, key } = subject;
  const identifier = draft.extensions.find(({ oid }) => oid === EXTENSION.subjectKeyIdentifier);
  return {
    name: subject.certificate, der, sha256: sha256Hex(der), serial: draft.number, profile: template.profile, ca: template.ca,
    subject: fromHex(template.subject), subjectText: template.subjectText, issuer: issuer.name, crl: subject.crl ?? null,
    notBefore: draft.validity.from, notAfter: draft.validity.until, spki, key,
    subjectKeyIdentifier: identifier === undefined ? null : readSubjectKeyIdentifier(identifier.value),
  };
}
