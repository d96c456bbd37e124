import assert from "node:assert/strict";
import { createHash, createPublicKey, generatePrimeSync, getDiffieHellman } from "node:crypto";
import { test } from "node:test";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { derBitString, derNull, derOid, derSequence } from "../../src/bytes/der.ts";
import { KEY_ALGORITHMS } from "../../src/x509/algorithm.ts";
import type { KeyAlgorithm } from "../../src/x509/algorithm.ts";
import { requestKeyProblems } from "../../src/x509/request-key.ts";
import { ecSpki, ed25519Spki, keyIdentifier, readSpki, rsaSpki } from "../../src/x509/spki.ts";
import { corpusFile, needsCorpus } from "./corpora.ts";
import { TestKey } from "./test-key.ts";

const CURVE_SIZE: Partial<Record<KeyAlgorithm, number>> = { "ecdsa-p256": 32, "ecdsa-p384": 48, "ecdsa-p521": 66 };

function exported(spki: Uint8Array, field: "n" | "e" | "x"): Uint8Array {
  const value = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" }).export({ format: "jwk" })[field];
  return new Uint8Array(Buffer.from(String(value), "base64url"));
}

/** The octets of subjectPublicKey: for EC and Ed25519 the tail of the SPKI. */
const tail = (spki: Uint8Array, length: number): Uint8Array => spki.slice(spki.length - length);

test("public keys of every algorithm are read as what they are, and built as node:crypto builds them [REQUEST-KEY]", () => {
  for (const algorithm of KEY_ALGORITHMS) {
    const spki = madeSpki(algorithm);
    assert.equal(readSpki(spki).algorithm, algorithm);
    assert.deepEqual(requestKeyProblems(readSpki(spki), [algorithm]), []);
    assert.equal(requestKeyProblems(readSpki(spki), [])[0]?.code, "request-key-not-allowed");
    const size = CURVE_SIZE[algorithm];
    const built = size !== undefined ? ecSpki(algorithm, tail(spki, 1 + 2 * size)) : algorithm === "ed25519" ? ed25519Spki(tail(spki, 32)) : rsaSpki(exported(spki, "n"), exported(spki, "e"));
    assert.equal(toHex(built), toHex(spki));
  }
});

test("a key identifier is the first 160 bits of SHA-256 of the key's bits", () => {
  const { spki } = new TestKey("ecdsa-p256");
  assert.equal(toHex(keyIdentifier(spki)), createHash("sha256").update(tail(spki, 65)).digest("hex").slice(0, 40));
});

test("refuses every point that is not on its curve [REQUEST-KEY]", () => {
  for (const [algorithm, size] of Object.entries(CURVE_SIZE) as [KeyAlgorithm, number][]) {
    const point = tail(new TestKey(algorithm).spki, 1 + 2 * size);
    for (let at = 0; at < point.length; at++) {
      const changed = point.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.equal(readSpki(ecSpki(algorithm, changed)).algorithm, null, `${algorithm} octet ${at}`);
    }
    const compressed = point.slice(0, 1 + size);
    compressed[0] = 2;
    const tooLarge = point.slice().fill(0xff, 1, 1 + size);
    for (const bad of [compressed, tooLarge, Uint8Array.of(0), point.slice(0, -1), new Uint8Array(1 + 2 * size).fill(4, 0, 1)]) {
      assert.equal(readSpki(ecSpki(algorithm, bad)).algorithm, null);
    }
  }
});

const asNumber = (octets: Uint8Array | ArrayBuffer): bigint => BigInt(`0x${toHex(new Uint8Array(octets))}`);

/** An SPKI of node:crypto; for RSA of a known prime and a new one, since making a whole key pair takes seconds. */
function madeSpki(algorithm: KeyAlgorithm): Uint8Array {
  const group = ({ "rsa-2048": "modp2", "rsa-3072": "modp5", "rsa-4096": "modp14" } as const)[algorithm as "rsa-2048"];
  if (group === undefined) return new TestKey(algorithm).spki;
  const known = getDiffieHellman(group).getPrime();
  const n = Buffer.from((asNumber(known) * asNumber(generatePrimeSync(known.length * 8))).toString(16), "hex");
  const jwk = { kty: "RSA", n: n.toString("base64url"), e: "AQAB" };
  return new Uint8Array(createPublicKey({ key: jwk, format: "jwk" }).export({ format: "der", type: "spki" }));
}

test("refuses RSA keys of other sizes and exponents, and known weak ones [REQUEST-KEY]", () => {
  const spki = madeSpki("rsa-2048");
  const n = exported(spki, "n");
  const even = n.slice();
  even[255] = (even[255] ?? 0) & 0xfe;
  const short = n.slice();
  short[0] = 0x7f;
  const refused: [string, Uint8Array, RegExp][] = [
    ["exponent 3", rsaSpki(n, Uint8Array.of(3)), /exponent/],
    ["exponent 1", rsaSpki(n, Uint8Array.of(1)), /exponent/],
    ["even exponent", rsaSpki(n, fromHex("010002")), /exponent/],
    ["huge exponent", rsaSpki(n, new Uint8Array(33).fill(1)), /exponent/],
    ["even modulus", rsaSpki(even, fromHex("010001")), /even/],
    ["2047 bits", rsaSpki(short, fromHex("010001")), /2047/],
    ["no NULL", derSequence(derSequence(derOid("1.2.840.113549.1.1.1")), derBitString(spki.slice(24))), /NULL/],
    ["Ed25519 with NULL", derSequence(derSequence(derOid("1.3.101.112"), derNull()), derBitString(new Uint8Array(32))), /parameters/],
    ["RSASSA-PSS", derSequence(derSequence(derOid("1.2.840.113549.1.1.10")), derBitString(new Uint8Array(32))), /RSASSA-PSS/],
  ];
  for (const [what, der, why] of refused) {
    const { algorithm, description } = readSpki(der);
    assert.equal(algorithm, null, what);
    assert.match(description, why, what);
  }
  const multiple = 3n * (2n ** 2046n + 1n);
  assert.match(readSpki(rsaSpki(fromHex(multiple.toString(16)), fromHex("010001"))).description, /small factor/);
});

test("refuses the weak keys of the badkeys corpus that can be told from their modulus [REQUEST-KEY]", needsCorpus("weak-keys"), () => {
  const spkiOf = (file: string): Uint8Array => new Uint8Array(createPublicKey(Buffer.from(corpusFile("weak-keys", file))).export({ format: "der", type: "spki" }));
  for (const [file, why] of [["rsa-roca.key", /ROCA/], ["rsa-fermat.crt", /Fermat/], ["rsa-e1.key", /exponent/]] as const) {
    const { algorithm, description } = readSpki(spkiOf(file));
    assert.equal(algorithm, null, file);
    assert.match(description, why, file);
  }
  assert.equal(readSpki(spkiOf("rsa-ok.key")).algorithm, "rsa-2048");
});
