/** A year of boulder's ceremonies alone, on the register of an earlier one: its roots, intermediates and revocations go on by name. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { cross, crl, intermediate, key, request, root } from "./boulder-configs.ts";
import { anchorite, freshPath, type Ceremony, type Ended } from "./ceremony.ts";
import { firstCeremony, held, imported, importedFrom, laterCeremony, yearOf } from "./imported.ts";

const YEARS = freshPath("years");
const LONG = { from: "2020-09-04 00:00:00", until: "2040-09-03 23:59:59" };
const NEXT = { from: "2025-09-03 00:00:00", until: "2032-09-02 23:59:59" };
const A = { slot: 7, label: "root-a" };
const FIRST = yearOf(join(YEARS, "2020"), {
  "root-a": root(7, "root-a", "root-a", { name: "Root A", ...LONG }), "int-1-key": key(8, "int-1", "int-1"), "int-2-key": key(8, "int-2", "int-2"),
  "int-1": intermediate({ ...A, issuer: "./root-a.cert.pem", subject: "./int-1.key.pem", output: "int-1.cert.pem", name: "I1", from: "2020-09-04 00:00:00", until: "2030-09-03 23:59:59" }),
  "root-a.crl": crl({ ...A, issuer: "./root-a.cert.pem", output: "root-a.crl.pem", number: 100, from: "2020-09-04 00:00:00", until: "2021-08-04 00:00:00" }),
});
/** Root C is made on the token of root A, in whose slot nothing has signed before it. */
const SECOND = yearOf(join(YEARS, "2025"), {
  "root-c": root(7, "Root C", "root-c", { name: "Root C", organization: "EX", from: NEXT.from, until: "2045-09-02 23:59:59" }), "int-3.key": key(9, "I3", "int-3"),
  "int-3.cert": intermediate({ slot: 7, label: "Root C", issuer: "./root-c.cert.pem", subject: "./int-3.key.pem", output: "int-3.cert.pem", name: "I3", ...NEXT }),
  "int-2.cert": intermediate({ ...A, issuer: "../2020/root-a.cert.pem", subject: "../2020/int-2.key.pem", output: "int-2.cert.pem", name: "I2", ...NEXT }),
  "root-c-by-a": cross({ ...A, issuer: "../2020/root-a.cert.pem", subject: "./root-c.key.pem", existing: "./root-c.cert.pem", output: "root-c-by-a.cert.pem", name: "Root C", organization: "EX", ...NEXT }),
  "root-a.csr": request(7, "root-a", "../2020/root-a", { name: "Root A" }),
  "root-a.crl": crl({ ...A, issuer: "../2020/root-a.cert.pem", output: "root-a.crl.pem", number: 106, from: NEXT.from, until: "2026-08-02 23:59:59", revoked: ["../2020/int-1.cert.pem"] }),
});

let first: Ceremony;
let second: Ceremony;
let said: string;
let third = 0;

before(() => {
  first = held(firstCeremony(importedFrom(FIRST)));
  const next = importedFrom(SECOND, { register: first.inRecord() });
  said = next.said;
  second = held(laterCeremony(next, first));
});

/** Imports one more year on the register of the second. */
function later(configs: Readonly<Record<string, string>>, register = second.inRecord()): Ended & { readonly output: string } {
  const output = freshPath("later");
  return { ...imported(yearOf(join(YEARS, `later-${++third}`), configs), { into: output, register }), output };
}

