import { dirname, join } from "node:path";
import { HOST_DISK } from "./disk.ts";
import { syncFolder, writing } from "./files.ts";

/**
 * Has every name below a folder, and its own, outlast a loss of power: a process that died may have made names and not fsynced
 * them, and whoever finds them builds on them. What the files hold was fsynced before they had their names.
 * @throws Fault record-write
 */
export function settleFolder(path: string, disk = HOST_DISK): void {
  const settle = (at: string): void => {
    syncFolder(at, disk);
    for (const { name, kind } of disk.list(at)) if (kind === "folder") settle(join(at, name));
  };
  writing(path, () => (syncFolder(dirname(path), disk), settle(path)));
}
