/** PINs on opencryptoki, which counts wrong ones aloud: a warning, a last try that nobody makes alone, a locked PIN, and the SO who sets another. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { judge, loadRecord, resign, rosterOf } from "../end-to-end/record-in-memory.ts";
import { needToken, OnToken } from "./on-token.ts";

const needed = needToken("opencryptoki");
const PINS = { user: "test-123", so: "so-test1", newUser: "test-456", newSo: "so-test2" };

/** Made where its daemon lives as long as this file. */
const ceremony = needed.skip === undefined ? prepared() : (undefined as unknown as OnToken);

function prepared(): OnToken {
  const ceremony = OnToken.on("opencryptoki", "unlock");
  for (const [file, pin] of [["new-pin.txt", PINS.newUser], ["new-so-pin.txt", PINS.newSo]] as const) writeFileSync(ceremony.path(file), `${pin}\n`, { mode: 0o600 });
  ceremony.edit("station.yaml", /( {4}so-pin: .*\n)/, "$1    new-pin: { file: new-pin.txt }\n    new-so-pin: { file: new-so-pin.txt }\n");
  return ceremony;
}

/** A ceremony that only wants to log in, with the wrong PIN in its file. */
function wrongly(record: string): { exit: number | null; stderr: string } {
  writeFileSync(ceremony.path("pin.txt"), "wrong-12\n");
  writeFileSync(ceremony.path("look.yaml"), ceremony.read("script.yaml").replace(/ {2}- unlock-pin.*\n/, "").replace(/ {2}- (generate|change).*\n/g, "").replace("holds: [spare]", "holds: []").replace("keeps: [spare]", ""));
  return ceremony.reaching(["run", "look.yaml", "--record", record, "--station", "station.yaml", "--answers", "answers.yaml"]);
}

test("wrong PINs are told with what the token says of its tries, and the last try is not made where two people cannot be asked", needed, () => {
  const [first, second, third] = [wrongly("look-1"), wrongly("look-2"), wrongly("look-3")];
  assert.match(first.stderr, /hsm-login: token vault refused the PIN \(CKR_PIN_INCORRECT, a wrong PIN was entered before, few tries are left\)/);
  assert.match(second.stderr, /hsm-login: token vault refused the PIN \(CKR_PIN_INCORRECT, final try\)/);
  assert.match(third.stderr, /hsm-login: the next wrong PIN may lock token vault, and nobody can be asked whether it is tried/);
  assert.deepEqual([first.exit, second.exit, third.exit], [4, 4, 4]);
});

test("a locked PIN is said to be locked before anybody is asked, and the SO unlocks it in a ceremony that is reproduced", needed, () => {
  ceremony.beside("pkcsconf", "-c", "0", "-p", "-U", "wrong-99", "-n", "other-12");
  assert.match(wrongly("look-4").stderr, /hsm-login: the user PIN of token vault is locked/);
  const { exit, stderr } = ceremony.run();
  assert.equal(exit, 0, stderr);
  const facts = ceremony.facts();
  assert.deepEqual(facts.flatMap(({ observation }) => (observation?.kind === "set-pin" ? [observation.outcome] : [])), ["done", "done"]);
  const files = loadRecord(ceremony.inRecord());
  resign(files, ceremony);
  const verdict = judge(files, { roster: rosterOf(ceremony) });
  assert.deepEqual([verdict.exit, verdict.wrong, verdict.rebuilt.state], [0, [], "reproduced"]);
});

test("no PIN of that ceremony, old or new, stands in its record", needed, () => {
  const files = (readdirSync(ceremony.inRecord(), { recursive: true }) as string[]).map((path) => ceremony.inRecord(path)).filter((path) => statSync(path).isFile());
  assert.ok(files.length > 5);
  for (const path of files) for (const pin of Object.values(PINS)) assert.ok(!readFileSync(path).includes(pin), `${pin} in ${path}`);
});
