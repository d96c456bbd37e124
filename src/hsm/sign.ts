/** Effect `sign`: one signature an item, by the key that the request names by CKA_ID and SubjectPublicKeyInfo. */
import { toHex } from "../bytes/hex.ts";
import type { RequestOf, SigningKey } from "../ceremony/request.ts";
import type { Secret } from "../console/secret.ts";
import { Fault } from "../fault.ts";
import type { Observation } from "../transcript/observation.ts";
import { SIGNATURE_LENGTH, type KeyAlgorithm } from "../x509/algorithm.ts";
import { readSpki } from "../x509/spki.ts";
import { callFault, CkrError, failedEffect } from "./ckr.ts";
import { askPin, isPinRefusal } from "./login.ts";
import { signatureCall, signatureInput, signatureMechanism } from "./mechanism.ts";
import { findAndRead, nameObject } from "./objects.ts";
import { demandMechanism } from "./offer.ts";
import type { ObjectHandle } from "./session.ts";
import type { OpenToken, Tokens } from "./tokens.ts";

/** Told of signatures (hex) as they are made, in the order of the items. While it is awaited, what waits elsewhere in this program goes on. */
export type SignatureSink = (made: readonly string[]) => Promise<void>;

/** Signatures after which those who wait are let go on: some milliseconds of most tokens. */
const AT_A_TIME = 50;

/** A key that was found, compared and may sign. */
interface ReadyKey {
  readonly open: OpenToken;
  readonly handle: ObjectHandle;
  readonly key: SigningKey;
  readonly length: number;
  /** For a key with CKA_ALWAYS_AUTHENTICATE: the PIN that each signature wants. */
  readonly contextPin: Secret | null;
}

/**
 * Finds the key, compares its public half with the request, and asks for what each signature wants.
 * @returns what puts the effect to the token
 */
export async function prepareSign(tokens: Tokens, request: RequestOf<"sign">): Promise<(signed?: SignatureSink) => Promise<Observation>> {
  const messages = request.items.map(({ tbs }) => tbs.open());
  if (messages.length === 0 || messages.some((message) => message.length === 0)) throw new Fault("hsm-template", "expected octets to sign, found none");
  const ready = await reachKey(tokens, request.key);
  return (signed) => signAll(tokens, request, { ready, messages, signed });
}

interface Signing {
  readonly ready: ReadyKey;
  readonly messages: readonly Uint8Array[];
  readonly signed: SignatureSink | undefined;
}

async function signAll(tokens: Tokens, request: RequestOf<"sign">, { ready, messages, signed }: Signing): Promise<Observation> {
  const signatures: string[] = [];
  for (const [i, message] of messages.entries()) {
    const answer = trySign(ready, message);
    if (answer instanceof CkrError) return failed(tokens, request, ready.open, answer, i);
    signatures.push(toHex(answer));
    if (answer.length === ready.length) {
      if (signatures.length % AT_A_TIME === 0) await signed?.(signatures.slice(-AT_A_TIME));
      continue;
    }
    await tokens.renew(ready.open);
    return { kind: "sign", outcome: "wrong", why: `expected a signature of ${ready.length} octets, the token gave ${answer.length}`, signatures };
  }
  return { kind: "sign", outcome: "done", signatures };
}

async function failed(tokens: Tokens, request: RequestOf<"sign">, open: OpenToken, error: CkrError, item: number): Promise<Observation> {
  await tokens.renew(open);
  if (isPinRefusal(error.ckr)) await tokens.events.loginRefused(open.name, open.serial, error.ckr);
  return failedEffect(request.kind, error, item === 0);
}

function trySign(ready: ReadyKey, message: Uint8Array): Uint8Array | CkrError {
  const { mechanism } = ready.key;
  try {
    return ready.open.session.sign(signatureCall(mechanism), ready.handle, signatureInput(mechanism, message), ready.contextPin);
  } catch (error) {
    if (error instanceof CkrError) return error;
    throw error;
  }
}

/**
 * The one signature outside the transcript (the seal).
 * @throws Fault hsm-call when the token fails, hsm-answer when the signature has the wrong length
 */
export async function signSeal(tokens: Tokens, key: SigningKey, message: Uint8Array): Promise<Uint8Array> {
  const ready = await reachKey(tokens, key);
  const answer = trySign(ready, message);
  if (!(answer instanceof CkrError) && answer.length === ready.length) return answer;
  await tokens.renew(ready.open);
  if (answer instanceof CkrError) throw callFault(answer, `token ${key.token} does not sign`);
  throw new Fault("hsm-answer", `expected a signature of ${ready.length} octets, token ${key.token} gave ${answer.length}`);
}

async function reachKey(tokens: Tokens, key: SigningKey): Promise<ReadyKey> {
  const algorithm = algorithmFor(key);
  const open = await tokens.reachLoggedIn(key);
  demandMechanism(key.token, open.slot, signatureMechanism(key.mechanism), "sign");
  const { handle, alwaysAuthenticate } = findKey(open, key);
  const contextPin = alwaysAuthenticate ? await askPin(tokens.pins, key.token, "user", open.slot.state(), "for each signature of this step") : null;
  return { open, handle, key, length: SIGNATURE_LENGTH[algorithm], contextPin };
}

function algorithmFor(key: SigningKey): KeyAlgorithm {
  const { algorithm, description } = readSpki(key.spki.open());
  const family = key.mechanism.split("-")[0];
  if (algorithm !== null && algorithm.split("-")[0] === family) return algorithm;
  throw new Fault("hsm-mechanism", `expected a key for ${key.mechanism}, found ${description}`);
}

/** The private half by CKA_ID; the public half under the same id must be the one that the record knows. */
export function findKey(open: OpenToken, key: Omit<SigningKey, "mechanism">): { handle: ObjectHandle; alwaysAuthenticate: boolean } {
  const found = findAndRead(open.session, { id: key.id });
  const privateKeys = found.filter(({ object }) => object.class === "private key");
  const publicKeys = found.filter(({ object }) => object.class === "public key");
  const [privateKey] = privateKeys;
  if (privateKey === undefined || privateKeys.length !== 1 || publicKeys.length !== 1) {
    const names = found.map(({ object }) => nameObject(object)).join(", ");
    throw new Fault("hsm-no-key", `expected one key pair with the CKA_ID ${key.id} on token ${key.token}, found ${names === "" ? "none" : names}`, ["check that this is the token that holds the key, and that nobody added or removed objects"]);
  }
  if (publicKeys[0]?.object.spki !== toHex(key.spki.open())) {
    throw new Fault("hsm-no-key", `the public key with the CKA_ID ${key.id} on token ${key.token} is not the one on record`, ["somebody replaced a key on the token: stop, and find out who"]);
  }
  return { handle: privateKey.handle, alwaysAuthenticate: privateKey.object.attributes["ALWAYS_AUTHENTICATE"] === true };
}
