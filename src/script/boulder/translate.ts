/** Boulder's ceremonies, one after the other, as the steps of one script. */
import type { Finding } from "../../fault.ts";
import { REASONS, UNUSED_IN_REQUESTS, type Config, type ConfigOf } from "./config.ts";
import { Earlier, type EarlierPack } from "./earlier.ts";
import { Judge } from "./judge.ts";
import type { KnownCertificate, KnownKey } from "./known.ts";
import { Names } from "./names.ts";
import type { NamedConfig } from "./read.ts";
import { algorithmOf, MECHANISMS, pointersOf, purposesOf, scopeOf, subjectOf, subjectText, validOf, type Key, type Profile } from "./words.ts";
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
  readonly earlier: EarlierPack | null;
  readonly notes: readonly string[];
  readonly findings: readonly Finding[];
}

/** Translates configurations in their order. Never throws; what leads nowhere is a finding with its file. @param earlier what they go on from */
export function translate(configs: readonly NamedConfig[], earlier: EarlierPack | null = null): Translation {
  const translator = new Translator(earlier);
  for (const config of configs) translator.meet(config, configs);
  for (const config of configs) translator.take(config);
  return translator.result();
}

/** Which keys a script names, so that no key is made and forgotten. */
const NAMING: readonly string[] = ["issue-root", "issue-certificate", "create-request"];

class Translator {
  readonly #pack: EarlierPack | null;
  readonly #names: Names;
  readonly #judge: Judge;
  readonly #steps: TranslatedStep[] = [];
  readonly #made: KnownCertificate[] = [];
  readonly #holds = new Map<string, string[]>();
  readonly #modules = new Map<string, string>();
  readonly #skipped = new Map<string, readonly string[]>();
  /** What is revoked, by the key of the CA: the certificates' names. */
  readonly #revoked = new Map<string, Set<string>>();
  #pins = 0;

  constructor(earlier: EarlierPack | null) {
    this.#pack = earlier;
    this.#names = new Names(new Earlier(earlier?.register ?? null));
    this.#judge = new Judge(this.#names);
  }

  /** Looks at which token of the register a slot is, before any slot gets a name of its own. */
  meet(from: NamedConfig, all: readonly NamedConfig[]): void {
    const { pkcs11, ...config } = from.config;
    if (!("signing-key-slot" in pkcs11)) return;
    const { "signing-key-slot": slot, "signing-key-label": label } = pkcs11;
    if (all.some(({ config: { pkcs11: made } }) => "store-key-in-slot" in made && made["store-key-in-slot"] === slot && made["store-key-with-label"] === label)) return;
    const path = "inputs" in config && "issuer-certificate-path" in config.inputs ? config.inputs["issuer-certificate-path"] : undefined;
    const issuer = path === undefined ? undefined : this.#names.earlier.certificate(path, from.beside?.get(path));
    const key = issuer?.key == null ? this.#names.earlier.keyLabelled(label) : this.#names.earlier.key(issuer.key);
    if (key !== undefined) this.#names.bind(from, slot, key);
  }

  take(from: NamedConfig): void {
    const config: Config = from.config;
    this.#pins += "pin" in config.pkcs11 ? 1 : 0;
    switch (config["ceremony-type"]) {
      case "root": return this.#root(from, config);
      case "key": return void this.#key(from, config.pkcs11, config.key, config.outputs["public-key-path"]);
      case "intermediate": return this.#intermediate(from, config);
      case "cross-certificate": return this.#crossCertificate(from, config);
      case "cross-csr": return this.#request(from, config);
      case "crl": return this.#crl(from, config);
    }
  }

