/** One small ceremony on each of the other software tokens; `npm run tokens` holds all of them. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { judge, loadRecord, resign, rosterOf } from "../end-to-end/record-in-memory.ts";
import { needToken, OnToken } from "./on-token.ts";

/** The token, and the ceremony that its algorithms allow. */
const SMALL = [["nss", "factory"], ["opencryptoki", "rsa"], ["tpm", "factory"], ["p11-kit", "factory"]] as const;

for (const [token, name] of SMALL) {
  test(`the ceremony ${name} on ${token} is done, sealed by its people and reproduced`, needToken(token), () => {
    const ceremony = OnToken.on(token, name);
    const { exit, stderr } = ceremony.run();
    assert.equal(exit, 0, stderr);
    const files = loadRecord(ceremony.inRecord());
    resign(files, ceremony);
    const verdict = judge(files, { roster: rosterOf(ceremony) });
    assert.deepEqual([verdict.exit, verdict.wrong, verdict.rebuilt.state], [0, [], "reproduced"]);
  });
}

test("a script with an algorithm that the token has not is refused by the key's name before there is a record or a login", needToken("opencryptoki"), () => {
  // a profile would refuse it when the plan is made
  const ceremony = OnToken.on("opencryptoki", "factory");
  ceremony.edit("script.yaml", /, profile: opencryptoki-soft/, "");
  const { exit, stderr } = ceremony.run();
  assert.equal(exit, 4);
  assert.match(stderr, /hsm-mechanism: .*key factory-root \(ecdsa-p256\): token vault does not generate key pairs by CKM_EC_KEY_PAIR_GEN.*key transcript \(ecdsa-p384\)/);
  assert.ok(!existsSync(ceremony.inRecord()));
});
