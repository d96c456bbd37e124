import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { needTool } from "../tools.ts";
import { ceremony } from "./ceremony.ts";
import { anchorite, blocks, page } from "./pages.ts";

const VERIFY = page("docs/verify-without-anchorite.md");
const COMMANDS = blocks(VERIFY).filter(({ info }) => info === "sh").map(({ text }) => text);
const python = needTool("python3");

const folder = mkdtempSync(join(tmpdir(), "anchorite-verify-page-"));
after(() => rmSync(folder, { recursive: true }));

let hierarchy = "";
let factory = "";
before(() => {
  hierarchy = ceremony("hierarchy", folder);
  factory = ceremony("factory", folder);
});

/** Runs a block of the page in a record's folder. */
function shell(commands: string, record: string): { status: number | null; said: string } {
  const { SOFTHSM2_CONF: _theirs, ...env } = process.env;
  const ended = spawnSync("bash", ["-euo", "pipefail", "-c", commands], { cwd: record, encoding: "utf8", env });
  return { status: ended.status, said: ended.stdout + ended.stderr };
}

/** A copy of a ceremony's folder, changed. */
function changed(source: string, name: string, change: (record: string) => void): string {
  const to = join(folder, name);
  cpSync(source, to, { recursive: true });
  change(join(to, "record"));
  return join(to, "record");
}

function rewrite(path: string, change: (text: string) => string): void {
  const text = readFileSync(path, "latin1");
  assert.notEqual(change(text), text);
  writeFileSync(path, change(text), "latin1");
}

test("has commands for files, chain, people, token, certificates, CRLs and requests", () => {
  const all = COMMANDS.join("\n");
  for (const program of ["sha256sum --check", "python3 ../chain.py", "python3 ../files.py", "ssh-keygen -Y verify", "openssl cms -verify -binary", "openssl verify -x509_strict", "openssl crl", "openssl req -verify", "find . -type f"]) {
    assert.ok(all.includes(program), program);
  }
});

test("every command of the page succeeds on a record as it was made", python, () => {
  const record = join(hierarchy, "record");
  for (const commands of COMMANDS) {
    const { status, said } = shell(commands, record);
    assert.equal(status, 0, `${commands}\n${said}`);
  }
});

test("the page's Python prints the head that replay prints", python, () => {
  const { said } = shell(COMMANDS.filter((commands) => commands.includes("chain.py")).join("\n"), join(hierarchy, "record"));
  const head = /^head +([0-9a-f]{64})$/m.exec(anchorite(["replay", "record"], hierarchy).stdout)?.[1];
  assert.equal(/^head ([0-9a-f ]+)$/m.exec(said)?.[1]?.replaceAll(" ", ""), head);
});

const ATTACKS: readonly [name: string, program: string, change: (record: string) => void][] = [
  ["an artifact", "sha256sum", (record) => rewrite(join(record, "artifacts", "register.json"), (text) => text.replace("done", "gone"))],
  ["a body line", "chain.py", (record) => rewrite(join(record, "transcript.jsonl"), (text) => text.replace('"positions":[1,2]', '"positions":[1,3]'))],
  ["a missing tail", "chain.py", (record) => rewrite(join(record, "transcript.jsonl"), (text) => text.split("\n").slice(0, -3).join("\n") + "\n")],
  ["the plan and its line in the manifest", "files.py", (record) => rewrite(join(record, "plan.json"), (text) => text.replace("Alice", "Alize"))],
  ["the seal", "ssh-keygen", (record) => rewrite(join(record, "seal.txt"), (text) => text.replace("outcome: done", "outcome: stopped"))],
  ["the seal under the token's signature", "openssl cms", (record) => rewrite(join(record, "seal.txt"), (text) => text.replace("outcome: done", "outcome: stopped"))],
  ["a certificate", "openssl verify", (record) => rewrite(join(record, "artifacts", "certificates", "app.pem"), (text) => text.replace(/.(?=.{20}\n[^\n]+\n-----END)/, (letter) => (letter === "A" ? "B" : "A")))],
  ["a signature of somebody else", "ssh-keygen", (record) => cpSync(join(record, "signatures", "alice.sig"), join(record, "signatures", "dan.sig"))],
];

for (const [index, [name, program, change]] of ATTACKS.entries()) {
  test(`the page's ${program} sees ${name} changed`, python, () => {
    const record = changed(hierarchy, `changed-${index}`, change);
    const failed = COMMANDS.filter((commands) => commands.includes(program)).filter((commands) => shell(commands, record).status !== 0);
    assert.ok(failed.length > 0);
  });
}

test("the page's find sees a file that nobody listed, and a link", () => {
  const find = COMMANDS.find((commands) => commands.includes("find . -type f")) ?? "";
  const added = changed(hierarchy, "added", (record) => writeFileSync(join(record, "artifacts", "more.pem"), "more\n"));
  assert.notEqual(shell(find, added).status, 0);
  const linked = changed(hierarchy, "linked", (record) => shell("ln -s /etc artifacts/etc", record));
  assert.notEqual(shell(find, linked).status, 0);
});

test("says the truth about -binary and -purpose any", () => {
  const cms = COMMANDS.find((commands) => commands.includes("openssl cms")) ?? "";
  const inFactory = cms.replace("root-ca.pem", "factory-ca.pem");
  assert.equal(shell(inFactory, join(factory, "record")).status, 0);
  assert.notEqual(shell(inFactory.replace("-purpose any ", ""), join(factory, "record")).status, 0);
  assert.equal(shell(cms.replace("-purpose any ", ""), join(hierarchy, "record")).status, 0);
  assert.notEqual(shell(cms.replace("-binary ", ""), join(hierarchy, "record")).status, 0);
});

test("says the truth about forms that the public tools accept and replay refuses", () => {
  const check = COMMANDS.find((commands) => commands.includes("sha256sum --check")) ?? "";
  const verify = COMMANDS.find((commands) => commands.includes("ssh-keygen -Y verify")) ?? "";
  const upper = changed(hierarchy, "upper", (record) => rewrite(join(record, "SHA256SUMS"), (text) => text.replace(/^[0-9a-f]{64}/, (hex) => hex.toUpperCase())));
  assert.equal(shell(check, upper).status, 0);
  assert.equal(anchorite(["replay", upper], folder).exit, 7);
  const trailing = changed(hierarchy, "trailing", (record) => rewrite(join(record, "signatures", "dan.sig"), (text) => `${text}more\n`));
  assert.equal(shell(verify, trailing).status, 0);
  assert.equal(anchorite(["replay", trailing], folder).exit, 7);
});
