/** Started by run-screen.program.test.ts at a pseudo-terminal: puts the questions named in argv, and says on the terminal what became of them. */
import type { PeopleRequest } from "../../src/console/people.ts";
import { letReadersLeave } from "../../src/commands/output.ts";
import { askPin, mannerOf, plainFrom, TerminalPeople } from "../../src/console/terminal.ts";
import { Fault } from "../../src/fault.ts";
import { briefing, momentOf } from "./briefing.ts";

const QUESTIONS: Readonly<Record<string, PeopleRequest>> = {
  roll: { kind: "roll-call", step: 1, people: ["dan"] },
  time: { kind: "time", step: 1 },
  confirm: { kind: "confirm", step: 2, verb: "generate", of: ["factory-root"] },
  sign: { kind: "confirm", step: 2, verb: "sign", of: ["factory-ca"] },
  readback: { kind: "read-back", step: 2, by: "dan", subject: "certificate", name: "factory-ca", sha256: "00".repeat(32) },
  act: { kind: "act", step: 3, by: "bob", typed: ["serial"] },
  entry: { kind: "double-entry", step: 3, typed: ["bag"] },
  decide: { kind: "decide", step: 2, about: "unknown-key-pair", name: "factory-root", facts: [], choices: ["adopt", "destroy", "stop"] },
  dice: { kind: "draw", step: 2, source: "dice", length: 4 },
};

letReadersLeave();
const picks = [5, 12];
const plain = plainFrom(process.env);
const people = new TerminalPeople(briefing, { clock: () => "2026-11-20T10:42:07Z", pick: () => picks.shift() ?? 0, plain });
const moment = momentOf();
try {
  for (const name of process.argv.slice(2)) {
    if (name === "pin") console.log(`pin of ${(await askPin("PIN of token vault:", undefined, mannerOf(briefing, { plain }))).length}`);
    else if (name === "head") await people.showHead(57, briefing.planDigest);
    else if (name === "busy") await new Promise((resolve) => setTimeout(resolve, 400));
    else if (QUESTIONS[name] !== undefined) console.log(JSON.stringify(await people.answer(QUESTIONS[name], moment)));
  }
  console.log(JSON.stringify(moment.told));
} catch (thrown) {
  if (!(thrown instanceof Fault)) throw thrown;
  console.log(thrown.code);
  process.exitCode = 5;
}
