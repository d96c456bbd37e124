/** What a token was found to do, held against what a plan wants of it: which step will not work there, and what to do. Pure. */
import { readBackOf, templatesOf, wantsPinAlways } from "../plan/key-template.ts";
import type { Plan, PlannedStep, PlannedToken, StepOf } from "../plan/plan.ts";
import { isOfModel, type TokenProfile } from "../tokens/profile.ts";
import { TOKEN_PROFILES } from "../tokens/profiles.ts";
import type { PairTrial, Probe } from "../tokens/probe.ts";
import type { TokenObject } from "../transcript/observation.ts";
import { acceptedWords } from "./accepted-words.ts";
import { keyDifferences, type Pair } from "./key-attributes.ts";

/** A step that will not work, and why. */
export interface Misfit {
  readonly step: number;
  readonly kind: string;
  readonly found: string;
  readonly todo: string;
}

type KeyStep = StepOf<"generate-key-pair@1">;

/** @param token the script's name of the token that was probed */
export function misfitsOf(plan: Plan, token: string, probe: Probe): Misfit[] {
  const planned = plan.tokens.find((one) => one.token === token);
  if (planned === undefined) return [{ step: 0, kind: "script", found: `the script has no token ${token}`, todo: `its tokens are ${plan.tokens.map((one) => one.token).join(", ")}: name the token of the station alike` }];
  const look = plan.steps.find((step) => (step.rule === "inspect-token@1" || step.rule === "initialize-token@1") && step.token === token);
  const keys = plan.steps.flatMap((step) => (step.rule === "generate-key-pair@1" && step.token === token ? keyMisfits(plan, step, probe) : []));
  return [...modelMisfits(plan, planned, probe, look), ...keys];
}

function modelMisfits(plan: Plan, { accept, profile }: PlannedToken, { token, module }: Probe, look: PlannedStep | undefined): Misfit[] {
  const at = { step: look?.number ?? 0, kind: look?.rule.split("@")[0] ?? "script" };
  const misfits: Misfit[] = [];
  const found = `${token.manufacturer}, ${token.model}, firmware ${token.firmware}, module ${module.sha256}`;
  const accepted = accept.some((one) => one.manufacturer === token.manufacturer && one.model === token.model && one.firmware === token.firmware && one.module === module.sha256);
  if (accept.length > 0 && !accepted) misfits.push({ ...at, found: `the script does not accept ${found}`, todo: "name these under accept, have the plan approved again, or use the token that the script names" });
  if (profile !== undefined && !isOfModel(profile.models, token)) misfits.push({ ...at, found: `the script names the token profile ${profile.name}, the token is ${token.manufacturer}, ${token.model}`, todo: profileHint(token.profiles) });
  if (plan.assurance === "production" && TOKEN_PROFILES.some((one) => one.keysIn === "software" && isOfModel(one.models, token))) misfits.push({ ...at, found: "the keys of this token are in software, and production refuses such a token", todo: "use a device, or write assurance: software-keys" });
  return misfits;
}

function profileHint(names: readonly string[]): string {
  return names.length === 0 ? "there is no token profile of this model: leave the field out" : `write profile: ${names.join(" or ")}`;
}

function keyMisfits(plan: Plan, step: KeyStep, probe: Probe): Misfit[] {
  const at = { step: step.number, kind: `generate-key-pair ${step.key}` };
  const trial = probe.pairs.find(({ algorithm }) => algorithm === step.algorithm);
  if (trial === undefined) return [{ ...at, found: `${step.algorithm} was not tried`, todo: "probe again, with this script" }];
  if (trial.made !== "yes") return [{ ...at, found: `the token makes no key of ${step.algorithm} (${trial.made})`, todo: algorithmHint(probe) }];
  return [...templateMisfits(step, trial, probe), ...attributeMisfits(plan, step, trial, probe), ...lengthMisfits(step, probe), ...wishMisfits(step, probe)].map((misfit) => ({ ...at, ...misfit }));
}

function algorithmHint({ pairs }: Probe): string {
  const made = pairs.filter((pair) => pair.made === "yes").map(({ algorithm }) => algorithm);
  return made.length === 0 ? "take another token" : `choose ${made.join(", ")}, which it makes, or take another token`;
}

type Words = Pick<Misfit, "found" | "todo">;

