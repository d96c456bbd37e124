/** Whether the acts of a script fit each other: where it says things are, they can be [PROCEDURE-STATE]; and what it names is there [SCRIPT-NAMES]. */
import type { Finding, ScriptPath } from "../fault.ts";
import { doubt, type Draft } from "./doubt.ts";
import { enter, keyBehind, nothingMade, stepNumber, type Made } from "./made.ts";
import type { ThingKind, WrittenPlaces } from "./places-schema.ts";
import { walkPlaces, type Contradiction, type Move, type Thing, type Whereabouts } from "./places-walk.ts";
import type { Step, StepOf } from "./step-schema.ts";
import { didYouMean } from "./wording.ts";

/** Findings, without places. The walk is made where every step could be read, for each leans on those before it. */
export function placesFindings(draft: Draft): Finding[] {
  const { places, steps, written } = draft;
  const named = [...declared(draft), ...steps.flatMap((step) => (step.kind === "act" ? actFindings(step, draft) : []))];
  if (places === null || steps.length !== written) return named;
  const moves = movesOf(draft);
  const walked = walkPlaces(thingsOf(places), moves);
  return [...named, ...steps.flatMap((step, i) => (walked[i]?.contradictions ?? []).map((one) => found(step, one)))];
}

/** The things of a script, as they are walked. */
function thingsOf(places: WrittenPlaces): Thing[] {
  return Object.entries(places).map(([thing, { is, begins, ends, card = "" }]) => ({ thing, is, begins, ends, card: places[card]?.is === "card" ? card : "" }));
}

/** What an act says, in the order in which it is written. */
function whereaboutsOf(states: Readonly<Record<string, string>> | undefined): Whereabouts[] {
  return Object.entries(states ?? {}).map(([thing, state]) => ({ thing, state }));
}

function found(step: Step, { thing, at, message, hint }: Contradiction): Finding {
  const path = at === "expects" || at === "becomes" ? [...step.path, "state", at, thing] : step.path;
  return { control: "PROCEDURE-STATE", path, message, hint };
}

function movesOf(draft: Draft): Move[] {
  const made = nothingMade();
  for (const step of draft.registered) enter(step, made);
  return draft.steps.map((step) => {
    const uses = tokensUsed(step, made, draft);
    enter(step, made);
    const { expects, becomes } = step.kind === "act" ? (step.state ?? {}) : {};
    return { number: stepNumber(step), expects: whereaboutsOf(expects), becomes: whereaboutsOf(becomes), uses, isLast: step.kind === "close" };
  });
}

/** The tokens that a step logs in to or looks at: its own, that of its key, that of its issuer's key; at an adjournment and at the end all that were opened. */
function tokensUsed(step: Step, made: Made, { copies }: Draft): string[] {
  if (step.kind === "close" || step.kind === "adjourn") return [...made.openedTokens.keys()];
  const own = "token" in step ? [step.token] : [];
  const key = "key" in step ? step.key : undefined;
  const issuer = "issuer" in step ? keyBehind(made.certificates.get(step.issuer), made) : undefined;
  const holders = [key, issuer].flatMap((name) => (name === undefined ? [] : made.keys.get(name)?.token ?? []));
  if (step.kind !== "destroy-key") return [...new Set([...own, ...(own.length > 0 ? [] : holders)])];
  const gone = step.gone ?? [];
  return [...new Set([...holders, ...copies.flatMap((copy) => (copy.key === key ? [copy.token] : []))])].filter((token) => !gone.includes(token));
}

/** What is said of each thing fits it, and no reader or drive begins with two things. */
function declared({ places, people, tokens }: Draft): Finding[] {
  if (places === null) return [];
  const names = Object.keys(places);
  return Object.entries(places).flatMap(([name, { is, begins, ends, card }], i): Finding[] => {
    const path = ["places", name];
    const twin = Object.entries(places).slice(0, i).find(([, other]) => /^in (reader|drive)/.test(begins) && other.begins === begins);
    return [
      ...(is === "token" && tokens !== null && !Object.hasOwn(tokens, name) ? [unknown(path, `expected a token of the script, found ${name}`, didYouMean(name, Object.keys(tokens)))] : []),
      ...(card !== undefined && (places[card]?.is !== "card" || is !== "token") ? [unknown([...path, "card"], is === "token" ? `expected a card of places, found ${card}` : `expected a token to want a card, found ${name}, which is a ${is}`, didYouMean(card, names))] : []),
      ...fits({ path: [...path, "begins"], is, state: begins }, { places, people }),
      ...fits({ path: [...path, "ends"], is, state: ends }, { places, people }),
      ...(twin === undefined ? [] : [contradiction([...path, "begins"], `expected nothing else ${begins}, found ${twin[0]} there too`, "write in reader 2 or in drive 2 where there are two")]),
    ];
  });
}

function actFindings(step: StepOf<"act">, draft: Draft): Finding[] {
  const { places } = draft;
  return (["expects", "becomes"] as const).flatMap((at) => whereaboutsOf(step.state?.[at]).flatMap(({ thing, state }) => {
    const path = [...step.path, "state", at, thing];
    const known = places !== null && Object.hasOwn(places, thing) ? places[thing] : undefined;
    if (known === undefined) return [unknown(path, `expected a thing of places, found ${thing}`, didYouMean(thing, Object.keys(places ?? {})) ?? "say under places what it is, and where it begins and ends")];
    return fits({ path, is: known.is, state }, draft);
  }));
}

function unknown(path: ScriptPath, message: string, hint: string | undefined): Finding {
  return doubt("SCRIPT-NAMES", path, "", message, hint).finding;
}

function contradiction(path: ScriptPath, message: string, hint: string): Finding {
  return doubt("PROCEDURE-STATE", path, "", message, hint).finding;
}

const OWN: Readonly<Record<ThingKind, readonly string[]>> = { token: ["plugged"], card: ["in reader", "in reader 2"], medium: ["in drive", "in drive 2"], safe: ["open", "shut"] };

/** Whether a state is one that such a thing can have. */
function fits({ path, is, state }: { readonly path: ScriptPath; readonly is: ThingKind; readonly state: string }, { places, people }: Pick<Draft, "places" | "people">): Finding[] {
  const carried = is === "safe" ? [] : ["in bag", "on table"];
  if ([...OWN[is], ...carried].includes(state)) return [];
  const [how, name = ""] = state.split(" ");
  if (is !== "safe" && how === "with" && (people === null || Object.hasOwn(people, name))) return [];
  if (is !== "safe" && how === "in" && places?.[name]?.is === "safe") return [];
  const more = is === "safe" ? "" : ", with a person of the script, or in a safe of places";
  return [contradiction(path, `expected a ${is} to be ${[...OWN[is], ...carried].join(", ")}${more}; found ${state}`, "write one of these")];
}
