/** The fields of a script: names, texts, paths, dates. Each says in plain words what it expects; none has a default or coerces. */
import * as z from "zod";
import { shown, UNPRINTABLE } from "./wording.ts";

/** A zod error function: `expected …, found …`, or that the field is missing. */
export function expecting(what: string): (issue: { readonly input: unknown }) => string {
  return ({ input }) => (input === undefined ? `the field is missing: expected ${what}` : `expected ${what}, found ${shown(input)}`);
}

/** A text that matches a pattern. */
export function pattern(form: RegExp, what: string): z.ZodString {
  const error = expecting(what);
  return z.string({ error }).regex(form, { error });
}

/** One of a closed list of words. */
export function oneOf<const W extends readonly [string, ...string[]]>(words: W, what = words.join(", ")): z.ZodEnum<{ [K in W[number]]: K }> {
  return z.enum(words, { error: expecting(what) });
}

/** One line of visible characters, `least` to `most` of them, no blank at either end. */
export function line(least: number, most: number): z.ZodString {
  return pattern(new RegExp(`^(?! )[^\\n${UNPRINTABLE}]{${least},${most}}(?<! )$`, "u"), `one line of ${least} to ${most} visible characters in quotes`);
}

/** Several lines of visible characters. */
export function lines(most: number): z.ZodString {
  return pattern(new RegExp(`^(?=[^]*\\S)[^${UNPRINTABLE}]{1,${most}}$`, "u"), `a text of 1 to ${most} visible characters`);
}

/** A list without repetitions. */
export function listOf<T extends z.ZodType>(item: T, least: number, most: number, what: string): z.ZodArray<T> {
  const error = expecting(`a list of ${least === 0 ? "at most" : `${least} to`} ${most} ${what}`);
  const list = z.array(item, { error }).min(least, { error }).max(most, { error }).check(withoutRepetition);
  // for editors: words alone are held to stand there once
  return item instanceof z.ZodString || item instanceof z.ZodEnum ? list.meta({ uniqueItems: true }) : list;
}

function withoutRepetition(payload: z.core.ParsePayload<readonly unknown[]>): void {
  const seen = new Set<unknown>();
  for (const [index, item] of payload.value.entries()) {
    if (typeof item === "string" && seen.has(item)) {
      payload.issues.push({ code: "custom", input: item, path: [index], message: `${shown(item)} stands in this list twice` });
    }
    seen.add(item);
  }
}

export const personId = pattern(/^[a-z][a-z0-9-]{0,30}$/, "a person's id of lower-case letters, digits and hyphens, at most 31");
export const tokenName = pattern(/^[a-z][a-z0-9-]{0,14}$/, "a token name of lower-case letters, digits and hyphens, at most 15");
/** Of a key, certificate, CRL, bundle or typed value. */
export const madeName = pattern(/^[a-z][a-z0-9-]{0,40}$/, "a name of lower-case letters, digits and hyphens, at most 41");
export const profileName = pattern(/^[a-z][a-z0-9-]{0,30}\/[a-z][a-z0-9-]{0,30}$/, "a profile such as private/root");
export const factoryName = pattern(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, "a factory name of letters, digits, hyphens and underscores, at most 63");
export const sha256Text = pattern(/^[0-9a-f]{64}$/, "a SHA-256 of 64 lower-case hex digits in quotes");

const PATH_WORDS = "a path below the script's folder of letters, digits, dots, hyphens, plus signs, tildes and slashes, each part of it starting with a letter, a digit or an underscore, and not below lists/";

/**
 * A file below the script's folder. `lists/` is left out: `record/inputs/lists/` holds the tool's own files.
 * No component starts with a dot (which rules out `..`) or a hyphen (which a program might take for an option).
 */
export const inputPath = pattern(
  /^(?!lists\/)(?=.{1,200}$)[A-Za-z0-9_][A-Za-z0-9._+~-]*(\/[A-Za-z0-9_][A-Za-z0-9._+~-]*)*$/,
  PATH_WORDS,
);

/** A file of a folder, by its name. */
export const fileName = pattern(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/, "a file name of letters, digits, dots and hyphens, at most 100, not starting with a dot or a hyphen");

/** What people attach to an act: the path that it has in the record. */
export const evidencePath = pattern(/^evidence\/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/, "evidence/ and a file name of letters, digits, dots and hyphens, at most 100");

/** A serial number, without leading zeros. */
/** CKA_ID. */
export const keyId = pattern(/^([0-9a-f]{2}){1,64}$/, "a CKA_ID of lower-case hex digits in quotes");
export const serialText = pattern(/^(?!00)([0-9a-f]{2}){1,20}$/, "a serial number of 2 to 40 lower-case hex digits in quotes");

