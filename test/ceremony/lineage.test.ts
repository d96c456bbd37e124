/** Lineage by issuer key: registers that go on from each other, meet, or cannot both be true. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { registerFaults, successionFaults } from "../../src/plan/lineage.ts";
import { readRegister, type Register } from "../../src/transcript/register.ts";
import { held, packOf, rewritten, SIGNING_FILES, type Pack } from "../scripted/pack.ts";
import { HEAD, planOf, SEALED, type Octets } from "../scripted/scripts.ts";
import { makeRequest } from "../scripted/keys.ts";
import { replay, type World } from "../scripted/world.ts";

/** A CA with a list, one revocation on it and one certificate that stands. */
const FIRST = SEALED.replace("  - close", `  - sign-request: { request: requests/device.csr, certificate: device, issuer: root-ca, profile: private/code-signing, valid: { for: P5Y } }
  - sign-request: { request: requests/pump.csr, certificate: pump, issuer: root-ca, profile: private/code-signing, valid: { for: P5Y } }
  - issue-crl: { crl: root-crl, issuer: root-ca, valid: { for: P1Y }, revoke: [{ certificate: device, reason: superseded }] }
  - issue-crl: { crl: root-crl-b, issuer: root-ca, valid: { for: P1Y } }
  - close`);
/** Another CA, with names of its own. */
const PARTNER = `${HEAD}tokens:
  safe: { holds: [partner-root] }
steps:
  - roll-call: {}
  - initialize-token: { token: safe }
  - generate-key-pair: { key: partner-root, token: safe, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: partner-ca, key: partner-root, profile: private/root, subject: { CN: Partner Root }, valid: { for: P20Y } }
  - close: {}
`;
const FILES: Octets = { ...SIGNING_FILES, "requests/pump.csr": makeRequest() };
const RUNS = { first: "00112233445566aa", a: "00000000000000a2", b: "00000000000000b2", partner: "00000000000000c1", cross: "00000000000000d1" };

const listOf = (name: string, { lines }: Pack) => `${HEAD}${lines}tokens:
  vault: { holds: [root, transcript] }
steps:
  - roll-call: {}
  - inspect-token: { token: vault }
  - issue-crl: { crl: ${name}, issuer: root-ca, valid: { for: P1Y } }
  - close: { transcript-key: transcript }
`;

