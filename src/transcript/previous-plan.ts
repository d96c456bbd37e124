/** The part of an earlier ceremony's plan.json by which its seal is judged: the people, their keys, and how many of them had to sign. */
import * as z from "zod";
import { parseCanonical } from "../bytes/canonical.ts";
import { Fault } from "../fault.ts";
import type { Sealer } from "./quorum.ts";
import { ROLES, type Threshold } from "./seats.ts";
import { readPublicKeyLine } from "./sshkey.ts";

const threshold = z.strictObject({ count: z.int().min(1), role: z.enum([...ROLES, "any"]) });
const schema = z.looseObject({
  people: z.array(z.strictObject({ id: z.string(), name: z.string(), role: z.enum(ROLES), key: z.string() })),
  quorum: z.looseObject({ seal: z.array(threshold), approval: z.array(threshold).exactOptional() }),
  scheduled: z.strictObject({ run: z.int().min(1) }).exactOptional(),
});

/** Who was to seal a record. */
export interface Sealing {
  readonly people: readonly Sealer[];
  readonly quorum: readonly Threshold[];
  /** Of a scheduled run, which no person seals: who had to sign its standing approval; null of any other. */
  readonly standing: readonly Threshold[] | null;
}

/** @param bytes plan.json @throws Fault form-json, form-register, form-sshsig */
export function readSealing(bytes: Uint8Array): Sealing {
  const { data } = schema.safeParse(parseCanonical(bytes));
  if (data === undefined) throw new Fault("form-register", "expected a plan.json with people and the quorum of the seal, found another file");
  const standing = data.scheduled === undefined ? null : (data.quorum.approval ?? []);
  if (data.quorum.seal.length === 0 && standing === null) throw new Fault("form-register", "expected a plan.json with people who seal, found none who do");
  return { standing, people: data.people.map((person) => ({ ...person, key: readPublicKeyLine(person.key) })), quorum: data.quorum.seal };
}
