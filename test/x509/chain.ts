import { assemble } from "../../src/x509/signed.ts";
import {
  authorityKeyIdentifier, basicConstraints, extendedKeyUsage, fillExtensions, keyUsage, subjectAltNames, subjectKeyIdentifier,
} from "../../src/x509/extension.ts";
import type { PlannedExtension } from "../../src/x509/extension.ts";
import { encodeName } from "../../src/x509/name.ts";
import type { NameAttribute } from "../../src/x509/name.ts";
import { keyIdentifier } from "../../src/x509/spki.ts";
import { buildTbsCertificate } from "../../src/x509/tbs.ts";
import type { CertificateContents } from "../../src/x509/tbs.ts";
import type { TestKey } from "./test-key.ts";

/** A certificate of the tests with everything from which it was made. */
export interface Issued {
  readonly contents: CertificateContents;
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
  readonly der: Uint8Array;
}

export interface Order {
  readonly subject: readonly NameAttribute[];
  readonly issuer: readonly NameAttribute[];
  readonly key: TestKey;
  readonly issuerKey: TestKey;
  readonly extensions: readonly PlannedExtension[];
  readonly notAfter?: string;
  readonly serial?: string;
}

export const ROOT: readonly NameAttribute[] = [{ type: "CN", value: "Factory-CA" }, { type: "OU", value: "example" }];
export const HOST: readonly NameAttribute[] = [{ type: "C", value: "DE" }, { type: "O", value: "Beispiel Werke Zürich" }, { type: "CN", value: "host.example.com" }];

export const rootExtensions = (): PlannedExtension[] => [keyUsage(["keyCertSign", "cRLSign"]), extendedKeyUsage(["serverAuth", "clientAuth"]), basicConstraints({ ca: true }), subjectKeyIdentifier()];
export const caExtensions = (): PlannedExtension[] => [keyUsage(["keyCertSign"]), basicConstraints({ ca: true, pathLength: 0 }), subjectKeyIdentifier(), authorityKeyIdentifier()];
export const hostExtensions = (): PlannedExtension[] => [keyUsage(["digitalSignature"]), extendedKeyUsage(["serverAuth"]), subjectAltNames({ dns: ["host.example.com", "b.example.com"] }), authorityKeyIdentifier()];

export function issue(order: Order): Issued {
  const identifiers = { subjectKeyIdentifier: keyIdentifier(order.key.spki), authorityKeyIdentifier: keyIdentifier(order.issuerKey.spki) };
  const contents: CertificateContents = {
    serial: order.serial ?? "4f00000000000000000000000000000000000001",
    issuer: encodeName(order.issuer), subject: encodeName(order.subject),
    notBefore: "2026-01-01T00:00:00Z", notAfter: order.notAfter ?? "2045-12-31T23:59:59Z",
    spki: order.key.spki, mechanism: order.issuerKey.mechanism, extensions: fillExtensions(order.extensions, identifiers),
  };
  const tbs = buildTbsCertificate(contents);
  const signature = order.issuerKey.sign(tbs);
  return { contents, tbs, signature, der: assemble(tbs, contents.mechanism, signature) };
}

export function issueRoot(key: TestKey, more: Partial<Order> = {}): Issued {
  return issue({ subject: ROOT, issuer: ROOT, key, issuerKey: key, extensions: rootExtensions(), ...more });
}