/** Names two packs. */
const joined = (script: string, other: string, seal: string) => script.replace(/" }\n/, `", joins: [{ pack: ${other}, seal: "${seal}" }] }\n`);
const registerIn = (world: World): Register => readRegister(world.record.files.get("artifacts/register.json") ?? new Uint8Array());
const found = (script: string, files: Octets) => planOf(script, files).findings.map(({ control, message }) => `${control}: ${message}`).join("\n");

let first: { world: World; pack: Pack };
before(async () => {
  first = await held(FIRST, FILES);
});

/** A ceremony that goes on from the first. */
async function next(name: string, run: string): Promise<{ world: World; pack: Pack }> {
  return held(listOf(name, first.pack), { ...FILES, ...first.pack.files }, first.world, run);
}

test("a key's line is the ceremonies in which it was made or signed", async () => {
  const { world } = await next("second", RUNS.a);
  assert.deepEqual(registerIn(world).keys.map(({ key, line }) => [key, line]), [["root", [RUNS.first, RUNS.a]], ["transcript", [RUNS.first]]]);
});

test("two ceremonies that both go on from one with the same key are a fork, and no ceremony goes on from both [LINEAGE-FORK]", async () => {
  const [a, b] = [await next("of-a", RUNS.a), await next("of-b", RUNS.b)];
  const other = packOf(b.world, "other");
  const script = joined(listOf("third", a.pack), "other", other.seal);
  assert.match(found(script, { ...FILES, ...a.pack.files, ...other.files }), /LINEAGE-FORK: expected one life of root, found that it signed in/);
});

test("a pack and the one before it are of one line, and the later one is enough [LINEAGE-LINK]", async () => {
  const a = await next("of-a", RUNS.a);
  const older = packOf(first.world, "older");
  const script = joined(listOf("third", a.pack), "older", older.seal);
  assert.match(found(script, { ...FILES, ...a.pack.files, ...older.files }), /LINEAGE-LINK: expected packs of different lines, found previous, which goes on from older/);
  const third = await held(listOf("third", a.pack), { ...FILES, ...a.pack.files }, a.world, RUNS.b);
  const far = joined(listOf("fourth", third.pack), "older", older.seal);
  assert.match(found(far, { ...FILES, ...third.pack.files, ...older.files }), /LINEAGE-LINK: expected packs of different lines, found previous, which goes on from older/, "two ceremonies before");
});

test("a cross-certification has two predecessors, and leaves one register with two lines", async () => {
  const partner = await held(PARTNER, FILES, null, RUNS.partner);
  const other = packOf(partner.world, "partner");
  const script = joined(listOf("third", first.pack), "partner", other.seal).replace("  - close", "  - cross-certify: { certificate: cross, existing: partner-ca, issuer: root-ca, profile: private/cross, organisation: other, valid: { for: P5Y } }\n  - close");
  const files = { ...FILES, ...first.pack.files, ...other.files };
  assert.equal(found(script, files), "");
  const { world } = await held(script, files, first.world, RUNS.cross);
  const register = registerIn(world);
  assert.deepEqual(register.previous, [first.pack.seal, other.seal]);
  assert.deepEqual(register.keys.map(({ key, line }) => [key, line]), [
    ["root", [RUNS.first, RUNS.cross]], ["transcript", [RUNS.first]], ["partner-root", [RUNS.partner]],
  ]);
  const { replayed, failed } = replay(world.record.asFiles());
  assert.deepEqual([replayed.rebuilt, replayed.wrong, failed], [{ state: "reproduced", why: "" }, [], []]);
  for (const before of [first.world, partner.world]) assert.deepEqual(successionFaults(registerIn(before), register), []);
});

test("two CAs whose names clash do not meet in one register [REGISTER-FITS]", async () => {
  const twin = packOf((await held(SEALED, FILES, null, RUNS.partner)).world, "twin");
  assert.match(found(joined(listOf("third", first.pack), "twin", twin.seal), { ...FILES, ...first.pack.files, ...twin.files }), /REGISTER-FITS: expected each name to mean one thing .* found two of the key root /);
});

test("a pack whose seal names other seals before it than its register is refused [LINEAGE-LINK]", () => {
  const forged = rewritten(first.pack, (register) => register.previous.push("ab".repeat(32)));
  assert.match(found(listOf("next", forged), { ...FILES, ...forged.files }), /LINEAGE-LINK: expected seal\.txt to name the seals before/);
});

const TAMPERED: readonly { readonly what: string; readonly change: (register: Register) => void; readonly finding: RegExp }[] = [
  { what: "a serial number twice", finding: /SERIAL-ENTROPY: expected each serial number of root-ca once/, change: ({ certificates: [, , one, two] }) => Object.assign(one ?? {}, { serial: two?.serial }) },
  { what: "a CRL number that does not rise", finding: /CRL-NUMBER-RISES: expected root-crl-b with a number above 1/, change: ({ crls: [, crl] }) => Object.assign(crl ?? {}, { number: 1 }) },
  { what: "a last CRL number below a CRL's", finding: /CRL-NUMBER-RISES: expected the last CRL number of root-ca to be 2 at least/, change: ({ lastCrlNumbers }) => Object.assign(lastCrlNumbers, { "root-ca": 1 }) },
  { what: "a revocation twice", finding: /CRL-KEEPS-REVOCATIONS: expected one revocation of/, change: ({ revocations }) => revocations.push(...revocations) },
  { what: "a line with a ceremony twice", finding: /LINEAGE-LINK: expected each ceremony once in the line of root/, change: ({ keys: [root] }) => root?.line.push(RUNS.first) },
];

for (const { what, change, finding } of TAMPERED) {
  test(`a register with ${what} is refused, whoever sealed it [LINEAGE-WHOLE]`, () => {
    const forged = rewritten(first.pack, change);
    assert.match(found(listOf("next", forged), { ...FILES, ...forged.files }), finding);
  });
}

test("a register keeps everything of the one before [LINEAGE-WHOLE]", async () => {
  const before = registerIn(first.world);
  const after = registerIn((await next("second", RUNS.a)).world);
  assert.deepEqual([...registerFaults(after), ...successionFaults(before, after)], []);
  const without = (change: Partial<Register>) => successionFaults(before, { ...after, ...change }).map(({ control }) => control);
  assert.deepEqual(without({ certificates: after.certificates.slice(1) }), ["LINEAGE-WHOLE"]);
  assert.deepEqual(without({ crls: after.crls.slice(1) }), ["LINEAGE-WHOLE"]);
  assert.deepEqual(without({ keys: after.keys.slice(1) }), ["LINEAGE-WHOLE"]);
  assert.deepEqual(without({ revocations: [] }), ["CRL-KEEPS-REVOCATIONS"]);
  assert.deepEqual(without({ lastCrlNumbers: { "root-ca": 1 } }), ["CRL-NUMBER-RISES"]);
  assert.deepEqual(without({ keys: after.keys.map((key) => ({ ...key, line: [RUNS.b] })) }), ["LINEAGE-LINK", "LINEAGE-LINK"]);
});
