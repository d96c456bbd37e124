/** SIGKILL at sampled moments of a run on SoftHSM, and the same command again: nothing is lost and nothing is signed twice unseen. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { before, test } from "node:test";
import { EFFECTS } from "../../src/transcript/observation.ts";
import type { Ceremony } from "./ceremony.ts";
import { copyOf, endOf, reaches, runUntil, softHsmLostItsToken, type Death } from "./killed-run.ts";
import { judge, loadRecord, resign, rosterOf } from "./record-in-memory.ts";
import { samplerFor } from "./seed.ts";
import { answersText, SMALL_ANSWERS, smallCeremony } from "./small-ceremony.ts";

const POINTS = 6;
/** Further points, for those at which SoftHSM loses its own token. */
const SPARE = 10;
const WORKERS = 2;
const PREFERENCES = [["adopt", "again", "destroy"], ["destroy", "again", "adopt"], ["again", "destroy", "adopt"]] as const;

const sampler = samplerFor("kill");
const prepared = smallCeremony();
let plan: readonly (readonly Death[])[] = [];

before(() => {
  const clean = copyOf(prepared);
  assert.equal(clean.run().exit, 0);
  plan = sampleDeaths(clean);
});

/** Half of the deaths soon after an effect was put to the token, the others anywhere; every third run dies twice. */
function sampleDeaths(clean: Ceremony): Death[][] {
  const facts = clean.facts();
  const effects = facts.flatMap(({ request }, seq) => (request !== undefined && (EFFECTS as readonly string[]).includes(request.kind) ? [seq] : []));
  const anywhere = (): Death => ({ entry: sampler.below(facts.length), microseconds: sampler.below(3000) });
  // a signature takes a millisecond, a token or a key pair tens of them
  const inEffect = (longest: number): Death => ({ entry: effects[sampler.below(effects.length)] ?? 0, microseconds: sampler.below(longest) });
  const kinds = [() => inEffect(3000), anywhere, () => inEffect(30_000), anywhere];
  return Array.from({ length: POINTS + SPARE }, (_, i) => [kinds[i % kinds.length]?.() ?? anywhere(), ...(i % 3 === 0 ? [anywhere()] : [])]);
}

interface Survivor {
  readonly ceremony: Ceremony;
  readonly exit: number | null;
  readonly story: string;
  /** By SoftHSM itself. */
  readonly lost: boolean;
}

async function survive(deaths: readonly Death[], point: number): Promise<Survivor> {
  const ceremony = copyOf(prepared);
  writeFileSync(ceremony.path("answers.yaml"), answersText(SMALL_ANSWERS, PREFERENCES[point % PREFERENCES.length]));
  const story: string[] = [`point ${point}`];
  const told = (exit: number | null, lost = false): Survivor => ({ ceremony, exit, story: story.join(", "), lost });
  for (const death of deaths) {
    const exit = await runUntil(ceremony, death);
    story.push(`killed ${death.microseconds} µs after entry ${death.entry}${exit === null ? "" : ` (too late: exit ${exit})`}`);
    if (exit !== null) return told(exit);
    if (softHsmLostItsToken(ceremony)) return told(null, true);
  }
  const exit = await endOf(ceremony.start());
  story.push(`gone on: exit ${exit}`);
  if (exit !== 0 && exit !== 8) story.push(ceremony.run().stderr);
  return told(exit);
}

const survivors: Survivor[] = [];
const bereft: Survivor[] = [];

