/** Steps about tokens: initialise one, look at one. */
import type { AcceptedToken, StepOf } from "../../plan/plan.ts";
import { isOfModel } from "../../tokens/profile.ts";
import type { AnswerTo, TokenIdentity } from "../../transcript/observation.ts";
import { judge, stopFor, type Course } from "../course.ts";
import { takeOverToken } from "../earlier.ts";
import { judgeHeads } from "../heads.ts";
import { halvesOn } from "../leftovers.ts";
import { checkPresence, confirmAct, decide, orStop, type Answered } from "../people.ts";
import { ask, type Ask, type DecisionFact, type RequestOf } from "../request.ts";

/** `initialize-token`: the module's one uninitialised slot becomes this token; its serial is bound to the name. */
export function* initializeToken(course: Course, step: StepOf<"initialize-token@1">): Ask<void> {
  const { number, token } = step;
  let replaces: RequestOf<"initialize-token">["replaces"] = null;
  yield* confirmAct(course, number, "initialize", [token]);
  for (let attempt = 0; ; attempt++) {
    const label = tokenLabel(token, course.run, attempt);
    yield* checkPresence(course, number);
    course.effects++;
    const answer: Answered<AnswerTo<"initialize-token">> = orStop(course, number, yield* ask({ kind: "initialize-token", step: number, token, label, replaces }));
    if (answer.outcome === "done") return yield* bindToken(course, number, token, answer.identity.serial, true);
    if (answer.outcome === "wrong") return stopFor(course, { kind: "wrong", step: number, name: token }, `token ${token}: ${answer.why}`);
    const facts = answer.outcome === "unknown" ? yield* afterUnknown(course, number, token, label) : { adopt: null, words: [{ what: "CKR" as const, value: answer.ckr }] };
    const about = answer.outcome === "unknown" ? "unknown-token" : "refused";
    const choices = facts.adopt === null ? (["again"] as const) : (["adopt", "again"] as const);
    const choice = yield* decide(course, { step: number, about, name: token, facts: facts.words, choices });
    // a half-made token that refuses to be made anew is left behind
    replaces = answer.outcome === "unknown" ? label : null;
    if (choice === "adopt" && facts.adopt !== null) return yield* bindToken(course, number, token, facts.adopt.serial, true);
  }
}

/** At most 32 octets, another one for each attempt, so that what an attempt left is not taken for what the next one makes. */
function tokenLabel(token: string, run: string, attempt: number): string {
  return attempt === 0 ? `${token}-${run}` : `${token}-${run.slice(0, 12)}-${attempt}`;
}

/** The token that the request named, if there is exactly one and its user PIN is set. */
function* afterUnknown(course: Course, step: number, token: string, label: string): Ask<{ adopt: TokenIdentity | null; words: DecisionFact[] }> {
  const { matches } = orStop(course, step, yield* ask({ kind: "find-token", step, token, label }));
  const whole = matches.filter((match) => match.initialized && match.userPinInitialized);
  const words = matches.map(({ serial, userPinInitialized }) => ({ what: userPinInitialized ? "token with a user PIN" : "token without a user PIN", value: serial } as const));
  return { adopt: matches.length === 1 ? (whole[0] ?? null) : null, words };
}

/** `inspect-token`: identity and inventory; the first look at a token binds its serial. */
export function* inspectToken(course: Course, step: StepOf<"inspect-token@1">): Ask<void> {
  const bound = course.tokens.get(step.token);
  if (bound === undefined) return yield* bindToken(course, step.number, step.token, null, false);
  orStop(course, step.number, yield* ask({ kind: "inspect-token", step: step.number, token: step.token, serial: bound.serial }));
}

function* bindToken(course: Course, step: number, token: string, serial: string | null, fresh: boolean): Ask<void> {
  const { identity, objects, heads } = orStop(course, step, yield* ask({ kind: "inspect-token", step, token, serial }));
  course.tokens.set(token, { serial: identity.serial, identity, before: objects, after: null });
  judge(course, "TOKEN-ASSURANCE", step, serial === null || identity.serial === serial, `expected serial ${serial ?? ""}, found ${identity.serial}`);
  judge(course, "TOKEN-ASSURANCE", step, isAccepted(course, token, identity), `${course.plan.assurance} does not accept ${identity.manufacturer} ${identity.model} ${identity.firmware}`);
  judgeModel(course, step, token, identity);
  const halves = halvesOn(objects, course.register?.strayIds ?? []);
  judge(course, "TOKEN-WHOLE", step, halves.length === 0, `token ${token}: ${halves.join("; ")}; destroy that by the token's own tool, or take another token, and begin a new ceremony`);
  if (fresh) judge(course, "TOKEN-EMPTY", step, objects.length === 0, `expected no object on the new token, found ${objects.length}`);
  yield* judgeHeads(course, { step, token, heads });
  takeOverToken(course, { step, token, identity, objects });
}

/** What a profile excuses, it excuses of its own models [TOKEN-PROFILE]. */
function judgeModel(course: Course, step: number, token: string, identity: TokenIdentity): void {
  const profile = course.plan.tokens.find((planned) => planned.token === token)?.profile;
  if (profile === undefined) return;
  const models = profile.models.map(({ manufacturer, model }) => `${manufacturer} ${model}`).join(" or ");
  judge(course, "TOKEN-PROFILE", step, isOfModel(profile.models, identity), `expected a token of ${profile.name}, ${models}; token ${token} says ${identity.manufacturer} ${identity.model}`);
}

/** Tokens whose keys live in files of the host: never accepted for production. */
const SOFTWARE_TOKENS = /softhsm|software|swtpm|nss|opencryptoki/i;

function isAccepted(course: Course, token: string, identity: TokenIdentity): boolean {
  const accept = course.plan.tokens.find((planned) => planned.token === token)?.accept ?? [];
  const named = accept.some((one) => isModel(one, identity));
  if (course.plan.assurance !== "production") return accept.length === 0 || named;
  return named && !SOFTWARE_TOKENS.test(`${identity.manufacturer} ${identity.model}`);
}

function isModel(accepted: AcceptedToken, identity: TokenIdentity): boolean {
  return accepted.manufacturer === identity.manufacturer && accepted.model === identity.model && accepted.firmware === identity.firmware;
}
