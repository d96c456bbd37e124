/** `SHA256SUMS`: the digests of a record's files, in the form that `sha256sum -c` reads. */
import { fromUtf8, toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";

/** A file of the record: its path below the record's folder and its SHA-256, lower-case hex. */
export interface ManifestEntry {
  readonly path: string;
  readonly sha256: string;
}

const LINE = /^([0-9a-f]{64}) {2}(.+)$/;
const MAX_PATH = 1024;

/**
 * Whether a path may stand in a manifest: relative, of `A–Z a–z 0–9 . _ + ~ - /`, at most 1,024 characters, without empty, `.` or
 * `..` parts, and not the single `-` that `sha256sum` takes for its standard input.
 */
export function isManifestPath(path: string): boolean {
  if (path === "-" || path.length > MAX_PATH || !/^[A-Za-z0-9._+~/-]+$/.test(path)) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/**
 * Lines `<64 hex>  path`, LF, sorted by the octets of the path.
 * @throws Fault form-seal for a path or digest that may not stand there, or two paths that one folder cannot hold
 */
export function writeManifest(files: readonly ManifestEntry[]): Uint8Array {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  refuseClashes(sorted);
  return toUtf8(sorted.map(line).join(""));
}

function line({ path, sha256 }: ManifestEntry): string {
  if (!isManifestPath(path)) throw new Fault("form-seal", `expected a plain relative path in SHA256SUMS, found ${JSON.stringify(path)}`);
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Fault("form-seal", `expected a SHA-256 as lower-case hex for ${path}, found ${JSON.stringify(sha256)}`);
  return `${sha256}  ${path}\n`;
}

/** A record moves on a stick: no two paths, nor any folders of theirs, may differ only in the case of letters. */
function refuseClashes(files: readonly ManifestEntry[]): void {
  const spelled = new Map<string, string>();
  const seen = new Set<string>();
  for (const { path } of files) {
    if (seen.has(path)) throw new Fault("form-seal", `expected each path once in SHA256SUMS, found ${JSON.stringify(path)} twice`);
    seen.add(path);
    for (const prefix of prefixes(path)) {
      const other = spelled.get(prefix.toLowerCase()) ?? prefix;
      if (other !== prefix) {
        throw new Fault("form-seal", `expected paths that differ in more than case, found ${JSON.stringify(other)} and ${JSON.stringify(prefix)}`);
      }
      spelled.set(prefix.toLowerCase(), prefix);
    }
  }
}

function prefixes(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}

/**
 * Reads a manifest that re-encodes to itself.
 * @throws Fault form-seal for any other spelling: order, white space, upper-case hex, a missing last LF, paths as in `writeManifest`
 */
export function readManifest(bytes: Uint8Array): ManifestEntry[] {
  const text = fromUtf8(bytes);
  const files = text.split("\n").slice(0, -1).map(readLine);
  if (fromUtf8(writeManifest(files)) !== text) {
    throw new Fault("form-seal", "expected SHA256SUMS sorted by path, each line ended by one LF, found another spelling of it");
  }
  return files;
}

function readLine(text: string, index: number): ManifestEntry {
  const [, sha256, path] = LINE.exec(text) ?? [];
  if (sha256 === undefined || path === undefined) {
    throw new Fault("form-seal", `expected 64 hex digits, two spaces and a path on line ${index + 1} of SHA256SUMS, found ${JSON.stringify(text.slice(0, 100))}`);
  }
  return { path, sha256 };
}
