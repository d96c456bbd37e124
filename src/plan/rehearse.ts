/**
 * From a plan to the plan of its rehearsal: the same steps, with throw-away things in the place of what exists. What is substituted
 * is a closed list, which the plan itself names; the octets to be signed differ in nothing else. Pure.
 */
import { canonicalBytes } from "../bytes/canonical.ts";
import { sha256Hex } from "../bytes/digest.ts";
import { fromHex, toHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import { readRegister, type Register } from "../transcript/register.ts";
import { REHEARSAL_PATH, standInBackupPath, standInRegisterPath, writeStandIns, type StandIns } from "../transcript/rehearsal.ts";
import { readCertificate } from "../x509/certificate-reading.ts";
import { printName } from "../x509/name-reading.ts";
import { existingBackups, existingCertificates, existingKeys, type ExistingBackup, type ExistingCertificate, type ExistingKey } from "./existing-things.ts";
import type { Given, PlanMade } from "./make.ts";
import type { Plan } from "./plan.ts";
import type { PlannedPack, PlannedRegister } from "./planned-pack.ts";
import type { PlannedRehearsal, Substitution } from "./rehearsal-plan.ts";
import { rehearsedStep, stepSubstitutions } from "./rehearsed-step.ts";
import { plannedInput } from "./resolving.ts";
import { shortLived, standInNames, type Names } from "./stand-in-names.ts";
import { standInCertificate, standInRegister } from "./stand-in-register.ts";

/** What a rehearsal of a plan has to stand in for. */
export interface Existing {
  readonly keys: readonly ExistingKey[];
  readonly backups: readonly ExistingBackup[];
  readonly certificates: readonly ExistingCertificate[];
  readonly names: Names;
}

/** The keys and certificates that a plan finds. @throws Fault form-json, form-register for a register that cannot be read; script-refused for what cannot be rehearsed in this version */
export function existingOf(plan: Plan, { register, joined }: Pick<Given, "register" | "joined">): Existing {
  const registers = [...(register === null ? [] : [register]), ...joined].map(readRegister);
  const keys = existingKeys(plan, registers);
  refuseCopies(plan, registers, keys);
  const certificates = existingCertificates(plan, registers, keys);
  return { keys, backups: existingBackups(plan), certificates, names: standInNames(plan, certificates) };
}

/** A key stands in on one token, and is wrapped for practice where it was made to be. @throws Fault script-refused */
function refuseCopies({ tokens, steps }: Plan, registers: readonly Register[], keys: readonly ExistingKey[]): void {
  const [own, here] = [new Set(keys.map(({ key }) => key)), new Set(tokens.map(({ token }) => token))];
  const registered = registers.flatMap((register) => register.keys).filter(({ key }) => own.has(key));
  const copied = registered.find(({ copies = [] }) => copies.some(({ token, state }) => here.has(token) && (state === "there" || state === "parked")));
  if (copied !== undefined) throw new Fault("script-refused", `a rehearsal with a key that lives on several tokens of the ceremony (${copied.key}) is not in this version`, ["rehearse the script without its other token"]);
  const restored = new Set(steps.flatMap((step) => (step.rule === "restore-key@1" ? [step.key] : [])));
  const unwrapped = registered.find(({ key, token, backup, algorithm }) => restored.has(key) && ((here.has(token) && backup !== "wrap") || algorithm === "ed25519"));
  if (unwrapped !== undefined) throw new Fault("script-refused", `a rehearsal that restores ${unwrapped.key} is not in this version: SoftHSM cannot wrap ${unwrapped.algorithm === "ed25519" ? "an Ed25519 key" : `the stand-in that it is to have on ${unwrapped.token}`} for practice`, ["rehearse the script without that step"]);
}

/** A plan of a rehearsal with plan.json, and the files that it adds to the inputs. */
export interface Rehearsed extends Pick<PlanMade, "bytes" | "digest" | "given"> {
  readonly plan: Plan;
  /** By their paths below the inputs. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * The plan of a rehearsal.
 * @param digest of the plan that is rehearsed: SHA-256 of its plan.json, hex
 * @throws Fault script-refused for what cannot be rehearsed in this version
 */
export function rehearsalOf(plan: Plan, digest: string, given: Given, standIns: StandIns): Rehearsed {
  const existing = existingOf(plan, given);
  const certificates = new Map(existing.certificates.map((one) => [one.name, standInCertificate(one, existing.names, standIns)]));
  const registers = [...(given.register === null ? [] : [given.register]), ...given.joined].map((bytes) => standInRegister(readRegister(bytes), { keys: existing.keys, certificates, standIns }));
  const practice = existing.backups.map(({ backup }) => [standInBackupPath(backup), fromHex(standIns.backups?.[backup]?.blob ?? "")] as const);
  const files = new Map([[REHEARSAL_PATH, writeStandIns(standIns)], ...practice, ...registers.map((bytes, i) => [standInRegisterPath(i), bytes] as const)]);
  const changes = { names: existing.names, short: shortLived(plan, existing.certificates, existing.names), certificates, standIns };
  const rehearsed: Plan = {
    ...plan, ceremony: `rehearsal-${plan.ceremony}`, title: `REHEARSAL of ${plan.title}`, assurance: "test",
    quorum: { ...plan.quorum, approval: [], seal: isSealed(plan, standIns) ? plan.quorum.seal : [] },
    tokens: plan.tokens.map(({ profile: _ofItsModel, ...token }) => ({ ...token, accept: [] })), register: registered(plan.register, registers),
    inputs: [...plan.inputs, ...[...files].map(([path, bytes]) => plannedInput(path, bytes))].sort((a, b) => (a.path < b.path ? -1 : 1)),
    steps: plan.steps.map((step) => rehearsedStep(step, changes)),
    rehearsal: { plan: digest, ceremony: plan.ceremony, people: standIns.people, substitutions: [] },
  };
  const substitutions = [...ownSubstitutions(plan, standIns), ...existingSubstitutions(existing, certificates, standIns), ...backupSubstitutions(plan, standIns), ...packSubstitutions(plan, registers), ...stepSubstitutions(plan.steps, rehearsed.steps)];
  return whole({ ...rehearsed, rehearsal: { ...(rehearsed.rehearsal as PlannedRehearsal), substitutions } }, { ...given, register: registers[0] ?? null, joined: registers.slice(1) }, files);
}

function whole(plan: Plan, given: Given, files: Rehearsed["files"]): Rehearsed {
  const bytes = canonicalBytes(plan);
  return { plan, bytes, digest: sha256Hex(bytes), given, files };
}

/** Stand-ins cannot sign; and nobody goes home in a rehearsal, whose tokens are gone when it ends: it does not wait for signatures. */
function isSealed({ steps }: Plan, { people }: StandIns): boolean {
  return people === "people" && !steps.some(({ rule }) => rule === "adjourn@1");
}

function registered(register: PlannedRegister | null, registers: readonly Uint8Array[]): PlannedRegister | null {
  if (register === null) return null;
  const standIn = (i: number) => ({ file: plannedInput(standInRegisterPath(i), registers[i] ?? new Uint8Array()) });
  return { ...register, ...standIn(0), joins: register.joins.map((one, i): PlannedPack => ({ ...one, ...standIn(i + 1) })) };
}

function ownSubstitutions(plan: Plan, standIns: StandIns): Substitution[] {
  const { assurance, quorum, tokens } = plan;
  return [
    { what: "assurance", was: assurance, is: "test" },
    ...(quorum.approval.length === 0 ? [] : [{ what: "quorum" as const, of: "approval" as const }]),
    ...(isSealed(plan, standIns) ? [] : [{ what: "quorum" as const, of: "seal" as const }]),
    ...tokens.map(({ token }) => ({ what: "token" as const, token, serial: standIns.tokens[token] ?? "" })),
  ];
}

function existingSubstitutions({ keys, certificates, names }: Existing, standing: ReadonlyMap<string, Uint8Array>, standIns: StandIns): Substitution[] {
  const spkiBefore = ({ key, spki }: ExistingKey): string => {
    const over = certificates.find((one) => one.key === key);
    return spki === "" && over !== undefined ? sha256Hex(readCertificate(fromHex(over.der)).spki) : spki;
  };
  const changed = certificates.flatMap(({ name, der }): Substitution[] => {
    const is = toHex(standing.get(name) ?? new Uint8Array());
    return is === der ? [] : [{ what: "certificate", certificate: name, was: sha256Hex(fromHex(der)), is: sha256Hex(fromHex(is)) }];
  });
  return [
    ...keys.map((key): Substitution => ({ what: "key", key: key.key, was: spkiBefore(key), is: sha256Hex(fromHex(standIns.keys[key.key] ?? "")) })),
    ...changed, ...[...names].map(([was, is]): Substitution => ({ what: "name", was, is, text: printName(fromHex(is)) })),
  ];
}

function backupSubstitutions({ steps }: Plan, { backups = {} }: StandIns): Substitution[] {
  const was = new Map(steps.flatMap((step) => (step.rule === "restore-key@1" ? [[step.from, step.file.sha256] as const] : [])));
  return [...was].map(([backup, sha256]) => ({ what: "backup", backup, was: sha256, is: sha256Hex(fromHex(backups[backup]?.blob ?? "")) }));
}

function packSubstitutions({ register }: Plan, registers: readonly Uint8Array[]): Substitution[] {
  const packs = register === null ? [] : [register, ...register.joins];
  return packs.map(({ pack, file }, i) => ({ what: "register", pack, was: file.sha256, is: sha256Hex(registers[i] ?? new Uint8Array()) }));
}
