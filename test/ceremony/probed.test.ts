/** What a probe found, held against a plan: which steps will not work on the token, and what to do. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { misfitsOf } from "../../src/ceremony/probed.ts";
import { misfitLines, probeLines } from "../../src/console/token-pages.ts";
import { readBackOf, templatesOf } from "../../src/plan/key-template.ts";
import type { PairTrial, Probe } from "../../src/tokens/probe.ts";
import { toHex } from "../../src/bytes/hex.ts";
import { approving } from "../scripted/approvals.ts";
import { makeKeyPair } from "../scripted/keys.ts";
import { goodPlan, ONE_KEY } from "../scripted/scripts.ts";

const { privateTemplate, publicTemplate } = templatesOf();
const PAIR: PairTrial = {
  algorithm: "ecdsa-p256", made: "yes", refused: { privateKey: [], publicKey: [] }, privateKey: { ...privateTemplate, ...readBackOf("ecdsa-p256").readBack }, publicKey: publicTemplate,
  keyGenMechanism: "CKM_EC_KEY_PAIR_GEN", spki: toHex(makeKeyPair().spki), signs: { "ecdsa-sha256": "yes", "ecdsa-sha384": "CKR_DATA_LEN_RANGE" },
};
const PROBE: Probe = {
  format: "anchorite-token-probe/1", at: "2026-11-21T12:00:00Z",
  module: { path: "/m.so", sha256: "ab".repeat(32), manufacturer: "M", description: "D", version: "1.0", cryptoki: "2.40" },
  token: { manufacturer: "Mozilla Foundation", model: "NSS 3", serial: "1", label: "l", firmware: "1.0", flags: [], pin: [4, 8], mechanisms: [], profiles: ["nss-softokn"] },
  objects: { before: 0, after: 0 }, scratch: { label: "anchorite-probe-00", ids: [], destroyed: "yes", left: [] }, pairs: [PAIR], longest: { id: 255, label: 255 },
  sameId: "both stay", alwaysAuthenticate: "not tried", wraps: [], dataObject: "yes", generator: "answers", untried: [],
};
const misfits = (script: string, change: Partial<Probe> = {}, pair: Partial<PairTrial> = {}) => misfitsOf(goodPlan(script).plan, "vault", { ...PROBE, pairs: [{ ...PAIR, ...pair }], ...change });
const profiled = (name: string): string => ONE_KEY.replace("holds: [root]", `holds: [root], profile: ${name}`);

test("a token that does all that a script wants has nothing against it", () => {
  assert.deepEqual(misfits(ONE_KEY), []);
  assert.deepEqual(misfits(profiled("nss-softokn")), []);
  assert.match(misfitLines("script.yaml", []).join(), /nothing that was tried speaks against it/);
});

test("an attribute that a profile of the model excuses names the profile, one that none excuses names none [KEY-LOCAL] [KEY-ATTRIBUTES]", () => {
  const nss = { privateKey: { ...PAIR.privateKey, LOCAL: false, COPYABLE: "not reported" as const }, keyGenMechanism: "not reported" };
  const found = misfits(ONE_KEY, {}, nss);
  assert.deepEqual(found.map(({ step }) => step), [3, 3, 3]);
  for (const { todo } of found) assert.equal(todo, "write profile: nss-softokn below the token");
  assert.deepEqual(misfits(profiled("nss-softokn"), {}, nss), []);
  const stranger = misfits(ONE_KEY, { token: { ...PROBE.token, manufacturer: "Nobody", profiles: [] } }, nss).find((one) => one.found.includes("LOCAL true, the token says false"));
  assert.match(stranger?.todo ?? "", /no token profile takes this: take another token, or ask the vendor$/, "LOCAL false is taken by nobody");
  const silent = misfits(ONE_KEY, { token: { ...PROBE.token, manufacturer: "Nobody", profiles: [] } }, { keyGenMechanism: "not reported" });
  assert.match(silent.map(({ todo }) => todo).join(), /or two people sign a waiver of ATTRIBUTE-REPORTED on root that names the attribute$/);
});

test("a key that is to want its PIN always, or to be wrapped, is held against what was tried of it, and not against a key of another kind", () => {
  const always = ONE_KEY.replace("backup: none", "backup: none, always-authenticate: true");
  assert.deepEqual(misfits(always, { alwaysAuthenticate: "honoured: each signature wants the PIN" }), []);
  assert.match(misfits(always, { alwaysAuthenticate: "not honoured: such a key signs without its PIN" }).map(({ found, todo }) => `${found}; ${todo}`).join(), /^the key is to want its PIN at each signature: not honoured.*; leave always-authenticate out, or take another token$/);
  const { plan } = goodPlan(ONE_KEY);
  const wrapped = { ...plan, steps: plan.steps.map((step) => (step.rule === "generate-key-pair@1" ? { ...step, backup: "wrap" as const, ...templatesOf("wrap"), ...readBackOf("ecdsa-p256", "wrap") } : step)) };
  const kek = (extractable: string) => ({ ...PROBE, wraps: [{ mechanism: "CKM_AES_KEY_WRAP_PAD", extractable, neverExtractable: "CKR_KEY_UNEXTRACTABLE" }] });
  assert.deepEqual(misfitsOf(wrapped, "vault", kek("yes, 72 octets")), []);
  assert.match(misfitsOf(wrapped, "vault", kek("CKR_KEY_NOT_WRAPPABLE"))[0]?.found ?? "", /the key is to be wrapped: CKM_AES_KEY_WRAP_PAD CKR_KEY_NOT_WRAPPABLE/);
  assert.match(misfitsOf(wrapped, "vault", PROBE)[0]?.found ?? "", /the token offers no mechanism for it/);
  const stopped = { ...PROBE, dataObject: "not tried" };
  assert.deepEqual([misfitsOf(wrapped, "vault", stopped), misfits(always, stopped)].map(([one]) => one?.todo), ["probe again, with this script", "probe again, with this script"], "a probe that was stopped says nothing of the token");
  assert.match(probeLines(stopped).join("\n"), /wrapping\s+not tried/);
  assert.match(probeLines(PROBE).join("\n"), /wrapping\s+no AES key wrap is offered/);
});

test("what a token does not make, sign or keep is said with what can be done", () => {
  const found = (change: Partial<Probe>, pair: Partial<PairTrial> = {}) => misfits(ONE_KEY, change, pair).map(({ found, todo }) => `${found}; ${todo}`).join("|");
  assert.match(found({}, { made: "CKR_MECHANISM_INVALID" }), /makes no key of ecdsa-p256 \(CKR_MECHANISM_INVALID\)/);
  assert.match(found({}, { signs: { "ecdsa-sha256": "CKR_HOST_MEMORY", "ecdsa-sha384": "yes" } }), /does not sign by ecdsa-sha256 \(CKR_HOST_MEMORY\); choose signature: ecdsa-sha384/);
  assert.match(found({ longest: { id: 2, label: 16 } }), /keeps 2 octets of a CKA_ID.*keeps 16 octets of a label/);
  assert.match(found({ pairs: [] }), /ecdsa-p256 was not tried/);
  assert.match(found({ token: { ...PROBE.token, profiles: [] } }, { refused: { privateKey: ["COPYABLE"], publicKey: [] } }), /refuses the template for COPYABLE of the private key/);
  assert.match(misfitsOf(goodPlan(ONE_KEY).plan, "other", PROBE)[0]?.found ?? "", /no token other/);
});

test("model, firmware and module that a script does not accept, another profile and software for production are misfits [TOKEN-ASSURANCE] [TOKEN-PROFILE]", () => {
  const accept = (firmware: string) => ONE_KEY.replace("holds: [root]", `holds: [root], accept: [{ manufacturer: Mozilla Foundation, model: NSS 3, firmware: "${firmware}", module: ${"ab".repeat(32)} }]`);
  assert.deepEqual(misfits(accept("1.0")), []);
  assert.match(misfits(accept("1.1"))[0]?.found ?? "", /does not accept Mozilla Foundation, NSS 3, firmware 1\.0, module (ab){32}/);
  assert.match(misfits(profiled("softhsm-2"))[0]?.todo ?? "", /write profile: nss-softokn/);
  const production = approving(accept("1.0")).replace("assurance: test", "assurance: production").replace("backup: none", "backup: vendor");
  assert.match(misfits(production).map(({ found }) => found).join(), /in software, and production refuses/);
});

test("a probe is told in full: what is still there, and a key that was wrapped though it may not be", () => {
  const text = probeLines({ ...PROBE, wraps: [{ mechanism: "CKM_AES_KEY_WRAP", extractable: "yes, 80 octets", neverExtractable: "yes, 80 octets" }], scratch: { ...PROBE.scratch, destroyed: "no", left: ["CKA_ID 00, label x: CKR_FUNCTION_FAILED"] } }).join("\n");
  for (const word of ["WHICH MUST NOT BE", "STILL THERE", "CKR_FUNCTION_FAILED", "CKR_DATA_LEN_RANGE", "both stay"]) assert.ok(text.replaceAll(/\s+/g, " ").includes(word), word);
});
