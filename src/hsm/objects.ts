/** Objects on a token as the record describes them. */
import { toHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import type { AttributeWord, TokenObject } from "../transcript/observation.ts";
import { CKA, className, keyTypeName, READ_OF_CLASS } from "./attributes.ts";
import { mechanismName } from "./mechanism.ts";
import { publicKeyOf } from "./public-key.ts";
import type { ObjectHandle, ObjectQuery, TokenSession } from "./session.ts";

/** An object of a token, for the room: what it is, and where to reach it while the login lasts. */
export interface Found {
  readonly handle: ObjectHandle;
  readonly object: TokenObject;
}

/**
 * Everything that is found by any of the queries, once each, read in full, in an order that depends on the objects only.
 * @throws CkrError; Fault hsm-answer for an attribute that cannot be what the token says it is
 */
export function findAndRead(session: TokenSession, ...queries: readonly ObjectQuery[]): Found[] {
  const handles = new Map<string, ObjectHandle>();
  for (const query of queries) for (const handle of session.find(query)) handles.set(toHex(handle.octets), handle);
  const found = [...handles.values()].map((handle) => ({ handle, object: readObject(session, handle) }));
  return found.sort((a, b) => compareTexts(sortKey(a.object), sortKey(b.object)));
}

function sortKey(object: TokenObject): string {
  return JSON.stringify([object.class, object.id, object.label, object]);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function readObject(session: TokenSession, handle: ObjectHandle): TokenObject {
  const kind = className(readNumber(session, handle, CKA.CLASS));
  const isKey = kind.endsWith(" key");
  const ckk = isKey ? readNumber(session, handle, CKA.KEY_TYPE) : null;
  const spki = kind === "public key" ? publicKeyOf(session, handle, ckk) : null;
  return {
    class: kind,
    label: readLabel(session, handle),
    id: toHex(session.attribute(handle, CKA.ID) ?? new Uint8Array()),
    keyType: keyTypeName(ckk),
    spki: spki === null ? "" : toHex(spki),
    keyGenMechanism: isKey ? readMechanism(session, handle) : "not reported",
    attributes: Object.fromEntries(READ_OF_CLASS[kind].map((name) => [name, readBoolean(session, handle, name)])),
  };
}

function readBoolean(session: TokenSession, handle: ObjectHandle, name: keyof typeof CKA): AttributeWord {
  const value = session.attribute(handle, CKA[name]);
  if (value === null || value.length === 0) return "not reported";
  if (value.length === 1 && (value[0] === 0 || value[0] === 1)) return value[0] === 1;
  throw new Fault("hsm-answer", `expected true or false for CKA_${name}, the token says ${toHex(value).slice(0, 40)}`);
}

/** A CK_ULONG; null when it is not reported (CK_UNAVAILABLE_INFORMATION). */
function readNumber(session: TokenSession, handle: ObjectHandle, type: number): number | null {
  const value = session.attribute(handle, type);
  if (value === null || value.length === 0 || value.every((octet) => octet === 0xff)) return null;
  if (value.length !== 8 && value.length !== 4) throw new Fault("hsm-answer", `expected a number for attribute 0x${type.toString(16)}, the token gives ${value.length} octets`);
  return value.length === 8 ? Number(value.readBigUInt64LE()) : value.readUInt32LE();
}

function readMechanism(session: TokenSession, handle: ObjectHandle): string {
  const number = readNumber(session, handle, CKA.KEY_GEN_MECHANISM);
  return number === null ? "not reported" : mechanismName(number);
}

/** UTF-8 by the standard; other octets are shown as `hex:` and their digits. */
function readLabel(session: TokenSession, handle: ObjectHandle): string {
  const octets = session.attribute(handle, CKA.LABEL) ?? Buffer.alloc(0);
  const text = octets.toString("utf8");
  return Buffer.from(text, "utf8").equals(octets) ? text : `hex:${toHex(octets)}`;
}

/** An object in a few words, for messages. */
export function nameObject(object: TokenObject): string {
  return `${object.class} ${JSON.stringify(object.label)} (CKA_ID ${object.id === "" ? "none" : object.id})`;
}
