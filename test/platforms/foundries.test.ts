/** Foundries.io: what each operation uploads, and what its platform would refuse, before a token is touched. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPem } from "../../src/bytes/pem.ts";
import { planLines } from "../../src/console/plan-pages.ts";
import { findProfile } from "../../src/plan/profiles.ts";
import { parametersOf } from "../../src/plan/parameters.ts";
import { readCertificate } from "../../src/x509/reread.ts";
import { registerOf } from "../scripted/account.ts";
import { answerOf, bodyOf, CREATE, deviceCaRequest, deviceRequest, DEVICES, EST, FLEET, FLEET_FILES, fleetScript, found, nameOf, pemOf, refuses, serverRequest, UUID, USER } from "../scripted/foundries.ts";
import { makeRequest } from "../scripted/keys.ts";
import { held } from "../scripted/pack.ts";
import { goodPlan, type Octets } from "../scripted/scripts.ts";
import { atNth } from "../scripted/room.ts";
import { replay, World } from "../scripted/world.ts";

const { world } = await held(FLEET, FLEET_FILES);
const kept = (path: string, of: World = world): string => of.record.text(`artifacts/bundles/${path}`);
const answers = JSON.parse(String(FLEET_FILES["answer.json"])) as Record<string, string>;

const extensionsOf = (profile: string, isBelow = true): string[] =>
  (findProfile(profile)?.extensions({ ...parametersOf("", { factory: "example" }), isBelow, request: { requestedDnsNames: ["a.example"] } as never }) ?? []).map(({ name, critical, text }) => `${name}${critical ? " critical" : ""}: ${text.replace(/ .RFC 7093.*/, "")}`);

test("the profiles are those of the vendor's own tool, extension by extension", () => {
  const [ku, san] = ["keyUsage critical: digitalSignature", "subjectAltName: DNS:a.example"];
  const aki = "authorityKeyIdentifier: the issuer's subjectKeyIdentifier";
  const ski = "subjectKeyIdentifier: from the public key";
  const root = ["keyUsage critical: keyCertSign, cRLSign", "extKeyUsage: serverAuth, clientAuth", "basicConstraints critical: CA:TRUE", ski];
  assert.deepEqual(extensionsOf("foundries/root", false), root);
  assert.deepEqual(extensionsOf("foundries/root"), [...root, aki]);
  assert.deepEqual(extensionsOf("foundries/device-ca"), ["keyUsage critical: keyCertSign", "basicConstraints critical: CA:TRUE, pathLenConstraint 0", ski, aki]);
  for (const profile of ["foundries/tls", "foundries/est-tls"]) assert.deepEqual(extensionsOf(profile), [ku, "extKeyUsage: serverAuth", aki, san]);
  assert.deepEqual(extensionsOf("foundries/device-client"), [ku, "extKeyUsage critical: clientAuth", aki]);
});

test("create uploads root, gateway and device CAs, and has the certificates under the names of the vendor's tool", () => {
  assert.deepEqual(Object.keys(bodyOf("foundries", world)), ["ca-crt", "root-crt", "tls-crt"]);
  assert.equal(bodyOf("foundries", world)["ca-crt"], ["online", "local", "line-ca"].map((name) => pemOf(world, name)).join(""));
  for (const [file, name] of [["factory_ca.pem", "factory-ca"], ["tls-crt", "tls"], ["online-crt", "online"], ["local-ca.pem", "local"], ["device-ca-line-ca.pem", "line-ca"]] as const) assert.equal(kept(`foundries/${file}`), pemOf(world, name), file);
  assert.deepEqual(JSON.parse(kept("foundries/csrs.json")), { "ca-csr": true, "est-tls-csr": false, "first-time-init": true, "tls-csr": true });
  assert.match(kept("foundries/DELIVER.md"), /This cannot be undone/);
});

test("the delivery pages send files, and set no variable in front of curl, where it would be empty", () => {
  for (const bundle of ["foundries", "est", "devices"]) {
    assert.match(kept(`${bundle}/DELIVER.md`), /--data-binary @/);
    assert.doesNotMatch(kept(`${bundle}/DELIVER.md`), /^ *[A-Z_]+=\S* *\\?$/m);
  }
});

test("est-authorize uploads the EST certificate alone", () => {
  assert.deepEqual(bodyOf("est", world), { "est-tls-crt": pemOf(world, "est") });
  assert.deepEqual(JSON.parse(kept("est/csrs.json")), { "ca-csr": false, "est-tls-csr": true, "first-time-init": false, "tls-csr": false });
});

test("register-device has a body for each device, whose serial number is its UUID [FOUNDRIES-DEVICE]", () => {
  assert.deepEqual(JSON.parse(kept("devices/devices/device/register.json")), { "client.pem": pemOf(world, "device"), name: "device" });
  assert.equal(kept("devices/devices/device/client.chained"), `${pemOf(world, "device")}\n${pemOf(world, "line-ca")}`);
  const { serial, extensions } = readCertificate(fromPem(pemOf(world, "device"), ["CERTIFICATE"]).der);
  assert.equal(serial.replace(/^0+/, ""), UUID.replaceAll("-", "").replace(/^0+/, ""));
  assert.equal(extensions.length, 3);
  assert.equal(registerOf(world).certificates.find(({ name }) => name === "device")?.serial, UUID.replaceAll("-", ""));
});

test("the plan says what the serial number is, and in which year the fleet has to be flashed anew", () => {
  const { plan, digest } = goodPlan(FLEET, FLEET_FILES);
  const page = planLines(plan, digest, new Map(), (valid) => ("for" in valid ? "2046" : "")).join("\n").replaceAll(/\s+/g, " ");
  assert.match(page, /serial number the UUID in the CN, as an integer/);
  assert.match(page, /NOTE factory-ca ends P20Y after the attested time, which is in 2046 for a ceremony today: there is no succession of this root, so every device has to be flashed anew/);
  const dated = FLEET.replaceAll("{ for: P20Y }", '{ from: "2027-01-01T00:00:00Z", until: "2046-12-31T23:59:59Z" }').replaceAll(/\{ for: P1[05]Y \}/g, '{ from: "2027-01-01T00:00:00Z", until: "2036-12-31T23:59:59Z" }');
  const { plan: other, digest: its } = goodPlan(dated, FLEET_FILES);
  assert.match(planLines(other, its, new Map()).join("\n").replaceAll(/\s+/g, " "), /NOTE factory-ca ends in 2046, on 2046-12-31:/);
});

test("two replays of one record make every bundle again, byte for byte", () => {
  const { replayed, failed } = replay(world.record.asFiles());
  assert.deepEqual([replayed.rebuilt.state, replayed.wrong, failed], ["reproduced", [], []]);
});

test("first-time-init a second time is foreseen: the root is set once [PLATFORM-ACCEPTS]", () => {
  const again = CREATE.replace("platform: foundries,", "platform: foundries, current: current.json,");
  refuses(fleetScript(again), /^PLATFORM-ACCEPTS current .*takes one once; found: a root-crt; first-time-init would fail/, { ...FLEET_FILES, "current.json": answerOf(world, ["online"]) });
  assert.deepEqual(found(fleetScript(again), { ...FLEET_FILES, "current.json": "{}" }), []);
});

test("each operation comes with its parts and has no use for others [PLATFORM-ACCEPTS]", () => {
  refuses(fleetScript(EST.replace(", est: est", "")), /^PLATFORM-ACCEPTS est .*est-authorize comes with est; found: no such field/);
  refuses(fleetScript(EST.replace("est: est", "est: est, tls: tls")), /^PLATFORM-ACCEPTS tls .*est-authorize has a use for tls/);
  refuses(fleetScript(CREATE.replace(", device-cas: [online, local, line-ca]", "")), /create comes with device-cas/);
  refuses(fleetScript(CREATE.replace("platform: foundries,", "platform: foundries, operation: add-device-ca,").replace(", tls: tls", "")), /^PLATFORM-ACCEPTS current .*add-device-ca comes with current/);
});

test("names that are not the factory's, the user's or a device's are refused [PLATFORM-ACCEPTS] [FOUNDRIES-FACTORY] [FOUNDRIES-DEVICE]", () => {
  refuses(fleetScript(CREATE.replace(USER, "another")), /a local CA is named fio-another; found: CN fio-/);
  refuses(FLEET, /^FOUNDRIES-FACTORY request .*Invalid factory\(other\) must be example/, { ...FLEET_FILES, "requests/device.csr": deviceRequest(UUID, "other") });
  refuses(FLEET.replace("OU: example }", "OU: other }"), /^FOUNDRIES-FACTORY subject expected OU=example in the subject, found \["other"\]/);
  for (const cn of ["device-1", "00000000-0000-0000-0000-000000000000"]) refuses(FLEET, /^FOUNDRIES-DEVICE request expected one CN, a UUID/, { ...FLEET_FILES, "requests/device.csr": deviceRequest(cn) });
});

test("a device's certificate is issued by a device CA and ends with it, and a device CA issues no CA [FOUNDRIES-FACTORY] [VALIDITY-WITHIN-ISSUER] [PATH-LENGTH]", () => {
  refuses(FLEET.replace("issuer: line-ca", "issuer: factory-ca"), /^FOUNDRIES-FACTORY issuer foundries\/device-client wants a certificate by foundries\/device-ca as its issuer, found foundries\/root@1/);
  refuses(FLEET.replace("issuer: line-ca, profile: foundries/device-client, valid: { for: P10Y }", "issuer: line-ca, profile: foundries/device-client, valid: { for: P7300D }"), /^VALIDITY-WITHIN-ISSUER valid/);
  const low = "  - sign-request: { request: requests/low.csr, certificate: low, issuer: line-ca, profile: foundries/device-ca, valid: { for: P1Y } }\n";
  refuses(fleetScript(low), /^PATH-LENGTH issuer the pathLenConstraint of line-ca allows no such CA/, { ...FLEET_FILES, "requests/low.csr": deviceCaRequest("fio-1") });
});

test("what is no device certificate is not registered, and what is none of the bundle's CAs is no issuer [PLATFORM-ACCEPTS]", () => {
  refuses(fleetScript(DEVICES.replace("devices: [device]", "devices: [local]")), /local is for TLS clients; found: no extKeyUsage clientAuth; openssl error 26, unsuitable certificate purpose/);
  refuses(fleetScript(DEVICES.replace("[line-ca]", "[online]")), /device is issued by a device CA of the bundle; found: .*openssl error 20/);
  refuses(fleetScript(CREATE.replace("[online, local, line-ca]", "[tls]")), /CA:FALSE; the registration server says: Factory not allowed to sign Device CSRs/);
});

test("an EST request has exactly one name, and a request is one PEM block [REQUEST-EXTENSIONS] [REQUEST-FORM]", () => {
  const answer = (field: string, text: string): Octets => ({ ...FLEET_FILES, "answer.json": JSON.stringify({ ...answers, [field]: text }) });
  refuses(FLEET, /^REQUEST-EXTENSIONS request expected exactly one DNS name .* found 2/, answer("est-tls-csr", serverRequest("a.example", "b.example")));
  refuses(FLEET, /^REQUEST-EXTENSIONS request expected exactly one DNS name .* found 0/, answer("est-tls-csr", makeRequest({ subject: nameOf("gateway.example") })));
  refuses(FLEET, /^REQUEST-FORM request expected one block and nothing after it/, answer("tls-csr", String(answers["tls-csr"]) + serverRequest("a.example")));
  refuses(FLEET, /^REQUEST-FORM request .*expected a JSON text/, { ...FLEET_FILES, "answer.json": '{ "ca-csr": "a"\n"tls-csr": "b". }' });
});

test("a device whose certificate may have been signed already gets another number: no serial number is used twice [SERIAL-ENTROPY]", async () => {
  const broken = new World(goodPlan(FLEET, FLEET_FILES));
  const step = broken.source.plan.steps.findIndex((one) => "template" in one && one.template.serial === "uuid") + 1;
  const unknown = atNth((request) => request.kind === "sign" && request.step === step, 0, ({ honest }) => (honest(), { kind: "sign", outcome: "unknown", ckr: "CKR_DEVICE_REMOVED" }));
  assert.equal((await broken.run({ meddle: unknown })).outcome, "done");
  const { possiblyIssued, certificates } = registerOf(broken);
  assert.deepEqual(possiblyIssued.map(({ burned }) => burned), [UUID.replaceAll("-", "")]);
  assert.match(certificates.find(({ name }) => name === "device")?.serial ?? "", /^[4-7][0-9a-f]{39}$/);
});

test("devices of a folder have their UUIDs for serial numbers, and the second of two with one UUID is left out [FOUNDRIES-DEVICE]", async () => {
  const second = "00112233-4567-89ab-cdef-0123456789ab";
  const folder = "  - sign-requests: { requests: fleet, files: all, certificates: fleet, issuer: line-ca, profile: foundries/device-client, valid: { for: P5Y }, on-refusal: skip }\n";
  const files = { ...FLEET_FILES, "fleet/a.csr": deviceRequest(second), "fleet/b.csr": deviceRequest(second), "fleet/c.csr": deviceRequest(UUID), "fleet/d.csr": deviceRequest("x") };
  const fleet = new World(goodPlan(fleetScript(folder), files));
  assert.equal((await fleet.run()).outcome, "done");
  const lines = fleet.record.text("artifacts/reports/fleet.jsonl").trimEnd().split("\n").map((line) => JSON.parse(line) as { file: string; codes: string[]; serial: string });
  assert.deepEqual(lines.map(({ file, codes }) => [file, ...codes]), [["a.csr"], ["b.csr", "request-device-known"], ["c.csr", "request-device-known"], ["d.csr", "request-device"]]);
  assert.equal(lines[0]?.serial, second.replaceAll("-", "").replace(/^00/, ""));
});
