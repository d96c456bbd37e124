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

function generate(draft: Draft, old: RegisteredKey, next: string): void {
  const { key, token, algorithm, signature, backup } = old;
  if (!draft.used.has(token)) draft.used.set(token, new Set());
  const usual = algorithm.startsWith("rsa-") ? "rsa-pkcs1-sha256" : (MECHANISM_OF as Readonly<Record<string, string>>)[algorithm];
  const more = { ...(signature === usual ? {} : { signature }), backup, ...(old.alwaysAuthenticate === true ? { "always-authenticate": true } : {}) };
  draft.keys.push({ kind: "generate-key-pair", fields: { key: next, token, algorithm, ...more }, why: `a new key in the place of ${key}, made alike` });
  if (backup === "wrap") wrap(draft, key, next);
  if (backup === "vendor") showBackup(draft, key, next);
}

/** With as many shares as before, for the same people. */
function wrap(draft: Draft, key: string, next: string): void {
  const before = (draft.register.backups ?? []).findLast((one) => one.key === key);
  if (before === undefined) return;
  const name = freeName(draft.taken, `${next.slice(0, 34)}-backup`);
  draft.keys.push({ kind: "back-up-key", fields: { backup: name, key: next, threshold: before.threshold, custodians: [...new Set(before.shares.map(({ by }) => by))] }, why: `as ${before.backup} was: each of them has to be there` });
}

/** What the vendor's tool makes nobody here can make; people show it before the key signs anything. */
function showBackup({ keys, held: { people } }: Draft, key: string, next: string): void {
  const by = (people.find(({ role }) => role === "operator") ?? people[0])?.id ?? "";
  const fields = { by, say: `Back up the key ${next} by the means of the token's vendor, as ${key} was. Save the report of the vendor's tool.`, files: [`evidence/${next}-backup.txt`], "backup-of": [next] };
  keys.push({ kind: "act", fields, why: "a backup that fails now costs a key, and not a CA" });
}
