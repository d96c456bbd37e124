/** Boulder's words and those of a script for the same thing. */
import type { CertificateFacts } from "../../x509/certificate-reading.ts";
import type { KeyUsageBit } from "../../x509/extension-value.ts";
import type { Mechanism } from "../../x509/algorithm.ts";
import { nameAttributes } from "../../x509/name-reading.ts";
import type { ConfigOf } from "./config.ts";
import type { Written } from "./yaml.ts";

export type Profile = ConfigOf<"root">["certificate-profile"];
export type Key = ConfigOf<"key">["key"];
export type Subject = Pick<Profile, "country" | "organization" | "common-name">;
export type Usage = Profile["key-usages"][number];

/** What a key signs with, as a script names it. */
export const MECHANISMS: Readonly<Record<Profile["signature-algorithm"], Mechanism>> = {
  SHA256WithRSA: "rsa-pkcs1-sha256", SHA384WithRSA: "rsa-pkcs1-sha384", SHA512WithRSA: "rsa-pkcs1-sha512",
  ECDSAWithSHA256: "ecdsa-sha256", ECDSAWithSHA384: "ecdsa-sha384", ECDSAWithSHA512: "ecdsa-sha512",
};

const USAGES: Readonly<Partial<Record<KeyUsageBit, Usage>>> = { digitalSignature: "Digital Signature", keyCertSign: "Cert Sign", cRLSign: "CRL Sign" };

/** The bits of keyUsage in boulder's words; others as they are. */
export function usagesOf(bits: readonly KeyUsageBit[]): string[] {
  return bits.map((bit) => USAGES[bit] ?? bit);
}

export function algorithmOf(key: Key): string {
  return key.type === "rsa" ? `rsa-${key["rsa-mod-length"]}` : `ecdsa-${key["ecdsa-curve"].toLowerCase().replace("-", "")}`;
}

/** In the order in which boulder encodes them. */
export function subjectOf({ country, organization, "common-name": commonName }: Subject): Record<string, Written> {
  return { subject: { C: { text: country }, O: { text: organization }, CN: { text: commonName } } };
}

/** For comparing, and for findings. */
export function subjectText({ country, organization, "common-name": commonName }: Subject): string {
  return `C=${country}, O=${organization}, CN=${commonName}`;
}

/** C, O and CN of a certificate; what it has besides is compared by nobody. @throws Fault form-der */
export function subjectRead({ subject }: Pick<CertificateFacts, "subject">): Subject {
  const value = (oid: string): string => nameAttributes(subject).filter((one) => one.oid === oid).map(({ text }) => text ?? "").join("+");
  return { country: value("2.5.4.6"), organization: value("2.5.4.10"), "common-name": value("2.5.4.3") };
}

export function validOf({ "not-before": from, "not-after": until }: Profile): Record<string, Written> {
  return { valid: { from: { text: from }, until: { text: until } } };
}

/** Boulder decides them by itself: for both sides of TLS, and for servers alone in the ceremonies of 2025 and later. */
export function purposesOf({ "not-before": from }: Profile): Written {
  return from < "2025" ? ["clientAuth", "serverAuth"] : ["serverAuth"];
}

/** From mid-2023 on boulder took one policy without a qualifier and had Go encode it, before the CRL distribution point. */
const ORDER_FROM = "2023-07";

/** Where the issuer's certificate, its CRL and its policies are found. */
export function pointersOf(profile: Profile): Record<string, Written> {
  const { "issuer-url": issuers, "ocsp-url": ocsp, "crl-url": crl, policies = [] } = profile;
  const access = { ...(issuers === undefined ? {} : { issuers: [{ text: issuers }] }), ...(ocsp === undefined ? {} : { ocsp: [{ text: ocsp }] }) };
  const isLater = profile["not-before"] >= ORDER_FROM && policies.length === 1 && policies[0]?.["cps-uri"] === undefined;
  return {
    ...(policies.length === 0 ? {} : { policies: policies.map(({ oid, "cps-uri": cps }) => ({ oid: { text: oid }, ...(cps === undefined ? {} : { cps: { text: cps } }) })) }),
    ...(Object.keys(access).length === 0 ? {} : { "authority-info": access }),
    ...(crl === undefined ? {} : { "crl-at": [{ text: crl }] }),
    ...(isLater ? { order: ["authority-info", "policies", "crl-at"] } : {}),
  };
}

/** From autumn 2023 on boulder says in each CRL that it is about CA certificates alone. */
const SCOPE_FROM = "2023-09-15";

export function scopeOf(thisUpdate: string): Record<string, Written> {
  return thisUpdate < SCOPE_FROM ? {} : { scope: "ca-certificates" };
}

/** Lower-case letters, digits and hyphens, a letter first, at most 36: room for a number behind it. */
export function scriptName(text: string): string {
  const name = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^[^a-z]+|-+$/g, "");
  return (name || "unnamed").slice(0, 36).replace(/-+$/, "");
}

/** The name of what lies in a file: `int-e1` for int-e1.cert.pem and for int-e1.key.pem. */
export function nameOfFile(path: string): string {
  return scriptName(lastPart(path).replace(/\.pem$/, "").replace(/\.(cert|key)$/, ""));
}

export function lastPart(path: string): string {
  return path.split("/").at(-1) ?? path;
}
