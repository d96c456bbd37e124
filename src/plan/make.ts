/** From script to plan: every profile resolved, every step numbered, every control that needs no observation judged. Pure. */
import { canonicalBytes } from "../bytes/canonical.ts";
import { sha256Hex } from "../bytes/digest.ts";
import { fromUtf8, sameBytes } from "../bytes/text.ts";
import { Fault, type Finding, type ScriptPath } from "../fault.ts";
import type { Script } from "../script/schema.ts";
import { waivedBy } from "../transcript/waiver.ts";
import { readPublicKeyLine, type SshPublicKey } from "../transcript/sshkey.ts";
import { materialPaths, namedInputs } from "./inputs.ts";
import { Judgement } from "./judgement.ts";
import { PLAN_FORMAT, type Plan, type PlannedInput, type PlannedPerson, type PlannedStep, type PlannedToken } from "./plan.ts";
import type { PlannedThing } from "./rehearsal-plan.ts";
import type { PlannedPack } from "./planned-pack.ts";
import type { TokenDelta } from "./planned-token.ts";
import { judgeWeakLists } from "./weak-keys.ts";
import { judgePack } from "./register-pack.ts";
import { NO_FOLDERS, plannedInput, type Folders, type Input, type PlanClaim, type Probe } from "./resolving.ts";
import { resolveRotation } from "./rotation.ts";
import { judgeScheduled } from "./scheduled.ts";
import { resolveSteps } from "./steps.ts";
import { judgeAcceptedProxies, judgeTokenProfiles, profileOf } from "./token-profiles.ts";
import { madeAt, resolveWaivers, waiversOf } from "./waivers.ts";

/** What a plan is made from. */
export interface PlanSource {
  readonly script: Script;
  /** script.yaml, byte for byte. */
  readonly scriptBytes: Uint8Array;
  /** By path relative to the script's folder. */
  readonly inputs: ReadonlyMap<string, Input>;
  /** The folders of requests that the script names. */
  readonly folders?: Folders;
  /** False when steps were taken out that something speaks against: there are findings then, and never a plan. */
  readonly isWhole: boolean;
}

/** Octets that a ceremony works with besides its plan, which holds their digests. */
export interface Given {
  /** The lists of requests, by their path below the inputs. */
  readonly lists: ReadonlyMap<string, Uint8Array>;
  /** register.json of the ceremony before; null when there is none. */
  readonly register: Uint8Array | null;
  /** That of each other line that meets here, in the order of the plan. */
  readonly joined: readonly Uint8Array[];
  /** What goes into bundles and artifacts, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** approval.txt; null where there is none. No plan can hold it: it is made over the plan. */
  readonly approval: Uint8Array | null;
}

export const NOTHING_GIVEN: Given = { lists: new Map(), register: null, joined: [], files: new Map(), approval: null };