/** A certificate of the register: also one for a request of a folder. */
export const registeredName = pattern(/^[a-z][a-z0-9-]{0,40}(\/[A-Za-z0-9_][A-Za-z0-9._-]{0,99})?$/, "the name of a certificate of the register");

/** A certificate of the script, or a file: what has a dot or a slash is a file. */
export const certificateOrFile = z.union([madeName.transform((certificate) => ({ certificate })), inputPath.transform((file) => ({ file }))], { error: expecting("the name of an earlier certificate, or the path of a file, which has a dot or a slash") });

/** A request in a file, or in a field of a JSON file as a platform's API returns it. */
export const requestSource = z.union([inputPath.transform((file): RequestSource => ({ file, field: null })), z.strictObject({ file: inputPath, field: pattern(/^[\w.-]{1,60}$/, "the name of a field, such as tls-csr") })], { error: expecting(`${PATH_WORDS}, or { file, field } for a field of a JSON file`) });
export interface RequestSource {
  readonly file: string;
  /** Of the JSON object in the file; null where the file is the request itself. */
  readonly field: string | null;
}

export const objectIdentifier = pattern(/^([01]\.[1-3]?[0-9]|2\.(0|[1-9][0-9]{0,9}))(\.(0|[1-9][0-9]{0,18})){1,30}$/, 'an object identifier in quotes such as "2.23.140.1.2.1"');
/** For pointers in certificates: what fetches them is often no browser, and knows no other form. */
export const webAddress = pattern(/^http:\/\/[a-z0-9](?=.{1,254}$)[!-~]*$/, "an address such as http://ca.example.com/root.crl, lower-case host, no blanks, http and not https: whoever checks the certificate of an https server would need it first");
export const documentAddress = pattern(/^https?:\/\/[a-z0-9](?=.{1,254}$)[!-~]*$/, "an address such as https://ca.example.com/cps");
const hostName = "(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(?<!-)(\\.(?!-)[a-z0-9-]{1,63}(?<!-))*";
export const domain = pattern(new RegExp(`^${hostName}$`), "a domain such as example.com, in lower case, which stands for itself and all below it");
export const mailDomain = pattern(new RegExp(`^([!#-?A-~]{1,64}@|\\.)?${hostName}$`), "a mailbox, a host such as example.com, or .example.com for all hosts below it");
export const addressRange = pattern(/^[0-9A-Fa-f.:]{2,45}\/[0-9]{1,3}$/, "an address range such as 10.0.0.0/8 or 2001:db8::/32");

export const duration = pattern(/^P(?=[0-9])([1-9][0-9]{0,3}Y)?([1-9][0-9]{0,3}M)?([1-9][0-9]{0,4}D)?$/, "a period of years, months and days such as P20Y or P1Y6M");
const instantError = expecting('an instant such as "2026-01-01T00:00:00Z" that the calendar has');
export const instant = z.iso.datetime({ precision: 0, error: instantError });

/** Counted from the attested instant, or from one fixed instant until another, the last second of validity. */
export const validity = z.union(
  [
    z.strictObject({ for: duration }),
    z.strictObject({ from: instant, until: instant }).refine(({ from, until }) => from < until, { path: ["until"], error: "expected until to be later than from" }),
  ],
  { error: expecting("{ for: P20Y }, or { from, until } with instants") },
);
export type Validity = z.infer<typeof validity>;

const ATTRIBUTE_TYPES = ["CN", "O", "OU", "C", "L", "ST", "serialNumber", "DC", "E"] as const;
const isAttributeType = (name: string): boolean => ATTRIBUTE_TYPES.some((type) => type === name);
const attributeType = z.string().refine(isAttributeType, { error: expecting(`one of ${ATTRIBUTE_TYPES.join(", ")}`) }).meta({ enum: ATTRIBUTE_TYPES });
// what X.520 allows in a value is SUBJECT-FORM's to say; here it is a well-formed text
const attributeValue = pattern(/^[^\ud800-\udfff]{1,1000}$/su, "a text in quotes");

/** Attribute types to values, in the order in which they are encoded. (A record over `z.enum` would use the enum's order.) */
export const subject = z
  .record(attributeType, attributeValue, { error: expecting("a map of attributes such as { C: DE, O: Example, CN: Example Root }") })
  .refine((attributes) => Object.keys(attributes).length > 0, { error: "expected at least one attribute, found none" })
  .meta({ minProperties: 1 });
export type Subject = z.infer<typeof subject>;
