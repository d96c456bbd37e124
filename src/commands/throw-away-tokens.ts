/** The throw-away tokens of a rehearsal: SoftHSM in a folder of its own, with a key in the place of each that exists. */
import { randomBytes } from "node:crypto";
import { Content } from "../bytes/content.ts";
import { fromHex, toHex } from "../bytes/hex.ts";
import type { Request } from "../ceremony/request.ts";
import { StationPins } from "../console/pin.ts";
import { StandInCustodians } from "../console/stand-in-custodians.ts";
import { Custody } from "../custody/custody.ts";
import { Fault } from "../fault.ts";
import type { Hsm } from "../hsm/hsm.ts";
import type { ExistingBackup, ExistingKey } from "../plan/existing-things.ts";
import { templatesOf } from "../plan/key-template.ts";
import type { Plan } from "../plan/plan.ts";
import type { Existing } from "../plan/rehearse.ts";
import { standInTbs } from "../plan/stand-in-register.ts";
import { makeThrowAwayFolder, removeThrowAway, writeThrowAway } from "../room/throw-away-folder.ts";
import { UNINITIALIZED } from "../script/station-schema.ts";
import type { AnswerTo } from "../transcript/observation.ts";
import { REHEARSAL_FORMAT, type StandIns } from "../transcript/rehearsal.ts";

const CONFIGURATION = "softhsm2.conf";
/** The token of keys that are on none of the ceremony: they are wrapped there for practice. No script names a token so. */
const ELSEWHERE = "elsewhere of a rehearsal";
const PINS = ["pin.txt", "so-pin.txt"] as const;

