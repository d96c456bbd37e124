/** A script with a waiver, and its files as the people of it would have signed them; made without ssh-keygen. */
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { concat, fromUtf8, toUtf8 } from "../../src/bytes/text.ts";
import { waiverText, type Waiver, waiverSignaturePath, waiverTextPath } from "../../src/transcript/waiver.ts";
import { armourSshSignature } from "../../src/transcript/sshsig.ts";
import { sshString } from "../../src/transcript/sshwire.ts";
import { sshLine } from "./keys.ts";
import { FILES, ROOT, type Files } from "./scripts.ts";

/** An SSH key that signs (SSHSIG, SHA-512). */
export class SshKey {
  /** The line of its `.pub` file. */
  readonly line: string;
  readonly #raw: Uint8Array;
  readonly #key: ReturnType<typeof generateKeyPairSync>["privateKey"];

  constructor(comment: string) {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    this.#key = privateKey;
    this.#raw = new Uint8Array(publicKey.export({ type: "spki", format: "der" })).slice(-32);
    this.line = sshLine(comment, this.#raw);
  }

  /** The armoured signature, as text. */
  sign(namespace: string, message: Uint8Array): string {
    const head = [sshString(namespace), sshString(""), sshString("sha512")];
    const signed = concat(toUtf8("SSHSIG"), ...head, sshString(new Uint8Array(createHash("sha512").update(message).digest())));
    const signature = concat(sshString("ssh-ed25519"), sshString(new Uint8Array(sign(null, signed, this.#key))));
    const publicKey = concat(sshString("ssh-ed25519"), sshString(this.#raw));
    return fromUtf8(armourSshSignature(concat(toUtf8("SSHSIG"), Uint8Array.of(0, 0, 0, 1), sshString(publicKey), ...head, sshString(signature))));
  }
}

export const WAIVER: Waiver = { on: ["root-ca"], why: "The devices are sealed in concrete for thirty years.", by: ["alice", "dan"], until: "2026-12-31T00:00:00Z" };

/** A root for thirty years, and a CRL, under a waiver. */
export const WAIVED = ROOT.replace("valid: { for: P20Y } }", "valid: { for: P30Y } }").replace("tokens:", `waivers:
  ROOT-VALIDITY: { on: [root-ca], why: ${WAIVER.why}, by: [alice, dan], until: "${WAIVER.until}" }
tokens:`);

export const KEYS = { alice: new SshKey("alice"), dan: new SshKey("dan") };

/** The files of a script whose waiver of a control alice and dan have signed. */
export function waiverFiles(script: string = WAIVED, waiver: Waiver = WAIVER, control = "ROOT-VALIDITY"): Files {
  const text = waiverText(sha256Hex(toUtf8(script)), control, waiver);
  const signatures = Object.entries(KEYS).map(([id, key]) => [waiverSignaturePath(control, id), key.sign("anchorite-waiver", text)]);
  return { ...FILES, "people/alice.pub": KEYS.alice.line, "people/dan.pub": KEYS.dan.line, [waiverTextPath(control)]: fromUtf8(text), ...Object.fromEntries(signatures) };
}
