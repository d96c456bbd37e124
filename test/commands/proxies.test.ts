/** Modules that stand before others: known by their files, and what a script may accept of them. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { proxyFindings, proxyLines, softwareFindings } from "../../src/commands/proxies.ts";
import { acceptableProxies, proxyOf } from "../../src/tokens/proxy.ts";
import { planOf, ONE_KEY } from "../scripted/scripts.ts";

const folder = mkdtempSync(join(tmpdir(), "anchorite-proxies-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A file with such a mark in it, as a module. */
function moduleWith(text: string): { readonly path: string; readonly sha256: string } {
  const path = join(folder, `${sha256Hex(toUtf8(text)).slice(0, 8)}.so`);
  const bytes = toUtf8(`P PK PKC before ${text} behind`);
  writeFileSync(path, bytes);
  return { path, sha256: sha256Hex(bytes) };
}
const SPY = moduleWith("PKCS11SPY\0");
const CLIENT = moduleWith("P11_KIT_SERVER_ADDRESS\0 PKCS#11 Kit Proxy Module");
const OWN = moduleWith("C_GetFunctionList\0");
const stationOf = (module: string) => ({ tokens: { vault: { module, serial: "1", pin: "prompt" as const } } });
const scriptOf = (assurance: "test" | "production", accept?: { readonly module: string; readonly proxy?: string }) => ({
  assurance, tokens: { vault: { holds: [], ...(accept === undefined ? {} : { accept: [{ manufacturer: "M", model: "M", firmware: "1", ...accept }] }) } },
});

test("p11-kit's client and proxy and pkcs11-spy are known by their files, and other modules are none [TOKEN-PROXY]", () => {
  const names = ["P11_KIT_SERVER_ADDRESS\0", "PKCS#11 Kit Proxy Module", "PKCS11SPY\0", "PKCS11SPY", "C_GetFunctionList\0", ""].map((text) => proxyOf(toUtf8(text))?.name ?? null);
  assert.deepEqual(names, ["p11-kit-client", "p11-kit-proxy", "pkcs11-spy", null, null, null]);
  assert.deepEqual(acceptableProxies(), ["p11-kit-client", "p11-kit-proxy"]);
});

test("production refuses a proxy unless the script accepts this very module by the proxy's name; elsewhere people are told [TOKEN-PROXY]", () => {
  const found = (script: ReturnType<typeof scriptOf>, { path }: { readonly path: string }) => proxyFindings(script, stationOf(path)).map(({ control }) => control);
  assert.deepEqual(found(scriptOf("production"), CLIENT), ["TOKEN-PROXY"]);
  assert.deepEqual(found(scriptOf("production", { module: CLIENT.sha256 }), CLIENT), ["TOKEN-PROXY"], "accepted by its digest, without its name");
  assert.deepEqual(found(scriptOf("production", { module: CLIENT.sha256, proxy: "p11-kit-proxy" }), CLIENT), ["TOKEN-PROXY"], "another name");
  assert.deepEqual(found(scriptOf("production", { module: OWN.sha256, proxy: "p11-kit-client" }), CLIENT), ["TOKEN-PROXY"], "another module");
  assert.deepEqual(found(scriptOf("production", { module: CLIENT.sha256, proxy: "p11-kit-client" }), CLIENT), []);
  assert.deepEqual([found(scriptOf("test"), CLIENT), found(scriptOf("production"), OWN)], [[], []]);
  assert.match(proxyLines(stationOf(CLIENT.path)).join(), /token vault is reached through p11-kit's client/);
  assert.deepEqual(proxyLines(stationOf(OWN.path)), []);
});

test("production takes no model whose keys are in software, though the script accepts it [TOKEN-ASSURANCE]", () => {
  const found = (assurance: "test" | "production", manufacturer: string, model: string) => softwareFindings({ assurance, tokens: { vault: { holds: [], accept: [{ manufacturer, model, firmware: "1", module: OWN.sha256 }] } } }).map(({ control }) => control);
  for (const [manufacturer, model] of [["IBM Corp.", "IBM SoftTok"], ["IBM", "SW   TPM"], ["Mozilla Foundation", "NSS 3"], ["SoftHSM project", "SoftHSM v2"]] as const) {
    assert.deepEqual([found("production", manufacturer, model), found("test", manufacturer, model)], [["TOKEN-ASSURANCE"], []], model);
  }
  assert.deepEqual(found("production", "Yubico (www.yubico.com)", "YubiHSM"), []);
});

test("pkcs11-spy is refused whatever the assurance, and no script can accept it [TOKEN-PROXY]", () => {
  for (const script of [scriptOf("test"), scriptOf("production", { module: SPY.sha256, proxy: "pkcs11-spy" })]) {
    assert.match(proxyFindings(script, stationOf(SPY.path)).map(({ message }) => message).join(), /writes every call and every PIN to a log/);
  }
  const accepting = ONE_KEY.replace("holds: [root]", `holds: [root], accept: [{ manufacturer: M, model: M, firmware: "1", module: ${SPY.sha256}, proxy: pkcs11-spy }]`);
  assert.deepEqual(planOf(accepting).findings.map(({ control }) => control), ["TOKEN-PROXY"]);
  assert.deepEqual(planOf(accepting.replace("pkcs11-spy", "p11-kit-client")).findings, []);
});
