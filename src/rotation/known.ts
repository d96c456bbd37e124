/** The newest register that was seen: what a timer on an online machine keeps, so that an older pack cannot be put in its place [ROTATION-KNOWN]. */
import * as z from "zod";
import { canonicalBytes, parseCanonical } from "../bytes/canonical.ts";
import { Fault, type Finding } from "../fault.ts";
import { isPrefix } from "../plan/lineage.ts";
import type { Register } from "../transcript/register.ts";

const knownSchema = z.strictObject({
  format: z.literal("anchorite-known/1"),
  ceremony: z.string(), run: z.string(), attested: z.string().nullable(),
  /** By SHA-256 of the SubjectPublicKeyInfo, hex: the line of each key. */
  lines: z.record(z.string(), z.array(z.string())),
});
export type Known = z.infer<typeof knownSchema>;

/** What is kept of a register: canonical JSON, without a final LF. */
export function writeKnown({ ceremony, run, attested, keys }: Register): Uint8Array {
  return canonicalBytes({ format: "anchorite-known/1", ceremony, run, attested, lines: Object.fromEntries(keys.map(({ spki, line }) => [spki, line])) } satisfies Known);
}

/** @throws Fault form-json, form-register */
export function readKnown(bytes: Uint8Array): Known {
  const { data } = knownSchema.safeParse(parseCanonical(bytes));
  if (data === undefined) throw new Fault("form-register", "expected a file of the format anchorite-known/1, found something else", ["it is written by anchorite rotation; give the path of a new file to begin again"]);
  return data;
}

/** Why a register is older than what is known, or of another CA. */
export function knownFaults(known: Known, register: Register): Finding[] {
  const lines = new Map(register.keys.map(({ spki, line }) => [spki, line]));
  const goesOn = Object.entries(known.lines).every(([spki, line]) => isPrefix(line, lines.get(spki) ?? []));
  const isLater = known.attested === null || (register.attested !== null && register.attested >= known.attested);
  if (goesOn && isLater) return [];
  return [{
    control: "ROTATION-KNOWN", path: ["register"], message: `expected the register of ${known.ceremony} (run ${known.run}, attested ${known.attested ?? "by nobody"}) or one that goes on from it, found that of ${register.ceremony} (run ${register.run}, attested ${register.attested ?? "by nobody"})`,
    hint: "fetch the newest register pack; an older one hides what happened since",
  }];
}
