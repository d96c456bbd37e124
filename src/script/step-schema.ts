/** The step kinds of this version: the only definition of their fields. */
import { z } from "zod";
import type { ScriptPath } from "../fault.ts";
import { KEY_ALGORITHMS, MECHANISMS } from "../x509/algorithm.ts";
import { isLaterPlatform } from "./later.ts";
import { expecting, factoryName, inputPath, lines, listOf, madeName, oneOf, personId, profileName, subject, tokenName, validity } from "./field.ts";

const names = (least: number, what: string) => listOf(madeName, least, 100, what);
const pathLength = z.int({ error: expecting("a whole number from 0 to 10") }).min(0, { error: expecting("0 or more") }).max(10, { error: expecting("10 or less") });

const foundriesBundle = z.strictObject({
  bundle: madeName.exactOptional(),
  platform: z.literal("foundries"),
  root: madeName,
  tls: madeName,
  "device-cas": names(1, "certificates"),
});

const pemBundle = z.strictObject({
  bundle: madeName.exactOptional(),
  platform: z.literal("pem"),
  certificates: names(1, "certificates"),
  crls: names(1, "CRLs").exactOptional(),
});

const platformError = ({ input }: { readonly input: unknown }): string => {
  const platform = typeof input === "object" && input !== null && "platform" in input ? input.platform : undefined;
  return isLaterPlatform(platform) ? `platform ${platform} is not in this version` : expecting("foundries or pem")({ input: platform });
};

const backupError = (issue: { readonly input: unknown }): string =>
  issue.input === "wrap" ? "backup wrap is not in this version" : expecting("none or vendor")(issue);

/** What a step of each kind says, by kind. */
export const STEP_SCHEMAS = {
  "roll-call": z.strictObject({}),
  act: z.strictObject({ by: personId, say: lines(2000), type: names(1, "names of values to type").exactOptional() }),
  "initialize-token": z.strictObject({ token: tokenName }),
  "inspect-token": z.strictObject({ token: tokenName }),
  "generate-key-pair": z.strictObject({ key: madeName, token: tokenName, algorithm: oneOf(KEY_ALGORITHMS), signature: oneOf(MECHANISMS).exactOptional(), backup: z.enum(["none", "vendor"], { error: backupError }) }),
  "issue-root": z.strictObject({
    certificate: madeName,
    key: madeName,
    profile: profileName,
    valid: validity,
    subject: subject.exactOptional(),
    factory: factoryName.exactOptional(),
  }),
  "issue-certificate": z.strictObject({
    certificate: madeName,
    key: madeName,
    issuer: madeName,
    profile: profileName,
    valid: validity,
    subject: subject.exactOptional(),
    "path-length": pathLength.exactOptional(),
  }),
  "sign-request": z.strictObject({ request: inputPath, certificate: madeName, issuer: madeName, profile: profileName, valid: validity }),
  "issue-crl": z.strictObject({ crl: madeName, issuer: madeName, valid: validity }),
  "export-bundle": z.discriminatedUnion("platform", [foundriesBundle, pemBundle], { error: platformError }),
  acknowledge: z.strictObject({ by: listOf(personId, 1, 20, "people"), of: names(1, "certificates and CRLs") }),
  close: z.strictObject({ "transcript-key": madeName.exactOptional() }),
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
