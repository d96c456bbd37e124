import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { after, before, suite, test } from "node:test";
import { toBase64 } from "../../src/bytes/pem.ts";
import { concat, fromUtf8, toUtf8 } from "../../src/bytes/text.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { publicKeyLine, readPublicKeyBlob, readPublicKeyLine, sshFingerprint, type SshPublicKey } from "../../src/transcript/sshkey.ts";
import { armourSshSignature, NAMESPACES, readSshSignature, sshSignatureClaim } from "../../src/transcript/sshsig.ts";
import { sshString } from "../../src/transcript/sshwire.ts";
import { KeyFolder, SSH_SKIP } from "./keygen.ts";

const TYPES = { ed: "ed25519", p256: "ecdsa -b 256", p384: "ecdsa -b 384", p521: "ecdsa -b 521", rsa: "rsa -b 2048" } as const;
const MESSAGE = toUtf8("origin: anchorite-record/1\n");
const NAMESPACE = NAMESPACES[1];
const refused = { name: "Fault", code: "form-sshsig" };

/** Whether a record would count these octets as a signature over the message. */
function counts(armour: Uint8Array, key: SshPublicKey, message = MESSAGE): boolean {
  try {
    const signature = readSshSignature(armour);
    return signature.namespace === NAMESPACE && toBase64(signature.publicKey.blob) === toBase64(key.blob) && claimHolds(sshSignatureClaim("a.sig", signature, message));
  } catch (thrown) {
    assert.equal((thrown as Error).name, "Fault", String(thrown));
    return false;
  }
}

/** The same, but without looking at the key or the namespace: the claim alone must fail. */
function claims(armour: Uint8Array): boolean {
  try {
    return claimHolds(sshSignatureClaim("a.sig", readSshSignature(armour), MESSAGE));
  } catch (thrown) {
    assert.equal((thrown as Error).name, "Fault", String(thrown));
    return false;
  }
}

