/** Mender's profiles, bundle and artifacts as data: what FORMATS of the platform ask for, and what is refused before a token is touched. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readTar } from "../../src/bytes/tar.ts";
import { concat, fromUtf8, sameBytes, toUtf8 } from "../../src/bytes/text.ts";
import { findProfile } from "../../src/plan/profiles.ts";
import { authorizedClient } from "../../src/platforms/mender/authorizer.ts";
import { menderConf, workerProperties, yoctoLine } from "../../src/platforms/mender/configuration.ts";
import { MENDER_ARTIFACT } from "../../src/platforms/mender/signed-artifact.ts";
import type { Shelf } from "../../src/platforms/platform.ts";
import { encodeName, type NameAttribute } from "../../src/x509/name.ts";
import type { CertificateFacts } from "../../src/x509/reread.ts";
import { fromBase64 } from "../../src/bytes/pem.ts";
import { makeRequest } from "../scripted/keys.ts";
import { HEADER_INFO, MENDER_FILES, menderArtifact, menderScript, ONE_WORKER, serverRequest, TWO_WORKERS, type ArtifactWish } from "../scripted/mender.ts";
import { goodPlan, planOf, type Octets } from "../scripted/scripts.ts";
import { replay, World } from "../scripted/world.ts";

const found = (script: string, files: Octets = {}): string[] => (planOf(script, { ...MENDER_FILES, ...files }).made?.findings ?? []).map(({ control, path, message }) => `${control} ${path.slice(2).join(".")} ${message}`);
const assertFound = (findings: readonly string[], pattern: RegExp): void => assert.ok(findings.some((one) => pattern.test(one)), `${String(pattern)}\n${findings.join("\n")}`);
const run = async (script: string): Promise<World> => {
  const world = new World(goodPlan(script, MENDER_FILES));
  assert.equal((await world.run()).outcome, "done");
  return world;
};

test("profiles: an RSA worker for signatures alone, TLS with one purpose each, no certificate but CAs with keyCertSign", () => {
  const extensionsOf = (name: string) => (findProfile(name)?.extensions({ ceremony: "", subject: null, pathLength: 0, factory: null, isBelow: false, request: null, existing: null, usage: [], policies: [], constraints: null, access: null, crlAt: [], order: [] }) ?? []).map(({ name: extension, critical, text }) => `${extension}${critical ? "!" : ""} ${text}`).filter((text) => !text.includes("KeyIdentifier"));
  assert.deepEqual(extensionsOf("mender/root"), ["basicConstraints! CA:TRUE", "keyUsage! keyCertSign, cRLSign"]);
  assert.deepEqual(extensionsOf("mender/subordinate"), ["basicConstraints! CA:TRUE, pathLenConstraint 0", "keyUsage! keyCertSign, cRLSign"]);
  assert.deepEqual(extensionsOf("mender/worker"), ["basicConstraints! CA:FALSE", "keyUsage! digitalSignature"]);
  assert.deepEqual(extensionsOf("mender/tls-client"), ["basicConstraints! CA:FALSE", "keyUsage! digitalSignature", "extKeyUsage clientAuth"]);
  assert.deepEqual(extensionsOf("mender/tls-server").slice(0, 3), ["basicConstraints! CA:FALSE", "keyUsage! digitalSignature", "extKeyUsage serverAuth"]);
  assert.deepEqual(findProfile("mender/worker")?.algorithms, ["rsa-2048", "rsa-3072", "rsa-4096"]);
});

test("a worker over an EC key and a server without a name in subjectAltName are refused at the request [REQUEST-KEY] [REQUEST-EXTENSIONS]", () => {
  const findings = found(menderScript(ONE_WORKER), { "requests/worker.csr": makeRequest(), "requests/server.csr": makeRequest() });
  assertFound(findings, /^REQUEST-KEY sign-request.request .*rsa-2048/);
  assertFound(findings, /^REQUEST-EXTENSIONS sign-request.request expected at least one DNS name or IP address/);
});

const BOTH = await run(menderScript(TWO_WORKERS));
const text = (world: World, name: string): string => world.record.text(`artifacts/${name}`);

test("a bundle that everyone accepts has the CA bundle, chains leaf first, the workers' properties and keys, mender.conf and the order [PLATFORM-ACCEPTS]", async () => {
  const one = await run(menderScript(ONE_WORKER));
  const names = (world: World) => world.record.artifacts().filter((path) => path.startsWith("bundles/")).map((path) => path.slice("bundles/mender/".length)).sort();
  const single = ["DELIVER.md", "acceptance.json", "artifact-verify-key.pem", "client-chain.pem", "mender.conf", "server-chain.pem", "signserver-ca.pem", "worker-chain.pem", "worker.pem", "worker.properties", "yocto-local.conf"];
  assert.deepEqual(names(one), single);
  assert.deepEqual(names(BOTH), [...single.filter((name) => name !== "yocto-local.conf"), "artifact-verify-key-next.pem", "next-worker-chain.pem", "next-worker.pem", "next-worker.properties"].sort());
  for (const [chain, certificates] of [["signserver-ca", ["root"]], ["client-chain", ["client"]], ["server-chain", ["server"]], ["worker-chain", ["worker", "root"]]] as const) {
    assert.equal(text(one, `bundles/mender/${chain}.pem`), certificates.map((name) => text(one, `certificates/${name}.pem`)).join(""), chain);
  }
  assert.deepEqual(JSON.parse(text(one, "bundles/mender/mender.conf")), { ArtifactVerifyKey: "/etc/mender/artifact-verify-key.pem" });
  assert.deepEqual(JSON.parse(text(BOTH, "bundles/mender/mender.conf")), { ArtifactVerifyKeys: ["/etc/mender/artifact-verify-key.pem", "/etc/mender/artifact-verify-key-next.pem"] });
  assert.equal(text(one, "bundles/mender/yocto-local.conf"), "MENDER_ARTIFACT_VERIFY_KEY = \"${TOPDIR}/conf/artifact-verify-key.pem\"\n");
  assert.match(text(one, "bundles/mender/DELIVER.md"), /What cannot be undone/);
  assert.match(text(BOTH, "bundles/mender/DELIVER.md"), /MenderPlainSignerNext/);
});

test("the worker's properties name the client by serial number and issuer as SignServer spells them, and no demo key, no NOAUTH, no other hash", () => {
  const properties = text(BOTH, "bundles/mender/worker.properties");
  const { serial } = (JSON.parse(text(BOTH, "register.json")) as { certificates: { name: string; serial: string }[] }).certificates.find(({ name }) => name === "client") ?? assert.fail();
  assert.match(properties, new RegExp(`^WORKERGENID1\\.AUTHCLIENT1\\.SUBJECT\\.VALUE=${serial.replace(/^0/, "")}$`, "m"));
  assert.match(properties, /^WORKERGENID1\.AUTHCLIENT1\.ISSUER\.VALUE=CN=Example Signing Root,O=Example\\\\, Inc\.,C=DE$/m);
  for (const line of ["AUTHTYPE=CLIENTCERT", "CRYPTOTOKEN=CryptoTokenP11", "DEFAULTKEY=mender-2026", "SIGNATUREALGORITHM=NONEwithRSA", "CLIENTSIDEHASHING=true", "ACCEPTED_HASH_DIGEST_ALGORITHMS=SHA-256"]) assert.ok(properties.includes(`WORKERGENID1.${line}\n`), line);
  assert.doesNotMatch(properties, /NOAUTH|signer00003|P12|SHA-384|SHA-512/);
  assert.match(text(BOTH, "bundles/mender/next-worker.properties"), /DEFAULTKEY=mender-2027\n/);
});

test("issuers are written in SignServer's order, whichever way they are encoded; what it might spell otherwise is refused", () => {
  const issuer = (...name: NameAttribute[]) => authorizedClient({ serial: "00AB01", issuer: encodeName(name) } as unknown as CertificateFacts);
  const at = (type: NameAttribute["type"], value: string): NameAttribute => ({ type, value });
  assert.deepEqual(issuer(at("C", "DE"), at("O", "Müller"), at("OU", "one"), at("OU", "two"), at("CN", "Root")), { serial: "ab01", issuer: "CN=Root,OU=two,OU=one,O=Müller,C=DE" });
  assert.equal(issuer(at("CN", "Root"), at("OU", "one"), at("OU", "two"), at("C", "DE")).issuer, "CN=Root,OU=one,OU=two,C=DE");
  assert.equal(issuer(at("CN", "a+b=c")).issuer, "CN=a\\+b\\=c");
  assert.throws(() => issuer(at("CN", "Root"), at("serialNumber", "1")), /found an attribute 2.5.4.5/);
  assert.match(workerProperties({ worker: "w", cryptoToken: "t", key: "k" }, { serial: "1", issuer: "O=Mü\\,r" }), /O=M\\u00fc\\\\,r\n/);
  assert.equal(menderConf(["a"]), '{\n  "ArtifactVerifyKey": "/etc/mender/a"\n}\n');
  assert.equal(yoctoLine("a"), 'MENDER_ARTIFACT_VERIFY_KEY = "${TOPDIR}/conf/a"\n');
});

test("two exports of one record are the same octets", () => {
  const { replayed, failed } = replay(BOTH.record.asFiles());
  assert.deepEqual([replayed.rebuilt.state, replayed.wrong, failed], ["reproduced", [], []]);
});

const REFUSED: readonly (readonly [bundle: string, RegExp])[] = [
  [ONE_WORKER.replace("host: signserver.example.com", "host: other.example.com"), /export-bundle.host .*x509: certificate is valid for signserver.example.com, \*.sign.example.com, 192.0.2.7, 2001:db8::7, not other.example.com/],
  [ONE_WORKER.replace("host: signserver.example.com", 'host: "192.0.2.8"'), /x509: certificate is valid for .*, not 192.0.2.8/],
  [ONE_WORKER.replace("server: server", "server: client"), /export-bundle.server .*TLS servers.*incompatible key usage/],
  [ONE_WORKER.replace("server: server", "server: client"), /export-bundle.server .*legacy Common Name field/],
  [ONE_WORKER.replace("client: client", "client: server"), /export-bundle.client .*TLS clients; found: no extKeyUsage clientAuth/],
  [ONE_WORKER.replace("worker: worker", "worker: client"), /export-bundle.worker .*RSA key.*signer: invalid ecdsa key size/],
  [ONE_WORKER.replace("root: root", "root: server"), /export-bundle.root .*self-signed and a CA/],
  [ONE_WORKER.replace("root: root", "root: server"), /export-bundle.worker .*below the root; found: no certificate of the issuer of worker/],
  [`${ONE_WORKER}, next-worker: next`, /export-bundle.next-key-alias .*given together/],
  [`${ONE_WORKER}, next-worker: worker, next-key-alias: other`, /export-bundle.next-worker .*another key; found: worker is over the key of worker/],
];

test("what SignServer, mender-artifact or a device would refuse of a bundle is found before a token is touched, with its own words [PLATFORM-ACCEPTS]", () => {
  for (const [bundle, pattern] of REFUSED) {
    const findings = found(menderScript(bundle));
    assertFound(findings, pattern);
    assertFound(findings, /^PLATFORM-ACCEPTS /);
  }
});

test("hosts are compared as Go does: addresses in any spelling, wildcards for one label, letters of either case", () => {
  for (const host of ["SignServer.Example.com", "a.sign.example.com", "192.0.2.7", "2001:0db8:0::7"]) assert.deepEqual(found(menderScript(ONE_WORKER.replace("host: signserver.example.com", `host: "${host}"`))), [], host);
  for (const host of ["b.a.sign.example.com", "sign.example.com", "192.0.2.70"]) assertFound(found(menderScript(ONE_WORKER.replace("host: signserver.example.com", `host: "${host}"`))), /^PLATFORM-ACCEPTS export-bundle.host/);
  assertFound(found(menderScript(ONE_WORKER.replace("host: signserver.example.com", 'host: "192.0.2.7"')), { "requests/server.csr": serverRequest({ dns: ["a.example.com"] }) }), /cannot validate certificate for 192.0.2.7 because it doesn't contain any IP SANs/);
});

test("a bundle for Mender and one for another platform below one root are refused [PLATFORM-OWN-ROOT]", () => {
  const both = menderScript(ONE_WORKER).replace("  - close", "  - export-bundle: { platform: foundries, root: root, tls: server, device-cas: [client] }\n  - close");
  assertFound(found(both), /^PLATFORM-OWN-ROOT export-bundle.root expected a root for foundries alone, found root below root, which a bundle for mender is for/);
});

test("the signature stands right behind the manifest, raw and in base64 without a line break, and every other octet is where it was", () => {
  const artifact = menderArtifact();
  const signed = BOTH.record.files.get("artifacts/signed/release/signed.mender") ?? assert.fail();
  const members = readTar(signed);
  assert.deepEqual(members.map(({ name }) => name), ["version", "manifest", "manifest.sig", "header.tar", "data/0000.tar"]);
  const [, , signature] = members;
  assert.ok(signature !== undefined && sameBytes(concat(signed.subarray(0, signature.start), signed.subarray(signature.end)), artifact));
  const content = fromUtf8(signature.bytes);
  assert.equal(content, text(BOTH, "signed/release/manifest.sig"));
  assert.equal(content.length, 88);
  assert.equal(fromBase64(content).length, 64);
  const header = fromUtf8(signed.subarray(signature.start, signature.start + 512));
  assert.match(text(BOTH, "signed/release/DELIVER.md"), /mender-artifact validate -k artifact-verify-key\.pem signed\.mender/);
  assert.match(header, /^manifest\.sig\0+0000644\x000000000\x000000000\x0000000000130\x0000000000000\0[0-7]{6}\0 0\0{100}ustar\x0000\0{64}/);
});

test("people see the artifact's name, its devices, payloads, scripts and every line of the manifest [PLATFORM-ACCEPTS]", () => {
  const wish = { isZipped: true, scripts: { ArtifactInstall_Enter_01: "#!/bin/sh\n" } };
  const { plan } = goodPlan(menderScript(ONE_WORKER), { ...MENDER_FILES, "artifacts/release.mender": menderArtifact(wish) });
  const shown = plan.steps.flatMap((step) => ("shown" in step ? step.shown.map(({ what, value }) => `${what}: ${value}`) : []));
  for (const line of ["format: mender, version 3", "artifact name: release-1", "compatible devices: beaglebone, qemu", "payload 0: script"]) assert.ok(shown.includes(line), line);
  for (const pattern of [/^state script ArtifactInstall_Enter_01: [0-9a-f]{64}$/, /^data\/0000\/hello.sh, 11 octets: [0-9a-f]{64}$/, /^header.tar.gz, \d+ octets: /, /^version, 31 octets: 96bcd965947569404798bcbdb614f103db5a004eb6e364cfc162c146890ea35b$/]) assert.ok(shown.some((line) => pattern.test(line)), String(pattern));
});

const sum = "0".repeat(64);
const BAD: readonly (readonly [ArtifactWish, RegExp])[] = [
  [{ members: ([version, manifest, ...rest]) => [version, manifest, { name: "manifest.sig", bytes: toUtf8("AA==") }, ...rest].filter((one) => one !== undefined) }, /Artifact already signed, refusing to re-sign/],
  [{ members: (entries) => [...entries, { name: "manifest-augment", bytes: toUtf8("") }] }, /manifest-augment, which no signature covers/],
  [{ members: ([version, manifest, header, data]) => [manifest, version, header, data].filter((one) => one !== undefined) }, /expected version as the first file, found manifest/],
  [{ members: ([version, manifest, header, data]) => [version, manifest, data, header].filter((one) => one !== undefined) }, /expected header.tar after the manifest, found data/],
  [{ members: (entries) => entries.map(({ name, bytes }) => ({ name: name.replace("0000.tar", "0001.tar"), bytes })) }, /expected data\/0000.tar, found data\/0001.tar; mender-artifact says: invalid data file name/],
  [{ members: (entries) => entries.map(({ name, bytes }) => ({ name: name.replace("0000.tar", "0000.tar.xz"), bytes })) }, /other compressions are not in this version/],
  [{ members: (entries) => entries.map(({ name, bytes }) => ({ name: name.replace("0000.tar", "0000.tar.gz"), bytes })) }, /expected a gzip file/],
  [{ version: `{"format":"mender","version":2}` }, /in version 3, found \{"format":"mender","version":2\}/],
  [{ manifest: (text) => text.replace(/^[0-9a-f]{64}/, sum) }, /checksum of data\/0000\/hello.sh; found: 0{64}, and the file has [0-9a-f]{64}; mender-artifact says: invalid checksum \(exit 4\)/],
  [{ manifest: (text) => text.replace(/.*version\n/, "") }, /checksum of version; found: no line/],
  [{ manifest: (text) => `${text}${sum}  data/0000/more\n` }, /no data\/0000\/more/],
  [{ manifest: (text) => `${text}${sum}  version\n` }, /each name of the manifest once, found version twice/],
  [{ manifest: (text) => text.slice(0, -1) }, /end in a line feed/],
  [{ manifest: (text) => text.replaceAll("  ", " ") }, /two blanks and a name/],
  [{ info: HEADER_INFO.replace("release-1", "rele\u202ease") }, /names can be put before people as they are; found: invisible characters/],
  [{ info: HEADER_INFO.replace(`"artifact_name":"release-1"`, "") }, /expected a text in artifact_name/],
  [{ info: HEADER_INFO.replace(`["beaglebone","qemu"]`, "[]") }, /expected a list in device_type/],
  [{ info: HEADER_INFO.replace(`[{"type":"script"}]`, `[{"type":"script"},{"type":"script"}]`) }, /as many payloads in the header as in the artifact, 1, found 2/],
];

test("an artifact that mender-artifact would refuse, or of which people would not see all, is refused before a token is touched [PLATFORM-ACCEPTS]", () => {
  for (const [wish, pattern] of BAD) {
    const findings = found(menderScript(ONE_WORKER), { "artifacts/release.mender": menderArtifact(wish) });
    assert.equal(findings.length, 1, findings.join("\n"));
    assertFound(findings, pattern);
    assertFound(findings, /^PLATFORM-ACCEPTS sign-artifact.file mender expects/);
  }
  const cut = menderArtifact().subarray(0, -1024);
  assertFound(found(menderScript(ONE_WORKER), { "artifacts/release.mender": cut }), /found the archive cut short/);
  assertFound(found(menderScript(ONE_WORKER), { "artifacts/release.mender": "" }), /^PLATFORM-ACCEPTS sign-artifact.file/);
});

test("an artifact with one octet changed is refused, or says and signs the same", () => {
  const artifact = menderArtifact();
  const shelf = (bytes: Uint8Array): Shelf => ({ certificates: () => [], crls: () => [], file: () => bytes, files: () => [], word: () => null, earlier: [] });
  const isRefused = (bytes: Uint8Array) => MENDER_ARTIFACT.acceptance(shelf(bytes), { mechanism: "ecdsa-sha256", instant: "", spki: new Uint8Array() }, false).some((one) => one.found !== null);
  const shown = (bytes: Uint8Array) => MENDER_ARTIFACT.shown(shelf(bytes)).slice(0, -1);
  assert.ok(!isRefused(artifact));
  fc.assert(fc.property(fc.nat({ max: artifact.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
    const changed = artifact.with(at, (artifact[at] ?? 0) ^ flip);
    // the end of a header's sum may be written in two ways
    if (!isRefused(changed)) assert.deepEqual(shown(changed), shown(artifact));
  }), { numRuns: 150 });
});

test("keys that Mender's tools cannot use sign no artifact, and the finding has their words [ALGORITHM-ALLOWED]", () => {
  const refused = (algorithm: string): string[] => found(menderScript(ONE_WORKER, algorithm));
  assertFound(refused("ecdsa-p384"), /^ALGORITHM-ALLOWED sign-artifact.key mender is signed with rsa-pkcs1-sha256, ecdsa-sha256; artifacts signs with ecdsa-sha384; mender-artifact says: signer: invalid ecdsa key size: 96/);
  assertFound(refused("rsa-3072, signature: rsa-pss-sha256"), /^ALGORITHM-ALLOWED sign-artifact.key .*rsa-pss-sha256; mender-artifact says: crypto\/rsa: verification error/);
  assertFound(refused("rsa-3072, signature: rsa-pkcs1-sha512"), /crypto\/rsa: verification error/);
  assertFound(refused("ed25519"), /^ALGORITHM-ALLOWED sign-artifact.key .*unsupported public key type/);
  assert.deepEqual(refused("rsa-3072"), []);
});
