/**
 * SSH signatures over files (OpenSSH PROTOCOL.sshsig), as `ssh-keygen -Y sign` writes them. The public tools accept other
 * line breaks and text after the end; here a signature file has exactly one spelling.
 */
import { digest } from "../bytes/digest.ts";
import { toBase64 } from "../bytes/pem.ts";
import { concat, fromUtf8, toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import type { Claim, Mechanism } from "../x509/algorithm.ts";
import { readPublicKeyBlob, type SshKeyType, type SshPublicKey } from "./sshkey.ts";
import { fromSshBase64, SshReader, sshString } from "./sshwire.ts";

/** What a person's signature means; no signature of one meaning can be shown as another. */
export const NAMESPACES = [
  "anchorite-plan-approved", "anchorite-seal-approved", "anchorite-seal-witnessed", "anchorite-waiver", "anchorite-addendum", "anchorite-rotation-note", "anchorite-standing-approved",
] as const;
export type Namespace = (typeof NAMESPACES)[number];

export interface SshSignature {
  readonly publicKey: SshPublicKey;
  readonly namespace: string;
  readonly hash: "sha256" | "sha512";
  readonly mechanism: Mechanism;
  /** ECDSA as r ‖ s, RSA as the octet string, Ed25519 as 64 octets. */
  readonly signature: Uint8Array;
  /** What a hardware key adds to what it signs; null for all others. */
  readonly hardware: { readonly flags: number; readonly counter: Uint8Array } | null;
}

const MAGIC = "SSHSIG";
const BEGIN = "-----BEGIN SSH SIGNATURE-----";
const END = "-----END SSH SIGNATURE-----";
const WIDTH = 70;
/** The flag that says a person touched the key (PROTOCOL.u2f). */
const USER_PRESENT = 0x01;

/** Signature algorithms that a key of a type may use; SHA-1 RSA and WebAuthn forms are none of them. */
const MECHANISMS_OF: Readonly<Record<SshKeyType, Readonly<Record<string, Mechanism>>>> = {
  "ssh-ed25519": { "ssh-ed25519": "ed25519" },
  "ecdsa-sha2-nistp256": { "ecdsa-sha2-nistp256": "ecdsa-sha256" },
  "ecdsa-sha2-nistp384": { "ecdsa-sha2-nistp384": "ecdsa-sha384" },
  "ecdsa-sha2-nistp521": { "ecdsa-sha2-nistp521": "ecdsa-sha512" },
  "ssh-rsa": { "rsa-sha2-256": "rsa-pkcs1-sha256", "rsa-sha2-512": "rsa-pkcs1-sha512" },
  "sk-ssh-ed25519@openssh.com": { "sk-ssh-ed25519@openssh.com": "ed25519" },
  "sk-ecdsa-sha2-nistp256@openssh.com": { "sk-ecdsa-sha2-nistp256@openssh.com": "ecdsa-sha256" },
};

/** The armour of a signature blob as ssh-keygen writes it: 70 columns of base64, LF. */
export function armourSshSignature(blob: Uint8Array): Uint8Array {
  const lines = toBase64(blob).match(new RegExp(`.{1,${WIDTH}}`, "g")) ?? [];
  return toUtf8([BEGIN, ...lines, END, ""].join("\n"));
}

/**
 * Reads a signature file; it must re-encode to itself.
 * @param armour the octets of the `.sig` file
 * @throws Fault form-sshsig for any other spelling, version, key type, algorithm, or a hardware key that was not touched
 */
export function readSshSignature(armour: Uint8Array): SshSignature {
  const { publicKey, namespace, reserved, hash, inner } = readOuter(unarmour(armour));
  if (namespace === "") throw new Fault("form-sshsig", "expected a namespace in the SSH signature, found none");
  if (reserved.length !== 0) throw new Fault("form-sshsig", "expected an empty reserved field in the SSH signature");
  if (hash !== "sha256" && hash !== "sha512") throw new Fault("form-sshsig", `expected the hash sha256 or sha512 in the SSH signature, found ${JSON.stringify(hash)}`);
  return { publicKey, namespace, hash, ...readInner(publicKey, inner) };
}

function readOuter(blob: Uint8Array): { publicKey: SshPublicKey; namespace: string; reserved: Uint8Array; hash: string; inner: Uint8Array } {
  const reader = new SshReader("signature", blob);
  const magic = fromLatin(reader.take(MAGIC.length));
  const version = reader.uint32();
  if (magic !== MAGIC || version !== 1) throw new Fault("form-sshsig", `expected an SSHSIG of version 1, found ${JSON.stringify(magic)} of version ${version}`);
  const outer = { publicKey: readPublicKeyBlob(reader.string()), namespace: reader.name(), reserved: reader.string(), hash: reader.name(), inner: reader.string() };
  reader.end();
  return outer;
}

function unarmour(armour: Uint8Array): Uint8Array {
  const lines = armour.length > 40_000 ? [] : fromUtf8(armour).split("\n");
  if (lines[0] !== BEGIN || lines.at(-2) !== END) throw new Fault("form-sshsig", `expected a file from "${BEGIN}" to "${END}" and one LF`);
  const blob = fromSshBase64(lines.slice(1, -2).join(""));
  if (fromUtf8(armourSshSignature(blob)) !== lines.join("\n")) {
    throw new Fault("form-sshsig", "expected the armour exactly as ssh-keygen writes it, found other line breaks or text around it", ["copy the .sig file anew from where it was signed"]);
  }
  return blob;
}

function fromLatin(octets: Uint8Array): string {
  return String.fromCharCode(...octets);
}

function readInner(key: SshPublicKey, inner: Uint8Array): Pick<SshSignature, "mechanism" | "signature" | "hardware"> {
  const reader = new SshReader("signature", inner);
  const mechanism = mechanismNamed(reader.name(), key.type);
  const raw = reader.string();
  const signature = mechanism.startsWith("ecdsa") ? fixedLength(raw, key.signatureLength / 2) : raw;
  if (signature.length !== key.signatureLength) throw new Fault("form-sshsig", `expected a signature of ${key.signatureLength} octets, found ${signature.length}`);
  const hardware = key.application === null ? null : { flags: reader.byte(), counter: reader.take(4) };
  reader.end();
  if (hardware !== null && (hardware.flags & USER_PRESENT) === 0) throw new Fault("form-sshsig", "expected a hardware key that a person touched, found the user-presence flag unset");
  return { mechanism, signature, hardware };
}

function mechanismNamed(algorithm: string, type: SshKeyType): Mechanism {
  const known = MECHANISMS_OF[type];
  const mechanism = Object.entries(known).find(([name]) => name === algorithm)?.[1];
  if (mechanism === undefined) throw new Fault("form-sshsig", `expected a signature by ${Object.keys(known).join(" or ")}, found ${JSON.stringify(algorithm)}`);
  return mechanism;
}

/** Two mpints as r ‖ s, each of `size` octets (RFC 5656 3.1.2). */
function fixedLength(raw: Uint8Array, size: number): Uint8Array {
  const reader = new SshReader("signature", raw);
  const halves = [reader.positive(), reader.positive()];
  reader.end();
  const fixed = new Uint8Array(2 * size);
  halves.forEach((half, i) => {
    if (half.length > size) throw new Fault("form-sshsig", `expected r and s of at most ${size} octets, found ${half.length}`);
    fixed.set(half, (i + 1) * size - half.length);
  });
  return fixed;
}

/**
 * What must hold for the signature to be one over `message`: the SSHSIG signed data (magic, namespace, reserved, hash, digest), and
 * for a hardware key what it signs in its place: SHA-256 of the application, flags, counter, SHA-256 of that data.
 * @param where the file, for people
 * @param message the octets of the signed file
 */
export function sshSignatureClaim(where: string, signature: SshSignature, message: Uint8Array): Claim {
  const { publicKey, namespace, hash, hardware } = signature;
  const blob = concat(toUtf8(MAGIC), sshString(namespace), sshString(""), sshString(hash), sshString(digest(hash, message)));
  const signed = hardware === null ? blob : concat(
    digest("sha256", toUtf8(publicKey.application ?? "")), new Uint8Array([hardware.flags]), hardware.counter, digest("sha256", blob),
  );
  return { where, spki: publicKey.spki, mechanism: signature.mechanism, message: signed, signature: signature.signature };
}
