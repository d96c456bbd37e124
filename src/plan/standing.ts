/**
 * The standing approval of a scheduled run: who signed it [STANDING-QUORUM], and whether this run is one that it allows
 * [STANDING-TEMPLATE, STANDING-LINE, STANDING-COUNT, STANDING-LEAF, STANDING-KEY]. Asked before a run, in its core, and by each replay.
 */
import { sha256Hex } from "../bytes/digest.ts";
import type { ControlId } from "../controls.ts";
import { orReason } from "../fault.ts";
import type { Register } from "../transcript/register.ts";
import { objection } from "../transcript/objection.ts";
import { judgeSeal, signaturesBeside, type Meaning, type Sealer, type SealJudgement, type Threshold } from "../transcript/quorum.ts";
import type { RosterEntry } from "../transcript/roster.ts";
import { readStanding, STANDING_NAMESPACE, STANDING_TEXT, type StandingApproval } from "../transcript/standing.ts";
import type { Plan, PlannedStep } from "./plan.ts";
import { templateOf } from "./template.ts";

const STANDING: Meaning = { namespaceFor: () => STANDING_NAMESPACE, control: "STANDING-QUORUM" };

/** A standing approval with the SHA-256 of its text, hex. */
export type HeldStanding = StandingApproval & { readonly sha256: string };

/** @param bytes standing.txt @throws Fault form-seal */
export function heldStanding(bytes: Uint8Array): HeldStanding {
  return { ...readStanding(bytes), sha256: sha256Hex(bytes) };
}

export interface StandingFiles {
  readonly quorum: readonly Threshold[];
  readonly people: readonly Sealer[];
  /** By name in the folder of approvals. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly roster: readonly RosterEntry[] | null;
  /** The instant at which roster entries must be valid, UTC. */
  readonly at: string;
}

/** Judges the text and every signature beside it, and counts people against the quorum for approvals. Never throws for bad ones. */
export function judgeStandingFiles({ quorum, people, files, roster, at }: StandingFiles): SealJudgement & { readonly standing: HeldStanding | null } {
  const text = files.get(STANDING_TEXT);
  const standing = text === undefined ? `${STANDING_TEXT} is missing: the run is not approved` : orReason(() => heldStanding(text));
  if (text === undefined || typeof standing === "string") return { standing: null, signedBy: [], claims: [], missing: [], wrong: [objection("STANDING-QUORUM", String(standing))] };
  const wrong = standing.from > standing.until ? [objection("STANDING-QUORUM", `${STANDING_TEXT}: expected a period that ends after it begins, found ${standing.from} until ${standing.until}`)] : [];
  const judged = judgeSeal({ quorum, people, roster, signatures: signaturesBeside(STANDING_TEXT, files), seal: text, sealedAt: at }, STANDING);
  return { ...judged, wrong: [...wrong, ...judged.wrong], standing };
}

/** A control, and whether it held. */
export interface StandingVerdict {
  readonly control: ControlId;
  readonly held: boolean;
  /** What was expected and what was found. */
  readonly found: string;
}

/** Every rule of a standing approval but its period, which each attested instant is held against. */
export function judgeStanding(plan: Plan, register: Register | null, standing: HeldStanding): StandingVerdict[] {
  const template = templateOf(plan);
  const before = (register?.standing ?? []).filter(({ approval }) => approval === standing.sha256);
  const run = plan.scheduled?.run ?? 0;
  return [
    { control: "STANDING-TEMPLATE", held: template === standing.template, found: `expected a run of the template ${standing.template}, found one of ${template}` },
    lineVerdict(plan, register, standing, before.at(-1)?.run ?? null),
    { control: "STANDING-COUNT", held: run === before.length + 1 && run <= standing.count, found: `expected run ${before.length + 1} of at most ${standing.count}, found run ${run}` },
    leafVerdict(plan, standing),
    ...keyVerdicts(plan, register, standing),
  ];
}

