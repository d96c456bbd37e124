/** Effect `initialize-token`: C_InitToken, the first user PIN, and the serial that binds the name. */
import type { RequestOf } from "../ceremony/request.ts";
import type { Secret } from "../console/secret.ts";
import { Fault } from "../fault.ts";
import type { Observation, TokenIdentity } from "../transcript/observation.ts";
import { chooseUninitialised, withLabel } from "./choose.ts";
import { CkrError, failedEffect } from "./ckr.ts";
import { askFirstPin, isPinRefusal } from "./login.ts";
import type { TokenSlot } from "./slot.ts";
import { paddedLabel } from "./template.ts";
import type { LookedAt, Tokens } from "./tokens.ts";

type Initialize = RequestOf<"initialize-token">;
interface Pins { readonly so: Secret; readonly user: Secret }

/**
 * Finds the slot and asks for both PINs, so that nothing is missing half way.
 * @returns what puts the effect to the token
 */
export async function prepareInitialize(tokens: Tokens, request: Initialize): Promise<() => Promise<Observation>> {
  paddedLabel(request.label);
  if (!tokens.lookAround(request.token).some(({ state }) => !state.identity.initialized)) await tokens.finalize(request.token);
  const { slot, state } = target(tokens, request);
  await tokens.dropSerial(state.identity.serial);
  const so = await askFirstPin(tokens.pins, request.token, "so", state);
  const user = await askFirstPin(tokens.pins, request.token, "user", { ...state, warning: { user: "", so: "" } });
  return () => initialize(tokens, request, slot, { so, user });
}

/** The one uninitialised slot; or the token that an attempt before left half made, where it can be made anew. */
function target(tokens: Tokens, request: Initialize): LookedAt {
  const { serial } = tokens.binding(request.token);
  if (serial !== null) {
    throw new Fault("hsm-wrong-token", `the station gives token ${request.token} the serial ${serial}; only an uninitialised token is initialised`, ["write `serial: uninitialized` in the station if this token is to be made anew"]);
  }
  const slots = tokens.lookAround(request.token);
  const [labelled] = withLabel(slots, request.label);
  const [half, second] = request.replaces === null ? [] : withLabel(slots, request.replaces);
  if (labelled === undefined && half !== undefined && second === undefined && half.state.warning.so !== "locked") return half;
  if (labelled === undefined) return chooseUninitialised(slots, request.token);
  throw new Fault("hsm-ambiguous-token", `the label ${JSON.stringify(request.label)} for token ${request.token} is in use by serial ${labelled.state.identity.serial}`, ["unplug the token that does not take part in the ceremony"]);
}

async function initialize(tokens: Tokens, request: Initialize, slot: TokenSlot, pins: Pins): Promise<Observation> {
  try {
    slot.initialise(pins.so, request.label);
  } catch (error) {
    if (!(error instanceof CkrError)) throw error;
    if (isPinRefusal(error.ckr)) await tokens.events.loginRefused(request.token, "", error.ckr, "so");
    return failedEffect(request.kind, error, true);
  }
  return finish(tokens, request, pins);
}

/** From here on something has happened on the token, whatever goes wrong. */
async function finish(tokens: Tokens, request: Initialize, pins: Pins): Promise<Observation> {
  try {
    const { slot, state } = made(tokens, request);
    await setUserPin(tokens, { name: request.token, serial: state.identity.serial }, slot, pins);
    const { identity } = made(tokens, request).state;
    const why = shortcoming(identity);
    return why === null ? { kind: request.kind, outcome: "done", identity } : { kind: request.kind, outcome: "wrong", why };
  } catch (error) {
    if (error instanceof CkrError) return failedEffect(request.kind, error, false);
    if (error instanceof Fault && error.code === "hsm-answer") return { kind: request.kind, outcome: "wrong", why: error.message };
    throw error;
  }
}

function made(tokens: Tokens, request: Initialize): LookedAt {
  const [token, second] = withLabel(tokens.lookAround(request.token), request.label);
  if (token !== undefined && second === undefined) return token;
  throw new Fault("hsm-answer", `expected one token with the label ${JSON.stringify(request.label)} after it was initialised, found ${token === undefined ? "none" : "several"}`);
}

async function setUserPin(tokens: Tokens, token: { name: string; serial: string }, slot: TokenSlot, pins: Pins): Promise<void> {
  const session = slot.open();
  try {
    session.login("so", pins.so);
    await tokens.events.login(token.name, token.serial, "so");
    session.initPin(pins.user);
    session.logout();
    await tokens.events.logout(token.name, token.serial);
  } finally {
    session.close();
  }
}

function shortcoming(identity: TokenIdentity): string | null {
  if (identity.serial === "") return "the initialised token has no serial";
  if (!identity.initialized) return "the token does not say that it is initialised";
  return identity.userPinInitialized ? null : "the token does not say that its user PIN is set";
}
