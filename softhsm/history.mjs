// `node softhsm/history.mjs`: the life of a CA from 2026 to 2041 on SoftHSM, ceremony by ceremony, replayed at the end as one history.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { checkout, environmentWithoutSoftHsm, main, secondsSince, Stop, timed } from "./lines.mjs";
import { prepareCeremony } from "./prepare.mjs";
import { setUp } from "./set-up.mjs";

const HISTORY = "out/history";
const MARKER = ".made-by-history";

/** Script, answers and station of each ceremony, who seals it, and whether a token is lost before it. */
export const CEREMONIES = [
  { year: "2026", script: "script.yaml", answers: "answers.yaml", station: "station.yaml", sealers: ["alice", "dan"] },
  { ...year("2028"), station: "vault-station.yaml", sealers: ["alice", "dan"] },
  { ...year("2029"), station: "vault-station.yaml", sealers: ["alice", "dan"] },
  { ...year("2031"), station: "vault-station.yaml", sealers: ["alice", "dan"] },
  { ...year("2033"), station: "year-2033-station.yaml", sealers: ["alice", "dan"], loses: true },
  { ...year("2035"), station: "reserve-station.yaml", sealers: ["gina", "dan"] },
  { ...year("2037"), station: "reserve-station.yaml", sealers: ["gina", "dan"] },
  { ...year("2039"), station: "reserve-station.yaml", sealers: ["gina", "dan"] },
  { ...year("2041"), station: "year-2041-station.yaml", sealers: ["gina", "dan"] },
];

function year(year) {
  return { year, script: `year-${year}.yaml`, answers: `year-${year}-answers.yaml` };
}

/**
 * Holds one ceremony after the other in a prepared folder, and seals each.
 * @param {string} folder as `prepare.mjs` makes it
 * @param {(args: string[]) => void} anchorite runs a command there, and throws when it does not end with 0
 */
export function liveThrough(folder, anchorite) {
  mkdirSync(join(folder, "records"));
  for (const [i, ceremony] of CEREMONIES.entries()) {
    const before = CEREMONIES[i - 1];
    if (ceremony.loses) loseTokens(folder);
    if (before !== undefined) goOnFrom(folder, before, ceremony);
    const record = `records/${ceremony.year}`;
    anchorite(["run", ceremony.script, "--record", record, "--station", ceremony.station, "--answers", ceremony.answers]);
    for (const id of ceremony.sealers) anchorite(["seal", record, "--as", id, "--key", `people/${id}`]);
  }
}

/** What people copy by hand: the digest of the last seal into the script, the serials of tokens that are there into the station. */
function goOnFrom(folder, before, { script, station }) {
  const record = join(folder, "records", before.year);
  const seal = createHash("sha256").update(readFileSync(join(record, "seal.txt"))).digest("hex");
  edit(join(folder, script), (text) => text.replace(/"0{64}"/, `"${seal}"`));
  const { tokens } = JSON.parse(readFileSync(join(record, "artifacts", "register.json"), "utf8"));
  for (const { token, serial } of tokens) edit(join(folder, station), (text) => text.replace(new RegExp(`(\n  ${token}:\n(?:    .*\n)*?    serial: )"0{16}"`), `$1"${serial}"`));
}

function edit(path, change) {
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

/** The folder of SoftHSM's tokens is emptied: no ceremony reaches them again. */
function loseTokens(folder) {
  mkdirSync(join(folder, "gone"));
  for (const token of readdirSync(join(folder, "tokens"))) renameSync(join(folder, "tokens", token), join(folder, "gone", token));
}

// called by its own name and not imported
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(() => {
    const { module } = setUp();
    const start = performance.now();
    const folder = join(checkout, HISTORY);
    removeLast(folder);
    timed(`history: preparing ${HISTORY}`, () => prepareCeremony({ name: "history", to: folder, module, extra: { [MARKER]: "node softhsm/history.mjs removes this folder and makes it afresh\n" } }));
    liveThrough(folder, (args) => program(folder, args));
    program(folder, ["history", "records", "--roster", "roster"]);
    program(folder, ["rotation", "status", "records/2041", "--roster", "roster", "--at", "2041-10-01"]);
    console.log(`\nfifteen years in ${secondsSince(start)}; the records are in ${HISTORY}/records`);
  });
}

function removeLast(folder) {
  if (!existsSync(folder)) return;
  if (!existsSync(join(folder, MARKER))) throw new Stop(`history: ${HISTORY} was not made by this script; move it away`, 2);
  rmSync(folder, { recursive: true });
}

function program(cwd, args) {
  console.log(`\n$ npx anchorite ${args.join(" ")}`);
  const ended = spawnSync(process.execPath, [join(checkout, "build", "program", "main.js"), ...args], { cwd, env: environmentWithoutSoftHsm(), stdio: ["ignore", "inherit", args[0] === "run" ? "pipe" : "inherit"], encoding: "utf8" });
  if (ended.status !== 0) throw new Stop(`history: \`${args[0]}\` ended with ${ended.status === null ? ended.signal : `exit code ${ended.status}`}\n${ended.stderr ?? ""}`, ended.status ?? 1);
}
