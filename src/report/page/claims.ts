/** Checks claims by WebCrypto: this browser's own word on a signature. */
import { sameBytes } from "../../bytes/text.ts";
import { hashOf, isPss, type Claim } from "../../x509/algorithm.ts";
import { readSpki, rsaModulus } from "../../x509/spki.ts";
import { Fault } from "../../fault.ts";
import type { ClaimState } from "../findings.ts";

const CURVES: Readonly<Record<string, string>> = { "ecdsa-p256": "P-256", "ecdsa-p384": "P-384", "ecdsa-p521": "P-521" };
const HASHES = { sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" } as const;
const SALT_LENGTHS = { sha256: 32, sha384: 48, sha512: 64 } as const;

/** A key as this browser holds it. */
type ImportedKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

interface Ways {
  readonly importing: { readonly name: string; readonly namedCurve?: string; readonly hash?: string };
  readonly verifying: { readonly name: string; readonly hash?: string; readonly saltLength?: number };
}

/** Whether a claim holds; `not checkable` where this browser does not know its kind of signature. */
export async function checkClaim(claim: Claim): Promise<ClaimState> {
  const ways = waysOf(claim);
  if (ways === null) return "failed";
  try {
    const key = await importedKey(claim.spki, ways);
    return await crypto.subtle.verify(ways.verifying, key, octets(claim.signature), octets(claim.message)) ? "held" : "failed";
  } catch (thrown) {
    return thrown instanceof DOMException && thrown.name === "NotSupportedError" ? "not checkable" : "failed";
  }
}

/** Null where key and mechanism do not belong together, or the key cannot be read: then nothing holds. */
function waysOf({ spki, mechanism }: Claim): Ways | null {
  const algorithm = algorithmOf(spki);
  const hash = hashOf(mechanism);
  if (algorithm === null || algorithm.split("-")[0] !== mechanism.split("-")[0]) return null;
  if (hash === null) return { importing: { name: "Ed25519" }, verifying: { name: "Ed25519" } };
  const curve = CURVES[algorithm];
  if (curve !== undefined) return { importing: { name: "ECDSA", namedCurve: curve }, verifying: { name: "ECDSA", hash: HASHES[hash] } };
  const name = isPss(mechanism) ? "RSA-PSS" : "RSASSA-PKCS1-v1_5";
  return { importing: { name, hash: HASHES[hash] }, verifying: { name, ...(isPss(mechanism) ? { saltLength: SALT_LENGTHS[hash] } : {}) } };
}

function algorithmOf(spki: Uint8Array): string | null {
  try {
    return readSpki(spki).algorithm ?? (rsaModulus(spki) === null ? null : "rsa-of-another-size");
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}

/** The key that was imported last: a batch has one issuer. */
let last: { readonly spki: Uint8Array; readonly name: string; readonly key: Promise<ImportedKey> } | null = null;

function importedKey(spki: Uint8Array, { importing }: Ways): Promise<ImportedKey> {
  const name = `${importing.name} ${importing.hash ?? ""}`;
  if (last === null || last.name !== name || !sameBytes(last.spki, spki)) last = { spki: spki.slice(), name, key: crypto.subtle.importKey("spki", octets(spki), importing, false, ["verify"]) };
  return last.key;
}

/** Octets in a buffer of their own, as WebCrypto wants them. */
function octets(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

/** Kinds of keys that not every browser knows. */
const PROBED: Readonly<Record<string, { readonly name: string; readonly namedCurve: string }>> = { Ed25519: { name: "Ed25519", namedCurve: "" }, "P-521": { name: "ECDSA", namedCurve: "P-521" } };

/** What this browser lacks for checking, in words; empty where it lacks nothing. */
export async function whatLacks(): Promise<string> {
  if (typeof crypto === "undefined" || crypto.subtle === undefined) return "This browser cannot re-check anything: it offers no cryptography to this page (WebCrypto). Open the page from a file or by https, in a current browser.";
  const missing: string[] = [];
  for (const [name, algorithm] of Object.entries(PROBED)) {
    try {
      await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
    } catch {
      missing.push(name);
    }
  }
  return missing.length === 0 ? "" : `This browser does not know ${missing.join(" and ")}: such signatures are NOT CHECKED here. Open the page in a current browser.`;
}
