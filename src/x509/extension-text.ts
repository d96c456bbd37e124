import { Fields, readDer, TAG } from "../bytes/der.ts";
import type { DerNode } from "../bytes/der.ts";
import { toHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import { addressText } from "./address.ts";
import { EXTENSION, readBasicConstraints, readExtendedKeyUsage, readKeyUsage } from "./extension-reading.ts";
import type { ReadExtension } from "./extension-reading.ts";
import { printName } from "./name-reading.ts";

/** Names of extensions that programs ask for, beside those that this one reads. */
const NAMES = new Map<string, string>([
  ...Object.entries(EXTENSION).map(([name, oid]) => [oid, name] as const),
  ["2.5.29.18", "issuerAltName"], ["2.5.29.31", "cRLDistributionPoints"], ["2.5.29.36", "policyConstraints"], ["2.5.29.54", "inhibitAnyPolicy"],
  ["1.3.6.1.5.5.7.1.1", "authorityInfoAccess"], ["1.3.6.1.5.5.7.1.24", "tlsFeature"], ["1.3.6.1.4.1.11129.2.4.3", "precertificatePoison"],
  ["2.16.840.1.113730.1.1", "netscapeCertType"], ["2.16.840.1.113730.1.13", "netscapeComment"],
]);

const PURPOSES: Readonly<Record<string, string>> = {
  "1.3.6.1.5.5.7.3.1": "serverAuth", "1.3.6.1.5.5.7.3.2": "clientAuth", "1.3.6.1.5.5.7.3.3": "codeSigning",
  "1.3.6.1.5.5.7.3.4": "emailProtection", "1.3.6.1.5.5.7.3.8": "timeStamping", "1.3.6.1.5.5.7.3.9": "OCSPSigning",
};

const READERS: Readonly<Record<string, (value: Uint8Array) => string>> = {
  [EXTENSION.basicConstraints]: (value) => {
    const { ca, pathLength } = readBasicConstraints(value);
    return `CA:${ca ? "TRUE" : "FALSE"}${pathLength === null ? "" : `, pathLenConstraint ${pathLength}`}`;
  },
  [EXTENSION.keyUsage]: (value) => readKeyUsage(value).join(", "),
  [EXTENSION.extKeyUsage]: (value) => readExtendedKeyUsage(value).map((oid) => PURPOSES[oid] ?? oid).join(", "),
  [EXTENSION.subjectAltName]: (value) => readDer(value).children.map(nameText).join(", "),
};

/** The standard's name of an extension; the object identifier itself where there is none. */
export function extensionName(oid: string): string {
  return NAMES.get(oid) ?? oid;
}

/** The value for people; `#hex` of what is in extnValue where this program does not read it, or cannot. */
export function extensionText({ oid, value }: ReadExtension): string {
  try {
    return READERS[oid]?.(value) ?? `#${toHex(value)}`;
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return `#${toHex(value)}`;
  }
}

/** One GeneralName (RFC 5280 4.2.1.6). Texts are shown octet by octet: whoever prints them escapes them. */
function nameText(name: DerNode): string {
  const text = (): string => Array.from(name.contents, (octet) => String.fromCharCode(octet)).join("");
  switch (name.tag) {
    case 0x81: return `email:${text()}`;
    case 0x82: return `DNS:${text()}`;
    case 0x86: return `URI:${text()}`;
    case 0x87: return [4, 16].includes(name.contents.length) ? `IP:${addressText(name.contents)}` : `#${toHex(name.bytes)}`;
    case 0xa4: return `directory:${printName(new Fields(name, "directoryName", name.tag).take(TAG.sequence, "Name").bytes)}`;
    default: return `#${toHex(name.bytes)}`;
  }
}
