/** Name constraints, kind by kind: what is within and what is not (RFC 5280 4.2.1.10). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { derOctetString, derOid, derSequence, derTlv } from "../../src/bytes/der.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { nameConstraints, type Subtrees } from "../../src/x509/constraint-extension.ts";
import { namesOutside } from "../../src/x509/name-bounds.ts";
import { encodeName, type NameAttribute } from "../../src/x509/name.ts";

const NONE: Subtrees = { dns: [], ip: [], email: [], directory: [] };
function constraints(permitted: Partial<Subtrees>, excluded: Partial<Subtrees> = {}): Uint8Array {
  const extension = nameConstraints({ permitted: { ...NONE, ...permitted }, excluded: { ...NONE, ...excluded } });
  return fromHex("value" in extension ? extension.value : "");
}
const alt = (tag: number, text: string | Uint8Array): Uint8Array => derTlv(tag, typeof text === "string" ? toUtf8(text) : text);
const subject = (...attributes: NameAttribute[]): Uint8Array => encodeName(attributes);
const count = (bounds: Uint8Array, names: readonly Uint8Array[], of: Uint8Array = subject()): number => namesOutside(bounds, { subject: of, altNames: names.length === 0 ? null : derSequence(...names) }).length;

test("DNS names, mailboxes and addresses are within their subtrees or not [NAME-CONSTRAINTS]", () => {
  const dns = constraints({ dns: ["example.com"] }, { dns: ["secret.example.com"] });
  for (const [name, wrong] of [["example.com", 0], ["A.EXAMPLE.com", 0], ["badexample.com", 1], ["example.org", 1], ["secret.example.com", 1], ["a.secret.example.com", 1]] as const) assert.equal(count(dns, [alt(0x82, name)]), wrong, name);
  const email = constraints({ email: ["example.com", ".example.org", "Bob@example.net"] });
  for (const [name, wrong] of [["a@example.com", 0], ["a@EXAMPLE.com", 0], ["a@b.example.com", 1], ["a@b.example.org", 0], ["a@example.org", 1], ["Bob@Example.net", 0], ["bob@example.net", 1]] as const) assert.equal(count(email, [alt(0x81, name)]), wrong, name);
  const ip = constraints({ ip: ["10.0.0.0/8"] }, { ip: ["10.1.0.0/16", "::/0"] });
  for (const [address, wrong] of [[[10, 2, 3, 4], 0], [[11, 2, 3, 4], 1], [[10, 1, 3, 4], 1], [new Array<number>(16).fill(1), 1]] as const) assert.equal(count(ip, [alt(0x87, Uint8Array.from(address))]), wrong, address.join("."));
});

test("a subject is within a directory name by its first RDNs, whatever their case and blanks; a mailbox in it counts where there is no other [NAME-CONSTRAINTS]", () => {
  const directory = constraints({ directory: [[{ type: "C", value: "DE" }, { type: "O", value: "Example Straße" }]] });
  const named = (o: string, ...rest: NameAttribute[]): Uint8Array => subject({ type: "C", value: "DE" }, { type: "O", value: o }, ...rest);
  assert.equal(count(directory, [], named("Example Straße", { type: "CN", value: "x" })), 0);
  assert.equal(count(directory, [], named("EXAMPLE  straße")), 0);
  assert.equal(count(directory, [], subject({ type: "O", value: "Example Straße" })), 1);
  assert.equal(count(directory, [], subject()), 0, "an empty subject is no name");
  const mail = constraints({ email: ["example.com"] });
  assert.equal(count(mail, [], subject({ type: "E", value: "a@example.org" })), 1);
  assert.equal(count(mail, [alt(0x81, "a@example.com")], subject({ type: "E", value: "a@example.org" })), 0);
});

test("URIs are held by their hosts, and what nobody can compare is outside [NAME-CONSTRAINTS]", () => {
  const base = (tag: number, text: string): Uint8Array => derSequence(derTlv(0xa0, derSequence(alt(tag, text))));
  for (const [uri, wrong] of [["https://user@example.com:8/x", 0], ["https://a.example.com/", 1], ["urn:example.com", 1], ["http://10.0.0.1/", 1]] as const) assert.equal(count(base(0x86, "example.com"), [alt(0x86, uri)]), wrong, uri);
  assert.equal(count(base(0x86, ".example.com"), [alt(0x86, "https://a.example.com/")]), 0);
  const other = derTlv(0xa0, derOid("1.2.3"), derTlv(0xa0, derOctetString(toUtf8("x"))));
  assert.equal(count(derSequence(derTlv(0xa1, derSequence(other))), [other]), 1);
  assert.equal(count(derSequence(derTlv(0xa0, derSequence(alt(0x82, "example.com")))), [other]), 0, "a kind without a constraint is free");
});
