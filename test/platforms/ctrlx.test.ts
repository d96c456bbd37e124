/** ctrlX before a token is touched: requests, names, certificates and privileges that the vendor's tools or a device would refuse. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readTar, writeTar } from "../../src/bytes/tar.ts";
import { fromPem } from "../../src/bytes/pem.ts";
import { concat, fromUtf8, toUtf8 } from "../../src/bytes/text.ts";
import { planLines } from "../../src/console/plan-pages.ts";
import { examineApp } from "../../src/platforms/ctrlx/verify.ts";
import { revisionBlock, readSignatureFile, signatureFile, timestampOf } from "../../src/platforms/ctrlx/signature-file.ts";
import { readSnapName } from "../../src/platforms/ctrlx/snap-name.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { readCertificate } from "../../src/x509/reread.ts";
import { assertAccounted, registerOf } from "../scripted/account.ts";
import { APP, APP_FILES, OEM_KEY, oemCertificate, privileges, PRIVILEGES_KEY } from "../scripted/ctrlx.ts";
import { goodPlan, planOf, type Octets } from "../scripted/scripts.ts";
import { atNth } from "../scripted/room.ts";
import { replay, World } from "../scripted/world.ts";
import { basicConstraints, keyUsage } from "../../src/x509/extension.ts";
import { TestKey } from "../x509/test-key.ts";

const found = (change: readonly [from: string | RegExp, to: string], files: Octets = APP_FILES): string[] =>
  (planOf(APP.replace(...change), files).made?.findings ?? []).map(({ control, path, message }) => `${control} ${path.slice(2).join(".")} ${message}`);
const withFile = (name: string, text: string | Uint8Array): string[] => found(["", ""], { ...APP_FILES, [name]: text });

function worldOf(script = APP, files = APP_FILES): World {
  const world = new World(goodPlan(script, files));
  world.vault.coming.push(OEM_KEY);
  return world;
}
const world = worldOf();
const ending = await world.run();
const kept = (path: string): Uint8Array => world.record.files.get(`artifacts/${path}`) ?? assert.fail(path);
const APP_PATH = "signed/my-app/mockcorp-my-app_1.4.3+git2.app";
const signer = (pem = oemCertificate()) => {
  const { der } = fromPem(pem, ["CERTIFICATE"]);
  return { name: "oem", der, facts: readCertificate(der) };
};

test("an app is signed for each architecture in one step, and the signature file is the vendor's, byte for byte", () => {
  assert.deepEqual([ending.outcome, ending.exceptions], ["done", []]);
  const text = fromUtf8(kept("signed/my-app/amd64/mockcorp-my-app_1.4.3+git2.signature"));
  const [head = "", signature = "", ...appended] = text.split("\n\n");
  assert.match(`${head}\n`, new RegExp(`^type: {19}app-revision
app-name: {15}mockcorp-my-app
publisher: {14}com\\.ctrlx-automation\\.app\\.mockcorp
organization: {11}Mockcorp Limited
timestamp: {14}2026-11-20T12:00:\\d\\d\\.000000Z
snap-digest: {12}[0-9a-f]{96}
$`));
  assert.match(signature, /^[A-Za-z0-9+/]{64}\n[A-Za-z0-9+/=]{1,64}$/);
  assert.equal(appended.join("\n\n"), APP_FILES["snaps/mockcorp-my-app.privileges"]);
  assert.equal(world.vault.effects.filter((kind) => kind === "sign").length, 2, "the request, and all snaps together");
  assert.equal(world.record.bodies().filter((body) => body.kind === "request" && body.request.kind === "read-back" && body.request.subject === "artifact").length, 2, "each snap is read back");
});

test("the archive is plain tar below public/, with both architectures", () => {
  const names = readTar(kept(APP_PATH)).map(({ name }) => name);
  const release = (architecture: string) => [`${architecture}/`, `${architecture}/release/`, `${architecture}/release/mockcorp-my-app_1.4.3+git2.snap`, `${architecture}/release/mockcorp-my-app_1.4.3+git2.signature`];
  assert.deepEqual(names, ["public/", "public/snaps/", ...[...release("amd64"), ...release("arm64")].map((name) => `public/snaps/${name}`)]);
});

test("two exports of one record are the same octets: replay makes them again", () => {
  assertAccounted(world);
  const { replayed, failed } = replay(world.record.asFiles());
  assert.deepEqual([replayed.rebuilt.state, replayed.wrong, failed], ["reproduced", [], []]);
  assert.deepEqual(registerOf(world).artifacts.map(({ artifact, format, files }) => [artifact, format, files.length]), [["my-app", "ctrlx", 4]]);
  const bundled = [...world.record.files.keys()].filter((path) => path.includes("/bundles/"));
  assert.deepEqual(bundled, ["oem-app-signing.pem", "mockcorp-my-app.privileges-request.txt", "DELIVER.md", "acceptance.json"].map((name) => `artifacts/bundles/ctrlx/${name}`));
});

test("the request for privileges is the vendor's text, with a reason for each plug and slot", () => {
  const text = fromUtf8(kept("bundles/ctrlx/mockcorp-my-app.privileges-request.txt"));
  assert.equal(text.replace(/timestamp: 2026-11-20T12:00:\d\dZ/, "timestamp: NOW"), `type: app-privileges
app-name: mockcorp-my-app
publisher: com.ctrlx-automation.app.mockcorp
timestamp: NOW
plugs:
  firewall-control:
slots:
  loop-devices-slot:
    interface: custom-device

Reasons:
- plug firewall-control: Opens the port of the fieldbus gateway, and closes it again.
- slot loop-devices-slot: Mounts the images of recipes.
`);
  for (const [text, why] of [
    ["plugs:\n  firewall-control:\n", /a reason for each plug and slot/], ["firewall-control\n", /found in line 1/], ["plugs:\n  # x\n  a:\nplugs:\n", /plugs: once, then slots: once/],
    ["plugs:\r\n", /found in line 1/], ["plugs:\n", /asks for something; found: no plug and no slot/],
  ] as const) assert.match(withFile("requests/mockcorp-my-app.interfaces", text).join("\n"), why);
});

test("DELIVER.md says the order, the store and its category, and what nobody can undo", () => {
  const page = fromUtf8(kept("bundles/ctrlx/DELIVER.md"));
  assert.match(page, /curl -X POST "https:\/\/\$DEVICE\/certificate-manager\/api\/v2\/applications\/appvalidationcerts\/certificates".*-F "file=@oem-app-signing\.pem" -F "category=trusted"/);
  assert.match(page, /issued by CN=com\.ctrlx-automation\.app, O=Bosch Rexroth AG, valid until 9999-12-31T23:59:59Z/);
  assert.match(page, /What cannot be undone/);
  assert.match(fromUtf8(kept("signed/my-app/DELIVER.md")), /anchorite artifact verify ctrlx mockcorp-my-app_1\.4\.3\+git2\.app/);
});

test("people see what is in the files before they sign", () => {
  const step = world.source.plan.steps.find((one) => one.rule === "sign-artifact@1");
  const shown = step?.rule === "sign-artifact@1" ? step.shown.map(({ what, value }) => `${what} ${value}`) : [];
  for (const line of ["app mockcorp-my-app", "version 1.4.3+git2", "architecture arm64", "publisher com.ctrlx-automation.app.mockcorp", "organization Mockcorp Limited", "interfaces plugs firewall-control loop-devices slots loop-devices-slot"]) assert.ok(shown.includes(line), `${line}\n${shown.join("\n")}`);
  const page = planLines(world.source.plan, world.source.digest, new Map());
  for (const line of [/^ {5}architecture: arm64$/, /^ {5}publisher: com\.ctrlx-automation\.app\.mockcorp$/, /^ {5}SHA-256: [0-9a-f]{64}$/]) assert.ok(page.some((one) => line.test(one)), `${String(line)}\n${page.join("\n")}`);
});

test("a request for ctrlX without Organization, on another curve or by a key that signs otherwise is refused [PLATFORM-ACCEPTS]", () => {
  assert.deepEqual(found(["", ""]), []);
  assert.deepEqual(found(["subject: { O: Mockcorp Limited }", "subject: { CN: Mockcorp }"]), ["PLATFORM-ACCEPTS create-request.subject ctrlx expects that the subject of the request has one Organization (O); found: none; Bosch Rexroth signs no such request"]);
  const request = (algorithm: string, signature: string) => found([/algorithm: ecdsa-p256, signature: ecdsa-sha384/, `algorithm: ${algorithm}${signature}`]).filter((one) => one.includes("create-request.key"));
  assert.match(request("ecdsa-p384", "")[0] ?? "", /the key is on P-256.*found: ecdsa-p384/);
  assert.match(request("ecdsa-p256", "")[0] ?? "", /signature: ecdsa-sha384 of generate-key-pair\); found: ecdsa-sha256/);
  assert.deepEqual(planOf(APP.replace("subject: { O: Mockcorp Limited }, for: ctrlx", "subject: { CN: Mockcorp }"), APP_FILES).made?.findings, [], "a request for another CA needs no Organization");
});

test("a key that signs with SHA-256 signs no app [ALGORITHM-ALLOWED]", () => {
  assert.match(found([", signature: ecdsa-sha384, backup", ", backup"]).join("\n"), /ALGORITHM-ALLOWED sign-artifact.key ctrlx is signed with ecdsa-sha384; oem signs with ecdsa-sha256/);
});

test("snaps that the vendor's scripts would name wrongly are refused [PLATFORM-ACCEPTS]", () => {
  const named = (name: string, second = "") => found([/file: \[.*?\]/, `file: [snaps/${name}${second}]`], { ...APP_FILES, [`snaps/${name}`]: "hsqs" });
  for (const name of ["myapp_1.4.3.snap", "my_app_1.4.3_amd64.snap", "myapp_1.4.3_amd64.app", "My-App_1.4.3_amd64.snap", "myapp_1.4.3_amd64"]) {
    assert.ok(named(name).some((one) => /PLATFORM-ACCEPTS sign-artifact.file .*named <app>_<version>_<architecture>\.snap, with two underscores.*found: /.test(one)), name);
  }
  const other = named("mockcorp-my-app_1.4.4_armhf.snap", ", snaps/mockcorp-my-app_1.4.3+git2_amd64.snap").join("\n");
  assert.match(other, /all snaps of a \.app file are of one app and version; found: mockcorp-my-app_1\.4\.3\+git2_amd64\.snap/);
  const twice = { ...APP_FILES, "more/mockcorp-my-app_1.4.3+git2_amd64.snap": "hsqs" };
  assert.match(found([/file: \[.*?\]/, "file: [snaps/mockcorp-my-app_1.4.3+git2_amd64.snap, more/mockcorp-my-app_1.4.3+git2_amd64.snap]"], twice).join("\n"), /each architecture has one snap; found: amd64 twice/);
  assert.match(withFile("snaps/mockcorp-my-app_1.4.3+git2_amd64.snap", "").join("\n"), /is not empty; found: no octet/);
  assert.deepEqual(readSnapName("a/b_1.0_amd64.snap"), { app: "b", version: "1.0", architecture: "amd64" });
});

test("a certificate that names no one publisher or organization, is over another kind of key or is a CA signs no app [PLATFORM-ACCEPTS]", () => {
  const certified = (change: Parameters<typeof oemCertificate>[0]) => withFile("answers/oem.pem", oemCertificate(change)).join("\n");
  assert.match(certified({ subject: [{ type: "CN", value: "com.ctrlx-automation.app.mockcorp" }] }), /PLATFORM-ACCEPTS sign-artifact.signer ctrlx expects that the subject of oem-app-signing has one O, which is the organization; found: 0/);
  assert.match(certified({ subject: [{ type: "O", value: "Mockcorp" }] }), /has one CN, which is the publisher; found: 0/);
  assert.match(certified({ subject: [{ type: "CN", value: "a" }, { type: "CN", value: "b" }, { type: "O", value: "c" }] }), /has one CN.*found: 2/);
  assert.match(certified({ subject: [{ type: "CN", value: "a" }, { type: "O", value: "b\nsnap-digest: c" }] }), /has one O.*found: "b\\nsnap-digest/);
  assert.match(certified({ key: new TestKey("ecdsa-p384") }), /over a key on P-256, the only one that each of verify-apps\.sh.*found: ecdsa-p384/);
  assert.match(certified({ extensions: [basicConstraints({ ca: true }), keyUsage(["keyCertSign"])] }), /is no CA; found: CA:TRUE/);
  assert.match(certified({ extensions: [keyUsage(["keyAgreement"])] }), /allows digitalSignature; found: keyAgreement/);
});

test("privileges for another app or publisher, or that cannot be appended as they are, are refused [PLATFORM-ACCEPTS]", () => {
  const given = (text: string) => withFile("snaps/mockcorp-my-app.privileges", text).join("\n");
  assert.match(given(privileges("mockcorp-my-app", "other-app")), /PLATFORM-ACCEPTS sign-artifact.privileges ctrlx expects that its app-name is mockcorp-my-app; found: other-app/);
  assert.match(given(privileges("app.mockcorp", "app.other")), /its publisher is com\.ctrlx-automation\.app\.mockcorp, the CN of the certificate; found: com\.ctrlx-automation\.app\.other/);
  assert.match(given(privileges("app-privileges", "app-revision")), /its type is app-privileges; found: app-revision/);
  assert.match(given(privileges("plugs:", "\nplugs:")), /a declaration, one empty line, and its signature; found: /, "an empty line in the declaration");
  assert.match(given(privileges().replaceAll("\n", "\r\n")), /found CR; verify-apps\.sh splits at empty lines and finds none/);
  assert.match(given(privileges().replace(/\n\n[^]*/, "\n")), /found: expected two blocks, found 1/, "unsigned");
  assert.match(given(privileges().trimEnd()), /an LF at the end of the last line/);
  assert.match(found([/privileges: snaps\S*/, "privileges: snaps/other.privileges"], { ...APP_FILES, "snaps/other.privileges": privileges() }).join("\n"), /the file is named mockcorp-my-app\.privileges; found: other\.privileges/);
});

