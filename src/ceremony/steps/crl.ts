/** Step `issue-crl`: the certificate revocation list of a CA, or several for the times to come. */
import { Content } from "../../bytes/content.ts";
import { sha256Hex } from "../../bytes/digest.ts";
import { toPem } from "../../bytes/pem.ts";
import { sameBytes, toUtf8 } from "../../bytes/text.ts";
import type { StepOf } from "../../plan/plan.ts";
import type { PlannedCrl } from "../../plan/planned-crl.ts";
import { datesOf, successiveDates, type Validity } from "../../plan/validity.ts";
import type { RegisteredRevocation } from "../../transcript/register.ts";
import { buildTbsCertList, type Revocation } from "../../x509/crl.ts";
import { CLAIMED_REASON_CODES, CRL_REASONS } from "../../x509/crl-reason.ts";
import { compareCertificateList, readCertificateList } from "../../x509/reread.ts";
import { judge, named, type Course, type CourseCertificate, type CourseKey } from "../course.ts";
import { keep } from "../keep.ts";
import { attestedInstant, confirmAct } from "../people.ts";
import type { ArtifactFile, Ask } from "../request.ts";
import { signDrafts, type Draft, type Signed } from "../sign.ts";

type CrlStep = StepOf<"issue-crl@1">;

interface CrlDraft extends Draft {
  readonly name: string;
  readonly validity: Validity;
  readonly revoked: readonly Revocation[];
}

/** Who signs: a CA by one of its certificates, and the names of all of them, for it has one series of lists. */
interface ListIssuer {
  readonly certificate: CourseCertificate;
  readonly key: CourseKey;
  readonly names: ReadonlySet<string>;
}

/** What a CA has revoked stands in each of its lists; what this ceremony issued does not. */
export function* issueCrl(course: Course, step: CrlStep): Ask<void> {
  const issuer = listIssuer(course, step);
  yield* confirmAct(course, step.number, "sign", [step.crl]);
  const signed = yield* signDrafts<CrlDraft>(course, {
    step: step.number, purpose: "crl", name: step.crl, issuer: step.issuer, key: issuer.key,
    *drafts() {
      return yield* draftLists(course, step, issuer);
    },
    nameOf: ({ name }) => name.replace("/", "-"),
    compare: (list, { tbs, number, validity, revoked }) => compareCertificateList(list, {
      tbs, issuer: issuer.certificate.subject, thisUpdate: validity.from, nextUpdate: validity.until, number: Number(number),
      authorityKeyIdentifier: issuer.certificate.subjectKeyIdentifier ?? new Uint8Array(), revoked, point: step.point,
    }),
  });
  for (const one of signed) enter(course, step, issuer, one);
  // a list over its own name is the first signature of a key that was adopted
  issuer.key.proved = true;
  const first = signed[0];
  if (first !== undefined) course.revocations = revocationsAfter(course, step, issuer, first.draft.validity.from);
  yield* keep(course, step.number, signed.flatMap(filesOf));
}

function listIssuer(course: Course, step: CrlStep): ListIssuer {
  const certificate = named(course.certificates, step.issuer, "certificate");
  const same = [...course.certificates.values()].filter((one) => sameBytes(one.subject, certificate.subject) && one.spki.sha256 === certificate.spki.sha256);
  return { certificate, key: named(course.keys, certificate.key ?? "", "key"), names: new Set(same.map(({ name }) => name)) };
}

function* draftLists(course: Course, step: CrlStep, issuer: ListIssuer): Ask<CrlDraft[]> {
  const instant = yield* attestedInstant(course, step.number);
  const { notAfter } = issuer.certificate;
  const dates = step.successive === null ? [datesOf(step.valid ?? { for: "P1D" }, instant, notAfter)] : successiveDates(step.successive, instant, notAfter);
  const revoked = listedBy(course, step, issuer, dates[0]?.from ?? instant);
  judge(course, "CRL-DATES", step.number, (dates[0]?.from ?? "") <= instant, `thisUpdate ${dates[0]?.from ?? ""} is after the attested time ${instant}`);
  const late = revoked.find(({ date }) => date > (dates[0]?.from ?? ""));
  judge(course, "CRL-DATES", step.number, late === undefined, `the revocation of ${late?.serial ?? ""} is dated ${late?.date ?? ""}, after thisUpdate`);
  return dates.map((validity, i) => draftList(course, step, issuer, { validity, revoked, name: step.successive === null ? step.crl : `${step.crl}/${String(i + 1).padStart(2, "0")}` }));
}

