/** Device CAs: whose they are, and which of them issued a device's certificate. */
import { ATTRIBUTE, isIssuerOf, subjectValues } from "../acceptance.ts";
import type { ShelfCertificate } from "../platform.ts";

/** A local device CA: its CN is `fio-` and the id of a user, who becomes the owner of devices that it registers. */
export function isLocal(ca: ShelfCertificate): boolean {
  return subjectValues(ca.facts, ATTRIBUTE.commonName).some((name) => name.startsWith("fio-"));
}

/** The device CA that issued a device's certificate. */
export function issuerAmong(deviceCas: readonly ShelfCertificate[], { facts }: ShelfCertificate): ShelfCertificate | undefined {
  return deviceCas.find((ca) => isIssuerOf(ca.facts, facts));
}
