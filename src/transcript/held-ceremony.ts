/** The part of a ceremony's plan.json with which the next one goes on: its people and quorums, its title, the key that sealed it. */
import * as z from "zod";
import { parseCanonical } from "../bytes/canonical.ts";
import { Fault } from "../fault.ts";
import { ROLES } from "./seats.ts";

const threshold = z.strictObject({ count: z.int().min(1), role: z.enum([...ROLES, "any"]) });
const person = z.strictObject({ id: z.string(), name: z.string(), role: z.enum(ROLES), key: z.string() });

/** Who held a ceremony, and how. A person's key is `type base64`. */
export const heldSchema = z.strictObject({
  title: z.string(), dice: z.int().min(0), video: z.string().exactOptional(), people: z.array(person),
  quorum: z.strictObject({ seal: z.array(threshold), effects: z.array(threshold), approval: z.array(threshold) }), transcriptKey: z.string().nullable(),
});
export type HeldCeremony = z.infer<typeof heldSchema>;

const planSchema = z.looseObject({ ...heldSchema.omit({ transcriptKey: true }).shape, steps: z.array(z.looseObject({ rule: z.string(), transcriptKey: z.string().nullable().exactOptional() })) });

/** @param bytes plan.json @throws Fault form-json, form-register */
export function readHeldCeremony(bytes: Uint8Array): HeldCeremony {
  const { data } = planSchema.safeParse(parseCanonical(bytes));
  if (data === undefined) throw new Fault("form-register", "expected a plan.json with title, people and quorums, found another file");
  const { title, dice, video, people, quorum, steps } = data;
  return { title, dice, ...(video === undefined ? {} : { video }), people, quorum, transcriptKey: steps.findLast(({ rule }) => rule.startsWith("close@"))?.transcriptKey ?? null };
}
