/** The laws of feeding and replaying: the same entries make the same ceremony, the same bytes and the same claims. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPem, toBase64 } from "../../src/bytes/pem.ts";
import { canonicalText } from "../../src/bytes/canonical.ts";
import { ceremony } from "../../src/ceremony/ceremony.ts";
import { feed, type Passing, type Standing } from "../../src/ceremony/feed.ts";
import { manifestOf, sealOf } from "../../src/ceremony/sealed.ts";
import { claimHolds } from "../../src/room/claims.ts";
import type { Entry } from "../../src/transcript/chain.ts";
import { isEffect } from "../../src/transcript/observation.ts";
import { writeSeal } from "../../src/transcript/seal.ts";
import { readCertificate } from "../../src/x509/reread.ts";
import { registerOf } from "../scripted/account.ts";
import { chained, readAll } from "../scripted/record.ts";
import { atNth } from "../scripted/room.ts";
import { goodPlan, ROOT, SMALL } from "../scripted/scripts.ts";
import { toHex } from "../../src/bytes/hex.ts";
import { replay, RUN, World } from "../scripted/world.ts";

const small = goodPlan(SMALL);
const world = new World(small);
const ending = await world.run();
const { entries, rest } = readAll(world.record.transcript);

function fed(some: readonly Entry[]): { passed: Passing[]; standing: Standing } {
  const feeding = feed(ceremony(small.plan, small.digest, RUN), some);
  const passed: Passing[] = [];
  for (;;) {
    const next = feeding.next();
    if (next.done === true) return { passed, standing: next.value };
    passed.push(next.value);
  }
}

test("feeding a whole transcript ends where the run ended, with the artifacts that it kept, byte for byte", () => {
  const { passed, standing } = fed(entries);
  assert.ok(standing.state === "done");
  assert.equal(canonicalText(standing.ending), canonicalText(ending));
  const files = passed.flatMap((one) => (one.kind === "artifact" ? [one.file] : []));
  assert.deepEqual(files.map(({ path }) => path).sort(), world.record.artifacts());
  for (const { path, content } of files) assert.deepEqual(Buffer.from(content.open()), Buffer.from(world.record.files.get(`artifacts/${path}`) ?? []), path);
});

test("every claim of a replay verifies: one a signature, and one a request", () => {
  const { replayed, failed } = replay(world.record.asFiles());
  assert.deepEqual([replayed.rebuilt, replayed.wrong, failed, replayed.remarks], [{ state: "reproduced", why: "" }, [], [], ["people's answers came from a file"]]);
  assert.equal(replayed.claims, 1 + world.vault.signed.length);
  assert.equal(replayed.artifacts, world.record.artifacts().length);
  assert.deepEqual(replayed.end, rest.end);
});

test("every prefix asks for what comes next, and says whether that is on record", () => {
  const bodies = entries.map(({ body }) => body);
  for (let length = 1; length < entries.length; length += 3) {
    const { standing } = fed(entries.slice(0, length));
    assert.ok(standing.state === "asking", `after ${length} entries`);
    const next = bodies.slice(0, length).findLast(({ kind }) => kind !== "event" && kind !== "header");
    assert.equal(standing.recorded, next?.kind === "request");
    const wanted = standing.recorded ? next : bodies.slice(length).find(({ kind }) => kind === "request");
    assert.equal(canonicalText(standing.request), wanted?.kind === "request" ? canonicalText(wanted.request) : "");
  }
});

test("feeding holds for each signature its claim, over the TBS that the certificate shows", () => {
  const claims = fed(entries).passed.flatMap((one) => (one.kind === "claim" ? [one.claim] : []));
  assert.ok(claims.every(claimHolds));
  const root = readCertificate(fromPem(world.record.text("artifacts/certificates/root-ca.pem"), ["CERTIFICATE"]).der);
  assert.deepEqual(toBase64(claims[0]?.message ?? new Uint8Array()), toBase64(root.tbs));
});

test("entries after the end, or an observation that the core cannot digest, diverge and do not crash", () => {
  const again = fed([...entries, ...entries.slice(-1)]).standing;
  assert.ok(again.state === "diverged" && again.expected === "nothing after the end of the ceremony");
  const odd = chained(world.record.bodies(), (fact) => {
    if (fact.kind !== "observation" || fact.observation.kind !== "sign" || fact.observation.outcome !== "done") return [fact];
    return [{ ...fact, observation: { ...fact.observation, signatures: ["00".repeat(63)] } }];
  });
  const { standing } = fed(readAll(odd).entries);
  assert.ok(standing.state === "diverged" && standing.expected === "an observation that the ceremony can go on from", JSON.stringify(standing));
});

test("serial numbers are 20 octets, positive, from the draw, and none repeats [SERIAL-ENTROPY]", () => {
  const { certificates } = registerOf(world);
  assert.equal(new Set(certificates.map(({ serial }) => serial)).size, 3);
  for (const { name, serial } of certificates) {
    assert.match(serial, /^[4-7][0-9a-f]{39}$/);
    assert.equal(readCertificate(fromPem(world.record.text(`artifacts/certificates/${name}.pem`), ["CERTIFICATE"]).der).serial, serial);
  }
});

test("a stopped ceremony can be sealed: with the transcript key once it has its certificate, else by people alone", async () => {
  const prompts: readonly (readonly [number, string])[] = [[0, "none"], [6, "transcript-key.p7s"]];
  for (const [confirm, signature] of prompts) {
    const stopped = new World(small);
    await stopped.run({ meddle: atNth("confirm", confirm, ({ request }) => ({ kind: "confirm", outcome: "stopped", by: "dan", reason: request.kind })) });
    const { replayed, failed } = replay(stopped.record.asFiles());
    assert.deepEqual([replayed.rebuilt.state, failed], ["stopped", []]);
    const seal = sealOf(replayed, manifestOf(stopped.record.asFiles()));
    assert.deepEqual([seal.outcome, seal.tokenSignature, seal.entries], ["stopped", signature, stopped.record.bodies().length]);
    writeSeal(seal);
  }
});

test("the chain that the seal's signature is to carry leads from the transcript certificate to the root", () => {
  const names = ["transcript", "root-ca"].map((name) => toHex(fromPem(world.record.text(`artifacts/certificates/${name}.pem`), ["CERTIFICATE"]).der));
  assert.deepEqual(ending.transcriptChain.map(toHex), names);
  assert.equal(ending.transcriptKey?.certificate, "transcript");
});

test("two runs of one plan ask the same: they differ in what was observed, never in what was planned", async () => {
  const root = goodPlan(ROOT);
  const [one, other] = [new World(root), new World(root)];
  await one.run();
  await other.run();
  const kinds = ({ record }: World) => record.bodies().map((body) => (body.kind === "request" ? `${body.request.step} ${body.request.kind}` : body.kind));
  assert.deepEqual(kinds(one), kinds(other));
  const effects = ({ record }: World) => record.bodies().flatMap((body) => (body.kind === "request" && body.request.kind === "generate-key-pair" ? [canonicalText(body.request)] : []));
  assert.deepEqual(effects(one), effects(other), "the CKA_ID follows from the draw");
  assert.ok(one.record.bodies().some((body) => body.kind === "request" && isEffect(body.request.kind)));
});
