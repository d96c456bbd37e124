/** Steps that issue certificates: a root, a certificate for a key of ours, one for somebody's request. */
import { Content } from "../../bytes/content.ts";
import { sha256Hex } from "../../bytes/digest.ts";
import { fromHex } from "../../bytes/hex.ts";
import { toPem } from "../../bytes/pem.ts";
import { toUtf8 } from "../../bytes/text.ts";
import type { CertificateTemplate, StepOf } from "../../plan/plan.ts";
import { buildRequestInfo } from "../../x509/certification-request.ts";
import { fillExtensions, type FilledExtension } from "../../x509/extension.ts";
import { compareCertificate, compareRequest } from "../../x509/reread.ts";
import { keyIdentifier } from "../../x509/spki.ts";
import { buildTbsCertificate } from "../../x509/tbs.ts";
import { judge, named, type Course, type CourseCertificate, type CourseKey } from "../course.ts";
import { deriveSerial } from "../draw.ts";
import { keep } from "../keep.ts";
import { attestedInstant, confirmAct } from "../people.ts";
import type { Ask } from "../request.ts";
import { signDraft, type Draft } from "../sign.ts";
import { datesOf, type Validity } from "../../plan/validity.ts";

/** Who issues: a certificate of this ceremony and its key, or, for a root, the subject itself. */
interface Issuer {
  readonly name: string;
  readonly key: CourseKey;
  readonly subject: Uint8Array;
  readonly notAfter: string | null;
  readonly subjectKeyIdentifier: Uint8Array | null;
}

/** What is certified. */
interface Subject {
  readonly certificate: string;
  readonly spki: Content;
  readonly key: string | null;
  readonly template: CertificateTemplate;
}

interface CertificateDraft extends Draft {
  readonly validity: Validity;
  readonly extensions: readonly FilledExtension[];
}

/** `issue-root`: the self-signed certificate is also the key's proof of possession. */
export function* issueRoot(course: Course, step: StepOf<"issue-root@1">): Ask<void> {
  const key = named(course.keys, step.key, "key");
  const { template, certificate } = step;
  yield* confirmAct(course, step.number, "sign", [certificate]);
  const issuer: Issuer = { name: certificate, key, subject: fromHex(template.subject), notAfter: null, subjectKeyIdentifier: keyIdentifier(key.spki.open()) };
  yield* issue(course, step.number, issuer, { certificate, spki: key.spki, key: step.key, template });
  key.proved = true;
}

/** `issue-certificate`: for a key of ours, on the strength of the request that the key itself signs first. */
export function* issueCertificate(course: Course, step: StepOf<"issue-certificate@1">): Ask<void> {
  const key = named(course.keys, step.key, "key");
  const { template, certificate } = step;
  yield* confirmAct(course, step.number, "sign", [certificate]);
  yield* provePossession(course, step, key);
  judge(course, "KEY-POSSESSION", step.number, key.proved, `key ${step.key} has not signed its request`);
  yield* issue(course, step.number, issuerOf(course, step.number, step.issuer), { certificate, spki: key.spki, key: step.key, template });
}

/** `sign-request`: the request's own signature was a claim of the plan. */
export function* signRequest(course: Course, step: StepOf<"sign-request@1">): Ask<void> {
  const { template, certificate } = step;
  yield* confirmAct(course, step.number, "sign", [certificate]);
  yield* issue(course, step.number, issuerOf(course, step.number, step.issuer), { certificate, spki: new Content(fromHex(step.spki)), key: null, template });
}

function* provePossession(course: Course, step: StepOf<"issue-certificate@1">, key: CourseKey): Ask<void> {
  const subject = fromHex(step.template.subject);
  const tbs = buildRequestInfo({ subject, spki: key.spki.open() });
  const { der } = yield* signDraft(course, {
    step: step.number, purpose: "request", name: step.certificate, issuer: step.key, key,
    *draft() {
      return { tbs, number: "" };
    },
    compare: (request) => compareRequest(request, { info: tbs, subject, spki: key.spki.open() }),
  });
  key.proved = true;
  yield* keep(course, step.number, [{ path: `requests/${step.certificate}.csr`, content: new Content(toUtf8(toPem("CERTIFICATE REQUEST", der))) }]);
}

