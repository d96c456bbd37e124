/** The script of a run from its template: the number of the run, and the seal of the pack that lies there. */
import { join } from "node:path";
import { sha256Hex } from "../bytes/digest.ts";
import { fromUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { kindAt, readRegular } from "../room/files.ts";
import { parseScript } from "../script/parse.ts";
import { filled, isTemplate } from "../script/template.ts";
import { LAYOUT } from "../transcript/layout.ts";

/** In the place of a seal that is not there: then the missing pack is what is said. */
const NO_SEAL = "0".repeat(64);

/** @param folder in which the files lie that the script names @param run from 1 */
export function filledScript(bytes: Uint8Array, folder: string, run: number): Uint8Array {
  if (!hasPlaces(bytes)) return bytes;
  let pack = "";
  parseScript(filled(bytes, { run, seal: NO_SEAL }), "", (packs) => ((pack = packs[0] ?? ""), null));
  const seal = join(folder, pack, LAYOUT.seal);
  return filled(bytes, { run, seal: pack !== "" && kindAt(seal) === "file" ? sha256Hex(readRegular(seal)) : NO_SEAL });
}

/** Whether a script has something to be filled. What is no text is no template; its finding comes later. */
export function hasPlaces(bytes: Uint8Array): boolean {
  try {
    return isTemplate(fromUtf8(bytes));
  } catch (thrown) {
    if (thrown instanceof Fault) return false;
    throw thrown;
  }
}
