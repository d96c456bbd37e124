/** What makes a name that of a factory's root. */
import { nameAttributes } from "../../x509/name-reading.ts";

const CN = "2.5.4.3";
const ORGANIZATIONAL_UNIT = "2.5.4.11";
/** The CN of every factory's root, as the vendor's own tool writes it. */
export const ROOT_NAME = "Factory-CA";

function valuesOf(name: Uint8Array, type: string): string[] {
  return nameAttributes(name).flatMap(({ oid, text }) => (oid === type && text !== undefined ? [text] : []));
}

/** The CNs of a Name, DER. @throws Fault form-der */
export function cnsOf(name: Uint8Array): string[] {
  return valuesOf(name, CN);
}

/** The OUs of a Name, DER. @throws Fault form-der */
export function organizationalUnits(name: Uint8Array): string[] {
  return valuesOf(name, ORGANIZATIONAL_UNIT);
}

/** The factory whose root is called so, whoever issued it; null for any other name. @param name DER @throws Fault form-der */
export function factoryNamed(name: Uint8Array): string | null {
  const units = organizationalUnits(name);
  return cnsOf(name).includes(ROOT_NAME) && units.length === 1 ? (units[0] ?? null) : null;
}