test("a certificate that has ended on the day stops the ceremony before anything is signed [PLATFORM-ACCEPTS]", async () => {
  const later = worldOf(APP.replace(/ {2}- accept-certificate.*\n/, (step) => `${step}  - act: { by: bob, say: Fetch the snaps. }\n`), { ...APP_FILES, "answers/oem.pem": oemCertificate({ notAfter: "2026-11-20T12:10:00Z" }) });
  await later.run({ meddle: ({ request }) => (request.kind === "time" && request.step > 5 ? { kind: "time", outcome: "answered", instant: "2026-11-20T13:00:00Z", attestedBy: ["alice", "bob"] } : undefined) });
  assert.match(registerOf(later).exceptions.map((one) => JSON.stringify(one)).join(), /PLATFORM-ACCEPTS/);
  assert.deepEqual(later.vault.effects.filter((kind) => kind === "sign").length, 1, "the request alone");
});

test("where nobody knows what became of the signatures, each may exist, and the app is signed again as people say", async () => {
  const unsure = worldOf();
  await unsure.run({ meddle: atNth("sign", 1, (call) => (call.honest(), { kind: "sign", outcome: "unknown", ckr: "CKR_DEVICE_ERROR" })) });
  assert.deepEqual(registerOf(unsure).possiblyIssued.map(({ kind, name }) => [kind, name]), [["artifact", "my-app"], ["artifact", "my-app"]]);
  assert.equal(new Set(registerOf(unsure).possiblyIssued.map(({ tbs }) => tbs.sha256)).size, 2);
  assert.ok(unsure.record.files.has(`artifacts/${APP_PATH}`));
  const { replayed, failed } = replay(unsure.record.asFiles());
  assert.deepEqual([replayed.rebuilt.state, replayed.wrong, failed], ["reproduced", [], []]);
});

