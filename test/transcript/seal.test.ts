import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromUtf8, toUtf8 } from "../../src/bytes/text.ts";
import { readSeal, writeSeal, type Seal } from "../../src/transcript/seal.ts";

const SEAL: Seal = {
  origin: "anchorite-record/1",
  ceremony: "example-factory-root-of-trust-0badc0de",
  run: "5f3a",
  entries: 42,
  head: "1".repeat(64),
  manifest: "2".repeat(64),
  previous: [],
  tokenSignature: "transcript-key.p7s",
  outcome: "done",
};
const refused = { name: "Fault", code: "form-seal" };

test("a seal is nine lines that a person can read", () => {
  assert.equal(fromUtf8(writeSeal(SEAL)), [
    "origin: anchorite-record/1",
    "ceremony: example-factory-root-of-trust-0badc0de",
    "run: 5f3a",
    "entries: 42",
    `head: ${"1".repeat(64)}`,
    `manifest: ${"2".repeat(64)}`,
    "previous: none",
    "token-signature: transcript-key.p7s",
    "outcome: done",
    "",
  ].join("\n"));
});

test("what was written is read back, for any seal", () => {
  const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
  const seals = fc.record<Seal>({
    origin: fc.constant("anchorite-record/1" as const),
    ceremony: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,60}$/),
    run: fc.stringMatching(/^[0-9a-f]{32}$/),
    entries: fc.integer({ min: 1 }),
    head: hex,
    manifest: hex,
    previous: fc.array(hex, { maxLength: 3 }),
    tokenSignature: fc.constantFrom("transcript-key.p7s" as const, "none" as const),
    outcome: fc.constantFrom("done" as const, "stopped" as const),
  }, { noNullPrototype: true });
  fc.assert(fc.property(seals, (seal) => assert.deepEqual(readSeal(writeSeal(seal)), seal)));
});

test("refuses to write values without their form", () => {
  const wrongs: readonly Partial<Seal>[] = [
    { ceremony: "Root" }, { ceremony: "" }, { ceremony: "a\nb" }, { run: "a b" }, { entries: 0 }, { entries: 1.5 }, { entries: 1e21 }, { entries: Number.NaN },
    { head: "1" }, { manifest: "2".repeat(64).toUpperCase().replace("2", "A") }, { previous: ["x"] }, { previous: ["none"] }, { outcome: "fine" as "done" },
    { origin: "anchorite-record/0" as "anchorite-record/1" }, { tokenSignature: "other.p7s" as "none" },
  ];
  for (const wrong of wrongs) assert.throws(() => writeSeal({ ...SEAL, ...wrong }), refused, JSON.stringify(wrong));
});

test("refuses any change of a line, its name, its order or its end", () => {
  const text = fromUtf8(writeSeal(SEAL));
  const lines = text.split("\n");
  const others = [
    text.slice(0, -1), `${text}\n`, `${text}note: x\n`, `\n${text}`, `\ufeff${text}`, text.replaceAll("\n", "\r\n"), text.replace(": ", ":"), text.replace(": ", ":  "),
    text.replace("entries: 42", "entries: 042"), text.replace("entries: 42", "entries: +42"), text.replace("previous: none", "previous: "),
    text.replace("previous: none", "previous: none none"), text.replace("done", "done "), text.replace("run", "Run"), text.toUpperCase(), "",
    ...lines.slice(0, -1).map((_, i) => lines.toSpliced(i, 1).join("\n")),
    ...lines.slice(0, -1).map((line, i) => lines.toSpliced(i, 0, line).join("\n")),
    ...lines.slice(0, -2).map((line, i) => lines.toSpliced(i, 2, lines[i + 1] ?? "", line).join("\n")),
  ];
  for (const other of others) assert.throws(() => readSeal(toUtf8(other)), refused, JSON.stringify(other));
});

test("a seal that was read is the seal that was signed: one spelling, octet by octet", () => {
  const bytes = writeSeal(SEAL);
  for (let i = 0; i < bytes.length; i++) {
    const changed = bytes.map((octet, at) => (at === i ? octet ^ 1 : octet));
    let read: Seal;
    try {
      read = readSeal(changed);
    } catch {
      continue;
    }
    assert.deepEqual(writeSeal(read), changed);
    assert.notDeepEqual(read, SEAL, `octet ${i}`);
  }
});

test("a seal of before version 1 is told what it is", () => {
  assert.throws(() => readSeal(toUtf8(`origin: anchorite-record/0\n`)), { code: "form-seal", message: /found anchorite-record\/0: it was written before the first release/ });
});