function draftList(course: Course, step: CrlStep, { certificate, key, names }: ListIssuer, list: Pick<CrlDraft, "name" | "validity" | "revoked">): CrlDraft {
  const { validity, revoked } = list;
  judge(course, "VALIDITY-WITHIN-ISSUER", step.number, validity.until <= certificate.notAfter && validity.from < validity.until, `nextUpdate ${validity.until} is after the issuer's notAfter ${certificate.notAfter}`);
  const number = Math.max(step.least ?? 0, Math.max(0, ...[...names].map((name) => course.crlNumbers.get(name) ?? 0)) + 1);
  course.crlNumbers.set(step.issuer, number);
  const tbs = buildTbsCertList({
    issuer: certificate.subject, thisUpdate: validity.from, nextUpdate: validity.until, number, revoked, point: step.point,
    authorityKeyIdentifier: certificate.subjectKeyIdentifier ?? new Uint8Array(), mechanism: key.planned.signature,
  });
  return { tbs, number: String(number), ...list };
}

/** What stands in the list: what was revoked before, what is revoked now, and, where a platform wants it said, what is released. */
function listedBy(course: Course, step: CrlStep, { names }: ListIssuer, thisUpdate: string): Revocation[] {
  const gone = new Set([...step.revoke, ...step.release].map((one) => serialOf(course, one)));
  const before = course.revocations.filter((one) => names.has(one.issuer) && one.released === null && !gone.has(one.serial));
  const released = step.released === "removeFromCRL" ? step.release.map((one) => ({ serial: serialOf(course, one), date: thisUpdate, reason: REMOVE_FROM_CRL })) : [];
  const now = step.revoke.map((one) => ({ serial: serialOf(course, one), date: one.date ?? thisUpdate, reason: CRL_REASONS[one.reason] }));
  return [...before.map(({ serial, date, reason }) => ({ serial, date, reason: CLAIMED_REASON_CODES[reason] })), ...now, ...released];
}

/** That of the register, or of a certificate of this ceremony. */
function serialOf(course: Course, { serial, certificate }: { readonly serial: string | null; readonly certificate: string | null }): string {
  return serial ?? named(course.certificates, certificate ?? "", "certificate").serial;
}

/** RFC 5280 allows 8 in delta CRLs only; a platform may want it in a full one. */
const REMOVE_FROM_CRL = 8;

/** Enters a list that was signed, after it was read again: its number rises, and nothing of the register is missing in it. */
function enter(course: Course, step: CrlStep, { names }: ListIssuer, { der, draft }: Signed<CrlDraft>): void {
  const { number, revoked } = readCertificateList(der);
  const before = [...(course.register?.crls ?? []), ...course.crls.values()].filter((crl) => names.has(crl.issuer)).map((crl) => crl.number);
  const registered = [...names].map((name) => course.register?.lastCrlNumbers[name] ?? 0);
  judge(course, "CRL-NUMBER-RISES", step.number, [...before, ...registered].every((one) => number > one), `CRL number ${number} after ${[...before, ...registered].join(", ")}`);
  const listed = new Set(revoked.map(({ serial }) => serial));
  const missing = course.revocations.filter((one) => names.has(one.issuer) && one.released === null && !listed.has(one.serial) && !step.release.some((released) => serialOf(course, released) === one.serial));
  judge(course, "CRL-KEEPS-REVOCATIONS", step.number, missing.length === 0, `the list leaves out ${missing.map(({ serial }) => serial).join(", ")}`);
  const { from: thisUpdate, until: nextUpdate } = draft.validity;
  const crl = { name: draft.name, issuer: step.issuer, number, thisUpdate, nextUpdate, der, sha256: sha256Hex(der) };
  // a bundle or an acknowledgement that names a pack means its first list
  course.crls.set(draft.name.replace(/\/01$/, ""), crl);
}

/** The revocations once the list is signed. A hold that becomes a revocation for good is one entry. */
function revocationsAfter(course: Course, step: PlannedCrl, { names }: ListIssuer, thisUpdate: string): RegisteredRevocation[] {
  const isNow = (one: RegisteredRevocation, those: readonly { serial: string | null; certificate: string | null }[]) => names.has(one.issuer) && one.released === null && those.some((other) => serialOf(course, other) === one.serial);
  const before = course.revocations.filter((one) => !isNow(one, step.revoke)).map((one) => (isNow(one, step.release) ? { ...one, released: thisUpdate } : one));
  return [...before, ...step.revoke.map((one) => ({ issuer: step.issuer, serial: serialOf(course, one), certificate: one.certificate, date: one.date ?? thisUpdate, reason: one.reason, released: null }))];
}

function filesOf({ der, draft }: Signed<CrlDraft>): ArtifactFile[] {
  return [{ path: `crls/${draft.name}.crl`, content: new Content(der) }, { path: `crls/${draft.name}.pem`, content: new Content(toUtf8(toPem("X509 CRL", der))) }];
}