test("names are cut at the first blank only where the script asks for it", async () => {
  const cut = worldOf(APP.replace("signer: oem-app-signing,", "signer: oem-app-signing, names: first-word,"));
  await cut.run();
  assert.match(cut.record.text("artifacts/signed/my-app/arm64/mockcorp-my-app_1.4.3+git2.signature"), /^organization: {11}Mockcorp$/m);
  assert.ok(planOf(APP.replace("signer: oem-app-signing,", "signer: oem-app-signing, names: short,"), APP_FILES).findings.length > 0);
});

test("the verifier takes the app, and finds a snap that was changed after it was signed, which verify-apps.sh 4.6.0 does not", () => {
  const app = kept(APP_PATH);
  const examine = (archive: Uint8Array, oem = signer(), byBosch: Uint8Array | null = null) => {
    const { acceptance, claims } = examineApp(archive, { oem, privileges: byBosch });
    return [...acceptance.flatMap(({ found: wrong, expects }) => (wrong === null ? [] : [expects])), ...claims.filter((claim) => !claimHolds(claim)).map(({ where }) => `signature ${where}`)];
  };
  const changed = (change: (name: string, bytes: Uint8Array) => readonly [string, Uint8Array]) => writeTar(readTar(app).map(({ name, bytes }) => {
    const [to, octets] = change(name, bytes);
    return { name: to, bytes: octets };
  }));
  const text = (from: string, to: string) => changed((name, bytes) => [name, name.endsWith(".signature") ? toUtf8(fromUtf8(bytes).replace(from, to)) : bytes]);
  assert.deepEqual(examine(app), []);
  assert.equal(examineApp(app, { oem: signer(), privileges: PRIVILEGES_KEY.spki }).claims.length, 4);
  assert.deepEqual(examine(app, signer(), PRIVILEGES_KEY.spki), []);
  assert.deepEqual(examine(app, signer(), OEM_KEY.spki), ["amd64", "arm64"].map((architecture) => `signature ${architecture}/mockcorp-my-app_1.4.3+git2 privileges`));
  assert.deepEqual(examine(changed((name, bytes) => [name, name.endsWith("amd64/release/mockcorp-my-app_1.4.3+git2.snap") ? concat(bytes, toUtf8("x")) : bytes])), ["the snap has the digest that was signed"]);
  assert.deepEqual(examine(text("Mockcorp Limited", "Mockcorp Limites")).length, 4, "organization and signature, of both");
  assert.deepEqual(examine(text("timestamp: ", "timestamp:  ")), ["signature amd64/mockcorp-my-app_1.4.3+git2", "signature arm64/mockcorp-my-app_1.4.3+git2"]);
  assert.ok(examine(changed((name, bytes) => [name, name.endsWith(".signature") ? toUtf8(fromUtf8(bytes).replaceAll("\n", "\r\n")) : bytes])).includes("the signature file has its form"));
  assert.throws(() => changed((name, bytes) => [`./${name}`, bytes]), { code: "form-tar" });
  assert.ok(examine(changed((name, bytes) => [name.replace("public/", "other/"), bytes])).includes("every file is a snap or a signature below public/snaps/<arch>/release/"));
  assert.deepEqual(examine(toUtf8("PK")), ["the file is a plain tar archive, as .app files are"]);
  assert.deepEqual(examine(app, signer(oemCertificate({ key: new TestKey("ecdsa-p256") }))).length, 2, "another OEM's key");
});