test(`a run on SoftHSM that is killed at ${POINTS} sampled moments is gone on with by the same command, each time, to exit 0 or 8`, async () => {
  const waiting = [...plan.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && survivors.length < POINTS; next = waiting.shift()) {
      const survivor = await survive(next[1], next[0]);
      (survivor.lost ? bereft : survivors).push(survivor);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  console.log([...survivors, ...bereft].map(({ story, lost }) => `${story}${lost ? ": SoftHSM lost its token" : ""}`).join("\n"));
  for (const { exit, story } of survivors) assert.ok(exit === 0 || exit === 8, story);
  assert.ok(survivors.length >= POINTS, `${bereft.length} tokens lost by SoftHSM, ${survivors.length} runs left`);
});

test("where SoftHSM itself lost its token to the kill, the run says so and signs nothing, and the record is incomplete", () => {
  for (const { ceremony, story } of bereft) {
    const { exit, stderr } = ceremony.run();
    assert.equal(exit, 4, `${story}: ${stderr}`);
    assert.match(stderr, /hsm-damaged-token: SoftHSM does not know token vault .* any more[^]*put back the token\.object of a copy/, story);
    assert.equal(judge(loadRecord(ceremony.inRecord()), { roster: rosterOf(ceremony) }).exit, 6, story);
  }
});

test("each of them, sealed by people, is rebuilt, authentic and pinned, and exit 8 says exactly that its register has exceptions [TOKEN-INVENTORY]", () => {
  for (const { ceremony, exit, story } of survivors) {
    const files = loadRecord(ceremony.inRecord());
    resign(files, ceremony);
    const verdict = judge(files, { roster: rosterOf(ceremony) });
    assert.deepEqual([verdict.exit, verdict.wrong, verdict.rebuilt.state], [0, [], "reproduced"], `${story}: ${verdict.wrong.join("; ")} ${verdict.rebuilt.why}`);
    assert.equal(ceremony.register().exceptions.length > 0, exit === 8, story);
  }
});

test("every signature whose outcome nobody knows stands in the register as possibly issued, with its TBS beside it", () => {
  for (const { ceremony, story } of survivors) {
    const unknown = unknownSignatures(ceremony);
    const { possiblyIssued } = ceremony.register();
    assert.deepEqual(possiblyIssued.map(({ tbs }) => tbs.sha256), unknown, story);
    const kept = unknown.length === 0 ? [] : readdirSync(ceremony.inRecord("artifacts", "possibly-issued"));
    assert.equal(kept.length, unknown.length, story);
  }
});

/** SHA-256 of what the token was asked to sign when the run died, from the transcript alone. */
function unknownSignatures(ceremony: Ceremony): string[] {
  const asked: string[] = [];
  let open: string[] = [];
  for (const { request, observation } of ceremony.facts()) {
    if (request !== undefined) open = request.kind === "sign" ? (request.items ?? []).map(({ tbs }) => tbs.sha256) : [];
    if (observation?.kind === "sign" && observation.outcome === "unknown") asked.push(...open);
  }
  return asked;
}

test("no serial stands in two certificates, issued or possibly issued, and no CRL number is used again [SERIAL-ENTROPY] [CRL-NUMBER-RISES]", () => {
  for (const { ceremony, story } of survivors) {
    const { certificates, possiblyIssued, crls } = ceremony.register();
    const issued = certificates.map(({ name }) => serialOf(ceremony, name));
    assert.deepEqual(issued, certificates.map(({ serial }) => serial), story);
    const burned = (kind: string): string[] => possiblyIssued.filter((one) => one.kind === kind).map((one) => one.burned);
    const serials = [...issued, ...burned("certificate")];
    assert.equal(new Set(serials).size, serials.length, story);
    const numbers = [...crls.map(({ number }) => String(number)), ...burned("crl")];
    assert.equal(new Set(numbers).size, numbers.length, story);
  }
});

function serialOf(ceremony: Ceremony, name: string): string {
  return new X509Certificate(readFileSync(ceremony.inRecord("artifacts", "certificates", `${name}.pem`))).serialNumber.toLowerCase();
}

test("a second process on a record is refused while the first lives, and the first goes on undisturbed", async () => {
  const ceremony = copyOf(prepared);
  const first = ceremony.start();
  const ended = endOf(first);
  await reaches(ceremony, first, 10);
  first.kill("SIGSTOP");
  const second = ceremony.run();
  first.kill("SIGCONT");
  assert.equal(second.exit, 3);
  assert.match(second.stderr, /record-locked: another process works on record/);
  assert.equal(await ended, 0);
});
