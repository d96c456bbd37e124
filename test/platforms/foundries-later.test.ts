/** Foundries.io after the first ceremony: what is uploaded goes on from what the platform has, and is held against it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPem } from "../../src/bytes/pem.ts";
import { readCertificateList } from "../../src/x509/reread.ts";
import { answerOf, bodyOf, deviceCaRequest, deviceRequest, FLEET, FLEET_FILES, fleetScript, laterScript, pemOf, refuses, serialOf, serverRequest, USER, UUID } from "../scripted/foundries.ts";
import { held, type Pack } from "../scripted/pack.ts";
import type { Octets } from "../scripted/scripts.ts";
import type { World } from "../scripted/world.ts";

const { world, pack } = await held(FLEET, FLEET_FILES);
const kept = (path: string, of: World): string => of.record.text(`artifacts/bundles/${path}`);

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

test("a device that has a certificate gets no second one, here or in the register: the platform would answer 409 [FOUNDRIES-DEVICE]", () => {
  const twin = "  - sign-request: { request: requests/twin.csr, certificate: twin, issuer: line-ca, profile: foundries/device-client, valid: { for: P1Y } }\n";
  const more = { "requests/twin.csr": deviceRequest(UUID.toUpperCase()) };
  refuses(fleetScript(twin), /^FOUNDRIES-DEVICE request expected a device without a certificate, found .* which is device; .*409/, { ...FLEET_FILES, ...more });
  refuses(laterScript(pack, twin), /which is device of the register/, laterFiles(pack, more));
});
