/** From boulder's labels, slots and paths to names of a script, and to what stands behind them. */
import type { Finding } from "../../fault.ts";
import type { Earlier } from "./earlier.ts";
import { FilesMade } from "./files.ts";
import type { KnownCertificate, KnownKey } from "./known.ts";
import type { NamedConfig } from "./read.ts";
import { nameOfFile, scriptName } from "./words.ts";

const IN_ORDER = "give the configurations in the order in which they were run, earlier years first; what an earlier ceremony made is known by its register: --register";

/** What configurations so far have made, and an earlier ceremony before them, by what later ones call it. */
export class Names {
  readonly findings: Finding[] = [];
  readonly notes = new Set<string>();
  /** Token names by slot number. */
  readonly tokens = new Map<number, string>();
  /** By slot and label. */
  readonly #labels = new Map<string, KnownKey>();
  readonly #made = new Map<string, KnownKey>();
  readonly #keys = new FilesMade<KnownKey>();
  readonly #certificates = new FilesMade<KnownCertificate>();
  readonly #taken: Set<string>;

  readonly earlier: Earlier;

  constructor(earlier: Earlier) {
    this.earlier = earlier;
    this.#taken = new Set([...earlier.taken(), ...[...earlier.tokens().keys()].map((token) => `token ${token}`)]);
  }

  /** The token in a slot; it is named when it is met first. */
  token(slot: number): string {
    const name = this.tokens.get(slot) ?? this.#fresh("token", "token", 1);
    this.tokens.set(slot, name);
    return name;
  }

  /** Learns which token of the register a slot is, by a key that signs there. */
  bind(from: NamedConfig, slot: number, { name, token }: KnownKey): void {
    const before = this.tokens.get(slot) ?? token;
    if (before !== token) this.refuse(from, "pkcs11", `expected the keys of slot ${slot} on one token, found ${name} on ${token} and another on ${before}`, "one of the configurations names another slot than that of its key");
    this.tokens.set(slot, before);
  }

  /** Names a key that is made. */
  newKey(from: NamedConfig, { slot, label, path }: { slot: number; label: string; path: string }): KnownKey {
    const key = { name: this.#fresh("key", scriptName(label)), token: this.token(slot), signature: null };
    this.#made.set(key.name, key);
    this.#labels.set(`${slot} ${label}`, key);
    this.#keys.add(from.file, path, key);
    return key;
  }

  /** Names a certificate, CRL or request that is made: by its file. */
  newFile(kind: "certificate" | "crl" | "request", path: string): string {
    return this.#fresh(kind, kind === "certificate" ? nameOfFile(path) : scriptName(path.split("/").at(-1)?.replace(/\.pem$/, "") ?? path));
  }

  /** Enters a certificate under the file that it is kept in. */
  enter(from: NamedConfig, path: string, certificate: KnownCertificate): void {
    this.#certificates.add(from.file, path, certificate);
  }

  /** A key by its name in the script. */
  key(name: string): KnownKey | undefined {
    return this.#made.get(name) ?? this.earlier.key(name);
  }

  /** The key in a slot under a label, if one is known. */
  labelled(slot: number, label: string): KnownKey | undefined {
    return this.#labels.get(`${slot} ${label}`) ?? this.earlier.keyLabelled(label);
  }

  /** The same; null with a finding when there is none. */
  signingKey(from: NamedConfig, slot: number, label: string): KnownKey | null {
    return this.#known(from, this.labelled(slot, label), "pkcs11", `the key ${label} in slot ${slot}`);
  }

  /** The key in a public key file, if one is known. */
  keyIn(from: NamedConfig, path: string): KnownKey | undefined {
    return this.#keys.near(from.file, path) ?? this.#registered(from, path, this.earlier.keyIn(path, from.beside?.get(path))) ?? this.#far(from, path, this.#keys.far(path));
  }

  keyOf(from: NamedConfig, path: string): KnownKey | null {
    return this.#known(from, this.keyIn(from, path), "inputs", `the key of ${path}`);
  }

  /** The certificate in a file, if one is known: made in a folder of that name, of the register, or made in another folder. */
  certificateIn(from: NamedConfig, path: string): KnownCertificate | undefined {
    return this.#certificates.near(from.file, path) ?? this.#registered(from, path, this.earlier.certificate(path, from.beside?.get(path))) ?? this.#far(from, path, this.#certificates.far(path));
  }

  certificate(from: NamedConfig, path: string): KnownCertificate | null {
    return this.#known(from, this.certificateIn(from, path), "inputs", `the certificate ${path}`);
  }

  /** Null with a finding when nothing stands behind what a configuration names. */
  #known<T>(from: NamedConfig, thing: T | undefined, section: string, what: string): T | null {
    if (thing !== undefined) return thing;
    const others = [...(from.beside ?? [])].some(([path]) => what.endsWith(` ${path}`)) ? "; a file lies there, and what is in it is not of the register" : "";
    this.refuse(from, section, `expected ${what} to be made by a configuration before this one or in an earlier ceremony, found none that makes it${others}`, IN_ORDER);
    return null;
  }

  /** What is known by the name of its file alone may be that of another year. */
  #registered<T extends { readonly name: string }>({ beside }: NamedConfig, path: string, thing: T | undefined): T | undefined {
    if (thing !== undefined && beside?.has(path) !== true) this.notes.add(`${path} is taken to be ${thing.name} of the register, by its name`);
    return thing;
  }

  #far<T extends { readonly name: string }>({ file }: NamedConfig, path: string, thing: T | undefined): T | undefined {
    if (thing !== undefined && path.includes("/")) this.notes.add(`${file}: ${path} is taken to be ${thing.name}, which was made in a folder of another name`);
    return thing;
  }

  /** Enters a finding about a section of a configuration. */
  refuse({ file }: NamedConfig, section: string, message: string, hint: string): void {
    this.findings.push({ control: "SCRIPT-NAMES", path: [section], file, message, hint });
  }

  #fresh(kind: string, wanted: string, first?: number): string {
    let name = first === undefined ? wanted : `${wanted}-${first}`;
    for (let n = (first ?? 1) + 1; this.#taken.has(`${kind} ${name}`); n++) name = `${wanted}-${n}`;
    this.#taken.add(`${kind} ${name}`);
    return name;
  }
}
