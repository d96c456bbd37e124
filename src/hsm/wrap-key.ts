/**
 * Effect `wrap-key`. The security officer (SO) makes the wrapping key, for nobody else may make it trusted; it is an object of the
 * session and gone with it. Then the user wraps, and the wrapping key's octets go to its custodians.
 */
import { toHex } from "../bytes/hex.ts";
import type { RequestOf } from "../ceremony/request.ts";
import type { Secret } from "../console/secret.ts";
import { Fault } from "../fault.ts";
import type { Observation } from "../transcript/observation.ts";
import { CKA, CKK, CKO } from "./attributes.ts";
import { CkrError, failedEffect } from "./ckr.ts";
import { askPin, isPinRefusal } from "./login.ts";
import { CKM } from "./mechanism.ts";
import type { ObjectHandle } from "./session.ts";
import { findKey } from "./sign.ts";
import { template } from "./template.ts";
import type { Role } from "./binding.ts";
import type { OpenToken, Tokens } from "./tokens.ts";
import { wrapMechanismOf, type WrapCall } from "./wrap-mechanism.ts";

type Wrap = RequestOf<"wrap-key">;
interface Pins { readonly so: Secret; readonly user: Secret }
interface Wrapped { readonly blob: Uint8Array; readonly secret: Uint8Array }

const SECRET_LENGTH = 32;

/** Readable for as long as the session lives, which is this effect: its octets are what custodians get shares of. */
const WRAPPING_KEY = template([
  { type: CKA.CLASS, value: CKO.SECRET_KEY }, { type: CKA.KEY_TYPE, value: CKK.AES }, { type: CKA.VALUE_LEN, value: SECRET_LENGTH },
  { type: CKA.TOKEN, value: false }, { type: CKA.PRIVATE, value: false }, { type: CKA.SENSITIVE, value: false }, { type: CKA.EXTRACTABLE, value: true },
  { type: CKA.WRAP, value: true }, { type: CKA.UNWRAP, value: false }, { type: CKA.ENCRYPT, value: false }, { type: CKA.DECRYPT, value: false },
  { type: CKA.TRUSTED, value: true },
]);

/**
 * Finds the key, sees that it may be wrapped, and asks for both PINs, so that nothing is missing half way.
 * @returns what puts the effect to the token
 */
export async function prepareWrap(tokens: Tokens, request: Wrap): Promise<() => Promise<Observation>> {
  const open = await tokens.reachLoggedIn(request);
  findKey(open, request);
  const call = wrapMechanismOf(request.token, open.slot);
  const state = open.slot.state();
  const so = await askPin(tokens.pins, request.token, "so", state);
  const user = await askPin(tokens.pins, request.token, "user", state);
  return () => wrap(tokens, request, { open, call, pins: { so, user }, whose: "so" });
}

interface Wrapping {
  readonly open: OpenToken;
  readonly call: WrapCall;
  readonly pins: Pins;
  /** Whose PIN the token was given last. */
  whose: Role;
}

async function wrap(tokens: Tokens, request: Wrap, wrapping: Wrapping): Promise<Observation> {
  const { kind } = request;
  try {
    const wrapped = await onToken(tokens, request, wrapping);
    if (typeof wrapped === "string") {
      // whatever the session holds goes with it
      await tokens.drop(wrapping.open);
      return { kind, outcome: "wrong", why: wrapped };
    }
    return await shareOut(tokens, request, { wrapped, call: wrapping.call });
  } catch (error) {
    if (error instanceof Fault && /^(custody|hsm)-/.test(error.code)) return { kind, outcome: "wrong", why: error.message };
    if (!(error instanceof CkrError)) throw error;
    // whoever is logged in, and whatever the session holds, goes with it
    await tokens.drop(wrapping.open);
    if (isPinRefusal(error.ckr)) await tokens.events.loginRefused(request.token, wrapping.open.serial, error.ckr, wrapping.whose);
    return failedEffect(kind, error, true);
  }
}

/** What was wrapped, and under what; or why it is not to be trusted. */
async function onToken(tokens: Tokens, request: Wrap, wrapping: Wrapping): Promise<Wrapped | string> {
  const { open, call } = wrapping;
  const wrappingKey = await asSecurityOfficer(tokens, wrapping);
  const { session } = open;
  if (session.attribute(wrappingKey, CKA.TRUSTED)?.[0] !== 1) return "expected a wrapping key that is trusted (CKA_TRUSTED), the token made one that is not";
  const blob = session.wrap(call.number, wrappingKey, findKey(open, request).handle);
  const value = session.attribute(wrappingKey, CKA.VALUE);
  if (value === null || value.length !== SECRET_LENGTH) return `expected the ${SECRET_LENGTH} octets of the wrapping key, the token shows ${value?.length ?? 0}`;
  const secret = new Uint8Array(value);
  value.fill(0);
  session.destroy(wrappingKey);
  return { blob, secret };
}

async function asSecurityOfficer(tokens: Tokens, wrapping: Wrapping): Promise<ObjectHandle> {
  const { open, pins } = wrapping;
  const { session, name, serial } = open;
  session.logout();
  open.loggedIn = false;
  await tokens.events.logout(name, serial);
  session.login("so", pins.so);
  await tokens.events.login(name, serial, "so");
  const key = session.generateKey(CKM.AES_KEY_GEN, WRAPPING_KEY);
  session.logout();
  await tokens.events.logout(name, serial);
  wrapping.whose = "user";
  session.login("user", pins.user);
  open.loggedIn = true;
  await tokens.events.login(name, serial, "user");
  return key;
}

async function shareOut({ secrets }: Tokens, request: Wrap, { wrapped, call }: { readonly wrapped: Wrapped; readonly call: WrapCall }): Promise<Observation> {
  const { kind } = request;
  if (secrets === null) throw new Fault("bug-unreachable", "a key is wrapped and nobody takes the shares");
  const shared = await secrets.give(request, wrapped.secret);
  if ("reason" in shared) return { kind, outcome: "stopped", by: shared.by, reason: shared.reason };
  return { kind, outcome: "done", blob: toHex(wrapped.blob), mechanism: call.name, checkValue: shared.checkValue, shares: shared.shares.map(({ by, number }) => ({ by, number })), subsets: shared.subsets };
}
