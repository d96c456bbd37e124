import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { constants, createPrivateKey, sign, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { compareOctets, derNull, derOctetString, derOid, derSequence, derSet, derTlv, readDer, TAG, type DerNode } from "../../src/bytes/der.ts";
import { fromPem } from "../../src/bytes/pem.ts";
import { concat, toUtf8 } from "../../src/bytes/text.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { buildCms, cmsSignedAttributes, readCms, type CmsParts } from "../../src/transcript/cms.ts";
import { isPss, type Mechanism } from "../../src/x509/algorithm.ts";

const OPENSSL = spawnSync("openssl", ["version"]).error === undefined ? false : "tool missing: openssl";
const SEAL = toUtf8("origin: anchorite-record/1\nentries: 3\n");
const KINDS: readonly [string, Mechanism, readonly string[]][] = [
  ["p256", "ecdsa-sha256", ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]],
  ["p384", "ecdsa-sha384", ["EC", "-pkeyopt", "ec_paramgen_curve:P-384"]],
  ["p521", "ecdsa-sha512", ["EC", "-pkeyopt", "ec_paramgen_curve:P-521"]],
  ["rsa", "rsa-pkcs1-sha256", ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]],
  ["pss", "rsa-pss-sha256", ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]],
  ["pss512", "rsa-pss-sha512", ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]],
];

/** A root, a CA below it, and a transcript certificate of each kind of key below that, made by openssl. */
class Authority {
  readonly folder = mkdtempSync(join(tmpdir(), "cms-"));
  readonly #certificates = new Map<string, Uint8Array>();
  readonly #keys = new Map<string, KeyObject>();

  file(name: string): string {
    return join(this.folder, name);
  }

