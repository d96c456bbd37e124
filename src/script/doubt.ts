/** A finding of the checks that read the script as a whole, with the name that it doubts. */
import type { ControlId } from "../controls.ts";
import type { Finding, ScriptPath } from "../fault.ts";
import type { WrittenPlaces } from "./places-schema.ts";
import type { Script } from "./schema.ts";
import type { Step } from "./step-schema.ts";

export interface Doubt {
  /** The name in question; nothing is said about a name that a step which could not be read may define. Empty: always said. */
  readonly about: string;
  readonly finding: Finding;
}

/** What could be read of a script. Null: that section has findings of its own, and what depends on it is not judged. */
export interface Draft {
  readonly people: Script["people"] | null;
  readonly quorum: Script["quorum"] | null;
  readonly tokens: Script["tokens"] | null;
  /** Where things begin and end; null where the script does not say, or it could not be read. */
  readonly places: WrittenPlaces | null;
  readonly steps: readonly Step[];
  /** What the register of the ceremony before knows, as steps. */
  readonly registered: readonly Step[];
  /** Where else keys of the register are, besides where it uses them. */
  readonly copies: readonly { readonly token: string; readonly key: string }[];
  /** How many steps are written, with those that could not be read. */
  readonly written: number;
  /** Names in steps that could not be read. */
  readonly suspects: ReadonlySet<string>;
}

export function doubt(control: ControlId, path: ScriptPath, about: string, message: string, hint?: string): Doubt {
  return { about, finding: { control, path, message, ...(hint === undefined ? {} : { hint }) } };
}
