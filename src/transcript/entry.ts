/** Entries of a transcript: the facts that a body line may hold. The schema at the door; the types follow from it. */
import * as z from "zod";
import { otherFormat } from "./format.ts";
import { digestSchema, hexSchema, isEffect, observationSchema, personIdSchema } from "./observation.ts";

/** The format of records that this version writes and reads. */
export const RECORD_FORMAT = "anchorite-record/1";

const named = z.strictObject({ path: z.string(), sha256: digestSchema });

/** Entry 0: what this run is a run of. */
export const headerSchema = z.strictObject({
  kind: z.literal("header"),
  format: z.literal(RECORD_FORMAT, { error: ({ input }) => otherFormat(RECORD_FORMAT, input) }),
  ceremony: z.string().regex(/^[a-z0-9-]{1,64}$/),
  /** Random, 8 octets, hex; seal.txt and the CKA_LABELs carry it. */
  run: z.string().regex(/^[0-9a-f]{16}$/),
  assurance: z.enum(["test", "software-keys", "production"]),
  script: digestSchema,
  plan: digestSchema,
  station: digestSchema,
  inputs: z.array(named),
  approvals: z.array(named),
  tool: z.strictObject({ name: z.string(), version: z.string(), package: digestSchema }),
  /** `proxy`: the name of a module that stands before another; absent where it is none. */
  tokens: z.array(z.strictObject({ token: z.string(), module: digestSchema, proxy: z.string().exactOptional(), serial: z.string() })),
  previous: z.array(digestSchema),
  /** Of a rehearsal, and absent otherwise: the plan digest of what is rehearsed. */
  rehearsal: digestSchema.exactOptional(),
});
export type Header = z.infer<typeof headerSchema>;

/** UTF-16 units of what a person says in words of their own. */
export const LONGEST_SAID = 2000;
const saidText = z.string().min(1).max(LONGEST_SAID);

/** Made by the shell; may stand anywhere, never fed. */
export const eventSchema = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("opened"), answers: z.enum(["terminal", "file", "stand-ins", "standing"]) }),
  z.strictObject({ name: z.literal("resumed"), answers: z.enum(["terminal", "file", "stand-ins", "standing"]), head: digestSchema, headWords: z.enum(["asked", "none yet", "not asked"]) }),
  z.strictObject({ name: z.literal("login"), token: z.string(), serial: z.string(), role: z.enum(["user", "so"]) }),
  z.strictObject({ name: z.literal("login-refused"), token: z.string(), serial: z.string(), ckr: z.string(), role: z.enum(["user", "so"]).exactOptional() }),
  z.strictObject({ name: z.literal("last-try"), token: z.string(), role: z.enum(["user", "so"]), by: z.array(personIdSchema).length(2) }),
  z.strictObject({ name: z.literal("logout"), token: z.string(), serial: z.string() }),
  z.strictObject({ name: z.literal("attendance"), present: z.array(personIdSchema) }),
  // what people say at a prompt, beside the questions
  z.strictObject({ name: z.literal("left"), person: personIdSchema, present: z.array(personIdSchema) }),
  z.strictObject({ name: z.literal("joined"), person: personIdSchema, present: z.array(personIdSchema) }),
  z.strictObject({ name: z.literal("paused"), by: personIdSchema, reason: saidText, staying: z.array(personIdSchema) }),
  z.strictObject({ name: z.literal("continued"), present: z.array(personIdSchema) }),
  z.strictObject({ name: z.literal("note"), step: z.int().min(0), by: personIdSchema, text: saidText }),
  z.strictObject({ name: z.literal("deviation"), step: z.int().min(0), expected: saidText, happened: saidText, decided: saidText, by: personIdSchema }),
  z.strictObject({ name: z.literal("idle"), minutes: z.int().min(1) }),
  z.strictObject({ name: z.literal("token-head"), token: z.string(), serial: z.string(), found: z.enum(["equal", "behind", "none"]) }),
  z.strictObject({ name: z.literal("head-not-kept"), token: z.string(), serial: z.string(), ckr: z.string() }),
  z.strictObject({ name: z.literal("preflight"), facts: z.array(z.strictObject({ what: z.string(), found: z.string() })), findings: z.array(z.strictObject({ control: z.string(), found: z.string() })) }),
  z.strictObject({ name: z.literal("rehearsed"), script: digestSchema, plan: digestSchema, tool: digestSchema, head: digestSchema }),
  z.strictObject({ name: z.literal("exception"), control: z.string(), why: z.string(), by: z.array(personIdSchema), template: z.union([digestSchema, z.literal("")]), /** Who read it out and agreed, each with initials; absent where nobody was asked at a terminal. */ agreed: z.array(z.strictObject({ by: personIdSchema, initials: z.string().min(1).max(20) })).exactOptional() }),
  z.strictObject({ name: z.literal("torn-entry"), length: z.int().min(1), sha256: digestSchema, path: z.string() }),
]);
export type Event = z.infer<typeof eventSchema>;

const stamp = {
  /** 16 random octets, hex: a body that is withheld later cannot be guessed from its digest. */
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  /** UTC by the host's clock, milliseconds. */
  at: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  /** Milliseconds of the host's monotonic clock. */
  mono: z.int().min(0),
  /** The host's boot id, hex. */
  boot: hexSchema,
};
export interface Stamp {
  readonly salt: string;
  readonly at: string;
  readonly mono: number;
  readonly boot: string;
}

/** A request as recorded: the core recomputes it, so only its being an object with a kind is asked here. */
const requestRecord = z.looseObject({ kind: z.string(), step: z.int().min(0) });

export const bodySchema = z.discriminatedUnion("kind", [
  headerSchema.extend(stamp),
  z.strictObject({ kind: z.literal("request"), request: requestRecord, ...stamp }),
  z.strictObject({ kind: z.literal("observation"), observation: observationSchema, ...stamp }),
  z.strictObject({ kind: z.literal("event"), event: eventSchema, ...stamp }),
]);
export type Body = z.infer<typeof bodySchema>;

/** A fact before it is stamped. */
export type Fact =
  | Header
  | { readonly kind: "request"; readonly request: object & { readonly kind: string } }
  | { readonly kind: "observation"; readonly observation: z.infer<typeof observationSchema> }
  | { readonly kind: "event"; readonly event: Event };

export type Level = "public" | "people" | "station";

const PEOPLE_KINDS = new Set(["roll-call", "present", "time", "act", "double-entry", "attach", "attendance", "last-try", "left", "joined", "paused", "continued", "note", "deviation"]);
const STATION_KINDS = new Set(["inspect-token", "find-token", "find-objects", "login", "login-refused", "logout", "token-head", "head-not-kept", "opened", "resumed", "preflight", "idle"]);

/** Who a body may be withheld from in a public copy; effects, controls and decisions are always public. */
export function levelOf(fact: Fact): Level {
  if (fact.kind === "header") return "public";
  const kind = fact.kind === "event" ? fact.event.name : fact.kind === "request" ? fact.request.kind : fact.observation.kind;
  if (isEffect(kind)) return "public";
  if (PEOPLE_KINDS.has(kind)) return "people";
  return STATION_KINDS.has(kind) ? "station" : "public";
}
