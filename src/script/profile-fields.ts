/** What a script may say of a certificate beside its subject and its dates. */
import * as z from "zod";
import { addressRange, documentAddress, domain, expecting, listOf, mailDomain, objectIdentifier, oneOf, subject, webAddress } from "./field.ts";

/** Purposes of extKeyUsage (RFC 5280 4.2.1.12) by name. */
export const PURPOSE_NAMES = ["serverAuth", "clientAuth", "codeSigning", "emailProtection", "timeStamping", "OCSPSigning"] as const;

/** Pointers of a CA certificate by their fields: where the issuer's certificate, its policies and its CRL are found. */
export const POINTER_NAMES = ["authority-info", "crl-at", "policies"] as const;
export type PointerName = (typeof POINTER_NAMES)[number];

export const pathLength = z.int({ error: expecting("a whole number from 0 to 10") }).min(0, { error: expecting("0 or more") }).max(10, { error: expecting("10 or less") });

const subtrees = z.strictObject({
  dns: listOf(domain, 1, 100, "domains").exactOptional(), ip: listOf(addressRange, 1, 100, "address ranges").exactOptional(),
  email: listOf(mailDomain, 1, 100, "mailboxes or hosts").exactOptional(), directory: listOf(subject, 1, 20, "names").exactOptional(),
}).refine((sides) => Object.keys(sides).length > 0, { error: "expected dns, ip, email or directory, found none" }).meta({ minProperties: 1 });

export type SubtreeFields = z.infer<typeof subtrees>;

const constraints = z.strictObject({ permitted: subtrees.exactOptional(), excluded: subtrees.exactOptional() })
  .refine((sides) => Object.keys(sides).length > 0, { error: "expected permitted or excluded, found none" }).meta({ minProperties: 1 });
export type ConstraintFields = z.infer<typeof constraints>;

/** What a script may give a profile beside subject and dates; which of it a profile takes, the profile says. */
export const profileFields = {
  "path-length": pathLength.exactOptional(),
  usage: listOf(oneOf(PURPOSE_NAMES), 1, 10, "purposes").exactOptional(),
  policies: listOf(z.strictObject({ oid: objectIdentifier, cps: documentAddress.exactOptional() }), 1, 20, "policies").exactOptional(),
  constraints: constraints.exactOptional(),
  "authority-info": z.strictObject({ issuers: listOf(webAddress, 1, 5, "addresses").exactOptional(), ocsp: listOf(webAddress, 1, 5, "addresses").exactOptional() })
    .refine((access) => Object.keys(access).length > 0, { error: "expected issuers or ocsp, found none" }).meta({ minProperties: 1 }).exactOptional(),
  "crl-at": listOf(webAddress, 1, 5, "addresses").exactOptional(),
  order: listOf(oneOf(POINTER_NAMES), 3, 3, "fields").refine((names) => new Set(names).size === POINTER_NAMES.length, { error: `expected each of ${POINTER_NAMES.join(", ")} once` }).exactOptional(),
};
export type ProfileFields = z.infer<z.ZodObject<typeof profileFields>>;
export type ProfileField = keyof typeof profileFields;
