/** Foundries.io: what each operation uploads, and what its platform would refuse, before a token is touched. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPem } from "../../src/bytes/pem.ts";
import { planLines } from "../../src/console/plan-pages.ts";
import { findProfile } from "../../src/plan/profiles.ts";
import { parametersOf } from "../../src/plan/parameters.ts";
import { readCertificateList, readCertificate } from "../../src/x509/reread.ts";
import { registerOf } from "../scripted/account.ts";
import { answerOf, CREATE, deviceCaRequest, deviceRequest, DEVICES, EST, FLEET, FLEET_FILES, fleetScript, laterScript, nameOf, pemOf, serialOf, serverRequest, USER, UUID } from "../scripted/foundries.ts";
import { makeRequest } from "../scripted/keys.ts";
import { held, type Pack } from "../scripted/pack.ts";
import { goodPlan, planOf, type Octets } from "../scripted/scripts.ts";
import { atNth } from "../scripted/room.ts";
import { replay, World } from "../scripted/world.ts";

const { world, pack } = await held(FLEET, FLEET_FILES);
const kept = (path: string, of: World = world): string => of.record.text(`artifacts/bundles/${path}`);
const bodyOf = (bundle: string, of: World = world): Record<string, string> => JSON.parse(kept(`${bundle}/upload.json`, of)) as Record<string, string>;
const answers = JSON.parse(String(FLEET_FILES["answer.json"])) as Record<string, string>;

/** Findings as `CONTROL field message`. */
const found = (text: string, files: Octets = FLEET_FILES): string[] => (planOf(text, files).made?.findings ?? []).map(({ control, path, message }) => `${control} ${path.slice(3).join(".")} ${message}`);
function refuses(text: string, pattern: RegExp, files: Octets = FLEET_FILES): void {
  const findings = found(text, files);
  assert.ok(findings.some((one) => pattern.test(one)), `${String(pattern)} is not among\n${findings.join("\n")}`);
}

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
  assert.deepEqual(Object.keys(bodyOf("foundries")), ["ca-crt", "root-crt", "tls-crt"]);
  assert.equal(bodyOf("foundries")["ca-crt"], ["online", "local", "line-ca"].map((name) => pemOf(world, name)).join(""));
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
  assert.deepEqual(bodyOf("est"), { "est-tls-crt": pemOf(world, "est") });
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

// what goes on from the first ceremony, on its token
const LOCAL_2 = "  - sign-request: { request: requests/local-2.csr, certificate: local-2, issuer: factory-ca, profile: foundries/device-ca, valid: { for: P10Y } }\n";
const ADD = "  - export-bundle: { platform: foundries, bundle: add, operation: add-device-ca, root: factory-ca, device-cas: [local-2], current: current.json }\n";
const TLS_2 = "  - sign-request: { request: { file: answer-2.json, field: tls-csr }, certificate: tls-2, issuer: factory-ca, profile: foundries/tls, valid: { for: P10Y } }\n";
const ROTATE = "  - export-bundle: { platform: foundries, bundle: rotate, operation: rotate-tls, root: factory-ca, tls: tls-2, current: current.json }\n";
const listOf = (name: string, what: string): string => `  - issue-crl: { crl: ${name}, issuer: factory-ca, valid: { for: P30D }, ${what} }\n`;
const upload = (name: string, crl: string, current = "current.json"): string => `  - export-bundle: { platform: foundries, bundle: ${name}, operation: revoke-device-ca, root: factory-ca, crl: ${crl}, current: ${current} }\n`;
const REVOKE = listOf("list", "revoke: [{ certificate: online, reason: privilegeWithdrawn }, { certificate: local, reason: certificateHold }]");
const laterFiles = ({ files }: Pack, more: Octets = {}): Octets => ({
  ...files, "requests/local-2.csr": deviceCaRequest(`fio-${USER}`), "answer-2.json": JSON.stringify({ "tls-csr": serverRequest("1.ota-lite.example") }), "current.json": answerOf(world, ["online", "local", "line-ca"]), ...more,
});
const LATER = laterScript(pack, LOCAL_2 + TLS_2 + REVOKE + ADD + ROTATE + upload("revoke", "list"));
const later = await held(LATER, laterFiles(pack), world);

test("add-device-ca uploads the platform's list in its order, then the new one, under a subject that another has [SUBJECT-UNIQUE]", () => {
  const [body, list] = [bodyOf("add", later.world), ["online", "local", "line-ca"].map((name) => pemOf(world, name))];
  assert.deepEqual(body, { "ca-crt": [...list, pemOf(later.world, "local-2")].join("") });
  assert.equal(later.world.record.files.has("artifacts/bundles/add/csrs.json"), false, "the platform makes no request for a local CA");
});

test("rotate-tls uploads the gateway's certificate alone", () => {
  assert.deepEqual(bodyOf("rotate", later.world), { "tls-crt": pemOf(later.world, "tls-2") });
  assert.deepEqual(JSON.parse(kept("rotate/csrs.json", later.world)), { "ca-csr": false, "est-tls-csr": false, "first-time-init": false, "tls-csr": true });
});

/** The clock of the scripted room begins at noon each time: the later list is to be of a later moment. */
const WAITING = "  - act: { by: bob, say: Wait. }\n".repeat(60);
const entriesOf = (of: World, bundle: string): (readonly [string, number])[] =>
  readCertificateList(fromPem(bodyOf(bundle, of)["ca-revoke-crl"] ?? "", ["X509 CRL"]).der).revoked.map(({ serial, reason }) => [BigInt(`0x${serial}`).toString(), reason] as const);

