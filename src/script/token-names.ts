/** Tokens and the keys that are generated on them. */
import { doubt, type Doubt, type Draft } from "./doubt.ts";
import { stepNumber, type Made } from "./made.ts";
import { isRegistered } from "./registered.ts";
import type { StepOf } from "./step-schema.ts";
import { didYouMean } from "./wording.ts";

/** [SCRIPT-NAMES] about initialising and inspecting: the token exists, and nothing that was made on it is wiped. */
export function tokenDoubts(step: StepOf<"initialize-token" | "inspect-token">, made: Made, draft: Draft): Doubt[] {
  const unknown = unknownToken(step, draft);
  const before = made.openedTokens.get(step.token);
  if (step.kind === "inspect-token" || before === undefined) return unknown;
  const message = `expected ${step.token} to be initialised before anything else is done with it, found ${before.kind} in step ${stepNumber(before)}`;
  return [...unknown, doubt("SCRIPT-NAMES", [...step.path, "token"], step.token, message)];
}

/** [SCRIPT-NAMES] about PINs: the token is there, and was looked at before its holder changes one; with a locked PIN nobody can look. */
export function pinDoubts(step: StepOf<"change-pin" | "unlock-pin">, made: Made, draft: Draft): Doubt[] {
  const unknown = unknownToken(step, draft);
  if (unknown.length > 0 || step.kind === "unlock-pin" || made.openedTokens.has(step.token)) return unknown;
  return [doubt("SCRIPT-NAMES", [...step.path, "token"], step.token, `expected ${step.token} to be initialised or inspected first`, `put inspect-token: { token: ${step.token} } before this step`)];
}

/** [SCRIPT-NAMES] about a new key: its name is new, its token is there, was looked at, and is to hold it. */
export function keyDoubts(step: StepOf<"generate-key-pair" | "adopt">, made: Made, draft: Draft): Doubt[] {
  const doubts = unknownToken(step, draft);
  const known = doubts.length === 0;
  const before = made.keys.get(step.key);
  if (before !== undefined) {
    doubts.push(doubt("SCRIPT-NAMES", [...step.path, "key"], step.key, `expected a new key name, found ${step.key}, which ${isRegistered(before) ? "the register has" : `step ${stepNumber(before)} generates`}`));
  }
  if (known && !made.openedTokens.has(step.token)) {
    const hint = `put initialize-token or inspect-token: { token: ${step.token} } before this step`;
    doubts.push(doubt("SCRIPT-NAMES", [...step.path, "token"], step.token, `expected ${step.token} to be initialised or inspected first`, hint));
  }
  if (known && draft.tokens !== null && !draft.tokens[step.token]?.holds.includes(step.key)) {
    doubts.push(doubt("SCRIPT-NAMES", [...step.path, "token"], step.key, `expected a token that holds ${step.key}, found ${step.token}, whose list leaves it out`));
  }
  return doubts;
}

/** [SCRIPT-NAMES] about the lists of the tokens: each key that one holds is generated, and no other holds it. */
export function heldKeyDoubts({ tokens, steps, registered }: Draft): Doubt[] {
  const earlier = new Map([...registered, ...steps].flatMap((step) => ((step.kind === "generate-key-pair" && registered.includes(step)) || step.kind === "restore-key" ? [[step.key, step.token] as const] : [])));
  const generated = new Set([...steps.flatMap((step) => (step.kind === "generate-key-pair" || step.kind === "adopt" ? [step.key] : [])), ...earlier.keys()]);
  const holderOf = new Map<string, string>();
  const doubts: Doubt[] = [];
  for (const [token, { holds }] of Object.entries(tokens ?? {})) {
    for (const [index, key] of holds.entries()) {
      const path = ["tokens", token, "holds", index];
      const holder = holderOf.get(key);
      if (holder !== undefined) doubts.push(doubt("SCRIPT-NAMES", path, key, `expected one token to hold ${key}, found ${holder} and ${token}`));
      else if ((earlier.get(key) ?? token) !== token) doubts.push(doubt("REGISTER-FITS", path, key, `expected the token ${earlier.get(key) ?? ""}, which holds ${key} by the register, found ${token}`));
      else if (!generated.has(key)) doubts.push(doubt("SCRIPT-NAMES", path, key, `expected a key that a step generates, found ${key}`, didYouMean(key, generated)));
      holderOf.set(key, token);
    }
  }
  return doubts;
}

/** [SCRIPT-NAMES] about keys that are kept without a certificate: they are there, and have none. */
export function keptKeyDoubts(step: StepOf<"close">, made: Made, { steps }: Draft): Doubt[] {
  const used = new Set(steps.flatMap((one) => ("key" in one && one.kind !== "generate-key-pair" && one.kind !== "back-up-key" ? [one.key] : [])));
  return (step.keeps ?? []).flatMap((key, i) => {
    const path = [...step.path, "keeps", i];
    if (!made.keys.has(key)) return [doubt("SCRIPT-NAMES", path, key, `expected a key that a step generates, found ${key}`, didYouMean(key, made.keys.keys()))];
    return used.has(key) ? [doubt("SCRIPT-NAMES", path, key, `expected a key without a certificate or request, found ${key}, which has one`, "such a key is kept anyway: leave it out here")] : [];
  });
}

export function unknownToken(step: StepOf<"initialize-token" | "inspect-token" | "change-pin" | "unlock-pin" | "generate-key-pair" | "adopt" | "restore-key">, { tokens }: Draft): Doubt[] {
  if (tokens === null || Object.hasOwn(tokens, step.token)) return [];
  return [doubt("SCRIPT-NAMES", [...step.path, "token"], step.token, `expected a token of the script, found ${step.token}`, didYouMean(step.token, Object.keys(tokens)))];
}
