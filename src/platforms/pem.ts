import { toPem } from "../bytes/pem.ts";
import { toUtf8 } from "../bytes/text.ts";
import type { Platform, Shelf } from "./platform.ts";

/** A PEM bundle: certificates in the order given, then CRLs, one block after the other (RFC 7468), as text. */
export function pemBundle(certificates: readonly Uint8Array[], crls: readonly Uint8Array[]): string {
  return [...certificates.map((der) => toPem("CERTIFICATE", der)), ...crls.map((der) => toPem("X509 CRL", der))].join("");
}

/** No platform of its own: certificates and CRLs for whoever trusts them. */
export const PEM: Platform = {
  name: "pem",
  exportBundle: (shelf: Shelf) => ({
    files: [{ name: "bundle.pem", bytes: toUtf8(pemBundle(shelf.certificates("certificates").map(({ der }) => der), shelf.crls("crls").map(({ der }) => der))) }],
    acceptance: [],
  }),
};
