/** Files that configurations make and read. Their paths differ from year to year: each runs in a folder of its own. */
import { lastPart } from "./words.ts";

interface Made<T> {
  readonly parts: readonly string[];
  readonly thing: T;
}

/** What lies in the files that were made, by their paths. */
export class FilesMade<T> {
  readonly #made: Made<T>[] = [];

  /** @param from the configuration, whose folder relative paths start from */
  add(from: string, path: string, thing: T): void {
    this.#made.push({ parts: partsOf(from, path), thing });
  }

  /** The file of that name in a folder of that name; of several the latest. */
  near(from: string, path: string): T | undefined {
    const parts = partsOf(from, path).slice(-2);
    return this.#made.findLast((one) => one.parts.slice(-2).join("/") === parts.join("/"))?.thing;
  }

  /** The latest file of that name, whatever its folder. */
  far(path: string): T | undefined {
    return this.#made.findLast((one) => one.parts.at(-1) === lastPart(path))?.thing;
  }
}

/** A path as its names from the top, without `.` and `..` as far as they can be resolved. */
function partsOf(from: string, path: string): string[] {
  const start = path.startsWith("/") ? [] : from.split("/").slice(0, -1);
  return [...start, ...path.split("/")].reduce<string[]>((parts, part) => {
    if (part === "" || part === ".") return parts;
    const canGoUp = part === ".." && parts.length > 0 && parts.at(-1) !== "..";
    return canGoUp ? parts.slice(0, -1) : [...parts, part];
  }, []);
}
