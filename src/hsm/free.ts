/** Requests that only ask the token: they may be put again. */
import { toHex } from "../bytes/hex.ts";
import type { RequestOf } from "../ceremony/request.ts";
import { Fault } from "../fault.ts";
import type { TokenAnswerTo } from "../transcript/observation.ts";
import { withLabel } from "./choose.ts";
import { headsToLeaveOut, headValues } from "./head-object.ts";
import { findAndRead, nameObject, type Found } from "./objects.ts";
import type { ObjectQuery, TokenSession } from "./session.ts";
import { hiddenFault } from "./softhsm-files.ts";
import type { Tokens } from "./tokens.ts";

const DRAW_LIMIT = 4096;

/**
 * Random octets of the token (C_GenerateRandom).
 * @throws Fault hsm-answer when all octets are the same: no generator gives that in a lifetime of ceremonies
 */
export async function drawFromToken(tokens: Tokens, request: RequestOf<"draw"> & { source: "token" }): Promise<TokenAnswerTo<"draw">> {
  const { length } = request;
  if (!Number.isInteger(length) || length < 1 || length > DRAW_LIMIT) throw new Fault("hsm-call", `expected 1 to ${DRAW_LIMIT} octets to draw, found ${length}`);
  const { session } = await tokens.reachLoggedIn(request);
  const bytes = session.random(length);
  if (length >= 8 && bytes.every((octet) => octet === bytes[0])) {
    throw new Fault("hsm-answer", `expected ${length} random octets of token ${request.token}, all of them are ${bytes[0]}`, ["do not use this token: its random generator is broken"]);
  }
  return { kind: "draw", outcome: "answered", bytes: toHex(bytes) };
}

/**
 * Identity, every object, and apart from them the heads that the room keeps there; logged in when the token has a user PIN.
 * @throws Fault hsm-damaged-token when SoftHSM has objects that it does not show
 */
export async function inspectToken(tokens: Tokens, request: RequestOf<"inspect-token">): Promise<TokenAnswerTo<"inspect-token">> {
  const reached = await tokens.reach(request);
  const { userPinInitialized } = reached.slot.state().identity;
  const open = userPinInitialized ? await tokens.reachLoggedIn(request) : reached;
  const { session, slot } = open;
  // the first look of a ceremony: nothing of what it makes is there yet
  const hidden = request.serial === null && open.loggedIn ? tokens.hidden(open) : "";
  if (hidden !== "") throw hiddenFault(request.token, hidden);
  const heads = headsToLeaveOut(session);
  const own = new Set(heads.map(({ handle }) => toHex(handle.octets)));
  const objects = findAndRead(session, {}).filter(({ handle }) => !own.has(toHex(handle.octets))).map(({ object }) => object);
  return { kind: "inspect-token", outcome: "answered", identity: slot.state().identity, objects, heads: headValues(heads) };
}

/** Tokens of the module that carry the label. Nobody logs in. */
export async function findToken(tokens: Tokens, request: RequestOf<"find-token">): Promise<TokenAnswerTo<"find-token">> {
  const matches = withLabel(tokens.lookAround(request.token), request.label).map(({ state }) => state.identity);
  return { kind: "find-token", outcome: "answered", matches };
}

/** Objects that carry the id or the label. @throws Fault hsm-object-in-use when there are some and none is expected */
export async function findObjects(tokens: Tokens, request: RequestOf<"find-objects">): Promise<TokenAnswerTo<"find-objects">> {
  const { session } = await tokens.reachLoggedIn(request);
  const found = carriers(session, request);
  if (request.expect === "none") refuseInUse(request.token, found);
  return { kind: "find-objects", outcome: "answered", objects: found.map(({ object }) => object) };
}

/** Objects of any class with this CKA_ID or this label; an empty one is not looked for. @throws Fault hsm-template when both are empty */
export function carriers(session: TokenSession, name: { readonly id: string; readonly label: string }): Found[] {
  const queries: ObjectQuery[] = [];
  if (name.id !== "") queries.push({ id: name.id });
  if (name.label !== "") queries.push({ label: name.label });
  if (queries.length === 0) throw new Fault("hsm-template", "expected a CKA_ID or a label to look for, found neither");
  return findAndRead(session, ...queries);
}

/** @throws Fault hsm-object-in-use that names every object found */
export function refuseInUse(token: string, found: readonly Found[]): void {
  if (found.length === 0) return;
  const names = found.map(({ object }) => nameObject(object)).join(", ");
  throw new Fault("hsm-object-in-use", `expected no object with this CKA_ID or label on token ${token}, found ${names}`, [
    "nothing was made; find out where the object comes from before going on",
    "an empty token, or another label in the script, is free of it",
  ]);
}
