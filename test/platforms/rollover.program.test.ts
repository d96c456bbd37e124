/** What each platform's own way to verify says before, while and after a roll-over: of what the old key signed and of what the new one did. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readTar } from "../../src/bytes/tar.ts";
import { gunzip } from "../../src/bytes/gunzip.ts";
import { fromUtf8 } from "../../src/bytes/text.ts";
import { toPem } from "../../src/bytes/pem.ts";
import { examineApp } from "../../src/platforms/ctrlx/verify.ts";
import { readCertificate } from "../../src/x509/reread.ts";
import { ecdsaToDer } from "../../src/x509/signed.ts";
import type { HeldRecord } from "../scripted/life.ts";
import { certificateOf, ctrlx, factoryAnswer, foundries, iox, mender, registeredDer, rollouts } from "../scripted/rollover.ts";
import { textIn } from "../scripted/rotation.ts";
import { replay } from "../scripted/world.ts";
import { needTool } from "../tools.ts";
import { needsOpenssl, openssl } from "../x509/openssl.ts";

const bytesIn = ({ files }: HeldRecord, path: string): Uint8Array => files.read(`artifacts/${path}`) ?? assert.fail(path);
const textOf = (record: HeldRecord, path: string): string => textIn(record, `artifacts/${path}`);
/** Between the second and the third ceremony everything is within its dates. */
const AT = String(Date.parse("2031-01-01T00:00:00Z") / 1000);
/** Who accepts what: the old, then the new. */
const OLD = [true, false];
const BOTH = [true, true];
const FRESH = [false, true];

test("Foundries: the gateway takes devices of the device CAs in its list, and the list is old, old and new, new", needsOpenssl, async () => {
  const { old, both, fresh } = await foundries();
  const device = (record: HeldRecord, list: string, name: string) => openssl(["verify", "-purpose", "sslclient", "-attime", AT, "-CAfile", "root", "-untrusted", "list", "device"], { root: certificateOf(record, "factory-ca"), list, device: certificateOf(record, name) });
  const listIn = (record: HeldRecord, bundle: string): string => (JSON.parse(textOf(record, `bundles/${bundle}/upload.json`)) as { "ca-crt": string })["ca-crt"];
  // of the third upload the platform itself takes out of the list what the CRL revokes
  const lists = [listIn(old, "create"), listIn(both, "add"), (JSON.parse(factoryAnswer("", "", certificateOf(fresh, "line-ca-2"))) as { "ca-crt": string })["ca-crt"]];
  assert.deepEqual(lists.map((list) => ["device", "device-2"].map((name) => device(both, list, name).ok)), [OLD, BOTH, FRESH]);
  assert.match(device(both, lists[0] ?? "", "device-2").text, /error 20 /);
  const crl = (JSON.parse(textOf(fresh, "bundles/withdraw/upload.json")) as { "ca-revoke-crl": string })["ca-revoke-crl"];
  const issuing = (name: string) => openssl(["verify", "-crl_check", "-CRLfile", "crl", "-attime", String(Date.parse("2032-04-01T00:00:00Z") / 1000), "-CAfile", "root", "ca"], { crl, root: certificateOf(fresh, "factory-ca"), ca: certificateOf(fresh, name) });
  assert.deepEqual(["line-ca", "line-ca-2"].map((name) => issuing(name).ok), FRESH);
  assert.match(issuing("line-ca").text, /error 23 /);
});

test("Foundries: devices know the root, so they take the gateway's old certificate and its new one", needsOpenssl, async () => {
  const { both } = await foundries();
  const uploaded = JSON.parse(textOf(both, "bundles/gateway/upload.json")) as Record<string, string>;
  assert.deepEqual(Object.keys(uploaded), ["tls-crt"]);
  for (const tls of [certificateOf(both, "tls"), uploaded["tls-crt"] ?? ""]) {
    const { ok, text } = openssl(["verify", "-x509_strict", "-purpose", "sslserver", "-attime", AT, "-CAfile", "root", "tls"], { root: certificateOf(both, "factory-ca"), tls });
    assert.ok(ok, text);
  }
});

test("IOx: OpenSSL, as a device asks it, takes the application certificates of the CAs in its anchor", needsOpenssl, async () => {
  const { old, both, fresh } = await iox();
  const chains = ([[old, "anchor-1", "v1"], [both, "anchor-2", "v2"], [fresh, "anchor-3", "v3"]] as const).map(([record, bundle, version]) => {
    const [chain, info] = readTar(gunzip(bytesIn(record, `bundles/${bundle}/trustanchor${version}.tar.gz`), 1_000_000));
    assert.equal(fromUtf8(info?.bytes ?? new Uint8Array()), `Example CA ${version}\n`);
    return fromUtf8(chain?.bytes ?? new Uint8Array());
  });
  const app = (chain: string, name: string) => openssl(["verify", "-x509_strict", "-attime", AT, "-CAfile", "ca-chain.cert.pem", "app"], { "ca-chain.cert.pem": chain, app: certificateOf(both, name) });
  assert.deepEqual(chains.map((chain) => ["app", "app-2"].map((name) => app(chain, name).ok)), [OLD, BOTH, FRESH]);
  assert.match(app(chains[2] ?? "", "app").text, /error 20 /);
});

