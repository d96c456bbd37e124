/** Scripts that back up, restore and destroy: each mistake is a finding before a token is touched. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { BACK_UP, BACKED_UP, CUSTODIAN_FILES, DESTROY, destroyingScript, packWithBackups, PROOF, RESTORE, restored, restoringScript, type Kept } from "../scripted/backup.ts";
import { rewritten } from "../scripted/pack.ts";
import { planOf, type Octets } from "../scripted/scripts.ts";
import { held } from "../scripted/pack.ts";

let first: Kept;
let second: Kept;
before(async () => {
  ({ before: first, ...second } = await restored());
});

/** Under a name that no ceremony has given yet. */
const LIST = PROOF.replace("proof-crl", "later-crl");

/** `CONTROL place: message` of every finding. */
function findings(script: string, files: Octets): string[] {
  return planOf(script, files).findings.map(({ control, path, message }) => `${control} ${path.slice(2).join(".")}: ${message}`);
}

function assertFound(script: string, files: Octets, ...expected: readonly RegExp[]): void {
  const found = findings(script, files);
  assert.equal(found.length, expected.length, found.join("\n"));
  for (const one of expected) assert.ok(found.some((text) => one.test(text)), `${String(one)}\n${found.join("\n")}`);
}

test("what is wrapped was made to be, and what was made to be is wrapped [BACKUP-WRAP]", () => {
  assertFound(BACKED_UP.replace(BACK_UP, ""), CUSTODIAN_FILES, /^BACKUP-WRAP generate-key-pair\.backup: expected back-up-key for root, .* found none$/);
  assertFound(BACKED_UP.replace(BACK_UP, "").replace("  - issue-root", `${BACK_UP.replace("key: root", "key: spare")}  - issue-root`), CUSTODIAN_FILES, /BACKUP-WRAP back-up-key\.key: .* found spare, made with backup: none/, /BACKUP-WRAP generate-key-pair\.backup/);
  assertFound(BACKED_UP.replace(BACK_UP, BACK_UP + BACK_UP), CUSTODIAN_FILES, /SCRIPT-NAMES back-up-key\.backup: expected a new name, found first/);
});

test("custodians are people with that role, one share each, and enough of them [BACKUP-CUSTODIANS]", () => {
  const given = (custodians: string, threshold = 2): string => BACKED_UP.replace("threshold: 2, custodians: [carol, erin, frank]", `threshold: ${threshold}, custodians: [${custodians}]`);
  assertFound(given("carol, erin", 3), CUSTODIAN_FILES, /BACKUP-CUSTODIANS back-up-key\.threshold: expected at most 2/);
  assertFound(given("carol, erin, carol"), CUSTODIAN_FILES, /SCRIPT-FORM back-up-key\.custodians\.2: "carol" stands in this list twice/);
  assertFound(given("carol, dan"), CUSTODIAN_FILES, /BACKUP-CUSTODIANS back-up-key\.custodians: expected a custodian, found dan, who is witness/);
  assertFound(given("carol, grace"), CUSTODIAN_FILES, /SCRIPT-NAMES back-up-key\.custodians: expected a person of the script, found grace/);
  assertFound(given("carol, erin", 1), CUSTODIAN_FILES, /SCRIPT-FORM back-up-key\.threshold: expected a whole number from 2 to 10/);
  const shares = (text: string): string => restoringScript(first.pack).replace("{ carol: 1, erin: 2, frank: 3 }", text);
  assertFound(shares("{ carol: 1 }"), first.pack.files, /BACKUP-CUSTODIANS restore-key\.shares: expected 2 shares of first at least, found 1/);
  assertFound(shares("{ carol: 1, erin: 4 }"), first.pack.files, /BACKUP-CUSTODIANS restore-key\.shares: expected shares of first, numbered 1, 2, 3, found 4/);
  assertFound(shares("{ carol: 2, erin: 2 }"), first.pack.files, /BACKUP-CUSTODIANS restore-key\.shares: expected each share once, found 2 twice/);
  assert.deepEqual(findings(shares("{ frank: 1, erin: 2 }"), first.pack.files), [], "a share was handed on");
});

test("a key is restored from the blob of its register, under its own public key [RESTORE-LINEAGE]", () => {
  const script = restoringScript(first.pack);
  assert.deepEqual(findings(script, first.pack.files), []);
  const blob = (first.pack.files["previous/artifacts/backups/first.wrapped"] as Uint8Array).slice();
  blob[0] = (blob[0] ?? 0) ^ 1;
  assertFound(script, { ...first.pack.files, "previous/artifacts/backups/first.wrapped": blob }, /RESTORE-LINEAGE restore-key\.blob: expected the blob with the SHA-256 [0-9a-f]{64}, by the register/);
  assertFound(script.replace("from: first", "from: last"), first.pack.files, /RESTORE-LINEAGE restore-key\.from: expected a backup of root in the register, found none by the name last/);
  const anothers = rewritten(first.pack, (register) => void Object.assign(register.backups?.[0] ?? {}, { key: "spare" }));
  assertFound(restoringScript(anothers), { ...first.pack.files, ...anothers.files }, /RESTORE-LINEAGE restore-key\.from: .*found one of spare by the name first/);
  const parked = rewritten(first.pack, (register) => void Object.assign(register.keys.find(({ key }) => key === "root") ?? {}, { state: "parked" }));
  assertFound(restoringScript(parked), { ...first.pack.files, ...parked.files }, /RESTORE-LINEAGE restore-key\.key: expected a key that may be used, found root, which is parked/, /REGISTER-FITS issue-crl\.issuer/);
  const other = rewritten(first.pack, (register) => void Object.assign(register.backups?.[0] ?? {}, { spki: register.backups?.[0]?.spki.replace(/....$/, "0000") }));
  assertFound(restoringScript(other), { ...first.pack.files, ...other.files }, /RESTORE-LINEAGE restore-key\.key: expected the backup first to be of the key/);
});

