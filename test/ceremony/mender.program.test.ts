/** Mender's own tool, openssl, and what they say of signed artifacts and of certificates with addresses. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { toPem } from "../../src/bytes/pem.ts";
import { fromUtf8 } from "../../src/bytes/text.ts";
import { MENDER_ARTIFACT } from "../../src/platforms/mender/signed-artifact.ts";
import type { Shelf } from "../../src/platforms/platform.ts";
import type { Mechanism } from "../../src/x509/algorithm.ts";
import { MENDER_FILES, menderArtifact, menderScript, TWO_WORKERS } from "../scripted/mender.ts";
import { goodPlan } from "../scripted/scripts.ts";
import { World } from "../scripted/world.ts";
import { needTool } from "../tools.ts";
import { needsOpenssl, openssl } from "../x509/openssl.ts";
import { TestKey } from "../x509/test-key.ts";

const folder = mkdtempSync(join(tmpdir(), "anchorite-mender-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const needsMender = needTool("mender-artifact");

function mender(...args: string[]): { readonly exit: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync("mender-artifact", args, { cwd: folder, encoding: "utf8" });
  return { exit: status, said: stdout + stderr };
}

const shelfOf = (bytes: Uint8Array): Shelf => ({ certificates: () => [], crls: () => [], file: () => bytes, files: () => [{ name: "a.mender", bytes }], word: () => null, earlier: [] });

/** Signs an artifact as the ceremony does, with a key of the test's own; writes the result and the key. */
function signed(artifact: Uint8Array, key: TestKey, name: string): void {
  const shelf = shelfOf(artifact);
  const signing = { mechanism: key.mechanism, instant: "2026-01-01T00:00:00Z", spki: key.spki };
  assert.deepEqual(MENDER_ARTIFACT.acceptance(shelf, signing, false).filter(({ found }) => found !== null), []);
  const { messages, finish } = MENDER_ARTIFACT.prepare(shelf, signing);
  for (const { name: file, bytes } of finish(messages.map((message) => key.sign(message)))) writeFileSync(join(folder, `${name}-${file}`), bytes);
}

const KEYS = [["rsa-2048", 344], ["rsa-3072", 512], ["rsa-4096", 684], ["ecdsa-p256", 88]] as const;

test("mender-artifact validates what is signed by RSA and by P-256, plain and compressed, and reads who made it", needsMender, () => {
  for (const [algorithm, length] of KEYS) {
    const key = new TestKey(algorithm);
    for (const isZipped of [false, true]) {
      const name = `${algorithm}-${String(isZipped)}`;
      signed(menderArtifact({ isZipped }), key, name);
      const validated = mender("validate", "-k", `${name}-artifact-verify-key.pem`, `${name}-signed.mender`);
      assert.match(validated.said, /validated successfully/, name);
      assert.equal(validated.exit, 0);
      const read = mender("read", "-k", `${name}-artifact-verify-key.pem`, `${name}-signed.mender`).said;
      assert.match(read, /Name: release-1[^]*signed and verified correctly[^]*beaglebone qemu/);
      assert.equal(readFileSync(join(folder, `${name}-manifest.sig`)).length, length);
    }
  }
});

test("mender-artifact's own artifacts, of each kind and compression that is read here, are signed and validated", needsMender, () => {
  writeFileSync(join(folder, "image"), "0123456789");
  writeFileSync(join(folder, "ArtifactInstall_Enter_01"), "#!/bin/sh\n");
  const kinds = {
    rootfs: ["write", "rootfs-image", "-n", "r", "-t", "beaglebone", "-f", "image", "-s", "ArtifactInstall_Enter_01"],
    module: ["write", "module-image", "-T", "script", "-n", "r", "-t", "beaglebone", "-f", "image"],
    plain: ["write", "module-image", "--compression", "none", "-T", "script", "-n", "r", "-t", "beaglebone", "-f", "image"],
    bootstrap: ["write", "bootstrap-artifact", "-n", "r", "-t", "beaglebone"],
  };
  const key = new TestKey("ecdsa-p256");
  for (const [kind, args] of Object.entries(kinds)) {
    const { said } = mender(...args, "-o", `${kind}.mender`);
    signed(readFileSync(join(folder, `${kind}.mender`)), key, kind);
    assert.match(mender("validate", "-k", `${kind}-artifact-verify-key.pem`, `${kind}-signed.mender`).said, /validated successfully/, `${kind}: ${said}`);
  }
});

