/** What is due, asked every week for twenty years. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { shifted } from "../../src/plan/validity.ts";
import { certificateLives, lifeRemarks, type CertificateLife } from "../../src/rotation/life.ts";
import { listLives } from "../../src/rotation/lists.ts";
import { judged, type Standing } from "../../src/rotation/obligation.ts";
import { obligationsOf } from "../../src/rotation/obligations.ts";
import { keyStandings } from "../../src/rotation/keys.ts";
import type { Register } from "../../src/transcript/register.ts";
import { first, registerIn, second } from "../scripted/rotation.ts";

let one: Register;
let two: Register;
before(async () => {
  const year = await first();
  one = registerIn(year);
  two = registerIn(await second(year));
});

/** Every Monday, or near it. */
function* weeks(register: Register, years: number): Generator<string> {
  for (let at = register.attested ?? ""; at < shifted(register.attested ?? "", `P${years}Y`, "after"); at = shifted(at, "P7D", "after")) yield at;
}

const standings = (register: Register, at: string): Map<string, Standing> => new Map(obligationsOf(register, at).map((duty) => [duty.id, judged(duty, at, null).standing]));
const ORDER: readonly Standing[] = ["later", "due", "overdue"];

test("an obligation goes from later to due to overdue and never back, week by week for twenty years", () => {
  for (const register of [one, two]) {
    const last = new Map<string, number>();
    for (const at of weeks(register, 20)) {
      for (const [id, standing] of standings(register, at)) {
        const rank = ORDER.indexOf(standing);
        assert.ok(rank >= (last.get(id) ?? 0), `${id} at ${at}`);
        last.set(id, rank);
      }
    }
  }
});

test("nothing is overdue that was not due in some week before: there was time to act", () => {
  const seen = new Map<string, Set<Standing>>();
  for (const at of weeks(one, 20)) for (const [id, standing] of standings(one, at)) seen.set(id, (seen.get(id) ?? new Set()).add(standing));
  const late = [...seen].filter(([, all]) => all.has("overdue"));
  assert.ok(late.length >= 6, late.map(([id]) => id).join(" "));
  for (const [id, all] of late) assert.ok(all.has("due"), id);
});

test("the state of a certificate goes from active to retiring to expired, and the dates of its life are in the order of time", () => {
  const rank: Record<CertificateLife["state"], number> = { planned: 0, active: 1, retiring: 2, expired: 3, revoked: 4 };
  const last = new Map<string, number>();
  for (const at of weeks(one, 21)) {
    for (const life of certificateLives(one, at)) {
      assert.ok(rank[life.state] >= (last.get(life.name) ?? 0));
      last.set(life.name, rank[life.state]);
      const dates = [life.ceremonyFrom, life.ceremonyBy, life.distributeBundleBy, life.switchIssuingOn, life.stopIssuingOn, life.notAfter].flatMap((instant) => instant ?? []);
      assert.deepEqual(dates, [...dates].sort(), life.name);
    }
  }
  assert.deepEqual([last.get("device"), last.get("issuing-ca"), last.get("root-ca")], [3, 3, 3]);
});

test("the dates of a subordinate follow from its policy to the second", () => {
  const life = certificateLives(one, one.attested ?? "").find(({ name }) => name === "issuing-ca");
  assert.ok(life);
  const { notBefore } = life;
  assert.equal(life.stopIssuingOn, shifted(notBefore, "P5Y", "after"));
  assert.equal(life.switchIssuingOn, shifted(notBefore, "P4Y", "after"));
  assert.equal(life.distributeBundleBy, shifted(shifted(notBefore, "P4Y", "after"), "P90D", "before"));
  assert.equal(life.ceremonyFrom, shifted(life.ceremonyBy ?? "", "P60D", "before"));
});

test("a successor closes the duty to make one, and opens those to bring, switch to and stop", () => {
  const about = (register: Register): string[] => obligationsOf(register, register.attested ?? "").filter(({ of }) => of === "issuing-ca").map(({ id }) => id);
  assert.deepEqual(about(one), ["succeed/issuing-ca"]);
  assert.deepEqual(about(two), ["distribute/issuing-ca", "switch/issuing-ca", "stop/issuing-ca"]);
  const [old] = certificateLives(two, "2031-06-01T00:00:00Z").filter(({ name }) => name === "issuing-ca");
  assert.deepEqual([old?.state, old?.successor], ["retiring", "issuing-ca-2"]);
});

test("a list is in force, then lapses, and the CA's next one is due before that; when the CA has ended no list is needed", () => {
  const at = (day: string) => listLives(one, `${day}T00:00:00Z`)[0];
  assert.deepEqual([at("2027-01-01")?.current?.name, at("2028-01-01")?.current, at("2028-01-01")?.isOver], ["root-crl", null, false]);
  assert.equal(at("2027-01-01")?.ceremonyBy.slice(0, 10), "2027-09-17");
  assert.equal(at("2047-01-01")?.isOver, true);
  assert.deepEqual(obligationsOf(one, "2047-01-01T00:00:00Z").filter(({ kind }) => kind === "crl"), []);
  assert.deepEqual(listLives(two, two.attested ?? "").map(({ current, last }) => [current?.number, last.name]), [[2, "root-crl-2"]]);
});

test("a revoked certificate has no dates to keep, and a register without a policy knows only ends", () => {
  const { serial } = one.certificates.find(({ name }) => name === "issuing-ca") ?? { serial: "" };
  const revoked: Register = { ...one, revocations: [{ issuer: "root-ca", serial, certificate: "issuing-ca", date: "2027-01-01T00:00:00Z", reason: "keyCompromise", released: null }] };
  assert.equal(certificateLives(revoked, "2027-06-01T00:00:00Z").find(({ name }) => name === "issuing-ca")?.state, "revoked");
  assert.ok(!obligationsOf(revoked, "2027-06-01T00:00:00Z").some(({ of }) => of === "issuing-ca"));
  assert.deepEqual(lifeRemarks(certificateLives(revoked, "2027-06-01T00:00:00Z")), ["device was issued by issuing-ca, which is revoked: nobody believes it any more"]);
  assert.deepEqual(lifeRemarks(certificateLives(one, "2027-06-01T00:00:00Z")), []);
  const { rotation: _rotation, ...plain } = one;
  assert.deepEqual(obligationsOf(plain, plain.attested ?? "").map(({ kind }) => kind), ["publish", "crl"]);
});

test("of a CA whose key is destroyed nothing has to be done any more", () => {
  const destroyed: Register = { ...one, keys: one.keys.map((key) => (key.key === "root" ? { ...key, state: "destroyed" } : key)) };
  const about = obligationsOf(destroyed, one.attested ?? "").map(({ id }) => id);
  assert.deepEqual(about.filter((id) => id.includes("root")), []);
  assert.ok(about.includes("succeed/issuing-ca"));
});

test("keys have an age, an end to keep records after, and parked ones a digest to disclose", () => {
  const keys = keyStandings({ ...one, keys: one.keys.map((key) => (key.key === "issuing" ? { ...key, state: "parked" } : key)) });
  const root = keys.find(({ key }) => key === "root");
  assert.equal(root?.retainUntil, shifted(one.certificates.find(({ name }) => name === "root-ca")?.notAfter ?? "", "P2Y", "after"));
  assert.match(keys.find(({ state }) => state === "parked")?.spki ?? "", /^[0-9a-f]{64}$/);
});
