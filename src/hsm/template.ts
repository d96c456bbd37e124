/**
 * Templates. A wrong JavaScript type in a template makes the binding free memory that was never its own, which ends the
 * process: every value is checked here, before any native call sees it.
 */
import { fromHex } from "../bytes/hex.ts";
import { toUtf8 } from "../bytes/text.ts";
import type { TemplateAttributes } from "../ceremony/request.ts";
import { Fault } from "../fault.ts";
import { BOOLEAN_ATTRIBUTES, CKA, CKO } from "./attributes.ts";

/** An attribute as the binding takes it, checked. */
export interface Attribute {
  readonly type: number;
  readonly value: boolean | number | Buffer;
}

/** A template that may be passed to a native call. Only `template` makes one. */
export type CheckedTemplate = readonly Attribute[] & { readonly checked: unique symbol };

/**
 * Checks every value of a template and copies it.
 * @throws Fault hsm-template for a value that is neither a boolean, nor an unsigned 32-bit integer, nor a non-empty Buffer,
 *   and for an attribute that is named twice
 */
export function template(attributes: readonly { readonly type: unknown; readonly value: unknown }[]): CheckedTemplate {
  const seen = new Set<number>();
  const checked = attributes.map(({ type, value }): Attribute => {
    const number = checkType(type);
    if (seen.has(number)) throw new Fault("hsm-template", `expected each attribute once, found 0x${number.toString(16)} twice`);
    seen.add(number);
    return { type: number, value: checkValue(number, value) };
  });
  return checked as readonly Attribute[] as CheckedTemplate;
}

function checkType(type: unknown): number {
  if (isUnsigned32(type)) return type;
  throw new Fault("hsm-template", `expected the number of an attribute, found ${typeof type}`);
}

function checkValue(type: number, value: unknown): Attribute["value"] {
  if (typeof value === "boolean" || isUnsigned32(value)) return value;
  if (Buffer.isBuffer(value) && value.length > 0) return Buffer.from(value);
  throw new Fault("hsm-template", `expected a boolean, a 32-bit number or octets for attribute 0x${type.toString(16)}, found ${describe(value)}`);
}

function isUnsigned32(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
}

function describe(value: unknown): string {
  if (Buffer.isBuffer(value)) return "none";
  return value === null ? "null" : typeof value === "object" ? value.constructor?.name ?? "object" : typeof value;
}

/** What both halves of a key pair are named by. */
export interface KeyName {
  readonly label: string;
  /** CKA_ID, hex. */
  readonly id: string;
}

/** Attributes of one half that the algorithm, not the script, decides. */
export type Extra = readonly { readonly type: number; readonly value: number | Buffer }[];

/**
 * The template of one half of a key pair: class, label, id, the algorithm's own attributes, and exactly the booleans given.
 * @throws Fault hsm-template for an unknown attribute, a value that is no boolean, an empty label or id
 */
export function keyTemplate(half: "private" | "public", name: KeyName, extra: Extra, booleans: TemplateAttributes): CheckedTemplate {
  return template([
    { type: CKA.CLASS, value: half === "private" ? CKO.PRIVATE_KEY : CKO.PUBLIC_KEY },
    { type: CKA.LABEL, value: labelOctets(name.label) },
    { type: CKA.ID, value: idOctets(name.id) },
    ...extra,
    ...Object.entries(booleans).map(([attribute, value]) => booleanAttribute(attribute, value)),
  ]);
}

function booleanAttribute(name: string, value: unknown): Attribute {
  if (!BOOLEAN_ATTRIBUTES.has(name)) throw new Fault("hsm-template", `expected the name of a boolean attribute, found ${JSON.stringify(name)}`);
  if (typeof value !== "boolean") throw new Fault("hsm-template", `expected true or false for CKA_${name}, found ${describe(value)}`);
  return { type: CKA[name as keyof typeof CKA], value };
}

/** The octets of a CKA_ID. @throws Fault hsm-template when it is empty: an empty id names every object without one */
export function idOctets(id: string): Buffer {
  if (id === "") throw new Fault("hsm-template", "expected a CKA_ID, found an empty one");
  return Buffer.from(fromHex(id));
}

/** The octets of a CKA_LABEL, UTF-8. @throws Fault hsm-template when it is empty */
export function labelOctets(label: string): Buffer {
  if (label === "") throw new Fault("hsm-template", "expected a CKA_LABEL, found an empty one");
  return Buffer.from(toUtf8(label));
}

/**
 * A token label as C_InitToken wants it: the binding passes it unpadded and the module reads 32 octets.
 * @throws Fault hsm-template when it is empty, longer than 32 octets of UTF-8, or has blanks at its ends or control characters
 */
export function paddedLabel(label: string): string {
  const length = toUtf8(label).length;
  if (length === 0 || length > 32 || label.trim() !== label || /\p{Cc}/u.test(label)) {
    throw new Fault("hsm-template", `expected a token label of 1 to 32 octets without blanks at its ends, found ${JSON.stringify(label)} (${length} octets)`);
  }
  return label + " ".repeat(32 - length);
}
