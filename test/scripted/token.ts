/** A token made of lists: it generates, signs, finds, destroys, and remembers everything that it ever signed. */
import { hkdfSha256, sha256Hex } from "../../src/bytes/digest.ts";
import { toHex } from "../../src/bytes/hex.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import type { Request, RequestOf, TemplateAttributes } from "../../src/ceremony/request.ts";
import type { Observation, TokenIdentity, TokenObject } from "../../src/transcript/observation.ts";
import { readBackOf } from "../../src/plan/key-template.ts";
import { TestKey } from "../x509/test-key.ts";
import { makeKeyPair, type KeyPair } from "./keys.ts";

const READ_BACK_PRIVATE: TemplateAttributes = { LOCAL: true, ALWAYS_SENSITIVE: true, NEVER_EXTRACTABLE: true };

export class ScriptedToken {
  identity: TokenIdentity;
  objects: TokenObject[] = [];
  /** What the room keeps there of the last ceremony, octets as hex. */
  heads: string[] = [];
  /** Of the last ceremony on it, counted from that of the first one. */
  day = 0;
  /** SHA-256 of everything that was signed, hex, whether or not anybody learnt of it. */
  readonly signed: string[] = [];
  /** The same with the CKA_ID before it: `ID SHA-256`. */
  readonly signedBy: string[] = [];
  /** Native calls of effects, in order. */
  readonly effects: Request["kind"][] = [];
  /** The pairs that are generated next; after them any. */
  readonly coming: KeyPair[] = [];
  /** The pair for a request, where it is always the same one. */
  pairOf: ((request: RequestOf<"generate-key-pair">) => KeyPair | undefined) | null = null;
  readonly #pairs = new Map<string, KeyPair>();
  readonly #serial: string;

  constructor(serial: string, model: Partial<TokenIdentity> = {}) {
    this.#serial = serial;
    this.identity = { ...BLANK, serial, ...model };
  }

