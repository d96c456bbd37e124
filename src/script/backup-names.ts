/** Keys that are backed up, restored and destroyed: who holds shares, and what must come before and after [BACKUP-WRAP, BACKUP-CUSTODIANS, RESTORED-PROOF, SCRIPT-NAMES]. */
import { doubt, type Doubt, type Draft } from "./doubt.ts";
import { stepNumber, type Made } from "./made.ts";
import { isRegistered } from "./registered.ts";
import type { Step, StepOf } from "./step-schema.ts";
import { unknownToken } from "./token-names.ts";
import { didYouMean } from "./wording.ts";

/** What speaks against a step that backs a key up, restores or destroys it. */
export function survivalDoubts(step: StepOf<"back-up-key" | "restore-key" | "destroy-key">, made: Made, draft: Draft): Doubt[] {
  if (step.kind === "back-up-key") return backupDoubts(step, made, draft);
  return step.kind === "restore-key" ? restorationDoubts(step, made, draft) : destructionDoubts(step, made, draft);
}

/** The key was made to be wrapped, the backup's name is new, and there are custodians for every share. */
function backupDoubts(step: StepOf<"back-up-key">, made: Made, draft: Draft): Doubt[] {
  const maker = made.keys.get(step.key);
  const before = made.backups.get(step.backup);
  const path = [...step.path, "key"];
  const many = step.threshold <= step.custodians.length ? [] : [doubt("BACKUP-CUSTODIANS", [...step.path, "threshold"], "", `expected at most ${step.custodians.length}, for there are so many shares, found ${step.threshold}`)];
  return [
    ...(maker === undefined ? [doubt("SCRIPT-NAMES", path, step.key, `expected the name of an earlier key, found ${step.key}`, didYouMean(step.key, made.keys.keys()))] : []),
    ...(maker === undefined || maker.backup === "wrap" ? [] : [doubt("BACKUP-WRAP", path, step.key, `expected a key that was made with backup: wrap, found ${step.key}, made with backup: ${maker.backup}`, "such a key never leaves its token")]),
    ...(before === undefined ? [] : [doubt("SCRIPT-NAMES", [...step.path, "backup"], step.backup, `expected a new name, found ${step.backup}, which ${isRegistered(before) ? "the register has" : `step ${stepNumber(before)} makes`}`)]),
    ...many,
    ...custodianDoubts(step, step.custodians, draft),
  ];
}

/** A key that may leave its token wrapped is wrapped by the ceremony that makes it: else nobody gains by it. */
export function unwrappedDoubts({ steps }: Draft): Doubt[] {
  return steps.flatMap((step) => {
    if (step.kind !== "generate-key-pair" || step.backup !== "wrap") return [];
    const isBackedUp = steps.some((other) => other.kind === "back-up-key" && other.key === step.key);
    return isBackedUp ? [] : [doubt("BACKUP-WRAP", [...step.path, "backup"], step.key, `expected back-up-key for ${step.key}, which is made to be wrapped, found none`, `add back-up-key: { backup: ${step.key}-backup, key: ${step.key}, … } after it`)];
  });
}

function custodianDoubts(step: StepOf<"back-up-key" | "restore-key">, ids: readonly string[], { people }: Draft): Doubt[] {
  const field = step.kind === "back-up-key" ? "custodians" : "shares";
  if (people === null) return [];
  return ids.flatMap((id) => {
    const person = Object.hasOwn(people, id) ? people[id] : undefined;
    if (person === undefined) return [doubt("SCRIPT-NAMES", [...step.path, field], "", `expected a person of the script, found ${id}`, didYouMean(id, Object.keys(people)))];
    return person.role === "custodian" ? [] : [doubt("BACKUP-CUSTODIANS", [...step.path, field], "", `expected a custodian, found ${id}, who is ${person.role}`)];
  });
}

