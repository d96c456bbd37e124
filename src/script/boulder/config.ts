/**
 * The configuration files of the `ceremony` tool of letsencrypt/boulder, one ceremony a file: the fields that its documentation
 * (cmd/ceremony/README.md) names, and no other.
 */
import * as z from "zod";
import { CRL_REASON_NAMES, CRL_REASONS, type CrlReason } from "../../x509/crl-reason.ts";
import { expecting, line, oneOf, pattern } from "../field.ts";

const text = line(1, 200);
const oid = pattern(/^[012](\.(0|[1-9][0-9]*)){1,30}$/, "an object identifier such as 2.23.140.1.2.1");
/** `2020-09-04 00:00:00`, UTC. */
const date = pattern(/^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$/, "a date such as 2020-09-04 00:00:00").transform((at) => `${at.replace(" ", "T")}Z`);
const slot = z.int({ error: expecting("the number of a slot") }).min(0, { error: expecting("the number of a slot") });
/** Read so that it is no unknown field, and dropped at once. */
const pin = z.union([z.string(), z.number()]).transform(() => null).exactOptional();

const storing = z.strictObject({ module: text, pin, "store-key-in-slot": slot, "store-key-with-label": text });
const signing = z.strictObject({ module: text, pin, "signing-key-slot": slot, "signing-key-label": text });

const key = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("rsa"), "rsa-mod-length": z.union([z.literal(2048), z.literal(4096)], { error: expecting("2048 or 4096") }) }),
  z.strictObject({ type: z.literal("ecdsa"), "ecdsa-curve": oneOf(["P-256", "P-384", "P-521"]) }),
], { error: expecting("a key of type rsa or ecdsa") });

export const SIGNATURE_ALGORITHMS = ["SHA256WithRSA", "SHA384WithRSA", "SHA512WithRSA", "ECDSAWithSHA256", "ECDSAWithSHA384", "ECDSAWithSHA512"] as const;

const name = { "common-name": text, organization: text, country: text };
const certificateProfile = z.strictObject({
  ...name,
  "signature-algorithm": oneOf(SIGNATURE_ALGORITHMS),
  "not-before": date,
  "not-after": date,
  "key-usages": z.array(oneOf(["Digital Signature", "Cert Sign", "CRL Sign"])),
  "ocsp-url": text.exactOptional(),
  "crl-url": text.exactOptional(),
  "issuer-url": text.exactOptional(),
  policies: z.array(z.strictObject({ oid, "cps-uri": text.exactOptional() })).exactOptional(),
});

/** Releases of 2021 and before read these fields in a request as well, and used none of them; later ones refuse them. */
export const UNUSED_IN_REQUESTS = ["signature-algorithm", "not-before", "not-after", "key-usages", "ocsp-url", "crl-url", "issuer-url", "policies"] as const;
const requestProfile = certificateProfile.partial(Object.fromEntries(UNUSED_IN_REQUESTS.map((field) => [field, true])) as Record<(typeof UNUSED_IN_REQUESTS)[number], true>);

const skipLints = z.array(text).exactOptional();
/** CRLReason (RFC 5280 5.3.1) by number: 7 is not used, and 8 stands in delta CRLs only. */
export const REASONS: ReadonlyMap<number, CrlReason> = new Map(CRL_REASON_NAMES.map((name) => [CRL_REASONS[name], name]));
const REASON = expecting(`a CRLReason: ${[...REASONS.keys()].join(", ")}`);
const reason = z.int({ error: REASON }).refine((number) => REASONS.has(number), { error: REASON });

const revoked = z.strictObject({ "certificate-path": text, "revocation-date": date, "revocation-reason": reason });

const SCHEMAS = {
  root: z.strictObject({
    "ceremony-type": z.literal("root"), pkcs11: storing, key, outputs: z.strictObject({ "public-key-path": text, "certificate-path": text }),
    "certificate-profile": certificateProfile, "skip-lints": skipLints,
  }),
  intermediate: z.strictObject({
    "ceremony-type": z.literal("intermediate"), pkcs11: signing, inputs: z.strictObject({ "public-key-path": text, "issuer-certificate-path": text }),
    outputs: z.strictObject({ "certificate-path": text }), "certificate-profile": certificateProfile, "skip-lints": skipLints,
  }),
  "cross-certificate": z.strictObject({
    "ceremony-type": z.literal("cross-certificate"), pkcs11: signing,
    inputs: z.strictObject({ "public-key-path": text, "issuer-certificate-path": text, "certificate-to-cross-sign-path": text.exactOptional() }),
    outputs: z.strictObject({ "certificate-path": text }), "certificate-profile": certificateProfile, "skip-lints": skipLints,
  }),
  "cross-csr": z.strictObject({
    "ceremony-type": z.literal("cross-csr"), pkcs11: signing, inputs: z.strictObject({ "public-key-path": text }),
    outputs: z.strictObject({ "csr-path": text }), "certificate-profile": requestProfile,
  }),
  key: z.strictObject({ "ceremony-type": z.literal("key"), pkcs11: storing, key, outputs: z.strictObject({ "public-key-path": text }) }),
  crl: z.strictObject({
    "ceremony-type": z.literal("crl"), pkcs11: signing, inputs: z.strictObject({ "issuer-certificate-path": text }), outputs: z.strictObject({ "crl-path": text }),
    "crl-profile": z.strictObject({ "this-update": date, "next-update": date, number: z.int({ error: expecting("a CRL number") }).min(1, { error: expecting("a CRL number from 1") }), "revoked-certificates": z.array(revoked).exactOptional() }),
    "skip-lints": skipLints,
  }),
} as const;

/** Kinds of boulder's that certify what no profile certifies, or sign what is not signed here. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  "ocsp-signer": "no profile certifies OCSP responders", "crl-signer": "no profile certifies CRL signers that are no CA", "ocsp-response": "OCSP responses are not signed here",
};

export type CeremonyType = keyof typeof SCHEMAS;
export const CEREMONY_TYPES = Object.keys(SCHEMAS) as readonly CeremonyType[];
export type ConfigOf<T extends CeremonyType> = z.infer<(typeof SCHEMAS)[T]>;
export type Config = ConfigOf<CeremonyType>;

/** What a file says it is. */
export function typeOf(value: unknown): string {
  const type = typeof value === "object" && value !== null && "ceremony-type" in value ? value["ceremony-type"] : undefined;
  return typeof type === "string" ? type : "";
}

/** The schema of a kind; undefined when there is none. */
export function schemaOf(type: string): (typeof SCHEMAS)[CeremonyType] | undefined {
  return Object.hasOwn(SCHEMAS, type) ? SCHEMAS[type as CeremonyType] : undefined;
}

/** The certificates and public keys that a configuration reads, as it writes their paths. */
export function pathsRead(config: Config): string[] {
  const revoked = config["ceremony-type"] === "crl" ? (config["crl-profile"]["revoked-certificates"] ?? []).map((one) => one["certificate-path"]) : [];
  return [...("inputs" in config ? Object.values(config.inputs) : []), ...revoked];
}
