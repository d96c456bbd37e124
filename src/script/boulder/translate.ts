/** Boulder's ceremonies, one after the other, as the steps of one script. */
import type { Finding } from "../../fault.ts";
import type { ConfigOf } from "./config.ts";
import { Names } from "./names.ts";
import type { NamedConfig } from "./read.ts";
import type { Written } from "./yaml.ts";

/** A step as it will be written: its kind and its fields, in their order. */
export interface TranslatedStep {
  readonly kind: string;
  readonly fields: Readonly<Record<string, Written>>;
}

/** What somebody has to know who compares the script with the configurations. */
export interface Translation {
  readonly steps: readonly TranslatedStep[];
  /** Keys by the token that holds them. */
  readonly tokens: ReadonlyMap<string, readonly string[]>;
  readonly modules: ReadonlyMap<string, string>;
  /** Lints that boulder was told to skip, by the name of what they judge. */
  readonly skipped: ReadonlyMap<string, readonly string[]>;
  readonly notes: readonly string[];
  readonly findings: readonly Finding[];
}

type Profile = ConfigOf<"root">["certificate-profile"];
type Key = ConfigOf<"key">["key"];

/** Translates configurations in their order. Never throws; what leads nowhere is a finding with its file. */
export function translate(configs: readonly NamedConfig[]): Translation {
  const translator = new Translator();
  for (const config of configs) translator.take(config);
  return translator.result();
}

class Translator {
  readonly #names = new Names();
  readonly #steps: TranslatedStep[] = [];
  readonly #holds = new Map<string, string[]>();
  readonly #modules = new Map<string, string>();
  readonly #skipped = new Map<string, readonly string[]>();
  #pins = 0;

  take(from: NamedConfig): void {
    const { config } = from;
    this.#pins += "pin" in config.pkcs11 ? 1 : 0;
    switch (config["ceremony-type"]) {
      case "root": return this.#root(config);
      case "key": return void this.#key(config.pkcs11, config.key, config.outputs["public-key-path"]);
      case "intermediate": return this.#intermediate(from, config);
      case "cross-certificate": return this.#crossCertificate(from, config);
      case "cross-csr": return this.#request(from, config);
      case "crl": return this.#crl(from, config);
    }
  }

  result(): Translation {
    return {
      steps: this.#steps, tokens: this.#holds, modules: this.#modules, skipped: this.#skipped,
      notes: [...(this.#pins === 0 ? [] : [`the PINs of ${this.#pins} configurations are dropped; the station says where PINs come from`]), ...[...this.#names.tokens].map(([slot, token]) => `slot ${slot} is the token ${token}; the station binds it by its serial number`)], findings: this.#names.findings,
    };
  }

  #key({ module, "store-key-in-slot": slot, "store-key-with-label": label }: ConfigOf<"key">["pkcs11"], key: Key, file: string): string {
    const token = this.#names.token(slot);
    const name = this.#names.newKey(slot, label, file);
    this.#modules.set(token, module);
    this.#holds.set(token, [...(this.#holds.get(token) ?? []), name]);
    this.#step("generate-key-pair", { key: name, token, algorithm: algorithmOf(key), backup: "none" });
    return name;
  }

  #root(config: ConfigOf<"root">): void {
    const key = this.#key(config.pkcs11, config.key, config.outputs["public-key-path"]);
    const certificate = this.#certificate(config.outputs["certificate-path"], config["skip-lints"]);
    const profile = config["certificate-profile"];
    this.#step("issue-root", { certificate, key, profile: "webpki/root", ...subjectOf(profile), ...validOf(profile) });
  }

