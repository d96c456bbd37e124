/** Keys made while a test runs: a pair that signs as a token does, the public line of an SSH key, and a request over a key. */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import { derOctetString, derOid, derSequence, derTlv } from "../../src/bytes/der.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import type { Mechanism } from "../../src/x509/algorithm.ts";
import { toBase64, toPem } from "../../src/bytes/pem.ts";
import { concat } from "../../src/bytes/text.ts";
import { sshString } from "../../src/transcript/sshwire.ts";
import { buildRequestInfo } from "../../src/x509/certification-request.ts";
import type { PlannedExtension } from "../../src/x509/extension.ts";
import { encodeName, type NameAttribute } from "../../src/x509/name.ts";
import { assemble } from "../../src/x509/signed.ts";

/** A key pair; `makeKeyPair` makes one on P-256, `TestKey` one of any algorithm. */
export interface KeyPair {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** What it signs with; left out, ECDSA with SHA-256. */
  readonly mechanism?: Mechanism;
  /** ECDSA as r ‖ s, with SHA-256 unless told otherwise. */
  sign(message: Uint8Array, hash?: "sha256" | "sha384"): Uint8Array;
}

export function makeKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { spki: spkiOf(publicKey), sign: (message, hash = "sha256") => new Uint8Array(sign(hash, message, { key: privateKey, dsaEncoding: "ieee-p1363" })) };
}

/** SubjectPublicKeyInfo, DER. */
export function spkiOf(publicKey: KeyObject): Uint8Array {
  return new Uint8Array(publicKey.export({ type: "spki", format: "der" }));
}

/** The line of a `.pub` file. Any 32 octets do for the public half of an Ed25519 key that nobody signs with. */
export function sshLine(comment: string, raw: Uint8Array = randomBytes(32)): string {
  return `ssh-ed25519 ${toBase64(concat(sshString("ssh-ed25519"), sshString(raw)))} ${comment}\n`;
}

export interface RequestWish {
  readonly subject?: readonly NameAttribute[];
  readonly key?: KeyPair;
  /** The contents of an extensionRequest attribute, as `extensionRequest` makes them. */
  readonly extensions?: readonly Uint8Array[];
}

/** A PKCS#10 request, PEM. */
export function makeRequest({ subject = [{ type: "CN", value: "Example Device" }], key = makeKeyPair(), extensions = [] }: RequestWish = {}): string {
  const plain = buildRequestInfo({ subject: encodeName(subject), spki: key.spki });
  const info = extensions.length === 0 ? plain : withAttribute(plain, extensionRequest(extensions));
  return toPem("CERTIFICATE REQUEST", assemble(info, key.mechanism ?? "ecdsa-sha256", key.sign(info)));
}

/** The empty set of attributes are the last two octets of what `buildRequestInfo` makes. */
function withAttribute(info: Uint8Array, attribute: Uint8Array): Uint8Array {
  const headed = info[1] === 0x81 ? 3 : info[1] === 0x82 ? 4 : 2;
  return derTlv(0x30, info.subarray(headed, -2), derTlv(0xa0, attribute));
}

const EXTENSION_REQUEST = Uint8Array.of(0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e);

function extensionRequest(extensions: readonly Uint8Array[]): Uint8Array {
  return derSequence(EXTENSION_REQUEST, derTlv(0x31, derSequence(...extensions)));
}

/** An extension as a request asks for it. */
export function asked(extension: PlannedExtension): Uint8Array {
  return derSequence(derOid(extension.oid), derOctetString(fromHex("value" in extension ? extension.value : "")));
}
