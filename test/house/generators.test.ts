import assert from "node:assert/strict";
import { test } from "node:test";
import { madeGenerators, type MadeGenerator } from "./generators.ts";
import { assertNone } from "./source.ts";

/** Generators that are not run where they are made, and who runs them. Everything else stands behind `yield*`. */
const KEPT: readonly { readonly file: string; readonly of: string; readonly runBy: string }[] = [
  { file: "ceremony/ceremony.ts", of: "allSteps", runBy: "untilStop, which catches a stop" },
  { file: "ceremony/ceremony.ts", of: "judgeInventory", runBy: "untilStop, which catches a stop" },
  { file: "ceremony/disclosed.ts", of: "readDisclosed", runBy: "the loop of toldBy, which wants its end" },
  { file: "ceremony/replay.ts", of: "ceremony", runBy: "feed" },
  { file: "ceremony/replay.ts", of: "feed", runBy: "the loop of feedAll, which compares artifacts" },
  { file: "ceremony/replay.ts", of: "checkedEntries", runBy: "feed, or drain when there is no plan" },
  { file: "ceremony/replay.ts", of: "readChain", runBy: "the loop of checkedEntries, which notes where the chain breaks" },
  { file: "commands/replay.ts", of: "replayRecord", runBy: "the loop of replayFolder, which checks claims" },
  { file: "commands/report.ts", of: "replayRecord", runBy: "the loop of checkedFolder, which checks claims" },
  { file: "commands/seal.ts", of: "replayRecord", runBy: "the loop that checks claims" },
  { file: "commands/readiness.ts", of: "replayRecord", runBy: "the loop of factsOfRehearsal, which checks claims" },
  { file: "commands/session.ts", of: "ceremony", runBy: "feed, then drive" },
  { file: "commands/session.ts", of: "feed", runBy: "the loop of #feed, which keeps artifacts and checks claims" },
  { file: "room/record.ts", of: "readChain", runBy: "the loop of readAll; hasTranscript looks at the first entry" },
  { file: "room/sealing.ts", of: "replayRecord", runBy: "the loop of replayForSeal, which checks claims" },
];

/** A step with the mistakes that the compiler accepts, and without. */
const FORGETFUL = "ceremony/steps/forgetful.ts";
const TEXT = `
  import { ask, type Ask } from "../request.ts";
  import { checkPresence } from "../people.ts";
  import type { Course } from "../course.ts";
  export function* forgetful(course: Course, step: number): Ask<boolean> {
    ask({ kind: "present", step });
    checkPresence(course, step);
    void checkPresence(course, step);
    const later = checkPresence(course, step);
    later;
    const isAnswered = ask({ kind: "time", step }) !== null;
    yield* checkPresence(course, step);
    const { outcome } = yield* (ask({ kind: "time", step }));
    return isAnswered && outcome === "answered";
  }
`;

const { made, errors } = madeGenerators(new Map([[FORGETFUL, TEXT]]));
const ours = made.filter(({ file }) => file !== FORGETFUL);

const isListed = (one: MadeGenerator): boolean => KEPT.some(({ file, of }) => file === one.file && of === one.of);
const mistakes = (all: readonly MadeGenerator[]): MadeGenerator[] => all.filter((one) => one.fate === "dropped" || (one.fate === "kept" && !isListed(one)));

test("every generator runs behind yield*, or is on the list of those that somebody else runs", () => {
  assertNone(mistakes(ours).map(({ file, line, of, fate }) => `src/${file}:${line} ${of} is ${fate}: is there a yield* missing?`));
});

test("every row of that list is needed", () => {
  assertNone(KEPT.filter((row) => !ours.some(({ file, of, fate }) => fate === "kept" && file === row.file && of === row.of)).map(({ file, of }) => `${file}: ${of}`));
});

test("steps were read at all", () => {
  const delegated = ours.filter(({ fate, file }) => fate === "delegated" && file.startsWith("ceremony/"));
  assert.ok(delegated.filter(({ of }) => of === "ask").length >= 15, "there are requests");
  assert.ok(delegated.some(({ of }) => of === "draft"), "a method that gives a generator counts as well");
});

test("a forgotten yield* is found, although it compiles", () => {
  assert.deepEqual(errors(FORGETFUL), []);
  const found = mistakes(made.filter(({ file }) => file === FORGETFUL)).map(({ line, of, fate }) => `${line - 6} ${of} ${fate}`);
  assert.deepEqual(found, ["0 ask dropped", "1 checkPresence dropped", "2 checkPresence dropped", "3 checkPresence kept", "4 later dropped", "5 ask kept"]);
});
