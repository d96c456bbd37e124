/** Somebody closes the terminal in the middle of a run: the token is logged out, and the same command goes on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MAIN } from "../end-to-end/ceremony.ts";
import { smallCeremony } from "../end-to-end/small-ceremony.ts";
import { needTool } from "../tools.ts";
import { atTerminal, turn, type Deed, type Seen } from "./pty.ts";

const ROLL: readonly Deed[] = [...turn("Alice Example (administrator) is here", "y\r"), ...turn("Bob Example (operator) is here", "y\r"), ...turn("Dan Example (witness) is here", "y\r"), ...turn("type  right", "right\r")];
const AGREE = turn("type  agree", "agree\r");
const GENERATE = "type the word  generate";

test("a terminal that is closed leaves the token logged out and the record so that the same command goes on; who stops there is told what was made and what to do next", { ...needTool("python3"), timeout: 120_000 }, async () => {
  const ceremony = smallCeremony();
  const run = async (deeds: readonly Deed[]): Promise<Seen> => atTerminal([process.execPath, MAIN, "run", "script.yaml", "--record", "record", "--station", "station.yaml"], deeds, { cwd: ceremony.folder, environment: { ANCHORITE_PLAIN: "1" } });
  const events = () => ceremony.facts().flatMap(({ event }) => (event === undefined ? [] : [event.name]));
  const closed = await run([...ROLL, ...AGREE, { readback: true }, { readback: true }, ...turn("type the word  initialize", "initialize\r"), ...turn(GENERATE, "generate\r"), { wait: GENERATE }, { hangup: true }]);
  assert.equal(closed.exit, 8, closed.shown);
  assert.deepEqual([events().filter((name) => name === "login").length, events().at(-1)], [2, "logout"]);

  const [words = ""] = /Write on the printed procedure, after entry \d+:\s+([^\r]+)/.exec(closed.shown.slice(closed.shown.lastIndexOf("Write on")))?.slice(1) ?? [];
  assert.match(closed.shown.replace(/\s+/g, " "), new RegExp(`Step 4 of 9 .* On paper after entry \\d+: ${words} `), "they stay in sight on the next page");
  const resumed = await run([...turn("the four words:", `${words}\r`), { wait: "going on after entry" }, ...turn(GENERATE, ":stop\r"), ...turn("who stops", "dan\r"), ...turn("why:", "the lamp went out\r")]);
  assert.equal(resumed.exit, 8, resumed.shown);
  const end = resumed.shown.slice(resumed.shown.indexOf("The ceremony was STOPPED")).replace(/\s+/g, " ");
  assert.match(end, /^The ceremony was STOPPED; its keys are parked\. TEST\. Record: record .* step 4: stopped by dan: the lamp went out MADE, .* key root on token vault, serial [0-9a-f]+, PARKED .* anchorite seal record --as dan --key FILE THEN .* anchorite replay record --roster FILE .* Write the words of the head on paper/);
  assert.equal(ceremony.register().outcome, "stopped");
});
