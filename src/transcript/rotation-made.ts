/** How things were made: the steps of scripts as they wrote them, for whoever writes the script that makes them again. */
import * as z from "zod";

const word = z.string().max(41);
/** A step: its kind, and its fields as the script wrote them; a subject as a list of pairs, whose order counts. */
const writtenStep = z.strictObject({ step: word, fields: z.record(z.string(), z.json()) });
export type WrittenStep = z.infer<typeof writtenStep>;

export const madeSchema = z.strictObject({
  /** By the name of the certificate, of the CRL, of the bundle, of the request: the last step that made it. */
  certificates: z.record(word, writtenStep), crls: z.record(word, writtenStep), bundles: z.record(word, writtenStep), requests: z.record(word, writtenStep),
  /** By the token's name: what a script says of it beside what it holds. */
  tokens: z.record(word, z.record(z.string(), z.json())),
  /** Who read back what was made. */
  witnesses: z.array(word),
  /** Files with lists of weak keys. */
  weakKeys: z.array(z.string()),
});

/** What scripts with a policy said of what they made. */
export type RotationMade = z.infer<typeof madeSchema>;

const NOTHING_MADE: RotationMade = { certificates: {}, crls: {}, bundles: {}, requests: {}, tokens: {}, witnesses: [], weakKeys: [] };

/** What is known after a ceremony; of one thing, how it was made last. */
export function nextMade(before: RotationMade = NOTHING_MADE, planned: RotationMade = NOTHING_MADE): RotationMade {
  const both = <T>(of: (made: RotationMade) => Record<string, T>): Record<string, T> => ({ ...of(before), ...of(planned) });
  return {
    certificates: both(({ certificates }) => certificates), crls: both(({ crls }) => crls), bundles: both(({ bundles }) => bundles), requests: both(({ requests }) => requests), tokens: both(({ tokens }) => tokens),
    witnesses: planned.witnesses.length > 0 ? planned.witnesses : before.witnesses, weakKeys: planned.weakKeys.length > 0 ? planned.weakKeys : before.weakKeys,
  };
}
