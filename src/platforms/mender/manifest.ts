/** The manifest of a .mender artifact: the digests of all that is in it, and the one thing that is signed. */
import { fromUtf8 } from "../../bytes/text.ts";
import { Fault } from "../../fault.ts";

export interface ManifestLine {
  readonly name: string;
  /** SHA-256, lower-case hex. */
  readonly sha256: string;
}

/**
 * Reads a manifest: lines of 64 hex digits, two blanks and a name, each ended by LF, each name once.
 * @throws Fault form-mender, form-utf8
 */
export function readManifest(bytes: Uint8Array): ManifestLine[] {
  const text = fromUtf8(bytes);
  if (!text.endsWith("\n")) throw new Fault("form-mender", "expected the last line of the manifest to end in a line feed");
  const lines = text.slice(0, -1).split("\n").map(lineOf);
  const names = lines.map(({ name }) => name);
  const twin = names.find((name, i) => names.indexOf(name) !== i);
  if (twin !== undefined) throw new Fault("form-mender", `expected each name of the manifest once, found ${twin} twice`);
  return lines;
}

function lineOf(line: string): ManifestLine {
  const [, sha256, name] = /^([0-9a-f]{64}) {2}([!-~](?:[ -~]*[!-~])?)$/.exec(line) ?? [];
  if (sha256 === undefined || name === undefined) throw new Fault("form-mender", `expected 64 hex digits, two blanks and a name, found ${JSON.stringify(line.slice(0, 120))}`);
  return { name, sha256 };
}
