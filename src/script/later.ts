/** What later versions will read, refused by name so that nobody takes it for a slip of the pen. */
import type { ScriptPath } from "../fault.ts";

/** By the name of the map that they will stand in; the script itself has none. */
const LATER_FIELDS = new Map([
  ["act", ["state"]],
]);

/** Whether a field of the map at `path` belongs to a later version. */
export function isLaterField(path: ScriptPath, field: string): boolean {
  return LATER_FIELDS.get(String(path.at(-1) ?? ""))?.includes(field) ?? false;
}