  #intermediate(from: NamedConfig, config: ConfigOf<"intermediate">): void {
    const key = this.#names.keyOf(from, config.inputs["public-key-path"]);
    const issuer = this.#names.certificate(from, config.inputs["issuer-certificate-path"]);
    const certificate = this.#certificate(config.outputs["certificate-path"], config["skip-lints"]);
    if (key === null || issuer === null) return;
    const profile = config["certificate-profile"];
    this.#step("issue-certificate", { certificate, key, issuer, profile: "webpki/subordinate", ...subjectOf(profile), "path-length": 0, usage: purposesOf(profile), ...pointersOf(profile), ...validOf(profile) });
  }

  #crossCertificate(from: NamedConfig, config: ConfigOf<"cross-certificate">): void {
    const existing = this.#existing(from, config);
    const issuer = this.#names.certificate(from, config.inputs["issuer-certificate-path"]);
    const certificate = this.#certificate(config.outputs["certificate-path"], config["skip-lints"]);
    if (existing === null || issuer === null) return;
    const profile = config["certificate-profile"];
    this.#step("cross-certify", { certificate, existing, issuer, profile: "webpki/cross", ...pointersOf(profile), ...validOf(profile) });
  }

  /** Older configurations name only the key: then it is the first certificate over it. */
  #existing(from: NamedConfig, { inputs }: ConfigOf<"cross-certificate">): string | null {
    const path = inputs["certificate-to-cross-sign-path"];
    if (path !== undefined) return this.#names.certificate(from, path);
    const key = this.#names.keyOf(from, inputs["public-key-path"]);
    const first = this.#steps.find(({ kind, fields }) => (kind === "issue-root" || kind === "issue-certificate") && fields["key"] === key);
    return key === null ? null : this.#names.certificateOver(from, String(first?.fields["certificate"] ?? ""), inputs["public-key-path"]);
  }

  #request(from: NamedConfig, config: ConfigOf<"cross-csr">): void {
    const key = this.#names.signingKey(from, config.pkcs11["signing-key-slot"], config.pkcs11["signing-key-label"]);
    const request = this.#names.newFile("request", config.outputs["csr-path"]);
    if (key !== null) this.#step("create-request", { request, key, ...subjectOf(config["certificate-profile"]) });
  }

  #crl(from: NamedConfig, config: ConfigOf<"crl">): void {
    const issuer = this.#names.certificate(from, config.inputs["issuer-certificate-path"]);
    const crl = this.#names.newFile("crl", config.outputs["crl-path"]);
    const { number, "this-update": at, "next-update": until, "revoked-certificates": revoked = [] } = config["crl-profile"];
    const revoke = revoked.flatMap((one): Written[] => {
      const certificate = this.#names.certificate(from, one["certificate-path"]);
      return certificate === null ? [] : [{ certificate, reason: REASONS[one["revocation-reason"]] ?? "", date: { text: one["revocation-date"] } }];
    });
    if (issuer !== null) this.#step("issue-crl", { crl, issuer, number, ...(revoke.length === 0 ? {} : { revoke }), valid: { from: { text: at }, until: { text: until } } });
  }

  #certificate(path: string, skipped: readonly string[] = []): string {
    const name = this.#names.newFile("certificate", path);
    if (skipped.length > 0) this.#skipped.set(name, skipped);
    return name;
  }

  #step(kind: string, fields: TranslatedStep["fields"]): void {
    this.#steps.push({ kind, fields });
  }
}

/** CRLReason (RFC 5280 5.3.1) by number. */
const REASONS: Readonly<Record<number, string>> = {
  1: "keyCompromise", 2: "cACompromise", 3: "affiliationChanged", 4: "superseded", 5: "cessationOfOperation", 6: "certificateHold", 8: "removeFromCRL", 9: "privilegeWithdrawn", 10: "aACompromise",
};

function algorithmOf(key: Key): string {
  return key.type === "rsa" ? `rsa-${key["rsa-mod-length"]}` : `ecdsa-${key["ecdsa-curve"].toLowerCase().replace("-", "")}`;
}

/** In the order in which boulder encodes them. */
function subjectOf({ country, organization, "common-name": commonName }: Pick<Profile, "country" | "organization" | "common-name">): Record<string, Written> {
  return { subject: { C: { text: country }, O: { text: organization }, CN: { text: commonName } } };
}

function validOf({ "not-before": from, "not-after": until }: Profile): Record<string, Written> {
  return { valid: { from: { text: from }, until: { text: until } } };
}

/** Boulder decides them by itself: for both sides of TLS, and for servers alone in the ceremonies of 2025 and later. */
function purposesOf({ "not-before": from }: Profile): Written {
  return from < "2025" ? ["clientAuth", "serverAuth"] : ["serverAuth"];
}

/** Where the issuer's certificate, its CRL and its policies are found. */
function pointersOf(profile: Profile): Record<string, Written> {
  const { "issuer-url": issuers, "ocsp-url": ocsp, "crl-url": crl, policies = [] } = profile;
  const access = { ...(issuers === undefined ? {} : { issuers: [{ text: issuers }] }), ...(ocsp === undefined ? {} : { ocsp: [{ text: ocsp }] }) };
  return {
    ...(policies.length === 0 ? {} : { policies: policies.map(({ oid, "cps-uri": cps }) => ({ oid: { text: oid }, ...(cps === undefined ? {} : { cps: { text: cps } }) })) }),
    ...(Object.keys(access).length === 0 ? {} : { "authority-info": access }),
    ...(crl === undefined ? {} : { "crl-at": [{ text: crl }] }),
  };
}
