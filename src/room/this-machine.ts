/** What this process runs on. */

/** The version of Node, such as `20.17.0`, and the system and processor it was made for. */
export function nodeHere(): { readonly version: string; readonly system: string } {
  return { version: process.versions.node, system: `${process.platform} ${process.arch}` };
}
