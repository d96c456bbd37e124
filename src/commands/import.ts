/** `import boulder CONFIG…`: configuration files of letsencrypt/boulder's ceremony tool become a script and a station template. */
import { join } from "node:path";
import { toUtf8 } from "../bytes/text.ts";
import { importBoulder } from "../ceremony/imported.ts";
import { printable } from "../console/escape.ts";
import { EXIT, type ExitCode } from "../fault.ts";
import { periodEnd } from "../plan/validity.ts";
import { hostInstant } from "../room/clock.ts";
import { keepFile, readRegular } from "../room/files.ts";
import { readConfig } from "../script/boulder/read.ts";
import { result, talk, talkFindings } from "./output.ts";

export interface ImportOptions {
  /** The folder for script.yaml and station.yaml; nothing in it is overwritten. */
  readonly output: string;
  readonly title: string;
}

const LIMIT = 1024 * 1024;

/** Reads every file before anything is written; all findings at once. */
export function importBoulderFiles(files: readonly string[], { output, title }: ImportOptions): ExitCode {
  const read = files.map((file) => readConfig(readRegular(file, LIMIT), file));
  const configs = read.flatMap(({ config }) => (config === null ? [] : [config]));
  const unreadable = read.flatMap(({ findings }) => findings);
  const imported = importBoulder(unreadable.length === 0 ? configs : [], title, periodEnd(hostInstant(), "P1Y"));
  const findings = [...unreadable, ...imported.findings];
  if (findings.length > 0) {
    talkFindings(findings);
    return EXIT.refused;
  }
  keepFile(join(output, "script.yaml"), toUtf8(imported.script));
  keepFile(join(output, "station.yaml"), toUtf8(imported.station));
  for (const note of imported.notes) talk(`note: ${printable(note)}`);
  result(`${join(output, "script.yaml")}: ${configs.length} ceremonies of boulder's in one script`, `${join(output, "station.yaml")}: its station`);
  talk("next: put the people's public keys into people/, then anchorite check");
  return EXIT.done;
}
