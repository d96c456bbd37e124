/** From boulder's labels, slots and paths to names of a script. Files are known by their last part: each year runs in its own folder. */
import type { Finding } from "../../fault.ts";
import type { NamedConfig } from "./read.ts";

/** What the configurations so far have made, by what later ones call it. */
export class Names {
  readonly findings: Finding[] = [];
  /** Token names by slot number. */
  readonly tokens = new Map<number, string>();
  /** Key names by slot and label, and by the last part of their public key's path. */
  readonly #keysByLabel = new Map<string, string>();
  readonly #keysByFile = new Map<string, string>();
  /** Certificate names by the last part of their path. */
  readonly #certificates = new Map<string, string>();
  readonly #taken = new Set<string>();

  /** The token in a slot; it is named when it is met first. */
  token(slot: number): string {
    const name = this.tokens.get(slot) ?? `token-${this.tokens.size + 1}`;
    this.tokens.set(slot, name);
    return name;
  }

  /** Names a key that is made. */
  newKey(slot: number, label: string, publicKeyPath: string): string {
    const name = this.#fresh("key", scriptName(label));
    this.#keysByLabel.set(`${slot} ${label}`, name);
    this.#keysByFile.set(lastPart(publicKeyPath), name);
    return name;
  }

  /** Names a certificate, CRL or request that is made: by its file. */
  newFile(kind: "certificate" | "crl" | "request", path: string): string {
    const name = this.#fresh(kind, scriptName(lastPart(path).replace(/\.pem$/, "").replace(/\.cert$/, "")));
    if (kind === "certificate") this.#certificates.set(lastPart(path), name);
    return name;
  }

  /** The key that signs; null with a finding when no configuration before made it. */
  signingKey(from: NamedConfig, slot: number, label: string): string | null {
    return this.#known(from, this.#keysByLabel.get(`${slot} ${label}`), "pkcs11", `the key ${label} in slot ${slot}`);
  }

  /** The key behind a public key file. */
  keyOf(from: NamedConfig, path: string): string | null {
    return this.#known(from, this.#keysByFile.get(lastPart(path)), "inputs", `the key of ${path}`);
  }

  /** The certificate in a file. */
  certificate(from: NamedConfig, path: string): string | null {
    return this.#known(from, this.#certificates.get(lastPart(path)), "inputs", `the certificate ${path}`);
  }

  /** A certificate that was found by the key that it certifies. */
  certificateOver(from: NamedConfig, name: string, keyPath: string): string | null {
    return this.#known(from, name === "" ? undefined : name, "inputs", `a certificate over the key ${keyPath}`);
  }

  #known(from: NamedConfig, name: string | undefined, section: string, what: string): string | null {
    if (name !== undefined) return name;
    this.refuse(from, section, `expected ${what} to be made by a configuration before this one, found none that makes it`, "give the configurations in the order in which they were run, earlier years first");
    return null;
  }

  /** Enters a finding about a section of a configuration. */
  refuse({ file }: NamedConfig, section: string, message: string, hint: string): void {
    this.findings.push({ control: "SCRIPT-NAMES", path: [section], file, message, hint });
  }

  #fresh(kind: string, wanted: string): string {
    let name = wanted;
    for (let n = 2; this.#taken.has(`${kind} ${name}`); n++) name = `${wanted}-${n}`;
    this.#taken.add(`${kind} ${name}`);
    return name;
  }
}

function lastPart(path: string): string {
  return path.split("/").at(-1) ?? path;
}

/** Lower-case letters, digits and hyphens, a letter first, at most 36: room for a number behind it. */
function scriptName(text: string): string {
  const name = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^[^a-z]+|-+$/g, "");
  return (name || "unnamed").slice(0, 36).replace(/-+$/, "");
}
