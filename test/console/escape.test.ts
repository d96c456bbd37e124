import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { printable } from "../../src/console/escape.ts";

test("control characters, the escape of a terminal among them, are shown by code point", () => {
  assert.equal(printable("a\u001b[2Jb\r\n\tc\u0000\u007f\u009b"), "a\\u{1b}[2Jb\\u{d}\\u{a}\\u{9}c\\u{0}\\u{7f}\\u{9b}");
});

test("characters that turn the reading direction are shown by code point", () => {
  for (const trick of ["\u202e", "\u202a", "\u2066", "\u2069", "\u200f", "\u061c"]) {
    assert.equal(printable(`x${trick}y`), `x\\u{${trick.codePointAt(0)?.toString(16)}}y`);
  }
});

test("what is not seen is shown by code point", () => {
  for (const trick of ["\u200b", "\u200d", "\u00ad", "\ufeff", "\u2060", "\u3164", "\u115f", "\u034f", "\ufe0f", "\u{e0041}", "\u2800", "\u00a0", "\u2003", "\u3000", "\u2028", "\u2029", "\ue000", "\uffff"]) {
    assert.equal(printable(`x${trick}y`), `x\\u{${trick.codePointAt(0)?.toString(16)}}y`);
  }
});

test("lone surrogates are shown, pairs stay characters", () => {
  assert.equal(printable("\ud800x\udc00"), "\\u{d800}x\\u{dc00}");
  assert.equal(printable("𝔸😀"), "𝔸😀");
});

test("letters of every script stay as they are", () => {
  const names = "Zoë Ångström, Nguyễn, Łukasz, Ελένη, Ольга, שָׁלוֹם, محمد, देवनागरी, 根証明書, 한국어, e\u0301";
  assert.equal(printable(names), names);
});

test("marks piled on one letter, or on nothing, are shown by code point", () => {
  assert.equal(printable(`a${"\u0301".repeat(6)}b`), `a${"\u0301".repeat(4)}\\u{301}\\u{301}b`);
  assert.equal(printable("\u0301a"), "\\u{301}a");
});

test("under a plain locale everything but ASCII is shown by code point", () => {
  assert.equal(printable("Zoë 根", "ascii"), "Zo\\u{eb} \\u{6839}");
});

test("nothing printable moves the cursor, and showing twice changes nothing", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 40 }), fc.constantFrom("unicode" as const, "ascii" as const), (text, charset) => {
    const shown = printable(text, charset);
    assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    assert.equal(printable(shown, charset), shown);
    if (charset === "ascii") assert.match(shown, /^[\x20-\x7e]*$/);
  }));
});