test("every octet of an app counts: one that is changed is found", () => {
  const app = kept(APP_PATH);
  const one = { oem: signer(), privileges: PRIVILEGES_KEY.spki };
  fc.assert(fc.property(fc.integer({ min: 0, max: app.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
    // what stands after the NUL of a header's sum is not read
    fc.pre(!(at % 512 === 155 && app[at] === 0x20));
    const changed = app.with(at, (app[at] ?? 0) ^ by);
    const { acceptance, claims } = examineApp(changed, one);
    assert.ok(acceptance.some(({ found: wrong }) => wrong !== null) || !claims.every(claimHolds), `octet ${at}`);
  }), { numRuns: 200 });
});

test("every signature file that is written is read back", () => {
  const word = fc.stringMatching(/^[!-~]{1,20}( [!-~]{1,20})?$/);
  fc.assert(fc.property(word, word, fc.boolean(), (publisher, organization, isPrivileged) => {
    const revision = { type: "app-revision", "app-name": "a", publisher, organization, timestamp: "t", "snap-digest": "d" };
    const block = revisionBlock(revision);
    const [signature, appended] = [OEM_KEY.sign(block), isPrivileged ? toUtf8(privileges()) : null];
    assert.deepEqual(readSignatureFile(signatureFile(block, signature, appended)), { block, revision, signature, privileges: appended });
  }), { numRuns: 50 });
});

test("what the vendor's documentation shows, with one blank and whole seconds, is read as well", () => {
  const revision = { type: "app-revision", "app-name": "a", publisher: "b", organization: "c d", timestamp: "2024-11-18T08:15:04Z", "snap-digest": "e" };
  const block = revisionBlock(revision);
  const plain = toUtf8(fromUtf8(block).replaceAll(/: +/g, ": "));
  const signature = OEM_KEY.sign(plain);
  assert.deepEqual(readSignatureFile(signatureFile(plain, signature, null)), { block: plain, revision, signature, privileges: null });
  assert.equal(timestampOf("2024-11-18T08:15:04Z"), "2024-11-18T08:15:04.000000Z");
});

test("the certificate before it may lie in the bundle, but not the same one twice [PLATFORM-ACCEPTS]", () => {
  const findings = found(["certificate: oem-app-signing, interfaces", "certificate: oem-app-signing, previous: oem-app-signing, interfaces"]);
  assert.ok(findings.some((one) => /^PLATFORM-ACCEPTS export-bundle.previous .*is another certificate than oem-app-signing; found: the same one/.test(one)), findings.join("\n"));
});