/** @returns the certificate of this ceremony by which `name` issues, with its key */
function issuerOf(course: Course, step: number, name: string): Issuer {
  const certificate = named(course.certificates, name, "certificate");
  const key = named(course.keys, certificate.key ?? "", "key");
  judge(course, "KEY-POSSESSION", step, key.proved, `the key of ${name} has not signed its own certificate or request`);
  return { name, key, subject: certificate.subject, notAfter: certificate.notAfter, subjectKeyIdentifier: certificate.subjectKeyIdentifier };
}

function* issue(course: Course, step: number, issuer: Issuer, subject: Subject): Ask<void> {
  const { der, draft } = yield* signDraft<CertificateDraft>(course, {
    step, purpose: "certificate", name: subject.certificate, issuer: issuer.name, key: issuer.key,
    draft: (attempt) => draftCertificate(course, step, issuer, subject, attempt),
    compare: (certificate, { tbs, number, validity, extensions }) => compareCertificate(certificate, {
      tbs, serial: number, subject: fromHex(subject.template.subject), issuer: issuer.subject,
      notBefore: validity.from, notAfter: validity.until, spki: subject.spki.open(), extensions,
    }),
  });
  const certificate = certificateOf(issuer, subject, der, draft);
  course.certificates.set(subject.certificate, certificate);
  yield* keep(course, step, [{ path: `certificates/${certificate.name}.pem`, content: new Content(toUtf8(toPem("CERTIFICATE", der))) }]);
}

function* draftCertificate(course: Course, step: number, issuer: Issuer, subject: Subject, attempt: number): Ask<CertificateDraft> {
  const instant = yield* attestedInstant(course, step);
  const validity = datesOf(subject.template.valid, instant, issuer.notAfter);
  const inside = issuer.notAfter === null || validity.until <= issuer.notAfter;
  judge(course, "VALIDITY-WITHIN-ISSUER", step, inside && validity.from < validity.until, `${subject.certificate} would be valid until ${validity.until}, its issuer until ${issuer.notAfter ?? "no end"}`);
  const number = freshSerial(course, step, issuer, attempt);
  const extensions = fillExtensions(subject.template.extensions, {
    subjectKeyIdentifier: keyIdentifier(subject.spki.open()), authorityKeyIdentifier: issuer.subjectKeyIdentifier,
  });
  const tbs = buildTbsCertificate({
    serial: number, issuer: issuer.subject, subject: fromHex(subject.template.subject), notBefore: validity.from, notAfter: validity.until,
    spki: subject.spki.open(), mechanism: issuer.key.planned.signature, extensions,
  });
  return { tbs, number, validity, extensions };
}

function freshSerial(course: Course, step: number, issuer: Issuer, attempt: number): string {
  const draw = course.draw ?? new Uint8Array();
  const serial = deriveSerial(draw, course.planDigest, issuer.key.spki.open(), { step, item: 0, attempt });
  judge(course, "SERIAL-ENTROPY", step, draw.length >= 64 && !course.serials.has(serial), `serial ${serial} is not fresh`);
  course.serials.add(serial);
  return serial;
}

function certificateOf(issuer: Issuer, subject: Subject, der: Uint8Array, draft: CertificateDraft): CourseCertificate {
  const { template, spki, key } = subject;
  const hasIdentifier = template.extensions.some((extension) => "rule" in extension && extension.rule === "subject-key-identifier");
  return {
    name: subject.certificate, der, sha256: sha256Hex(der), serial: draft.number, profile: template.profile, ca: template.ca,
    subject: fromHex(template.subject), subjectText: template.subjectText, issuer: issuer.name,
    notBefore: draft.validity.from, notAfter: draft.validity.until, spki, key,
    subjectKeyIdentifier: hasIdentifier ? keyIdentifier(spki.open()) : null,
  };
}
