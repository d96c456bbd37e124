import assert from "node:assert/strict";
import { test } from "node:test";
import { derOid, derSequence, derSet, derTlv } from "../../src/bytes/der.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { encodeName, judgeName, nameAttributes, printName } from "../../src/x509/name.ts";
import type { NameAttribute } from "../../src/x509/name.ts";
import { needsOpenssl, openssl } from "./openssl.ts";

const ALL: readonly NameAttribute[] = [
  { type: "CN", value: "Factory-CA" }, { type: "O", value: "Example" }, { type: "OU", value: "factory" }, { type: "C", value: "DE" }, { type: "L", value: "Zürich" },
  { type: "ST", value: "Baden" }, { type: "serialNumber", value: "4711" }, { type: "DC", value: "example" }, { type: "E", value: "ca@example.com" },
];

test("a name is encoded in the order given, each attribute in its own string type", needsOpenssl, () => {
  const der = encodeName(ALL);
  const { ok, text } = openssl(["asn1parse", "-inform", "DER", "-in", "name.der"], { "name.der": der });
  assert.ok(ok);
  const values = [...text.matchAll(/prim: ([A-Z0-9]+STRING) +:(.*)$/gm)].map(([, type, value]) => `${type} ${value}`);
  assert.equal(values.length, 9);
  assert.deepEqual(values.filter((_, i) => i !== 4), [
    "UTF8STRING Factory-CA", "UTF8STRING Example", "UTF8STRING factory", "PRINTABLESTRING DE",
    "UTF8STRING Baden", "PRINTABLESTRING 4711", "IA5STRING example", "IA5STRING ca@example.com",
  ]);
  assert.deepEqual(nameAttributes(der).map(({ text: value }) => value), ALL.map(({ value }) => value));
});

test("a name is printed in encoding order, escaped, with what cannot be shown as hex", () => {
  assert.equal(printName(encodeName(ALL)), "CN=Factory-CA, O=Example, OU=factory, C=DE, L=Zürich, ST=Baden, serialNumber=4711, DC=example, E=ca@example.com");
  assert.equal(printName(encodeName([{ type: "CN", value: "a, OU=evil" }, { type: "O", value: " #x\\\"" }])), "CN=a\\, OU\\=evil, O=\\ #x\\\\\\\"");
  assert.equal(printName(encodeName([{ type: "CN", value: "a\nb" }])), "CN=#0c03610a62");
  assert.equal(printName(encodeName([{ type: "CN", value: "a\u202eb" }])), "CN=#0c0561e280ae62");
  const pair = (oid: string, tag: number, text: string): Uint8Array => derSequence(derOid(oid), derTlv(tag, toUtf8(text)));
  assert.equal(printName(derSequence(derSet(pair("1.2.3", 0x0c, "x"), pair("2.5.4.3", 0x0c, "y")))), "1.2.3=x+CN=y");
  assert.equal(printName(derSequence(derSet(pair("2.5.4.3", 0x04, "x")))), "CN=#040178");
});

test("refuses planned names out of bounds or with tricks in them [SUBJECT-FORM]", () => {
  assert.deepEqual(judgeName(ALL, ["subject"]), []);
  const refused: NameAttribute[] = [
    { type: "CN", value: "" }, { type: "CN", value: "x".repeat(65) }, { type: "O", value: "x".repeat(65) }, { type: "L", value: "x".repeat(129) },
    { type: "C", value: "D" }, { type: "C", value: "DEU" }, { type: "C", value: "de" }, { type: "C", value: "Ü1" },
    { type: "CN", value: " a" }, { type: "CN", value: "a " }, { type: "CN", value: "a\u0000b" }, { type: "CN", value: "a\u001bb" }, { type: "CN", value: "a\u00a0b" },
    { type: "CN", value: "a\u202eb" }, { type: "CN", value: "a\u200bb" }, { type: "CN", value: "a\u3164b" }, { type: "CN", value: "\ud800" },
    { type: "serialNumber", value: "47_11" }, { type: "DC", value: "zürich" }, { type: "E", value: "ü@example.com" },
  ];
  for (const attribute of refused) {
    const findings = judgeName([attribute], ["steps", 4, "subject"]);
    assert.ok(findings.length > 0 && findings.every(({ control }) => control === "SUBJECT-FORM"), JSON.stringify(attribute));
    assert.deepEqual(findings[0]?.path, ["steps", 4, "subject", 0]);
    assert.match(findings[0]?.message ?? "", /^[ -~]+$/);
  }
  assert.equal(judgeName([], []).length, 1);
  assert.equal(judgeName([{ type: "CN", value: "" }, { type: "C", value: "x" }], []).length, 2);
});
