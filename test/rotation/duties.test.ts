/** What a register obliges to besides renewal: disclosure, parked keys, old roots, records that may go, custody. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { obligationSentence } from "../../src/console/rotation-pages.ts";
import { judged } from "../../src/rotation/obligation.ts";
import { obligationsOf } from "../../src/rotation/obligations.ts";
import { shifted } from "../../src/plan/validity.ts";
import { readRegister, type Register } from "../../src/transcript/register.ts";
import { goodPlan } from "../scripted/scripts.ts";
import { first, registerIn } from "../scripted/rotation.ts";
import { WEBPKI } from "../scripted/webpki.ts";
import { World } from "../scripted/world.ts";

const world = new World(goodPlan(WEBPKI));
await world.run();
const webpki = readRegister(world.record.files.get("artifacts/register.json") ?? new Uint8Array());
const year = registerIn(await first());
const about = (register: Register, kind: string, at: string) => obligationsOf(register, at).filter((one) => one.kind === kind).map(({ id, from, by }) => ({ id, from, by, standing: judged({ id, from, by, kind: "crl", of: "", next: null }, at, null).standing }));

test("every CA below a root of the web PKI, and every cross-certificate, is to be disclosed within a week of its issue; a private one is not", () => {
  const { notBefore } = webpki.certificates.find(({ name }) => name === "cross") ?? assert.fail();
  const asked = (at: string) => about(webpki, "disclose", at).map(({ id, standing }) => [id, standing]);
  assert.deepEqual(asked(notBefore), [["disclose/issuing-ca", "due"], ["disclose/cross", "due"]]);
  assert.deepEqual(asked(shifted(notBefore, "P8D", "after")), [["disclose/issuing-ca", "overdue"], ["disclose/cross", "overdue"]]);
  assert.deepEqual(about(year, "disclose", year.attested ?? ""), []);
});

test("a parked key is named every year: one obligation a year, so that the note of one year closes no other", () => {
  const parked: Register = { ...year, keys: year.keys.map((key) => (key.key === "issuing" ? { ...key, state: "parked" } : key)) };
  assert.deepEqual(about(parked, "parked", year.attested ?? "").map(({ id, standing }) => [id, standing]), [["parked/issuing-2027", "later"]]);
  assert.deepEqual(about(parked, "parked", "2029-01-01T00:00:00Z").map(({ id, standing }) => [id, standing]), [["parked/issuing-2027", "overdue"], ["parked/issuing-2028", "overdue"], ["parked/issuing-2029", "later"]]);
  assert.deepEqual(about(year, "parked", "2029-01-01T00:00:00Z"), []);
});

test("a root key of the web PKI has fifteen years, of which the last three are for the next one", () => {
  const { notBefore } = webpki.certificates.find(({ name }) => name === "root-ca") ?? assert.fail();
  const by = shifted(notBefore, "P15Y", "after");
  assert.deepEqual(about(webpki, "age", shifted(notBefore, "P13Y", "after")).map(({ id, by: until, standing }) => [id, until.slice(0, 10), standing]), [["age/old", by.slice(0, 10), "due"], ["age/root", by.slice(0, 10), "due"]]);
  assert.deepEqual(about(webpki, "age", shifted(by, "P1D", "after")).map(({ standing }) => standing), ["overdue", "overdue"]);
  assert.deepEqual(about(year, "age", "2045-01-01T00:00:00Z"), []);
});

test("records are kept two years beyond the last certificate of a key; only then does anybody have to decide", () => {
  const last = year.certificates.filter(({ issuer, name }) => issuer === "issuing-ca" || name === "issuing-ca").map(({ notAfter }) => notAfter).sort().at(-1) ?? "";
  assert.deepEqual(about(year, "retain", last), []);
  const [kept] = about(year, "retain", shifted(last, "P1Y", "after")).filter(({ id }) => id === "retain/issuing");
  assert.deepEqual([kept?.from, kept?.standing], [shifted(last, "P2Y", "after"), "later"]);
  assert.equal(about(year, "retain", shifted(last, "P25M", "after")).find(({ id }) => id === "retain/issuing")?.standing, "due");
});

test("of a token on which every key is destroyed nobody has to take care, and a look at a token counts from the ceremony before", () => {
  const [custody] = obligationsOf(year, year.attested ?? "").filter(({ kind }) => kind === "custody");
  assert.deepEqual([custody?.id, custody?.since], ["custody/vault", year.attested]);
  const gone: Register = { ...year, keys: year.keys.map((key) => ({ ...key, state: "destroyed" as const })) };
  assert.deepEqual(about(gone, "custody", year.attested ?? ""), []);
});

test("each kind has its sentence, and it names what it is about", () => {
  for (const kind of ["succeed", "distribute", "switch", "stop", "crl", "publish", "custody", "disclose", "parked", "age", "retain"] as const) assert.match(obligationSentence({ kind, of: "this-one", next: null }), /this-one|successor/);
});
