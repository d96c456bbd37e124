/** The screen of a run as somebody meets it who presses the wrong keys, pastes, makes the window small, or has no screen at all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { needTool } from "../tools.ts";
import { atTerminal, turn, type Deed, type Seen } from "./pty.ts";

const child = fileURLToPath(new URL(import.meta.resolve("./run-screen-child.js")));
const tool = { ...needTool("python3"), timeout: 60_000 };
const PLAIN = { ANCHORITE_PLAIN: "1" };

async function questions(names: readonly string[], deeds: readonly Deed[], environment: Readonly<Record<string, string>> = {}, size: readonly [number, number] = [24, 80]): Promise<Seen> {
  return atTerminal([process.execPath, child, ...names], deeds, { environment, size });
}

/** The right answers to every kind of question. */
const RIGHT: Readonly<Record<string, readonly Deed[]>> = {
  roll: [...turn("is here (y/N):", "y\r"), ...turn("type  right", "right\r")],
  time: turn("type  agree", "agree\r"),
  confirm: turn("type the word  generate", "generate\r"),
  head: [{ wait: "after entry 57" }],
  readback: [...turn("type word 6 (", "adroitness\r"), ...turn("type word 19 (", "aardvark\r")],
  act: [...turn("type the word  done", "done\r"), ...turn("serial:", "A-17\r"), ...turn("types it again:", "A-17\r")],
  entry: [...turn("the first who reads", "bob\r"), ...turn("bag:", "B-1\r"), ...turn("reads the thing itself", "dan\r"), ...turn("bag:", "B-1\r")],
  decide: [...turn("the number of what", "1\r"), ...turn("who decided", "bob\r")],
  dice: turn("4 digits:", "1234\r"),
  pin: turn("PIN of token vault:", "zyxwv\r"),
};
const KINDS = Object.keys(RIGHT);

test("on a plain terminal under LANG=C every kind of question is ASCII lines, each once, without a box, a rule or a control of the cursor", tool, async () => {
  const { shown, exit } = await questions(KINDS, KINDS.flatMap((kind) => RIGHT[kind] ?? []), { LANG: "C", TERM: "dumb" });
  assert.equal(exit, 0, shown);
  assert.match(shown, /^[\r\n\x20-\x7e]*$/, "nothing but lines of ASCII");
  const lines = shown.split("\r\n");
  assert.doesNotMatch(shown, /\r(?!\n)/, "no line is written over");
  assert.doesNotMatch(shown, /---|===|___|[|+]/);
  const asked = lines.filter((line) => line.startsWith("TEST ?"));
  assert.equal(asked.length, 17);
  assert.equal(new Set(asked).size, 16, "no question is drawn twice, but for the bag that two people type");
  assert.equal(lines.filter((line) => line.includes("Step 2 of 3")).length, 2, "each time that its step is gone to");
  assert.doesNotMatch(shown, /zyx/);
});

test("of many lines that are pasted none is taken, and the person is told so", tool, async () => {
  await Promise.all([PLAIN, {}].map(async (environment) => {
    const { shown, exit } = await questions(["confirm", "sign"], [...turn("type the word  generate", "generate\rsign\rsign\r"), { wait: "Several lines came at once" }, ...turn("type the word  generate", "generate\r"), ...turn("type the word  sign", "sign\r")], environment);
    assert.equal(exit, 0, shown);
    assert.equal(shown.match(/Several lines came at once, and none was taken/g)?.length, 1, shown);
    assert.equal(shown.match(/"kind":"confirm"/g)?.length, 2);
  }));
});

test("what is typed while the token works confirms nothing behind it", tool, async () => {
  await Promise.all([PLAIN, {}].map(async (environment) => {
    const { shown, exit } = await questions(["confirm", "busy", "sign"], [...turn("type the word  generate", "generate\r"), ...turn('"confirm"', "sign\r"), { wait: "type the word  sign" }, { rest: 0.3 }, { type: ":stop\r" }, ...turn("who stops", "dan\r"), ...turn("why:", "typed ahead\r")], environment);
    assert.equal(exit, 0, shown);
    assert.match(shown, /"outcome":"stopped","by":"dan","reason":"typed ahead"/, shown);
  }));
});