  make(name: string, issuer: string | null, extensions: string, type: readonly string[] = ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]): void {
    const key = this.#openssl("genpkey", "-algorithm", ...type);
    writeFileSync(this.file(`${name}.key`), key);
    this.#openssl("req", "-new", "-key", this.file(`${name}.key`), "-subj", `/O=Example/CN=${name}`, "-out", this.file(`${name}.csr`));
    writeFileSync(this.file(`${name}.ext`), extensions);
    const by = issuer === null ? ["-key", this.file(`${name}.key`)] : ["-CA", this.file(`${issuer}.pem`), "-CAkey", this.file(`${issuer}.key`)];
    this.#openssl("x509", "-req", "-in", this.file(`${name}.csr`), ...by, "-set_serial", `0x7f${Buffer.from(name).toString("hex")}`, "-days", "30", "-extfile", this.file(`${name}.ext`), "-out", this.file(`${name}.pem`));
    this.#certificates.set(name, fromPem(this.#openssl("x509", "-in", this.file(`${name}.pem`)), ["CERTIFICATE"]).der);
    this.#keys.set(name, createPrivateKey(key));
  }

  #openssl(...argv: readonly string[]): string {
    return execFileSync("openssl", argv, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  certificate(name: string): Uint8Array {
    return this.#certificates.get(name) ?? assert.fail(name);
  }

  get known(): Uint8Array[] {
    return [...this.#certificates.values()];
  }

  sign(name: string, mechanism: Mechanism, message: Uint8Array): Uint8Array {
    const key = this.#keys.get(name) ?? assert.fail(name);
    return new Uint8Array(sign(mechanism.slice(-6), message, { key, dsaEncoding: "ieee-p1363", ...(isPss(mechanism) ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {}) }));
  }

  parts(name: string, mechanism: Mechanism, seal = SEAL): CmsParts {
    const signedAttributes = cmsSignedAttributes(seal, mechanism);
    return { mechanism, signerCertificate: this.certificate(name), certificates: [this.certificate("sub")], signedAttributes, signature: this.sign(name, mechanism, signedAttributes) };
  }

  verifies(der: Uint8Array, seal = SEAL, purpose: readonly string[] = ["-purpose", "any"]): boolean {
    writeFileSync(this.file("seal.p7s"), der);
    writeFileSync(this.file("seal.txt"), seal);
    const argv = ["cms", "-verify", "-binary", "-inform", "DER", "-in", this.file("seal.p7s"), "-content", this.file("seal.txt"), "-CAfile", this.file("root.pem"), ...purpose, "-out", this.file("out")];
    return spawnSync("openssl", argv, { stdio: "ignore" }).status === 0;
  }
}

suite("the token's signature", { skip: OPENSSL }, () => {
  const ca = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n";
  let authority: Authority;
  before(() => {
    authority = new Authority();
    authority.make("root", null, `${ca}extendedKeyUsage=clientAuth\n`);
    authority.make("sub", "root", `${ca}authorityKeyIdentifier=keyid\n`);
    for (const [name, , type] of KINDS) authority.make(name, "sub", "keyUsage=critical,digitalSignature\nauthorityKeyIdentifier=keyid\n", type);
  });
  after(() => rmSync(authority.folder, { recursive: true }));

  const accepted = (der: Uint8Array): boolean => {
    try {
      return claimHolds(readCms(der, SEAL, authority.known).claim);
    } catch (thrown) {
      assert.equal((thrown as Error).name, "Fault", String(thrown));
      return false;
    }
  };

  for (const [name, mechanism] of KINDS) {
    test(`openssl verifies what is built, and it is read back: ${name}`, () => {
      const der = buildCms(authority.parts(name, mechanism));
      assert.ok(authority.verifies(der));
      assert.equal(authority.verifies(der, toUtf8("another")), false);
      assert.equal(authority.verifies(der, SEAL, []), false, "a root with an extended key usage is no S/MIME root: hence -purpose any");
      const { signerCertificate, certificates, claim } = readCms(der, SEAL, authority.known);
      assert.deepEqual(signerCertificate, authority.certificate(name));
      assert.deepEqual(certificates, [authority.certificate("sub")]);
      assert.equal(claim.mechanism, mechanism);
      assert.equal(claim.where, "signatures/transcript-key.p7s");
      assert.ok(claimHolds(claim));
    });

    test(`a CMS file with any octet changed, or cut, is refused or its claim fails: ${name}`, () => {
      const der = buildCms(authority.parts(name, mechanism));
      for (let i = 0; i < der.length; i++) {
        for (const flip of name === "p256" ? [0x01, 0x10, 0x80] : [0x01]) assert.equal(accepted(der.map((octet, at) => (at === i ? octet ^ flip : octet))), false, `octet ${i}`);
        assert.equal(accepted(der.slice(0, i)), false, `cut at ${i}`);
      }
    });
  }

  test("the seal is bound: a file over another seal.txt is refused", () => {
    const der = buildCms(authority.parts("p256", "ecdsa-sha256"));
    assert.throws(() => readCms(der, toUtf8("another"), authority.known), { name: "Fault", code: "form-cms", message: /over this seal.txt/ });
  });

  test("RSA signs with the hash of its mechanism", () => {
    for (const mechanism of ["rsa-pkcs1-sha384", "rsa-pkcs1-sha512"] as const) {
      const der = buildCms(authority.parts("rsa", mechanism));
      assert.ok(authority.verifies(der));
      assert.ok(accepted(der));
    }
  });

  test("only certificates of the record may stand in the file, each once", () => {
    const parts = authority.parts("p256", "ecdsa-sha256");
    const der = buildCms({ ...parts, certificates: [authority.certificate("sub"), authority.certificate("root")] });
    assert.equal(readCms(der, SEAL, authority.known).certificates.length, 2);
    assert.throws(() => readCms(der, SEAL, [parts.signerCertificate, authority.certificate("sub")]), { name: "Fault", code: "form-cms", message: /certificates of this record/ });
    assert.throws(() => buildCms({ ...parts, certificates: [parts.signerCertificate] }), { name: "Fault", code: "form-cms" });
    assert.throws(() => readCms(buildCms({ ...parts, signature: new Uint8Array(96).fill(1) }), SEAL, authority.known), { name: "Fault" });
  });

  test("the order in which certificates are given changes nothing", () => {
    const parts = authority.parts("p256", "ecdsa-sha256");
    const chain = [authority.certificate("sub"), authority.certificate("root")];
    assert.deepEqual(buildCms({ ...parts, certificates: chain }), buildCms({ ...parts, certificates: chain.toReversed() }));
  });

  test("a signature by another key than the certificate's is no claim that holds", () => {
    const parts = authority.parts("p256", "ecdsa-sha256");
    assert.equal(accepted(buildCms({ ...parts, signature: authority.sign("sub", "ecdsa-sha256", parts.signedAttributes) })), false);
  });

  test("refuses Ed25519, and a key that does not fit the mechanism", () => {
    assert.throws(() => cmsSignedAttributes(SEAL, "ed25519"), { name: "Fault", code: "form-cms" });
    const parts = authority.parts("rsa", "rsa-pkcs1-sha256");
    const crossed = buildCms({ ...parts, mechanism: "ecdsa-sha256", signedAttributes: cmsSignedAttributes(SEAL, "ecdsa-sha256"), signature: new Uint8Array(64).fill(1) });
    assert.throws(() => readCms(crossed, SEAL, authority.known), { name: "Fault" });
  });

  test("refuses what openssl lets pass: a second signer, unsigned attributes, a signing time, the content inside, CMS by openssl", () => {
    const der = buildCms(authority.parts("p256", "ecdsa-sha256"));
    const unsigned = derTlv(0xa1, derSequence(derOid("1.2.840.113549.1.9.16.2.14"), derSet(derOctetString(SEAL))));
    const changes: Readonly<Record<string, (parts: SignedDataParts) => SignedDataParts>> = {
      "nothing": (parts) => parts,
      "unsigned attributes": (parts) => ({ ...parts, signers: [concat(parts.signerContents, unsigned)] }),
      "a second signer": (parts) => ({ ...parts, signers: [parts.signerContents, parts.signerContents] }),
      "no signer": (parts) => ({ ...parts, signers: [] }),
      "the content inside": (parts) => ({ ...parts, content: derSequence(derOid("1.2.840.113549.1.7.1"), derTlv(0xa0, derOctetString(SEAL))) }),
      "NULL parameters of the digest": (parts) => ({ ...parts, digests: derSet(derSequence(derOid("2.16.840.1.101.3.4.2.1"), derNull())) }),
      "another certificate": (parts) => ({ ...parts, certificates: [...parts.certificates, authority.certificate("p384")] }),
      "the certificates out of order": (parts) => ({ ...parts, certificates: parts.certificates.toReversed() }),
      "revocation lists": (parts) => ({ ...parts, crls: derTlv(0xa1) }),
    };
    for (const [name, change] of Object.entries(changes)) {
      const changed = rebuilt(change(takenApart(der)));
      const holds = name === "nothing" || name === "another certificate";
      assert.equal(accepted(changed), holds, name);
      if (name === "unsigned attributes") assert.ok(authority.verifies(changed));
    }
    assert.equal(accepted(concat(der, new Uint8Array(1))), false);
    writeFileSync(authority.file("seal.txt"), SEAL);
    const argv = ["cms", "-sign", "-binary", "-in", authority.file("seal.txt"), "-signer", authority.file("p256.pem"), "-certfile", authority.file("sub.pem"), "-inkey", authority.file("p256.key"), "-outform", "DER", "-md", "sha256", "-nosmimecap"];
    const theirs = new Uint8Array(execFileSync("openssl", argv));
    assert.deepEqual([authority.verifies(theirs), accepted(theirs)], [true, false]);
  });
});

interface SignedDataParts {
  readonly digests: Uint8Array;
  readonly content: Uint8Array;
  readonly certificates: readonly Uint8Array[];
  readonly crls: Uint8Array;
  readonly signers: readonly Uint8Array[];
  /** Contents of the one SignerInfo. */
  readonly signerContents: Uint8Array;
}

function takenApart(der: Uint8Array): SignedDataParts {
  const [, digests, content, certificates, signers] = readDer(der).children[1]?.children[0]?.children ?? [];
  const signer = signers?.children[0] as DerNode;
  assert.ok(digests && content && certificates);
  return { digests: digests.bytes, content: content.bytes, certificates: certificates.children.map(({ bytes }) => bytes), crls: new Uint8Array(), signers: [signer.contents], signerContents: signer.contents };
}

function rebuilt({ digests, content, certificates, crls, signers }: SignedDataParts): Uint8Array {
  const infos = derSet(...signers.map((contents) => derSequence(contents)).toSorted(compareOctets));
  const signedData = derSequence(derTlv(TAG.integer, Uint8Array.of(1)), digests, content, derTlv(0xa0, ...certificates), crls, infos);
  return derSequence(derOid("1.2.840.113549.1.7.2"), derTlv(0xa0, signedData));
}

test("signed attributes are a SET OF of exactly contentType and messageDigest", () => {
  const { tag, children } = readDer(cmsSignedAttributes(SEAL, "ecdsa-sha384"));
  assert.equal(tag, TAG.set);
  assert.equal(children.length, 2);
  assert.equal(children[1]?.children[1]?.children[0]?.contents.length, 48);
});
