/**
 * A rehearsal beside what was rehearsed. That the plan of the one follows from the plan of the other by the declared substitutions
 * is computed again; then each certificate, request and CRL is compared by what was signed, octet by octet but for what is declared
 * to differ: names, keys, serial numbers, instants. Judges neither record: that is for replay. Pure.
 */
import { parseCanonical } from "../bytes/canonical.ts";
import { sha256Hex } from "../bytes/digest.ts";
import { fromHex, toHex } from "../bytes/hex.ts";
import { fromPem } from "../bytes/pem.ts";
import { fromUtf8, sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import type { Plan } from "../plan/plan.ts";
import { rehearsalOf } from "../plan/rehearse.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { readRegister, type Register } from "../transcript/register.ts";
import { readDisclosed } from "../transcript/withheld.ts";
import { readStandIns, REHEARSAL_PATH } from "../transcript/rehearsal.ts";
import { readCertificate } from "../x509/certificate-reading.ts";
import { signedParts } from "../x509/signed.ts";
import { keyIdentifier } from "../x509/spki.ts";
import { requestsBySteps, valueDifferences, type Difference } from "./difference.ts";
import type { RecordFiles } from "./recorded-inputs.ts";
import { recordedScript, replayRecord } from "./replay.ts";
import { compareSigned, type Declared, type Pairs } from "./tbs-difference.ts";

export interface RehearsalDifference {
  /** Where the plan of the rehearsal is not what the declared substitutions make of the other. */
  readonly plan: readonly Difference[];
  readonly substitutions: number;
  /** Steps in which other things were asked. */
  readonly steps: readonly Difference[];
  /** By the paths of what is equal but for that: how often each declared thing differs in what was signed. */
  readonly signed: readonly { readonly path: string; readonly declared: Readonly<Partial<Record<Declared, number>>> }[];
  /** What differs and is not declared, or is in one of them only. */
  readonly artifacts: readonly Difference[];
}

/** Whether the other was rehearsed, but for what is declared. */
export function isRehearsed({ plan, steps, artifacts }: RehearsalDifference): boolean {
  return plan.length + steps.length + artifacts.length === 0;
}

/** The plan digest that a record is a rehearsal of, hex; null for a ceremony. @throws Fault record-corrupt without a plan.json */
export function rehearsedPlan(files: RecordFiles): string | null {
  return planOf(files).rehearsal?.plan ?? null;
}

function planOf(files: RecordFiles): Plan {
  const bytes = files.read(LAYOUT.plan);
  if (bytes === null) throw new Fault("record-corrupt", `expected ${LAYOUT.plan} in each record, found one without`);
  return parseCanonical(bytes) as unknown as Plan;
}

/** @throws Fault record-corrupt, form-… for a record that cannot be read */
export function rehearsalDifference(rehearsal: RecordFiles, real: RecordFiles): RehearsalDifference {
  const plan = planOf(rehearsal);
  const pairs = pairsOf(plan, rehearsal, real);
  const paths = [...new Set([...artifactPaths(rehearsal), ...artifactPaths(real)])].sort();
  const compared = [...paths.map((path) => ({ path, ...compareArtifact(path, rehearsal, real, pairs) })), ...compareForPlatforms(rehearsal, real, pairs)];
  return {
    plan: planDifferences(rehearsal, real), substitutions: plan.rehearsal?.substitutions.length ?? 0, steps: stepDifferences(rehearsal, real),
    signed: compared.flatMap(({ path, declared }) => (declared === null ? [] : [{ path, declared }])), artifacts: compared.flatMap(({ differences }) => differences),
  };
}

/** The plan of the rehearsal, made anew from the other's script and inputs and the stand-ins. */
function planDifferences(rehearsal: RecordFiles, real: RecordFiles): Difference[] {
  const { made, findings } = recordedScript(real);
  const standIns = rehearsal.read(`${LAYOUT.inputs}/${REHEARSAL_PATH}`);
  if (made?.plan == null || standIns === null) return [{ where: "plan", one: standIns === null ? "no stand-ins" : "", other: findings[0]?.message ?? "no plan can be made from its inputs" }];
  const expected = rehearsalOf(made.plan, made.digest, made.given, readStandIns(standIns));
  const found = rehearsal.read(LAYOUT.plan) ?? new Uint8Array();
  return sameBytes(expected.bytes, found) ? [] : valueDifferences(parseCanonical(found), parseCanonical(expected.bytes), "");
}

function stepDifferences(rehearsal: RecordFiles, real: RecordFiles): Difference[] {
  const [asked, other] = [requestsBySteps(rehearsal), requestsBySteps(real)];
  return [...new Set([...asked.keys(), ...other.keys()])].sort((a, b) => a - b).flatMap((step) => {
    const [a, b] = [asked.get(step) ?? "", other.get(step) ?? ""];
    return a === b ? [] : [{ where: `step ${step}`, one: a, other: b }];
  });
}

/** The keys of both registers by their names, the serial numbers by those of certificates, and the names that the plan declares. */
function pairsOf(plan: Plan, rehearsal: RecordFiles, real: RecordFiles): Pairs {
  const [one, other] = [registerOf(rehearsal), registerOf(real)];
  const names = (plan.rehearsal?.substitutions ?? []).flatMap((each) => (each.what === "name" ? [[each.is, each.was] as const] : []));
  const spkis = paired(one?.keys ?? [], other?.keys ?? [], ({ key }) => key, ({ spki }) => spki);
  const serials = paired(one?.certificates ?? [], other?.certificates ?? [], ({ name }) => name, ({ serial }) => contentsOf(serial));
  const whole = new Map([...spkisIn(one), ...spkisIn(other)].map((spki) => [sha256Hex(spki), spki]));
  const identifiers = [...spkis].flatMap(([a, b]) => {
    const [was, is] = [whole.get(a), whole.get(b)];
    return was === undefined || is === undefined ? [] : [[toHex(keyIdentifier(was)), toHex(keyIdentifier(is))] as const];
  });
  return { names: new Map(names), spkis, serials, keyIdentifiers: new Map(identifiers) };
}

function paired<T>(those: readonly T[], others: readonly T[], name: (one: T) => string, value: (one: T) => string): Map<string, string> {
  const known = new Map(others.map((one) => [name(one), value(one)]));
  return new Map(those.flatMap((one) => (known.has(name(one)) ? [[value(one), known.get(name(one)) ?? ""] as const] : [])));
}

/** Contents of the INTEGER of a serial number, which a register holds as its magnitude. */
function contentsOf(serial: string): string {
  return Number.parseInt(serial.slice(0, 2), 16) >= 0x80 ? `00${serial}` : serial;
}

function registerOf(files: RecordFiles): Register | null {
  const bytes = files.read(`${LAYOUT.artifacts}/register.json`);
  return bytes === null ? null : readRegister(bytes);
}

function spkisIn(register: Register | null): Uint8Array[] {
  return (register?.certificates ?? []).filter(({ der }) => der !== "").map(({ der }) => readCertificate(fromHex(der)).spki);
}

function artifactPaths(files: RecordFiles): string[] {
  return files.list().filter((path) => path.startsWith(`${LAYOUT.artifacts}/`) && !path.includes("/possibly-issued/"));
}

const SIGNED = /^artifacts\/(certificates|requests|crls)\/.+\.(pem|csr)$/;
const LABELS = ["CERTIFICATE", "CERTIFICATE REQUEST", "X509 CRL"] as const;

/** Null: not what was signed, or different beyond what is declared. */
interface Compared {
  readonly declared: RehearsalDifference["signed"][number]["declared"] | null;
  readonly differences: readonly Difference[];
}

function compareArtifact(path: string, rehearsal: RecordFiles, real: RecordFiles, pairs: Pairs): Compared {
  const [one, other] = [rehearsal.read(path), real.read(path)];
  if (one === null || other === null) return { declared: null, differences: [{ where: path, one: one === null ? "" : "is there", other: other === null ? "" : "is there" }] };
  // all else follows from what was signed and from the plan
  if (!SIGNED.test(path)) return { declared: null, differences: [] };
  return comparedOctets(path, tbsIn(one), tbsIn(other), pairs);
}

function comparedOctets(path: string, one: Uint8Array, other: Uint8Array, pairs: Pairs): Compared {
  const { declared, undeclared } = compareSigned(one, other, pairs);
  return { declared: undeclared.length === 0 ? declared : null, differences: undeclared.map((text) => ({ where: `${path}, what was signed`, one: text, other: "not declared" })) };
}

/** What keys signed for platforms lies in no file as it was signed: it is computed again from both records. */
function compareForPlatforms(rehearsal: RecordFiles, real: RecordFiles, pairs: Pairs): (Compared & { readonly path: string })[] {
  const [one, other] = [signedForPlatforms(rehearsal), signedForPlatforms(real)];
  return one.flatMap(({ where, message }, i) => {
    const twin = other[i];
    const path = `${LAYOUT.artifacts}/signed, ${where}`;
    // that one has more of them is said of the steps
    return twin === undefined ? [] : [{ path, ...comparedOctets(path, message, twin.message, pairs) }];
  });
}

function signedForPlatforms(files: RecordFiles): { where: string; message: Uint8Array }[] {
  const entries = artifactEntries(files);
  if (entries.size === 0) return [];
  return [...replayRecord(files)].flatMap(({ where, message }) => {
    const step = entries.get(where.split(",")[0] ?? "");
    return step === undefined ? [] : [{ where: `step ${step}${where.includes(",") ? where.slice(where.indexOf(",")) : ""}`, message }];
  });
}

/** The entries that hold signatures for platforms, as claims name them, and their steps. */
function artifactEntries(files: RecordFiles): Map<string, number> {
  const found = new Map<string, number>();
  let step: number | null = null;
  for (const { body, seq } of readDisclosed(files.read(LAYOUT.transcript) ?? new Uint8Array())) {
    if (body?.kind === "request") step = body.request.kind === "sign" && body.request["purpose"] === "artifact" ? body.request.step : null;
    if (body?.kind === "observation" && step !== null) found.set(`entry ${seq}`, step);
  }
  return found;
}

function tbsIn(pem: Uint8Array): Uint8Array {
  return signedParts(fromPem(fromUtf8(pem), LABELS).der, "what was signed").tbs.bytes;
}
