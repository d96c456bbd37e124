// `npm test`, `npm test -- hsm x509/crl`: set-up, build, then every test file whose name holds one of the words.
import { setMaxListeners } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { run } from "node:test";
import { checkout, main, secondsSince, Stop } from "./lines.mjs";
import { report } from "./reporter.mjs";
import { setUp } from "./set-up.mjs";
import { installJudges } from "./system.mjs";
import { newTally, verdict } from "./tally.mjs";

const BUILT = join(checkout, "build");
/** A run that says nothing for so long hangs, and is ended. */
const SILENCE_MS = 5 * 60 * 1000;

/** Tests run in so many processes at a time. */
const PROCESSES = Math.max(2, availableParallelism());

/** A file belongs to the first whose ending it has; the last runs first. Tests on SoftHSM wait for other processes, and have a process each. */
const PARTS = [
  { name: "SoftHSM", ending: ".softhsm.test.js", sharing: false },
  { name: "program", ending: ".program.test.js", sharing: true },
  { name: "pure", ending: ".test.js", sharing: true },
];

/** The source that a built file came from: `test/bytes/der.test.ts`. */
const title = (file) => relative(BUILT, file).replace(/\.js$/, ".ts");

await main(async () => {
  const beginning = performance.now();
  const { module } = setUp();
  installJudges();
  delete process.env.SOFTHSM2_CONF; // never a token of this user
  process.env.SOFTHSM2_MODULE = module;
  process.env.ANCHORITE_PROGRAM = join(BUILT, "program", "main.js");
  const files = chosen(process.argv.slice(2));
  const tally = newTally({ strict: process.env.ANCHORITE_STRICT === "1" });
  const entries = mkdtempSync(join(tmpdir(), "anchorite-test-"));
  try {
    const times = [];
    for (const { name, sharing } of PARTS.toReversed()) {
      const own = files.filter((file) => partOf(file) === name);
      times.push(await part(name, own, sharing ? shared(name, own, entries) : own, tally));
    }
    const { lines, exitCode } = verdict(tally);
    console.log(["", ...times, `whole: ${secondsSince(beginning)} with set-up and build`, ...lines].join("\n"));
    return exitCode;
  } finally {
    rmSync(entries, { recursive: true });
  }
});

/** A file's part stands in its name: nothing else (pure), other programs, or SoftHSM as well. */
function partOf(file) {
  return PARTS.find(({ ending }) => file.endsWith(ending))?.name;
}

/** Files that share processes: there are many small ones, and each process would load the same packages anew. */
function shared(name, files, folder) {
  return groups(files).map((own, i) => {
    const entry = join(folder, `${name}-${i + 1}.test.mjs`);
    writeFileSync(entry, own.map((file) => `import ${JSON.stringify(file)};\n`).join(""));
    return entry;
  });
}

/** Those that read all of the sources with the compiler are together, and first: one process loads it, and no other holds the trees. */
function groups(files) {
  const ofHouse = files.filter((file) => relative(BUILT, file).split(sep)[1] === "house");
  const others = files.filter((file) => !ofHouse.includes(file));
  // so many that the processes that are done earlier have something left to do
  const count = Math.min(ofHouse.length === 0 ? PROCESSES : 2 * PROCESSES - 1, others.length);
  return [ofHouse, ...Array.from({ length: count }, (_, i) => others.filter((_, at) => at % count === i))].filter((group) => group.length > 0);
}

function chosen(words) {
  const files = readdirSync(join(BUILT, "test"), { recursive: true }).map((path) => join(BUILT, "test", String(path))).filter((path) => path.endsWith(".test.js")).sort();
  const matching = words.length === 0 ? files : files.filter((file) => words.some((word) => title(file).includes(word)));
  if (matching.length === 0) throw new Stop(`test: no test file${words.length > 0 ? ` has ${words.join(" or ")} in its name` : ""}`, 2);
  return matching;
}

async function part(name, files, entries, tally) {
  if (files.length === 0) return `${name} part: no file`;
  const start = performance.now();
  console.log(`\n${name} part`);
  const silence = new AbortController();
  setMaxListeners(0, silence.signal); // every file listens
  const watch = setTimeout(() => silence.abort(), SILENCE_MS);
  await report(run({ files: entries, concurrency: PROCESSES, signal: silence.signal }), { tally, title, files, write: (text) => process.stdout.write(text), onEvent: () => watch.refresh() });
  clearTimeout(watch);
  return `${name} part: ${files.length} ${files.length === 1 ? "file" : "files"}, ${secondsSince(start)}${silence.signal.aborted ? `, ended after ${SILENCE_MS / 60000} minutes of silence` : ""}`;
}
