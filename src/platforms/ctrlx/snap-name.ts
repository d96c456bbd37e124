/** How snapcraft names a snap, and what Bosch's tools take from the name. */

export interface SnapName {
  readonly app: string;
  readonly version: string;
  /** Such as amd64. */
  readonly architecture: string;
}

/** The name and the version of a snap as snapcraft allows them; neither has an underscore. */
const APP = /^(?=.{1,40}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/;
const VERSION = /^(?=.{1,32}$)[A-Za-z0-9]([A-Za-z0-9.+~-]*[A-Za-z0-9+~])?$/;

export const SNAP_FORM = "a snap is named <app>_<version>_<architecture>.snap, with two underscores";

/** @param path of the file; folders above it do not count. @returns null for any other name */
export function readSnapName(path: string): SnapName | null {
  const [app = "", version = "", architecture = "", ...more] = fileName(path).replace(/\.snap$/, "_").split("_");
  if (more.length !== 1 || more[0] !== "" || !APP.test(app) || !VERSION.test(version) || !/^[a-z0-9]{1,20}$/.test(architecture)) return null;
  return { app, version, architecture };
}

/** `<app>_<version>`: what the archive, and each snap and signature in it, are called. */
export function revisionName({ app, version }: Pick<SnapName, "app" | "version">): string {
  return `${app}_${version}`;
}

export function isAppName(text: string): boolean {
  return APP.test(text);
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
