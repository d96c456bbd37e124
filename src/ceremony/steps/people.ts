/** Steps that are about people: who is here, what they do outside the tool, what they read back. */
import type { StepOf } from "../../plan/plan.ts";
import { meetsQuorum } from "../../transcript/quorum.ts";
import { except, judge, stopFor, type Course } from "../course.ts";
import { attestedInstant, orStop } from "../people.ts";
import { ask, type Ask, type RequestOf } from "../request.ts";

/** `roll-call`: who attends, the time by two watches, and the plan's digest read back by a witness. */
export function* rollCall(course: Course, step: StepOf<"roll-call@1">): Ask<void> {
  const { people, quorum } = course.plan;
  const { present } = orStop(course, step.number, yield* ask({ kind: "roll-call", step: step.number, people: people.map((person) => person.id) }));
  const here = people.filter((person) => present.includes(person.id));
  judge(course, "ROLL-CALL-QUORUM", step.number, meetsQuorum(quorum.seal, here), `the people present (${present.join(", ")}) do not meet the quorum of the seal`);
  judge(course, "ROLL-CALL-QUORUM", step.number, meetsQuorum(quorum.effects, here), `the people present (${present.join(", ")}) do not meet the quorum for effects`);
  course.present = here.map((person) => person.id);
  yield* attestedInstant(course, step.number);
  const reader = here.find((person) => person.role === "witness" || person.role === "auditor") ?? here[0];
  if (reader === undefined) return stopFor(course, { kind: "short-answer", step: step.number, of: "roll-call" }, "nobody is present");
  yield* readBack(course, step.number, reader.id, { subject: "plan", name: course.plan.ceremony, sha256: course.planDigest });
}

/** `act`: something outside the tool, read aloud, done by somebody, values typed twice. */
export function* act(course: Course, step: StepOf<"act@1">): Ask<void> {
  const { by, typed } = orStop(course, step.number, yield* ask({ kind: "act", step: step.number, by: step.by, typed: step.typed }));
  if (by !== step.by) stopFor(course, { kind: "short-answer", step: step.number, of: "act" }, `expected ${step.by} to do this, found ${by}`);
  const missing = step.typed.filter((name) => !typed[name]);
  if (missing.length > 0) stopFor(course, { kind: "short-answer", step: step.number, of: "act" }, `expected values for ${missing.join(", ")}`);
}

/** `act`, version 2: as before, then values that two people enter, each for himself [DOUBLE-ENTRY], and files of evidence, of which the record holds the digests. */
export function* actWithEvidence(course: Course, step: StepOf<"act@2">): Ask<void> {
  yield* act(course, { ...step, rule: "act@1" });
  if (step.doubleEntry.length > 0) yield* enterTwice(course, step);
  if (step.files.length > 0) yield* attach(course, step);
}

function* enterTwice(course: Course, { number, doubleEntry }: StepOf<"act@2">): Ask<void> {
  const { entries } = orStop(course, number, yield* ask({ kind: "double-entry", step: number, typed: doubleEntry }));
  const [first, second] = entries;
  const people = new Set(entries.map(({ by }) => by).filter((by) => course.plan.people.some(({ id }) => id === by)));
  judge(course, "DOUBLE-ENTRY", number, entries.length === 2 && people.size === 2, `expected entries of two people, found ${entries.length} by ${[...people].join(", ") || "nobody"}`);
  const differing = doubleEntry.filter((name) => !first?.typed[name] || first.typed[name] !== second?.typed[name]);
  judge(course, "DOUBLE-ENTRY", number, differing.length === 0, `the two entries of ${differing.join(", ")} differ or are empty`);
}

function* attach(course: Course, { number, by, files, backupOf = [] }: StepOf<"act@2">): Ask<void> {
  const attached = orStop(course, number, yield* ask({ kind: "attach", step: number, by, files }));
  const paths = attached.files.map(({ path }) => path);
  const isWhole = attached.by === by && paths.join() === files.join();
  if (!isWhole) stopFor(course, { kind: "short-answer", step: number, of: "attach" }, `expected ${files.join(", ")} of ${by}, found ${paths.join(", ") || "nothing"} of ${attached.by}`);
  const evidence = attached.files.map(({ path, sha256 }) => ({ run: course.run, path, sha256 }));
  for (const key of backupOf) course.evidence.set(key, [...(course.evidence.get(key) ?? []), ...evidence]);
}

/** `acknowledge`: witnesses read the SHA-256 of what was issued and type words of it back. */
export function* acknowledge(course: Course, step: StepOf<"acknowledge@1">): Ask<void> {
  for (const name of step.of) {
    const certificate = course.certificates.get(name);
    const sha256 = certificate?.sha256 ?? course.crls.get(name)?.sha256 ?? "";
    const subject = certificate === undefined ? "crl" : "certificate";
    for (const by of step.by) yield* readBack(course, step.number, by, { subject, name, sha256 });
  }
}

/** A person reads a SHA-256 and types words of it back. What does not match goes on only by a deviation that people write and decide. */
export function* readBack(course: Course, step: number, by: string, of: Read): Ask<void> {
  if (course.standing !== null) return;
  for (;;) {
    const answer = orStop(course, step, yield* ask({ kind: "read-back", step, by, ...of }));
    const enough = answer.by === by && new Set(answer.positions).size >= 2;
    if (!enough) stopFor(course, { kind: "short-answer", step, of: "read-back" }, `expected ${by} to read back two words of ${of.name}, found ${answer.positions.length} by ${answer.by}`);
    if (answer.outcome === "answered" || (yield* afterUnmatched(course, step, of)) === "go-on") return;
  }
}

type Read = Pick<RequestOf<"read-back">, "subject" | "name" | "sha256">;

/** What is there already may be left unread, and its words compared later; what is still to be done hangs on the words. */
function* afterUnmatched(course: Course, step: number, { subject, name }: Read): Ask<"again" | "go-on"> {
  const choices = subject === "certificate" || subject === "crl" ? (["again", "go-on"] as const) : (["again"] as const);
  const answer = orStop(course, step, yield* ask({ kind: "deviation", step, about: "unmatched-words", name, choices: [...choices, "stop"] }));
  const choice = choices.find((allowed) => allowed === answer.choice);
  const isKnown = course.plan.people.some(({ id }) => id === answer.by);
  const fact = { kind: "decided", step, about: "unmatched-words", name, choice: choice ?? "stop", by: answer.by } as const;
  const text = `the words of ${subject} ${name} were not typed back: expected ${answer.expected}; happened ${answer.happened}; ${answer.by} decided ${answer.decided}`;
  if (choice === undefined || !isKnown) return stopFor(course, fact, text);
  except(course, fact, text);
  return choice;
}
