/** What a station file may say: how this host reaches the tokens of a script. It has no field for a secret. */
import * as z from "zod";
import { expecting, line, listOf, pattern, tokenName } from "./field.ts";
import { UNPRINTABLE } from "./wording.ts";

const SECRETS_ELSEWHERE = "PINs never stand in a station file: expected prompt, { file: pin.txt } (mode 0600), { credential: NAME } or { descriptor: 3 }";

/** On this host; what is not absolute is relative to the station file. */
const hostFile = pattern(new RegExp(`^(?![-~])[^\\n${UNPRINTABLE}]{1,500}$`, "u"), "a path, absolute or relative to the station file");

/** For editors: a text that does not match, in whatever case. */
const neverIn = (...patterns: readonly string[]): { readonly allOf: readonly object[] } => ({ allOf: patterns.map((one) => ({ not: { pattern: one.replace(/[a-z]/gi, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`) } })) });

const withoutPin = (text: string): boolean => !/pin-value/i.test(text);
const noPinHere = { error: "expected no pin-value: PINs never stand in a station file" };

const MODULE = "the absolute path of a PKCS#11 module such as /usr/lib/softhsm/libsofthsm2.so";
const modulePath = z
  .string({ error: expecting(MODULE) })
  .refine((text) => withoutPin(text), { ...noPinHere, abort: true })
  .refine((text) => !/^pkcs11:/i.test(text), { error: `expected ${MODULE}, found a PKCS#11 URI`, abort: true })
  .regex(new RegExp(`^/[^\\n${UNPRINTABLE}]{1,500}$`, "u"), { error: expecting(MODULE) })
  .meta(neverIn("pin-value"));

const variableName = pattern(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, "the name of an environment variable")
  .refine((name) => !/^(LD|NODE)_|^PATH$/i.test(name), { error: "this variable changes how programs load, not how the module is set up" })
  .refine((name) => !/(^|_)(PIN|PASSWORD|PASSPHRASE|SECRET)(_|$)/i.test(name), { error: "PINs and passwords never stand in a station file" })
  .meta(neverIn("^(LD|NODE)_|^PATH$", "(^|_)(PIN|PASSWORD|PASSPHRASE|SECRET)(_|$)"));

const configurationText = line(1, 1000).refine(withoutPin, noPinHere).meta(neverIn("pin-value"));
const variable = z.union([configurationText, z.strictObject({ file: hostFile })], { error: "expected a text in quotes, or { file: PATH }" });

const DESCRIPTOR = { error: "expected the number of an open file descriptor from 3 to 255" };
const descriptor = z.int(DESCRIPTOR).min(3, DESCRIPTOR).max(255, DESCRIPTOR);

/** Nothing that stands where a PIN might is ever shown. */
const pinFile = z.string({ error: SECRETS_ELSEWHERE }).regex(new RegExp(`^(?![-~])[^\\n${UNPRINTABLE}]{1,500}$`, "u"), { error: SECRETS_ELSEWHERE });
/** A credential of systemd: a file of this name below $CREDENTIALS_DIRECTORY. */
const credential = z.string({ error: SECRETS_ELSEWHERE }).regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/, { error: SECRETS_ELSEWHERE });
const pinSource = z.union([z.literal("prompt"), z.strictObject({ file: pinFile }), z.strictObject({ credential }), z.strictObject({ descriptor })], { error: SECRETS_ELSEWHERE });
/** One place, or one for each time that the script sets this PIN, in their order. */
const newPinSources = z.union([pinSource, listOf(pinSource, 1, 10, "places")], { error: `${SECRETS_ELSEWHERE}, or a list of these` });
export type StationPin = z.infer<typeof pinSource>;

const SERIAL = expecting("uninitialized, or the token's serial in quotes, 1 to 16 characters");

const stationToken = z.strictObject({
  module: modulePath,
  environment: z.record(variableName, variable, { error: expecting("a map of environment variables") }).exactOptional(),
  /** Handed to C_Initialize. */
  "init-string": configurationText.exactOptional(),
  serial: z.string({ error: SERIAL }).regex(/^(?! )[\x20-\x7e]{1,16}(?<! )$/, { error: SERIAL }),
  /** Where several tokens of a module say the same serial: the label of this one. */
  label: line(1, 32).exactOptional(),
  pin: pinSource,
  "so-pin": pinSource.exactOptional(),
  /** The PINs that a step sets; left out, they are asked for at the terminal. */
  "new-pin": newPinSources.exactOptional(),
  "new-so-pin": newPinSources.exactOptional(),
});
export type StationToken = Readonly<z.infer<typeof stationToken>>;

const IDLE = { error: expecting("a number of minutes from 1 to 120") };
/** Where a station does not say. */
const USUAL_IDLE_MINUTES = 15;

export const stationSchema = z.strictObject({
  /** Random, so that the file can be withheld from a public copy of the record. */
  salt: pattern(/^[0-9a-f]{32,64}$/, "at least 32 random hex digits in quotes").exactOptional(),
  /** The one network interface that may be up: a point-to-point link to an HSM [HOST-NETWORK]. */
  "hsm-link": pattern(/^[A-Za-z0-9._:-]{1,15}$/, "the name of a network interface").exactOptional(),
  /** In scheduled runs: the network interfaces that may be up [HOST-NETWORK]. */
  online: z.array(pattern(/^[A-Za-z0-9._:-]{1,15}$/, "the name of a network interface")).max(20).exactOptional(),
  /** For the assurance `test` alone: in the place of custodians, files in the clear. */
  shares: z.strictObject({ folder: hostFile }).exactOptional(),
  "anchorite-station": z.literal(1, { error: expecting("1, the version of the station's form") }),
  /** Minutes without a key after which every token is logged out. */
  "idle-minutes": z.int(IDLE).min(1, IDLE).max(120, IDLE).exactOptional(),
  tokens: z
    .record(tokenName, stationToken, { error: expecting("a map of tokens by the script's names") })
    .refine((tokens) => Object.keys(tokens).length > 0, { error: "expected at least one token, found none" }),
});
export type Station = Readonly<z.infer<typeof stationSchema>>;

/** After how many minutes without a key every token is logged out. */
export function idleMinutesOf({ "idle-minutes": minutes }: Pick<Station, "idle-minutes">): number {
  return minutes ?? USUAL_IDLE_MINUTES;
}

/** In place of a serial: the token that the ceremony is to initialise. */
export const UNINITIALIZED = "uninitialized";
