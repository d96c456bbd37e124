import { toPem } from "../bytes/pem.ts";

/** A PEM bundle: certificates in the order given, then CRLs, one block after the other (RFC 7468), as text. */
export function pemBundle(certificates: readonly Uint8Array[], crls: readonly Uint8Array[]): string {
  return [...certificates.map((der) => toPem("CERTIFICATE", der)), ...crls.map((der) => toPem("X509 CRL", der))].join("");
}
