/** An issuing CA that gives CRLs while nobody is there, under one standing approval: three in a row, then it is refused, until people meet. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { MAIN } from "../tools.ts";
import { anchorite, Ceremony, freshPath, plainEnvironment, type Ended } from "./ceremony.ts";
import { answersText, PEOPLE_OF_SMALL } from "./small-ceremony.ts";
import { spawnSync } from "node:child_process";

const TOKEN = (name: string, extra: string): string => `  ${name}:
    module: /usr/lib/softhsm/libsofthsm2.so
    environment: { SOFTHSM2_CONF: { file: softhsm2.conf } }
${extra}`;
const FRESH = "    serial: uninitialized\n    pin: { file: pin.txt }\n    so-pin: { file: so-pin.txt }\n";

const FIRST = `${PEOPLE_OF_SMALL}tokens:
  vault: { holds: [root] }
  issuing: { holds: [issuing, seals] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - initialize-token: { token: issuing }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: issuing, token: issuing, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: seals, token: issuing, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { CN: Small Root CA }, valid: { for: P20Y } }
  - issue-certificate: { certificate: issuing-ca, key: issuing, issuer: root-ca, profile: private/subordinate, subject: { CN: Small Issuing CA }, path-length: 0, valid: { for: P10Y } }
  - issue-certificate: { certificate: seals, key: seals, issuer: root-ca, profile: private/transcript, valid: { for: P10Y } }
  - close: { transcript-key: seals }
`;
const FIRST_ANSWERS = answersText({ 1: ["[alice, bob, dan]", "agree"], 2: ["initialize"], 3: ["initialize"], 4: ["generate"], 5: ["generate"], 6: ["generate"], 7: ["sign"], 8: ["sign"], 9: ["sign"] });

const PEOPLE = PEOPLE_OF_SMALL.replace(/quorum:[^]*$/, "").replace("Small root", "Scheduled CRL");
const TEMPLATE = `${PEOPLE}quorum:
  approval: [1 of administrator, 1 of witness]
register: { pack: runs/<before>, seal: <seal> }
scheduled: { run: <run> }
tokens:
  issuing: { holds: [issuing, seals] }
steps:
  - roll-call: {}
  - inspect-token: { token: issuing }
  - issue-crl: { crl: crl-<run>, issuer: issuing-ca, valid: { for: P7D } }
  - close: { transcript-key: seals }
`;

let world: Ceremony;
/** As cron starts a program: no terminal, hardly an environment. */
const BARE = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent" };

const path = (...parts: string[]): string => world.path(...parts);
const lines = (file: string): { readonly reasons: readonly string[]; readonly run: number; readonly prev: string }[] => readFileSync(path(file), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as never);
const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");
const scheduled = (...more: string[]): string[] => ["run", "crl.yaml", "--record", "runs/<run>", "--station", "online.yaml", "--scheduled", ...more];
const run = (...more: string[]): Ended => anchorite(scheduled(...more), { cwd: world.folder, env: { ...BARE, CREDENTIALS_DIRECTORY: path("credentials") } });
/** A run that is refused before it touches a token needs no process of its own. */
const idle = (...more: string[]): Ended => anchorite(scheduled(...more), { cwd: world.folder, env: { ...plainEnvironment(), CREDENTIALS_DIRECTORY: path("credentials") }, fresh: false });
const approve = (id: string, ...more: string[]): Ended => world.call("approve", "crl.yaml", "--standing", "--as", id, "--key", `people/${id}`, ...more);
const serialOf = (token: string): string => (JSON.parse(readFileSync(path("runs", "0", "artifacts", "register.json"), "utf8")) as { tokens: readonly { token: string; serial: string }[] }).tokens.find((one) => one.token === token)?.serial ?? "";

function refusedFor(ended: Ended, control: string): void {
  assert.equal(ended.exit, 3, ended.stderr);
  assert.match(ended.stderr, new RegExp(`\\[${control}\\]`));
  const last = lines("runs/refusals.jsonl").at(-1);
  assert.ok(last?.reasons.some((reason) => reason.endsWith(`[${control}]`)), JSON.stringify(last));
}

before(() => {
  const from = freshPath("scheduled");
  mkdirSync(from);
  for (const [file, text] of [["script.yaml", FIRST], ["station.yaml", `anchorite-station: 1\ntokens:\n${TOKEN("vault", FRESH)}${TOKEN("issuing", FRESH)}`], ["answers.yaml", FIRST_ANSWERS]] as const) writeFileSync(join(from, file), text);
  world = Ceremony.prepare("hierarchy", from);
  for (const ended of [world.run(), world.seal("alice"), world.seal("dan")]) assert.equal(ended.exit, 0, ended.stderr);
  cpSync(world.inRecord(), path("runs", "0"), { recursive: true });
  mkdirSync(path("credentials"), { mode: 0o700 });
  writeFileSync(path("credentials", "issuing-pin"), readFileSync(path("pin.txt")), { mode: 0o400 });
  writeFileSync(path("crl.yaml"), TEMPLATE);
  writeFileSync(path("online.yaml"), `anchorite-station: 1\ntokens:\n${TOKEN("issuing", `    serial: "${serialOf("issuing")}"\n    pin: { credential: issuing-pin }\n`)}`);
});

