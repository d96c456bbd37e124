/** The step kinds of this version: the only definition of their fields. */
import * as z from "zod";
import type { ScriptPath } from "../fault.ts";
import { ARTIFACT_FORMAT_NAMES, PLATFORM_NAMES, REQUEST_PLATFORM_NAMES } from "../platforms/parts.ts";
import { CRL_POLICIES, KEY_BACKUPS } from "../transcript/register.ts";
import { KEY_ALGORITHMS, MECHANISMS } from "../x509/algorithm.ts";
import { CRL_REASON_NAMES } from "../x509/crl-reason.ts";
import { artifactSchema, bundleSchema } from "./part-schema.ts";
import { certificateOrFile, duration, evidencePath, expecting, factoryName, fileName, inputPath, instant, keyId, line, lines, listOf, madeName, oneOf, personId, profileName, registeredName, requestSource, serialText, subject, tokenName, validity, webAddress } from "./field.ts";
import { actState } from "./places-schema.ts";
import { pathLength, profileFields } from "./profile-fields.ts";

const names = (least: number, what: string) => listOf(madeName, least, 100, what);

/** What a request asks for (RFC 2985 5.4.2): to be a CA. */
const extensionRequest = z.strictObject({ ca: z.literal(true, { error: expecting("true") }), "path-length": pathLength.exactOptional() });

const CRL_NUMBER = expecting("a CRL number from 1, at most 15 digits");

const platformError = ({ input }: { readonly input: unknown }): string => {
  const platform = typeof input === "object" && input !== null && "platform" in input ? input.platform : undefined;
  return expecting(PLATFORM_NAMES.join(" or "))({ input: platform });
};

const formatError = ({ input }: { readonly input: unknown }): string => {
  const format = typeof input === "object" && input !== null && "format" in input ? input.format : undefined;
  return expecting(ARTIFACT_FORMAT_NAMES.join(" or "))({ input: format });
};

/** A key of another program was not made to be wrapped, and is not made again. */
const adoptedBackupError = expecting("none or vendor");

const SHARES = expecting("a whole number from 2 to 10");
const shareCount = z.int({ error: SHARES }).min(2, { error: SHARES }).max(10, { error: SHARES });
const SHARE_NUMBER = expecting("the number of a share, from 1 to 10");
const shareNumber = z.int({ error: SHARE_NUMBER }).min(1, { error: SHARE_NUMBER }).max(10, { error: SHARE_NUMBER });
const HOLDERS = expecting("a map of people to the numbers of their shares, such as { carol: 1, erin: 3 }");

/** For editors: one of the fields, and not two. */
const oneOfFields = (...fields: readonly string[]): { readonly oneOf: readonly object[] } => ({ oneOf: fields.map((field) => ({ required: [field] })) });

/** A certificate of this ceremony or of the register, or a serial number that no certificate of it has. */
const revocation = z.strictObject({ certificate: registeredName.exactOptional(), serial: serialText.exactOptional(), reason: oneOf(CRL_REASON_NAMES), date: instant.exactOptional() })
  .refine(({ certificate, serial }) => (certificate === undefined) !== (serial === undefined), { error: "expected either certificate or serial" }).meta(oneOfFields("certificate", "serial"));
export type RevocationFields = z.infer<typeof revocation>;

const PACK_SIZE = { error: expecting("a whole number from 2 to 60") };
/** CRLs for the times to come, made today; a person keeps them and releases each at its time. */
const successive = z.strictObject({ count: z.int(PACK_SIZE).min(2, PACK_SIZE).max(60, PACK_SIZE), every: duration, overlap: duration, by: personId });

const issueCrl = z.strictObject({
  crl: madeName, issuer: madeName, valid: validity.exactOptional(), successive: successive.exactOptional(),
  revoke: listOf(revocation, 1, 10_000, "revocations").exactOptional(), release: listOf(registeredName, 1, 1000, "certificates").exactOptional(),
  number: z.int({ error: CRL_NUMBER }).min(1, { error: CRL_NUMBER }).max(999_999_999_999_999, { error: CRL_NUMBER }).exactOptional(),
  scope: oneOf(["ca-certificates"]).exactOptional(), "crl-at": listOf(webAddress, 1, 5, "addresses").exactOptional(),
}).refine(({ valid, successive: pack }) => (valid === undefined) !== (pack === undefined), { path: ["valid"], error: "expected either valid or successive" }).meta(oneOfFields("valid", "successive"));

/** A CA that was made elsewhere: its certificate, its key on a token by CKA_ID or CKA_LABEL, and what is claimed of its past. */
const adopt = z.strictObject({
  certificate: madeName, file: inputPath, key: madeName, token: tokenName, id: keyId.exactOptional(), label: line(1, 255).exactOptional(),
  signature: oneOf(MECHANISMS).exactOptional(), backup: z.enum(["none", "vendor"], { error: adoptedBackupError }), profile: profileName.exactOptional(), crl: oneOf(["periodic", "on-event"]),
  issued: listOf(z.strictObject({ certificate: madeName, file: inputPath }), 1, 1000, "certificates").exactOptional(), "last-crl": inputPath.exactOptional(),
}).refine(({ id, label }) => id !== undefined || label !== undefined, { path: ["id"], error: "expected id or label, by which the key is found on its token" }).meta({ anyOf: [{ required: ["id"] }, { required: ["label"] }] });

