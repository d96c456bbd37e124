/** Effect `generate-key-pair`: the call, and both halves read back. What they must be like is for the ceremony to judge. */
import { fromHex } from "../bytes/hex.ts";
import type { RequestOf } from "../ceremony/request.ts";
import { Fault } from "../fault.ts";
import type { Observation } from "../transcript/observation.ts";
import { readSpki } from "../x509/spki.ts";
import { CkrError, failedEffect } from "./ckr.ts";
import { carriers, refuseInUse } from "./free.ts";
import { without } from "./left-out.ts";
import { generationOf, signatureMechanism, type Generation } from "./mechanism.ts";
import { findAndRead, type Found } from "./objects.ts";
import { demandAlgorithm, demandMechanism } from "./offer.ts";
import type { TokenSession } from "./session.ts";
import type { TokenSlot } from "./slot.ts";
import { keyTemplate } from "./template.ts";
import type { OpenToken, Tokens } from "./tokens.ts";
import { wrapMechanismOf } from "./wrap-mechanism.ts";

type Generate = RequestOf<"generate-key-pair">;

/**
 * Checks templates, mechanisms, and that neither id nor label is in use.
 * @returns what puts the effect to the token
 */
export async function prepareGenerate(tokens: Tokens, request: Generate): Promise<() => Promise<Observation>> {
  const generation = generationOf(request.algorithm);
  const open = await tokens.reachLoggedIn(request);
  const { publicTemplate, privateTemplate } = templatesFor(open.slot, request, generation);
  demandMechanisms(open.slot, request, generation);
  // a key that could never be wrapped is not made to be wrapped
  if (request.privateTemplate["EXTRACTABLE"] === true) wrapMechanismOf(request.token, open.slot);
  if (open.slot.state().writeProtected) throw new Fault("hsm-call", `token ${request.token} is write-protected (CKF_WRITE_PROTECTED)`, ["lift the write protection by the vendor's console"]);
  refuseInUse(request.token, carriers(open.session, request));
  const call = () => open.session.generateKeyPair(generation.mechanism, publicTemplate, privateTemplate);
  return () => generate(tokens, request, open, call);
}

/** Both templates, without what this token is not asked for. */
function templatesFor(slot: TokenSlot, request: Generate, { publicExtra, privateExtra }: Generation) {
  const { publicKey, privateKey, rsaPublicKey = [] } = slot.leftOut();
  const leftOut = request.algorithm.startsWith("rsa-") ? [...publicKey, ...rsaPublicKey] : publicKey;
  return {
    publicTemplate: keyTemplate("public", request, publicExtra, without(request.publicTemplate, leftOut)),
    privateTemplate: keyTemplate("private", request, privateExtra, without(request.privateTemplate, privateKey)),
  };
}

function demandMechanisms(slot: TokenSlot, request: Generate, { mechanism, bits }: Generation): void {
  const generates = demandMechanism(request.token, slot, mechanism, "generate key pairs");
  demandMechanism(request.token, slot, signatureMechanism(request.signature), "sign");
  demandAlgorithm(request.token, generates, request.algorithm, bits);
}

async function generate(tokens: Tokens, request: Generate, open: OpenToken, call: () => Promise<void>): Promise<Observation> {
  const stop = tick((seconds) => tokens.events.working?.(`token ${request.token} generates ${request.algorithm}`, seconds));
  try {
    await call();
  } catch (error) {
    if (!(error instanceof CkrError)) throw error;
    await tokens.renew(open);
    return failedEffect(request.kind, error, true);
  } finally {
    stop();
  }
  const answer = readBack(open.session, request);
  if (answer.outcome === "unknown") await tokens.renew(open);
  return answer;
}

/** Tells each second; null at the end, where anything was told. */
function tick(tell: (seconds: number | null) => void): () => void {
  const begun = performance.now();
  let told = false;
  const timer = setInterval(() => {
    told = true;
    tell(Math.round((performance.now() - begun) / 1000));
  }, 1000);
  return () => {
    clearInterval(timer);
    if (told) tell(null);
  };
}

/** The pair exists from here on: whatever does not read back makes the answer wrong or unknown, never a fault. */
export function readBack(session: TokenSession, request: Generate | RequestOf<"unwrap-key">): Observation {
  const { kind } = request;
  try {
    const found = findAndRead(session, { id: request.id });
    const why = shortcoming(found, request);
    const [privateKey, publicKey] = [half(found, "private key"), half(found, "public key")];
    if (why !== null || privateKey === undefined || publicKey === undefined) return { kind, outcome: "wrong", why: why ?? "" };
    return { kind, outcome: "done", spki: publicKey.spki, privateKey, publicKey };
  } catch (error) {
    if (error instanceof CkrError) return failedEffect(kind, error, false);
    if (error instanceof Fault) return { kind, outcome: "wrong", why: error.message };
    throw error;
  }
}

function half(found: readonly Found[], kind: "private key" | "public key") {
  return found.find(({ object }) => object.class === kind)?.object;
}

function shortcoming(found: readonly Found[], request: Pick<Generate, "id" | "algorithm">): string | null {
  const classes = found.map(({ object }) => object.class).join(", ");
  if (classes !== "private key, public key") return `expected one private and one public key with the CKA_ID ${request.id}, found ${classes === "" ? "none" : classes}`;
  const spki = half(found, "public key")?.spki ?? "";
  if (spki === "") return `expected a public key of ${request.algorithm}, the token shows none that could be read`;
  const { algorithm, description } = readSpki(fromHex(spki));
  return algorithm === request.algorithm ? null : `expected a public key of ${request.algorithm}, found ${description}`;
}
