/** `package.mf` and `artifacts.mf`: a line a member, as ioxclient writes it and the vendor's own checker reads it. */
import { Fault } from "../../fault.ts";
import { fromUtf8 } from "../../bytes/text.ts";

export interface ManifestLine {
  readonly algorithm: "sha1" | "sha256" | "sha512";
  readonly name: string;
  /** Lower-case. */
  readonly hex: string;
}

const LINE = /^(SHA1|SHA256|SHA512)\(([^\r\n()]+)\)= ([0-9a-f]+)$/;
const ALGORITHMS = { SHA1: { algorithm: "sha1", digits: 40 }, SHA256: { algorithm: "sha256", digits: 64 }, SHA512: { algorithm: "sha512", digits: 128 } } as const;

/**
 * Lines `SHA256(NAME)= HEX`, each ended by LF.
 * @throws Fault form-package, form-utf8
 */
export function readManifest(bytes: Uint8Array): ManifestLine[] {
  const text = fromUtf8(bytes);
  const lines = text.split("\n");
  if (lines.pop() !== "" || lines.length === 0) throw new Fault("form-package", "expected lines that each end with LF, found another end");
  return lines.map(readLine);
}

function readLine(line: string, i: number): ManifestLine {
  const [, word = "", name = "", hex = ""] = LINE.exec(line) ?? [];
  const known = ALGORITHMS[word as keyof typeof ALGORITHMS];
  // the current openssl calls its digests otherwise than the vendor's tool does
  const hint = line.startsWith("SHA2-") ? ", which `openssl dgst` of OpenSSL 3 writes" : "";
  if (word === "" || hex.length !== known.digits) throw new Fault("form-package", `expected SHA256(NAME)= and hex of its length in line ${i + 1}, found ${JSON.stringify(line.slice(0, 100))}${hint}`);
  return { algorithm: known.algorithm, name, hex };
}
