/**
 * SSH public keys as people hold them: the line of a `.pub` file and the blob inside (RFC 4253 6.6, RFC 5656 3.1, RFC 8709 4,
 * OpenSSH PROTOCOL.u2f). Read strictly: one blob has one meaning, and its SubjectPublicKeyInfo is what a claim names.
 */
import { digest } from "../bytes/digest.ts";
import { toBase64 } from "../bytes/pem.ts";
import { Fault } from "../fault.ts";
import { SIGNATURE_LENGTH } from "../x509/algorithm.ts";
import { curveOf, pointProblem } from "../x509/curve.ts";
import { ecSpki, ed25519Spki, rsaSpki } from "../x509/spki.ts";
import { fromSshBase64, SshReader } from "./sshwire.ts";

export const SSH_KEY_TYPES = [
  "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa",
  "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
] as const;
export type SshKeyType = (typeof SSH_KEY_TYPES)[number];

export interface SshPublicKey {
  readonly type: SshKeyType;
  /** The key in SSH's wire format. */
  readonly blob: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** Octets of a signature: ECDSA as r ‖ s, RSA as long as the modulus. */
  readonly signatureLength: number;
  /** Hardware keys (sk-): the application that the key is bound to; null for all others. */
  readonly application: string | null;
  /** What stands after the key on its line; empty when read from a blob. */
  readonly comment: string;
}

type KeyBody = Pick<SshPublicKey, "spki" | "signatureLength" | "application">;

const BODY_OF: Readonly<Record<SshKeyType, (reader: SshReader) => KeyBody>> = {
  "ssh-ed25519": (reader) => ({ ...ed25519(reader), application: null }),
  "ecdsa-sha2-nistp256": (reader) => ({ ...ecdsa(reader, "nistp256"), application: null }),
  "ecdsa-sha2-nistp384": (reader) => ({ ...ecdsa(reader, "nistp384"), application: null }),
  "ecdsa-sha2-nistp521": (reader) => ({ ...ecdsa(reader, "nistp521"), application: null }),
  "ssh-rsa": (reader) => ({ ...rsa(reader), application: null }),
  "sk-ssh-ed25519@openssh.com": (reader) => ({ ...ed25519(reader), application: application(reader) }),
  "sk-ecdsa-sha2-nistp256@openssh.com": (reader) => ({ ...ecdsa(reader, "nistp256"), application: application(reader) }),
};

const CURVES = { nistp256: "ecdsa-p256", nistp384: "ecdsa-p384", nistp521: "ecdsa-p521" } as const;

function ed25519(reader: SshReader): Omit<KeyBody, "application"> {
  const raw = reader.string();
  if (raw.length !== 32) throw new Fault("form-sshsig", `expected an Ed25519 public key of 32 octets, found ${raw.length}`);
  return { spki: ed25519Spki(raw), signatureLength: SIGNATURE_LENGTH.ed25519 };
}

function ecdsa(reader: SshReader, curve: keyof typeof CURVES): Omit<KeyBody, "application"> {
  const named = reader.name();
  if (named !== curve) throw new Fault("form-sshsig", `expected the curve ${curve} that the key type names, found ${JSON.stringify(named)}`);
  const point = reader.string();
  const algorithm = CURVES[curve];
  const problem = pointProblem(curveOf(algorithm), point);
  if (problem !== null) throw new Fault("form-sshsig", `expected a point on ${curve}: ${problem}`);
  return { spki: ecSpki(algorithm, point), signatureLength: SIGNATURE_LENGTH[algorithm] };
}

function rsa(reader: SshReader): Omit<KeyBody, "application"> {
  const exponent = reader.positive();
  const modulus = reader.positive();
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  if (bits < 2048 || bits > 16384) throw new Fault("form-sshsig", `expected an RSA key of 2048 to 16384 bits, found ${bits}`, ["make a new key: ssh-keygen -t ed25519"]);
  if (!odd(modulus) || !odd(exponent) || exponent.length > 8 || (exponent.length === 1 && exponent[0] === 1)) {
    throw new Fault("form-sshsig", "expected an RSA key with an odd modulus and an odd public exponent from 3 to 64 bits");
  }
  return { spki: rsaSpki(modulus, exponent), signatureLength: modulus.length };
}

function odd(magnitude: Uint8Array): boolean {
  return ((magnitude.at(-1) ?? 0) & 1) === 1;
}

/** Other applications belong to web sites, which could ask the same key for a signature (PROTOCOL.u2f). */
function application(reader: SshReader): string {
  const name = reader.name();
  if (!name.startsWith("ssh:")) throw new Fault("form-sshsig", `expected a hardware key made for SSH (application "ssh:…"), found ${JSON.stringify(name)}`);
  return name;
}

/**
 * The key in a blob of SSH's wire format.
 * @throws Fault form-sshsig for other types, sizes or encodings, and for octets after the key
 */
export function readPublicKeyBlob(blob: Uint8Array): SshPublicKey {
  const reader = new SshReader("public key", blob);
  const named = reader.name();
  const type = SSH_KEY_TYPES.find((known) => known === named);
  if (type === undefined) throw unknownType(named);
  const body = BODY_OF[type](reader);
  reader.end();
  return { type, blob, ...body, comment: "" };
}

function unknownType(named: string): Fault {
  return new Fault("form-sshsig", `expected an SSH public key of type ${SSH_KEY_TYPES.join(", ")}, found ${JSON.stringify(named.slice(0, 60))}`, [
    "give the public half (the file ends in .pub), not a private key, a certificate or a DSA key",
  ]);
}

/**
 * The key on the line of a `.pub` file: type, base64, comment; one LF at its end is allowed.
 * @throws Fault form-sshsig for anything else, options before the type and a second line included
 */
export function readPublicKeyLine(line: string): SshPublicKey {
  const [, named, base64, comment = ""] = /^(\S{1,60})[ \t]+([A-Za-z0-9+/=]{1,10000})(?:[ \t]+([^\p{Cc}]*))?\n?$/u.exec(line) ?? [];
  if (named === undefined || base64 === undefined) {
    throw new Fault("form-sshsig", `expected one line "type base64 comment", found ${JSON.stringify(line.slice(0, 60))}`);
  }
  if (!(SSH_KEY_TYPES as readonly string[]).includes(named)) throw unknownType(named);
  const key = readPublicKeyBlob(fromSshBase64(base64));
  if (key.type !== named) throw new Fault("form-sshsig", `expected a key of the type before it (${named}), found ${key.type}`);
  return { ...key, comment };
}

/** The key as a line without comment and without LF: what stands in an allowed_signers file after the options. */
export function publicKeyLine(key: SshPublicKey): string {
  return `${key.type} ${toBase64(key.blob)}`;
}

/** The fingerprint as `ssh-keygen -l` prints it: `SHA256:` and base64 without padding. */
export function sshFingerprint(blob: Uint8Array): string {
  return `SHA256:${toBase64(digest("sha256", blob)).replace(/=+$/, "")}`;
}
