/** Emergencies, and registers from which no ceremony can be written. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { agendaText } from "../../src/console/next-pages.ts";
import { shifted } from "../../src/plan/validity.ts";
import { stepsOf } from "../../src/rotation/next-script.ts";
import type { HeldRecord } from "../scripted/life.ts";
import { heldNext, isSomething, judgedNext, nextOf, QUIET, requested } from "../scripted/next.ts";
import { FIRST, first, registerIn } from "../scripted/rotation.ts";
import { planOf } from "../scripted/scripts.ts";

let record: HeldRecord;
before(async () => {
  record = await first(QUIET);
});

const controls = (of: HeldRecord, revoke: { serial: string; reason: "keyCompromise" | "cACompromise" }): string[] => {
  const next = judgedNext(of, "2027-06-01T00:00:00Z", revoke);
  return next.findings.map(({ control }) => control);
};
const serialOf = (of: HeldRecord, name: string): string => registerIn(of).certificates.find((one) => one.name === name)?.serial ?? "";

test("an emergency revokes a CA in a list of the CA above it, makes its successor, and nothing else [ROTATION-REVOKE]", async () => {
  const at = "2027-06-01T00:00:00Z";
  const next = nextOf(record, at, { serial: serialOf(record, "issuing-ca"), reason: "keyCompromise" });
  assert.deepEqual([...next.draft.successions.values()].map(({ name }) => name), ["issuing-ca-2"]);
  assert.deepEqual(next.draft.lists.map(({ fields }) => fields.revoke), [[{ certificate: "issuing-ca", reason: "keyCompromise" }]]);
  const held = await heldNext(record, next, at, {});
  const { revocations, rotation } = registerIn(held);
  assert.deepEqual(revocations.map(({ certificate, reason }) => `${certificate ?? ""} ${reason}`), ["issuing-ca keyCompromise"]);
  assert.deepEqual(rotation?.made?.bundles.trust?.fields.certificates, ["root-ca", "issuing-ca-2"]);
  assert.deepEqual(controls(held, { serial: serialOf(record, "issuing-ca"), reason: "keyCompromise" }), ["ROTATION-REVOKE"]);
  assert.equal(isSomething(nextOf(held, shifted(at, "P1D", "after"))), false);
});

test("the agenda of an emergency says what hangs below the CA, and what the script does not make anew [ROTATION-REVOKE]", () => {
  const { draft } = nextOf(record, "2027-06-01T00:00:00Z", { serial: serialOf(record, "issuing-ca"), reason: "keyCompromise" });
  const text = agendaText({ draft, steps: stepsOf(draft), due: [], besides: [], by: null });
  assert.match(text, /to be held at once[^]*REVOKE issuing-ca[^]*1 certificate of the register/);
  assert.match(text.replaceAll(/\s+/g, " "), new RegExp(`device CN=Example Device, serial ${serialOf(record, "device")}`));
  assert.match(text, /issuing-ca-2\n +bring it to everybody, and use it in the place of issuing-ca, at once/);
});

test("a CRL of the register in a bundle is refused before a token is touched: nobody has its octets [REGISTER-FITS]", () => {
  const { script, draft } = nextOf(record, "2030-07-20T00:00:00Z");
  const wrong = script.replace("crls: [ root-crl-2 ]", "crls: [ root-crl ]");
  assert.notEqual(wrong, script);
  assert.deepEqual(planOf(wrong, { ...record.pack.files, ...requested({ draft }) }).findings.map(({ control, path }) => `${control} ${path.slice(2).join(".")}`), ["REGISTER-FITS export-bundle.crls.0"]);
});

test("of a leaf an emergency makes no successor by itself [ROTATION-REVOKE]", () => {
  const { draft } = nextOf(record, "2027-06-01T00:00:00Z", { serial: serialOf(record, "device"), reason: "keyCompromise" });
  assert.deepEqual([draft.certificates.length, draft.lists.map(({ fields }) => fields.issuer)], [0, ["issuing-ca"]]);
});

test("an unknown serial number and a reason that is none for a leaf are refused [ROTATION-REVOKE]", () => {
  assert.deepEqual(controls(record, { serial: "0102", reason: "keyCompromise" }), ["ROTATION-REVOKE"]);
  assert.deepEqual(controls(record, { serial: serialOf(record, "device"), reason: "cACompromise" }), ["ROTATION-REVOKE"]);
});

test("a root is not revoked by itself, and the finding says what to do [ROTATION-REVOKE-ROOT]", () => {
  assert.deepEqual(controls(record, { serial: serialOf(record, "root-ca"), reason: "keyCompromise" }), ["ROTATION-REVOKE-ROOT"]);
});

test("a register without a policy, and one that does not say how a certificate was made, are refused [ROTATION-NEXT]", async () => {
  const plain = await first(FIRST.replace(/rotation:\n(  .*\n)+/, ""));
  assert.deepEqual(judgedNext(plain, "2030-07-20T00:00:00Z").findings.map(({ control }) => control), ["ROTATION-NEXT"]);
  const forgotten = { ...record, files: { ...record.files, read: (path: string) => (path === "artifacts/register.json" ? withoutMade(record) : record.files.read(path)) } };
  assert.deepEqual(judgedNext(forgotten, "2030-07-20T00:00:00Z").findings.map(({ control, path }) => `${control} ${path.at(-1) ?? ""}`), ["ROTATION-NEXT issuing-ca", "ROTATION-NEXT device"]);
});

function withoutMade(record: HeldRecord): Uint8Array {
  const text = new TextDecoder().decode(record.files.read("artifacts/register.json") ?? new Uint8Array());
  return new TextEncoder().encode(text.replace(/("made":\{"bundles":.*?),"certificates":\{.*?\},"crls":\{/, '$1,"certificates":{},"crls":{'));
}
