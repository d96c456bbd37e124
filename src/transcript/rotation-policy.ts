/** When things have to be renewed, as plan and register hold it: periods by what a certificate is, and which certificate follows which. */
import * as z from "zod";
import { heldSchema } from "./held-ceremony.ts";
import { madeSchema, nextMade } from "./rotation-made.ts";

/** ISO 8601, years, months and days. */
const period = z.string().regex(/^P(?=[0-9])([1-9][0-9]{0,3}Y)?([1-9][0-9]{0,3}M)?([1-9][0-9]{0,4}D)?$/);
const name = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/);

/** `renewBefore`: so long before its nextUpdate the next list is made; in the last `ceremonyWindow` before that the ceremony is held. */
const listPolicy = z.strictObject({ validity: period, renewBefore: period, ceremonyWindow: period.nullable() });
export type ListPolicy = z.infer<typeof listPolicy>;

export const rotationSchema = z.strictObject({
  /** `successorBefore`: so long before its end another root is in use. */
  root: z.strictObject({ lifetime: period, successorBefore: period }).nullable(),
  /** Issues for `issuesFor` from its notBefore; the next one is in use `overlap` before that ends. */
  subordinate: z.strictObject({ lifetime: period, issuesFor: period, overlap: period }).nullable(),
  /** A certificate that is no CA's. */
  leaf: z.strictObject({ lifetime: period, renewBefore: period }).nullable(),
  crl: listPolicy.nullable(),
  /** By the name of the CA's certificate: where its lists have other periods. */
  crls: z.record(name, listPolicy),
  /** A ceremony is held in the last so many days before it is due. */
  ceremonyWindow: period.nullable(),
  /** A bundle leaves so long before it is needed: devices that are off, in a warehouse or frozen get it later. */
  freeze: period.nullable(),
  /** So long before a date somebody is told, the longest first. */
  remind: z.array(period),
  /** The keys and tokens are looked at again after so long. */
  custody: period.nullable(),
  /** By the name of the new certificate: the one whose place it takes. */
  successors: z.record(name, name),
  /** A ceremony is held once in so long: what would fall due before the next one is done with this one. Absent where nothing is said. */
  ceremonies: period.exactOptional(),
  /** How things were made; absent in registers of ceremonies that did not keep it. */
  made: madeSchema.exactOptional(),
  /** Who held the last ceremony whose script spoke of rotation; in registers alone. */
  held: heldSchema.exactOptional(),
});

/** What a script says of rotation, or what all of them said so far. */
export type RotationPolicy = z.infer<typeof rotationSchema>;

/** The policy after a ceremony: what its plan says, and of what it does not speak the one before; successors are kept for ever. */
export function nextPolicy(before: RotationPolicy | undefined, planned: RotationPolicy | undefined): RotationPolicy | undefined {
  if (planned === undefined || before === undefined) return planned ?? before;
  return {
    root: planned.root ?? before.root, subordinate: planned.subordinate ?? before.subordinate, leaf: planned.leaf ?? before.leaf, crl: planned.crl ?? before.crl, crls: { ...before.crls, ...planned.crls },
    ceremonyWindow: planned.ceremonyWindow ?? before.ceremonyWindow, freeze: planned.freeze ?? before.freeze,
    remind: planned.remind.length > 0 ? planned.remind : before.remind, custody: planned.custody ?? before.custody,
    successors: { ...before.successors, ...planned.successors },
    ...heldOf(planned.held ?? before.held), ...ceremoniesOf(planned.ceremonies ?? before.ceremonies), ...(before.made === undefined && planned.made === undefined ? {} : { made: nextMade(before.made, planned.made) }),
  };
}

function ceremoniesOf(ceremonies: string | undefined): Pick<RotationPolicy, "ceremonies"> {
  return ceremonies === undefined ? {} : { ceremonies };
}

function heldOf(held: RotationPolicy["held"]): Pick<RotationPolicy, "held"> {
  return held === undefined ? {} : { held };
}
