/** One record, one process: a lock that the kernel frees when the process dies, so that no stale lock can stand in the way. */
import { createServer, type Server } from "node:net";
import { Fault } from "../fault.ts";
import { HOST_DISK } from "./disk.ts";
import { identityOf } from "./files.ts";

/**
 * Locks a record's folder for this process, by an abstract socket named by device and inode.
 * @returns the function that unlocks
 * @throws Fault record-locked when another process holds it
 */
export async function lockRecord(folder: string, disk = HOST_DISK): Promise<() => void> {
  const server: Server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(new Fault("record-locked", `another process works on ${folder}`, ["wait for it, or end it, then run the same command again"], { cause })));
    server.listen({ path: `\0anchorite-record-${identityOf(folder, disk)}` }, resolve);
  });
  server.unref();
  return () => server.close();
}
