/**
 * The one object that the room itself keeps on a token: the head of the last ceremony, a data object (CKO_DATA). It is private, so
 * that it is read and written by whoever has the user PIN and by nobody else. It is left out of every inventory.
 */
import { toHex } from "../bytes/hex.ts";
import type { TokenRef } from "../ceremony/request.ts";
import { Fault } from "../fault.ts";
import { CKA, CKO } from "./attributes.ts";
import { CkrError } from "./ckr.ts";
import type { ObjectHandle, TokenSession } from "./session.ts";
import { template } from "./template.ts";
import type { Tokens } from "./tokens.ts";

const LABEL = "anchorite-head";
const APPLICATION = "anchorite";
/** Longer than any head; of what is longer nothing is believed. */
const LONGEST = 4096;

export interface HeadObject {
  readonly handle: ObjectHandle;
  readonly value: Uint8Array;
}

/**
 * The heads that a token keeps; two after a crash, in no order. An object of that name that is not private could be made without
 * the PIN: it is none, and stays in the inventory.
 * @throws CkrError
 */
export function headsOn(session: TokenSession): HeadObject[] {
  return namedSo(session).flatMap((handle) => {
    const isOurs = session.attribute(handle, CKA.APPLICATION)?.toString("utf8") === APPLICATION && session.attribute(handle, CKA.PRIVATE)?.[0] === 1;
    return !isOurs ? [] : [{ handle, value: new Uint8Array(session.attribute(handle, CKA.VALUE) ?? []).slice(0, LONGEST) }];
  });
}

function namedSo(session: TokenSession): ObjectHandle[] {
  return session.find({ class: CKO.DATA, label: LABEL });
}

/** The same for an inventory, which a token that does not know data objects must not fail. */
export function headsToLeaveOut(session: TokenSession): HeadObject[] {
  try {
    return headsOn(session);
  } catch (error) {
    if (error instanceof CkrError) return [];
    throw error;
  }
}

/** The values of `headsOn`, hex, in an order that depends on them only. */
export function headValues(heads: readonly HeadObject[]): string[] {
  return heads.map(({ value }) => toHex(value)).sort();
}

/** Reads the heads; logs in. @throws Fault hsm-…; CkrError */
export async function readHeads(tokens: Tokens, ref: TokenRef): Promise<Uint8Array[]> {
  const { session } = await tokens.reachLoggedIn(ref);
  return headsOn(session).map(({ value }) => value);
}

/**
 * Keeps a head in the place of those before: the new one is there before the old ones go, so that a power cut leaves one at least.
 * Nobody is asked for a PIN for this.
 * @returns `kept`; `closed` when the user is not logged in; or the CKR word with which the token refused
 */
export async function keepHead(tokens: Tokens, ref: TokenRef, value: Uint8Array): Promise<string> {
  const open = tokens.loggedIn(ref);
  if (open === null) return "closed";
  try {
    const before = headsOn(open.session);
    const named = namedSo(open.session).map(({ octets }) => toHex(octets));
    open.session.create(template([
      { type: CKA.CLASS, value: CKO.DATA }, { type: CKA.TOKEN, value: true }, { type: CKA.PRIVATE, value: true }, { type: CKA.MODIFIABLE, value: false },
      { type: CKA.LABEL, value: Buffer.from(LABEL) }, { type: CKA.APPLICATION, value: Buffer.from(APPLICATION) }, { type: CKA.VALUE, value: Buffer.from(value) },
    ]));
    if (!headValues(headsOn(open.session)).includes(toHex(value))) {
      // what is no head after all must not stay: the inventory would count it as a stranger
      for (const handle of namedSo(open.session)) if (!named.includes(toHex(handle.octets))) open.session.destroy(handle);
      return "not there after C_CreateObject";
    }
    for (const { handle } of before) open.session.destroy(handle);
    return "kept";
  } catch (error) {
    if (error instanceof Fault) return error.code;
    if (!(error instanceof CkrError)) throw error;
    await tokens.renew(open);
    return error.ckr;
  }
}
