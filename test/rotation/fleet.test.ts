/** What is fetched from each platform, in that platform's own form, before and after a roll-over: current, stale, unknown, missing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPem } from "../../src/bytes/pem.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { closedBy, observe, type FieldState } from "../../src/rotation/observed.ts";
import { obligationsOf } from "../../src/rotation/obligations.ts";
import type { HeldRecord } from "../scripted/life.ts";
import { certificateOf, ctrlx, factoryAnswer, foundries, iox, mender, rollouts } from "../scripted/rollover.ts";
import { registerIn } from "../scripted/rotation.ts";

/** Before the switch, and after it. */
const [EARLY, LATE] = ["2030-09-01T00:00:00Z", "2031-01-15T00:00:00Z"];
const file = (path: string, bytes: string | Uint8Array) => ({ path, bytes: typeof bytes === "string" ? toUtf8(bytes) : bytes });
const kept = ({ files }: HeldRecord, path: string): Uint8Array => files.read(`artifacts/bundles/${path}`) ?? assert.fail(path);
const seen = ({ objects }: FieldState): string[] => [...new Set(objects.map(({ name, verdict }) => `${name ?? "?"} ${verdict}`))];
const missing = (field: FieldState): string[] => field.missing.map(({ name }) => name);

test("Foundries, the answer to a GET: old alone is stale after the switch, old beside new is current, and another's CA is unknown", async () => {
  const { old, both, fresh } = await foundries();
  const pem = (name: string): string => certificateOf(fresh, name);
  const answer = (tls: string, ...cas: string[]) => [file("get.json", factoryAnswer(pem("factory-ca"), pem(tls), ...cas.map(pem)))];
  const register = registerIn(both);
  assert.deepEqual(seen(observe(register, answer("tls", "line-ca"), EARLY)), ["factory-ca current", "tls current", "line-ca current"]);
  const left = observe(register, answer("tls", "line-ca"), LATE);
  assert.deepEqual([seen(left), missing(left)], [["factory-ca current", "tls stale", "line-ca stale"], ["line-ca-2"]]);
  const rolled = observe(register, answer("tls-2", "line-ca", "line-ca-2"), LATE);
  assert.deepEqual([seen(rolled), missing(rolled)], [["factory-ca current", "tls-2 current", "line-ca current", "line-ca-2 current"], []]);
  assert.equal(rolled.objects.find(({ name }) => name === "line-ca")?.why, "line-ca-2 is trusted beside it");
  assert.deepEqual(seen(observe(registerIn(old), answer("tls-2", "line-ca-2"), EARLY)), ["factory-ca current", "? unknown"]);
});

test("Foundries, the list at its address: in force after the withdrawal, and the revoked CA is stale even beside the next one", async () => {
  const { both, fresh } = await foundries();
  const crl = fresh.files.read("artifacts/crls/device-cas.pem") ?? assert.fail();
  const answer = file("get.json", factoryAnswer(certificateOf(fresh, "factory-ca"), certificateOf(fresh, "tls-2"), certificateOf(fresh, "line-ca"), certificateOf(fresh, "line-ca-2")));
  const field = observe(registerIn(fresh), [file("revoked.crl", fromPem(new TextDecoder().decode(crl), ["X509 CRL"]).der), answer], "2032-04-01T00:00:00Z");
  assert.deepEqual(seen(field).filter((one) => /device-cas|line-ca /.test(one)), ["device-cas current", "line-ca stale"]);
  assert.deepEqual(missing(observe(registerIn(fresh), [answer], "2032-04-01T00:00:00Z")), ["device-cas"]);
  assert.deepEqual(seen(observe(registerIn(both), [file("revoked.crl", crl)], LATE)), ["? unknown"]);
  assert.deepEqual(seen(observe(registerIn(fresh), [file("revoked.crl", crl)], "2033-04-01T00:00:00Z")), ["device-cas stale"]);
});

test("IOx, the trust anchor archive: each of the three by its chain", async () => {
  const { old, both, fresh } = await iox();
  const register = registerIn(fresh);
  const anchor = (record: HeldRecord, version: number) => [file(`device-1.tar.gz`, kept(record, `anchor-${version}/trustanchorv${version}.tar.gz`))];
  assert.deepEqual([[old, 1] as const, [both, 2] as const, [fresh, 3] as const].map(([record, version]) => seen(observe(register, anchor(record, version), LATE))), [
    ["issuing-ca stale", "root-ca current"], ["issuing-ca current", "issuing-ca-2 current", "root-ca current"], ["issuing-ca-2 current", "root-ca current"],
  ]);
  assert.deepEqual(missing(observe(register, anchor(old, 1), LATE)), ["issuing-ca-2"]);
  assert.deepEqual(seen(observe(registerIn(old), anchor(fresh, 3), EARLY)), ["? unknown", "root-ca current"]);
});