function openssl(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

test("the script names the pack with its seal, inspects the token of the register, and has names of its own for what is new [REGISTER-SEALED] [REGISTER-FITS]", () => {
  const script = second.read("script.yaml");
  assert.match(script, /^register: \{ pack: previous, seal: "[0-9a-f]{64}" \}$/m);
  assert.match(script, /- roll-call: \{\}\n {2}- inspect-token: \{ token: token-1 \}\n {2}- inspect-token: \{ token: token-2 \}\n {2}- initialize-token: \{ token: token-3 \}/);
  assert.match(script, /token-1: \{ holds: \[root-c, root-a\] \}\n {2}token-3: \{ holds: \[i3\] \}\n {2}token-2: \{ holds: \[int-2\] \}/);
  assert.match(said, /slot 7 is the token token-1 of the register/);
  assert.match(said, /slot 9 is the token token-3, a new one, for no key of the register signs there/);
  assert.match(said, /note: \.\.\/2020\/root-a\.cert\.pem is taken to be root-a of the register, by its name/);
  assert.match(said, /O=EX under O=Example; the script says organisation: affiliated/);
  assert.doesNotMatch(script + second.read("station.yaml") + said, /987654/, "no PIN goes anywhere");
});

test("chains of both years verify, and the second list of root A has its scope and its revocation [CRL-NUMBER-RISES]", () => {
  const at = (ceremony: Ceremony, path: string): string => ceremony.inRecord("artifacts", path);
  const anchor = ["-x509_strict", "-CAfile", at(first, "certificates/root-a.pem")];
  openssl("verify", ...anchor, at(second, "certificates/int-2.pem"));
  openssl("verify", ...anchor, "-untrusted", at(second, "certificates/root-c-by-a.pem"), at(second, "certificates/int-3.pem"));
  const list = openssl("crl", "-in", at(second, "crls/root-a-crl-2.pem"), "-noout", "-text");
  assert.match(list, /CRL Number:\s+106\n[^]*Issuing Distribution Point: critical\s+Only CA Certificates[^]*Cessation Of Operation/);
  assert.doesNotMatch(openssl("crl", "-in", at(first, "crls/root-a-crl.pem"), "-noout", "-text"), /Issuing Distribution Point/);
  assert.match(openssl("req", "-in", at(second, "requests/root-a-csr.csr"), "-noout", "-verify", "-subject"), /Root A/);
});

test("a key that was made in one year and certified in a later one was kept, not parked", () => {
  assert.match(first.read("script.yaml"), /close: \{ keeps: \[int-2\] \}/);
  assert.deepEqual(second.register().keys.filter(({ state }) => state !== "in use"), []);
});

test("a certificate beside the configuration is known by its bytes, under any name; other bytes are refused under the right name [SCRIPT-NAMES]", () => {
  const folder = join(YEARS, "later-1");
  const config = crl({ ...A, issuer: "./anchor.pem", output: "x.crl.pem", number: 110, from: "2026-08-01 00:00:00", until: "2027-07-01 00:00:00", revoked: ["../2020/int-1.cert.pem"] });
  yearOf(folder, {});
  cpSync(first.inRecord("artifacts", "certificates", "root-a.pem"), join(folder, "anchor.pem"));
  const known = later({ list: config });
  assert.equal(known.exit, 0, known.stderr);
  assert.doesNotMatch(known.stderr, /anchor\.pem is taken/);
  assert.match(readFileSync(join(known.output, "script.yaml"), "utf8"), /issue-crl: \{ crl: x-crl, issuer: root-a, number: 110, scope/, "what is revoked stays revoked by itself");
  yearOf(join(YEARS, "later-2"), {});
  cpSync(second.inRecord("artifacts", "certificates", "int-3.pem"), join(YEARS, "later-2", "root-a.cert.pem"));
  cpSync(first.inRecord("artifacts", "certificates", "root-a.pem"), join(YEARS, "later-2", "int-3.cert.pem"));
  const swapped = later({ list: config.replace("./anchor.pem", "./root-a.cert.pem") });
  assert.equal(swapped.exit, 3);
  assert.match(swapped.stderr, /expected the key of int-3, i3, found root-a/);
  yearOf(join(YEARS, "later-3"), {});
  spawnSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Root A", "-keyout", join(YEARS, "later-3", "k.pem"), "-out", join(YEARS, "later-3", "root-a.cert.pem")]);
  const foreign = later({ list: config.replace("./anchor.pem", "./root-a.cert.pem") });
  assert.equal(foreign.exit, 3);
  assert.match(foreign.stderr, /expected the certificate \.\/root-a\.cert\.pem .* a file lies there, and what is in it is not of the register/);
});

test("a list without what is revoked says that it stays; what the register does not have is refused; a register that was changed too [REGISTER-SEALED]", () => {
  const list = (issuer: string) => crl({ ...A, issuer, output: "x.crl.pem", number: 110, from: "2026-08-01 00:00:00", until: "2027-07-01 00:00:00" });
  assert.match(later({ list: list("../2020/root-a.cert.pem") }).stderr, /x-crl: int-1 stays revoked; the configuration leaves it out/);
  const unknown = later({ list: list("../2020/root-b.cert.pem") });
  assert.equal(unknown.exit, 3);
  assert.match(unknown.stderr, /expected the certificate \.\.\/2020\/root-b\.cert\.pem to be made by a configuration before this one or in an earlier ceremony.*\n.*--register/);
  const changed = freshPath("changed");
  cpSync(second.inRecord(), changed, { recursive: true });
  const register = join(changed, "artifacts", "register.json");
  writeFileSync(register, readFileSync(register, "utf8").replace('"lastCrlNumbers":{"root-a":106', '"lastCrlNumbers":{"root-a":105'));
  const refused = later({ list: list("../2020/root-a.cert.pem") }, changed);
  assert.equal(refused.exit, 3);
  assert.match(refused.stderr, /REGISTER-SEALED/);
  assert.throws(() => readFileSync(join(refused.output, "script.yaml")));
});

test("a folder without a register is a fault, and the pack is copied beside the script, the whole of it", () => {
  const none = later({ list: FIRST[0] ?? "" }, freshPath("nothing"));
  assert.notEqual(none.exit, 0);
  assert.match(none.stderr, /usage-file/);
  const files = ["SHA256SUMS", "plan.json", "seal.txt", "artifacts/register.json", "signatures/administrator.sig", "signatures/witness.sig"];
  for (const file of files) assert.deepEqual(readFileSync(second.path("previous", file)), readFileSync(first.inRecord(file)), file);
  assert.equal(anchorite(["check", "script.yaml"], { cwd: second.folder }).exit, 0);
});
