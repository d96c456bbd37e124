/** What is said to a file of a record in another format than the one that is read. */

/**
 * From version 1 on every format stays readable; version 0 carried no promise, and nothing of it is read.
 * @param expected the format that is read, such as `anchorite-record/1`
 * @param found what stands in its place
 */
export function otherFormat(expected: string, found: unknown): string {
  const what = typeof found === "string" ? found.slice(0, 100) : "none";
  if (what !== expected.replace(/[0-9]+$/, "0")) return `expected the format ${expected}, found ${what}, which this version does not read`;
  return `expected the format ${expected}, found ${what}: it was written before the first release, while the format was still moving, and carries no promise; replay it with the tool that wrote it, whose package digest stands in entry 0`;
}
