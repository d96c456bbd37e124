// `npm run bench [-- COUNT [RUNS]]`: how much of the time is the token's and the signatures', and how much is ours. docs/performance.md reads it.
import { createPublicKey, verify } from "node:crypto";
import { cpus } from "node:os";
import { judgeIntake } from "../build/src/plan/intake.js";
import { findProfile } from "../build/src/plan/profiles.js";
import { claimHolds } from "../build/src/room/claims.js";
import { toUtf8 } from "../build/src/bytes/text.js";
import { readRequest } from "../build/src/x509/certification-request.js";
import { main, Stop } from "../softhsm/lines.mjs";
import { findModule } from "../softhsm/system.mjs";
import { holdCeremony, replaySeconds } from "./ceremony.mjs";
import { median, rateLine, ratioLine, secondsOf } from "./measure.mjs";
import { makeRequests } from "./requests.mjs";
import { bareSignatures, opensslCa } from "./yardsticks.mjs";

const ALGORITHMS = ["ecdsa-p256", "ecdsa-p384", "rsa-4096"];

await main(() => {
  const [count = 1000, runs = 3] = process.argv.slice(2).map(Number);
  if (!(count >= 1 && runs >= 1)) throw new Stop("usage: npm run bench -- [COUNT [RUNS]]    for example: npm run bench -- 1000 3", 2);
  const module = findModule();
  if (module === undefined) throw new Stop("bench: SoftHSM's module is not on this machine: `npm run demo` installs it", 2);
  console.log(`${count} requests over P-256 keys, medians of ${runs} runs; ${cpus().length} x ${cpus()[0]?.model ?? "unknown"}, node ${process.version}`);
  const requests = makeRequests(count);
  intake(requests, runs);
  for (const algorithm of ALGORITHMS) batch(requests, { algorithm, module, count, runs });
});

/** Parsing, judging and proof of possession against the bare work: base64, key import, verification. Both on one core. */
function intake(requests, runs) {
  const profile = findProfile("private/tls-server");
  const ours = () => requests.forEach(({ pem }) => {
    const reading = readRequest(toUtf8(pem), []);
    const findings = judgeIntake(reading, { profile, factory: null, known: new Map() }, []);
    if (findings.length > 0 || !claimHolds(reading.request.claim)) throw new Error("a request of the bench is refused");
  });
  const bare = () => requests.forEach(({ pem, spki, info, signature }) => {
    Buffer.from(pem.slice(36, -35), "base64");
    const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
    if (!verify("sha256", info, { key, dsaEncoding: "ieee-p1363" }, signature)) throw new Error("a request of the bench does not verify");
  });
  const seconds = sideBySide({ ours, bare }, runs);
  console.log("\nintake");
  console.log(rateLine("anchorite: parse, judge, verify", requests.length, seconds.ours));
  console.log(rateLine("node:crypto: base64, import, verify", requests.length, seconds.bare));
  console.log(ratioLine("intake against node:crypto", seconds.ours, seconds.bare));
}

/** One run of each in turn, so that a machine that gets slower is slower for both. */
function sideBySide(actions, runs) {
  const seconds = Object.fromEntries(Object.keys(actions).map((name) => [name, []]));
  for (let i = 0; i < runs; i++) for (const [name, action] of Object.entries(actions)) seconds[name].push(secondsOf(action));
  return Object.fromEntries(Object.entries(seconds).map(([name, values]) => [name, median(values)]));
}

function batch(requests, { algorithm, module, count, runs }) {
  const [steps, bares, cas, replays] = [[], [], [], []];
  for (let i = 0; i < runs; i++) {
    const { folder, step } = holdCeremony(algorithm, requests);
    steps.push(step);
    bares.push(...bareSignatures({ folder, algorithm, module, count, runs: 1 }));
    cas.push(opensslCa(folder, algorithm, requests));
    replays.push(replaySeconds(folder));
  }
  const [step, bare, ca, replay] = [steps, bares, cas, replays].map(median);
  console.log(`\nsign-requests by ${algorithm}`);
  console.log(rateLine("anchorite: the step, on SoftHSM", count, step));
  console.log(rateLine("a bare loop of C_Sign, the same key", count, bare));
  console.log(rateLine("openssl ca, a key in a file", count, ca));
  console.log(rateLine("anchorite replay, the whole record", count, replay));
  console.log(ratioLine("step against C_Sign", step, bare));
  console.log(ratioLine("step against openssl ca", step, ca));
}
