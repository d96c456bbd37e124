/** What keys sign for others: detached signatures, held against openssl, and what is refused before a token is touched. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromUtf8 } from "../../src/bytes/text.ts";
import { assertAccounted, registerOf } from "../scripted/account.ts";
import { REPORT, SIGNED, SIGNED_FILES } from "../scripted/platforms.ts";
import { goodPlan, planOf } from "../scripted/scripts.ts";
import { replay, World } from "../scripted/world.ts";
import { needsOpenssl, openssl } from "../x509/openssl.ts";

const world = new World(goodPlan(SIGNED, SIGNED_FILES));
const ending = await world.run();
const kept = (path: string): Uint8Array => world.record.files.get(`artifacts/${path}`) ?? assert.fail(path);
const certificate = (name: string): string => fromUtf8(kept(`certificates/${name}.pem`));

test("sign-artifact signs a file alone and as CMS, and openssl verifies both", needsOpenssl, () => {
  assert.equal(ending.outcome, "done");
  const alone = openssl(["dgst", "-sha256", "-verify", "key.pem", "-signature", "s.bin", "report.txt"], { "report.txt": REPORT, "s.bin": kept("signed/plain/signature.bin"), "key.pem": kept("signed/plain/public-key.pem") });
  assert.equal(alone.stdout, "Verified OK\n", alone.text);
  const cms = openssl(["cms", "-verify", "-binary", "-content", "report.txt", "-inform", "DER", "-in", "s.p7s", "-CAfile", "root.pem", "-purpose", "any"], { "report.txt": REPORT, "s.p7s": kept("signed/report/signature.p7s"), "root.pem": certificate("root-ca") });
  assert.ok(cms.ok, cms.text);
  assert.match(cms.stdout, /^A report\./);
});

test("what was signed is in the register with its key, and replay makes it again byte for byte", () => {
  assertAccounted(world);
  assert.deepEqual(registerOf(world).artifacts.map(({ artifact, format, key, files }) => [artifact, format, key, files.length]), [["plain", "raw", "other", 2], ["report", "cms", "signer", 1]]);
  const { replayed, failed } = replay(world.record.asFiles());
  assert.deepEqual([replayed.rebuilt.state, replayed.wrong, failed], ["reproduced", [], []]);
});

test("a file with other octets is another plan, and a witness reads words of its digest first", () => {
  const reads = world.record.bodies().flatMap((body) => (body.kind === "request" && body.request.kind === "read-back" && JSON.stringify(body.request).includes('"artifact"') ? [JSON.stringify(body.request)] : []));
  assert.deepEqual(reads.map((one) => /"name":"(\w+)"/.exec(one)?.[1]), ["plain", "report"]);
  assert.notEqual(goodPlan(SIGNED, { ...SIGNED_FILES, "files/report.txt": "Another report.\n" }).digest, world.source.digest);
});

test("a CA's key, a certificate over another key, and a key that the format does not know sign no artifact [ARTIFACT-KEY] [ALGORITHM-ALLOWED]", () => {
  const controls = (from: string, to: string) => (planOf(SIGNED.replace(from, to), SIGNED_FILES).made?.findings ?? []).map(({ control }) => control);
  assert.deepEqual(controls("key: other, by: [dan]", "key: root, by: [dan]"), ["ARTIFACT-KEY"]);
  assert.deepEqual(controls("format: cms, key: signer", "format: cms, key: other"), ["ARTIFACT-KEY"]);
  assert.deepEqual(controls("key: other, token: vault, algorithm: ecdsa-p256", "key: other, token: vault, algorithm: ed25519"), []);
  assert.ok(controls("file: files/report.txt }", "file: files/none.txt }").includes("INPUT-PRESENT"));
  assert.deepEqual(controls("key: root, token: vault, algorithm: ecdsa-p256", "key: root, token: vault, algorithm: ecdsa-p256, signature: ecdsa-sha384").slice(0, 1), ["ALGORITHM-ALLOWED"], "P-256 with SHA-384 is no CA's");
});

test("an empty file is refused before a token is touched [PLATFORM-ACCEPTS]", () => {
  const findings = planOf(SIGNED, { ...SIGNED_FILES, "files/report.txt": "" }).made?.findings ?? [];
  assert.deepEqual(findings.map(({ control }) => control), ["PLATFORM-ACCEPTS"]);
  assert.match(findings[0]?.message ?? "", /raw expects that the file is not empty/);
});
