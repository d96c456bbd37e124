import { dirname, join } from "node:path";
import { HOST_DISK, type Disk } from "./disk.ts";
import { syncFolder, writing } from "./files.ts";
import { walkFolder } from "./listing.ts";

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

/** The same, and the octets of every file below it, whoever wrote them. @throws Fault record-write, usage-file */
export function settleAll(path: string, disk = HOST_DISK): void {
  for (const name of walkFolder(path, disk).files) writing(join(path, name), () => settleFile(join(path, name), disk));
  settleFolder(path, disk);
}

function settleFile(path: string, disk: Disk): void {
  const file = disk.open(path, "read");
  try {
    disk.sync(file);
  } finally {
    disk.close(file);
  }
}
