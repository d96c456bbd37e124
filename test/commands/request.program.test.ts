/** `request inspect`: a verdict a file, whatever the file is. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fromPem } from "../../src/bytes/pem.ts";
import { makeKeyPair, makeRequest } from "../scripted/keys.ts";
import { held, SIGNING_FILES } from "../scripted/pack.ts";
import { SEALED } from "../scripted/scripts.ts";
import { anchorite, freshPath, type Ended } from "../end-to-end/ceremony.ts";
import { checkout, corpora } from "../tools.ts";

const folder = freshPath("desk");
mkdirSync(folder);
const good = makeRequest();
writeFileSync(join(folder, "good.csr"), good);
writeFileSync(join(folder, "good.der"), fromPem(makeRequest(), ["CERTIFICATE REQUEST"]).der);
writeFileSync(join(folder, "double.csr"), good + good);

interface Line {
  readonly file: string;
  readonly verdict: string;
  readonly findings: readonly { readonly code: string; readonly control: string; readonly message: string }[];
}

const call = (...args: string[]): Ended => anchorite(["request", "inspect", ...args], { cwd: folder });
const linesOf = ({ stdout }: Ended): Line[] => stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as Line);

test("one good request: exit 0, its key with all 32 words", () => {
  const { exit, stdout, stderr } = call("good.csr");
  assert.deepEqual([exit, stderr], [0, ""]);
  assert.match(stdout, /^good\.csr: accept\n {2}subject {5}CN=Example Device\n {2}public key {2}EC P-256\n/);
  assert.equal(stdout.match(/^ +\d +[0-9a-f]{8} /gm)?.length, 8);
});

test("several, in DER and PEM, under a profile: in the order given, the last line counts them, one refused is exit 3 [REQUEST-FORM]", () => {
  const { exit, stdout } = call("good.csr", "good.der", "double.csr", "--profile", "private/code-signing");
  assert.equal(exit, 3);
  assert.deepEqual(stdout.match(/^\S.*/gm), ["good.csr: accept", "good.der: accept", "double.csr: refuse", "3 files: 2 accepted, 1 refused"]);
  assert.match(stdout, /granted {5}extKeyUsage: codeSigning\n/);
  assert.match(stdout, /refused {5}request-pem-blocks: [^[]*\[REQUEST-FORM\]/);
});

test("links, folders, pipes, devices, nothing, too much: each a verdict on a line of its own, and the good one is not spoilt [INPUT-PRESENT] [REQUEST-FORM]", () => {
  symlinkSync("good.csr", join(folder, "link"));
  assert.equal(spawnSync("mkfifo", [join(folder, "pipe")]).status, 0);
  for (const [name, size] of [["large", 64 * 1024 + 1], ["huge", 8 * 1024 ** 3], ["empty", 0]] as const) {
    writeFileSync(join(folder, name), "");
    truncateSync(join(folder, name), size);
  }
  const tricky = "a\u202eb\u001b[2J\n.csr";
  writeFileSync(join(folder, tricky), "hello");
  const files = ["link", "pipe", ".", "missing", "/dev/zero", "/proc/self/mem", "large", "huge", "empty", tricky, "", "good.csr"];
  const ended = call("--json", ...files);
  assert.deepEqual([ended.exit, ended.stderr], [3, ""]);
  const lines = linesOf(ended);
  assert.deepEqual(lines.map(({ file }) => file), files);
  assert.deepEqual(lines.map(({ verdict, findings }) => [verdict, ...findings.map(({ code }) => code)].join(" ")), [
    ...Array<string>(6).fill("refuse request-file"), "refuse request-size", "refuse request-file", "refuse request-pem", "refuse request-pem", "refuse request-file", "accept",
  ]);
  assert.match(ended.stdout, /^[\n -~]*$/, "nothing that moves a terminal");
  assert.match(call(...files).stdout, /^[\n -~…]*$/);
});

test("a JSON line has the fields that are promised, and no other", () => {
  const line = linesOf(call("good.csr", "--json", "--profile", "private/tls-client"))[0] ?? {};
  assert.deepEqual(Object.keys(line), ["file", "verdict", "findings", "subject", "publicKey", "requested", "granted"]);
});

test("no file, an unknown profile, and one that takes no request are a matter of usage: exit 2 and nothing on stdout", () => {
  for (const args of [[], ["good.csr", "--profile", "private/none"], ["good.csr", "--profile", "private/root"]]) {
    const { exit, stdout, stderr } = call(...args);
    assert.deepEqual([exit, stdout], [2, ""], stderr);
    assert.notEqual(stderr, "");
  }
});

test("the desk loads no library of another's making, with a profile or without", () => {
  // the test's own hook: every module that is asked for by a package's name goes through resolve
  const hook = `export async function resolve(specifier, context, next) { if (/peculiar|reflect-metadata|zod|yaml|graphene|inquirer/.test(specifier)) throw new Error("loaded " + specifier); return next(specifier, context); }`;
  const register = `import { register } from "node:module"; register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hook)}));`;
  // the built code, in which every package is a module of its own
  const args = { cwd: folder, main: join(checkout, "build", "src", "main.js"), nodeOptions: ["--import", `data:text/javascript,${encodeURIComponent(register)}`] };
  assert.equal(anchorite(["request", "inspect", "good.csr"], args).exit, 0);
  assert.equal(anchorite(["request", "inspect", "good.csr", "--profile", "private/tls-client"], args).exit, 0);
  assert.match(anchorite(["check", "none.yaml"], args).stderr, /loaded .*(zod|yaml)/, "the hook sees what is loaded");
});

const corpus = corpora("csr");

test("three hundred requests of the corpus take less than 20 seconds", corpus.skip === undefined ? {} : { skip: corpus.skip }, (t) => {
  const { entries } = JSON.parse(readFileSync(join(corpus.path, "manifest.json"), "utf8")) as { entries: { file: string }[] };
  const files = entries.slice(0, 300).map(({ file }) => join(corpus.path, file));
  const start = performance.now();
  const ended = call("--json", "--profile", "private/tls-server", ...files);
  const seconds = (performance.now() - start) / 1000;
  assert.deepEqual([ended.exit, linesOf(ended).map(({ file }) => file)], [3, files]);
  assert.ok(seconds < 20, `${seconds} s`);
  t.diagnostic(`${seconds.toFixed(1)} s`);
});

test("with --register a key that an earlier ceremony certified is refused, and without it is not [REQUEST-KEY]", async () => {
  const key = makeKeyPair();
  const script = SEALED.replace("  - close", "  - sign-request: { request: requests/device.csr, certificate: device, issuer: root-ca, profile: private/code-signing, valid: { for: P5Y } }\n  - close");
  const { pack } = await held(script, { ...SIGNING_FILES, "requests/device.csr": makeRequest({ key }) });
  mkdirSync(join(folder, "previous", "artifacts"), { recursive: true });
  writeFileSync(join(folder, "previous", "artifacts", "register.json"), pack.files["previous/artifacts/register.json"] ?? "");
  writeFileSync(join(folder, "again.csr"), makeRequest({ key }));
  const args = ["again.csr", "--json"];
  assert.equal(call(...args).exit, 0);
  const refused = call(...args, "--register", "previous");
  assert.equal(refused.exit, 3, refused.stderr);
  assert.match(refused.stdout, /"code":"request-key-reused".*device of the register/);
});
