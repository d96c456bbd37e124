// One ceremony on SoftHSM with a step over a folder of requests, by the commands of the product; its times are those of its own transcript.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, environmentWithoutSoftHsm, Stop } from "../softhsm/lines.mjs";
import { prepareCeremony } from "../softhsm/prepare.mjs";

const STEP = 5;
const scriptOf = (algorithm) => `anchorite: 1
ceremony: Bench ${algorithm}
assurance: test
people:
  alice: { name: Alice Example, role: administrator, key: people/alice.pub }
  dan:   { name: Dan Example,   role: witness,       key: people/dan.pub }
quorum: { seal: [1 of administrator, 1 of witness] }
tokens:
  vault: { holds: [root] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ${algorithm}, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { O: Example, CN: Bench Root }, valid: { for: P20Y } }
  - sign-requests: { requests: devices, files: all, certificates: devices, issuer: root-ca, profile: private/tls-server, valid: { for: P1Y }, on-refusal: stop }
  - close: {}
`;
const STATION = `anchorite-station: 1
tokens:
  vault: { module: /usr/lib/softhsm/libsofthsm2.so, environment: { SOFTHSM2_CONF: { file: softhsm2.conf } }, serial: uninitialized, pin: { file: pin.txt }, so-pin: { file: so-pin.txt } }
`;
const ANSWERS = "words: computed\n1: [[alice, dan], agree]\n2: [initialize]\n3: [generate]\n4: [sign]\n5: [sign]\n";

/** Runs the ceremony in a fresh folder below out/. Returns where, the seconds of the step from its first request to its last file, and those of the whole run. */
export function holdCeremony(algorithm, requests) {
  const folder = join(checkout, "out", "bench", algorithm);
  const from = `${folder}.source`;
  for (const path of [folder, from]) rmSync(path, { recursive: true, force: true });
  mkdirSync(from, { recursive: true });
  for (const [file, text] of [["script.yaml", scriptOf(algorithm)], ["station.yaml", STATION], ["answers.yaml", ANSWERS]]) writeFileSync(join(from, file), text);
  prepareCeremony({ name: "bench", from, to: folder });
  mkdirSync(join(folder, "devices"));
  for (const { file, pem } of requests) writeFileSync(join(folder, "devices", file), pem);
  const start = performance.now();
  anchorite(folder, ["run", "script.yaml", "--record", "record", "--station", "station.yaml", "--answers", "answers.yaml"], 0);
  return { folder, step: stepSeconds(folder), whole: (performance.now() - start) / 1000 };
}

/** Seconds of a replay of the record, to its end. It is not signed by people, which its exit code says. */
export function replaySeconds(folder) {
  const start = performance.now();
  anchorite(folder, ["replay", "record"], 6);
  return (performance.now() - start) / 1000;
}

function anchorite(folder, args, exit) {
  const ended = spawnSync(process.execPath, [join(checkout, "build", "src", "main.js"), ...args], { cwd: folder, env: environmentWithoutSoftHsm(), encoding: "utf8", maxBuffer: 1 << 28 });
  if (ended.status !== exit) throw new Stop(`bench: ${args.join(" ")} ended with ${ended.status}\n${ended.stdout}${ended.stderr}`, 1);
}

/** From the first request to sign to the answer that the report is kept. */
function stepSeconds(folder) {
  const lines = readFileSync(join(folder, "record", "transcript.jsonl"), "utf8").split("\n").filter((_line, i) => i % 2 === 0).filter(Boolean).map((line) => JSON.parse(line));
  const first = lines.find(({ request }) => request?.kind === "time" && request.step === STEP);
  const last = lines.findIndex(({ request }) => request?.kind === "keep-artifacts" && request.step === STEP && request.files[0].path.startsWith("reports/"));
  return (lines[last + 1].mono - first.mono) / 1000;
}
