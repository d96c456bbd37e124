/** The script's field `rotation`: when what the ceremony makes has to be renewed. */
import * as z from "zod";
import { duration, expecting, listOf, madeName } from "./field.ts";

const successors = z.record(madeName, madeName, { error: expecting("a map from the name of a new certificate to that of the one whose place it takes") });

const lists = z.strictObject({ validity: duration, "renew-before": duration, "ceremony-window": duration.exactOptional() });
export type ListFields = z.infer<typeof lists>;

export const rotation = z.strictObject({
  root: z.strictObject({ lifetime: duration, "successor-before": duration }).exactOptional(),
  subordinate: z.strictObject({ lifetime: duration, "issues-for": duration, overlap: duration }).exactOptional(),
  leaf: z.strictObject({ lifetime: duration, "renew-before": duration }).exactOptional(),
  crl: lists.exactOptional(),
  crls: z.record(madeName, lists, { error: expecting("a map from the name of a CA's certificate to the periods of its lists") }).exactOptional(),
  "ceremony-window": duration.exactOptional(),
  freeze: duration.exactOptional(),
  remind: listOf(duration, 1, 10, "periods").exactOptional(),
  custody: duration.exactOptional(),
  ceremonies: duration.exactOptional(),
  successors: successors.exactOptional(),
});
export type RotationFields = z.infer<typeof rotation>;
