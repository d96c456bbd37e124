/** SIGKILL at sampled moments of a ceremony that goes on from a register, on the token of the ceremony before. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { before, test } from "node:test";
import type { Ceremony } from "./ceremony.ts";
import { copyOf, endOf, runUntil, softHsmLostItsToken, type Death } from "./killed-run.ts";
import { judge, loadRecord, resign, rosterOf } from "./record-in-memory.ts";
import { samplerFor } from "./seed.ts";
import { PEOPLE_OF_SMALL, smallCeremony } from "./small-ceremony.ts";

const POINTS = 2;
const sampler = samplerFor("kill-register");
let prepared: Ceremony;
let effects: readonly number[] = [];

/** The folder of the first ceremony, with its record as the pack of the second. */
function prepareSecond(): Ceremony {
  const first = smallCeremony();
  for (const ended of [first.run(), first.seal("alice"), first.seal("dan")]) assert.equal(ended.exit, 0, ended.stderr);
  const { tokens } = JSON.parse(readFileSync(first.inRecord("artifacts", "register.json"), "utf8")) as { tokens: readonly { serial: string }[] };
  const seal = createHash("sha256").update(readFileSync(first.inRecord("seal.txt"))).digest("hex");
  renameSync(first.inRecord(), first.path("previous"));
  writeFileSync(first.path("script.yaml"), `${PEOPLE_OF_SMALL}register: { pack: previous, seal: "${seal}" }
tokens:
  vault: { holds: [root, transcript] }
steps:
  - roll-call: {}
  - inspect-token: { token: vault }
  - sign-request: { request: requests/app.csr, certificate: app, issuer: root-ca, profile: private/code-signing, valid: { for: P5Y } }
  - issue-crl: { crl: root-crl-2, issuer: root-ca, valid: { for: P30D }, revoke: [{ certificate: oem, reason: keyCompromise }] }
  - close: { transcript-key: transcript }
`);
  writeFileSync(first.path("answers.yaml"), "words: computed\ndecisions: [adopt, again, destroy]\n1: [[alice, bob, dan], agree]\n3: [sign]\n4: [sign]\n0: [[alice, bob, dan], agree]\n");
  return first.edit("station.yaml", "serial: uninitialized", `serial: "${tokens[0]?.serial ?? ""}"`).edit("station.yaml", / *so-pin:.*\n/, "");
}

before(() => {
  prepared = prepareSecond();
  const clean = copyOf(prepared, "those");
  const ended = clean.run();
  assert.equal(ended.exit, 0, ended.stderr);
  effects = clean.facts().flatMap(({ request }, seq) => (request?.kind === "sign" ? [seq] : []));
});

/** Half of them soon after a signature was asked for. */
function death(point: number): Death {
  const last = effects.at(-1) ?? 0;
  return point % 2 === 0 ? { entry: effects[(point / 2) % effects.length] ?? 0, microseconds: sampler.below(2000) } : { entry: sampler.below(last + 6), microseconds: sampler.below(3000) };
}

test(`a ceremony over a register that is killed at ${POINTS} sampled moments is gone on with, revokes what it should, and uses no number twice [CRL-NUMBER-RISES]`, async () => {
  for (let point = 0; point < POINTS; point++) {
    const ceremony = copyOf(prepared, "those");
    const { entry, microseconds } = death(point);
    const early = await runUntil(ceremony, { entry, microseconds });
    const story = `killed ${microseconds} µs after entry ${entry}${early === null ? "" : ` (too late: exit ${early})`}`;
    if (early === null && softHsmLostItsToken(ceremony)) {
      assert.match(ceremony.run().stderr, /hsm-damaged-token/, story);
      continue;
    }
    const exit = early ?? (await endOf(ceremony.start()));
    assert.ok(exit === 0 || exit === 8, `${story}: exit ${exit}`);
    const { crls, certificates, possiblyIssued, exceptions } = ceremony.register();
    assert.equal(exceptions.length > 0, exit === 8, story);
    const numbers = [...crls.map(({ number }) => String(number)), ...possiblyIssued.filter(({ kind }) => kind === "crl").map(({ burned }) => burned)];
    const serials = [...certificates.map(({ serial }) => serial), ...possiblyIssued.filter(({ kind }) => kind === "certificate").map(({ burned }) => burned)];
    assert.deepEqual([new Set(numbers).size, new Set(serials).size], [numbers.length, serials.length], story);
    assert.deepEqual(certificates.map(({ name }) => name), ["root-ca", "transcript", "oem", "app"], story);
    const files = loadRecord(ceremony.inRecord());
    resign(files, ceremony);
    const verdict = judge(files, { roster: rosterOf(ceremony) });
    assert.deepEqual([verdict.exit, verdict.wrong, verdict.rebuilt.state], [0, [], "reproduced"], `${story}: ${verdict.wrong.join("; ")}`);
  }
});
