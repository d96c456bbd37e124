// `npm run bench [-- COUNT [RUNS]]`: how much of the time is the token's and the signatures', and how much is ours. docs/performance.md reads it.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { cpus } from "node:os";
import { judgeIntake } from "../build/src/plan/intake.js";
import { findProfile } from "../build/src/plan/profiles.js";
import { Checking } from "../build/src/room/checking.js";
import { toUtf8 } from "../build/src/bytes/text.js";
import { readRequest } from "../build/src/x509/certification-request.js";
import { main, Stop } from "../softhsm/lines.mjs";
import { findModule } from "../softhsm/system.mjs";
import { holdCeremony, replaySeconds } from "./ceremony.mjs";
import { median, rateLine, ratioLine, secondsOfAwaited } from "./measure.mjs";
import { makeRequests } from "./requests.mjs";
import { bareSignatures, opensslCa } from "./yardsticks.mjs";

const ALGORITHMS = ["ecdsa-p256", "ecdsa-p384", "rsa-4096"];

await main(async () => {
  const [count = 1000, runs = 3] = process.argv.slice(2).map(Number);
  if (!(count >= 1 && runs >= 1)) throw new Stop("usage: npm run bench -- [COUNT [RUNS]]    for example: npm run bench -- 1000 3", 2);
  const module = findModule();
  if (module === undefined) throw new Stop("bench: SoftHSM's module is not on this machine: `npm run demo` installs it", 2);
  console.log(`${count} requests over P-256 keys, medians of ${runs} runs; ${cpus().length} x ${cpus()[0]?.model ?? "unknown"}, node ${process.version}`);
  const requests = makeRequests(count);
  await intake(requests, runs);
  for (const algorithm of ALGORITHMS) batch(requests, { algorithm, module, count, runs });
});

/** Parsing, judging and proof of possession, as `check` does it, against the bare work in two processes: base64, key import, verification. */
async function intake(requests, runs) {
  const profile = findProfile("private/tls-server");
  const ours = async () => {
    const claims = requests.map(({ pem }) => {
      const reading = readRequest(toUtf8(pem), []);
      const findings = judgeIntake(reading, { profile, factory: null, known: new Map() }, []);
      if (findings.length > 0) throw new Error("a request of the bench is refused");
      return reading.request.claim;
    });
    const checking = new Checking(claims.length);
    for (const claim of claims) await checking.take(claim, claim.where);
    if ((await checking.failed()).length > 0) throw new Error("a request of the bench does not verify");
  };
  const verifiers = [0, 1].map(() => fork(fileURLToPath(new URL("bare-verifier.mjs", import.meta.url)), [], { serialization: "advanced" }));
  const half = requests.length >> 1;
  await Promise.all(verifiers.map((verifier, i) => answer(verifier, i === 0 ? requests.slice(0, half) : requests.slice(half))));
  const bare = () => Promise.all(verifiers.map((verifier) => answer(verifier, "go")));
  const seconds = await sideBySide({ ours, bare }, runs);
  for (const verifier of verifiers) verifier.disconnect();
  console.log("\nintake");
  console.log(rateLine("anchorite: parse, judge, verify", requests.length, seconds.ours));
  console.log(rateLine("node:crypto in two processes", requests.length, seconds.bare));
  console.log(ratioLine("intake against node:crypto", seconds.ours, seconds.bare));
}

function answer(child, message) {
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", () => reject(new Error("a process of the yardstick ended")));
    child.send(message);
  });
}

/** One run of each in turn, so that a machine that gets slower is slower for both. */
async function sideBySide(actions, runs) {
  const seconds = Object.fromEntries(Object.keys(actions).map((name) => [name, []]));
  for (let i = 0; i < runs; i++) for (const [name, action] of Object.entries(actions)) seconds[name].push(await secondsOfAwaited(action));
  return Object.fromEntries(Object.entries(seconds).map(([name, values]) => [name, median(values)]));
}

function batch(requests, { algorithm, module, count, runs }) {
  const [steps, wholes, bares, cas, replays] = [[], [], [], [], []];
  for (let i = 0; i < runs; i++) {
    const { folder, step, whole } = holdCeremony(algorithm, requests);
    steps.push(step);
    wholes.push(whole);
    bares.push(...bareSignatures({ folder, algorithm, module, count, runs: 1 }));
    cas.push(opensslCa(folder, algorithm, requests));
    replays.push(replaySeconds(folder));
  }
  const [step, whole, bare, ca, replay] = [steps, wholes, bares, cas, replays].map(median);
  console.log(`\nsign-requests by ${algorithm}`);
  console.log(rateLine("anchorite: the step, on SoftHSM", count, step));
  console.log(rateLine("anchorite run, from its start to the seal", count, whole));
  console.log(rateLine("a bare loop of C_Sign, the same key", count, bare));
  console.log(rateLine("openssl ca, a key in a file", count, ca));
  console.log(rateLine("anchorite replay, the whole record", count, replay));
  console.log(ratioLine("step against C_Sign", step, bare));
  console.log(ratioLine("step against openssl ca", step, ca));
  console.log(ratioLine("run against openssl ca", whole, ca));
}