test("revoke-device-ca uploads a list with reason 9 and 6, and a later one enables again with reason 8, once [CRL-REASON]", async () => {
  const [online, local] = ["online", "local"].map((name) => serialOf(pemOf(world, name)));
  assert.deepEqual(Object.keys(bodyOf("revoke", later.world)), ["ca-revoke-crl"]);
  assert.deepEqual(new Map(entriesOf(later.world, "revoke")), new Map([[online, 9], [local, 6]]));
  const current = JSON.parse(answerOf(world, ["local", "line-ca"], ["local"])) as object;
  const script = laterScript(later.pack, WAITING + listOf("list-2", "release: [local]") + upload("enable", "list-2"));
  const third = await held(script, laterFiles(later.pack, { "current.json": JSON.stringify(current) }), later.world);
  assert.deepEqual((JSON.parse(kept("enable/acceptance.json", third.world)) as { checks: { found: string }[] }).checks.filter((one) => one.found !== ""), []);
  assert.deepEqual(new Map(entriesOf(third.world, "enable")), new Map([[online, 9], [local, 8]]));
});

const withList = (what: string, current: string): [text: string, files: Octets] => [laterScript(pack, listOf("list", what) + upload("revoke", "list")), laterFiles(pack, { "current.json": current })];

test("a serial number that the platform does not have, or has enabled, is refused in base 10 [PLATFORM-ACCEPTS]", () => {
  const online = serialOf(pemOf(world, "online"));
  const [text, files] = withList("revoke: [{ certificate: online, reason: privilegeWithdrawn }]", answerOf(world, ["local"]));
  refuses(text, new RegExp(`^PLATFORM-ACCEPTS crl .*no such serial number in ca-crt; fioctl says: There is no actual device CA with serial ${online}$`), files);
  const enable = laterScript(later.pack, listOf("list-2", "release: [local]") + upload("enable", "list-2"));
  refuses(enable, /which is enabled again, is disabled; found: its serial number is not in disabled-ca-serials/, laterFiles(later.pack, { "current.json": answerOf(world, ["local"]) }));
  refuses(enable, /whose revocation the list repeats, is gone from the platform's list; found: the platform has it again/, laterFiles(later.pack, { "current.json": answerOf(world, ["online", "local"], ["local"]) }));
});

test("a current answer that is no answer, of another root or of none is refused [PLATFORM-ACCEPTS]", () => {
  const add = laterScript(pack, LOCAL_2 + ADD);
  const twice = `{"root-crt":"","root-crt":""}`;
  for (const [current, said] of [
    ["nothing", /^PLATFORM-ACCEPTS current .*expected a JSON text/], [twice, /expected each name of an object once, found "root-crt" twice/], ["{}", /Factory PKI not initialized/],
    [JSON.stringify({ "root-crt": pemOf(world, "online") }), /another root-crt/], [JSON.stringify({ "root-crt": pemOf(world, "factory-ca"), "ca-crt": pemOf(world, "device") }), /every device CA that the platform has is signed by the root/],
    [JSON.stringify({ "disabled-ca-serials": ["0x1f"] }), /expected serial numbers in base 10/], [JSON.stringify({ "ca-crt": `${pemOf(world, "online")}more\n` }), /expected/],
  ] as const) refuses(add, said, laterFiles(pack, { "current.json": current }));
  refuses(laterScript(pack, ADD.replace("[local-2]", "[online]")), /online is not in the platform's list yet; found: a device CA with the same key/, laterFiles(pack));
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

test("a device that has a certificate gets no second one, here or in the register: the platform would answer 409 [FOUNDRIES-DEVICE]", () => {
  const twin = "  - sign-request: { request: requests/twin.csr, certificate: twin, issuer: line-ca, profile: foundries/device-client, valid: { for: P1Y } }\n";
  const more = { "requests/twin.csr": deviceRequest(UUID.toUpperCase()) };
  refuses(fleetScript(twin), /^FOUNDRIES-DEVICE request expected a device without a certificate, found .* which is device; .*409/, { ...FLEET_FILES, ...more });
  refuses(laterScript(pack, twin), /which is device of the register/, laterFiles(pack, more));
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

/** A root under a CA of the company, which is not self-signed. */
const BELOW = fleetScript("").replace("holds: [root, line, transcript]", "holds: [top, root, line, transcript]")
  .replace("  - generate-key-pair: { key: root,", "  - generate-key-pair: { key: top, token: vault, algorithm: ecdsa-p256, backup: none }\n  - generate-key-pair: { key: root,")
  .replace(/ {2}- issue-root: .*\n/, `  - issue-root: { certificate: company, key: top, profile: private/root, subject: { CN: Company Root }, valid: { for: P25Y } }
  - issue-certificate: { certificate: factory-ca, key: root, issuer: company, profile: foundries/root, factory: example, valid: { for: P20Y } }\n`);
const belowScript = (bundle: string): string => BELOW.replace("  - close", `${bundle}  - close`);

test("a root below a higher CA serves the factory when the CA above it is named [PLATFORM-ACCEPTS]", async () => {
  refuses(belowScript(CREATE), /^PLATFORM-ACCEPTS root .*self-signed, or the CAs above it are named; found: .*Company Root; name them as above/);
  const script = belowScript(CREATE.replace("root: factory-ca,", "root: factory-ca, above: [company],"));
  const below = new World(goodPlan(script, FLEET_FILES));
  assert.equal((await below.run()).outcome, "done");
  const root = readCertificate(fromPem(pemOf(below, "factory-ca"), ["CERTIFICATE"]).der);
  assert.equal(root.extensions.length, 5);
  assert.equal(bodyOf("foundries", below)["root-crt"], pemOf(below, "factory-ca"));
  assert.match(kept("foundries/DELIVER.md", below), /-partial_chain/);
});
