/** A ceremony that is left out of the line: the third is planned from the pack of the first, as if the second had never been. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertStoppedBy } from "../scripted/account.ts";
import { held, packOf, SIGNING_FILES, type Pack } from "../scripted/pack.ts";
import { goodPlan, HEAD, planOf, SEALED } from "../scripted/scripts.ts";
import { World } from "../scripted/world.ts";

/** A ceremony that goes on from a pack. */
const after = (pack: Pack, holds: string, steps: string): string => `${HEAD}${pack.lines}tokens:
  vault: { holds: [${holds}] }
steps:
  - roll-call: {}
  - inspect-token: { token: vault }
${steps}  - close: { transcript-key: transcript }
`;
const NEW_KEY = `  - generate-key-pair: { key: next, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: next-ca, key: next, profile: private/root, subject: { CN: Next Root }, valid: { for: P20Y } }
`;
const LIST = "  - issue-crl: { crl: root-crl, issuer: root-ca, valid: { for: P1Y } }\n";

const first = await held(SEALED);

test("T11: a ceremony that made a key and is left out is noticed on the token, before anything is signed [REGISTER-TOKEN]", async () => {
  const second = new World(goodPlan(after(first.pack, "root, transcript, next", NEW_KEY), first.pack.files), {}, first.world.tokens);
  assert.equal((await second.run()).outcome, "done");
  const third = new World(goodPlan(after(first.pack, "root, transcript", LIST), first.pack.files), {}, second.tokens);
  await third.run();
  assertStoppedBy(third, "REGISTER-TOKEN");
  assert.equal(third.record.bodies().some((body) => body.kind === "request" && body.request.kind === "sign"), false);
});

test("T10, T11: an older pack in the place of the last one is refused by the seal that the script pins [REGISTER-SEALED]", async () => {
  const before = await held(SEALED);
  const second = new World(goodPlan(after(before.pack, "root, transcript", LIST), before.pack.files), {}, before.world.tokens);
  await second.run();
  const last = packOf(second);
  const script = after(last, "root, transcript", LIST.replace("root-crl", "root-crl-2"));
  assert.deepEqual(planOf(script, { ...SIGNING_FILES, ...last.files }).findings, []);
  assert.ok(planOf(script, { ...SIGNING_FILES, ...before.pack.files }).findings.some(({ control }) => control === "REGISTER-SEALED"));
});