suite("signatures by ssh-keygen", { skip: SSH_SKIP }, () => {
  const folder = new KeyFolder();
  const keys = new Map<string, SshPublicKey>();
  before(() => {
    for (const [name, type] of Object.entries(TYPES)) keys.set(name, readPublicKeyLine(folder.make(name, type)));
  });
  after(() => folder.remove());
  const keyOf = (name: string): SshPublicKey => keys.get(name) ?? assert.fail(name);

  for (const name of Object.keys(TYPES)) {
    test(`reads a key and its signature: ${name}`, () => {
      const key = keyOf(name);
      assert.equal(key.comment, `${name}@example`);
      assert.equal(sshFingerprint(key.blob), folder.fingerprint(name));
      const armour = folder.sign(name, NAMESPACE, MESSAGE);
      assert.ok(counts(armour, key));
      assert.equal(counts(armour, key, toUtf8("another")), false);
      assert.equal(readSshSignature(armour).namespace, NAMESPACE);
    });

    test(`refuses a signature cut, lengthened or changed anywhere: ${name}`, () => {
      const armour = folder.sign(name, NAMESPACE, MESSAGE);
      for (let i = 0; i < armour.length; i++) {
        assert.equal(claims(armour.map((octet, at) => (at === i ? octet ^ 1 : octet))), false, `changed at ${i}`);
        assert.equal(claims(concat(armour.slice(0, i), armour.slice(i + 1))), false, `dropped at ${i}`);
        assert.equal(claims(concat(armour.slice(0, i), toUtf8("A"), armour.slice(i))), false, `inserted at ${i}`);
        assert.equal(claims(armour.slice(0, i)), false, `cut at ${i}`);
      }
    });
  }

  test("at every place of a signature another octet is refused, each of them at some place", () => {
    const armour = folder.sign("ed", NAMESPACE, MESSAGE);
    const others = toUtf8("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\n\r\t -_\u0000\u007f");
    for (let i = 0; i < armour.length; i++) {
      for (const other of [...others, 0x80, 0xff].filter((_, at) => (at + i) % 8 === 0)) {
        if (armour[i] !== other) assert.equal(claims(armour.map((octet, at) => (at === i ? other : octet))), false, `${other} at ${i}`);
      }
    }
  });

  test("refuses what ssh-keygen lets pass: other line breaks, text around the armour, CRLF", () => {
    const text = fromUtf8(folder.sign("ed", NAMESPACE, MESSAGE));
    const others = [text.slice(0, -1), `${text}\n`, `${text}more\n`, `\n${text}`, text.replaceAll("\n", "\r\n"), text.replace(/(\n.{60})/, "$1\n"), text.replace(/(-\n.{70})\n/, "$1"), text + text, ""];
    for (const other of others) assert.throws(() => readSshSignature(toUtf8(other)), refused, JSON.stringify(other));
    const allowed = toUtf8(`alice namespaces="${NAMESPACE}" ${publicKeyLine(keyOf("ed"))}\n`);
    assert.ok(folder.verifies(allowed, "alice", NAMESPACE, toUtf8(`${text}more\n`), MESSAGE));
  });

  test("reads signatures over SHA-256 too, and RSA by both of its hashes", () => {
    assert.ok(counts(folder.sign("ed", NAMESPACE, MESSAGE, "-O", "hashalg=sha256"), keyOf("ed")));
    assert.equal(readSshSignature(folder.sign("ed", NAMESPACE, MESSAGE, "-O", "hashalg=sha256")).hash, "sha256");
    assert.equal(readSshSignature(folder.sign("rsa", NAMESPACE, MESSAGE)).mechanism, "rsa-pkcs1-sha512");
  });

  test("a signature under another namespace says so", () => {
    assert.equal(counts(folder.sign("ed", "file", MESSAGE), keyOf("ed")), false);
    assert.equal(readSshSignature(folder.sign("ed", "file", MESSAGE)).namespace, "file");
  });

  test("refuses RSA keys below 2048 bits", () => {
    assert.throws(() => readPublicKeyLine(folder.make("weak", "rsa -b 1024")), { ...refused, message: /found 1024/ });
  });

  test("refuses lines that are no public key", () => {
    const line = publicKeyLine(keyOf("ed"));
    const p256 = publicKeyLine(keyOf("p256"));
    assert.equal(readPublicKeyLine(line).comment, "");
    assert.equal(readPublicKeyLine(`${line} a comment, with words\n`).comment, "a comment, with words");
    const others = [`${line}\n\n`, `${line}\n${line}`, ` ${line}`, `no-pty ${line}`, `${line.slice(0, -1)}`, line.replace("AAAA", "AAAB"), "ssh-dss AAAAB3NzaC1kc3M=", `ssh-rsa ${p256.split(" ")[1]}`, `${line} a\u0000b`, "", "-----BEGIN OPENSSH PRIVATE KEY-----"];
    for (const other of others) assert.throws(() => readPublicKeyLine(other), refused, JSON.stringify(other));
  });

  test("a key blob has one spelling: it is refused with octets more or fewer, or its point off the curve", () => {
    for (const { blob, type } of keys.values()) {
      assert.throws(() => readPublicKeyBlob(concat(blob, new Uint8Array(1))), refused, type);
      assert.throws(() => readPublicKeyBlob(blob.slice(0, -1)), refused, type);
    }
    const { blob } = keyOf("p256");
    assert.throws(() => readPublicKeyBlob(blob.map((octet, i) => (i === blob.length - 1 ? octet ^ 1 : octet))), refused);
  });
});

/** What a FIDO authenticator does, in software: signs application digest, flags, counter and message digest (PROTOCOL.u2f). */
function hardwareSignature(kind: "ed25519" | "ecdsa", flags: number, application = "ssh:", counter = 7): { line: string; armour: Uint8Array } {
  const pair = kind === "ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const type = kind === "ed25519" ? "sk-ssh-ed25519@openssh.com" : "sk-ecdsa-sha2-nistp256@openssh.com";
  const spki = new Uint8Array(pair.publicKey.export({ format: "der", type: "spki" }));
  const key = kind === "ed25519" ? sshString(spki.slice(-32)) : concat(sshString("nistp256"), sshString(spki.slice(-65)));
  const blob = concat(sshString(type), key, sshString(application));
  const signed = concat(toUtf8("SSHSIG"), sshString(NAMESPACE), sshString(""), sshString("sha512"), sshString(hash("sha512", MESSAGE)));
  const tail = Uint8Array.of(flags, 0, 0, 0, counter);
  const raw = signatureBody(kind, concat(hash("sha256", toUtf8(application)), tail, hash("sha256", signed)), pair.privateKey);
  const armour = armourSshSignature(concat(
    toUtf8("SSHSIG"), Uint8Array.of(0, 0, 0, 1), sshString(blob), sshString(NAMESPACE), sshString(""), sshString("sha512"),
    sshString(concat(sshString(type), sshString(raw), tail)),
  ));
  return { line: `${type} ${toBase64(blob)}`, armour };
}

