import "reflect-metadata";
import {
  AuthorityKeyIdentifierExtension, BasicConstraintsExtension, ExtendedKeyUsage, ExtendedKeyUsageExtension, KeyUsageFlags, KeyUsagesExtension,
  SubjectAlternativeNameExtension, SubjectKeyIdentifierExtension,
} from "@peculiar/x509";
import type { Extension } from "@peculiar/x509";
import { fromHex, toHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";

/** An extension as a plan holds it (plain JSON): its value, or the rule by which the value follows from keys not yet made. */
export type PlannedExtension = {
  readonly oid: string;
  /** The standard's name, such as `basicConstraints`. */
  readonly name: string;
  readonly critical: boolean;
  /** What `check` prints. */
  readonly text: string;
} & ({
  /** Contents of extnValue: DER, hex. */
  readonly value: string;
} | {
  readonly rule: "subject-key-identifier" | "authority-key-identifier";
});

/** An extension with its value. */
export interface FilledExtension {
  readonly oid: string;
  readonly critical: boolean;
  /** Contents of extnValue, DER. */
  readonly value: Uint8Array;
}

const KEY_USAGE_BITS = {
  digitalSignature: KeyUsageFlags.digitalSignature,
  nonRepudiation: KeyUsageFlags.nonRepudiation,
  keyEncipherment: KeyUsageFlags.keyEncipherment,
  dataEncipherment: KeyUsageFlags.dataEncipherment,
  keyAgreement: KeyUsageFlags.keyAgreement,
  keyCertSign: KeyUsageFlags.keyCertSign,
  cRLSign: KeyUsageFlags.cRLSign,
  encipherOnly: KeyUsageFlags.encipherOnly,
  decipherOnly: KeyUsageFlags.decipherOnly,
} as const;
export type KeyUsageBit = keyof typeof KEY_USAGE_BITS;

/** Purposes of extKeyUsage by the names of RFC 5280 4.2.1.12. */
export const PURPOSES: Readonly<Record<string, string>> = {
  serverAuth: ExtendedKeyUsage.serverAuth,
  clientAuth: ExtendedKeyUsage.clientAuth,
  codeSigning: ExtendedKeyUsage.codeSigning,
  emailProtection: ExtendedKeyUsage.emailProtection,
  timeStamping: ExtendedKeyUsage.timeStamping,
  OCSPSigning: ExtendedKeyUsage.ocspSigning,
};

/** basicConstraints (RFC 5280 4.2.1.9). `ca: false` is the empty SEQUENCE. @param critical CAs must say true */
export function basicConstraints({ ca, pathLength }: { readonly ca: boolean; readonly pathLength?: number }, critical = true): PlannedExtension {
  const text = !ca ? "CA:FALSE" : pathLength === undefined ? "CA:TRUE" : `CA:TRUE, pathLenConstraint ${pathLength}`;
  return planned("basicConstraints", text, new BasicConstraintsExtension(ca, ca ? pathLength : undefined, critical));
}

/** keyUsage (RFC 5280 4.2.1.3). @param critical profiles of public CAs say true */
export function keyUsage(bits: readonly KeyUsageBit[], critical = true): PlannedExtension {
  const flags = bits.reduce((sum, bit) => sum | KEY_USAGE_BITS[bit], 0);
  return planned("keyUsage", bits.join(", "), new KeyUsagesExtension(flags, critical));
}

/**
 * extKeyUsage (RFC 5280 4.2.1.12), in the order given.
 * @param purposes names such as `serverAuth`, or object identifiers
 */
export function extendedKeyUsage(purposes: readonly string[], critical = false): PlannedExtension {
  const oids = purposes.map((purpose) => PURPOSES[purpose] ?? purpose);
  return planned("extKeyUsage", purposes.join(", "), new ExtendedKeyUsageExtension(oids, critical));
}

/** subjectAltName with dNSNames (RFC 5280 4.2.1.6), in the order given. */
export function subjectAltNames({ dns }: { readonly dns: readonly string[] }, critical = false): PlannedExtension {
  const text = dns.map((name) => `DNS:${name}`).join(", ");
  const names = dns.map((value) => ({ type: "dns" as const, value }));
  return planned("subjectAltName", text, new SubjectAlternativeNameExtension(names, critical));
}

/** subjectKeyIdentifier (RFC 5280 4.2.1.2), filled in from the key. */
export function subjectKeyIdentifier(): PlannedExtension {
  return { oid: "2.5.29.14", name: "subjectKeyIdentifier", critical: false, text: "from the public key (RFC 7093 method 1)", rule: "subject-key-identifier" };
}

/** authorityKeyIdentifier (RFC 5280 4.2.1.1), filled in with a copy of the issuer's subjectKeyIdentifier. */
export function authorityKeyIdentifier(): PlannedExtension {
  return { oid: "2.5.29.35", name: "authorityKeyIdentifier", critical: false, text: "the issuer's subjectKeyIdentifier", rule: "authority-key-identifier" };
}

/**
 * An extension whose value is known when the plan is made.
 * @param value contents of extnValue, DER
 */
export function plannedValue(oid: string, name: string, critical: boolean, text: string, value: Uint8Array): PlannedExtension {
  return { oid, name, critical, text, value: toHex(value) };
}

function planned(name: string, text: string, extension: Extension): PlannedExtension {
  return { oid: extension.type, name, critical: extension.critical, text, value: toHex(valueOf(extension)) };
}

function valueOf(extension: Extension): Uint8Array {
  return new Uint8Array(extension.value);
}

/**
 * The extensions with their values, in the same order.
 * @param identifiers octets of the subject's key identifier and of the issuer's (null where there is no issuer)
 * @throws Fault bug-unreachable when an authorityKeyIdentifier is planned and the issuer has none
 */
export function fillExtensions(
  extensions: readonly PlannedExtension[],
  identifiers: { readonly subjectKeyIdentifier: Uint8Array; readonly authorityKeyIdentifier: Uint8Array | null },
): FilledExtension[] {
  return extensions.map((extension) => {
    const { oid, critical } = extension;
    if ("value" in extension) return { oid, critical, value: fromHex(extension.value) };
    if (extension.rule === "subject-key-identifier") return { oid, critical, value: subjectKeyIdentifierValue(identifiers.subjectKeyIdentifier) };
    if (identifiers.authorityKeyIdentifier === null) throw new Fault("bug-unreachable", "an authorityKeyIdentifier is planned and the issuer has no key identifier");
    return { oid, critical, value: authorityKeyIdentifierValue(identifiers.authorityKeyIdentifier) };
  });
}

function subjectKeyIdentifierValue(identifier: Uint8Array): Uint8Array {
  return valueOf(new SubjectKeyIdentifierExtension(toHex(identifier)));
}

/** The extnValue contents of an authorityKeyIdentifier with a keyIdentifier only. */
export function authorityKeyIdentifierValue(identifier: Uint8Array): Uint8Array {
  return valueOf(new AuthorityKeyIdentifierExtension(toHex(identifier)));
}
