/** Step `accept-certificate`: what somebody else's CA gave for a key of ours, once the key is there to be compared. */
import { Content } from "../../bytes/content.ts";
import { sha256Hex } from "../../bytes/digest.ts";
import { fromHex } from "../../bytes/hex.ts";
import { toPem } from "../../bytes/pem.ts";
import { sameBytes, toUtf8 } from "../../bytes/text.ts";
import type { StepOf } from "../../plan/plan.ts";
import { EXTENSION, readSubjectKeyIdentifier } from "../../x509/extension-reading.ts";
import { extensionValue } from "../../x509/given-certificate.ts";
import { readCertificate, type CertificateFacts } from "../../x509/reread.ts";
import { judge, named, stopFor, type Course, type CourseCertificate, type CourseKey } from "../course.ts";
import { keep } from "../keep.ts";
import { attestedInstant } from "../people.ts";
import type { Ask } from "../request.ts";

type AnswerStep = StepOf<"accept-certificate@1">;

export function* acceptCertificate(course: Course, step: AnswerStep): Ask<void> {
  const key = named(course.keys, step.key, "key");
  const ders = step.certificates.map(fromHex);
  const [facts, ...above] = ders.map(readCertificate);
  const [der, ...chain] = ders;
  if (facts === undefined || der === undefined) return stopFor(course, { kind: "wrong", step: step.number, name: step.certificate }, `${step.certificate}: no certificate`);
  judge(course, "ACCEPTED-AS-REQUESTED", step.number, sameBytes(facts.spki, key.spki.open()), `${step.file.path} is not over the key ${step.key}`);
  judge(course, "KEY-POSSESSION", step.number, key.proved, `the key ${step.key} has signed neither a request nor a certificate of its own`);
  const instant = yield* attestedInstant(course, step.number);
  const outside = [facts, ...above].filter(({ notBefore, notAfter }) => instant < notBefore || instant > notAfter);
  judge(course, "ACCEPTED-CHAIN", step.number, outside.length === 0, `${outside.length} of the certificates of ${step.certificate} are not valid at ${instant}`);
  course.certificates.set(step.certificate, acceptedOf(step, der, facts, key));
  const pem = (one: Uint8Array) => toPem("CERTIFICATE", one);
  yield* keep(course, step.number, [
    { path: `certificates/${step.certificate}.pem`, content: new Content(toUtf8(pem(der))) },
    { path: `chains/${step.certificate}.pem`, content: new Content(toUtf8(chain.map(pem).join(""))) },
  ]);
}

function acceptedOf(step: AnswerStep, der: Uint8Array, facts: CertificateFacts, key: CourseKey): CourseCertificate {
  const identifier = extensionValue(facts.extensions, EXTENSION.subjectKeyIdentifier);
  const { serial, subject, notBefore, notAfter } = facts;
  return {
    name: step.certificate, der, sha256: sha256Hex(der), serial, profile: "accepted", ca: step.ca, subject, subjectText: step.subjectText, issuer: "", crl: null,
    notBefore, notAfter, spki: key.spki, key: step.key, subjectKeyIdentifier: identifier === undefined ? null : readSubjectKeyIdentifier(identifier),
  };
}
