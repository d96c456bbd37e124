/** The register packs that a script names: that of the ceremony before, and those of other lines that meet in this one. */
import type { ScriptPath } from "../fault.ts";

interface NamedPack {
  /** Its folder, relative to the script's. */
  readonly pack: string;
  /** SHA-256 of its seal.txt, hex. */
  readonly seal: string;
}

/** As a script says it under `register`. */
export interface NamedPacks extends NamedPack {
  readonly joins?: readonly NamedPack[];
}

/** A pack with its place in the script. */
export interface PlacedPack extends NamedPack {
  readonly path: ScriptPath;
}

/** Every pack that a script names, that of its own line first; none for the first ceremony of a CA. */
export function packsOf(register: NamedPacks | undefined): PlacedPack[] {
  if (register === undefined) return [];
  const { pack, seal, joins = [] } = register;
  return [{ pack, seal, path: ["register"] }, ...joins.map((one, i) => ({ ...one, path: ["register", "joins", i] }))];
}
