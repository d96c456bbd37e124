/** Certificates that somebody else's CA issued: first a key and a request for that CA, in the ceremony after its answer. */
import { day, nextName, placeOf, useKey, type Draft } from "./next-draft.ts";
import type { CertificateLife } from "./life.ts";
import { newKeyFor } from "./next-keys.ts";

type Requested = Draft["register"]["requests"][number];

/** What of it can be done in this ceremony. */
export function succeedForeign(draft: Draft, old: CertificateLife, why: string): void {
  const before = requestBehind(draft, old);
  const step = before === null ? undefined : draft.made.requests[before.name];
  if (before === null || step === undefined) {
    draft.leftOut.push({ id: `succeed/${old.name}`, why: "somebody else's CA issued it, and the register does not hold the request: make a key and a request for that CA with create-request, and take its answer in the ceremony after with accept-certificate" });
    return;
  }
  const asked = draft.register.requests.find((one) => one.name !== before.name && one.subject === before.subject && !draft.register.certificates.some(({ key }) => key === one.key) && useKey(draft, one.key));
  if (asked !== undefined) accept(draft, old, asked, why);
  else ask(draft, old, before, why);
}

/** The request that the old certificate answers, or one over its key. */
function requestBehind({ register, made }: Draft, { name }: CertificateLife): Requested | null {
  const { of } = made.certificates[name]?.fields ?? {};
  const key = register.certificates.find((one) => one.name === name)?.key;
  return register.requests.find((one) => one.name === of) ?? register.requests.find((one) => one.key === key) ?? null;
}

function ask(draft: Draft, old: CertificateLife, before: Requested, why: string): void {
  const place = placeOf(draft, old.name);
  const request = nextName(draft.taken, before.name, place);
  const key = newKeyFor(draft, old, old.name);
  draft.certificates.push({ kind: "create-request", fields: { ...draft.made.requests[before.name]?.fields, request, key }, why: `${why}. Its CA is not ours: send it this request` });
  draft.leftOut.push({ id: `succeed/${old.name}`, why: `its CA has to answer ${request} first, and ${old.name} ends ${day(old.notAfter)}: when the answer is there, rotation next writes the ceremony that accepts it` });
}

function accept(draft: Draft, old: CertificateLife, request: Requested, why: string): void {
  const name = nextName(draft.taken, old.name, placeOf(draft, old.name));
  const { chain } = draft.made.certificates[old.name]?.fields ?? {};
  const files = (Array.isArray(chain) ? chain : [""]).map((_, i) => `answers/${name}-above-${i + 1}.pem`);
  const file = `answers/${name}.pem`;
  draft.successions.set(old.name, { old, name });
  draft.keyOfNew.set(name, request.key);
  draft.certificates.push({ kind: "accept-certificate", fields: { certificate: name, of: request.name, file, chain: files }, why });
  const wanted = (path: string, what: string): void => void draft.wanted.push({ file: path, what, from: `the CA that issued ${old.name}`, look: `openssl x509 -in ${path} -noout -text` });
  wanted(file, `the certificate that answers ${request.name}; it becomes ${name}, in the place of ${old.name}`);
  for (const [i, path] of files.entries()) wanted(path, i === 0 ? `the certificate of the CA that issued ${name}` : "the certificate of the CA above that");
}
