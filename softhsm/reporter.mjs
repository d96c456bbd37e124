// From the events of node:test to what a person reads: one line a file, failures in full below it.
import { count } from "./tally.mjs";

/**
 * Reads the events of one `run()` of node:test, whose results come in the order of the files, and writes as it goes.
 * @param {AsyncIterable<{ type: string, data: any }>} events
 * @param {{ tally: import("./tally.mjs").Tally, write: (text: string) => void, title: (file: string) => string, files: readonly string[], onEvent?: () => void }} to
 *   `files`: those that must be heard of. Several may share a process: a test is counted where it is written.
 */
export async function report(events, { tally, write, title, files: wanted, onEvent }) {
  const files = new Map();
  const own = new Set(wanted);
  const whole = ({ file, entryFile }) => (own.has(file) ? file : (entryFile ?? file));
  const fileOf = (path) => files.get(path) ?? files.set(path, newFile(title(path))).get(path);
  const above = []; // the names around the current test, by nesting
  let current;
  for await (const { type, data } of events) {
    onEvent?.();
    const isFile = data.name !== undefined && data.name === data.file;
    if (type === "test:stdout" || type === "test:stderr") fileOf(data.file).wrote += data.message;
    else if (type === "test:complete" && isFile) fileOf(data.file).milliseconds = data.details?.duration_ms;
    else if (type === "test:start") above[data.nesting] = data.name;
    else if (type === "test:diagnostic" && /^(Error|Warning): /.test(data.message)) write(indented(data.message));
    else if (type === "test:pass" || type === "test:fail") {
      const file = fileOf(whole(data));
      if (isFile && !own.has(data.file) && type === "test:pass") continue; // a process that several files share
      if (current !== undefined && current !== file) write(pageOf(current));
      current = file;
      const names = isFile ? [] : [...above.slice(0, data.nesting), data.name];
      countInto(file, tally, { ...data, name: file.title, isFile, failed: type === "test:fail" }, names);
    }
  }
  if (current !== undefined) write(pageOf(current));
  for (const path of wanted.filter((path) => !files.has(path))) {
    const file = fileOf(path);
    countInto(file, tally, { name: file.title, isFile: true, failed: false }, []);
    write(pageOf(file));
  }
}

function newFile(title) {
  return { title, passed: 0, failed: 0, skipped: 0, failures: [], wrote: "", milliseconds: undefined };
}

function countInto(file, tally, test, names) {
  const before = { ...tally, tools: tally.tools.length };
  const why = count(tally, test);
  file.passed += tally.passed - before.passed;
  file.failed += tally.failed - before.failed;
  file.skipped += tally.tools.length - before.tools + tally.corpora - before.corpora;
  if (why !== undefined) file.failures.push([...(names.length > 0 ? [names.join(" › ")] : []), why].join("\n"));
}

function pageOf({ title, passed, failed, skipped, failures, wrote, milliseconds }) {
  const counts = [`${passed} passed`, ...(failed > 0 ? [`${failed} failed`] : []), ...(skipped > 0 ? [`${skipped} skipped`] : [])].join(", ");
  const time = milliseconds === undefined ? "" : `, ${(milliseconds / 1000).toFixed(1)} s`;
  const below = failures.length > 0 && wrote !== "" ? [...failures, `what the file wrote:\n${wrote}`] : failures;
  return `${failed > 0 ? "FAIL" : "  ok"}  ${title}: ${counts}${time}\n${below.map(indented).join("")}`;
}

function indented(text) {
  return `${text.trimEnd().replace(/^(?=.)/gm, "      ")}\n`;
}
