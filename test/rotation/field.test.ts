/** What was fetched from the field against the register: current, stale, unknown, missing, whatever form it came in. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fromPem } from "../../src/bytes/pem.ts";
import { writeGzip } from "../../src/bytes/gzip.ts";
import { writeTar } from "../../src/bytes/tar.ts";
import { fromUtf8, toUtf8 } from "../../src/bytes/text.ts";
import { toPem } from "../../src/bytes/pem.ts";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { closedBy, observe, type FieldState } from "../../src/rotation/observed.ts";
import { obligationsOf } from "../../src/rotation/obligations.ts";
import type { Register } from "../../src/transcript/register.ts";
import { readCertificate } from "../../src/x509/certificate-reading.ts";
import { first, registerIn, second, textIn } from "../scripted/rotation.ts";

let register: Register;
let pem: (name: string) => string;
let crl: string;
before(async () => {
  const year = await first();
  const later = await second(year);
  register = registerIn(later);
  pem = (name) => textIn(name === "issuing-ca-2" ? later : year, `artifacts/certificates/${name}.pem`);
  crl = textIn(later, "artifacts/crls/root-crl-2.pem");
});

const EARLY = "2030-09-01T00:00:00Z";
const LATE = "2031-06-01T00:00:00Z";
const seen = (field: FieldState): string[] => field.objects.map(({ kind, name, verdict }) => `${kind} ${name ?? "?"} ${verdict}`);
const file = (path: string, text: string | Uint8Array) => ({ path, bytes: typeof text === "string" ? toUtf8(text) : text });

test("the same certificate is current before the switch and stale after it, in PEM and in DER", () => {
  const files = [file("a.pem", pem("issuing-ca")), file("a.der", fromPem(pem("issuing-ca"), ["CERTIFICATE"]).der)];
  assert.deepEqual(seen(observe(register, files, EARLY)), Array(2).fill("certificate issuing-ca current"));
  assert.deepEqual(seen(observe(register, files, LATE)), Array(2).fill("certificate issuing-ca stale"));
});

test("an answer of a platform is read wherever its texts hold blocks", () => {
  const answer = JSON.stringify({ "tls-crt": pem("device"), nested: { "ca-crt": `${pem("issuing-ca")}${pem("issuing-ca-2")}` }, factory: "example" });
  assert.deepEqual(seen(observe(register, [file("get.json", answer)], EARLY)), ["certificate device current", "certificate issuing-ca current", "certificate issuing-ca-2 current"]);
});

test("an archive is read file by file, packed or not", () => {
  const tar = writeTar([{ name: "ca.pem", bytes: toUtf8(pem("root-ca")) }, { name: "info.txt", bytes: toUtf8("version 2") }]);
  for (const bytes of [tar, writeGzip(tar)]) {
    const field = observe(register, [file("anchor.tar.gz", bytes)], EARLY);
    assert.deepEqual(field.objects.map(({ path, name }) => [path, name]), [["anchor.tar.gz:ca.pem", "root-ca"]]);
  }
});

test("keys and fingerprints are known by the certificate that they are of", () => {
  const { der } = fromPem(pem("device"), ["CERTIFICATE"]);
  const print = (sha256: string): string => (sha256.toUpperCase().match(/../g) ?? []).join(":");
  const files = [file("artifact-verify-key.pem", toPem("PUBLIC KEY", readCertificate(der).spki)), file("fingerprints.json", JSON.stringify({ value: [print(sha256Hex(der)), print("ab".repeat(32))] }))];
  assert.deepEqual(seen(observe(register, files, EARLY)), ["public key device current", "fingerprint device current", "fingerprint ? unknown"]);
});

test("the list in force is current, an older one stale, and what should be there and is not is missing", async () => {
  const old = textIn(await first(), "artifacts/crls/root-crl.pem");
  const field = observe(register, [file("root.crl", crl), file("someone.crl", old)], EARLY);
  assert.deepEqual(seen(field), ["crl root-crl-2 current", "crl ? unknown"]);
  assert.deepEqual(field.missing.map(({ name }) => name), ["root-ca", "issuing-ca", "issuing-ca-2"]);
});

test("a file with nothing of the kind is said, and nothing that is broken stops the others", () => {
  const field = observe(register, [file("notes.txt", "nothing"), file("torn.pem", pem("root-ca").slice(0, 200)), file("bomb.gz", Uint8Array.of(0x1f, 0x8b, 8, 0)), file("x.json", "{"), file("b", Uint8Array.of(0xff, 0xfe)), file("root.pem", pem("root-ca"))], EARLY);
  assert.deepEqual([field.empty, seen(field)], [["notes.txt", "torn.pem", "bomb.gz", "x.json", "b"], ["certificate root-ca current"]]);
});

test("what is seen in the field closes the obligation to bring or to publish it, and no other", () => {
  const field = observe(register, [file("root.crl", crl), file("bundle.pem", pem("issuing-ca-2"))], EARLY);
  const closed = obligationsOf(register, EARLY).flatMap((one) => (closedBy(field, one) === null ? [] : [one.id]));
  assert.deepEqual(closed.sort(), ["distribute/issuing-ca", "publish/root-crl-2"]);
  assert.equal(fromUtf8(toUtf8(crl)), crl);
});
