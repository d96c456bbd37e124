/** Two ceremonies in a row on one token: the second goes on from the register of the first, and a third may not take anything back. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { before, test } from "node:test";
import { Ceremony, type Ended } from "./ceremony.ts";
import { smallCeremony } from "./small-ceremony.ts";

interface Register {
  readonly tokens: readonly { readonly token: string; readonly serial: string }[];
  readonly certificates: readonly { readonly name: string; readonly serial: string }[];
  readonly crls: readonly { readonly name: string; readonly number: number }[];
  readonly revocations: readonly { readonly certificate: string; readonly reason: string }[];
}

let first: Ceremony;
let second: Ceremony;
const LATER = "  - sign-request: { request: requests/app.csr, certificate: app, issuer: root-ca, profile: private/code-signing, valid: { for: P5Y } }\n  - issue-crl: { crl: root-crl-2, issuer: root-ca, valid: { for: P30D }, revoke: [{ certificate: oem, reason: keyCompromise }] }\n";

const register = (ceremony: Ceremony): Register => JSON.parse(readFileSync(ceremony.inRecord("artifacts", "register.json"), "utf8")) as Register;
const sealOf = (ceremony: Ceremony): string => createHash("sha256").update(readFileSync(ceremony.inRecord("seal.txt"))).digest("hex");

/** Puts a script beside the earlier record, and a station that binds the token by its serial. */
function prepareNext(record: string, earlier: Ceremony, pack: string, steps: string): Ceremony {
  cpSync(earlier.inRecord(), first.path(pack), { recursive: true });
  const people = /people:[^]*?(?=tokens:)/.exec(first.read("script.yaml"))?.[0] ?? "";
  const script = `anchorite: 1\nceremony: Small root goes on\nassurance: test\n${people}register: { pack: ${pack}, seal: "${sealOf(earlier)}" }\ntokens:\n  vault: { holds: [root, transcript] }\nsteps:\n  - roll-call: {}\n  - inspect-token: { token: vault }\n${steps}  - close: { transcript-key: transcript }\n`;
  writeFileSync(first.path(`${record}.yaml`), script);
  const serial = register(earlier).tokens[0]?.serial ?? "";
  writeFileSync(first.path(`${record}-station.yaml`), first.read("station.yaml").replace("serial: uninitialized", `serial: "${serial}"`).replace(/ *so-pin:.*\n/, ""));
  writeFileSync(first.path(`${record}-answers.yaml`), "words: computed\n1: [[alice, bob, dan], agree]\n3: [sign]\n4: [sign]\n0: [[alice, bob, dan], agree]\n");
  return new Ceremony(first.folder, record);
}

const runNext = (ceremony: Ceremony): Ended => ceremony.call("run", `${ceremony.record}.yaml`, "--record", ceremony.record, "--station", `${ceremony.record}-station.yaml`, "--answers", `${ceremony.record}-answers.yaml`);

function accepts(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: first.folder, encoding: "utf8" });
  assert.equal(status, 0, `${program} ${args.join(" ")}: ${stdout}${stderr}`);
  return stdout + stderr;
}

before(() => {
  first = smallCeremony();
  for (const ended of [first.run(), first.seal("alice"), first.seal("dan")]) assert.equal(ended.exit, 0, ended.stderr);
  second = prepareNext("second", first, "previous", LATER);
  for (const ended of [runNext(second), second.seal("alice"), second.seal("dan")]) assert.equal(ended.exit, 0, ended.stderr);
});

test("the second ceremony issues, revokes and seals by the keys of the first, on the same token [REGISTER-TOKEN] [REGISTER-KEY]", () => {
  const after = register(second);
  assert.deepEqual(after.certificates.map(({ name }) => name), ["root-ca", "transcript", "oem", "app"]);
  assert.deepEqual(after.crls.map(({ name, number }) => [name, number]), [["root-crl", 1], ["root-crl-2", 2]]);
  assert.deepEqual(after.revocations.map(({ certificate, reason }) => [certificate, reason]), [["oem", "keyCompromise"]]);
  assert.match(readFileSync(second.inRecord("seal.txt"), "utf8"), new RegExp(`^previous: ${sealOf(first)}$`, "m"));
});

test("the second ceremony finds the head of the first on its token, and leaves its own [TOKEN-HEAD]", () => {
  const close = second.facts().find(({ request }) => request?.kind === "close")?.request as unknown as { controls: readonly { control: string; held: number }[] };
  assert.deepEqual(close.controls.find(({ control }) => control === "TOKEN-HEAD")?.held, 2);
  const heads = second.facts().flatMap(({ observation }) => (observation as { heads?: readonly string[] } | undefined)?.heads ?? []).map((value) => Buffer.from(value, "hex").toString());
  const head = /^head: (.*)$/m.exec(readFileSync(first.inRecord("seal.txt"), "utf8"))?.[1] ?? "";
  assert.match(heads[0] ?? "", new RegExp(`^head: ${head}$`, "m"), "the last entry of the sealed record");
  assert.match(heads.at(-1) ?? "", new RegExp(`^run: ${/^run: (.*)$/m.exec(readFileSync(second.inRecord("seal.txt"), "utf8"))?.[1] ?? ""}$`, "m"));
});

