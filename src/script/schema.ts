/** What an officer may write: the only definition of a script. No field has a default: a default is a decision that nobody signed. */
import * as z from "zod";
import { ROLES, type Threshold } from "../transcript/quorum.ts";
import { expecting, inputPath, instant, line, listOf, madeName, oneOf, pattern, personId, sha256Text, tokenName } from "./field.ts";
import { places } from "./places-schema.ts";
import { rotation } from "./rotation-schema.ts";
import type { Step } from "./step-schema.ts";

const person = z.strictObject({ name: line(1, 80), role: oneOf(ROLES), key: inputPath });

const seat = pattern(new RegExp(`^[1-9][0-9]? of (${ROLES.join("|")}|any)$`), `a quorum such as 1 of administrator; roles are ${ROLES.join(", ")}, any`);
/** `2 of witness`: so many distinct people. */
const threshold = seat.transform((text): Threshold => {
  const [count, role] = text.split(" of ");
  return { count: Number(count), role: ROLES.find((known) => known === role) ?? "any" };
});
const thresholds = z
  .array(threshold, { error: expecting("a list such as [1 of administrator, 1 of witness]") })
  .min(1, { error: "expected at least one quorum in the list, found none" })
  .max(20, { error: "expected at most 20 quorums in the list" });

const acceptedToken = z.strictObject({ manufacturer: line(1, 32), model: line(1, 16), firmware: line(1, 16), module: sha256Text, proxy: pattern(/^[a-z][a-z0-9-]{0,40}$/, "the name of a proxy module such as p11-kit-client").exactOptional() });

const token = z.strictObject({
  holds: listOf(madeName, 0, 100, "key names"),
  /** What is known of its model, and what that excuses [TOKEN-PROFILE]. */
  profile: pattern(/^[a-z][a-z0-9-]{0,40}$/, "the name of a token profile such as softhsm-2").exactOptional(),
  /** What production may use; a plan without it accepts any token, which production refuses [TOKEN-ASSURANCE]. */
  accept: listOf(acceptedToken, 1, 20, "accepted tokens").exactOptional(),
});

const RUN = { error: expecting("the number of the run, from 1") };

const material = z.strictObject({ name: line(1, 80), serial: line(1, 80), note: line(1, 200).exactOptional() });

const mapOf = <K extends z.ZodString, V extends z.ZodType>(key: K, value: V, most: number, what: string) =>
  z
    .record(key, value, { error: expecting(`a map of ${what}`) })
    .refine((map) => Object.keys(map).length > 0, { error: `expected ${what}, found none` })
    .refine((map) => Object.keys(map).length <= most, { error: `expected at most ${most} ${what}` })
    .meta({ minProperties: 1, maxProperties: most });

const DICE = expecting("a number of dice rolls from 1 to 100");
/** A longer list is refused, and only so many are judged. */
export const MOST_STEPS = 1000;
const STEPS = expecting(`a list of 1 to ${MOST_STEPS} steps`);

const attribute = pattern(/^[A-Z][A-Z_]{1,40}$/, "an attribute as PKCS#11 spells it, without CKA_, such as LOCAL");
const attributes = listOf(attribute, 1, 40, "attributes").exactOptional();
const unreported = z.strictObject({ private: attributes, public: attributes }).refine((halves) => halves.private !== undefined || halves.public !== undefined, { error: "expected attributes of the private or of the public half, found neither" })
  .meta({ minProperties: 1 });

/** Two people at least lift a control, on what the script makes, until an instant. */
const waiver = z.strictObject({ on: listOf(madeName, 1, 100, "names of certificates, CRLs or keys"), why: line(10, 300), by: listOf(personId, 2, 20, "people"), until: instant, "not-reported": unreported.exactOptional() });
/** A register pack, and the SHA-256 of its seal.txt. */
const registerPack = z.strictObject({ pack: inputPath, seal: sha256Text });
/** That of the ceremony before, and those of other lines that meet in this one. */
const registers = registerPack.extend({ joins: listOf(registerPack, 1, 9, "register packs").exactOptional() });
const controlId = pattern(/^[A-Z]{2,20}(-[A-Z]{2,20}){1,5}$/, "a control such as ROOT-VALIDITY");

export const scriptSchema = z.strictObject({
  anchorite: z.literal(1, { error: expecting("1, the version of the script's form") }),
  ceremony: line(3, 60),
  assurance: oneOf(["test", "software-keys", "production"]),
  people: mapOf(personId, person, 100, "people by id"),
  /** Only a scheduled script has no `seal` [STANDING-QUORUM]. */
  quorum: z.strictObject({ seal: thresholds.exactOptional(), effects: thresholds.exactOptional(), approval: thresholds.exactOptional() }),
  materials: listOf(material, 1, 200, "materials").exactOptional(),
  /** Where things are at the beginning and at the end [PROCEDURE-STATE]. */
  places: places.exactOptional(),
  dice: z.int({ error: DICE }).min(1, { error: DICE }).max(100, { error: DICE }).exactOptional(),
  waivers: mapOf(controlId, waiver, 50, "waivers by control").exactOptional(),
  register: registers.exactOptional(),
  /** Nobody is there: the number of the run under a standing approval. */
  scheduled: z.strictObject({ run: z.int(RUN).min(1, RUN).max(999_999, RUN) }).exactOptional(),
  rotation: rotation.exactOptional(),
  "weak-keys": listOf(inputPath, 1, 10, "files").exactOptional(),
  /** Who keeps the video of the ceremony [RUN-WITNESSED]. */
  video: personId.exactOptional(),
  tokens: mapOf(tokenName, token, 20, "tokens by name"),
  /** Each is read by the schema of its kind (`steps.ts`), so that one wrong step hides no other. */
  steps: z.array(z.unknown(), { error: STEPS }).min(1, { error: STEPS }).max(MOST_STEPS, { error: STEPS }),
});

/** A script as parsed: fields named as written; each step with its kind and its place. */
export type Script = Readonly<Omit<z.infer<typeof scriptSchema>, "steps">> & { readonly steps: readonly Step[] };
export type Person = Script["people"][string];
