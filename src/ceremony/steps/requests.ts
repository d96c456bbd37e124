/** Requests that keys of ours sign: for a certificate of this ceremony, and, step `create-request`, for somebody else's CA. */
import { Content } from "../../bytes/content.ts";
import { sha256Hex } from "../../bytes/digest.ts";
import { fromHex } from "../../bytes/hex.ts";
import { toPem } from "../../bytes/pem.ts";
import { toUtf8 } from "../../bytes/text.ts";
import type { StepOf } from "../../plan/plan.ts";
import { buildRequestInfo } from "../../x509/certification-request.ts";
import { fillExtensions, type FilledExtension } from "../../x509/extension.ts";
import { compareRequest } from "../../x509/reread.ts";
import { keyIdentifier } from "../../x509/spki.ts";
import { named, type Course, type CourseKey } from "../course.ts";
import { keep } from "../keep.ts";
import { confirmAct } from "../people.ts";
import type { Ask } from "../request.ts";
import { signDraft } from "../sign.ts";

/** `create-request`: the request is also the key's proof of possession. */
export function* createRequest(course: Course, step: StepOf<"create-request@1">): Ask<void> {
  const key = named(course.keys, step.key, "key");
  const subject = fromHex(step.subject);
  yield* confirmAct(course, step.number, "sign", [step.request]);
  const identifier = keyIdentifier(key.spki.open());
  const extensions = fillExtensions(step.extensions, { subjectKeyIdentifier: identifier, authorityKeyIdentifier: null });
  const der = yield* signOwnRequest(course, step.number, { name: step.request, key, subject, extensions });
  course.requests.set(step.request, { name: step.request, key: step.key, subject, subjectText: step.subjectText, sha256: sha256Hex(der) });
}

export interface OwnRequest {
  /** That of the artifact. */
  readonly name: string;
  readonly key: CourseKey;
  /** Name, DER. */
  readonly subject: Uint8Array;
  readonly extensions: readonly FilledExtension[];
}

/** Signs a PKCS#10 request by its own key, has it read again and kept; from then on the key has proved itself [KEY-POSSESSION]. */
export function* signOwnRequest(course: Course, step: number, { name, key, subject, extensions }: OwnRequest): Ask<Uint8Array> {
  const spki = key.spki.open();
  const tbs = buildRequestInfo({ subject, spki, extensions });
  const { der } = yield* signDraft(course, {
    step, purpose: "request", name, issuer: key.planned.key, key,
    *draft() {
      return { tbs, number: "" };
    },
    compare: (request) => compareRequest(request, { info: tbs, subject, spki, extensions }),
  });
  key.proved = true;
  yield* keep(course, step, [{ path: `requests/${name}.csr`, content: new Content(toUtf8(toPem("CERTIFICATE REQUEST", der))) }]);
  return der;
}