/** What openssl says of the signatures, and the acceptance code of the rest. */
function isVerified(app: Uint8Array, record: HeldRecord, signer: string): boolean {
  const der = registeredDer(record, signer);
  const { acceptance, claims } = examineApp(app, { oem: { name: signer, der, facts: readCertificate(der) }, privileges: null });
  const held = claims.map(({ spki, message, signature }) => openssl(["dgst", "-sha384", "-verify", "oem.pub", "-signature", "der", "block"], { "oem.pub": toPem("PUBLIC KEY", spki), der: ecdsaToDer(signature), block: message }).ok);
  return held.length === 1 && held.every(Boolean) && acceptance.every(({ found }) => found === null);
}

test("ctrlX: an app is taken by a device whose store has the certificate that it was signed under", needsOpenssl, async () => {
  const { old, both, fresh } = await ctrlx();
  const APP = "mockcorp-my-app_1.4.3+git2.app";
  const apps = [bytesIn(old, `signed/app-1/${APP}`), bytesIn(both, `signed/app-2/${APP}`)];
  const storeIn = (record: HeldRecord, bundle: string): string[] => record.files.list().filter((path) => path.startsWith(`artifacts/bundles/${bundle}/`) && path.endsWith(".pem")).map((path) => path.split("/").at(-1)?.replace(".pem", "") ?? "");
  const stores = ([[old, "store-1"], [both, "store-2"], [fresh, "store-3"]] as const).map(([record, bundle]) => storeIn(record, bundle));
  assert.deepEqual(stores, [["oem-1"], ["oem-1", "oem-2"], ["oem-2"]]);
  const takes = (store: readonly string[], app: Uint8Array): boolean => store.some((name) => isVerified(app, both, name));
  assert.deepEqual(stores.map((store) => apps.map((app) => takes(store, app))), [OLD, BOTH, FRESH]);
  assert.match(textOf(both, "bundles/store-2/DELIVER.md"), /`oem-2\.pem` on every device, beside `oem-1\.pem`[^]*take `oem-1\.pem` out/);
  assert.equal(openssl(["req", "-in", "r", "-noout", "-pubkey"], { r: textOf(fresh, "requests/oem-again.csr") }).stdout, toPem("PUBLIC KEY", readCertificate(registeredDer(both, "oem-2")).spki), "a request for the same key");
});

const folder = mkdtempSync(join(tmpdir(), "anchorite-rollover-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("Mender: mender-artifact takes an artifact by a key that mender.conf names", needTool("mender-artifact"), async () => {
  const { old, both, fresh } = await mender();
  for (const [record, name] of [[old, "release-1"], [both, "release-2"]] as const) writeFileSync(join(folder, name), bytesIn(record, `signed/${name}/signed.mender`));
  const keys = ([[old, "keys-1"], [both, "keys-2"], [fresh, "keys-3"]] as const).map(([record, bundle]) => {
    const conf = JSON.parse(`{${textOf(record, `bundles/${bundle}/mender.conf`).trim().replace(/^\{|\}$/g, "")}}`) as { ArtifactVerifyKey?: string; ArtifactVerifyKeys?: readonly string[] };
    return (conf.ArtifactVerifyKeys ?? [conf.ArtifactVerifyKey ?? assert.fail("no key")]).map((path) => {
      const file = join(folder, `${bundle}-${path.split("/").at(-1) ?? ""}`);
      writeFileSync(file, bytesIn(record, `bundles/${bundle}/${path.split("/").at(-1) ?? ""}`));
      return file;
    });
  });
  assert.deepEqual(keys.map(({ length }) => length), [1, 2, 1]);
  const takes = (key: string, artifact: string): boolean => /validated successfully/.test(spawnSync("mender-artifact", ["validate", "-k", key, artifact], { cwd: folder, encoding: "utf8" }).stdout);
  assert.deepEqual(keys.map((trusted) => ["release-1", "release-2"].map((artifact) => trusted.some((key) => takes(key, artifact)))), [OLD, BOTH, FRESH]);
});

test("Rollouts: openssl verifies a report, and a fingerprint of its chain is in the list: the old, both, the new", needsOpenssl, async () => {
  const { old, both, fresh } = await rollouts();
  const lists = ([[old, "anchors-1"], [both, "anchors-2"], [fresh, "anchors-3"]] as const).map(([record, bundle]) => (JSON.parse(textOf(record, `bundles/${bundle}/trusted-fingerprints.json`)) as { value: readonly string[] }).value);
  const reports = ([[old, "report", "anchors-1"], [both, "report-2", "anchors-2"]] as const).map(([record, report, bundle]) => ({
    message: textOf(record, `signed/${report}/report.msg.signed`), root: textOf(record, `bundles/${bundle}/ca_root.crt`), chain: textOf(record, `bundles/${bundle}/cert-chain.crt`),
  }));
  const fingerprints = reports.map(({ message, root, chain }) => {
    const { ok, text } = openssl(["cms", "-verify", "-in", "message", "-CAfile", "root", "-text", "-attime", AT], { message, root });
    assert.ok(ok, text);
    return chain.split(/(?<=-----END CERTIFICATE-----\n)/).map((one) => openssl(["x509", "-noout", "-fingerprint", "-sha256"].concat(["-in", "c"]), { c: one }).stdout.trim().split("=")[1] ?? "");
  });
  assert.deepEqual(lists.map((list) => fingerprints.map((own) => own.some((one) => list.includes(one)))), [OLD, BOTH, FRESH]);
});

test("each of these records replays to the same bytes", async () => {
  for (const { old, both, fresh } of [await foundries(), await ctrlx(), await rollouts()]) {
    for (const { files } of [old, both, fresh]) {
      const { replayed, failed } = replay(files);
      assert.deepEqual([replayed.rebuilt.state, replayed.wrong, failed], ["reproduced", [], []]);
    }
  }
});
