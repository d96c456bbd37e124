/** What the vendor's own commands say of a factory's certificates and lists (device gateway PKI reference). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerOf, FLEET, FLEET_FILES, laterScript, pemOf } from "../scripted/foundries.ts";
import { held } from "../scripted/pack.ts";
import { needsOpenssl, openssl } from "../x509/openssl.ts";

const { world, pack } = await held(FLEET, FLEET_FILES);
const kept = (path: string): string => world.record.text(`artifacts/bundles/${path}`);
const files = {
  "factory_ca.pem": kept("foundries/factory_ca.pem"), "tls-crt": kept("foundries/tls-crt"), "online-crt": kept("foundries/online-crt"), "local-ca.pem": kept("foundries/local-ca.pem"),
  "est-tls-crt": kept("est/est-tls-crt"), "line-ca.pem": kept("foundries/device-ca-line-ca.pem"), "client.pem": kept("devices/devices/device/client.pem"),
};

function verifies(...args: string[]): void {
  const { ok, text } = openssl(["verify", "-x509_strict", "-CAfile", "factory_ca.pem", ...args], files);
  assert.ok(ok, text);
}

test("openssl verifies gateway, EST server, device CAs and a device, strictly", needsOpenssl, () => {
  for (const server of ["tls-crt", "est-tls-crt"]) verifies("-purpose", "sslserver", server);
  for (const ca of ["online-crt", "local-ca.pem", "line-ca.pem"]) verifies(ca);
  verifies("-purpose", "sslclient", "-untrusted", "line-ca.pem", "client.pem");
});

test("a device is no client below a CA of the same name and another key, and a device CA is no client", needsOpenssl, () => {
  const other = openssl(["verify", "-purpose", "sslclient", "-CAfile", "factory_ca.pem", "-untrusted", "local-ca.pem", "client.pem"], files);
  assert.match(other.text, /error 20 /);
  assert.match(openssl(["verify", "-purpose", "sslclient", "-CAfile", "factory_ca.pem", "local-ca.pem"], files).text, /error (26|79)|unsuitable/);
});

test("the serial number that openssl shows of a device is its UUID", needsOpenssl, () => {
  assert.match(openssl(["x509", "-in", "client.pem", "-noout", "-serial", "-ext", "extendedKeyUsage,keyUsage"], files).text, /serial=0123ABCD456789ABCDEF0123456789AB\n[^]*critical\n +Digital Signature[^]*critical\n +TLS Web Client Authentication/);
});

test("openssl verifies a list that revokes a device CA and disables another, with their reasons [CRL-REASON]", needsOpenssl, async () => {
  const script = laterScript(pack, `  - issue-crl: { crl: list, issuer: factory-ca, valid: { for: P30D }, revoke: [{ certificate: online, reason: privilegeWithdrawn }, { certificate: local, reason: certificateHold }] }
  - export-bundle: { platform: foundries, operation: revoke-device-ca, root: factory-ca, crl: list, current: current.json }\n`);
  const later = await held(script, { ...pack.files, "current.json": answerOf(world, ["online", "local"]) }, world);
  const body = JSON.parse(later.world.record.text("artifacts/bundles/foundries/upload.json")) as Record<string, string>;
  const said = openssl(["crl", "-in", "revoke.crl", "-CAfile", "factory_ca.pem", "-noout", "-text"], { ...files, "revoke.crl": body["ca-revoke-crl"] ?? "" });
  assert.match(said.text, /verify OK/);
  assert.match(said.text, /Privilege Withdrawn[^]*Certificate Hold|Certificate Hold[^]*Privilege Withdrawn/);
  assert.match(openssl(["verify", "-crl_check", "-CRLfile", "revoke.crl", "-CAfile", "factory_ca.pem", "online-crt"], { ...files, "revoke.crl": body["ca-revoke-crl"] ?? "" }).text, /error 23 /);
  assert.equal(pemOf(world, "online"), files["online-crt"]);
});

test("the extension files of the vendor's page are what it gets wrong: openssl refuses one, and the corrected one is what is issued", needsOpenssl, () => {
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", "/dev/null", "-subj", "/CN=x", "-config", "c.cnf", "-extensions", "ext"];
  const config = (extension: string): Record<string, string> => ({ "c.cnf": `[req]\ndistinguished_name = dn\n[dn]\n[ext]\nkeyUsage=critical, digitalSignature\n${extension}\n` });
  assert.equal(openssl(request, config("basicConstraints=critical, clientAuth")).ok, false);
  const made = openssl(request, config("extendedKeyUsage=critical, clientAuth"));
  const shown = (pem: string): string => openssl(["x509", "-in", "x.pem", "-noout", "-ext", "keyUsage,extendedKeyUsage"], { "x.pem": pem }).stdout;
  assert.equal(shown(made.stdout), shown(files["client.pem"]));
});
