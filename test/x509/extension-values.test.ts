/** Extension values of our own writer against those of the library, octet by octet. */
import "reflect-metadata";
import assert from "node:assert/strict";
import { test } from "node:test";
import { AsnConvert } from "@peculiar/asn1-schema";
import { CertificatePolicies, GeneralName, GeneralSubtree, GeneralSubtrees, Name, NameConstraints, PolicyInformation, PolicyQualifierInfo } from "@peculiar/asn1-x509";
import { AuthorityInfoAccessExtension, CRLDistributionPointsExtension } from "@peculiar/x509";
import fc from "fast-check";
import { toHex } from "../../src/bytes/hex.ts";
import { derTlv } from "../../src/bytes/der.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { addressRange, nameConstraints, type Subtrees } from "../../src/x509/constraint-extension.ts";
import type { PlannedExtension } from "../../src/x509/extension.ts";
import { encodeName } from "../../src/x509/name.ts";
import { authorityInfoAccess, crlDistributionPoints } from "../../src/x509/pointer-extension.ts";
import { certificatePolicies } from "../../src/x509/policy-extension.ts";

const valueOf = (extension: PlannedExtension): string => ("value" in extension ? extension.value : assert.fail());
const hexOf = (octets: ArrayBuffer): string => toHex(new Uint8Array(octets));
const uris = fc.array(fc.webUrl({ validSchemes: ["http"] }), { minLength: 1, maxLength: 4 });
const oids = fc.array(fc.array(fc.nat(100_000), { minLength: 1, maxLength: 9 }).map((arcs) => `1.3.${arcs.join(".")}`), { minLength: 1, maxLength: 4 });

test("pointers are those of the library", () => {
  fc.assert(fc.property(uris, (all) => {
    assert.equal(valueOf(crlDistributionPoints(all)), hexOf(new CRLDistributionPointsExtension(all).value));
    assert.equal(valueOf(authorityInfoAccess({ issuers: all, ocsp: [] })), hexOf(new AuthorityInfoAccessExtension({ caIssuers: all }).value));
    assert.equal(valueOf(authorityInfoAccess({ issuers: [], ocsp: all })), hexOf(new AuthorityInfoAccessExtension({ ocsp: all }).value));
    const both = valueOf(authorityInfoAccess({ issuers: all, ocsp: all }));
    assert.equal(both, hexOf(new AuthorityInfoAccessExtension({ ocsp: all, caIssuers: all }).value));
  }), { numRuns: 30 });
});

test("policies are those of the library, with and without a practice statement", () => {
  fc.assert(fc.property(oids, fc.boolean(), (all, qualified) => {
    const cps = "https://ca.example.com/cps";
    const qualifier = new PolicyQualifierInfo({ policyQualifierId: "1.3.6.1.5.5.7.2.1", qualifier: derTlv(0x16, toUtf8(cps)).slice().buffer });
    const wanted = new CertificatePolicies(all.map((policyIdentifier) => new PolicyInformation({ policyIdentifier, ...(qualified ? { policyQualifiers: [qualifier] } : {}) })));
    assert.equal(valueOf(certificatePolicies(all.map((oid) => ({ oid, cps: qualified ? cps : null })))), hexOf(AsnConvert.serialize(wanted)));
  }), { numRuns: 30 });
});

const NOTHING: Subtrees = { dns: [], ip: [], email: [], directory: [] };

test("name constraints are those of the library", () => {
  const subtree = (name: ConstructorParameters<typeof GeneralName>[0]): GeneralSubtree => new GeneralSubtree({ base: new GeneralName(name) });
  const permitted = new GeneralSubtrees([
    subtree({ dNSName: "example.com" }), subtree({ rfc822Name: ".example.com" }), subtree({ directoryName: AsnConvert.parse(encodeName([{ type: "C", value: "DE" }]), Name) }),
  ]);
  const ours = valueOf(nameConstraints({ permitted: { ...NOTHING, dns: ["example.com"], email: [".example.com"], directory: [[{ type: "C", value: "DE" }]] }, excluded: NOTHING }));
  assert.equal(ours, hexOf(AsnConvert.serialize(new NameConstraints({ permittedSubtrees: permitted }))));
  const excluded = valueOf(nameConstraints({ permitted: NOTHING, excluded: { ...NOTHING, ip: ["10.0.0.0/8"] } }));
  assert.equal(excluded, "300ea10c300a87080a000000ff000000");
});

test("address ranges are an address and a mask, and nothing beyond the mask", () => {
  const hex = (range: string): string => toHex(addressRange(range));
  assert.deepEqual(["192.0.2.0/24", "0.0.0.0/0", "192.0.2.7/32", "10.128.0.0/9"].map(hex), ["c0000200ffffff00", "0000000000000000", "c0000207ffffffff", "0a800000ff800000"]);
  assert.equal(hex("2001:db8::/32"), `20010db8${"00".repeat(12)}ffffffff${"00".repeat(12)}`);
  assert.equal(hex("::/0"), "00".repeat(32));
  for (const wrong of ["10.0.0.1/8", "10.0.0.0", "10.0.0.0/33", "10.0.0.256/32", "010.0.0.0/8", "1:2:3:4:5:6:7/64", "1::2::3/64", "2001:db8::1/32", ":::/0", "1:2:3:4:5:6:7:8:9/128", "::/129", "10.0.0.0/-1", "10.0.0.0/08"]) {
    assert.throws(() => addressRange(wrong), /form-der|expected/, wrong);
  }
});
