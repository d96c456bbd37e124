/** `import boulder CONFIG…`: configuration files of letsencrypt/boulder's ceremony tool become a script and a station template. */
import { dirname, isAbsolute, join } from "node:path";
import { sha256Hex } from "../bytes/digest.ts";
import { fromPem } from "../bytes/pem.ts";
import { fromUtf8, toUtf8 } from "../bytes/text.ts";
import { importBoulder } from "../ceremony/imported.ts";
import { printable } from "../console/escape.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import { periodEnd } from "../plan/validity.ts";
import { hostInstant } from "../room/clock.ts";
import { keepFiles, kindAt, readRegular } from "../room/files.ts";
import { pathsRead } from "../script/boulder/config.ts";
import { readConfig, type NamedConfig } from "../script/boulder/read.ts";
import { packFiles, readPack } from "./earlier-pack.ts";
import { result, talk, talkFindings } from "./output.ts";

export interface ImportOptions {
  /** The folder for script.yaml and station.yaml; nothing in it is overwritten. */
  readonly output: string;
  readonly title: string;
  /** The sealed record of an earlier ceremony, or its register pack: its keys and certificates are used by name. */
  readonly register?: string;
}

const LIMIT = 1024 * 1024;

/** Reads every file before anything is written; all findings at once. */
export async function importBoulderFiles(files: readonly string[], { output, title, register }: ImportOptions): Promise<ExitCode> {
  const earlier = register === undefined ? null : readPack(register);
  const read = files.map((file) => readConfig(readRegular(file, LIMIT), file));
  const configs = read.flatMap(({ config }) => (config === null ? [] : [earlier === null ? config : withBeside(config)]));
  const unreadable = read.flatMap(({ findings }) => findings);
  const imported = importBoulder(unreadable.length === 0 ? configs : [], { title, until: periodEnd(hostInstant(), "P1Y"), earlier });
  const findings = [...unreadable, ...imported.findings];
  if (findings.length > 0) {
    talkFindings(findings);
    return EXIT.refused;
  }
  const pack = earlier === null || register === undefined ? [] : packFiles(register, output, earlier);
  await keepFiles([{ path: join(output, "script.yaml"), bytes: toUtf8(imported.script) }, { path: join(output, "station.yaml"), bytes: toUtf8(imported.station) }, ...pack]);
  for (const note of imported.notes) talk(`note: ${printable(note)}`);
  result(`${join(output, "script.yaml")}: ${configs.length} ceremonies of boulder's in one script`, `${join(output, "station.yaml")}: its station`);
  talk("next: put the people's public keys into people/, then anchorite check");
  return EXIT.done;
}

/** A configuration with the digests of the certificates and public keys that lie where it reads them. */
function withBeside(config: NamedConfig): NamedConfig {
  return { ...config, beside: new Map(pathsRead(config.config).flatMap((path) => digestAt(config.file, path))) };
}

function digestAt(file: string, path: string): [path: string, digest: string][] {
  const at = isAbsolute(path) ? path : join(dirname(file), path);
  if (kindAt(at) !== "file") return [];
  try {
    return [[path, sha256Hex(fromPem(fromUtf8(readRegular(at, LIMIT)), ["CERTIFICATE", "PUBLIC KEY"]).der)]];
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code.startsWith("form-")) throw new Fault("usage-file", `expected a certificate or a public key in PEM at ${at}, which ${file} reads: ${thrown.message}`, ["take it away, or put there what the earlier ceremony made"], { cause: thrown });
    throw thrown;
  }
}