  result(): Translation {
    const pins = this.#pins === 0 ? [] : [`the PINs of ${this.#pins} configurations are dropped; the station says where PINs come from`];
    const slots = [...this.#names.tokens].filter(([, token]) => this.#holds.has(token)).map(([slot, token]) => `slot ${slot} is the token ${token}${this.#ofWhat(token)}; the station binds it by its serial number`);
    const named = new Set(this.#steps.flatMap(({ kind, fields }) => (NAMING.includes(kind) ? [fields["key"]] : [])));
    const kept = this.#steps.flatMap(({ kind, fields }) => (kind === "generate-key-pair" && !named.has(fields["key"]) ? [String(fields["key"])] : []));
    this.#step("close", kept.length === 0 ? {} : { keeps: kept });
    return {
      steps: this.#steps.map((step) => this.#withSignature(step)), tokens: this.#holds, modules: this.#modules, skipped: this.#skipped, earlier: this.#pack,
      notes: [...pins, ...slots, ...this.#names.notes], findings: this.#names.findings,
    };
  }

  /** Whether a token is known: boulder's slots stand in no register. */
  #ofWhat(token: string): string {
    if (this.#pack === null) return "";
    return this.#names.earlier.tokens().has(token) ? " of the register" : ", a new one, for no key of the register signs there";
  }

  #key(from: NamedConfig, pkcs11: ConfigOf<"key">["pkcs11"], algorithm: Key, path: string): KnownKey {
    const key = this.#names.newKey(from, { slot: pkcs11["store-key-in-slot"], label: pkcs11["store-key-with-label"], path });
    this.#uses(key, pkcs11.module);
    this.#step("generate-key-pair", { key: key.name, token: key.token, algorithm: algorithmOf(algorithm), backup: "none" });
    return key;
  }

  /** A token of the script holds what is made on it, and what signs there. @param module by which a configuration reaches it; a guess where it names the slot of another key */
  #uses({ name, token }: KnownKey, module: string, isGuess = false): void {
    if (!this.#modules.has(token)) this.#modules.set(token, module);
    if (!isGuess && this.#modules.get(token) !== module) this.#names.notes.add(`${token}: the configurations name the modules ${this.#modules.get(token) ?? ""} and ${module}; the station has the first`);
    const held = this.#holds.get(token) ?? [];
    if (!held.includes(name)) this.#holds.set(token, [...held, name]);
  }

  #root(from: NamedConfig, config: ConfigOf<"root">): void {
    const key = this.#key(from, config.pkcs11, config.key, config.outputs["public-key-path"]);
    const profile = config["certificate-profile"];
    this.#judge.root(from, profile);
    this.#judge.signs(from, key, profile);
    const certificate = this.#enter(from, config.outputs["certificate-path"], config["skip-lints"], { key: key.name, subject: profile, usages: profile["key-usages"], hasPurposes: false });
    this.#step("issue-root", { certificate, key: key.name, profile: "webpki/root", ...subjectOf(profile), ...validOf(profile) });
  }

  #intermediate(from: NamedConfig, config: ConfigOf<"intermediate">): void {
    const key = this.#names.keyOf(from, config.inputs["public-key-path"]);
    const issuer = this.#issuer(from, config);
    const profile = config["certificate-profile"];
    this.#judge.intermediate(from, profile);
    const twin = this.#twinOf(key, profile);
    const certificate = this.#enter(from, config.outputs["certificate-path"], config["skip-lints"], { key: key?.name ?? null, subject: profile, usages: profile["key-usages"], hasPurposes: true });
    if (key === null || issuer === null) return;
    const given = { usage: purposesOf(profile), ...pointersOf(profile), ...validOf(profile) };
    if (twin !== undefined) {
      this.#names.notes.add(`${certificate}: its key has a certificate of this subject, ${twin.name}; the script makes a cross-certificate`);
      return this.#step("cross-certify", { certificate, existing: twin.name, issuer: issuer.name, profile: "webpki/cross", ...this.#judge.organisation(certificate, profile, twin, issuer), ...given });
    }
    this.#uses(key, config.pkcs11.module, true);
    this.#step("issue-certificate", { certificate, key: key.name, issuer: issuer.name, profile: "webpki/subordinate", ...subjectOf(profile), "path-length": 0, ...given });
  }

  /** A CA certificate over the same key with the same subject. */
  #twinOf(key: KnownKey | null, profile: Profile): KnownCertificate | undefined {
    return key === null ? undefined : this.#certificatesOver(key.name).find(({ subject }) => subjectText(subject) === subjectText(profile));
  }

