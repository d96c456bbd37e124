/**
 * Two records side by side: a rehearsal and the real run, or two runs. What chance and time make different in every run (keys,
 * serial numbers, digests, instants) is no difference; what people decided, what was asked and what was made is. Pure.
 */
import { parseCanonical } from "../bytes/canonical.ts";
import { Fault } from "../fault.ts";
import type { Body } from "../transcript/entry.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { hasWithheld, readDisclosed } from "../transcript/withheld.ts";
import { artifactDifferences } from "./artifact-difference.ts";
import type { RecordFiles } from "./recorded-inputs.ts";

/** Where two records differ, and what each says there; empty where it says nothing. */
export interface Difference {
  readonly where: string;
  readonly one: string;
  readonly other: string;
}

export interface RecordDifference {
  readonly plan: readonly Difference[];
  /** By the number of the step; 0 for what belongs to none. */
  readonly steps: readonly { readonly step: number; readonly rule: string; readonly differences: readonly Difference[] }[];
  readonly artifacts: readonly Difference[];
  /** What could not be compared, because a copy withholds it. */
  readonly remarks: readonly string[];
}

/** @throws Fault record-corrupt for a record without a transcript or a plan that can be read */
export function differenceOf(one: RecordFiles, other: RecordFiles): RecordDifference {
  const [a, b] = [toldBy(one), toldBy(other)];
  const numbers = [...new Set([...a.steps.keys(), ...b.steps.keys()])].sort((x, y) => x - y);
  const steps = numbers.map((step) => ({ step, rule: a.rules.get(step) ?? b.rules.get(step) ?? "", differences: stepDifferences(a.steps.get(step) ?? [], b.steps.get(step) ?? []) }));
  const remarks = a.isPublicCopy || b.isPublicCopy ? ["entries are withheld from a public copy: only those that both records have are compared"] : [];
  return { plan: valueDifferences(a.plan, b.plan, ""), steps: steps.filter(({ differences }) => differences.length > 0), artifacts: artifactDifferences(one, other), remarks };
}

/** Whether they differ in anything that chance and time do not explain. */
export function isSame({ plan, steps, artifacts }: RecordDifference): boolean {
  return plan.length + steps.length + artifacts.length === 0;
}

/** A request and what answered it. */
interface Exchange {
  readonly request: Readonly<Record<string, unknown>>;
  readonly observation: Readonly<Record<string, unknown>> | null;
}

interface Told {
  readonly plan: unknown;
  readonly rules: ReadonlyMap<number, string>;
  readonly steps: ReadonlyMap<number, readonly Exchange[]>;
  readonly isPublicCopy: boolean;
}

function toldBy(files: RecordFiles): Told {
  const transcript = files.read(LAYOUT.transcript);
  const plan = files.read(LAYOUT.plan);
  if (transcript === null || plan === null) throw new Fault("record-corrupt", `expected ${LAYOUT.transcript} and ${LAYOUT.plan} in each record, found one without`);
  const value = parseCanonical(plan);
  const bodies = [...readDisclosed(transcript)].flatMap(({ body }) => (body === null ? [] : [body]));
  return { plan: value, rules: rulesOf(value), steps: exchangesOf(bodies), isPublicCopy: hasWithheld(transcript) };
}

function rulesOf(plan: unknown): Map<number, string> {
  const steps = field(plan, "steps");
  return new Map(Array.isArray(steps) ? steps.map((step, i): [number, string] => [i + 1, String(field(step, "rule"))]) : []);
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function exchangesOf(bodies: readonly Body[]): Map<number, Exchange[]> {
  const steps = new Map<number, Exchange[]>();
  const run = bodies.flatMap((body) => (body.kind === "header" ? [body.run] : []))[0] ?? "";
  let open: Exchange["request"] | null = null;
  for (const body of bodies) {
    if (body.kind === "request") open = body.request;
    if (body.kind !== "observation" || open === null) continue;
    const exchange = { request: masked(open, run), observation: masked(body.observation, run) };
    const step = Number(open["step"]);
    steps.set(step, [...(steps.get(step) ?? []), exchange]);
    open = null;
  }
  if (open !== null) steps.set(Number(open["step"]), [...(steps.get(Number(open["step"])) ?? []), { request: masked(open, run), observation: null }]);
  return steps;
}

/** What is another in every run: keys, numbers, digests, instants, and who of several did what. */
const BY_CHANCE: ReadonlySet<string> = new Set(["serial", "id", "spki", "sha256", "length", "instant", "bytes", "signatures", "positions", "tries", "typed", "identity", "objects", "matches", "privateKey", "publicKey"]);

function masked(value: Readonly<Record<string, unknown>>, run: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !BY_CHANCE.has(name)).map(([name, item]) => [name, maskedValue(item, run)]));
}

function maskedValue(value: unknown, run: string): unknown {
  if (typeof value === "string") return run === "" ? value : value.replaceAll(run, "RUN");
  if (Array.isArray(value)) return value.map((item) => maskedValue(item, run));
  return typeof value === "object" && value !== null ? masked(value as Readonly<Record<string, unknown>>, run) : value;
}

function stepDifferences(one: readonly Exchange[], other: readonly Exchange[]): Difference[] {
  const kinds = (exchanges: readonly Exchange[]) => exchanges.map(({ request }) => String(request["kind"])).join(", ");
  if (kinds(one) !== kinds(other)) return [{ where: "requests", one: kinds(one), other: kinds(other) }];
  return one.flatMap(({ request, observation }, i) => {
    const where = `request ${i + 1}, ${String(request["kind"])}`;
    return [...valueDifferences(request, other[i]?.request, where), ...valueDifferences(observation, other[i]?.observation ?? null, `${where}, answer`)];
  });
}

/** What was asked in each step, the kinds of requests in their order. @throws Fault record-corrupt */
export function requestsBySteps(files: RecordFiles): Map<number, string> {
  const transcript = files.read(LAYOUT.transcript);
  if (transcript === null) throw new Fault("record-corrupt", `expected ${LAYOUT.transcript} in each record, found one without`);
  const steps = new Map<number, string[]>();
  for (const { body } of readDisclosed(transcript)) {
    if (body?.kind !== "request") continue;
    const { kind, step } = body.request;
    steps.set(step, [...(steps.get(step) ?? []), kind]);
  }
  return new Map([...steps].map(([step, kinds]) => [step, kinds.join(", ")]));
}

/** Every place at which two JSON values differ. */
export function valueDifferences(one: unknown, other: unknown, where: string): Difference[] {
  const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;
  if (!isMap(one) || !isMap(other) || Array.isArray(one) !== Array.isArray(other)) {
    const [a, b] = [shown(one), shown(other)];
    return a === b ? [] : [{ where, one: a, other: b }];
  }
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
  return names.flatMap((name) => valueDifferences(one[name], other[name], where === "" ? name : `${where}.${name}`));
}

const LONGEST = 200;

function shown(value: unknown): string {
  if (value === undefined) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
