/**
 * The configuration files of the `ceremony` tool of letsencrypt/boulder, one ceremony a file: the fields that its documentation
 * (cmd/ceremony/README.md) names, and no other.
 */
import { z } from "zod";
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

const skipLints = z.array(text).exactOptional();
const revoked = z.strictObject({ "certificate-path": text, "revocation-date": date, "revocation-reason": z.int({ error: expecting("a CRLReason from 1 to 10") }).min(1).max(10) });

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
    outputs: z.strictObject({ "csr-path": text }), "certificate-profile": z.strictObject(name),
  }),
  key: z.strictObject({ "ceremony-type": z.literal("key"), pkcs11: storing, key, outputs: z.strictObject({ "public-key-path": text }) }),
  crl: z.strictObject({
    "ceremony-type": z.literal("crl"), pkcs11: signing, inputs: z.strictObject({ "issuer-certificate-path": text }), outputs: z.strictObject({ "crl-path": text }),
    "crl-profile": z.strictObject({ "this-update": date, "next-update": date, number: z.int({ error: expecting("a CRL number") }).min(1, { error: expecting("a CRL number from 1") }), "revoked-certificates": z.array(revoked).exactOptional() }),
    "skip-lints": skipLints,
  }),
} as const;

export type CeremonyType = keyof typeof SCHEMAS;
export const CEREMONY_TYPES = Object.keys(SCHEMAS) as readonly CeremonyType[];
export type ConfigOf<T extends CeremonyType> = z.infer<(typeof SCHEMAS)[T]>;
export type Config = ConfigOf<CeremonyType>;

/** The schema of the kind that a file names; undefined when it names none. */
export function schemaOf(value: unknown): (typeof SCHEMAS)[CeremonyType] | undefined {
  const type = typeof value === "object" && value !== null && "ceremony-type" in value ? value["ceremony-type"] : undefined;
  return typeof type === "string" && Object.hasOwn(SCHEMAS, type) ? SCHEMAS[type as CeremonyType] : undefined;
}
