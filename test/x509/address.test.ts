import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { derSequence, derTlv } from "../../src/bytes/der.ts";
import { Fault } from "../../src/fault.ts";
import { addressText, octetsOfAddress } from "../../src/x509/address.ts";
import { subjectAltNames } from "../../src/x509/extension.ts";
import { readAlternativeNames } from "../../src/x509/general-name.ts";

const TEXTS: readonly (readonly [hex: string, text: string])[] = [
  ["c0000207", "192.0.2.7"], ["00000000", "0.0.0.0"],
  // RFC 5952 4
  ["20010db8000000000000000000000001", "2001:db8::1"], ["20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"],
  ["20010000000000010000000000000001", "2001:0:0:1::1"], ["20010db8000000000001000000000001", "2001:db8::1:0:0:1"],
  ["00000000000000000000000000000000", "::"], ["00000000000000000000000000000001", "::1"], ["fe800000000000000000000000000000", "fe80::"],
];

test("addresses have one spelling each, that of RFC 5952", () => {
  for (const [hex, text] of TEXTS) {
    assert.equal(addressText(fromHex(hex)), text);
    assert.equal(toHex(octetsOfAddress(text) ?? assert.fail(text)), hex);
  }
  for (const text of ["", "1", "1.2.3", "1.2.3.256", "01.2.3.4", "1::2::3", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8:9", "g::", "::1%eth0", "::1.2.3.4"]) assert.equal(octetsOfAddress(text), null, text);
});

test("what is written is read again, whatever the octets", () => {
  fc.assert(fc.property(fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: 16, maxLength: 16 }).map((octets) => Uint8Array.from(octets))), (octets) => {
    assert.deepEqual(octetsOfAddress(addressText(octets)), octets);
  }));
});

test("a subjectAltName gives back the names and addresses that it was made of, and the same address twice is refused", () => {
  const extension = subjectAltNames({ dns: ["a.example.com"], addresses: ["192.0.2.7", "2001:db8::7"] });
  assert.equal(extension.text, "DNS:a.example.com, IP:192.0.2.7, IP:2001:db8::7");
  assert.deepEqual(readAlternativeNames(fromHex("value" in extension ? extension.value : "")), { dns: ["a.example.com"], addresses: ["192.0.2.7", "2001:db8::7"] });
  const one = derTlv(0x87, Uint8Array.of(192, 0, 2, 7));
  assert.throws(() => readAlternativeNames(derSequence(one, one)), (thrown) => thrown instanceof Fault && /each iPAddress once/.test(thrown.message));
  assert.throws(() => readAlternativeNames(derSequence(derTlv(0x87, Uint8Array.of(1, 2, 3)))), /iPAddress of 4 or 16 octets/);
  assert.throws(() => subjectAltNames({ addresses: ["host"] }), /expected an IP address, found "host"/);
});
