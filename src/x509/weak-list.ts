/** Lists of public keys whose private halves everybody can have, as after CVE-2008-0166 (Debian's OpenSSL of 2006 to 2008). */
import { digest, sha256Hex } from "../bytes/digest.ts";
import { toHex } from "../bytes/hex.ts";
import { fromUtf8, toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { rsaModulus } from "./spki.ts";

/** All of openssl-blacklist has 6 MiB for a size of keys. */
export const LARGEST_WEAK_LIST = 64 * 1024 * 1024;

/** The keys of one or more lists. */
export class WeakList {
  readonly #entries: ReadonlySet<string>;

  constructor(entries: Iterable<string>) {
    this.#entries = new Set(entries);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Whether a key is on it. @param spki SubjectPublicKeyInfo, DER */
  has(spki: Uint8Array): boolean {
    const modulus = rsaModulus(spki);
    return this.#entries.has(sha256Hex(spki)) || (modulus !== null && this.#entries.has(blacklistLine(modulus)));
  }
}

/** A line of Debian's openssl-blacklist: the last 20 of 40 hex digits of SHA-1 over what `openssl rsa -noout -modulus` prints. @param modulus big-endian, without a sign octet */
export function blacklistLine(modulus: Uint8Array): string {
  return toHex(digest("sha1", toUtf8(`Modulus=${toHex(modulus).toUpperCase()}\n`))).slice(20);
}

/**
 * The entries of a list: UTF-8, one a line, either as openssl-blacklist has them (20 hex digits) or the SHA-256 of a SubjectPublicKeyInfo,
 * DER (64 hex digits), in small letters; lines that are empty or begin with `#` are passed over.
 * @throws Fault form-hex for any other line, and for a list without an entry; form-utf8
 */
export function readWeakList(bytes: Uint8Array): string[] {
  const entries = fromUtf8(bytes).split("\n").map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  const odd = entries.find((line) => !/^([0-9a-f]{20}|[0-9a-f]{64})$/.test(line));
  if (odd !== undefined) throw new Fault("form-hex", `expected 20 or 64 hex digits a line, found ${JSON.stringify(odd.slice(0, 70))}`);
  if (entries.length === 0) throw new Fault("form-hex", "expected a list of weak keys, found no entry");
  return entries;
}
