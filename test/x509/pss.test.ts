/** RSASSA-PSS by name: one AlgorithmIdentifier a hash, octet by octet, and a salt of exactly the hash's length. */
import assert from "node:assert/strict";
import { constants, generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { derInteger, derNull, derOid, derSequence, derSmallInteger, derTlv, readDer } from "../../src/bytes/der.ts";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { signatureCall, signatureInput } from "../../src/hsm/mechanism.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { MECHANISMS, type Mechanism } from "../../src/x509/algorithm.ts";
import { pssParameters, RSASSA_PSS } from "../../src/x509/pss.ts";
import { algorithmIdentifier, mechanismOf } from "../../src/x509/signed.ts";

test("the AlgorithmIdentifiers of RSASSA-PSS are those that BR 7.1.3.2.1 spells out, and every mechanism is read back from its own", () => {
  assert.equal(toHex(algorithmIdentifier("rsa-pss-sha256")), "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120");
  assert.equal(toHex(algorithmIdentifier("rsa-pss-sha384")), "304106092a864886f70d01010a3034a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130");
  assert.equal(toHex(algorithmIdentifier("rsa-pss-sha512")), "304106092a864886f70d01010a3034a00f300d06096086480165030402030500a11c301a06092a864886f70d010108300d06096086480165030402030500a203020140");
  for (const mechanism of MECHANISMS) for (const writer of ["ours", "anyone"] as const) assert.equal(mechanismOf(readDer(algorithmIdentifier(mechanism)), writer), mechanism);
});

test("other parameters of RSASSA-PSS are refused, but for hashes without NULL by other people's programs", () => {
  const identifier = (parameters: Uint8Array): Uint8Array => derSequence(derOid(RSASSA_PSS), parameters);
  const read = (der: Uint8Array, writer: "ours" | "anyone"): Mechanism => mechanismOf(readDer(der), writer);
  const withoutNull = identifier(pssParameters("rsa-pss-sha384", new Uint8Array(), new Uint8Array()));
  assert.equal(read(withoutNull, "anyone"), "rsa-pss-sha384");
  assert.throws(() => read(withoutNull, "ours"), { code: "form-der" });
  const good = readDer(pssParameters("rsa-pss-sha256")).children.map(({ bytes }) => bytes);
  const [hash = derNull(), mask = derNull()] = good;
  const [, otherMask = derNull()] = readDer(pssParameters("rsa-pss-sha512")).children.map(({ bytes }) => bytes);
  const wrong = [
    derSequence(), derNull(), derSequence(hash, mask), derSequence(hash, otherMask, derTlv(0xa2, derSmallInteger(32))), derSequence(hash, mask, derTlv(0xa2, derSmallInteger(20))),
    derSequence(...good, derTlv(0xa3, derInteger(Uint8Array.of(1)))), derSequence(hash, mask, derTlv(0xa2, derSmallInteger(64))),
  ];
  for (const parameters of wrong) for (const writer of ["ours", "anyone"] as const) assert.throws(() => read(identifier(parameters), writer), { code: "form-der" }, toHex(parameters));
  assert.throws(() => read(derSequence(derOid(RSASSA_PSS)), "anyone"), { code: "form-der" });
});

test("a claim by RSASSA-PSS holds with a salt as long as the hash and with no other [SIGNATURE-VERIFIED]", () => {
  const { privateKey: key, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const spki = new Uint8Array(publicKey.export({ format: "der", type: "spki" }));
  const message = fromHex("00ff");
  const signed = (saltLength: number): Uint8Array => new Uint8Array(sign("sha256", message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }));
  const holds = (signature: Uint8Array, mechanism: Mechanism): boolean => claimHolds({ where: "here", spki, mechanism, message, signature });
  assert.ok(holds(signed(32), "rsa-pss-sha256"));
  for (const length of [0, 20, 31, 33, 64]) assert.equal(holds(signed(length), "rsa-pss-sha256"), false, `salt of ${length}`);
  assert.equal(holds(signed(32), "rsa-pkcs1-sha256"), false);
  assert.equal(holds(new Uint8Array(sign("sha256", message, key)), "rsa-pss-sha256"), false);
});

test("the token is told hash, mask and salt of RSASSA-PSS and given the digest; other mechanisms have no parameters", () => {
  const told = MECHANISMS.map((mechanism) => [mechanism, signatureCall(mechanism)] as const);
  const [pss, others] = [told.filter(([mechanism]) => mechanism.startsWith("rsa-pss")), told.filter(([mechanism]) => !mechanism.startsWith("rsa-pss"))];
  assert.deepEqual(pss.map(([, { mechanism, parameter }]) => [mechanism, parameter?.hashAlg, parameter?.mgf, parameter?.saltLen]), [[0xd, 0x250, 2, 32], [0xd, 0x260, 3, 48], [0xd, 0x270, 4, 64]]);
  assert.ok(others.length === 7 && others.every(([, { parameter }]) => parameter === null));
  assert.equal(signatureInput("rsa-pss-sha512", Buffer.from("tbs")).length, 64);
});
