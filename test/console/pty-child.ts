/** Started by terminal-pty.test.ts with a pseudo-terminal: puts two questions to it, and the result on stdout. */
import { askPin, TerminalPeople, terminalReady } from "../../src/console/terminal.ts";
import { briefing, moment } from "./briefing.ts";

const people = new TerminalPeople(briefing, { clock: () => moment.now });
if (!terminalReady()) {
  console.log(JSON.stringify({ ready: false }));
} else {
  const observation = await people.answer({ kind: "confirm", step: 2, verb: "generate", of: ["factory-root"] }, moment);
  const pin = await askPin("PIN of token vault:");
  people.close();
  console.log(JSON.stringify({ ready: true, observation, pinLength: pin.length }));
}