test("a restored key signs a list or a request before anything else, on a token that did not hold it [RESTORED-PROOF] [SCRIPT-NAMES]", () => {
  const certificate = "  - sign-request: { request: requests/device.csr, certificate: device, issuer: root-ca, profile: private/code-signing, valid: { for: P5Y } }\n";
  assertFound(restoringScript(first.pack, RESTORE), first.pack.files, /RESTORED-PROOF restore-key\.key: .* found none$/);
  assertFound(restoringScript(first.pack, RESTORE + certificate + PROOF), first.pack.files, /RESTORED-PROOF restore-key\.key: .* found sign-request in step 5$/);
  assert.deepEqual(findings(restoringScript(first.pack, `${RESTORE}  - create-request: { request: proof, key: root, subject: { CN: Example Root } }\n`), first.pack.files), []);
  const onVault = restoringScript(first.pack, RESTORE.replace("token: reserve", "token: vault") + PROOF).replace("[root, next]", "[next]").replace("[transcript, spare]", "[root, transcript, spare]");
  assertFound(onVault, first.pack.files, /SCRIPT-NAMES restore-key\.token: expected a token that does not hold root, found vault/);
});

test("a key is destroyed wherever the register knows it, or people say what nobody will reach [DESTROY-EVERYWHERE]", () => {
  const { pack } = second;
  assert.deepEqual(findings(destroyingScript(pack), pack.files), []);
  const alone = (steps: string): string => destroyingScript(pack, steps).replace("  vault: { holds: [transcript] }\n", "").replace("  - inspect-token: { token: vault }\n", "").replace("close: { transcript-key: transcript }", "close: {}");
  assertFound(alone(DESTROY), pack.files, /DESTROY-EVERYWHERE destroy-key\.key: expected every token that holds root by the register, found vault left out/);
  assert.deepEqual(findings(alone("  - destroy-key: { key: root, gone: [vault] }\n"), pack.files), []);
  assertFound(alone("  - destroy-key: { key: root, gone: [vault, attic] }\n"), pack.files, /DESTROY-EVERYWHERE destroy-key\.gone: .* found attic/);
  assertFound(destroyingScript(pack, "  - destroy-key: { key: root, gone: [vault] }\n"), pack.files, /SCRIPT-NAMES destroy-key\.gone: expected a token that nobody will reach again, found vault/);
  assertFound(destroyingScript(pack, DESTROY + LIST), pack.files, /SCRIPT-NAMES destroy-key\.key: expected no step to use root after it is destroyed, found issue-crl in step 5/);
});

test("a destroyed key is refused by every later script [REGISTER-FITS] [RESTORE-LINEAGE] [DESTROY-EVERYWHERE]", async () => {
  const { world } = await held(destroyingScript(second.pack), second.pack.files, second.world);
  const pack = packWithBackups(world);
  const later = (steps: string, tokens = "  vault: { holds: [transcript] }\n  reserve: { holds: [root, next] }\n"): string => destroyingScript(pack, steps).replace(/ {2}vault: [^]*?(?=steps:)/, tokens);
  const files = { ...second.pack.files, ...pack.files, "previous/artifacts/backups/first.wrapped": second.pack.files["previous/artifacts/backups/first.wrapped"] ?? first.pack.files["previous/artifacts/backups/first.wrapped"] ?? "" };
  assertFound(later(LIST), files, /REGISTER-FITS issue-crl\.issuer: expected a key in use, found root, which was destroyed/);
  assertFound(later(DESTROY), files, /DESTROY-EVERYWHERE destroy-key\.key: expected a key that is there, found root, which was destroyed/);
  const third = later(RESTORE.replace("token: reserve", "token: third") + LIST, "  vault: { holds: [transcript] }\n  reserve: { holds: [next] }\n  third: { holds: [root] }\n").replace("steps:\n", "steps:\n").replace("  - inspect-token: { token: reserve }\n", "  - inspect-token: { token: reserve }\n  - initialize-token: { token: third }\n").replace("quorum:", "  carol: { name: Carol Example, role: custodian, key: people/carol.pub }\n  erin: { name: Erin Example, role: custodian, key: people/erin.pub }\n  frank: { name: Frank Example, role: custodian, key: people/frank.pub }\nquorum:");
  assertFound(third, files, /RESTORE-LINEAGE restore-key\.key: expected a key that may be used, found root, which was destroyed/, /REGISTER-FITS issue-crl\.issuer/);
});

test("where a key went is refused by registers that lose it: a backup that is dropped, a destroyed key that lives again [LINEAGE-WHOLE]", async () => {
  const { successionFaults } = await import("../../src/plan/lineage.ts");
  const { readRegister } = await import("../../src/transcript/register.ts");
  const register = (kept: Kept) => readRegister(kept.world.record.files.get("artifacts/register.json") ?? new Uint8Array());
  const [before, after] = [register(first), register(second)];
  assert.deepEqual(successionFaults(before, after), []);
  const { backups, ...without } = after;
  assert.match(successionFaults(before, without).map(({ message }) => message).join(), /expected the backup first of/);
  assert.equal(backups?.length, 2);
  const undone = { ...after, keys: after.keys.map((key) => (key.key === "spare" ? { ...key, state: "in use" as const } : key)) };
  assert.match(successionFaults(after, undone).map(({ message }) => message).join(), /expected the key spare to stay destroyed/);
});