test("an octet of the payload changed after signing, another key, no signature, no key: mender-artifact refuses each in the words of the page", needsMender, () => {
  const [key, other] = [new TestKey("rsa-2048"), new TestKey("rsa-2048")];
  signed(menderArtifact(), key, "good");
  const bytes = readFileSync(join(folder, "good-signed.mender"));
  bytes[bytes.indexOf("echo hello")] = 0x45;
  writeFileSync(join(folder, "changed.mender"), bytes);
  writeFileSync(join(folder, "unsigned.mender"), menderArtifact());
  writeFileSync(join(folder, "other.pem"), toPem("PUBLIC KEY", other.spki));
  writeFileSync(join(folder, "p384.pem"), toPem("PUBLIC KEY", new TestKey("ecdsa-p384").spki));
  for (const [args, words] of [
    [["-k", "good-artifact-verify-key.pem", "changed.mender"], /invalid checksum/],
    [["-k", "other.pem", "good-signed.mender"], /crypto\/rsa: verification error/],
    [["-k", "good-artifact-verify-key.pem", "unsigned.mender"], /missing signature/],
    [["good-signed.mender"], /missing verifier/],
    [["-k", "p384.pem", "good-signed.mender"], /signer: invalid ecdsa key size: 256/],
  ] as const) {
    const { exit, said } = mender("validate", ...args);
    assert.equal(exit, 4, said);
    assert.match(said, words);
    assert.doesNotMatch(said, /validated successfully/);
  }
});

test("mender-artifact refuses the signatures that are refused here: PSS, SHA-512, P-384 [ALGORITHM-ALLOWED]", needsMender, () => {
  for (const [algorithm, mechanism] of [["rsa-2048", "rsa-pss-sha256"], ["rsa-2048", "rsa-pkcs1-sha512"], ["ecdsa-p384", "ecdsa-sha384"]] as const satisfies readonly (readonly [string, Mechanism])[]) {
    signed(menderArtifact(), new TestKey(algorithm, mechanism), mechanism);
    const { exit, said } = mender("validate", "-k", `${mechanism}-artifact-verify-key.pem`, `${mechanism}-signed.mender`);
    assert.equal(exit, 4);
    const [, words = ""] = /mender-artifact says: (.*)$/.exec(MENDER_ARTIFACT.otherwise?.(mechanism) ?? "") ?? [];
    assert.ok(words !== "" && said.includes(words), `${mechanism}: ${said}`);
  }
});

test("openssl verifies the signature over the manifest, the workers' keys, and the server by name and by address", needsOpenssl, async () => {
  const key = new TestKey("rsa-3072");
  signed(menderArtifact(), key, "openssl");
  const file = (name: string): Uint8Array => readFileSync(join(folder, `openssl-${name}`));
  const raw = Buffer.from(fromUtf8(file("manifest.sig")), "base64");
  assert.equal(openssl(["dgst", "-sha256", "-verify", "k", "-signature", "s", "m"], { k: file("artifact-verify-key.pem"), s: raw, m: file("manifest") }).stdout, "Verified OK\n");
  const world = new World(goodPlan(menderScript(TWO_WORKERS), MENDER_FILES));
  await world.run();
  const bundle = (name: string): string => world.record.text(`artifacts/bundles/mender/${name}`);
  for (const [certificate, verifyKey] of [["worker.pem", "artifact-verify-key.pem"], ["next-worker.pem", "artifact-verify-key-next.pem"]] as const) {
    assert.equal(openssl(["x509", "-pubkey", "-noout", "-in", "c"], { c: bundle(certificate) }).stdout, bundle(verifyKey));
  }
  const verify = (leaf: string, ...options: string[]) => openssl(["verify", "-x509_strict", "-CAfile", "ca", ...options, "leaf"], { ca: bundle("signserver-ca.pem"), leaf: bundle(leaf) });
  for (const options of [["-verify_hostname", "signserver.example.com"], ["-verify_ip", "192.0.2.7"], ["-verify_ip", "2001:db8::7"]]) {
    const { ok, text } = verify("server-chain.pem", "-purpose", "sslserver", ...options);
    assert.ok(ok, text);
  }
  assert.ok(!verify("server-chain.pem", "-verify_ip", "192.0.2.8").ok);
  assert.ok(verify("client-chain.pem", "-purpose", "sslclient").ok);
  assert.ok(verify("worker.pem").ok);
});
