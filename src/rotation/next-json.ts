/** A field of a step, as the register keeps it. */
import type { WrittenStep } from "../transcript/rotation-made.ts";

export type Json = WrittenStep["fields"][string];
