import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DER_LIMITS, derBitString, derInteger, derNull, derOctetString, derOid, derSequence, derSet, derTlv, oidOf, readDer } from "../../src/bytes/der.ts";
import type { DerNode } from "../../src/bytes/der.ts";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { Fault } from "../../src/fault.ts";

const isFormDer = (thrown: unknown): boolean => thrown instanceof Fault && thrown.code === "form-der";

function rewritten(node: DerNode): Uint8Array {
  return node.children.length === 0 ? derTlv(node.tag, node.contents) : derTlv(node.tag, ...node.children.map(rewritten));
}

const octets = fc.uint8Array({ maxLength: 300 });
const { tree } = fc.letrec<{ tree: Uint8Array; leaf: Uint8Array; branch: Uint8Array }>((tie) => ({
  leaf: fc.oneof(octets.map(derInteger), octets.map(derBitString), octets.map(derOctetString), fc.constant(derNull()), octets.map((bytes) => derTlv(0x80, bytes))),
  branch: fc.array(tie("tree"), { maxLength: 5 }).map((parts) => derSequence(...parts)),
  tree: fc.oneof({ maxDepth: 4 }, tie("leaf"), tie("branch")),
}));

test("what the writers write is read, and written again is the same", () => {
  fc.assert(fc.property(tree, (der) => {
    const node = readDer(der);
    assert.equal(toHex(rewritten(node)), toHex(der));
    assert.equal(node.header + node.contents.length, der.length);
  }));
});

test("object identifiers keep their arcs, small and huge", () => {
  const arcs = fc.array(fc.bigInt(0n, 2n ** 100n), { maxLength: 8 });
  fc.assert(fc.property(fc.nat(2), fc.nat(39), arcs, (root, second, others) => {
    const dotted = [root, second, ...others].join(".");
    assert.equal(oidOf(readDer(derOid(dotted))), dotted);
  }));
  assert.equal(toHex(derOid("1.2.840.113549.1.1.11")), "06092a864886f70d01010b");
  for (const bad of ["", "1", "3.1", "1.40", "1.2.", "1.02", "a.b"]) assert.throws(() => derOid(bad), isFormDer, bad);
});

test("a SET OF in ascending order is read", () => {
  assert.equal(readDer(derSet(fromHex("020101"), fromHex("020102"))).children.length, 2);
});

test("refuses what is BER and not DER, each form of it", () => {
  const refused: Record<string, string> = {
    "nothing": "",
    "no length": "30",
    "one octet after the value": "050000",
    "contents cut short": "0402ff",
    "an indefinite length": "30800000",
    "a long form for a short length": "04810100",
    "a leading zero in the length": "0482000100",
    "five length octets": "04850000000001ff",
    "a tag number above 30": "1f8101ff",
    "end-of-contents": "0000",
    "a BOOLEAN of 01": "010101",
    "an empty BOOLEAN": "0100",
    "an empty INTEGER": "0200",
    "a padded INTEGER": "02020001",
    "a padded negative INTEGER": "0202ffff",
    "a padded ENUMERATED": "0a020001",
    "an empty BIT STRING": "0300",
    "eight unused bits": "03020800",
    "unused bits that are not zero": "03020101",
    "unused bits of nothing": "030101",
    "a NULL with contents": "050100",
    "an empty OBJECT IDENTIFIER": "0600",
    "an OBJECT IDENTIFIER that does not end": "060281ff",
    "a padded subidentifier": "0603558001",
    "a constructed OCTET STRING": "24030401ff",
    "a constructed BIT STRING": "2304030200ff",
    "a primitive SEQUENCE": "1000",
    "a SET OF out of order": "3106020102020101",
    "a child cut short": "30030402ff",
    "a fault deep inside": "30053003010101",
  };
  for (const [what, hex] of Object.entries(refused)) assert.throws(() => readDer(fromHex(hex)), isFormDer, what);
});

test("hostile sizes and depths are refused at once", () => {
  let nested: Uint8Array = derNull();
  for (let depth = 1; depth < DER_LIMITS.depth; depth++) nested = derSequence(nested);
  assert.equal(readDer(nested).tag, 0x30);
  assert.throws(() => readDer(derSequence(nested)), /levels/);
  const deep = new Uint8Array(4 * 100_000).fill(0x30);
  for (let at = 0; at < deep.length; at += 4) deep.set([0x30, 0x82, 0x01, 0x00], at);
  assert.throws(() => readDer(deep), isFormDer);
  assert.throws(() => readDer(new Uint8Array(DER_LIMITS.octets + 1)), /octets/);
  const wide = new Uint8Array(2 * DER_LIMITS.nodes);
  for (let at = 0; at < wide.length; at += 2) wide[at] = 0x05;
  assert.throws(() => readDer(derSequence(wide)), /values/);
});

test("any octets are read or refused with form-der, never anything else", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    try {
      assert.equal(toHex(readDer(bytes).bytes), toHex(bytes));
    } catch (thrown) {
      if (!isFormDer(thrown)) throw thrown;
    }
  }), { numRuns: 2000 });
});
