/** Weak keys: lists of them, and every key of the badkeys corpus wrapped in a request and laid on the desk. */
import assert from "node:assert/strict";
import { createHash, createPublicKey } from "node:crypto";
import { test } from "node:test";
import { toUtf8 } from "../../src/bytes/text.ts";
import { Fault } from "../../src/fault.ts";
import { RequestDesk } from "../../src/plan/desk.ts";
import { standInSpki } from "../../src/x509/stand-in-key.ts";
import { readWeakList, WeakList } from "../../src/x509/weak-list.ts";
import { makeKeyPair, makeRequest } from "../scripted/keys.ts";
import { FILES, HEAD, planOf, SMALL } from "../scripted/scripts.ts";
import { corpusFile, corpusFiles, needsCorpus } from "./corpora.ts";

/** As Debian's openssl-blacklist has it, from node's own reading of the key. */
function blacklisted(spki: Uint8Array): string {
  const { n = "" } = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" }).export({ format: "jwk" });
  return createHash("sha1").update(`Modulus=${Buffer.from(n, "base64url").toString("hex").toUpperCase()}\n`).digest("hex").slice(-20);
}

const sha256 = (octets: Uint8Array): string => createHash("sha256").update(octets).digest("hex");

test("a list has keys by their modulus as openssl-blacklist, or by the SHA-256 of their SubjectPublicKeyInfo [WEAK-KEY-LIST]", () => {
  const [rsa, ec, other] = [standInSpki("rsa-2048"), makeKeyPair().spki, makeKeyPair().spki];
  for (const lines of [[blacklisted(rsa), sha256(ec)], ["# of 2008", "", `${sha256(rsa)}\r`, sha256(ec)]]) {
    const list = new WeakList(readWeakList(toUtf8(`${lines.join("\n")}\n`)));
    assert.deepEqual([list.has(rsa), list.has(ec), list.has(other)], [true, true, false]);
  }
  for (const wrong of ["", "# nothing\n", "00\n", `${sha256(ec).toUpperCase()}\n`, `${sha256(ec)} x\n`, `${"0".repeat(40)}\n`]) {
    assert.throws(() => readWeakList(toUtf8(wrong)), (thrown) => thrown instanceof Fault && thrown.code === "form-hex", wrong);
  }
});

test("a script names lists of weak keys: requests with a key of them are refused, alone and in a folder, and the plan has the digests [WEAK-KEY-LIST]", () => {
  const key = makeKeyPair();
  const files = (list: string) => ({ ...FILES, "requests/device.csr": makeRequest({ key }), "weak/ours.txt": list });
  const script = SMALL.replace(HEAD, `${HEAD}weak-keys: [weak/ours.txt]\n`);
  const said = (list: string, text = script): string => planOf(text, files(list)).findings.map(({ control, message }) => `${control}: ${message}`).join("; ");
  assert.match(said(`${sha256(key.spki)}\n`), /^WEAK-KEY-LIST: the request has a key of the list of weak keys/);
  assert.match(said("hello\n"), /^WEAK-KEY-LIST: weak\/ours.txt: expected 20 or 64 hex digits a line/);
  assert.match(said(`${sha256(key.spki)}\n`, script.replace(/ {2}- sign-request:.*\n/, "  - sign-requests: { requests: requests, files: all, certificates: all, issuer: root-ca, profile: private/code-signing, valid: { for: P1Y }, on-refusal: stop }\n")), /^WEAK-KEY-LIST: device.csr: /);
  const plan = planOf(script, files(`${"ab".repeat(32)}\n`)).made?.plan;
  assert.ok(plan != null && plan.inputs.some(({ path, sha256: digest }) => path === "weak/ours.txt" && digest === sha256(toUtf8(`${"ab".repeat(32)}\n`))));
  assert.ok(plan.controls.some(({ control }) => control === "WEAK-KEY-LIST"));
  assert.ok(planOf(SMALL).made?.plan?.controls.every(({ control }) => control !== "WEAK-KEY-LIST"), "without lists nothing is said of them");
});

