// A process in which the program stands ready: it evaluates the program's own main.js once for each command it is sent, so that a test
// need not start a process for it. Its standard streams are files; where it was started it was told main.js and two named pipes.
import { openSync, readSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [main, requests, answers] = process.argv.slice(2);
const from = openSync(requests, "r");
const to = openSync(answers, "w");
const program = pathToFileURL(main).href;
let evaluated = 0;

for (let request = nextLine(); request !== ""; request = nextLine()) {
  const { args, cwd, env } = JSON.parse(request);
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv = [process.execPath, main, ...args];
  process.exitCode = undefined;
  // another query is another evaluation: of main.js only, what it imports is there already
  await import(`${program}?${++evaluated}`);
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners("error");
  writeSync(to, `${JSON.stringify({ exit: process.exitCode ?? 0 })}\n`);
}
process.exit(0); // whoever sent commands has ended

/** One line; nothing when the other end is closed. */
function nextLine() {
  const octets = Buffer.alloc(1 << 16);
  for (let text = ""; ; ) {
    const count = readSync(from, octets);
    text += octets.toString("utf8", 0, count);
    if (count === 0 || text.endsWith("\n")) return text;
  }
}