function templateMisfits(step: KeyStep, { refused, signs }: PairTrial, { token }: Probe): Words[] {
  const misfits: Words[] = [];
  const names = [...refused.privateKey.map((name) => `${name} of the private key`), ...refused.publicKey.map((name) => `${name} of the public key`)];
  if (names.length > 0 && token.profiles.length === 0) misfits.push({ found: `the token refuses the template for ${names.join(", ")}`, todo: "no token profile knows this model: ask its vendor for a module that takes these attributes" });
  const signed = signs[step.signature] ?? "not tried";
  if (signed !== "yes") {
    const others = Object.entries(signs).flatMap(([mechanism, word]) => (word === "yes" ? [mechanism] : []));
    misfits.push({ found: `the key does not sign by ${step.signature} (${signed})`, todo: others.length === 0 ? "take another token" : `choose signature: ${others.join(" or ")}` });
  }
  return misfits;
}

/** By the very rule that will judge the key on the day [KEY-NEVER-EXTRACTABLE, KEY-LOCAL, KEY-ATTRIBUTES]. */
function attributeMisfits(plan: Plan, step: KeyStep, trial: PairTrial, { token }: Probe): Words[] {
  const place = { id: "00", label: "probe" };
  const half = (kind: TokenObject["class"], attributes: TokenObject["attributes"]): TokenObject => ({ class: kind, ...place, keyType: "other", spki: trial.spki, keyGenMechanism: trial.keyGenMechanism, attributes });
  const pair = { spki: trial.spki, privateKey: half("private key", trial.privateKey), publicKey: half("public key", trial.publicKey) };
  // keys were tried as those are made that never leave their token and want their PIN once
  const tried: KeyStep = { ...step, backup: "none", ...templatesOf(), ...readBackOf(step.algorithm) };
  const differences = keyDifferences(tried, place, pair, acceptedWords(plan, step));
  const excusing = TOKEN_PROFILES.filter((profile) => token.profiles.includes(profile.name) && excuses(profile, tried, pair));
  const todo = excusing.length > 0 ? `write profile: ${excusing.map(({ name }) => name).join(" or ")} below the token` : "no token profile takes this: take another token, or ask the vendor";
  const silence = excusing.length > 0 ? todo : `${todo}; or two people sign a waiver of ATTRIBUTE-REPORTED on ${step.key} that names the attribute`;
  return differences.map(({ control, found }) => ({ found: `${found} [${control}]`, todo: found.endsWith("not reported") ? silence : todo }));
}

function excuses({ words }: TokenProfile, step: KeyStep, pair: Pair): boolean {
  return keyDifferences(step, { id: "00", label: "probe" }, pair, words).length === 0;
}

/** What a script may want of a key besides. */
function wishMisfits(step: KeyStep, { alwaysAuthenticate, wraps, dataObject }: Probe): Words[] {
  const misfits: Words[] = [];
  // the probe was stopped before it came to it: that says nothing of the token
  const again = "probe again, with this script";
  if (wantsPinAlways(step) && alwaysAuthenticate === "not tried") return [{ found: "whether a key wants its PIN at each signature was not tried", todo: again }];
  if (step.backup === "wrap" && wraps.length === 0 && dataObject === "not tried") return [{ found: "whether a key is wrapped was not tried", todo: again }];
  if (wantsPinAlways(step) && !alwaysAuthenticate.startsWith("honoured")) misfits.push({ found: `the key is to want its PIN at each signature: ${alwaysAuthenticate}`, todo: "leave always-authenticate out, or take another token" });
  if (step.backup === "wrap" && !wraps.some(({ extractable }) => extractable.startsWith("yes"))) misfits.push({ found: `the key is to be wrapped: ${wraps.map(({ mechanism, extractable }) => `${mechanism} ${extractable}`).join(", ") || "the token offers no mechanism for it"}`, todo: "write backup: vendor, or take another token" });
  return misfits;
}

/** What a ceremony writes: 20 octets of CKA_ID, and the name of the key with the run of 16 digits behind it. */
function lengthMisfits(step: KeyStep, { longest }: Probe): Words[] {
  const label = step.key.length + 17;
  const misfits: Words[] = [];
  if (longest.id !== null && longest.id < 20) misfits.push({ found: `the token keeps ${longest.id} octets of a CKA_ID, a ceremony gives 20`, todo: "take another token" });
  if (longest.label !== null && longest.label < label) misfits.push({ found: `the token keeps ${longest.label} octets of a label, this key's has ${label}`, todo: "give the key a shorter name" });
  return misfits;
}
