/** A step over a folder with enough requests for the pool, on SoftHSM: whole, killed, and with its checkers killed. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { fromPem, toPem } from "../../src/bytes/pem.ts";
import { buildRequestInfo } from "../../src/x509/certification-request.ts";
import { fillExtensions, subjectAltNames } from "../../src/x509/extension.ts";
import { encodeName } from "../../src/x509/name.ts";
import { assemble } from "../../src/x509/signed.ts";
import { TestKey } from "../x509/test-key.ts";
import { childrenOf } from "../processes.ts";
import { Ceremony, freshPath } from "./ceremony.ts";
import { copyOf, endOf, reaches, runUntil, softHsmLostItsToken } from "./killed-run.ts";
import { answersText, PEOPLE_OF_SMALL, STATION } from "./small-ceremony.ts";

/** Enough for the pool, and one request to the token. */
const COUNT = 320;

const SCRIPT = `${PEOPLE_OF_SMALL}tokens:
  vault: { holds: [root] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p384, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { O: Example, CN: Batch Root CA }, valid: { for: P20Y } }
  - sign-requests: { requests: devices, files: all, certificates: devices, issuer: root-ca, profile: private/tls-server, valid: { for: P1Y }, on-refusal: stop }
  - close: {}
`;
const ANSWERS = { 1: ["[alice, bob, dan]", "agree"], 2: ["initialize"], 3: ["generate"], 4: ["sign"], 5: ["sign"], 0: ["[alice, bob, dan]", "agree"] };

function request(n: number): string {
  const key = new TestKey("ecdsa-p256");
  const extensions = fillExtensions([subjectAltNames({ dns: [`d${n}.example.com`] })], { subjectKeyIdentifier: new Uint8Array(20), authorityKeyIdentifier: null });
  const info = buildRequestInfo({ subject: encodeName([{ type: "CN", value: `d${n}` }]), spki: key.spki, extensions });
  return toPem("CERTIFICATE REQUEST", assemble(info, key.mechanism, key.sign(info)));
}

function batchCeremony(): Ceremony {
  const from = freshPath("batch");
  mkdirSync(from);
  for (const [file, text] of [["script.yaml", SCRIPT], ["station.yaml", STATION], ["answers.yaml", answersText(ANSWERS, ["again"])]] as const) writeFileSync(join(from, file), text);
  const ceremony = Ceremony.prepare("hierarchy", from);
  mkdirSync(ceremony.path("devices"));
  for (let n = 0; n < COUNT; n++) writeFileSync(ceremony.path("devices", `d${n}.csr`), request(n));
  return ceremony;
}

const prepared = batchCeremony();
let clean: Ceremony;
let signing = 0;

before(() => {
  clean = copyOf(prepared);
  const { exit, stderr } = clean.run();
  assert.equal(exit, 0, stderr);
  signing = clean.facts().findIndex(({ request }) => request?.items?.length === COUNT);
});

test("a record of many claims is replayed to the same verdict each time, and one changed signature of a request is found [REQUEST-POSSESSION]", () => {
  const verdicts = [clean.replay("--json"), clean.replay("--json")];
  assert.deepEqual(verdicts.map(({ exit }) => exit), [6, 6], "nobody has sealed it");
  assert.equal(verdicts[0]?.stdout, verdicts[1]?.stdout);
  assert.match(verdicts[0]?.stdout ?? "", /"reproduced"/);
  const broken = copyOf(prepared);
  const { label, der } = fromPem(broken.read("devices", "d77.csr"), ["CERTIFICATE REQUEST"]);
  writeFileSync(broken.path("devices", "d77.csr"), toPem(label, der.with(-1, (der.at(-1) ?? 0) ^ 1)));
  const checked = broken.call("check", "script.yaml");
  assert.equal(checked.exit, 3);
  assert.equal(checked.stderr.match(/d77\.csr/g)?.length, 1, checked.stderr);
});

test("a run that is killed while the token signs a chunk is gone on with: the whole chunk is possibly issued, and signed again under new serials [SERIAL-ENTROPY]", async () => {
  const ceremony = copyOf(prepared);
  const exit = await runUntil(ceremony, { entry: signing, microseconds: 60_000 });
  if (exit !== null || softHsmLostItsToken(ceremony)) return assert.fail(`not killed while it signed: exit ${exit}`);
  assert.equal(ceremony.facts().at(-1)?.request?.items?.length, COUNT);
  const ended = ceremony.run();
  assert.equal(ended.exit, 8, ended.stderr);
  const { certificates, possiblyIssued } = ceremony.register();
  assert.deepEqual([certificates.length, possiblyIssued.length], [1 + COUNT, COUNT]);
  assert.equal(new Set([...certificates.map(({ serial }) => serial), ...possiblyIssued.map(({ burned }) => burned)]).size, 1 + COUNT + COUNT);
  assert.match(ceremony.replay("--json").stdout, /"reproduced"/);
});

test("a run whose checkers die while the token signs takes nothing for checked: it ends, and is gone on with [SIGNATURE-VERIFIED]", async () => {
  const ceremony = copyOf(prepared);
  const child = ceremony.start();
  const ended = endOf(child);
  await reaches(ceremony, child, signing);
  const checkers = checkersOf(child.pid ?? 0);
  assert.ok(checkers.length > 0, "no process of the pool");
  for (const pid of checkers) process.kill(pid, "SIGKILL");
  assert.equal(await ended, 8);
  assert.ok(ceremony.facts().slice(signing).every(({ observation }) => observation === undefined), "an answer was recorded that nobody had checked");
  const again = ceremony.run();
  assert.equal(again.exit, 8, again.stderr);
  assert.deepEqual([ceremony.register().certificates.length, ceremony.register().possiblyIssued.length], [1 + COUNT, COUNT]);
});

test("a ceremony of few signatures starts no process [SIGNATURE-VERIFIED]", async () => {
  const few = copyOf(prepared);
  few.edit("script.yaml", "files: all", "files: [d1.csr, d2.csr, d3.csr]");
  const child = few.start();
  const ended = endOf(child);
  for (const entry of [2, 6, 10]) {
    await reaches(few, child, entry);
    assert.deepEqual(checkersOf(child.pid ?? 0), []);
  }
  assert.equal(await ended, 0);
});

/** The processes of a run's pool. */
function checkersOf(pid: number): number[] {
  return childrenOf(pid, "claim-checker");
}
