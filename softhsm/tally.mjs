// How tests are counted: so that a skipped test cannot hide and an empty run cannot pass.
import { inspect } from "node:util";

/**
 * What the runs so far came to; `tools` holds a name for each test that was skipped for want of a tool.
 * @typedef {{ passed: number, failed: number, tools: string[], corpora: number, strict: boolean }} Tally
 */

/**
 * @param {{ strict: boolean }} options strict: a test that is skipped for want of a tool has failed
 * @returns {Tally}
 */
export function newTally({ strict }) {
  return { passed: 0, failed: 0, tools: [], corpora: 0, strict };
}

/**
 * Counts what node:test says of one test; a suite counts only when it fails by itself or is skipped.
 * @param {Tally} tally
 * @param {{ name: string, skip?: string | boolean, todo?: string | boolean, details?: any, isFile: boolean, failed: boolean }} test
 *   `isFile`: node:test speaks of the whole file, which it does when no test ran in it or the process died
 * @returns {string | undefined} for a failure, why
 */
export function count(tally, { name, skip, todo, details, isFile, failed }) {
  if (failed && details?.error?.failureType === "subtestsFailed") return undefined; // counted below it
  if (skip !== undefined) return countSkipped(tally, String(skip));
  const why = failed ? describe(details?.error) : todo !== undefined ? "a todo is not a test" : isFile ? `no test ran in ${name}` : undefined;
  if (why !== undefined) tally.failed++;
  else if (details?.type !== "suite") tally.passed++;
  return why;
}

function countSkipped(tally, reason) {
  const tool = /^tool missing: (\S+)/.exec(reason)?.[1];
  if (tool !== undefined && !tally.strict) {
    tally.tools.push(tool);
    return undefined;
  }
  if (reason.startsWith("corpora missing")) {
    tally.corpora++;
    return undefined;
  }
  tally.failed++;
  return tool === undefined ? `skipped, though neither a tool nor corpora are missing: ${reason}` : `skipped (${reason}) while ANCHORITE_STRICT is set`;
}

function describe(error) {
  if (error?.exitCode !== undefined) return `the file ended with ${error.exitCode === null ? error.signal : `exit code ${error.exitCode}`}`;
  return typeof error?.cause === "object" ? inspect(error.cause, { depth: 6 }) : String(error?.cause ?? error);
}

/**
 * The last lines of a test run, and its exit code.
 * @param {Tally} tally
 * @returns {{ lines: string[], exitCode: number }}
 */
export function verdict({ passed, failed, tools, corpora }) {
  const names = [...new Set(tools)].sort().join(", ");
  const nothing = passed + failed === 0;
  const lines = [
    `skipped for want of a tool: ${tools.length}${names === "" ? "" : ` (${names})`}`,
    `skipped for want of corpora: ${corpora}`,
    ...(nothing ? ["no test was executed, and that is a failure"] : []),
    `${passed} passed, ${failed} failed, ${tools.length + corpora} skipped`,
  ];
  return { lines, exitCode: failed > 0 || nothing ? 1 : 0 };
}
