/** What a register of an earlier ceremony has, as configurations name it: by the bytes of a file beside them, or by its name. */
import { fromHex } from "../../bytes/hex.ts";
import type { Register, RegisteredCertificate, RegisteredKey } from "../../transcript/register.ts";
import { readCertificate } from "../../x509/certificate-reading.ts";
import { EXTENSION, readKeyUsage } from "../../x509/extension-reading.ts";
import { extensionValue } from "../../x509/given-certificate.ts";
import { nameOfFile, scriptName, subjectRead, usagesOf } from "./words.ts";
import type { KnownCertificate, KnownKey } from "./known.ts";

/** The register pack that a script goes on from. */
export interface EarlierPack {
  /** Its folder, beside the script. */
  readonly pack: string;
  /** SHA-256 of its seal.txt, hex. */
  readonly seal: string;
  readonly register: Register;
}

export class Earlier {
  readonly #register: Register | null;

  constructor(register: Register | null) {
    this.#register = register;
  }

  /** Names that are taken for the whole life of a CA, with what they name. */
  taken(): string[] {
    if (this.#register === null) return [];
    const { keys, certificates, crls, requests } = this.#register;
    return [
      ...keys.map(({ key }) => `key ${key}`), ...certificates.map(({ name }) => `certificate ${name}`), ...crls.map(({ name }) => `crl ${name.split("/")[0] ?? name}`),
      ...requests.map(({ name }) => `request ${name}`),
    ];
  }

  /** Tokens by name, with their serial numbers. */
  tokens(): ReadonlyMap<string, string> {
    return new Map((this.#register?.tokens ?? []).map(({ token, serial }) => [token, serial]));
  }

  /** @param digest SHA-256 of the file's DER where it lies beside the configuration; then a name alone is not enough */
  certificate(path: string, digest: string | undefined): KnownCertificate | undefined {
    const found = this.#register?.certificates.find((one) => one.der !== "" && (digest === undefined ? one.name === nameOfFile(path) : one.sha256 === digest));
    return found === undefined ? undefined : knownCertificate(found);
  }

  /** The key in a public key file, or behind the certificate that is named like it. @param digest as above */
  keyIn(path: string, digest: string | undefined): KnownKey | undefined {
    const { keys = [], certificates = [] } = this.#register ?? {};
    const name = nameOfFile(path);
    if (digest !== undefined) return knownKey(keys.find(({ spki }) => spki === digest));
    return knownKey(keys.find(({ key }) => key === certificates.find((one) => one.name === name)?.key) ?? keys.find(({ key }) => key === name));
  }

  /** The key that was made under a label. */
  keyLabelled(label: string): KnownKey | undefined {
    return this.key(scriptName(label));
  }

  key(name: string): KnownKey | undefined {
    return knownKey(this.#register?.keys.find(({ key }) => key === name));
  }

  /** The certificates of a CA over a key, the first one first. */
  certificatesOver(key: string): KnownCertificate[] {
    return (this.#register?.certificates ?? []).filter((one) => one.key === key && one.ca && one.der !== "").map(knownCertificate);
  }

  /** The certificates that a CA has revoked and not released, by name. @param key of the CA, whichever of its certificates it issued by */
  revoked(key: string): string[] {
    const { certificates = [], revocations = [] } = this.#register ?? {};
    const names = certificates.filter((one) => one.key === key).map(({ name }) => name);
    return revocations.flatMap((one) => (names.includes(one.issuer) && one.released === null && one.certificate !== null ? [one.certificate] : []));
  }
}

function knownKey(found: RegisteredKey | undefined): KnownKey | undefined {
  return found === undefined ? undefined : { name: found.key, token: found.token, signature: found.signature };
}

function knownCertificate({ name, key, der }: RegisteredCertificate): KnownCertificate {
  const facts = readCertificate(fromHex(der));
  const bits = extensionValue(facts.extensions, EXTENSION.keyUsage);
  return {
    name, key, subject: subjectRead(facts), usages: bits === undefined ? [] : usagesOf(readKeyUsage(bits)), hasPurposes: extensionValue(facts.extensions, EXTENSION.extKeyUsage) !== undefined,
  };
}
