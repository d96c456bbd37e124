/** The throw-away tokens of a rehearsal: SoftHSM in a folder of its own, with a key in the place of each that exists. */
import { randomBytes } from "node:crypto";
import { Content } from "../bytes/content.ts";
import { fromHex, toHex } from "../bytes/hex.ts";
import type { Request } from "../ceremony/request.ts";
import { StationPins } from "../console/pin.ts";
import { Fault } from "../fault.ts";
import type { Hsm } from "../hsm/hsm.ts";
import type { ExistingKey } from "../plan/existing-things.ts";
import { templatesOf } from "../plan/key-template.ts";
import type { Plan } from "../plan/plan.ts";
import type { Existing } from "../plan/rehearse.ts";
import { standInTbs } from "../plan/stand-in-register.ts";
import { makeThrowAwayFolder, removeThrowAway, writeThrowAway } from "../room/throw-away-folder.ts";
import { UNINITIALIZED } from "../script/station-schema.ts";
import type { AnswerTo } from "../transcript/observation.ts";
import { REHEARSAL_FORMAT, type StandIns } from "../transcript/rehearsal.ts";

const CONFIGURATION = "softhsm2.conf";
const PINS = ["pin.txt", "so-pin.txt"] as const;

/** Where the tokens are, and what stands in for what. */
export interface ThrowAway {
  readonly standIns: StandIns;
  /** The station file, its text; and its folder. */
  readonly station: string;
  readonly folder: string;
}

/** What is asked for. */
export interface Wanted {
  readonly plan: Plan;
  readonly existing: Existing;
  readonly people: StandIns["people"];
  /** SoftHSM's module, absolute. */
  readonly module: string;
  /** When what cannot say REHEARSAL ends. */
  readonly until: string;
}

/**
 * Makes the tokens that the ceremony finds, the keys that stand in on them, and the signatures over the certificates that stand in.
 * The folder is removed again when that fails.
 * @throws Fault hsm-…
 */
export async function makeThrowAwayTokens(wanted: Wanted): Promise<ThrowAway> {
  const folder = makeThrowAwayFolder();
  try {
    const pin = toHex(randomBytes(8));
    for (const name of PINS) writeThrowAway(folder, name, `${pin}\n`);
    writeThrowAway(folder, CONFIGURATION, `directories.tokendir = ${folder}\nobjectstore.backend = file\nlog.level = ERROR\n`);
    const standIns = await fill(wanted, folder);
    return { standIns, station: stationOf(wanted, standIns.tokens), folder };
  } catch (thrown) {
    removeThrowAway(folder);
    throw thrown;
  }
}

function stationOf({ module }: Wanted, serials: Readonly<Record<string, string>>): string {
  const lines = Object.entries(serials).flatMap(([token, serial]) => [
    `  ${token}:`, `    module: ${module}`, `    environment: { SOFTHSM2_CONF: { file: ${CONFIGURATION} } }`, `    serial: ${serial === "" ? UNINITIALIZED : JSON.stringify(serial)}`, `    pin: { file: ${PINS[0]} }`, ...(serial === "" ? [`    so-pin: { file: ${PINS[1]} }`] : []),
  ]);
  return ["# the throw-away tokens of a rehearsal, which are gone", "anchorite-station: 1", `salt: "${toHex(randomBytes(16))}"`, "tokens:", ...lines, ""].join("\n");
}

async function fill(wanted: Wanted, folder: string): Promise<StandIns> {
  const { plan, existing, people, until, module } = wanted;
  const initialized = new Set(plan.steps.flatMap((step) => (step.rule === "initialize-token@1" ? [step.token] : [])));
  const names = plan.tokens.map(({ token }) => token);
  const found = names.filter((token) => !initialized.has(token));
  const serials = new Map(names.map((token) => [token, ""]));
  const keys = new Map<string, string>();
  const signatures = new Map<string, string>();
  if (found.length > 0) {
    const hsm = await openHsm(names, module, folder);
    try {
      for (const token of found) serials.set(token, (await put(hsm, { kind: "initialize-token", step: 0, token, label: `rehearsal-${token}`, replaces: null })).identity.serial);
      for (const { alwaysAuthenticate, ...key } of existing.keys) keys.set(key.key, (await put(hsm, { kind: "generate-key-pair", step: 0, serial: serials.get(key.token) ?? "", ...key, ...templatesOf(key.backup, alwaysAuthenticate) })).spki);
      for (const [name, signature] of await signAll(hsm, wanted, { serials, keys })) signatures.set(name, signature);
    } finally {
      await hsm.close();
    }
  }
  return { format: REHEARSAL_FORMAT, people, tokens: Object.fromEntries(serials), keys: Object.fromEntries(keys), signatures: Object.fromEntries(signatures), until };
}

/** What stands in for each certificate of a CA of ours is signed by the stand-in of that CA's key. */
async function signAll(hsm: Hsm, { existing: { keys, certificates, names }, until }: Wanted, made: { readonly serials: ReadonlyMap<string, string>; readonly keys: ReadonlyMap<string, string> }): Promise<[string, string][]> {
  const signed: [string, string][] = [];
  const spkis = Object.fromEntries(made.keys);
  for (const one of certificates) {
    const issuer = certificates.find(({ name }) => name === one.issuer);
    const key = keys.find((own) => own.key === issuer?.key);
    if (key === undefined) continue;
    const tbs = new Content(standInTbs(one, names, { keys: spkis, until }));
    const answer = await put(hsm, { kind: "sign", step: 0, purpose: "certificate", items: [{ tbs }], key: signingKey(key, made) });
    signed.push([one.name, answer.signatures[0] ?? ""]);
  }
  return signed;
}

function signingKey({ key, token, id, signature }: ExistingKey, { serials, keys }: { readonly serials: ReadonlyMap<string, string>; readonly keys: ReadonlyMap<string, string> }) {
  return { token, serial: serials.get(token) ?? "", id, mechanism: signature, spki: new Content(fromHex(keys.get(key) ?? "")) };
}

/** Puts an effect to a throw-away token; there is no record of it, and nobody to decide what follows when it fails. */
async function put<R extends Request & { readonly kind: "initialize-token" | "generate-key-pair" | "sign" }>(hsm: Hsm, request: R): Promise<Extract<AnswerTo<R["kind"]>, { outcome: "done" }>> {
  const answer = await hsm.answer(request);
  if (answer.kind === request.kind && answer.outcome === "done") return answer as Extract<AnswerTo<R["kind"]>, { outcome: "done" }>;
  throw new Fault("hsm-answer", `a throw-away token did not do ${request.kind}: ${answer.outcome}`, ["check that SoftHSM works on this machine: npm run demo"]);
}

async function openHsm(tokens: readonly string[], module: string, folder: string): Promise<Hsm> {
  const { Hsm } = await import("../hsm/hsm.ts");
  const bindings = Object.fromEntries(tokens.map((token) => [token, { module, serial: null, environment: { SOFTHSM2_CONF: `${folder}/${CONFIGURATION}` }, initString: null }]));
  const places = Object.fromEntries(tokens.map((token) => [token, { pin: { file: `${folder}/${PINS[0]}` }, soPin: { file: `${folder}/${PINS[1]}` } }]));
  const nothing = async (): Promise<void> => undefined;
  return new Hsm(bindings, new StationPins(places, null), { login: nothing, logout: nothing, loginRefused: nothing });
}
