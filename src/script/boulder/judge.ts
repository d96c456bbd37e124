/** What a configuration says and a profile decides by itself: where the two differ, a finding. Nothing is dropped in silence. */
import type { Mechanism } from "../../x509/algorithm.ts";
import type { ConfigOf } from "./config.ts";
import type { KnownCertificate, KnownKey } from "./known.ts";
import type { Names } from "./names.ts";
import type { NamedConfig } from "./read.ts";
import { MECHANISMS, subjectText, type Profile } from "./words.ts";
import type { Written } from "./yaml.ts";

const SECTION = "certificate-profile";
const OF_ROOT = ["Cert Sign", "CRL Sign"];
const OF_INTERMEDIATE = ["Digital Signature", ...OF_ROOT];
const NOT_IN_ROOTS = ["ocsp-url", "crl-url", "issuer-url", "policies"] as const;
/** From this notBefore on the Baseline Requirements ask for purposes where another organisation's CA is cross-certified. */
const RESTRICTED_FROM = "2023-09-15";

export class Judge {
  readonly #names: Names;
  /** What each key signs certificates with, as the first configuration says. */
  readonly #signatures = new Map<string, Profile["signature-algorithm"]>();

  constructor(names: Names) {
    this.#names = names;
  }

  root(from: NamedConfig, profile: Profile): void {
    this.#usages(from, profile, OF_ROOT, "a root");
    const given = NOT_IN_ROOTS.filter((field) => profile[field] !== undefined);
    if (given.length > 0) this.#names.refuse(from, SECTION, `expected a root without ${given.join(", ")}: no profile puts that into a root`, "take it out; a root is found by itself, and by nobody else's CRL");
  }

  intermediate(from: NamedConfig, profile: Profile): void {
    this.#usages(from, profile, OF_INTERMEDIATE, "an intermediate");
  }

  /** A cross-certificate copies subject and key usage of what exists, and is over its key. */
  cross(from: NamedConfig, profile: Profile, existing: KnownCertificate, key: KnownKey | undefined): void {
    this.#usages(from, profile, existing.usages, `the cross-certificate of ${existing.name}`);
    const [wanted, found] = [subjectText(existing.subject), subjectText(profile)];
    if (wanted !== found) this.#names.refuse(from, SECTION, `expected the subject of ${existing.name}, ${wanted}, found ${found}`, "a cross-certificate has the subject of what exists");
    if (key !== undefined && key.name !== existing.key) this.#names.refuse(from, "inputs", `expected the key of ${existing.name}, found ${key.name}`, "public key and certificate belong together");
  }

  #usages(from: NamedConfig, { "key-usages": found }: Profile, wanted: readonly string[], what: string): void {
    const same = wanted.every((one) => found.some((usage) => usage === one)) && found.every((usage) => wanted.includes(usage));
    if (!same) this.#names.refuse(from, SECTION, `expected the key-usages ${wanted.join(", ")} in ${what}, found ${found.join(", ") || "none"}`, "profiles decide the key usage; no profile of the web PKI has another");
  }

  /** A key signs with one mechanism for its whole life: a second one is a finding. */
  signs(from: NamedConfig, key: KnownKey, { "signature-algorithm": algorithm }: Profile): void {
    const registered = Object.entries(MECHANISMS).find(([, mechanism]) => mechanism === key.signature)?.[0];
    const before = this.#signatures.get(key.name) ?? (key.signature === null ? algorithm : (registered ?? key.signature));
    if (before !== algorithm) this.#names.refuse(from, SECTION, `expected the key ${key.name} to sign with ${before} as before, found ${algorithm}`, "a key signs with one mechanism for its whole life");
    this.#signatures.set(key.name, before === algorithm ? algorithm : (this.#signatures.get(key.name) ?? algorithm));
  }

  /** What a key of these configurations signs with; undefined where none says. */
  signatureOf(key: string): Mechanism | undefined {
    const algorithm = this.#signatures.get(key);
    return algorithm === undefined ? undefined : MECHANISMS[algorithm];
  }

  /** The key behind an issuer, which is what slot and label have to name. */
  issuing(from: NamedConfig, { "signing-key-slot": slot, "signing-key-label": label }: ConfigOf<"crl">["pkcs11"], issuer: KnownCertificate): KnownKey | null {
    const key = this.#names.labelled(slot, label);
    const own = issuer.key === null ? undefined : this.#names.key(issuer.key);
    if (own === undefined) {
      this.#names.refuse(from, "inputs", `expected a key of ours behind the issuer ${issuer.name}, found none`, "its key is on no token of this ceremony or of the register");
      return null;
    }
    if (key === undefined) this.#names.notes.add(`${from.file}: nothing before made a key ${label} in slot ${slot}; ${own.name} signs, the key of ${issuer.name}`);
    else if (key.name !== own.name) this.#names.refuse(from, "pkcs11", `expected the key of ${issuer.name}, ${own.name}, found ${label}, which is ${key.name}`, "signing key and issuer certificate belong together");
    return own;
  }

  /** A request is signed by the key that it is about. */
  requested(from: NamedConfig, path: string, key: KnownKey): void {
    const found = this.#names.keyIn(from, path);
    if (found === undefined) this.#names.notes.add(`${from.file}: nothing before made ${path}; the request is about ${key.name}, which signs it`);
    else if (found.name !== key.name) this.#names.refuse(from, "inputs", `expected the public key of ${key.name}, which signs, found that of ${found.name}`, "a request is signed by its own key");
  }

  /** Boulder does not ask whose CA it cross-certifies; a script says it. */
  organisation(certificate: string, profile: Profile, existing: KnownCertificate, issuer: KnownCertificate): Record<string, Written> {
    if (existing.subject.organization === issuer.subject.organization) return {};
    const organisation = existing.hasPurposes || profile["not-before"] < RESTRICTED_FROM ? "other" : "affiliated";
    this.#names.notes.add(`${certificate}: O=${existing.subject.organization} under O=${issuer.subject.organization}; the script says organisation: ${organisation}, which is yours to confirm`);
    return { organisation };
  }
}
