/** What somebody has to bring: requests of others, and what platforms answer today. */
import { findProfile } from "../plan/profiles.ts";
import type { CertificateLife } from "./life.ts";
import type { Draft, Fields } from "./next-draft.ts";

/** The request for a successor, with another key; where it came as a field of a platform's answer, in a fresh answer. */
export function wantRequest(draft: Draft, old: CertificateLife, name: string, before: Fields[string] | undefined): Fields[string] {
  const profile = old.profile.split("@")[0] ?? "";
  const field = typeof before === "object" && before !== null && !Array.isArray(before) ? before : null;
  const file = field === null ? `requests/${name}.csr` : String(field.file);
  const { ca = false, sharesSubject = false } = findProfile(profile) ?? {};
  const subject = ca && !sharesSubject ? `with another subject than ${old.subject}, for it is another CA` : `with the subject ${old.subject}`;
  draft.wanted.push({
    file, what: `${field === null ? "a request (PKCS#10)" : `the platform's answer, with the request in its field ${String(field.field)}`} over a new key, ${subject}; it becomes ${name}, in the place of ${old.name}`,
    from: field === null ? `whoever has the key of ${old.name}` : "whoever may ask the platform's API for new requests",
    look: `anchorite request inspect ${file} --profile ${profile}${field === null ? "" : ` --field ${String(field.field)}`} --register previous`,
  });
  return field === null ? file : { ...field, file };
}

/** A file that a platform gives: its own list as it is today. */
export function wantFile(draft: Draft, file: string, what: string, look: string): string {
  if (!draft.wanted.some((one) => one.file === file)) draft.wanted.push({ file, what, from: "whoever may ask the platform's API", look });
  return file;
}