test("without people's approval, or with that of too few, nothing is signed and the refusal is kept [STANDING-QUORUM]", () => {
  refusedFor(idle(), "STANDING-QUORUM");
  const approved = approve("alice", "--from", "2020-01-01T00:00:00Z", "--until", "2099-12-31T23:59:59Z", "--count", "3");
  assert.equal(approved.exit, 0, approved.stderr);
  assert.match(approved.stderr, /it runs while nobody is there, at most 3 times, from 2020-01-01T00:00:00Z until 2099-12-31T23:59:59Z\./);
  assert.match(approved.stderr, /These keys sign: issuing \(SPKI SHA-256 [0-9a-f]{64}\); seals/);
  refusedFor(idle(), "STANDING-QUORUM");
  assert.ok(!existsSync(path("runs", "1")));
});

test("two people approve, and three lists are given with nobody there, in words and in numbers; the fourth is refused [STANDING-COUNT]", () => {
  const second = approve("dan");
  assert.equal(second.exit, 0, second.stderr);
  assert.match(second.stderr, /the standing approval has the signatures that it wants/);
  // a wrong PIN is tried once: a timer would lock the token
  mkdirSync(path("wrong"), { mode: 0o700 });
  const wrong = (): Ended => anchorite(scheduled(), { cwd: world.folder, env: { ...BARE, CREDENTIALS_DIRECTORY: path("wrong") } });
  writeFileSync(path("wrong", "issuing-pin"), "not the PIN", { mode: 0o400 });
  assert.match(wrong().stderr, /refused the PIN \(CKR_PIN_INCORRECT/);
  const again = idle();
  assert.deepEqual([again.exit, /it is not tried again by itself/.test(again.stderr)], [4, true], again.stderr);
  rmSync(path("runs", "1"), { recursive: true });
  for (const number of [1, 2]) {
    const ended = run();
    assert.equal(ended.exit, 0, ended.stderr);
    assert.match(ended.stdout, new RegExp(`Scheduled run ${number} is DONE`));
  }
  // the third takes its PIN from a descriptor
  writeFileSync(path("fd.yaml"), readFileSync(path("online.yaml"), "utf8").replace("{ credential: issuing-pin }", "{ descriptor: 3 }"));
  const third = spawnSync("sh", ["-c", `exec "$0" "$@" </dev/null 3<pin.txt`, process.execPath, MAIN, ...scheduled().map((one) => (one === "online.yaml" ? "fd.yaml" : one))], { cwd: world.folder, env: BARE, encoding: "utf8" });
  assert.equal(third.status, 0, third.stderr);
  refusedFor(idle(), "STANDING-COUNT");
  assert.ok(!existsSync(path("runs", "4")));
});

test("a period that is over and a template that was altered are refused [STANDING-PERIOD] [STANDING-TEMPLATE]", () => {
  for (const id of ["alice", "dan"]) assert.equal(approve(id, "--from", "2020-01-01T00:00:00Z", "--until", "2020-12-31T23:59:59Z", "--count", "9", "-o", "over").exit, 0);
  refusedFor(idle("--standing", "over"), "STANDING-PERIOD");
  writeFileSync(path("crl.yaml"), TEMPLATE.replace("P7D", "P8D"));
  refusedFor(idle(), "STANDING-TEMPLATE");
  writeFileSync(path("crl.yaml"), TEMPLATE);
});

test("a root key never signs while nobody is there, whatever people approve [STANDING-KEY]", () => {
  writeFileSync(path("root.yaml"), TEMPLATE.replace("issuing: { holds: [issuing, seals] }", "issuing: { holds: [seals] }\n  vault: { holds: [root] }").replace("  - issue-crl", "  - inspect-token: { token: vault }\n  - issue-crl").replace("issuer: issuing-ca", "issuer: root-ca"));
  const ended = world.call("approve", "root.yaml", "--standing", "--as", "alice", "--key", "people/alice", "--from", "2020-01-01T00:00:00Z", "--until", "2099-12-31T23:59:59Z", "--count", "3", "-o", "roots");
  assert.equal(ended.exit, 3, ended.stderr);
  assert.match(ended.stderr, /found root: root-ca is a root \[STANDING-KEY\]/);
});

test("the same run from the same register again is a fork: the token knows, nobody can decide, and nothing is signed", () => {
  cpSync(path("runs", "0"), path("fork", "0"), { recursive: true });
  writeFileSync(path("fork.yaml"), TEMPLATE.replace("runs/", "fork/"));
  const ended = anchorite(["run", "fork.yaml", "--record", "fork/<run>", "--station", "online.yaml", "--scheduled"], { cwd: world.folder, env: { ...BARE, CREDENTIALS_DIRECTORY: path("credentials") } });
  assert.equal(ended.exit, 3, ended.stderr);
  assert.match(ended.stdout, /Scheduled run 1 was STOPPED[^]*unknown-head issuing: only people could decide, and nobody is there[^]*MADE nothing/);
  assert.match(lines("fork/refusals.jsonl").at(-1)?.reasons.join() ?? "", /its record says why/);
  assert.match(world.call("replay", "fork/1").stdout, /^rebuilt {3}stopped/m);
});

test("each record replays with nobody's signature but the token's, and says under whose approval; so do a second verifier and openssl", () => {
  for (const number of [1, 2, 3]) {
    const ended = world.call("replay", `runs/${number}`);
    assert.equal(ended.exit, 9, ended.stderr);
    assert.match(ended.stdout, new RegExp(`signed {4}by the transcript key alone, under the standing approval of Alice Example \\(alice\\), Dan Example \\(dan\\), run ${number} of at most 3`));
  }
  const judged = spawnSync("python3", [join(MAIN, "../../../docs/verifier/anchorite_verify.py"), path("runs", "3")], { encoding: "utf8" });
  assert.equal(judged.status, 9, judged.stdout + judged.stderr);
  const list = spawnSync("openssl", ["crl", "-in", path("runs", "3", "artifacts", "crls", "crl-3.pem"), "-noout", "-crlnumber"], { encoding: "utf8" });
  assert.match(list.stdout, /crlNumber=0x0?3/i);
});

test("refusals are a chain of lines, and nothing of a PIN is in them", () => {
  const text = readFileSync(path("runs", "refusals.jsonl"), "utf8").trimEnd().split("\n");
  for (const [i, line] of text.entries()) assert.equal((JSON.parse(line) as { prev: string }).prev, i === 0 ? "0".repeat(64) : sha256(text[i - 1] ?? ""));
  assert.ok(!text.join("\n").includes(readFileSync(path("pin.txt"), "utf8").trim()));
});

test("the next ceremony with people goes on from the last run and countersigns all three; the whole is one life", () => {
  const steps = "steps:\n  - roll-call: {}\n  - inspect-token: { token: issuing }\n  - issue-crl: { crl: attended-crl, issuer: issuing-ca, valid: { for: P30D } }\n  - close: { transcript-key: seals }\n";
  writeFileSync(path("next.yaml"), `${PEOPLE_OF_SMALL.replace("Small root", "Small root again")}register: { pack: runs/3, seal: "${sha256(readFileSync(path("runs", "3", "seal.txt")))}" }\ntokens:\n  issuing: { holds: [issuing, seals] }\n${steps}`);
  writeFileSync(path("next-answers.yaml"), "words: computed\n1: [[alice, bob, dan], agree]\n3: [sign]\n");
  writeFileSync(path("next-station.yaml"), readFileSync(path("online.yaml"), "utf8").replace("{ credential: issuing-pin }", "{ file: pin.txt }"));
  const before = world.call("history", "record", "runs/1", "runs/2", "runs/3");
  assert.match(before.stdout, /by nobody yet: no ceremony with people goes on from it/);
  const ended = anchorite(["run", "next.yaml", "--record", "next", "--station", "next-station.yaml", "--answers", "next-answers.yaml"], { cwd: world.folder, env: plainEnvironment() });
  assert.equal(ended.exit, 0, ended.stderr);
  for (const id of ["alice", "dan"]) assert.equal(world.call("seal", "next", "--as", id, "--key", `people/${id}`).exit, 0);
  const life = world.call("history", "record", "runs/1", "runs/2", "runs/3", "next");
  assert.equal(life.exit, 9, life.stdout);
  assert.match(life.stdout, /ONE LIFE in 5 records/);
  assert.match(life.stdout, /the scheduled runs 2, 3, 4, over whose seals these people sealed/);
  assert.equal(life.stdout.match(/by the people of 5, who sealed over it/g)?.length, 3);
  const register = JSON.parse(readFileSync(path("next", "artifacts", "register.json"), "utf8")) as { run: string; standing: readonly { countersigned?: string; number: number }[] };
  assert.deepEqual(register.standing.map(({ number, countersigned }) => [number, countersigned]), [1, 2, 3].map((number) => [number, register.run]));
});
