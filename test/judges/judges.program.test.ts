/** OpenSSL and GnuTLS over what every profile issues, with each family of keys and with everything that a script may say; Java, Go and NSS too where they are (`npm run judges` is the whole of it). */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { profileNames } from "../../src/plan/profiles.ts";
import { needTool } from "../tools.ts";
import { heldIn, type JudgedSet } from "./cases.ts";
import { everything } from "./issued.ts";
import { disagreements } from "./judge.ts";
import { judgesOf } from "./judges.ts";
import { KNOWN, unknownOf } from "./known.ts";
import { PLATFORM_ORDERS } from "./platform-issued.ts";

/** One of each family of keys and of each hash: keys of RSA take seconds to make. */
const FEW = ["private-ecdsa-p256-ecdsa-sha256", "private-ecdsa-p384-ecdsa-sha384", "private-ecdsa-p521-ecdsa-sha512", "private-ed25519-ed25519", "private-rsa-3072-rsa-pkcs1-sha256", "private-rsa-3072-rsa-pss-sha384", "webpki-rsa-2048-rsa-pkcs1-sha512", "webpki-ecdsa-p384-ecdsa-sha384", ...Object.keys(PLATFORM_ORDERS)];
const folder = mkdtempSync(join(tmpdir(), "anchorite-judges-"));
const ORDERS = everything(FEW);
let set: JudgedSet;

before(async () => {
  set = await heldIn(folder, ORDERS);
});
after(() => rmSync(folder, { recursive: true }));

test("the set that is judged holds certificates of every profile", () => {
  const scripts = ORDERS.map(({ script }) => script).join("");
  assert.deepEqual(profileNames().filter((name) => !scripts.includes(`profile: ${name.replace(/@\d+$/, "")},`)), []);
  assert.equal(ORDERS.length, FEW.length);
  assert.ok(set.chains.length > 130 && set.lists.length > 60);
});

for (const name of ["openssl", "gnutls"]) {
  const judge = judgesOf(folder).find((one) => one.name === name);
  assert.ok(judge !== undefined);
  test(`${name} accepts each chain with its lists, refuses what is revoked or outside of name constraints, and says so [ISSUED-AS-PLANNED] [CRL-FORM] [CRL-SCOPE]`, needTool(Object.keys(judge.needs)[0] ?? ""), () => {
    const sentences = judge.judge(set);
    assert.ok(sentences.length > set.chains.length);
    assert.deepEqual(disagreements(unknownOf(name, sentences).unknown), []);
  });
}

test("what is known of judges is about judges that there are, and excuses no other sentence", () => {
  for (const { judge } of KNOWN) assert.ok(judgesOf(folder).some(({ name }) => name === judge));
  const sentence = { about: "private-ed25519-ed25519: root-ca", expected: "valid", found: "certutil -A: SEC_ERROR_ADDING_CERT" };
  assert.deepEqual(unknownOf("nss", [sentence]).unknown, []);
  assert.equal(unknownOf("go", [sentence]).unknown.length, 1);
  assert.equal(unknownOf("nss", [{ ...sentence, found: "revoked" }]).unknown.length, 1);
});
