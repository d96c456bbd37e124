import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ControlId } from "../../src/controls.ts";
import { statedFacts, type HostFacts } from "../../src/preflight/host-facts.ts";
import { judgeHost } from "../../src/preflight/judge-host.ts";

/** A host in a safe room, as it should be. */
const FIT: HostFacts = {
  interfaces: [{ name: "eth0", state: "down", hasCarrier: false }], radios: [{ name: "phy0", kind: "wlan", isBlocked: true }], swaps: [], core: { limit: "0", pattern: "core" }, ptraceScope: 2, entropy: 256,
  variables: [], nodeArguments: [], hasInspector: false, clock: { host: "2026-12-01T10:00:00Z", aheadOfHardware: 0 },
  watches: [{ by: "alice", shown: "10:00:01", ahead: -1 }, { by: "dan", shown: "09:59:58", ahead: 2 }], digests: [{ of: "tool", sha256: "ab".repeat(32), words: "right" }], free: 8e9, printers: ["/dev/usb/lp0"],
};

const controlsOf = (facts: HostFacts, link: string | null = null): ControlId[] => [...new Set(judgeHost(facts, link).map(({ control }) => control))];

test("a host in a safe room is fit, and everything that was looked at is said", () => {
  assert.deepEqual(judgeHost(FIT, null), []);
  assert.deepEqual(statedFacts(FIT).map(({ what }) => what), ["interfaces", "radios", "swap", "core files", "ptrace scope", "entropy", "variables", "node", "clock", "watch of alice", "watch of dan", "digest of tool", "free space", "printers"]);
});

/** By control, hosts that fail it and nothing else. */
const UNFIT: readonly (readonly [ControlId, Partial<HostFacts>])[] = [
  ["HOST-NETWORK", { interfaces: [{ name: "eth0", state: "up", hasCarrier: true }] }], ["HOST-NETWORK", { interfaces: [{ name: "tun0", state: "unknown", hasCarrier: false }] }],
  ["HOST-NETWORK", { interfaces: [{ name: "eth0", state: "down", hasCarrier: true }] }], ["HOST-NETWORK", { interfaces: null }],
  ["HOST-RADIO", { radios: [{ name: "hci0", kind: "bluetooth", isBlocked: false }] }],
  ["HOST-SWAP", { swaps: ["/dev/sda2"] }], ["HOST-SWAP", { swaps: null }],
  ["HOST-CORE-DUMPS", { core: { limit: "unlimited", pattern: "core" } }], ["HOST-CORE-DUMPS", { core: { limit: null, pattern: "" } }],
  ["HOST-TRACING", { ptraceScope: 0 }], ["HOST-TRACING", { ptraceScope: null }],
  ["HOST-LOADING", { variables: ["NODE_OPTIONS"] }], ["HOST-LOADING", { nodeArguments: ["--inspect"] }], ["HOST-LOADING", { hasInspector: true }],
  ["HOST-CLOCK", { watches: [] }], ["HOST-CLOCK", { watches: [FIT.watches[0], FIT.watches[0]] as HostFacts["watches"] }], ["HOST-CLOCK", { watches: [{ by: "alice", shown: "", ahead: 61 }, { by: "dan", shown: "", ahead: 0 }] }],
  ["HOST-CLOCK", { clock: { host: FIT.clock.host, aheadOfHardware: -3600 } }],
  ["HOST-TOOL", { digests: [{ of: "tool", sha256: "ab".repeat(32), words: "wrong" }] }], ["HOST-TOOL", { digests: [{ of: "module of vault", sha256: "ab".repeat(32), words: "not asked" }] }],
  ["HOST-ENTROPY", { entropy: 12 }], ["HOST-ENTROPY", { entropy: null }], ["HOST-SPACE", { free: 1000 }], ["HOST-SPACE", { free: null }], ["HOST-PRINTER", { printers: [] }],
];

for (const [control, change] of UNFIT) {
  test(`a host with ${JSON.stringify(change).slice(0, 60)} is not fit [${control}]`, () => {
    const [finding, second] = judgeHost({ ...FIT, ...change }, null);
    assert.deepEqual([finding?.control, second], [control, undefined]);
    assert.match(finding?.message ?? "", /^expected .*found/);
  });
}

test("all reasons are told at once, whatever is wrong together", () => {
  fc.assert(fc.property(fc.subarray([...UNFIT], { minLength: 1 }), (wrong) => {
    const facts = wrong.reduce<HostFacts>((host, [, change]) => ({ ...host, ...change }), FIT);
    const expected = new Set(wrong.map(([control]) => control));
    // a later change of the same fact may take an earlier one back
    for (const control of controlsOf(facts)) assert.ok(expected.has(control));
    const last = wrong.at(-1);
    assert.ok(last !== undefined && controlsOf(facts).includes(last[0]));
  }), { numRuns: 100 });
});

test("the one interface that the station declares as the link of an HSM may be up [HOST-NETWORK]", () => {
  const linked = { ...FIT, interfaces: [{ name: "eth1", state: "up", hasCarrier: true }] };
  assert.deepEqual([controlsOf(linked, "eth1"), controlsOf(linked, "eth0"), controlsOf(linked)], [[], ["HOST-NETWORK"], ["HOST-NETWORK"]]);
});
