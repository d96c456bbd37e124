/** Effect `set-pin`: C_SetPIN by the holder of a PIN, or C_InitPIN by the SO. */
import type { RequestOf } from "../ceremony/request.ts";
import type { Secret } from "../console/secret.ts";
import type { Observation } from "../transcript/observation.ts";
import { CkrError, failedEffect } from "./ckr.ts";
import { askNewPin, logIn } from "./login.ts";
import type { OpenToken, Tokens } from "./tokens.ts";

type SetPin = RequestOf<"set-pin">;

/**
 * Logs in with the PIN that there is, so that a wrong one leaves no effect behind, and asks for the new one. Afterwards everybody is
 * logged out: whoever comes next has to know the new PIN.
 * @returns what puts the effect to the token
 */
export async function prepareSetPin(tokens: Tokens, request: SetPin): Promise<() => Promise<Observation>> {
  const { serial } = await tokens.reach(request);
  await tokens.dropSerial(serial);
  const open = await tokens.reach(request);
  try {
    const role = request.by === "so" ? "so" : request.role;
    const current = await logIn(open, open.slot, open.session, tokens.pins, tokens.events, role);
    open.loggedIn = true;
    const fresh = await askNewPin(tokens.pins, request.token, request.role, open.slot.state());
    return () => setPin(tokens, request, open, { current, fresh });
  } catch (thrown) {
    await tokens.drop(open);
    throw thrown;
  }
}

async function setPin(tokens: Tokens, request: SetPin, open: OpenToken, { current, fresh }: { current: Secret; fresh: Secret }): Promise<Observation> {
  const { kind } = request;
  try {
    if (request.by === "so") open.session.initPin(fresh);
    else open.session.setPin(current, fresh);
    tokens.pins.changed?.(request.token, request.role);
    const { identity } = open.slot.state();
    if (request.role === "user" && identity.userPinLocked) return { kind, outcome: "wrong", why: "the token says that the user PIN is locked" };
    return { kind, outcome: "done", identity };
  } catch (error) {
    if (!(error instanceof CkrError)) throw error;
    return failedEffect(kind, error, error.call !== "C_GetTokenInfo");
  } finally {
    await tokens.drop(open);
  }
}
