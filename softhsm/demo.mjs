// `npm run demo`: a real ceremony on SoftHSM with the commands that a user would type, replayed at the end.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { checkout, environmentWithoutSoftHsm, main, secondsSince, Stop, timed } from "./lines.mjs";
import { prepareCeremony } from "./prepare.mjs";
import { setUp } from "./set-up.mjs";

const DEMO = "out/demo";
const MARKER = ".made-by-npm-run-demo";

const COMMANDS = [
  ["check", `${DEMO}/script.yaml`],
  ["run", `${DEMO}/script.yaml`, "--record", `${DEMO}/record`, "--station", `${DEMO}/station.yaml`, "--answers", `${DEMO}/answers.yaml`],
  ["seal", `${DEMO}/record`, "--as", "alice", "--key", `${DEMO}/people/alice`],
  ["seal", `${DEMO}/record`, "--as", "dan", "--key", `${DEMO}/people/dan`],
  ["replay", `${DEMO}/record`, "--roster", `${DEMO}/roster`],
];

await main(() => {
  const beginning = performance.now();
  const { module } = setUp();
  const setUpTook = secondsSince(beginning);
  const start = performance.now();
  removeLastDemo();
  timed(`demo: preparing ${DEMO} (people's keys, PINs, requests)`, () =>
    prepareCeremony({ name: "factory", to: join(checkout, DEMO), module, extra: { [MARKER]: "npm run demo removes this folder and makes it afresh\n" } }));
  for (const command of COMMANDS) anchorite(command);
  console.log(`\nset-up took ${setUpTook}, the ceremony ${secondsSince(start)}`);
  // `run` exits with 0 only when the ceremony is done, `replay` only when the record is reproduced, authentic and pinned.
  console.log(`record: ${DEMO}/record (reproduced, pinned to ${DEMO}/roster)`);
});

function removeLastDemo() {
  const folder = join(checkout, DEMO);
  if (!existsSync(folder)) return;
  if (!existsSync(join(folder, MARKER))) throw new Stop(`demo: ${DEMO} was not made by this demo; move it away`, 2);
  rmSync(folder, { recursive: true });
}

function anchorite(args) {
  console.log(`\n$ npx anchorite ${args.join(" ")}`);
  const ended = spawnSync(process.execPath, [join("build", "program", "main.js"), ...args], { cwd: checkout, env: environmentWithoutSoftHsm(), stdio: ["ignore", "inherit", "inherit"] });
  if (ended.status !== 0) throw new Stop(`demo: \`${args[0]}\` ended with ${ended.status === null ? ended.signal : `exit code ${ended.status}`}; ${DEMO} is left as it is`, ended.status ?? 1);
}
