/** Step `sign-requests`: a certificate for each accepted request of a folder, up to 500 with one request to the token. */
import { canonicalText } from "../../bytes/canonical.ts";
import { Content } from "../../bytes/content.ts";
import { fromHex } from "../../bytes/hex.ts";
import { toPem } from "../../bytes/pem.ts";
import { toUtf8 } from "../../bytes/text.ts";
import { Fault } from "../../fault.ts";
import type { StepOf } from "../../plan/plan.ts";
import { readRequestList, stemOf, type ListedRequest } from "../../plan/request-list.ts";
import { printName } from "../../x509/name-reading.ts";
import { TbsBuilder } from "../../x509/tbs.ts";
import type { Course } from "../course.ts";
import { drawOnce } from "../draw.ts";
import { keep } from "../keep.ts";
import { attestedInstant, confirmAct } from "../people.ts";
import type { Ask } from "../request.ts";
import { signDrafts, type Signed } from "../sign.ts";
import { certificateOf, compareIssued, draftCertificate, issuerOf, type CertificateDraft, type Issuer, type Subject } from "./certificates.ts";

type BatchStep = StepOf<"sign-requests@1">;

/** Items of one request to the token: one entry, one answer, and no more TBS in memory. */
const MOST_ITEMS = 500;

/** A request of the list with its place in it, from 0. */
interface Item {
  readonly index: number;
  readonly listed: ListedRequest;
}

interface BatchDraft extends CertificateDraft {
  readonly subject: Subject;
}

export function* signRequests(course: Course, step: BatchStep): Ask<void> {
  const list = course.lists.get(step.list.path);
  if (list === undefined || new Content(list).sha256 !== step.list.sha256) throw new Fault("bug-unreachable", `the ceremony was not given the list ${step.list.path} of its plan`);
  yield* confirmAct(course, step.number, "sign", [step.certificates]);
  const issuer = issuerOf(course, step.number, step.issuer);
  yield* drawOnce(course, step.number, { token: issuer.key.planned.token, serial: issuer.key.serial });
  const first = course.batchCertificates.length;
  for (const items of chunks(list)) yield* signChunk(course, step, issuer, items);
  yield* keep(course, step.number, [{ path: `reports/${step.certificates}.jsonl`, content: new Content(reportOf(course, list, first)) }]);
}

/** The accepted requests of a list, at most 500 at a time. */
export function* chunks(list: Uint8Array): Generator<readonly Item[], void> {
  let items: Item[] = [];
  let index = 0;
  for (const listed of readRequestList(list)) {
    if (listed.verdict === "accept") items.push({ index, listed });
    index++;
    if (items.length < MOST_ITEMS) continue;
    yield items;
    items = [];
  }
  if (items.length > 0) yield items;
}

function* signChunk(course: Course, step: BatchStep, issuer: Issuer, items: readonly Item[]): Ask<void> {
  const signed = yield* signDrafts<BatchDraft>(course, {
    step: step.number, purpose: "certificate", name: step.certificates, issuer: issuer.name, key: issuer.key,
    *drafts(attempt) {
      const drafting = { issuer, instant: yield* attestedInstant(course, step.number), builder: new TbsBuilder() };
      return items.map(({ index, listed }) => {
        const subject = subjectOf(step, listed);
        return { ...draftCertificate(course, { step: step.number, item: index, attempt }, drafting, subject), subject };
      });
    },
    nameOf: ({ subject }) => subject.certificate.replace("/", "-"),
    compare: (der, draft) => compareIssued(der, issuer, draft.subject, draft),
  });
  for (const one of signed) enter(course, issuer, one);
  yield* keep(course, step.number, signed.map(({ der, draft }) => ({ path: `certificates/${draft.subject.certificate}.pem`, content: new Content(toUtf8(toPem("CERTIFICATE", der))) })));
}

function subjectOf({ certificates, template }: BatchStep, { file, subject, spki, granted }: ListedRequest): Subject {
  const subjectText = printName(fromHex(subject));
  return { certificate: `${certificates}/${stemOf(file)}`, spki: new Content(fromHex(spki)), key: null, template: { ...template, subject, subjectText, extensions: granted } };
}

function enter(course: Course, issuer: Issuer, { der, draft }: Signed<BatchDraft>): void {
  const { name, sha256, serial, profile, subjectText, notBefore, notAfter, spki } = certificateOf(issuer, draft.subject, der, draft);
  course.batchCertificates.push({ name, sha256, serial, profile, subjectText, issuer: issuer.name, notBefore, notAfter, spki: spki.sha256 });
}

/** One canonical line a request of the list: what became of it. */
function reportOf(course: Course, list: Uint8Array, first: number): Uint8Array {
  let next = first;
  const lines: string[] = [];
  for (const { file, verdict, codes } of readRequestList(list)) {
    const certificate = verdict === "accept" ? course.batchCertificates[next++] : undefined;
    lines.push(canonicalText({ file, verdict, codes, certificate: certificate?.name ?? "", serial: certificate?.serial ?? "", sha256: certificate?.sha256 ?? "" }));
  }
  return toUtf8(lines.map((line) => `${line}\n`).join(""));
}