  #crossCertificate(from: NamedConfig, config: ConfigOf<"cross-certificate">): void {
    const existing = this.#existing(from, config);
    const issuer = this.#issuer(from, config);
    const profile = config["certificate-profile"];
    const key = this.#names.keyIn(from, config.inputs["public-key-path"]);
    if (existing !== null) this.#judge.cross(from, profile, existing, key);
    const certificate = this.#enter(from, config.outputs["certificate-path"], config["skip-lints"], { key: existing?.key ?? null, subject: profile, usages: profile["key-usages"], hasPurposes: existing?.hasPurposes === true });
    if (existing === null || issuer === null) return;
    this.#step("cross-certify", { certificate, existing: existing.name, issuer: issuer.name, profile: "webpki/cross", ...this.#judge.organisation(certificate, profile, existing, issuer), ...pointersOf(profile), ...validOf(profile) });
  }

  /** Older configurations name only the key: then it is the first certificate over it. */
  #existing(from: NamedConfig, { inputs }: ConfigOf<"cross-certificate">): KnownCertificate | null {
    const path = inputs["certificate-to-cross-sign-path"];
    if (path !== undefined) return this.#names.certificate(from, path);
    const key = this.#names.keyOf(from, inputs["public-key-path"]);
    const [first] = key === null ? [] : this.#certificatesOver(key.name);
    if (first === undefined && key !== null) this.#names.refuse(from, "inputs", `expected a certificate over the key of ${inputs["public-key-path"]} before this one, found none`, "a cross-certificate is a second certificate of a CA");
    return first ?? null;
  }

  #certificatesOver(key: string): KnownCertificate[] {
    return [...this.#names.earlier.certificatesOver(key), ...this.#made.filter((one) => one.key === key)];
  }

  /** The issuer; what signs must be the key behind it. */
  #issuer(from: NamedConfig, config: ConfigOf<"intermediate" | "cross-certificate" | "crl">): KnownCertificate | null {
    const issuer = this.#names.certificate(from, config.inputs["issuer-certificate-path"]);
    if (issuer === null) return null;
    const key = this.#judge.issuing(from, config.pkcs11, issuer);
    if (key === null) return null;
    this.#uses(key, config.pkcs11.module);
    if ("certificate-profile" in config) this.#judge.signs(from, key, config["certificate-profile"]);
    return issuer;
  }

  #request(from: NamedConfig, config: ConfigOf<"cross-csr">): void {
    const { "signing-key-slot": slot, "signing-key-label": label, module } = config.pkcs11;
    const key = this.#names.signingKey(from, slot, label);
    const request = this.#names.newFile("request", config.outputs["csr-path"]);
    const profile = config["certificate-profile"];
    const unused = UNUSED_IN_REQUESTS.filter((field) => profile[field] !== undefined);
    if (unused.length > 0) this.#names.notes.add(`${request}: ${unused.join(", ")} left out; boulder puts none of it into a request`);
    if (key === null) return;
    this.#judge.requested(from, config.inputs["public-key-path"], key);
    this.#uses(key, module);
    this.#step("create-request", { request, key: key.name, ...subjectOf(profile) });
  }

  #crl(from: NamedConfig, config: ConfigOf<"crl">): void {
    const issuer = this.#issuer(from, config);
    const crl = this.#names.newFile("crl", config.outputs["crl-path"]);
    if (config["skip-lints"] !== undefined) this.#skipped.set(crl, config["skip-lints"]);
    const { number, "this-update": at, "next-update": until } = config["crl-profile"];
    const revoke = issuer === null ? [] : this.#revocations(from, crl, issuer, config["crl-profile"]);
    if (issuer !== null) this.#step("issue-crl", { crl, issuer: issuer.name, number, ...(revoke.length === 0 ? {} : { revoke }), ...scopeOf(at), valid: { from: { text: at }, until: { text: until } } });
  }

  /** What is revoked for the first time: every later CRL repeats it by itself. */
  #revocations(from: NamedConfig, crl: string, issuer: KnownCertificate, { "revoked-certificates": listed = [] }: ConfigOf<"crl">["crl-profile"]): Written[] {
    const standing = this.#revoked.get(issuer.key ?? "") ?? new Set(this.#names.earlier.revoked(issuer.key ?? ""));
    const names = listed.map((one) => ({ one, name: this.#names.certificate(from, one["certificate-path"])?.name }));
    for (const name of standing) if (!names.some((one) => one.name === name)) this.#names.notes.add(`${crl}: ${name} stays revoked; the configuration leaves it out, and a CRL here takes no revocation back`);
    const fresh = names.flatMap(({ one, name }): Written[] => {
      if (name === undefined) return [];
      if (standing.has(name)) this.#names.notes.add(`${crl}: ${name} is revoked already; its date and reason are those of the first list`);
      return standing.has(name) ? [] : [{ certificate: name, reason: REASONS.get(one["revocation-reason"]) ?? "", date: { text: one["revocation-date"] } }];
    });
    this.#revoked.set(issuer.key ?? "", new Set([...standing, ...names.flatMap(({ name }) => (name === undefined ? [] : [name]))]));
    return fresh;
  }

  /** RSA keys sign with SHA-256 unless the script says so, and the others with the hash of their curve. */
  #withSignature(step: TranslatedStep): TranslatedStep {
    const signature = step.kind === "generate-key-pair" ? this.#judge.signatureOf(String(step.fields["key"])) : undefined;
    return signature === undefined || signature === MECHANISMS.SHA256WithRSA ? step : { ...step, fields: { ...step.fields, signature } };
  }

  #enter(from: NamedConfig, path: string, skipped: readonly string[] = [], known: Omit<KnownCertificate, "name">): string {
    const certificate = { name: this.#names.newFile("certificate", path), ...known };
    this.#names.enter(from, path, certificate);
    this.#made.push(certificate);
    if (skipped.length > 0) this.#skipped.set(certificate.name, skipped);
    return certificate.name;
  }

  #step(kind: string, fields: TranslatedStep["fields"]): void {
    this.#steps.push({ kind, fields });
  }
}