/** What each file gets; null where nothing of its key alone says that it is weak, with the reason. */
const EXPECTED: Readonly<Record<string, readonly [code: string | null, why: string]>> = {
  "dh-ok": ["request-key-algorithm", "DH"], "ec-p256-rfc-example": [null, "a good key"], "ecdsa-explicit-pub": ["request-key-parameters", "explicit curve"], "ed25519-rfc-example": [null, "a good key"],
  mldsa44: ["request-key-algorithm", "ML-DSA"], "rsa-debianweak": [null, "only a list can tell"], "rsa-e-larger-n": ["request-key-size", "512 bits"], "rsa-e1": ["request-key-exponent", "1"],
  "rsa-fermat-pkcs1": ["request-key-fermat", ""], "rsa-fermat-pkcs8": ["request-key-fermat", ""], "rsa-fermat": ["request-key-fermat", ""],
  "rsa-nprime": [null, "a prime modulus: looking for one takes longer than the whole intake"], "rsa-ok": [null, "a good key"], "rsa-pattern": [null, "primes of a pattern: only who knows the pattern can tell"],
  "rsa-roca": ["request-key-roca", ""], "rsa-sharedprimes": [null, "only beside the other key"], "rsa-small-d": ["request-key-exponent", "larger than 256 bits"],
  "rsa-smallfactors-corrupt": ["request-key-small-factor", ""], "rsa-smallfactors-valid": [null, "its least factor is 31337, and SP 800-89 looks to 752"], "rsa-vanity": [null, "a modulus with a text in it"],
  rsanzero: ["request-key-size", "0 bits"], rsapoly128: [null, "primes by a polynomial: only who knows it can tell"], rsapoly32: ["request-key-size", "2047 bits"], rsazerozero: ["request-key-size", "0 bits"],
  "unsupported__slhdsa": ["request-key-algorithm", "SLH-DSA"], "unsupported__sm2-pub": ["request-key-curve", "SM2"], "x448-ok": ["request-key-algorithm", "X448"],
  "defect__invalidver": [null, "a good key in a certificate of another version"],
};

/** What is no SubjectPublicKeyInfo that anybody here can read. */
const NO_KEY = ["defect__public-fragment.key", "dsa-sshpub-ietf-example.key", "mldsa65-cert.crt", "unsupported__gost.crt"];

function spkiOf(file: string): Uint8Array {
  const text = Buffer.from(corpusFile("weak-keys", file)).toString("latin1");
  const [, base64] = /-----BEGIN PUBLIC KEY-----([^-]+)-----END/.exec(text) ?? [];
  return new Uint8Array(base64 === undefined ? createPublicKey(text.slice(text.indexOf("-----BEGIN"))).export({ type: "spki", format: "der" }) : Buffer.from(base64, "base64"));
}

/** The codes about the key; the request is not signed by it. */
function keyCodes(file: string, spki: Uint8Array, desk: RequestDesk): string[] {
  const request = makeRequest({ key: { spki, sign: () => new Uint8Array(64).fill(1) } });
  return desk.take(file, toUtf8(request)).findings.map(({ code }) => code).filter((code) => code.startsWith("request-key"));
}

test("every key of the badkeys corpus is refused by name on the desk where something of it alone says that it is weak [REQUEST-KEY] [WEAK-KEY-LIST]", needsCorpus("weak-keys"), () => {
  const files = corpusFiles("weak-keys").filter((file) => !file.endsWith(".csr") && !NO_KEY.includes(file));
  assert.ok(files.length >= 28);
  const desk = new RequestDesk(null);
  const wrong = files.flatMap((file) => {
    const [expected] = EXPECTED[file.replace(/\.\w+$/, "")] ?? ["no line in the table"];
    const found = keyCodes(file, spkiOf(file), desk);
    return found.join() === (expected ?? "") ? [] : [`${file}: expected ${expected ?? "nothing"}, found ${found.join()}`];
  });
  assert.deepEqual(wrong, []);
  const weak = spkiOf("rsa-debianweak.key");
  const listed = new RequestDesk(null, undefined, new WeakList(readWeakList(toUtf8(`${blacklisted(weak)}\n`))));
  // a key by which a request is not signed gets no further: the list is looked at with a request that was read
  assert.equal(new WeakList([blacklisted(weak)]).has(weak), true);
  assert.deepEqual(listed.take("none", toUtf8(makeRequest())).findings, []);
});

test("the requests of the badkeys corpus are refused by name", needsCorpus("weak-keys"), () => {
  const codes = (file: string): string[] => new RequestDesk(null).take(file, corpusFile("weak-keys", file)).findings.map(({ code }) => code);
  assert.deepEqual(codes("defect__invalidver.csr"), ["request-version"]);
  assert.deepEqual(codes("rsa-fermat.csr"), ["request-key-fermat"]);
  assert.deepEqual(codes("unsupported__gost.csr"), ["request-signature-algorithm", "request-key-algorithm"]);
});
