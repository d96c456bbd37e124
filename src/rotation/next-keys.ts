/** New keys in the place of old ones: on the same token, made alike, backed up for the same people. */
import type { RegisteredKey } from "../transcript/register.ts";
import { MECHANISM_OF } from "../x509/algorithm.ts";
import { freeName, nextName, placeOf, type Draft } from "./next-draft.ts";
import type { CertificateLife } from "./life.ts";

/** The new key beside the old one, made alike; one for all certificates of the old one. */
export function newKeyFor(draft: Draft, old: CertificateLife, certificate: string): string {
  const name = draft.register.certificates.find((one) => one.name === old.name)?.key;
  const key = draft.register.keys.find((one) => one.key === name);
  if (key === undefined) throw new Error(`no key of ${old.name}`);
  const known = draft.newKeys.get(key.key);
  const next = known ?? nextName(draft.takenKeys, key.key, placeOf(draft, old.name));
  draft.newKeys.set(key.key, next);
  draft.keyOfNew.set(certificate, next);
  if (known === undefined) generate(draft, key, next);
  return next;
}

function generate(draft: Draft, { key, token, algorithm, signature, backup }: RegisteredKey, next: string): void {
  if (!draft.used.has(token)) draft.used.set(token, new Set());
  const usual = algorithm.startsWith("rsa-") ? "rsa-pkcs1-sha256" : (MECHANISM_OF as Readonly<Record<string, string>>)[algorithm];
  draft.keys.push({ kind: "generate-key-pair", fields: { key: next, token, algorithm, ...(signature === usual ? {} : { signature }), backup }, why: `a new key in the place of ${key}, made alike` });
  const before = backup === "wrap" ? (draft.register.backups ?? []).findLast((one) => one.key === key) : undefined;
  if (before === undefined) return;
  const name = freeName(draft.taken, `${next}-backup`.slice(0, 41));
  draft.keys.push({ kind: "back-up-key", fields: { backup: name, key: next, threshold: before.threshold, custodians: [...new Set(before.shares.map(({ by }) => by))] }, why: `as ${before.backup} was: each of them has to be there` });
}
