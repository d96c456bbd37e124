import { fromHex, toHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import { octetsOfAddress } from "./address.ts";
import {
  alternativeNamesValue, authorityKeyIdentifierValue, basicConstraintsValue, extendedKeyUsageValue, keyUsageValue, subjectKeyIdentifierValue,
} from "./extension-value.ts";
import type { KeyUsageBit } from "./extension-value.ts";

export { authorityKeyIdentifierValue } from "./extension-value.ts";
export type { KeyUsageBit } from "./extension-value.ts";

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

/** Purposes of extKeyUsage by the names of RFC 5280 4.2.1.12. */
const PURPOSES: Readonly<Record<string, string>> = {
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
  codeSigning: "1.3.6.1.5.5.7.3.3",
  emailProtection: "1.3.6.1.5.5.7.3.4",
  timeStamping: "1.3.6.1.5.5.7.3.8",
  OCSPSigning: "1.3.6.1.5.5.7.3.9",
};

/** basicConstraints (RFC 5280 4.2.1.9). `ca: false` is the empty SEQUENCE. @param critical CAs must say true */
export function basicConstraints({ ca, pathLength }: { readonly ca: boolean; readonly pathLength?: number }, critical = true): PlannedExtension {
  const text = !ca ? "CA:FALSE" : pathLength === undefined ? "CA:TRUE" : `CA:TRUE, pathLenConstraint ${pathLength}`;
  return planned("basicConstraints", text, { type: "2.5.29.19", critical, value: basicConstraintsValue(ca, pathLength ?? null) });
}

/** keyUsage (RFC 5280 4.2.1.3). @param critical profiles of public CAs say true */
export function keyUsage(bits: readonly KeyUsageBit[], critical = true): PlannedExtension {
  return planned("keyUsage", bits.join(", "), { type: "2.5.29.15", critical, value: keyUsageValue(bits) });
}

/**
 * extKeyUsage (RFC 5280 4.2.1.12), in the order given.
 * @param purposes names such as `serverAuth`, or object identifiers
 */
export function extendedKeyUsage(purposes: readonly string[], critical = false): PlannedExtension {
  const oids = purposes.map((purpose) => PURPOSES[purpose] ?? purpose);
  return planned("extKeyUsage", purposes.join(", "), { type: "2.5.29.37", critical, value: extendedKeyUsageValue(oids) });
}

/** Names of a subjectAltName; of each kind none where it is left out. */
export interface NamesToWrite {
  readonly dns?: readonly string[];
  /** As text, dotted or RFC 5952. */
  readonly addresses?: readonly string[];
}

/** subjectAltName with dNSNames, then iPAddresses (RFC 5280 4.2.1.6), in the order given. @throws Fault form-der for an address that is none */
export function subjectAltNames({ dns = [], addresses = [] }: NamesToWrite, critical = false): PlannedExtension {
  const text = [...dns.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP:${address}`)].join(", ");
  return planned("subjectAltName", text, { type: "2.5.29.17", critical, value: alternativeNamesValue(dns, addresses.map(requiredOctets)) });
}

function requiredOctets(address: string): Uint8Array {
  const octets = octetsOfAddress(address);
  if (octets === null) throw new Fault("form-der", `expected an IP address, found ${JSON.stringify(address)}`);
  return octets;
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

/** An extension with its value, as a builder gives it. */
interface Built {
  readonly type: string;
  readonly critical: boolean;
  /** Contents of extnValue, DER. */
  readonly value: Uint8Array;
}

function planned(name: string, text: string, { type, critical, value }: Built): PlannedExtension {
  return { oid: type, name, critical, text, value: toHex(value) };
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
