/** The plan: the same for the same octets, another for any other, and complete: nothing is left for the day. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { canonicalBytes, parseCanonical } from "../../src/bytes/canonical.ts";
import { ceremonyId, makePlan } from "../../src/plan/make.ts";
import type { StepOf } from "../../src/plan/plan.ts";
import { BOOLEAN_ATTRIBUTES } from "../../src/hsm/attributes.ts";
import { makeRequest, sshLine } from "../scripted/keys.ts";
import { policyOf } from "../../src/plan/algorithm-policy.ts";
import { findProfile, profileNames } from "../../src/plan/profiles.ts";
import { FILES, goodPlan, ONE_KEY, SMALL } from "../scripted/scripts.ts";

const { planned, plan, digest } = goodPlan(SMALL);

test("the plan is canonical JSON, and its digest the SHA-256 of it", () => {
  const bytes = planned.made?.bytes ?? new Uint8Array();
  assert.deepEqual(parseCanonical(bytes), JSON.parse(JSON.stringify(plan)));
  assert.equal(digest, createHash("sha256").update(bytes).digest("hex"));
});

test("the same script and files give the same octets, in whatever order the files were read", () => {
  const { script, scriptBytes, inputs } = planned;
  assert.ok(script !== null);
  for (const order of [[...inputs], [...inputs].reverse()]) assert.deepEqual(makePlan({ script, scriptBytes, inputs: new Map(order), isWhole: true }).bytes, planned.made?.bytes);
  assert.equal(goodPlan(SMALL).digest, digest);
});

test("any other octet of the script or of a file gives another plan", () => {
  const others = [
    goodPlan(`${SMALL}# read aloud\n`), goodPlan(SMALL.replace("P20Y", "P19Y")), goodPlan(SMALL, { ...FILES, "people/dan.pub": sshLine("dan") }),
    goodPlan(SMALL, { ...FILES, "people/dan.pub": (FILES["people/dan.pub"] ?? "").replace("dan", "dave") }), goodPlan(SMALL, { ...FILES, "requests/device.csr": makeRequest() }),
  ];
  assert.equal(new Set([digest, ...others.map((other) => other.digest)]).size, others.length + 1);
});

test("the ceremony id is the title as a slug and eight digits of the script's SHA-256", () => {
  const bytes = new TextEncoder().encode("x");
  const tail = createHash("sha256").update("x").digest("hex").slice(0, 8);
  const slugs = { "Example Factory root of trust": "example-factory-root-of-trust", "Zürich: Wurzel №1!": "zu-rich-wurzel-no1", "  ---  ": "ceremony", "東京": "ceremony", ["a".repeat(60)]: "a".repeat(40), [`${"a".repeat(39)} b`]: "a".repeat(39) };
  for (const [title, slug] of Object.entries(slugs)) assert.equal(ceremonyId(title, bytes), `${slug}-${tail}`);
});

test("every attribute that a key may have is decided for both halves, and what must read back stands beside it [KEY-ATTRIBUTES]", () => {
  const steps = plan.steps.filter((step): step is StepOf<"generate-key-pair@1"> => step.rule === "generate-key-pair@1");
  assert.equal(steps.length, 2);
  for (const { privateTemplate, publicTemplate, readBack, keyGenMechanism } of steps) {
    assert.ok(privateTemplate["SENSITIVE"] === true && privateTemplate["EXTRACTABLE"] === false && privateTemplate["TOKEN"] === true && privateTemplate["PRIVATE"] === true);
    assert.deepEqual(readBack, { ALWAYS_SENSITIVE: true, NEVER_EXTRACTABLE: true, LOCAL: true });
    assert.equal(keyGenMechanism, "CKM_EC_KEY_PAIR_GEN");
    const granted = (template: typeof privateTemplate) => Object.entries(template).filter(([, value]) => value).map(([name]) => name).sort();
    assert.deepEqual(granted(privateTemplate), ["DESTROYABLE", "PRIVATE", "SENSITIVE", "SIGN", "TOKEN"]);
    assert.deepEqual(granted(publicTemplate), ["DESTROYABLE", "TOKEN", "VERIFY"]);
    for (const name of Object.keys({ ...privateTemplate, ...publicTemplate, ...readBack })) assert.ok(BOOLEAN_ATTRIBUTES.has(name), name);
  }
});

test("steps are numbered from one, each with the version of the rule that runs it; texts, people and inputs are in the plan", () => {
  assert.deepEqual(plan.steps.map(({ number }) => number), plan.steps.map((_, i) => i + 1));
  assert.ok(plan.steps.every(({ rule }) => /^[a-z-]+@1$/.test(rule)));
  assert.deepEqual(plan.people.map(({ id, role }) => [id, role]), [["alice", "administrator"], ["bob", "operator"], ["dan", "witness"]]);
  assert.ok(plan.people.every(({ key }) => key.split(" ").length === 2), "the comment of a key is nobody's word");
  assert.deepEqual(plan.inputs.map(({ path }) => path), ["people/alice.pub", "people/bob.pub", "people/dan.pub", "requests/device.csr"]);
  assert.ok(plan.controls.length > 0 && plan.controls.every(({ verdict }) => verdict === "held"));
  assert.deepEqual(canonicalBytes(plan.quorum), canonicalBytes({ approval: [], seal: [{ count: 1, role: "administrator" }, { count: 1, role: "witness" }], effects: [{ count: 2, role: "any" }, { count: 1, role: "operator" }] }));
});

test("no profile allows a key or an issuer that the policy of its trust domain does not [ALGORITHM-ALLOWED]", () => {
  for (const name of profileNames()) {
    const [profile, policy] = [findProfile(name), policyOf(name)];
    assert.ok(profile !== undefined && policy !== undefined, name);
    const allowed = profile.ca ? policy.caKeys : policy.leafKeys;
    assert.deepEqual(profile.algorithms.filter((algorithm) => !allowed.includes(algorithm)), [], name);
  }
  assert.equal(policyOf("nowhere/root"), undefined);
  assert.deepEqual(policyOf("webpki/root")?.signatures.filter((mechanism) => mechanism === "ed25519"), []);
});

test("a key signs with what the script says, or with what fits its curve, and the plan says which [ALGORITHM-ALLOWED]", () => {
  const signatureOf = (algorithm: string): string | undefined => {
    const { steps } = goodPlan(ONE_KEY.replace("algorithm: ecdsa-p256", `algorithm: ${algorithm}`)).plan;
    return steps.find((step) => step.rule === "generate-key-pair@1")?.signature;
  };
  assert.deepEqual(["ecdsa-p384", "ed25519", "rsa-4096", "rsa-3072, signature: rsa-pss-sha512", "rsa-2048, signature: rsa-pkcs1-sha384"].map(signatureOf), ["ecdsa-sha384", "ed25519", "rsa-pkcs1-sha256", "rsa-pss-sha512", "rsa-pkcs1-sha384"]);
});
