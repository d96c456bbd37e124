/** Accounts: what the tokens did, held against what the record says of it. */
import type { ExceptionFact } from "../../src/ceremony/exception.ts";
import assert from "node:assert/strict";
import type { Body } from "../../src/transcript/entry.ts";
import type { TokenObject } from "../../src/transcript/observation.ts";
import type { MemoryRecord } from "./record.ts";
import type { ScriptedToken } from "./token.ts";

/** What is held against each other. */
export interface World {
  readonly record: MemoryRecord;
  readonly tokens: ReadonlyMap<string, ScriptedToken>;
}

interface Tbs {
  readonly sha256: string;
}

/** What register.json says, as far as tests ask. */
export interface Register {
  readonly outcome: "done" | "stopped";
  readonly tokens: readonly { readonly token: string; readonly serial: string }[];
  readonly keys: readonly { readonly key: string; readonly id: string; readonly token: string; readonly state: "in use" | "kept" | "parked" | "destroyed"; readonly spki: string; readonly line: readonly string[]; readonly copies?: readonly { readonly token: string; readonly id: string; readonly state: string }[]; readonly destroyed?: object; readonly restored?: { readonly backup: string } }[];
  readonly strayIds: readonly string[];
  readonly backups?: readonly { readonly backup: string; readonly key: string; readonly sha256: string; readonly threshold: number; readonly shares: readonly { readonly number: number; readonly by: string; readonly name: string }[] }[];
  readonly certificates: readonly { readonly name: string; readonly serial: string; readonly sha256: string; readonly notBefore: string; readonly notAfter: string }[];
  readonly requests: readonly { readonly name: string; readonly key: string; readonly subject: string; readonly sha256: string }[];
  readonly crls: readonly { readonly name: string; readonly issuer: string; readonly number: number }[];
  readonly lastCrlNumbers: Readonly<Record<string, number>>;
  readonly possiblyIssued: readonly { readonly kind: string; readonly name: string; readonly issuer: string; readonly tbs: Tbs; readonly burned: string }[];
  readonly artifacts: readonly { readonly artifact: string; readonly format: string; readonly key: string; readonly files: readonly { readonly path: string }[] }[];
  readonly exceptions: readonly ExceptionFact[];
}

export function registerOf(world: World): Register {
  return JSON.parse(world.record.text("artifacts/register.json")) as Register;
}

/** A sign request on record and what became of it. */
export interface Signing {
  readonly purpose: string;
  readonly tbs: string;
  readonly outcome: string;
}

export function signingsOf({ record }: World): Signing[] {
  return record.bodies().flatMap((body, i, bodies): Signing[] => {
    if (body.kind !== "request" || body.request.kind !== "sign") return [];
    const { purpose, items } = body.request as unknown as { purpose: string; items: readonly { tbs: Tbs }[] };
    const answer = bodies.slice(i).find((one): one is Extract<Body, { kind: "observation" }> => one.kind === "observation");
    const outcome = answer?.observation.outcome ?? "none";
    return items.map(({ tbs }) => ({ purpose, tbs: tbs.sha256, outcome }));
  });
}

/** Every signature that a token made is kept or possibly issued, every number is used once, every object is known. */
export function assertAccounted(world: World): void {
  const register = registerOf(world);
  const kept = signingsOf(world).filter(({ outcome }) => outcome === "done").map(({ tbs }) => tbs);
  const possibly = register.possiblyIssued.map(({ tbs }) => tbs.sha256);
  const made = [...world.tokens.values()].flatMap((token) => token.signed);
  for (const tbs of made) assert.ok(kept.includes(tbs) || possibly.includes(tbs), `a signature over ${tbs} was made and is lost`);
  for (const tbs of kept) assert.ok(made.includes(tbs), `a signature over ${tbs} is on record and was never made`);
  assertDistinct(kept, "a TBS that was signed");
  assertNumbers(register);
  assertObjects(world, register);
  for (const [i, { kind, name }] of register.possiblyIssued.entries()) {
    assert.ok(world.record.files.has(`artifacts/possibly-issued/${i}-${kind}-${name}.tbs`), "a possibly issued TBS is kept as a file");
  }
}

function assertNumbers({ certificates, crls, possiblyIssued }: Register): void {
  const burned = (kind: string) => possiblyIssued.filter((one) => one.kind === kind);
  assertDistinct([...certificates.map(({ serial }) => serial), ...burned("certificate").map((one) => one.burned)], "a serial");
  assertDistinct([...crls.map(({ issuer, number }) => `${issuer} ${number}`), ...burned("crl").map((one) => `${one.issuer} ${one.burned}`)], "a CRL number");
}

function assertObjects(world: World, { keys, strayIds }: Register): void {
  const copies = keys.flatMap((key) => key.copies ?? []);
  const known = new Set([...keys.map(({ id }) => id), ...copies.map(({ id }) => id), ...strayIds]);
  const objects = [...world.tokens.values()].flatMap((token): TokenObject[] => token.objects);
  for (const { id } of objects) assert.ok(known.has(id), `an object ${id} that the register does not know`);
  for (const { id, state } of keys) if (state === "destroyed") assert.deepEqual(objects.filter((one) => one.id === id), [], `key ${id} is destroyed`);
  for (const { id, state } of keys) if (state !== "destroyed") assert.equal(objects.filter((one) => one.id === id).length, 2, `key ${id} of the register is on its token`);
}

function assertDistinct(values: readonly string[], what: string): void {
  const twice = values.filter((value, i) => values.indexOf(value) !== i);
  assert.deepEqual(twice, [], `${what} was used twice`);
}

/** How often a control held and failed, as the close request counts them. */
export function tallyOf(world: World, control: string): { held: number; failed: number } {
  const close = world.record.bodies().find((body) => body.kind === "request" && body.request.kind === "close");
  const controls = close?.kind === "request" ? (close.request["controls"] as readonly { control: string; held: number; failed: number }[]) : [];
  const { held = 0, failed = 0 } = controls.find((one) => one.control === control) ?? {};
  return { held, failed };
}

/** The controls that the register names as failed, in order. */
export function failedControls({ exceptions }: Register): string[] {
  return exceptions.flatMap((fact) => (fact.kind === "control" ? [fact.control] : []));
}

/** Asserts that a control failed, once, and that the ceremony was led to a whole record by it. */
export function assertStoppedBy(world: World, control: string): void {
  const register = registerOf(world);
  assert.equal(register.outcome, "stopped");
  assert.deepEqual(failedControls(register)[0], control, "the exception names the control");
  assert.equal(tallyOf(world, control).failed, 1, "the close entry counts the failure");
  const last = world.record.bodies().at(-1);
  assert.ok(last?.kind === "observation" && last.observation.kind === "close");
}