/** The key is of the register, the token is another one and was looked at, each share is one person's, and the key proves itself. */
function restorationDoubts(step: StepOf<"restore-key">, made: Made, draft: Draft): Doubt[] {
  const maker = made.keys.get(step.key);
  const place = [...step.path, "token"];
  const known = maker !== undefined && isRegistered(maker);
  const numbers = Object.values(step.shares);
  const twice = numbers.find((number, i) => numbers.indexOf(number) !== i);
  const unknown = unknownToken(step, draft);
  const holds = draft.tokens !== null && Object.hasOwn(draft.tokens, step.token) ? draft.tokens[step.token]?.holds : undefined;
  return [
    ...unknown,
    ...(known ? [] : [doubt("SCRIPT-NAMES", [...step.path, "key"], step.key, `expected a key of the register, found ${step.key}`, didYouMean(step.key, made.keys.keys()))]),
    ...(known && [maker.token, ...draft.copies.flatMap(({ token, key }) => (key === step.key ? [token] : []))].includes(step.token) ? [doubt("SCRIPT-NAMES", place, step.token, `expected a token that does not hold ${step.key}, found ${step.token}`)] : []),
    ...(unknown.length > 0 || made.openedTokens.has(step.token) ? [] : [doubt("SCRIPT-NAMES", place, step.token, `expected ${step.token} to be initialised or inspected first`)]),
    ...(holds === undefined || holds.includes(step.key) ? [] : [doubt("SCRIPT-NAMES", place, step.key, `expected a token that holds ${step.key}, found ${step.token}, whose list leaves it out`)]),
    ...(twice === undefined ? [] : [doubt("BACKUP-CUSTODIANS", [...step.path, "shares"], "", `expected each share once, found ${twice} twice`)]),
    ...custodianDoubts(step, Object.keys(step.shares), draft),
    ...(known ? proofDoubts(step, made, draft) : []),
  ];
}

/** The first thing that a restored key signs is a list or a request, which certifies nothing. */
function proofDoubts(step: StepOf<"restore-key">, made: Made, { steps }: Draft): Doubt[] {
  const own = new Set([...made.certificates.values()].flatMap((one) => ("key" in one && one.key === step.key ? [one.certificate] : [])));
  const first = steps.find((one) => Number(one.path[1]) > Number(step.path[1]) && signsWith(one, step.key, own));
  if (first?.kind === "issue-crl" || first?.kind === "create-request") return [];
  const message = `expected ${step.key} to sign a CRL or a request before anything else, found ${first === undefined ? "none" : `${first.kind} in step ${stepNumber(first)}`}`;
  return [doubt("RESTORED-PROOF", [...step.path, "key"], step.key, message, "add issue-crl or create-request after this step: it is how the key proves itself")];
}

function signsWith(step: Step, key: string, certificates: ReadonlySet<string>): boolean {
  if (step.kind === "back-up-key" || step.kind === "destroy-key") return false;
  return ("issuer" in step && certificates.has(step.issuer)) || ("key" in step && step.key === key) || (step.kind === "close" && step["transcript-key"] === key);
}

/** The key is of the register, is no key of this ceremony, and nothing uses it afterwards. */
function destructionDoubts(step: StepOf<"destroy-key">, made: Made, { steps, tokens }: Draft): Doubt[] {
  const maker = made.keys.get(step.key);
  const path = [...step.path, "key"];
  if (maker === undefined || !isRegistered(maker)) return [doubt("SCRIPT-NAMES", path, step.key, `expected a key of the register that this ceremony does not restore, found ${step.key}`, didYouMean(step.key, made.keys.keys()))];
  const own = new Set([...made.certificates.values()].flatMap((one) => ("key" in one && one.key === step.key ? [one.certificate] : [])));
  const later = steps.find((one) => Number(one.path[1]) > Number(step.path[1]) && (signsWith(one, step.key, own) || (one.kind === "destroy-key" && one.key === step.key) || (one.kind === "back-up-key" && one.key === step.key)));
  const there = (step.gone ?? []).filter((token) => tokens !== null && Object.hasOwn(tokens, token));
  return [
    ...(later === undefined ? [] : [doubt("SCRIPT-NAMES", path, step.key, `expected no step to use ${step.key} after it is destroyed, found ${later.kind} in step ${stepNumber(later)}`)]),
    ...there.map((token) => doubt("SCRIPT-NAMES", [...step.path, "gone"], token, `expected a token that nobody will reach again, found ${token}, which is a token of this script`)),
  ];
}
