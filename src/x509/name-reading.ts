import { Fields, oidOf, readDer, TAG } from "../bytes/der.ts";
import type { DerNode } from "../bytes/der.ts";
import { Fault } from "../fault.ts";
import { printValue, textOfString } from "./attribute-text.ts";
import { attributeTypeOf } from "./attribute-type.ts";

/** One attribute of a Name as it was read. */
export interface ReadAttribute {
  readonly oid: string;
  /** Identifier octet of the value. */
  readonly tag: number;
  /** Contents octets of the value. */
  readonly value: Uint8Array;
  /** The value's text; undefined when its type is no string or its octets are not of its type. */
  readonly text: string | undefined;
  /** Which RelativeDistinguishedName it belongs to, from 0. */
  readonly rdn: number;
  /** The value's whole TLV. */
  readonly bytes: Uint8Array;
}

/**
 * The attributes of a DER Name, in encoding order (RFC 5280 4.1.2.4).
 * @throws Fault form-der
 */
export function nameAttributes(der: Uint8Array): ReadAttribute[] {
  return attributesOf(readDer(der));
}

/** The same for a node that was read already. @throws Fault form-der */
export function attributesOf(name: DerNode): ReadAttribute[] {
  if (name.tag !== TAG.sequence) throw new Fault("form-der", "Name: expected a SEQUENCE");
  return name.children.flatMap((set, rdn) => {
    if (set.tag !== TAG.set || set.children.length === 0) throw new Fault("form-der", "RelativeDistinguishedName: expected a SET that is not empty");
    return set.children.map((node) => attributeOf(node, rdn));
  });
}

/** The octets of a Name, once its form is known to be one. @throws Fault form-der */
export function requireName(der: Uint8Array): Uint8Array {
  nameAttributes(der);
  return der;
}

function attributeOf(node: DerNode, rdn: number): ReadAttribute {
  const fields = new Fields(node, "AttributeTypeAndValue");
  const oid = oidOf(fields.take(TAG.oid, "type"));
  const value = fields.takeAny("value");
  fields.end();
  return { oid, tag: value.tag, value: value.contents, text: textOfString(value.tag, value.contents), rdn, bytes: value.bytes };
}

/**
 * A DER Name for people, such as `CN=Factory-CA, OU=example`: in encoding order (not reversed), multi-valued RDNs joined
 * by `+`, unknown types as OIDs, values that cannot be shown as `#hex`; escaped as in RFC 4514.
 * @throws Fault form-der
 */
export function printName(der: Uint8Array): string {
  const rdns: string[][] = [];
  for (const { oid, text, rdn, bytes } of nameAttributes(der)) {
    (rdns[rdn] ??= []).push(`${attributeTypeOf(oid)?.name ?? oid}=${printValue(text, bytes)}`);
  }
  return rdns.map((attributes) => attributes.join("+")).join(", ");
}