test("ctrlX, the certificates in a device's store: a folder for each device", async () => {
  const { old, both } = await ctrlx();
  const store = (...names: string[]) => names.map((name) => file(`device-7/${name}.pem`, certificateOf(both, name)));
  const register = registerIn(both);
  assert.deepEqual(seen(observe(register, store("oem-1"), EARLY)), ["oem-1 current"]);
  assert.deepEqual(seen(observe(register, store("oem-1"), LATE)), ["oem-1 stale"]);
  assert.deepEqual(seen(observe(register, store("oem-1", "oem-2"), LATE)), ["oem-1 current", "oem-2 current"]);
  assert.deepEqual(seen(observe(registerIn(old), store("oem-2"), EARLY)), ["? unknown"]);
});

test("Mender, the keys that mender.conf names: those that it does not name do not count, and those that were not fetched are missing", async () => {
  const { old, both, fresh } = await mender();
  const device = (record: HeldRecord, bundle: string, ...keys: string[]) => ["mender.conf", ...keys].map((name) => file(`device-3/${name}`, kept(record, `${bundle}/${name}`)));
  const [KEY, NEXT] = ["artifact-verify-key.pem", "artifact-verify-key-next.pem"];
  const register = registerIn(fresh);
  const says = (files: readonly { path: string; bytes: Uint8Array }[]) => { const field = observe(register, files, LATE); return [seen(field), missing(field).filter((name) => name.includes("/")), field.empty]; };
  assert.deepEqual(says(device(old, "keys-1", KEY)), [["worker stale"], [], []]);
  assert.deepEqual(says(device(both, "keys-2", KEY, NEXT)), [["worker current", "worker-2 current"], [], []]);
  assert.deepEqual(says(device(both, "keys-2", KEY)), [["worker stale"], [`device-3/${NEXT}`], []]);
  assert.deepEqual(says(device(fresh, "keys-3", KEY)), [["worker-2 current"], [], []]);
  // the next key lies there, but the device goes by the old line
  const unnamed = observe(register, [...device(old, "keys-1", KEY), file(`device-3/${NEXT}`, kept(both, `keys-2/${NEXT}`))], LATE);
  assert.deepEqual(unnamed.objects.map(({ name, verdict, why }) => [name, verdict, /does not name it|is used since/.test(why)]), [["worker", "stale", true], ["worker-2", "stale", true]]);
});

test("Rollouts, the list of fingerprints: the old anchor beside the new one, alone, and one that nobody knows", async () => {
  const { old, both, fresh } = await rollouts();
  const register = registerIn(both);
  const list = (record: HeldRecord, bundle: string) => [file("fingerprints.json", kept(record, `${bundle}/trusted-fingerprints.json`))];
  const after = "2037-01-01T00:00:00Z"; // the old root's switch is ten years before its end
  assert.deepEqual([list(old, "anchors-1"), list(both, "anchors-2"), list(fresh, "anchors-3")].map((files) => seen(observe(register, files, after))), [["root-ca stale"], ["root-ca current", "root-ca-2 current"], ["root-ca-2 current"]]);
  assert.deepEqual(seen(observe(registerIn(old), list(fresh, "anchors-3"), EARLY)), ["? unknown"]);
});

test("a fleet of which one device was left behind on purpose: that one is stale, and the others do not hide it", async () => {
  const { old, both } = await iox();
  const register = registerIn(both);
  const fleet = ["device-1", "device-2", "device-3"].map((name, i) => file(`${name}/anchor.tar.gz`, i === 1 ? kept(old, "anchor-1/trustanchorv1.tar.gz") : kept(both, "anchor-2/trustanchorv2.tar.gz")));
  const field = observe(register, fleet, LATE);
  assert.deepEqual([...new Set(field.objects.filter(({ verdict }) => verdict === "stale").map(({ path }) => path.split("/")[0]))], ["device-2"]);
  const duty = obligationsOf(register, LATE).find(({ id }) => id === "distribute/issuing-ca") ?? assert.fail();
  assert.equal(closedBy(field, duty), null, "it is not with everybody as long as one device has the old alone");
  assert.equal(closedBy(observe(register, fleet.filter(({ path }) => !path.startsWith("device-2")), LATE), duty)?.how, "observed");
});
