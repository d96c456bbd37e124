/** `copy RECORD DIR…`: a record on several media, every octet read back. */
import { join } from "node:path";
import { sha256Hex } from "../bytes/digest.ts";
import { toUtf8 } from "../bytes/text.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import { kindAt } from "../room/files.ts";
import { listFiles } from "../room/listing.ts";
import { copyToMedium, readBack } from "../room/medium.ts";
import { result, talkThrown } from "./output.ts";

/** One line a medium; the others go on where one fails. Exit 0 when all are whole, 3 when any is not. */
export function copy(record: string, media: readonly string[]): ExitCode {
  if (kindAt(record) !== "folder") throw new Fault("record-missing", `expected a record's folder, found ${kindAt(record)} at ${record}`);
  if (new Set(media).size !== media.length) throw new Fault("usage-arguments", "expected each medium once");
  const files = listFiles(record);
  let failed = 0;
  for (const medium of media) {
    try {
      result(copyTo(record, files, medium));
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      failed++;
      talkThrown(thrown);
      result(`${medium}: NOT COPIED`);
    }
  }
  return failed === 0 ? EXIT.done : EXIT.refused;
}

/** @throws Fault record-exists, record-write, record-medium */
function copyTo(record: string, files: readonly string[], medium: string): string {
  if (kindAt(medium) !== "nothing") throw new Fault("record-exists", `expected no such folder yet, found ${medium}`, ["name a new folder on the medium; nothing was written to it"]);
  const digests = new Map<string, string>();
  let octets = 0;
  for (const path of files) {
    const bytes = copyToMedium(join(record, path), join(medium, path));
    digests.set(path, sha256Hex(bytes));
    octets += bytes.length;
  }
  const isDirect = requireReadBack(medium, digests);
  const whole = sha256Hex(toUtf8([...digests].map(([path, sha256]) => `${sha256}  ${path}\n`).join("")));
  return `${medium}: ${digests.size} files, ${octets} octets, written and read back ${isDirect ? "from the medium" : "(perhaps from this host's memory: take the medium out, put it in again, and replay it)"}; SHA-256 of all digests ${whole}`;
}

/** Whether all was read past the host's memory. @throws Fault record-medium */
function requireReadBack(medium: string, digests: ReadonlyMap<string, string>): boolean {
  let isDirect = true;
  for (const [path, wanted] of digests) {
    const back = readBack(join(medium, path));
    isDirect &&= back.isDirect;
    const found = sha256Hex(back.bytes);
    if (found !== wanted) throw new Fault("record-medium", `${medium}: expected ${path} with the SHA-256 ${wanted}, read back ${found}`, ["the medium loses what is written to it: take another"]);
  }
  const more = listFiles(medium).filter((path) => !digests.has(path));
  if (more.length > 0) throw new Fault("record-medium", `${medium}: expected the files of the record and no others, found ${more.join(", ")}`);
  return isDirect;
}