/** Where the tokens are, and what stands in for what. */
export interface ThrowAway {
  readonly standIns: StandIns;
  /** The station file, its text; and its folder. */
  readonly station: string;
  readonly folder: string;
  /** They have the shares of the practice backups. */
  readonly custodians: StandInCustodians;
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
    const custodians = new StandInCustodians();
    const standIns = await fill(wanted, folder, custodians);
    return { standIns, station: stationOf(wanted, standIns.tokens), folder, custodians };
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

async function fill(wanted: Wanted, folder: string, custodians: StandInCustodians): Promise<StandIns> {
  const { plan, existing, people, until, module } = wanted;
  const initialized = new Set(plan.steps.flatMap((step) => (step.rule === "initialize-token@1" ? [step.token] : [])));
  const names = plan.tokens.map(({ token }) => token);
  const found = names.filter((token) => !initialized.has(token));
  const keys = existing.keys.map((key) => ({ ...key, token: found.includes(key.token) ? key.token : ELSEWHERE }));
  const all = keys.some(({ token }) => token === ELSEWHERE) ? [...found, ELSEWHERE] : found;
  const made = all.length === 0 ? NOTHING : await make({ ...wanted, existing: { ...existing, keys } }, all, await openHsm(all, module, folder, custodians));
  const { serials, spkis, signatures, backups } = made;
  const tokens = Object.fromEntries(names.map((token) => [token, serials.get(token) ?? ""]));
  return { format: REHEARSAL_FORMAT, people, tokens, keys: Object.fromEntries(spkis), signatures: Object.fromEntries(signatures), until, ...(backups.size === 0 ? {} : { backups: Object.fromEntries(backups) }) };
}

/** What was made before the ceremony, by its names. */
interface Made {
  readonly serials: Map<string, string>;
  /** SubjectPublicKeyInfo of each key, DER, hex. */
  readonly spkis: Map<string, string>;
  readonly signatures: Map<string, string>;
  readonly backups: Map<string, NonNullable<StandIns["backups"]>[string]>;
}

const NOTHING: Made = { serials: new Map(), spkis: new Map(), signatures: new Map(), backups: new Map() };

async function make(wanted: Wanted, tokens: readonly string[], hsm: Hsm): Promise<Made> {
  const { existing: { keys, backups } } = wanted;
  const made: Made = { serials: new Map(), spkis: new Map(), signatures: new Map(), backups: new Map() };
  const wrapped = new Set(backups.map(({ key }) => key));
  try {
    for (const token of tokens) made.serials.set(token, (await put(hsm, { kind: "initialize-token", step: 0, token, label: token === ELSEWHERE ? "rehearsal" : `rehearsal-${token}`, replaces: null })).identity.serial);
    for (const { alwaysAuthenticate, ...key } of keys) {
      const templates = templatesOf(wrapped.has(key.key) ? "wrap" : key.backup, alwaysAuthenticate);
      made.spkis.set(key.key, (await put(hsm, { kind: "generate-key-pair", step: 0, serial: made.serials.get(key.token) ?? "", ...key, ...templates })).spki);
    }
    for (const one of backups) made.backups.set(one.backup, await practise(hsm, keys, one, made));
    for (const [name, signature] of await signAll(hsm, wanted, made)) made.signatures.set(name, signature);
    return made;
  } finally {
    await hsm.close();
  }
}

/** Wraps the stand-in of a key that is restored; stand-in custodians are given the shares. */
async function practise(hsm: Hsm, keys: readonly ExistingKey[], { backup, key, threshold, shares }: ExistingBackup, { serials, spkis }: Made): Promise<NonNullable<StandIns["backups"]>[string]> {
  const own = keys.find((one) => one.key === key);
  if (own === undefined) throw new Fault("bug-unreachable", `the register does not know the key ${key} that is restored`);
  const { blob, mechanism, checkValue } = await put(hsm, { kind: "wrap-key", step: 0, backup, key, token: own.token, serial: serials.get(own.token) ?? "", id: own.id, spki: new Content(fromHex(spkis.get(key) ?? "")), threshold, shares });
  return { blob, mechanism, checkValue };
}

/** What stands in for each certificate of a CA of ours is signed by the stand-in of that CA's key. */
async function signAll(hsm: Hsm, { existing: { keys, certificates, names }, until }: Wanted, made: Made): Promise<[string, string][]> {
  const signed: [string, string][] = [];
  const spkis = Object.fromEntries(made.spkis);
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

function signingKey({ key, token, id, signature }: ExistingKey, { serials, spkis }: Made) {
  return { token, serial: serials.get(token) ?? "", id, mechanism: signature, spki: new Content(fromHex(spkis.get(key) ?? "")) };
}

/** Puts an effect to a throw-away token; there is no record of it, and nobody to decide what follows when it fails. */
async function put<R extends Request & { readonly kind: "initialize-token" | "generate-key-pair" | "sign" | "wrap-key" }>(hsm: Hsm, request: R): Promise<Extract<AnswerTo<R["kind"]>, { outcome: "done" }>> {
  const answer = await hsm.answer(request);
  if (answer.kind === request.kind && answer.outcome === "done") return answer as Extract<AnswerTo<R["kind"]>, { outcome: "done" }>;
  throw new Fault("hsm-answer", `a throw-away token did not do ${request.kind}: ${answer.outcome}`, ["check that SoftHSM works on this machine: npm run demo"]);
}

async function openHsm(tokens: readonly string[], module: string, folder: string, custodians: StandInCustodians): Promise<Hsm> {
  const { Hsm } = await import("../hsm/hsm.ts");
  const bindings = Object.fromEntries(tokens.map((token) => [token, { module, serial: null, environment: { SOFTHSM2_CONF: `${folder}/${CONFIGURATION}` }, initString: null }]));
  const places = Object.fromEntries(tokens.map((token) => [token, { pin: { file: `${folder}/${PINS[0]}` }, soPin: { file: `${folder}/${PINS[1]}` } }]));
  const nothing = async (): Promise<void> => undefined;
  return new Hsm(bindings, new StationPins(places, null), { login: nothing, logout: nothing, loginRefused: nothing }, new Custody(custodians));
}