  /** Another token with the same past. */
  copy(): ScriptedToken {
    const copy = new ScriptedToken(this.#serial);
    copy.identity = this.identity;
    copy.objects = [...this.objects];
    copy.heads = [...this.heads];
    copy.day = this.day;
    copy.signed.push(...this.signed);
    copy.signedBy.push(...this.signedBy);
    copy.effects.push(...this.effects);
    copy.coming.push(...this.coming);
    copy.pairOf = this.pairOf;
    for (const [id, pair] of this.#pairs) copy.#pairs.set(id, pair);
    return copy;
  }

  answer(request: Request): Observation {
    switch (request.kind) {
      case "draw": return { kind: "draw", outcome: "answered", bytes: sha256Hex(Buffer.from(this.#serial)) };
      case "inspect-token": return { kind: "inspect-token", outcome: "answered", identity: this.identity, objects: [...this.objects], heads: [...this.heads] };
      case "find-token": return { kind: "find-token", outcome: "answered", matches: this.identity.label === request.label ? [this.identity] : [] };
      case "find-objects": return { kind: "find-objects", outcome: "answered", objects: this.objects.filter((one) => one.id === request.id || one.label === request.label) };
      case "initialize-token": return this.#initialize(request);
      case "generate-key-pair": return this.#generate(request);
      case "sign": return this.#sign(request);
      case "wrap-key": return this.#wrap(request);
      case "unwrap-key": return this.#unwrap(request);
      case "destroy-objects": return this.#destroy(request);
      case "set-pin": return this.#setPin(request);
      default: throw new Error(`${request.kind} is not for a token`);
    }
  }

  #initialize({ kind, label }: RequestOf<"initialize-token">): Observation {
    this.effects.push(kind);
    this.objects = [];
    this.identity = { ...this.identity, label, initialized: true, userPinInitialized: true };
    return { kind, outcome: "done", identity: this.identity };
  }

  #generate(request: RequestOf<"generate-key-pair">): Observation {
    const { kind, id, label, algorithm, signature, privateTemplate, publicTemplate } = request;
    this.effects.push(kind);
    const pair = this.pairOf?.(request) ?? this.coming.shift() ?? (algorithm === "ecdsa-p256" ? makeKeyPair() : new TestKey(algorithm, signature));
    this.#pairs.set(id, pair);
    const both = { label, id, keyType: KEY_TYPES[algorithm.split("-")[0] ?? ""] ?? "other", keyGenMechanism: readBackOf(algorithm).keyGenMechanism };
    const privateKey: TokenObject = { class: "private key", ...both, spki: "", attributes: { ...privateTemplate, ...READ_BACK_PRIVATE, NEVER_EXTRACTABLE: privateTemplate["EXTRACTABLE"] !== true } };
    const publicKey: TokenObject = { class: "public key", ...both, spki: toHex(pair.spki), attributes: { ...publicTemplate, LOCAL: true } };
    this.objects.push(privateKey, publicKey);
    return { kind, outcome: "done", spki: toHex(pair.spki), privateKey, publicKey };
  }

  #sign({ kind, key, items }: RequestOf<"sign">): Observation {
    this.effects.push(kind);
    return { kind, outcome: "done", signatures: items.map(({ tbs }) => toHex(this.signOnce(key.id, tbs.open(), key.mechanism === "ecdsa-sha384" ? "sha384" : "sha256"))) };
  }

  /** r ‖ s by the key with this CKA_ID. */
  signOnce(id: string, message: Uint8Array, hash: "sha256" | "sha384" = "sha256"): Uint8Array {
    const pair = this.#pairs.get(id);
    if (pair === undefined) throw new Error(`no key ${id} on token ${this.#serial}`);
    this.signed.push(sha256Hex(message));
    this.signedBy.push(`${id} ${sha256Hex(message)}`);
    return pair.sign(message, hash);
  }

  /** A signature that is no effect: the seal may be made again. */
  sealOnce(id: string, message: Uint8Array): Uint8Array {
    const pair = this.#pairs.get(id);
    if (pair === undefined) throw new Error(`no key ${id} on token ${this.#serial}`);
    return pair.sign(message);
  }

  /** Whoever sees this blob again, on whatever token, finds the same pair in it. */
  #wrap({ kind, id, shares, threshold }: RequestOf<"wrap-key">): Observation {
    this.effects.push(kind);
    const pair = this.#pairs.get(id);
    if (pair === undefined) throw new Error(`no key ${id} on token ${this.#serial}`);
    const blob = toHex(hkdfSha256(pair.spki, new Uint8Array(), toUtf8("wrapped"), WRAPPED_LENGTH));
    WRAPPED.set(blob, pair);
    return { kind, outcome: "done", blob, mechanism: "CKM_AES_KEY_WRAP_PAD", checkValue: blob.slice(0, 16), shares: shares.map((one) => ({ ...one })), subsets: setsOf(shares.length, threshold) };
  }

  #unwrap({ kind, id, label, algorithm, blob, privateTemplate, publicTemplate }: RequestOf<"unwrap-key">): Observation {
    this.effects.push(kind);
    const pair = WRAPPED.get(toHex(blob.open()));
    if (pair === undefined) return { kind, outcome: "unknown", ckr: "CKR_GENERAL_ERROR" };
    this.#pairs.set(id, pair);
    const both = { label, id, keyType: KEY_TYPES[algorithm.split("-")[0] ?? ""] ?? "other", keyGenMechanism: "not reported" };
    const privateKey: TokenObject = { class: "private key", ...both, spki: "", attributes: { ...privateTemplate, MODIFIABLE: true, LOCAL: false, ALWAYS_SENSITIVE: false, NEVER_EXTRACTABLE: false } };
    const publicKey: TokenObject = { class: "public key", ...both, spki: toHex(pair.spki), attributes: { ...publicTemplate, LOCAL: false } };
    this.objects.push(privateKey, publicKey);
    return { kind, outcome: "done", spki: toHex(pair.spki), privateKey, publicKey };
  }

  #setPin({ kind, role }: RequestOf<"set-pin">): Observation {
    this.effects.push(kind);
    if (role === "user") this.identity = { ...this.identity, userPinLocked: false };
    return { kind, outcome: "done", identity: this.identity };
  }

  #destroy({ kind, id, label }: RequestOf<"destroy-objects">): Observation {
    this.effects.push(kind);
    const left = this.objects.filter((one) => one.id !== id || one.label !== label);
    const destroyed = this.objects.length - left.length;
    this.objects = left;
    return { kind, outcome: "done", destroyed };
  }
}

const WRAPPED = new Map<string, KeyPair>();
/** As SoftHSM wraps a key on P-256. */
const WRAPPED_LENGTH = 80;

/** How many sets of `k` there are among `n`. */
function setsOf(n: number, k: number): number {
  return k === 0 || k === n ? 1 : setsOf(n - 1, k - 1) + setsOf(n - 1, k);
}

const KEY_TYPES: Readonly<Record<string, TokenObject["keyType"]>> = { ecdsa: "EC", rsa: "RSA", ed25519: "EC_EDWARDS" };

const BLANK: TokenIdentity = {
  serial: "", label: "", manufacturer: "Example", model: "Scripted", firmware: "1.0",
  initialized: false, userPinInitialized: false, userPinCountLow: false, userPinFinalTry: false, userPinLocked: false,
};

/** An object that somebody else left on a token. */
export function strange(change: Partial<TokenObject> = {}): TokenObject {
  return { class: "data", label: "left behind", id: "ff", keyType: "none", spki: "", keyGenMechanism: "not reported", attributes: {}, ...change };
}
