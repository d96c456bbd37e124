/** The `.app` file: plain tar, all architectures of one version of an app. */
import { writeTar, type TarEntry } from "../../bytes/tar.ts";
import { revisionName, type SnapName } from "./snap-name.ts";

/** A snap with its signature file. */
export interface SignedSnap {
  readonly name: SnapName;
  readonly snap: Uint8Array;
  readonly signature: Uint8Array;
}

/** Below `public/` without a stroke or a dot before it: verify-apps.sh finds nothing below `./public/`. */
export const RELEASE = /^public\/snaps\/([a-z0-9]+)\/release\/([^/]+)\.(snap|signature)$/;

/** The archive, with its folders, in the order given. @throws Fault form-tar for one architecture twice */
export function appFile(snaps: readonly SignedSnap[]): Uint8Array {
  const folder = (name: string): TarEntry => ({ name, bytes: new Uint8Array() });
  const entries = snaps.flatMap(({ name, snap, signature }): TarEntry[] => {
    const [above, release] = [`public/snaps/${name.architecture}/`, `public/snaps/${name.architecture}/release/`];
    return [folder(above), folder(release), { name: `${release}${revisionName(name)}.snap`, bytes: snap }, { name: `${release}${revisionName(name)}.signature`, bytes: signature }];
  });
  return writeTar([folder("public/"), folder("public/snaps/"), ...entries]);
}
