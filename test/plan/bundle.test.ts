/** Bundles as their platforms would see them, before a token is touched. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BUNDLED, BUNDLED_FILES, factoryBundle, factoryScript } from "../scripted/platforms.ts";
import { goodPlan, planOf } from "../scripted/scripts.ts";
import { World } from "../scripted/world.ts";

const found = (text: string): string[] => (planOf(text, BUNDLED_FILES).made?.findings ?? []).map(({ control, path, message }) => `${control} ${path.slice(2).join(".")} ${message}`);

test("requests are taken from the fields of the platform's answer, and a bundle that it accepts says so beside it", async () => {
  const world = new World(goodPlan(BUNDLED, BUNDLED_FILES));
  assert.equal((await world.run()).outcome, "done");
  const { checks, verdict } = JSON.parse(world.record.text("artifacts/bundles/foundries/acceptance.json")) as { checks: { verdict: string }[]; verdict: string };
  assert.equal(verdict, "pass");
  assert.ok(checks.length > 10);
  assert.deepEqual(Object.keys(JSON.parse(world.record.text("artifacts/bundles/foundries/upload.json")) as object), ["ca-crt", "root-crt", "tls-crt"]);
  assert.match(world.record.text("artifacts/bundles/foundries/DELIVER.md"), /This cannot be undone/);
});

test("what the platform would refuse is found before a token is touched [PLATFORM-ACCEPTS]", () => {
  const wrong = found(factoryScript(factoryBundle("root: other, tls: tls, device-cas: [online]")));
  assert.ok(wrong.some((one) => /^PLATFORM-ACCEPTS export-bundle.tls .*expects that tls is signed by the root; found: no certificate of the issuer of tls.*openssl error 20/.test(one)), wrong.join("\n"));
  assert.ok(wrong.some((one) => /the OU of online is the factory; found: OU example/.test(one)), wrong.join("\n"));
  assert.ok(found(factoryScript(factoryBundle("root: root, tls: online, device-cas: [online]"))).some((one) => /for TLS servers/.test(one)));
});

test("a request that is no field of the answer is refused where it is named [REQUEST-FORM]", () => {
  assert.deepEqual(found(BUNDLED.replace("field: tls-csr", "field: est-tls-csr")).filter((one) => one.startsWith("REQUEST-FORM")).length, 1);
  assert.match(found(BUNDLED.replace("field: tls-csr", "field: est-tls-csr"))[0] ?? "", /found no such field; there are tls-csr, ca-csr/);
});

test("two bundles for two platforms below one root are refused [PLATFORM-OWN-ROOT]", () => {
  const both = found(factoryScript(factoryBundle("root: root, tls: tls, device-cas: [online]") + "  - export-bundle: { platform: iox, chain: [root], info: Example CA, version: v1 }\n"));
  assert.ok(both.some((one) => /^PLATFORM-OWN-ROOT export-bundle.chain.0 expected a root for iox alone, found root below root, which a bundle for foundries is for/.test(one)), both.join("\n"));
});