test("the second record replays, with the seal of the first among its claims [REGISTER-SIGNED]", () => {
  const replayed = second.replay("--roster", "roster", "--json");
  assert.equal(replayed.exit, 0, replayed.stdout + replayed.stderr);
  const { claims } = JSON.parse(replayed.stdout) as { claims: { held: number; failed: number } };
  assert.deepEqual([claims.held >= 9, claims.failed], [true, 0]);
});

test("openssl verifies list number 2 and finds the one certificate revoked and the other not [CRL-NUMBER-RISES] [CRL-KEEPS-REVOCATIONS]", () => {
  const root = "record/artifacts/certificates/root-ca.pem";
  const list = "second/artifacts/crls/root-crl-2.pem";
  assert.match(accepts("openssl", ["crl", "-in", list, "-CAfile", root, "-noout"]), /verify OK/);
  const said = accepts("openssl", ["crl", "-in", list, "-noout", "-text"]);
  assert.match(said, /X509v3 CRL Number:\s+2\n/);
  assert.match(said, /Key Compromise/);
  accepts("openssl", ["verify", "-x509_strict", "-crl_check", "-CRLfile", list, "-CAfile", root, "second/artifacts/certificates/app.pem"]);
  const revoked = spawnSync("openssl", ["verify", "-crl_check", "-CRLfile", list, "-CAfile", root, "record/artifacts/certificates/oem.pem"], { cwd: first.folder, encoding: "utf8" });
  assert.match(revoked.stdout + revoked.stderr, /error 23 /);
});

test("a third script that would drop the revocation is refused, and one on the older register too [CRL-REVOCATIONS] [REGISTER-SEALED]", () => {
  const third = prepareNext("third", second, "latest", "  - issue-crl: { crl: root-crl-3, issuer: root-ca, valid: { for: P30D }, release: [oem] }\n");
  const dropped = third.call("check", "third.yaml");
  assert.equal(dropped.exit, 3);
  assert.match(dropped.stderr, /third\.yaml:\d+:\d+: .*revoked as keyCompromise[^]*CRL-REVOCATIONS/);
  const script = third.read("third.yaml").replace(", release: [oem]", "");
  writeFileSync(third.path("third.yaml"), script);
  assert.equal(third.call("check", "third.yaml").exit, 0);
  writeFileSync(third.path("third.yaml"), script.replace("pack: latest", "pack: previous"));
  const older = third.call("check", "third.yaml");
  assert.equal(older.exit, 3);
  assert.match(older.stderr, /REGISTER-SEALED/);
});

test("a signature over the earlier seal that does not verify is found before a token is touched [REGISTER-SIGNED]", () => {
  const fourth = prepareNext("fourth", first, "forged", LATER);
  // the same key and namespace over another text
  writeFileSync(fourth.path("other.txt"), "another seal\n");
  accepts("ssh-keygen", ["-q", "-Y", "sign", "-f", "people/dan", "-n", "anchorite-seal-witnessed", "other.txt"]);
  cpSync(fourth.path("other.txt.sig"), fourth.path("forged", "signatures", "dan.sig"));
  const refused = runNext(fourth);
  assert.equal(refused.exit, 3);
  assert.match(refused.stderr, /signatures\/dan\.sig: the signature over seal\.txt does not verify[^]*REGISTER-SIGNED/);
});

test("the second ceremony is rehearsed with throw-away keys in the place of those that exist, and diff proves it [REGISTER-FITS]", () => {
  const rehearsed = second.call("rehearse", "second.yaml", "--record", "rehearsal");
  assert.equal(rehearsed.exit, 0, rehearsed.stderr);
  assert.match(rehearsed.stderr, /stands in: a throw-away key .*, for root with /);
  const [own, real] = [new Ceremony(first.folder, "rehearsal"), readFileSync(second.inRecord("artifacts", "crls", "root-crl-2.pem"))];
  assert.notDeepEqual(readFileSync(own.inRecord("artifacts", "crls", "root-crl-2.pem")), real);
  const replayed = own.replay();
  assert.match(replayed.stdout, /REHEARSAL of plan [0-9a-f]{64}, of which nothing counts[^]*REPRODUCED/);
  const same = second.call("diff", "rehearsal", "second");
  assert.equal(same.exit, 0, same.stdout);
  assert.match(same.stdout, /^signed: artifacts\/crls\/root-crl-2\.pem: equal but for name, instant \(\d\)$/m);
  // a register whose keys were thrown away is nobody's to go on from
  const next = prepareNext("after-rehearsal", own, "rehearsed", "  - issue-crl: { crl: root-crl-3, issuer: root-ca, valid: { for: P30D } }\n");
  assert.match(next.call("check", "after-rehearsal.yaml").stderr, /found that of a rehearsal, whose keys were thrown away \[REGISTER-FITS\]/);
});
