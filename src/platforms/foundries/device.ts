/** A device of a factory: its UUID is its name, and the serial number of its certificate. */
import { Fault } from "../../fault.ts";
import { nameAttributes } from "../../x509/name-reading.ts";

const CN = "2.5.4.3";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** It would be the serial number 0, which RFC 5280 4.1.2.2 does not know. */
const NIL = "00000000-0000-0000-0000-000000000000";

/**
 * The UUID that a subject names, in lower case; null when its one CN is none.
 * @param subject Name, DER
 * @throws Fault form-der when it is no Name
 */
export function uuidOf(subject: Uint8Array): string | null {
  const names = nameAttributes(subject).filter(({ oid }) => oid === CN);
  const uuid = names[0]?.text?.toLowerCase() ?? "";
  return names.length === 1 && UUID.test(uuid) && uuid !== NIL ? uuid : null;
}

/**
 * The serial number of a device's certificate: the 128 bits of the UUID as an integer, as the vendor's registration reference
 * and its device gateway know it.
 * @param subject Name, DER @returns hex, whole octets, without leading zero octets
 * @throws Fault bug-unreachable when the subject names no UUID, which the intake has refused
 */
export function uuidSerial(subject: Uint8Array): string {
  const uuid = uuidOf(subject);
  if (uuid === null) throw new Fault("bug-unreachable", "expected a subject whose CN is a UUID");
  return uuid.replaceAll("-", "").replace(/^(00)+/, "");
}
