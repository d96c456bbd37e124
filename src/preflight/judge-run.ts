/** What a run has to have before it begins, beyond its plan: a rehearsal, an auditor or a video; or people who say why not. Pure. */
import type { ControlId } from "../controls.ts";
import type { Finding } from "../fault.ts";

/** What a record says that was given as the rehearsal. */
export interface RehearsalFacts {
  /** Empty for a record that is no rehearsal: the plan digest that it rehearsed, hex. */
  readonly plan: string;
  /** SHA-256 of its script.yaml, and the package digest of its tool, hex. */
  readonly script: string;
  readonly tool: string;
  /** Why it does not count: it does not replay, or did not come to its end; empty when it does. */
  readonly wrong: readonly string[];
}

/** The run that is to begin. */
export interface RunFacts {
  /** SHA-256 of script.yaml, and the package digest of this tool, hex. */
  readonly script: string;
  readonly tool: string;
  /** Null where none is given. */
  readonly rehearsal: RehearsalFacts | null;
}

const REHEARSE = "anchorite rehearse SCRIPT --record rehearsal, then run with --rehearsal rehearsal";

/** [RUN-REHEARSED] */
export function judgeRehearsed({ script, tool, rehearsal }: RunFacts): Finding[] {
  const found = (message: string): Finding => ({ control: "RUN-REHEARSED", path: ["host"], message, hint: REHEARSE });
  if (rehearsal === null) return [found("expected a rehearsal of this script, found none")];
  if (rehearsal.plan === "") return [found("expected the record of a rehearsal, found that of a ceremony")];
  return [
    ...rehearsal.wrong.map((why) => found(`expected a rehearsal that came to its end and replays, found: ${why}`)),
    ...(rehearsal.script === script ? [] : [found(`expected a rehearsal of the script with the SHA-256 ${script}, found one of ${rehearsal.script}`)]),
    ...(rehearsal.tool === tool ? [] : [found(`expected a rehearsal with the tool of the package digest ${tool}, found one with ${rehearsal.tool}`)]),
  ];
}

/** What a plan says of who watches. */
export interface WatchedPlan {
  readonly steps: readonly { readonly rule: string }[];
  readonly quorum: { readonly effects: readonly { readonly role: string }[] };
  readonly video?: string;
}

/** Where a root is made, an auditor has to be there at each effect, or the whole is on video [RUN-WITNESSED]. */
export function judgeWitnessed({ steps, quorum, video }: WatchedPlan): Finding[] {
  const makesRoot = steps.some(({ rule }) => rule.startsWith("issue-root@"));
  if (!makesRoot || video !== undefined || quorum.effects.some(({ role }) => role === "auditor")) return [];
  return [{ control: "RUN-WITNESSED", path: ["quorum", "effects"], message: "expected an auditor among those who have to be present, or a person who keeps the video, found neither", hint: "write effects: [1 of auditor, 2 of any] below quorum, or video: PERSON" }];
}

/** Named people say why a run goes on though a control does not hold. */
export interface StatedException {
  readonly control: string;
  readonly why: string;
  readonly by: readonly string[];
  /** SHA-256 of the rehearsed script that this one was filled from, hex. */
  readonly template?: string | undefined;
}

/** What stands after exceptions: what blocks still, and what of the exceptions is wrong. */
export interface Stand {
  readonly blocking: readonly Finding[];
  readonly used: readonly StatedException[];
}

const FEWEST = 2;

/** An exception lifts every finding of its control; one that lifts nothing, or is not by two people of the script, is a finding itself [EXCEPTION-STATED]. */
export function standAfter(findings: readonly Finding[], exceptions: readonly StatedException[], people: readonly string[]): Stand {
  const wrong = exceptions.flatMap(({ control, by }): Finding[] => {
    const fits = findings.some((one) => one.control === control);
    const known = new Set(by.filter((id) => people.includes(id)));
    return [
      ...(fits ? [] : [exceptional(`expected an exception to a control that does not hold here, found ${control}`, "take it out: an exception that lifts nothing hides what comes later")]),
      ...(known.size >= FEWEST && known.size === by.length ? [] : [exceptional(`expected at least two people of the script for the exception to ${control}, found ${by.join(", ") || "nobody"}`, "name them by their ids")]),
    ];
  });
  const lifted = new Set(exceptions.map(({ control }) => control));
  return { blocking: [...wrong, ...findings.filter(({ control }) => !lifted.has(control))], used: wrong.length === 0 ? exceptions : [] };
}

/** The script that an emergency script was filled from is the one that was rehearsed, where a rehearsal is given [EXCEPTION-STATED]. */
export function judgeTemplates(exceptions: readonly StatedException[], rehearsal: RehearsalFacts | null): Finding[] {
  return exceptions.flatMap(({ control, template }): Finding[] => {
    if (template === undefined || rehearsal === null) return [];
    const wrong = rehearsal.plan === "" ? ["the record of a ceremony"] : rehearsal.wrong;
    return [
      ...(rehearsal.script === template ? [] : [exceptional(`expected the rehearsal of the template ${template} of the exception to ${control}, found one of ${rehearsal.script}`, "give the rehearsal of the script that this one was filled from")]),
      ...wrong.map((why) => exceptional(`expected a rehearsal of the template that came to its end and replays, found ${why}`, "give the rehearsal of the script that this one was filled from")),
    ];
  });
}

function exceptional(message: string, hint: string): Finding {
  return { control: "EXCEPTION-STATED" satisfies ControlId, path: ["host"], message, hint };
}
