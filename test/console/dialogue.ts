import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { setTimeout as after } from "node:timers/promises";
import { render } from "@inquirer/testing";
import { TerminalPeople, type TerminalChoices } from "../../src/console/terminal.ts";
import type { Terminal } from "../../src/console/prompts.ts";
import { briefing } from "./briefing.ts";

/** What a person does: types a line and Enter, presses a key with Ctrl, or types without Enter. */
export type Keys = string | { readonly ctrl: string } | { readonly only: string };
export const CTRL_C: Keys = { ctrl: "c" };
export type Turn = readonly [shown: string, keys: Keys];

const DEADLINE = 60_000;
/** Milliseconds in which what is written reaches the screen. */
const SETTLE = 10;

/** What was shown, and how the conversation ended. */
export interface Talk<T> {
  readonly screen: string;
  readonly result: PromiseSettledResult<T>;
}

/** Plays a conversation: waits until each text is on the screen, then types. `talk` gets a terminal of its own. */
export async function converse<T>(turns: readonly Turn[], talk: (terminal: Terminal) => Promise<T>): Promise<Talk<T>> {
  const rendered = await render<T, null>((_, context) => {
    if (context?.input === undefined || context.output === undefined) throw new Error("no terminal was made");
    return talk({ input: context.input, output: neverEnding(context.output) });
  }, null);
  const settled = Promise.allSettled([rendered.answer]);
  let seen = 0;
  for (const [shown, keys] of turns) {
    seen = await shownAfter(rendered, shown, seen);
    if (typeof keys === "object" && "ctrl" in keys) rendered.events.keypress({ name: keys.ctrl, ctrl: true });
    else rendered.events.type(typeof keys === "string" ? keys : keys.only);
    if (typeof keys === "string") rendered.events.keypress("enter");
  }
  const result = await Promise.race([settled, after(DEADLINE, null, { ref: false })]);
  await after(SETTLE);
  const screen = await rendered.getFullOutput({ raw: true });
  assert.ok(result, `still asking:\n${screen}`);
  return { screen, result: result[0] };
}

/** As stderr is: a prompt that is done ends what it wrote to, and the next one writes again. */
function neverEnding(output: NodeJS.WritableStream): NodeJS.WritableStream {
  const stream = new Writable({ write: (chunk, _, done) => void output.write(chunk, () => done()) });
  return Object.assign(stream, { end: () => stream, columns: 10_000 });
}

async function shownAfter(rendered: { getFullOutput(options: { raw: true }): Promise<string> }, text: string, from: number): Promise<number> {
  for (const started = Date.now(); Date.now() - started < DEADLINE; ) {
    await after(SETTLE);
    const screen = await rendered.getFullOutput({ raw: true });
    const at = screen.indexOf(text, from);
    // what is told stands there before the prompt behind it does
    if (at >= 0 && (await standsStill(rendered, screen.length))) return screen.length;
  }
  return assert.fail(`never shown: ${text}\n${await rendered.getFullOutput({ raw: true })}`);
}

async function standsStill(rendered: { getFullOutput(options: { raw: true }): Promise<string> }, length: number): Promise<boolean> {
  await after(SETTLE);
  return (await rendered.getFullOutput({ raw: true })).length === length;
}

/** People at a terminal of the test's own. Positions of a read-back are 6 and 19. */
export function peopleAt(terminal: Terminal, choices: TerminalChoices = {}): TerminalPeople {
  const picks = [5, 12];
  return new TerminalPeople(briefing, { terminal, charset: "unicode", clock: () => "2026-11-20T10:42:07Z", pick: () => picks.shift() ?? 0, pastedWithin: 0, ...choices });
}

/** The value of a conversation that ended well. */
export function valueOf<T>({ result, screen }: Talk<T>): T {
  return result.status === "fulfilled" ? result.value : assert.fail(`${String(result.reason)}\n${screen}`);
}
