/** Files that people bring to an act: read, copied into the record, and answered by their digests. Nothing is ever overwritten. */
import { join } from "node:path";
import { sha256Hex } from "../bytes/digest.ts";
import type { AttachRequest, Moment, People } from "../console/people.ts";
import { Fault } from "../fault.ts";
import type { Observation } from "../transcript/observation.ts";
import type { Disk } from "./disk.ts";
import { keepFiles, readRegular, type FileToKeep } from "./files.ts";

/** Octets; an audit log of a device is far below it. */
const LARGEST = 64 * 1024 * 1024;
/** What people can set right: another path, or the bytes that a run before copied already. */
const MENDABLE: readonly string[] = ["usage-file", "record-artifact-differs"];

/**
 * Asks for the files of an act and copies them to their paths below the record.
 * @throws Fault usage-file, record-artifact-differs where a file of answers named it; record-write
 */
export async function attachFiles(record: string, people: People, request: AttachRequest, moment: Moment, disk?: Disk): Promise<Observation> {
  for (;;) {
    const named = await people.attach(request, moment);
    if (named.kind !== "named") return named;
    try {
      const brought = request.files.map((path, i) => ({ path, bytes: octetsOf(named.files[i] ?? "") }));
      await keepFiles(brought.map(({ path, bytes }): FileToKeep => ({ path: join(record, path), bytes })), disk);
      const files = brought.map(({ path, bytes }) => ({ path, length: bytes.length, sha256: sha256Hex(bytes) }));
      for (const { path, length, sha256 } of files) people.tell(`${path}: ${length} octets, SHA-256 ${sha256}`);
      return { kind: "attach", outcome: "answered", by: named.by, files };
    } catch (thrown) {
      if (people.source !== "terminal" || !(thrown instanceof Fault) || !MENDABLE.includes(thrown.code)) throw thrown;
      for (const line of [thrown.message, ...thrown.hints]) people.tell(line);
    }
  }
}

function octetsOf(file: string | Uint8Array): Uint8Array {
  return typeof file === "string" ? readRegular(file, LARGEST) : file;
}
