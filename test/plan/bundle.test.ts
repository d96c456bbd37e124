/** Bundles as their platforms would see them, before a token is touched. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPem } from "../../src/bytes/pem.ts";
import { resolveBundle } from "../../src/plan/bundle.ts";
import { Judgement } from "../../src/plan/judgement.ts";
import type { Resolving } from "../../src/plan/resolving.ts";
import { BUNDLED, BUNDLED_FILES, factoryBundle, factoryScript } from "../scripted/platforms.ts";
import { makeRequest } from "../scripted/keys.ts";
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

test("a root that a bundle for another platform is below serves no second one [PLATFORM-OWN-ROOT]", async () => {
  const world = new World(goodPlan(BUNDLED, BUNDLED_FILES));
  await world.run();
  const der = (name: string): Uint8Array => fromPem(world.record.text(`artifacts/certificates/${name}.pem`), ["CERTIFICATE"]).der;
  const trials = { certificates: new Map(["root", "tls", "online"].map((name) => [name, der(name)])), crls: new Map() };
  const judged = (platform: string): string[] => {
    const resolving = { judgement: new Judgement(), trials, inputs: new Map(), certificates: new Map(), platformOfRoot: new Map([["root", platform]]) };
    const parts = { root: ["root"], tls: ["tls"], "device-cas": ["online"] };
    resolveBundle(resolving as unknown as Resolving, { kind: "export-bundle", path: ["steps", 9, "export-bundle"], platform: "foundries", parts }, 9);
    return resolving.judgement.findings.map(({ control, message }) => `${control} ${message}`);
  };
  assert.deepEqual(judged("foundries"), []);
  assert.deepEqual(judged("mender").map((one) => one.split(",")[0]), Array.from({ length: 3 }, () => "PLATFORM-OWN-ROOT expected a root for foundries alone"));
});

test("a request that is no field of the answer is refused where it is named [REQUEST-FORM]", () => {
  assert.deepEqual(found(BUNDLED.replace("field: tls-csr", "field: est-tls-csr")).filter((one) => one.startsWith("REQUEST-FORM")).length, 1);
  assert.match(found(BUNDLED.replace("field: tls-csr", "field: est-tls-csr"))[0] ?? "", /found no such field; there are tls-csr, ca-csr/);
});

test("bundles for two platforms below one root are refused, below two roots they are not [PLATFORM-OWN-ROOT]", () => {
  const partner = makeRequest({ subject: [{ type: "O", value: "Partner" }, { type: "CN", value: "Partner Apps" }] });
  const both = (issuer: string): string[] => {
    const script = factoryScript(`${factoryBundle("root: root, tls: tls, device-cas: [online]")}  - sign-request: { request: partner.csr, certificate: partner, issuer: ${issuer}, profile: ctrlx/oem, valid: { for: P5Y } }
  - export-bundle: { platform: ctrlx, certificate: partner }\n`);
    return (planOf(script, { ...BUNDLED_FILES, "partner.csr": partner }).made?.findings ?? []).map(({ control, message }) => `${control} ${message}`);
  };
  assert.deepEqual(both("root"), ["PLATFORM-OWN-ROOT expected a root for ctrlx alone, found partner below root, which a bundle for foundries is for"]);
  assert.deepEqual(both("other"), []);
});

test("bundles for two platforms below one root are refused [PLATFORM-OWN-ROOT]", () => {
  const both = found(factoryScript(`${factoryBundle("root: root, tls: tls, device-cas: [online]")}  - export-bundle: { platform: rollouts, anchor: root, chain: [root] }\n`));
  assert.ok(both.some((one) => /^PLATFORM-OWN-ROOT export-bundle.anchor expected a root for rollouts alone, found root below root, which a bundle for foundries is for/.test(one)), both.join("\n"));
  assert.ok(found(factoryScript(factoryBundle("root: root, tls: tls, device-cas: [online]").repeat(2).replace("foundries,", "foundries, bundle: first,"))).every((one) => !one.startsWith("PLATFORM-OWN-ROOT")));
});
