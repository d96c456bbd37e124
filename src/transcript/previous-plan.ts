/** Parts of an earlier ceremony's plan.json: the people, their keys, and how many of them had to sign, by which its seal is judged; and who and what the next one goes on with. */
import * as z from "zod";
import { parseCanonical } from "../bytes/canonical.ts";
import { Fault } from "../fault.ts";
import type { Sealer } from "./quorum.ts";
import { ROLES, type Threshold } from "./seats.ts";
import { readPublicKeyLine } from "./sshkey.ts";

const schema = z.looseObject({
  people: z.array(z.strictObject({ id: z.string(), name: z.string(), role: z.enum(ROLES), key: z.string() })),
  quorum: z.looseObject({ seal: z.array(z.strictObject({ count: z.int().min(1), role: z.enum([...ROLES, "any"]) })).min(1) }),
});

/** Who was to seal a record. */
export interface Sealing {
  readonly people: readonly Sealer[];
  readonly quorum: readonly Threshold[];
}

/** @param bytes plan.json @throws Fault form-json, form-register, form-sshsig */
export function readSealing(bytes: Uint8Array): Sealing {
  const { data } = schema.safeParse(parseCanonical(bytes));
  if (data === undefined) throw new Fault("form-register", "expected a plan.json with people and the quorum of the seal, found another file");
  return { people: data.people.map((person) => ({ ...person, key: readPublicKeyLine(person.key) })), quorum: data.quorum.seal };
}

const threshold = z.strictObject({ count: z.int().min(1), role: z.enum([...ROLES, "any"]) });
const heldSchema = z.looseObject({
  title: z.string(), dice: z.int().min(0), video: z.string().exactOptional(),
  people: z.array(z.strictObject({ id: z.string(), name: z.string(), role: z.enum(ROLES), key: z.string() })),
  quorum: z.strictObject({ seal: z.array(threshold), effects: z.array(threshold), approval: z.array(threshold) }),
  steps: z.array(z.looseObject({ rule: z.string(), transcriptKey: z.string().nullable().exactOptional() })),
});

/** Who held a ceremony, and how. A person's key is `type base64`. */
export type HeldCeremony = Pick<z.infer<typeof heldSchema>, "title" | "dice" | "video" | "people" | "quorum"> & { readonly transcriptKey: string | null };

/** @param bytes plan.json @throws Fault form-json, form-register */
export function readHeldCeremony(bytes: Uint8Array): HeldCeremony {
  const { data } = heldSchema.safeParse(parseCanonical(bytes));
  if (data === undefined) throw new Fault("form-register", "expected a plan.json with title, people and quorums, found another file");
  const { title, dice, video, people, quorum, steps } = data;
  return { title, dice, ...(video === undefined ? {} : { video }), people, quorum, transcriptKey: steps.findLast(({ rule }) => rule.startsWith("close@"))?.transcriptKey ?? null };
}
