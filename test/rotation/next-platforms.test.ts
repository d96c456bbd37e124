/** Bundles of platforms in the next ceremony: each platform's own way to have old and new together, which it would accept. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nextCeremony } from "../../src/rotation/next.ts";
import { readHeldCeremony } from "../../src/transcript/held-ceremony.ts";
import type { HeldRecord } from "../scripted/life.ts";
import { nextOf, requested } from "../scripted/next.ts";
import { certificateOf, ctrlx, factoryAnswer, foundries, HELD, iox, mender, rollouts } from "../scripted/rollover.ts";
import { registerIn, textIn } from "../scripted/rotation.ts";
import { rsaRequest } from "../scripted/iox.ts";
import { serverRequest as gatewayRequest } from "../scripted/foundries.ts";
import { serverRequest } from "../scripted/mender.ts";
import { planOf, type Octets } from "../scripted/scripts.ts";

const [, WINDOW] = HELD;
type Next = ReturnType<typeof nextOf>;
const bundlesOf = ({ draft }: Next) => draft.bundles.map(({ fields }) => fields);
/** The script's findings, when what it wants is there. */
const findings = (record: HeldRecord, next: Next, files: Octets) => planOf(next.script, { ...record.pack.files, ...Object.fromEntries(next.draft.files), ...requested(next), ...files }).findings;

test("IOx: one anchor with both CAs and both apps, a version higher, and the info.txt before it written anew from its words", async () => {
  const { old } = await iox();
  const next = nextOf(old, WINDOW);
  assert.deepEqual(bundlesOf(next).map(({ chain, apps, version, previous }) => ({ chain, apps, version, previous })), [{ chain: ["issuing-ca", "issuing-ca-2", "root-ca"], apps: ["app", "app-2"], version: "v2", previous: "anchors/anchor-1/info.txt" }]);
  assert.equal(next.draft.files.get("anchors/anchor-1/info.txt"), textIn(old, "artifacts/bundles/anchor-1/info.txt"));
  assert.deepEqual(findings(old, next, { "requests/app-2.csr": rsaRequest("App 1") }), [], next.script);
});

test("Mender: devices get both verification keys, the new one under its own alias", async () => {
  const { old } = await mender();
  const next = nextOf(old, WINDOW);
  const [bundle] = bundlesOf(next);
  assert.deepEqual([bundle?.worker, bundle?.["key-alias"], bundle?.["next-worker"], bundle?.["next-key-alias"]], ["worker", "mender-1", "worker-2", "artifacts-2"]);
  assert.deepEqual([bundle?.client, bundle?.server], ["client-2", "server-2"]);
  assert.deepEqual(findings(old, next, { "requests/server-2.csr": serverRequest({ dns: ["signserver.example.com"] }) }), [], next.script);
});

test("Rollouts: the new chain of the gateway, beside the list of fingerprints that the platform has today", async () => {
  const { old } = await rollouts();
  const next = nextOf(old, WINDOW);
  assert.deepEqual(bundlesOf(next).map(({ chain, gateways, current }) => ({ chain, gateways, current })), [
    { chain: ["intermediate-ca-2", "root-ca"], gateways: undefined, current: "current/trusted-fingerprints.json" },
    { chain: ["intermediate-ca", "root-ca"], gateways: ["gateway", "gateway-2"], current: "current/trusted-fingerprints.json" },
  ]);
  assert.deepEqual(findings(old, next, { "current/trusted-fingerprints.json": textIn(old, "artifacts/bundles/anchors-1/trusted-fingerprints.json") }), [], next.script);
});

test("Foundries: each operation by itself, device CAs added to those that the platform has, and no successor of the root", async () => {
  const { old } = await foundries();
  const next = nextOf(old, WINDOW);
  assert.deepEqual(bundlesOf(next).map(({ operation, tls, "device-cas": cas }) => [operation, tls ?? cas]), [["rotate-tls", "tls-2"], ["add-device-ca", ["line-ca-2"]]]);
  assert.deepEqual(next.draft.leftOut.map(({ id }) => id), ["succeed/device"]);
  const current = factoryAnswer(certificateOf(old, "factory-ca"), certificateOf(old, "tls"), certificateOf(old, "line-ca"));
  assert.deepEqual(findings(old, next, { "current/factory-certs.json": current, "answer.json": JSON.stringify({ "tls-csr": gatewayRequest("1.ota-lite.example") }) }), [], next.script);
  const late = nextOf(old, "2036-07-20T00:00:00Z");
  assert.ok(late.draft.leftOut.some(({ id, why }) => id === "succeed/factory-ca" && why.includes("flashed anew")));
});

test("Foundries: an emergency adds the new device CA, and then has the platform take the old one from its list [ROTATION-REVOKE]", async () => {
  const { old } = await foundries();
  const { serial = "" } = registerIn(old).certificates.find(({ name }) => name === "line-ca") ?? {};
  const next = nextOf(old, "2027-06-01T00:00:00Z", { serial, reason: "keyCompromise" });
  assert.deepEqual(bundlesOf(next).map(({ operation }) => operation), ["add-device-ca", "revoke-device-ca"]);
  assert.deepEqual(findings(old, next, { "current/factory-certs.json": factoryAnswer(certificateOf(old, "factory-ca"), certificateOf(old, "tls"), certificateOf(old, "line-ca")) }), [], next.script);
});

test("ctrlX: first a key and a request for Bosch Rexroth, and when that was made its answer, with both certificates in the store", async () => {
  const { old } = await ctrlx();
  const next = nextOf(old, WINDOW);
  assert.deepEqual(next.draft.certificates.map(({ kind, fields }) => [kind, fields.request, fields.key, fields.for]), [["create-request", "oem-request-2", "oem-2", "ctrlx"]]);
  assert.deepEqual(findings(old, next, {}), [], next.script);
  const register = registerIn(old);
  const [request, key] = [register.requests.find(({ name }) => name === "oem-request"), register.keys.find(({ key: name }) => name === "oem")];
  assert.ok(request && key);
  const asked = { ...register, requests: [...register.requests, { ...request, name: "oem-request-2", key: "oem-2" }], keys: [...register.keys, { ...key, key: "oem-2", spki: "0".repeat(64) }] };
  const answered = nextCeremony(asked, readHeldCeremony(old.files.read("plan.json") ?? new Uint8Array()), { at: WINDOW, revoke: null });
  assert.ok("draft" in answered);
  assert.deepEqual(answered.draft.certificates.map(({ kind, fields }) => [kind, fields.certificate, fields.of]), [["accept-certificate", "oem-1-2", "oem-request-2"]]);
  assert.deepEqual(answered.draft.bundles.map(({ fields }) => [fields.certificate, fields.previous]), [["oem-1-2", "oem-1"]]);
  assert.deepEqual(answered.draft.wanted.map(({ file }) => file), ["answers/oem-1-2.pem", "answers/oem-1-2-above-1.pem"]);
});