/** What a step of each kind says, by kind. */
export const STEP_SCHEMAS = {
  "roll-call": z.strictObject({}),
  act: z.strictObject({ by: personId, say: lines(2000), type: names(1, "names of values to type").exactOptional(), "double-entry": names(1, "names of values to type").exactOptional(), files: listOf(evidencePath, 1, 20, "files of evidence").exactOptional(), "backup-of": names(1, "keys whose backup it is").exactOptional(), state: actState.exactOptional() })
    .refine((step) => step["backup-of"] === undefined || step.files !== undefined, { path: ["files"], error: "expected files, by which the backup is shown, beside backup-of" }).meta({ dependentRequired: { "backup-of": ["files"] } }),
  "initialize-token": z.strictObject({ token: tokenName }),
  "inspect-token": z.strictObject({ token: tokenName }),
  "change-pin": z.strictObject({ token: tokenName, role: oneOf(["user", "so"]).exactOptional() }),
  "unlock-pin": z.strictObject({ token: tokenName }),
  "generate-key-pair": z.strictObject({ key: madeName, token: tokenName, algorithm: oneOf(KEY_ALGORITHMS), signature: oneOf(MECHANISMS).exactOptional(), backup: oneOf(KEY_BACKUPS), "always-authenticate": z.literal(true, { error: expecting("true") }).exactOptional() }),
  "back-up-key": z.strictObject({ backup: madeName, key: madeName, threshold: shareCount, custodians: listOf(personId, 2, 10, "people") }),
  "restore-key": z.strictObject({ key: madeName, token: tokenName, from: madeName, blob: inputPath, shares: z.record(personId, shareNumber, { error: HOLDERS }), backup: oneOf(["none", "wrap"]) }),
  "destroy-key": z.strictObject({ key: madeName, gone: listOf(tokenName, 1, 20, "tokens").exactOptional() }),
  "issue-root": z.strictObject({
    certificate: madeName,
    key: madeName,
    profile: profileName,
    valid: validity,
    subject: subject.exactOptional(),
    factory: factoryName.exactOptional(),
    crl: oneOf(CRL_POLICIES).exactOptional(),
    renews: registeredName.exactOptional(),
    ...profileFields,
  }),
  "issue-certificate": z.strictObject({
    certificate: madeName,
    key: madeName,
    issuer: madeName,
    profile: profileName,
    valid: validity,
    subject: subject.exactOptional(),
    factory: factoryName.exactOptional(),
    crl: oneOf(CRL_POLICIES).exactOptional(),
    renews: registeredName.exactOptional(),
    ...profileFields,
  }),
  "cross-certify": z.strictObject({
    certificate: madeName,
    existing: certificateOrFile,
    issuer: madeName,
    profile: profileName,
    valid: validity,
    ...profileFields,
    organisation: oneOf(["affiliated", "other"]).exactOptional(),
  }),
  adopt,
  "create-request": z.strictObject({ request: madeName, key: madeName, subject, "extension-request": extensionRequest.exactOptional(), for: oneOf(REQUEST_PLATFORM_NAMES).exactOptional() }),
  "sign-request": z.strictObject({ request: requestSource, certificate: madeName, issuer: madeName, profile: profileName, valid: validity, renews: registeredName.exactOptional(), ...profileFields }),
  "accept-certificate": z.strictObject({ certificate: madeName, of: madeName, file: inputPath, chain: listOf(inputPath, 1, 10, "certificate files") }),
  "sign-requests": z.strictObject({
    requests: inputPath,
    files: z.union([z.literal("all"), listOf(fileName, 1, 100_000, "file names")], { error: expecting("all, or a list of file names") }),
    certificates: madeName,
    issuer: madeName,
    profile: profileName,
    valid: validity,
    ...profileFields,
    "on-refusal": oneOf(["stop", "skip"]),
  }),
  "issue-crl": issueCrl,
  "sign-artifact": artifactSchema(formatError),
  "export-bundle": bundleSchema(platformError),
  acknowledge: z.strictObject({ by: listOf(personId, 1, 20, "people"), of: names(1, "certificates and CRLs") }),
  adjourn: z.strictObject({}),
  close: z.strictObject({ "transcript-key": madeName.exactOptional(), keeps: names(1, "keys").exactOptional() }),
} as const;

export type StepKind = keyof typeof STEP_SCHEMAS;
export const STEP_KINDS = Object.keys(STEP_SCHEMAS) as readonly StepKind[];

/** Whether a word names a step kind of this version. */
export function isStepKind(word: string): word is StepKind {
  return Object.hasOwn(STEP_SCHEMAS, word);
}

/** A step of one kind: its fields as written, and where it stands in the script. */
export type StepOf<K extends StepKind> = { [Kind in K]: { readonly kind: Kind; readonly path: ScriptPath } & z.infer<(typeof STEP_SCHEMAS)[Kind]> }[K];
export type Step = StepOf<StepKind>;
