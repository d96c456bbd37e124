/** What was fetched together: a file that lies by itself, or the folder of one device, where a mender.conf says which of its keys count. */
import { parseJson } from "../bytes/json.ts";
import { Fault } from "../fault.ts";
import type { FieldFile } from "./found.ts";

export interface Together {
  readonly files: readonly FieldFile[];
  /** The file names of the keys that the device's mender.conf names; null where there is none. */
  readonly keys: readonly string[] | null;
  /** Those of them that were not fetched, each with the folder. */
  readonly absent: readonly string[];
}

/** Files directly in what was fetched stand each for itself; those of a folder belong together. */
export function together(files: readonly FieldFile[]): Together[] {
  const groups = new Map<string, FieldFile[]>();
  for (const file of files) {
    const place = placeIn(file.path);
    groups.set(place, [...(groups.get(place) ?? []), file]);
  }
  return [...groups].map(([place, own]) => {
    const named = own.flatMap((file) => keysNamedIn(file) ?? []);
    const keys = own.some((file) => keysNamedIn(file) !== null) ? named : null;
    const there = new Set(own.map(({ path }) => nameOf(path)));
    return { files: own, keys, absent: place.startsWith("/") ? [] : named.filter((name) => !there.has(name)).map((name) => `${place}/${name}`) };
  });
}

/** Where something was found: its device's folder, or, with a stroke in front, the file or archive that lies by itself. @param path of a file, or of a member of an archive behind a colon */
export function placeIn(path: string): string {
  const [file = path] = path.split(":");
  return file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : `/${file}`;
}

/** Whether a key file does not count because its device's mender.conf does not name it. */
export function isUnnamed({ keys }: Together, path: string): boolean {
  return keys !== null && !keys.includes(nameOf(path));
}

function nameOf(path: string): string {
  return path.split("/").at(-1) ?? path;
}

/** The file names in `ArtifactVerifyKey` and `ArtifactVerifyKeys`; null for what is no mender.conf. */
function keysNamedIn({ bytes }: FieldFile): readonly string[] | null {
  try {
    const value = parseJson(bytes);
    if (typeof value !== "object" || value === null) return null;
    const { ArtifactVerifyKey: one, ArtifactVerifyKeys: several } = value as { readonly ArtifactVerifyKey?: unknown; readonly ArtifactVerifyKeys?: unknown };
    if (one === undefined && several === undefined) return null;
    return [one, ...(Array.isArray(several) ? (several as readonly unknown[]) : [])].flatMap((path) => (typeof path === "string" ? [nameOf(path)] : []));
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}
