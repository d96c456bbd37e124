/** Two years of Let's Encrypt's ceremonies, imported, run on SoftHSM, replayed, and held against what boulder made of them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { corpora } from "../tools.ts";
import { anchorite, Ceremony, freshPath } from "./ceremony.ts";

const corpus = corpora("boulder");
/** In the order in which they were run. */
const CONFIGS = [
  "2015/root-x1", ...["root-x2", "root-x2-cross-cert", "root-x1.crl", "root-x2.crl", "e1-key", "e2-key", "r3-key", "r4-key", "e1-cert", "e2-cert", "r3-cert", "r4-cert", "r3-cross-csr", "r4-cross-csr"].map((name) => `2020/${name}`),
].map((name) => join(corpus.path, "ceremonies", `${name}.yaml`));

/** What boulder made, and the artifact that has to be the same. */
const MADE: readonly (readonly [output: string, artifact: string, kind: "x509" | "crl" | "req"])[] = [
  ["2015/root-x1.cert", "certificates/root-x1", "x509"], ["2020/root-x2.cert", "certificates/root-x2", "x509"], ["2020/root-x2-cross.cert", "certificates/root-x2-cross", "x509"],
  ["2020/int-e1.cert", "certificates/int-e1", "x509"], ["2020/int-e2.cert", "certificates/int-e2", "x509"], ["2020/int-r3.cert", "certificates/int-r3", "x509"], ["2020/int-r4.cert", "certificates/int-r4", "x509"],
  ["2020/root-x1.crl", "crls/root-x1-crl", "crl"], ["2020/root-x2.crl", "crls/root-x2-crl", "crl"],
  ["2020/int-r3.cross-csr", "requests/int-r3-cross-csr.csr", "req"], ["2020/int-r4.cross-csr", "requests/int-r4-cross-csr.csr", "req"],
];

const WORDS: Readonly<Record<string, string>> = { "initialize-token": "initialize", "generate-key-pair": "generate" };

function prepared(): Ceremony {
  const from = freshPath("boulder");
  const imported = anchorite(["import", "boulder", ...CONFIGS, "-o", from]);
  assert.equal(imported.exit, 0, imported.stderr);
  assert.match(imported.stderr, /the PINs of 15 configurations are dropped/);
  const script = readFileSync(join(from, "script.yaml"), "utf8");
  assert.doesNotMatch(script, /1234\b|libsofthsm/);
  const kinds = [...script.matchAll(/^ {2}- ([a-z-]+):/gm)].map(([, kind = ""]) => kind);
  const answers = kinds.flatMap((kind, i) => (kind === "roll-call" ? [`${i + 1}: [[administrator, operator, witness], agree]`] : kind === "close" ? [] : [`${i + 1}: [${WORDS[kind] ?? "sign"}]`]));
  writeFileSync(join(from, "answers.yaml"), ["words: computed", ...answers, "0: [[administrator, operator, witness], agree]", ""].join("\n"));
  const station = readFileSync(join(from, "station.yaml"), "utf8").replace(/module: .*/g, "module: /usr/lib/softhsm/libsofthsm2.so\n    environment: { SOFTHSM2_CONF: { file: softhsm2.conf } }");
  writeFileSync(join(from, "station.yaml"), station.replaceAll("so-pin: prompt", "so-pin: { file: so-pin.txt }").replaceAll(" pin: prompt", " pin: { file: pin.txt }"));
  return Ceremony.prepare("hierarchy", from);
}

/** The text of openssl without what differs from one making to the next: serial numbers, keys, key identifiers, signatures. */
function facts(text: string): string {
  return text.split("\n").filter((line) => !/^\s+([0-9a-f]{2}:)+[0-9a-f]{0,2}$|^\s*([0-9A-F]{2}:){15,}|^\s+([0-9a-f]{2}:){10,}/i.test(line) && !/Serial Number|keyid:|^-----|^[A-Za-z0-9+/=]{20,}$|Signature Value/.test(line))
    .map((line) => line.replaceAll(" = ", "=").trim()).filter((line) => line !== "" && line !== "(none)" && !/^(Attributes:|Requested Extensions:|NIST CURVE|Exponent)/.test(line)).join("\n");
}

test("two years of boulder's ceremonies come out as boulder made them, and replay", { skip: corpus.skip ?? false }, () => {
  const ceremony = prepared();
  assert.equal(ceremony.run().exit, 0);
  assert.equal(anchorite(["seal", "record", "--as", "administrator", "--key", "people/administrator"], { cwd: ceremony.path() }).exit, 0);
  assert.equal(anchorite(["seal", "record", "--as", "witness", "--key", "people/witness"], { cwd: ceremony.path() }).exit, 0);
  assert.equal(anchorite(["replay", "record", "--roster", "roster"], { cwd: ceremony.path() }).exit, 0);
  for (const [output, artifact, kind] of MADE) {
    const path = ceremony.path("record", "artifacts", artifact.endsWith(".csr") ? artifact : `${artifact}.pem`);
    const ours = spawnSync("openssl", [kind, "-in", path, "-noout", "-text"], { encoding: "utf8" });
    const theirs = readFileSync(join(corpus.path, "outputs", `${output}.txt`), "utf8");
    // the published requests are older than their configuration, which has dropped a (FAKE) since
    assert.equal(facts(ours.stdout), facts(kind === "req" ? theirs.replace("O = (FAKE) Let's", "O = Let's") : theirs), output);
  }
});