/** Keys that must neither pass a question, nor show what is hidden, nor end the program. */
function wrongKeys(question: string, refusal: string): readonly Deed[] {
  return [
    ...turn(question, "\u001a"), ...turn("Ctrl-Z is not taken", "\u0014"), { type: "\r" },
    ...turn(refusal, "\u0003"), ...turn("Stop the ceremony?", "\r"), ...turn(question, "\u0004"), ...turn("Stop the ceremony?", "\r"),
  ];
}

test("Enter, Ctrl-C, Ctrl-D, Ctrl-T and Ctrl-Z at every kind of question pass nothing, and the question is put again", tool, async () => {
  const { shown, exit } = await questions(["time", "confirm", "act", "decide"], [
    ...wrongKeys("type  agree", "> type"), ...RIGHT["time"] ?? [],
    ...wrongKeys("type the word  generate", "> type"), ...RIGHT["confirm"] ?? [],
    ...wrongKeys("type the word  done", "> type"), ...RIGHT["act"] ?? [],
    ...wrongKeys("the number of what", "> type"), ...RIGHT["decide"] ?? [],
  ]);
  assert.equal(exit, 0, shown);
  assert.equal(shown.match(/"outcome":"answered"/g)?.length, 4, shown);
});

test("no key shows a PIN, and Ctrl-C and Ctrl-D leave it", tool, async () => {
  await Promise.all([PLAIN, {}].map(async (environment) => {
    const typed = await questions(["pin"], [...turn("PIN of token vault:", "zyx"), { type: "\u0014" }, { type: "\u001a" }, { rest: 0.2 }, { type: "wv\r" }], environment);
    assert.equal(typed.exit, 0, typed.shown);
    assert.match(typed.shown, /pin of 5/);
    assert.doesNotMatch(typed.shown, /zyx|wv|\*{2}/);
    for (const key of ["\u0003", "\u0004"]) assert.match((await questions(["pin"], turn("PIN of token vault:", key), environment)).shown, /person-interrupted/);
  }));
});

test("Ctrl-Z on a plain terminal stops nothing, Ctrl-C asks, and Ctrl-D and Ctrl-\\ leave the program as a closed terminal does", tool, async () => {
  const asked = await questions(["confirm"], [...turn("type the word  generate", "\u001a"), ...turn("Ctrl-Z is not taken", "\u0003"), ...turn("Stop the ceremony?", "\r"), ...turn("type the word  generate", "generate\r")], PLAIN);
  assert.equal(asked.exit, 0, asked.shown);
  for (const key of ["\u0004", "\u001c"]) {
    const left = await questions(["confirm"], turn("type the word  generate", key), PLAIN);
    assert.deepEqual([left.exit, /person-interrupted/.test(left.shown)], [5, true], left.shown);
  }
});

test("a terminal that is closed ends the question and the program, without a signal", tool, async () => {
  await Promise.all([PLAIN, {}].map(async (environment) => assert.equal((await questions(["confirm"], [{ wait: "type the word  generate" }, { hangup: true }], environment)).exit, 5)));
});

test("a window made small in the middle of a line keeps the line and the question", tool, async () => {
  for (const size of [[24, 80], [10, 40]] as const) {
    const { shown, exit } = await questions(["roll", "confirm"], [...RIGHT["roll"] ?? [], ...turn("type the word  generate", "gene"), { size }, { rest: 0.2 }, { type: "rate\r" }], {}, [50, 120]);
    assert.equal(exit, 0, shown);
    assert.match(shown, /"kind":"confirm","outcome":"answered","by":"alice"/, `${size}`);
  }
});
