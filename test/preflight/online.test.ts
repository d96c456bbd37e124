/** The host of scheduled runs: named interfaces may be up, and nobody is there with a watch or paper. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostFacts } from "../../src/preflight/host-facts.ts";
import { judgeOnline } from "../../src/preflight/judge-online.ts";

const TOOL = "a".repeat(64);
const FIT: HostFacts = {
  interfaces: [{ name: "eth0", state: "up", hasCarrier: true }, { name: "eth1", state: "down", hasCarrier: false }], radios: [], swaps: [], core: { limit: "0", pattern: "core" }, ptraceScope: 1, entropy: 256, variables: [],
  nodeArguments: [], hasInspector: false, clock: { host: "2026-11-20T12:00:00Z", aheadOfHardware: 1 }, watches: [], digests: [{ of: "tool", sha256: TOOL, words: "not asked" }], free: 2 ** 40, printers: [],
};
const judged = (facts: Partial<HostFacts>, interfaces: readonly string[] = ["eth0"], tool: string | null = TOOL): string[] => judgeOnline({ ...FIT, ...facts }, { interfaces, tool }).map(({ control }) => control);

test("a host with named interfaces, the approved tool and nobody at a watch or a printer is fit; what holds for any host holds for it [HOST-NETWORK] [HOST-TOOL] [HOST-CLOCK]", () => {
  assert.deepEqual(judged({}), []);
  assert.deepEqual(judged({}, []), ["HOST-NETWORK"]);
  assert.deepEqual(judged({ interfaces: null }), ["HOST-NETWORK"]);
  assert.deepEqual(judged({}, ["eth0"], "b".repeat(64)), ["HOST-TOOL"]);
  assert.deepEqual(judged({}, ["eth0"], null), [], "nobody has approved a tool before a run");
  assert.deepEqual(judged({ clock: { ...FIT.clock, aheadOfHardware: 61 } }), ["HOST-CLOCK"]);
  assert.deepEqual(judged({ radios: [{ name: "phy0", kind: "wlan", isBlocked: false }], swaps: ["/dev/sda2"], core: { limit: "unlimited", pattern: "core" }, ptraceScope: 0, variables: ["LD_PRELOAD"], entropy: 0, free: 1 }), ["HOST-RADIO", "HOST-SWAP", "HOST-CORE-DUMPS", "HOST-TRACING", "HOST-LOADING", "HOST-ENTROPY", "HOST-SPACE"]);
});
