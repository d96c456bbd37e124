import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { softhsmScript } from "../tools.ts";

interface Ceremony { name: string; from: string; to: string; module: string }

const { prepareCeremony, peopleOf } = (await softhsmScript("prepare.mjs")) as {
  prepareCeremony(ceremony: Ceremony): void;
  peopleOf(script: string): { id: string; role: string }[];
};

const folder = mkdtempSync(join(tmpdir(), "anchorite-prepare-"));
after(() => rmSync(folder, { recursive: true }));

const SCRIPT = [
  "anchorite: 1",
  "people: # who is in the room",
  "  alice: { name: Alice Example, role: administrator, key: people/alice.pub }",
  "",
  "  # the witness",
  "  dan:",
  "    name: Dan Example",
  "    role: witness",
  "quorum: { seal: [1 of administrator, 1 of witness] }",
  "",
].join("\n");

const STATION = ["tokens:", "  vault:", "    module: /elsewhere/libsofthsm2.so", "    serial: uninitialized", ""].join("\n");

function prepared(name: string): string {
  const from = join(folder, `${name}-source`);
  mkdirSync(from);
  writeFileSync(join(from, "script.yaml"), SCRIPT);
  writeFileSync(join(from, "station.yaml"), STATION);
  writeFileSync(join(from, "answers.yaml"), "{}\n");
  const to = join(folder, name);
  prepareCeremony({ name, from, to, module: "/here/libsofthsm2.so" });
  return to;
}

const factory = prepared("factory");
const hierarchy = prepared("hierarchy");
const read = (...path: string[]): string => readFileSync(join(...path), "utf8");
const openssl = (...args: string[]): string => execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

test("reads people from both ways to write them", () => {
  assert.deepEqual(peopleOf(SCRIPT), [{ id: "alice", role: "administrator" }, { id: "dan", role: "witness" }]);
  assert.throws(() => peopleOf("steps:\n  - roll-call: {}\n"), /names nobody/);
});

test("copies the script byte for byte and binds the station to the module of this machine", () => {
  assert.equal(read(factory, "script.yaml"), SCRIPT);
  const bound = STATION.replace("/elsewhere/", "/here/");
  assert.ok(read(factory, "station.yaml").startsWith(bound));
  assert.match(read(factory, "station.yaml").slice(bound.length), /^salt: "[0-9a-f]{32}"\n$/);
});

test("keeps the tokens in the prepared folder and the PINs to their owner", () => {
  assert.match(read(factory, "softhsm2.conf"), new RegExp(`^directories\\.tokendir = ${join(factory, "tokens")}$`, "m"));
  assert.equal(statSync(join(factory, "tokens")).mode & 0o777, 0o700);
  for (const pin of ["pin.txt", "so-pin.txt"]) assert.equal(statSync(join(factory, pin)).mode & 0o777, 0o600);
});

test("makes a roster in which each role may sign what it stands for", () => {
  const [alice, dan, ...rest] = read(factory, "roster").trimEnd().split("\n");
  assert.match(alice ?? "", /^alice namespaces="anchorite-seal-approved" ssh-ed25519 \S+ alice@example\.test$/);
  assert.match(dan ?? "", /^dan namespaces="anchorite-seal-witnessed" ssh-ed25519 \S+ dan@example\.test$/);
  assert.deepEqual(rest, []);
});

test("ssh-keygen accepts a witness under the roster, and only for what a witness signs", () => {
  const text = join(factory, "text");
  writeFileSync(text, "a text\n");
  for (const [namespace, accepted] of [["anchorite-seal-witnessed", true], ["anchorite-seal-approved", false]] as const) {
    execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-f", join(factory, "people", "dan"), "-n", namespace, text], { stdio: "ignore" });
    const verify = (): unknown => execFileSync("ssh-keygen", ["-Y", "verify", "-f", join(factory, "roster"), "-I", "dan", "-n", namespace, "-s", `${text}.sig`], { input: "a text\n", stdio: ["pipe", "ignore", "ignore"] });
    if (accepted) verify();
    else assert.throws(verify);
    rmSync(`${text}.sig`);
  }
});

test("makes the requests of each ceremony, with names in UTF-8 and keys that nobody keeps", () => {
  assert.deepEqual(readdirSync(join(factory, "requests")).sort(), ["local-ca.csr", "online-ca.csr", "tls.csr"]);
  assert.deepEqual(readdirSync(join(hierarchy, "requests")).sort(), ["app.csr", "oem.csr"]);
  const subject = (path: string): string => openssl("req", "-in", path, "-noout", "-subject", "-nameopt", "RFC2253,show_type").trim();
  assert.equal(subject(join(factory, "requests", "local-ca.csr")), "subject=OU=UTF8STRING:example-factory,CN=UTF8STRING:fio-0123456789abcdef01234567");
  assert.match(openssl("req", "-in", join(factory, "requests", "tls.csr"), "-noout", "-text"), /DNS:\S+\.ota-lite\.example\.test, DNS:\S+\.ostree\.example\.test/);
  assert.match(openssl("req", "-in", join(hierarchy, "requests", "app.csr"), "-noout", "-text"), /Public-Key: \(2048 bit\)/);
});

test("refuses a folder that exists, and leaves none behind when it fails", () => {
  assert.throws(() => prepareCeremony({ name: "factory", from: join(folder, "factory-source"), to: factory, module: "/here" }), /exists already/);
  const nobody = join(folder, "nobody-source");
  mkdirSync(nobody);
  for (const file of ["script.yaml", "station.yaml", "answers.yaml"]) writeFileSync(join(nobody, file), "{}\n");
  const to = join(folder, "nobody");
  assert.throws(() => prepareCeremony({ name: "nobody", from: nobody, to, module: "/here" }), /names nobody/);
  assert.equal(existsSync(to), false);
});