/** A plan and its plan.json; or the findings for which there is none. */
export interface PlanMade {
  readonly plan: Plan | null;
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`, hex. */
  readonly digest: string;
  readonly findings: readonly Finding[];
  /** Signatures among the inputs: whoever makes a plan for use has these checked [REQUEST-POSSESSION, CROSS-EXISTING, WAIVER-SIGNED, REGISTER-SIGNED]. */
  readonly claims: readonly PlanClaim[];
  /** Requests that a step may skip: where one does not hold, the plan is made again without it. */
  readonly probes: readonly Probe[];
  readonly given: Given;
}

/**
 * Makes the plan of a script that has parsed. All findings at once.
 */
export function makePlan(source: PlanSource): PlanMade {
  const judgement = new Judgement(waiversOf(source.script), madeAt(source.script.steps));
  judgement.take(["SCRIPT-FORM", "SCRIPT-NAMES", "QUORUM-POSSIBLE", "WITNESS-INDEPENDENT", "TRANSCRIPT-KEY-SEPARATE"], []);
  const { script } = source;
  if (script.places !== undefined) judgement.take(["PROCEDURE-STATE"], []);
  const inputs = resolveInputs(source, judgement);
  const people = resolvePeople(source, judgement);
  const ceremony = ceremonyId(script.ceremony, source.scriptBytes);
  const pack = judgePack(source, judgement);
  const weak = judgeWeakLists(source, judgement);
  const { steps, claims, probes, lists, certificates } = resolveSteps({ weak, script, inputs: source.inputs, folders: source.folders ?? NO_FOLDERS, register: pack.register, ceremony }, judgement);
  judgeAssurance(script, judgement);
  judgeScheduled(script, steps, judgement);
  if (script.video !== undefined) judgement.judge("SCRIPT-NAMES", ["video"], Object.hasOwn(script.people, script.video), `expected a person of the script to keep the video, found ${script.video}`);
  judgeTokenProfiles(script, judgement);
  judgeAcceptedProxies(script, judgement);
  const rotation = resolveRotation({ script, register: pack.register, certificates }, judgement);
  // what a waiver lifts may stand in a step that was taken out
  const waived = source.isWhole ? resolveWaivers({ ...source, register: pack.register }, judgement) : { waivers: [], claims: [] };
  const plan: Plan = {
    ...(script.video === undefined ? {} : { video: script.video }), ...(script.scheduled === undefined ? {} : { scheduled: script.scheduled }),
    ...(script.places === undefined ? {} : { places: resolvePlaces(script.places) }),
    format: PLAN_FORMAT, ceremony, title: script.ceremony, assurance: script.assurance, script: sha256Hex(source.scriptBytes),
    people, quorum: { seal: script.quorum.seal ?? [], effects: script.quorum.effects ?? [], approval: script.quorum.approval ?? [] },
    materials: (script.materials ?? []).map(({ name, serial, note }) => ({ name, serial, note: note ?? "" })),
    dice: script.dice ?? 0, tokens: resolveTokens(script, steps), register: pack.planned, inputs: [...inputs, ...[...lists].map(([path, bytes]) => plannedInput(path, bytes))].sort((a, b) => (a.path < b.path ? -1 : 1)), steps, waivers: waived.waivers, ...(rotation === undefined ? {} : { rotation }), controls: judgement.verdicts(),
  };
  const bytes = canonicalBytes(plan);
  return { plan: judgement.findings.length === 0 && source.isWhole ? plan : null, bytes, digest: sha256Hex(bytes), findings: judgement.findings, claims: [...pack.claims, ...claims, ...waived.claims], probes, given: { lists, register: registerBytes(source, pack.planned), joined: (pack.planned?.joins ?? []).flatMap((one) => registerBytes(source, one) ?? []), files: filesOf(source), approval: null } };
}

/** What steps take from the script's folder as it is. */
function filesOf({ script, inputs }: PlanSource): Map<string, Uint8Array> {
  return new Map(materialPaths(script).flatMap((path) => {
    const bytes = inputs.get(path);
    return bytes instanceof Uint8Array ? [[path, bytes] as const] : [];
  }));
}

function registerBytes({ inputs }: PlanSource, planned: PlannedPack | null): Uint8Array | null {
  const bytes = planned === null ? undefined : inputs.get(planned.file.path);
  return bytes instanceof Uint8Array ? bytes : null;
}

/** The ceremony id: the title as a slug of at most 40 characters, and 8 hex digits of the script's SHA-256. */
export function ceremonyId(title: string, scriptBytes: Uint8Array): string {
  const slug = title.normalize("NFKD").toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "").slice(0, 40).replace(/-$/, "");
  return `${slug || "ceremony"}-${sha256Hex(scriptBytes).slice(0, 8)}`;
}

function resolveInputs(source: PlanSource, judgement: Judgement): PlannedInput[] {
  return [...source.inputs].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([path, input]) => {
    const readable = input instanceof Uint8Array;
    judgement.judge("INPUT-PRESENT", placeOf(source.script, path), readable, readable ? "" : `cannot read ${path}: ${input.unreadable}`, hintFor(path));
    return readable ? [plannedInput(path, input)] : [];
  });
}

function hintFor(path: string): string {
  return waivedBy(path) !== undefined ? "each person of a waiver signs it first: anchorite waive SCRIPT CONTROL --as ID --key FILE" : "paths are relative to the script's folder";
}

/** Where the script names a file, for findings. */
function placeOf(script: Script, path: string): ScriptPath {
  return namedInputs(script).find(({ file }) => file === path)?.path ?? [];
}

function resolvePeople({ script, inputs }: PlanSource, judgement: Judgement): PlannedPerson[] {
  const seen: { id: string; key: SshPublicKey }[] = [];
  return Object.entries(script.people).map(([id, person]) => {
    const path = ["people", id, "key"];
    const key = readKey(inputs.get(person.key), path, judgement);
    if (key === null) return { id, name: person.name, role: person.role, key: "" };
    const twin = seen.find((other) => sameBytes(other.key.blob, key.blob));
    judgement.judge("PEOPLE-DISTINCT", path, twin === undefined, `${id} has the same key as ${twin?.id ?? ""}`, "each person signs with a key of their own");
    seen.push({ id, key });
    return { id, name: person.name, role: person.role, key: key.line };
  });
}

function readKey(input: Input | undefined, path: ScriptPath, judgement: Judgement): (SshPublicKey & { line: string }) | null {
  if (!(input instanceof Uint8Array)) return null;
  try {
    const line = fromUtf8(input).replace(/\r?\n$/, "");
    return { ...readPublicKeyLine(line), line: line.split(" ").slice(0, 2).join(" ") };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    judgement.judge("INPUT-PRESENT", path, false, `expected an OpenSSH public key: ${thrown.message}`, "give the .pub file that ssh-keygen wrote");
    return null;
  }
}

function resolveTokens(script: Script, steps: readonly PlannedStep[]): PlannedToken[] {
  return Object.entries(script.tokens).map(([token, { holds, accept }]) => ({ token, holds, accept: accept ?? [], ...profileOf(script, token), delta: deltaOf(steps, token) }));
}

function resolvePlaces(places: NonNullable<Script["places"]>): PlannedThing[] {
  return Object.entries(places).map(([thing, { is, begins, ends, bag = "", card = "" }]) => ({ thing, is, begins, ends, bag, card }));
}

/** Both halves of each key that a step makes on the token, and of each that a step destroys there. */
function deltaOf(steps: readonly PlannedStep[], token: string): TokenDelta {
  const made = steps.flatMap((step) => ((step.rule === "generate-key-pair@1" || step.rule === "restore-key@1") && step.token === token ? [step.key] : []));
  const destroyed = steps.flatMap((step) => (step.rule === "destroy-key@1" && step.places.some((place) => place.token === token) ? [step.key] : []));
  const halves = (keys: readonly string[]) => keys.flatMap((key) => [{ key, class: "private key" as const }, { key, class: "public key" as const }]);
  return { appear: halves(made), vanish: halves(destroyed) };
}

/** Production names the models that it accepts, is approved before the day, and says how its keys survive [TOKEN-ASSURANCE, PLAN-APPROVED, KEY-BACKUP]. */
function judgeAssurance(script: Script, judgement: Judgement): void {
  if (script.assurance !== "production") return;
  judgement.judge("PLAN-APPROVED", ["quorum"], script.quorum.approval !== undefined, "production wants people who approve the plan before the day, found no approval in quorum", "write approval: [2 of administrator], for example, below quorum");
  for (const [token, { accept }] of Object.entries(script.tokens)) {
    judgement.judge("TOKEN-ASSURANCE", ["tokens", token], (accept ?? []).length > 0, `production wants the accepted models of token ${token}, found none`, "name manufacturer, model, firmware and module digest under accept");
  }
  for (const step of script.steps) {
    if (step.kind === "generate-key-pair") judgement.judge("KEY-BACKUP", [...step.path, "backup"], step.backup !== "none", `a production key wants a backup, found ${step.backup}`, "write backup: vendor, and an act with files and backup-of after it; or backup: wrap, and back-up-key");
  }
}
