// `npm run tokens`: every ceremony on every software token that this machine has, run, sealed and replayed. Prints a table in Markdown.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout, environmentWithoutSoftHsm, main, secondsSince, Stop } from "../../softhsm/lines.mjs";
import { setUp } from "../../softhsm/set-up.mjs";
import { installJudges } from "../../softhsm/system.mjs";
import { KITS } from "./kits.mjs";
import { prepareOnToken } from "./prepare.mjs";
import { stopDaemons } from "./daemons.mjs";

const MAIN = join(checkout, "build", "program", "main.js");

await main(() => {
  setUp();
  installJudges();
  delete process.env.SOFTHSM2_CONF; // never a token of this user
  if (!existsSync(MAIN)) throw new Stop("tokens: build the program first: npm run build", 2);
  const words = process.argv.slice(2);
  const wanted = (name) => words.length === 0 || words.includes(name);
  const names = [...readdirSync(join(checkout, "ceremonies")).filter((name) => existsSync(join(checkout, "ceremonies", name, "script.yaml"))), "rsa"].sort();
  // words choose tokens and ceremonies; of what no word names, all
  const tokens = Object.keys(KITS).filter((token) => wanted(token) || !words.some((word) => word in KITS));
  const ceremonies = names.filter((name) => wanted(name) || !words.some((word) => names.includes(word)));
  const folder = mkdtempSync(join(tmpdir(), "anchorite-tokens-"));
  try {
    const rows = ceremonies.map((name) => ({ name, cells: tokens.map((token) => attempt(token, name, join(folder, `${token}-${name}`))) }));
    console.log(["", `| | ${tokens.map((token) => KITS[token].title).join(" | ")} |`, `|---|${tokens.map(() => "---").join("|")}|`, ...rows.map(({ name, cells }) => `| ${name} | ${cells.map(({ cell }) => cell).join(" | ")} |`)].join("\n"));
    return rows.some(({ cells }) => cells.some(({ good }) => !good)) ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** One ceremony on one token, from its preparation to an auditor's verdict. */
function attempt(token, name, to) {
  const lacking = KITS[token].missing();
  if (lacking !== undefined) return told(token, name, { good: true, cell: `not tried: ${lacking} is missing` });
  const { prefix } = prepareOnToken({ token, name, to });
  try {
    return told(token, name, held(to, prefix));
  } finally {
    stopDaemons(to);
    rmSync(to, { recursive: true, force: true });
  }
}

function told(token, name, verdict) {
  console.error(`${token} ${name}: ${verdict.cell}${verdict.why === undefined ? "" : `\n${verdict.why}`}`);
  return verdict;
}

function held(cwd, prefix) {
  const start = performance.now();
  const run = anchorite(cwd, prefix, ["run", "script.yaml", "--record", "record", "--station", "station.yaml", "--answers", "answers.yaml"]);
  const took = secondsSince(start);
  const missing = missingAlgorithm(run);
  if (missing !== undefined) return { good: true, cell: `refused: ${missing}` };
  if (run.status !== 0) return { good: false, cell: `run: exit ${run.status}`, why: run.stderr };
  for (const id of ["alice", "dan"]) {
    const seal = anchorite(cwd, [], ["seal", "record", "--as", id, "--key", `people/${id}`]);
    if (seal.status !== 0) return { good: false, cell: `seal: exit ${seal.status}`, why: seal.stderr };
  }
  const replay = anchorite(cwd, [], ["replay", "record", "--roster", "roster"]);
  return replay.status === 0 ? { good: true, cell: `reproduced, run in ${took}` } : { good: false, cell: `replay: exit ${replay.status}`, why: replay.stdout };
}

/** The first algorithm that the token does not have, where that is why the run was refused. */
function missingAlgorithm({ status, stderr }) {
  if (status !== 0 && /wraps no key for a backup|does not wrap keys by AES/.test(stderr)) return "no wrapping of keys";
  const algorithm = /makes no key of ([a-z0-9-]+)/.exec(stderr)?.[1] ?? /hsm-mechanism: .*?\(([a-z0-9-]+)\)/.exec(stderr)?.[1];
  return status !== 0 && algorithm !== undefined ? `no ${algorithm}` : undefined;
}

function anchorite(cwd, prefix, args) {
  const [program, ...before] = [...prefix, process.execPath];
  return spawnSync(program, [...before, MAIN, ...args], { cwd, env: environmentWithoutSoftHsm(), encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