/** From the register that the approval names, in one line of scheduled runs: when people have met, they approve anew. */
function lineVerdict({ register: pack }: Plan, register: Register | null, { previous }: HeldStanding, last: string | null): StandingVerdict {
  const held = last === null ? pack?.seal === previous : register?.run === last;
  const found = last === null ? `expected the first run to go on from the seal ${previous}, found ${pack?.seal ?? "no register"}` : `expected the run to go on from run ${last}, the last one under this approval, found run ${register?.run ?? "of no register"}`;
  return { control: "STANDING-LINE", held, found };
}

function leafVerdict({ steps }: Plan, { leaf }: HeldStanding): StandingVerdict {
  const most = daysOf(leaf);
  const longer = steps.flatMap((step) => {
    if (!("template" in step)) return [];
    const days = daysOf("for" in step.template.valid ? step.template.valid.for : null);
    return days === 0 || days > most ? [step.number] : [];
  });
  return { control: "STANDING-LEAF", held: longer.length === 0, found: `expected certificates that are valid for ${leaf ?? "no day"} at most, found a longer one in step ${longer.join(", ")}` };
}

/** Whole days; 0 for what is no period of days alone. */
function daysOf(period: string | null): number {
  return Number(/^P(\d+)D$/.exec(period ?? "")?.[1] ?? 0);
}

/** The keys that sign in a plan, by their names; of an issuer, the key of its certificate in the register. */
export function signersOf({ steps }: Plan, register: Register | null): string[] {
  const keyOf = (issuer: string): string[] => (register?.certificates ?? []).flatMap(({ name, key }) => (name === issuer && key !== null ? [key] : []));
  const names = steps.flatMap((step: PlannedStep) => [
    ...("issuer" in step && typeof step.issuer === "string" ? keyOf(step.issuer) : []), ...("key" in step ? [step.key] : []),
    ...(step.rule === "close@1" && step.transcriptKey !== null ? [step.transcriptKey] : []),
  ]);
  return [...new Set(names)];
}

function keyVerdicts(plan: Plan, register: Register | null, { keys }: HeldStanding): StandingVerdict[] {
  return signersOf(plan, register).map((name): StandingVerdict => {
    const spki = register?.keys.find(({ key }) => key === name)?.spki ?? "";
    const isArtifact = plan.steps.some((step) => step.rule === "sign-artifact@1" && step.key === name);
    const why = register === null ? "no register knows it" : (barredBecause(register, spki) ?? (isArtifact && isCa(register, spki) ? "it is a CA's, and signs no artifacts" : null) ?? (keys.includes(spki) ? null : "the standing approval does not name it"));
    return { control: "STANDING-KEY", held: why === null, found: `expected no root and no cross-signing key, and a key that the approval names; found ${name}: ${why ?? ""}` };
  });
}

function isCa({ certificates }: Register, spki: string): boolean {
  return certificates.some((one) => one.spki === spki && one.ca);
}

/**
 * Why a key may never sign while nobody is there; null when it may. By role: it issued itself, or a cross-certificate. By SPKI: that
 * stands in a self-signed or in a cross-certificate, or in one whose issuer the register does not have.
 */
export function barredBecause({ certificates }: Register, spki: string): string | null {
  const own = certificates.filter((one) => one.spki === spki);
  const named = new Map(certificates.map((one) => [one.name, one]));
  for (const { name, profile, issuer } of own) {
    if (issuer === name || named.get(issuer)?.spki === spki || /\/root@/.test(profile)) return `${name} is a root`;
    if (/\/cross@/.test(profile)) return `${name} is a cross-certificate over it`;
    if (!named.has(issuer)) return `the register does not have the issuer of ${name}`;
  }
  const crossed = certificates.find(({ profile, issuer }) => /\/cross@/.test(profile) && named.get(issuer)?.spki === spki);
  return crossed === undefined ? null : `it signed the cross-certificate ${crossed.name}`;
}