function signatureBody(kind: "ed25519" | "ecdsa", message: Uint8Array, key: KeyObject): Uint8Array {
  if (kind === "ed25519") return new Uint8Array(sign(null, message, key));
  const rs = new Uint8Array(sign("sha256", message, { key, dsaEncoding: "ieee-p1363" }));
  return concat(mpint(rs.slice(0, 32)), mpint(rs.slice(32)));
}

function mpint(magnitude: Uint8Array): Uint8Array {
  const shortest = magnitude.slice(magnitude.findIndex((octet) => octet !== 0));
  return sshString((shortest[0] ?? 0) >= 0x80 ? concat(new Uint8Array(1), shortest) : shortest);
}

function hash(name: string, octets: Uint8Array): Uint8Array {
  return new Uint8Array(createHash(name).update(octets).digest());
}

for (const kind of ["ed25519", "ecdsa"] as const) {
  test(`a hardware key (${kind}) signs with its application, flags and counter, and ssh-keygen agrees`, { skip: SSH_SKIP }, () => {
    const folder = new KeyFolder();
    try {
      const { line, armour } = hardwareSignature(kind, 0x05);
      assert.ok(counts(armour, readPublicKeyLine(line)));
      assert.ok(folder.verifies(toUtf8(`alice namespaces="${NAMESPACE}" ${line}\n`), "alice", NAMESPACE, armour, MESSAGE));
      for (let i = 0; i < armour.length; i++) assert.equal(claims(armour.map((octet, at) => (at === i ? octet ^ 1 : octet))), false, `changed at ${i}`);
    } finally {
      folder.remove();
    }
  });

  test(`refuses a hardware key (${kind}) that nobody touched, or that was made for a web site`, () => {
    assert.throws(() => readSshSignature(hardwareSignature(kind, 0x04).armour), { ...refused, message: /touched/ });
    assert.throws(() => readSshSignature(hardwareSignature(kind, 0x01, "https://example.com").armour), { ...refused, message: /application/ });
  });
}

test("refuses fields that the format reserves, other versions and other algorithms", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = new Uint8Array(publicKey.export({ format: "der", type: "spki" })).slice(-32);
  const key = concat(sshString("ssh-ed25519"), sshString(raw));
  const build = (change: { magic?: string; version?: number; namespace?: string; reserved?: string; hash?: string; algorithm?: string; tail?: Uint8Array; inner?: Uint8Array; length?: number }): Uint8Array => {
    const { magic = "SSHSIG", version = 1, namespace = NAMESPACE, reserved = "", hash: name = "sha512", algorithm = "ssh-ed25519", tail = new Uint8Array(), inner = new Uint8Array() } = change;
    const signed = concat(toUtf8("SSHSIG"), sshString(namespace), sshString(reserved), sshString(name), sshString(hash(name, MESSAGE)));
    const signature = new Uint8Array(sign(null, signed, privateKey)).slice(0, change.length ?? 64);
    return armourSshSignature(concat(
      toUtf8(magic), Uint8Array.of(0, 0, 0, version), sshString(key), sshString(namespace), sshString(reserved), sshString(name),
      sshString(concat(sshString(algorithm), sshString(signature), inner)), tail,
    ));
  };
  assert.ok(counts(build({}), readPublicKeyBlob(key)));
  const changes = [
    { magic: "SSHSIH" }, { version: 2 }, { namespace: "" }, { namespace: "a b" }, { reserved: "x" }, { hash: "sha384" }, { hash: "sha1" },
    { algorithm: "ssh-rsa" }, { algorithm: "toString" }, { tail: Uint8Array.of(0) }, { inner: Uint8Array.of(0) }, { length: 63 },
  ];
  for (const change of changes) assert.throws(() => readSshSignature(build(change)), refused, JSON.stringify(change));
});
