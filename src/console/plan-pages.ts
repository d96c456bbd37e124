/** The plan in full, as `check` prints it: everything that a profile decided. Pure. */
import type { Whereabouts } from "../script/places-walk.ts";
import type { PlannedAct } from "../plan/act.ts";
import type { Plan, PlannedBundle, PlannedRequest, PlannedStep, PlannedToken, PlannedValidity, PlannedWaiver } from "../plan/plan.ts";
import { waivedText } from "../plan/waivers.ts";
import type { PlannedCrl } from "../plan/planned-crl.ts";
import type { TokenDelta } from "../plan/planned-token.ts";
import type { ListedRequest } from "../plan/request-list.ts";
import type { Threshold } from "../transcript/quorum.ts";
import { templateOf } from "../plan/template.ts";
import { briefingOf } from "./briefing.ts";
import { certificateLines } from "./certificate-pages.ts";
import { printable } from "./escape.ts";
import { assuranceWord, digestLines, labelled, wrap } from "./pages.ts";

/** What steps over folders leave out, by the path of their list. */
export type RefusedRequests = ReadonlyMap<string, readonly Pick<ListedRequest, "file" | "codes">[]>;

/** The year in which a validity ends, where it begins today. */
export type YearOf = (valid: PlannedValidity) => string;

/**
 * The lines of a plan: people, tokens, each step with what it skips and with its certificate in full, controls, digest.
 * @param yearOf where it is known what day it is; otherwise a period stays a period
 */
export function planLines(plan: Plan, planDigest: string, refused: RefusedRequests, yearOf?: YearOf): string[] {
  const { steps } = briefingOf(plan, planDigest);
  return [
    `${printable(plan.title)} (${assuranceWord({ assurance: plan.assurance, isRehearsal: plan.rehearsal !== undefined })})`,
    `ceremony ${plan.ceremony}`,
    ...plan.people.map((person) => `  ${person.id}  ${printable(person.name)}, ${person.role}`),
    ...(plan.scheduled === undefined ? [] : [`SCHEDULED: run ${plan.scheduled.run} under a standing approval. Nobody is there, and the transcript key alone seals it`, `template ${templateOf(plan)}`]),
    ...(plan.scheduled !== undefined ? [] : [`seal: ${quorumText(plan.quorum.seal)}; effects: two people present${plan.quorum.effects.length === 0 ? "" : `, and ${quorumText(plan.quorum.effects)}`}`]),
    ...(plan.quorum.approval.length === 0 ? [] : [`${plan.scheduled === undefined ? "approval before the day" : "standing approval"}: ${quorumText(plan.quorum.approval)}`]),
    ...(plan.places ?? []).map(({ thing, is, begins, ends, bag, card }) => `${thing}, a ${is}: ${begins} at the beginning, ${ends} at the end${bag === "" ? "" : `; its bag is ${printable(bag)}`}${card === "" ? "" : `; wants the card ${card}`}`),
    ...plan.tokens.flatMap(({ token, holds, profile, delta }) => [`token ${token} holds ${holds.join(", ")}`, ...profileLines(profile), `  ${deltaText(delta)}`]),
    ...(plan.register === null ? [] : [plan.register, ...plan.register.joins]).map(({ pack, seal }) => `register ${pack}, of the ceremony whose seal.txt has the SHA-256 ${seal}`),
    ...plan.inputs.map(({ path, sha256 }) => `input ${path}  SHA-256 ${sha256}`),
    "",
    ...plan.steps.flatMap((step, i) => [...labelled(`${step.number}.`, titleOf(step, steps[i]?.title ?? []), 4), ...detailLines(plan, step, yearOf), ...skippedLines(step, refused)]),
    "",
    ...plan.waivers.flatMap(waiverLines),
    controlsLine(plan),
    "",
    ...digestLines("the plan", planDigest),
  ];
}

function waiverLines(waiver: PlannedWaiver): string[] {
  const { why, by, until } = waiver;
  return [`WAIVED ${waivedText(waiver)} by ${by.join(", ")}, to be used until ${until}`, `     why      ${printable(why)}`, ""];
}

function controlsLine({ controls }: Plan): string {
  const held = controls.filter(({ verdict }) => verdict === "held");
  return `${held.length} controls held: ${held.map(({ control }) => control).join(", ")}`;
}

/** Every word of a token that is taken though it differs from what was asked for: nothing is excused in silence. */
function profileLines(profile: PlannedToken["profile"]): string[] {
  if (profile === undefined) return [];
  const models = profile.models.map(({ manufacturer, model }) => `${manufacturer} ${model}`).join(", or ");
  const taken = profile.words.map(({ half, attribute, says, family, why }) => `TAKEN of the ${half}${family === undefined ? "" : ` (${family})`}: ${attribute} ${String(says)}, for it ${why}`);
  return [`token profile ${profile.name}: ${models}`, ...taken].flatMap((line) => wrap(line, "  "));
}

/** What the closing inventory will be held against. */
function deltaText({ appear, vanish }: TokenDelta): string {
  const pairs = [...new Set(appear.map(({ key }) => key))];
  const news = pairs.length === 0 ? "nothing appears" : `both halves of ${pairs.join(", ")} appear`;
  return `expected: ${news}, ${vanish.length === 0 ? "nothing vanishes" : `${vanish.map(({ key }) => key).join(", ")} vanish`}, nothing else changes`;
}

function quorumText(quorum: readonly Threshold[]): string {
  return quorum.map(({ count, role }) => `${count} of ${role}`).join(", ");
}

/** What a certificate or an artifact holds stands below it in full. */
function titleOf(step: PlannedStep, title: readonly string[]): string {
  return ("template" in step || "shown" in step ? title.slice(0, 1) : title).join(" ");
}

function detailLines(plan: Plan, step: PlannedStep, yearOf: YearOf | undefined): string[] {
  if ("template" in step) return certificateLines(plan, step);
  if (step.rule === "create-request@1") return requestLines(step);
  if (step.rule === "issue-crl@1") return crlLines(step);
  if (step.rule === "export-bundle@1") return bundleLines(step, yearOf);
  if (step.rule === "sign-artifact@1") return step.shown.flatMap(({ what, value }) => wrap(`${what}: ${printable(value)}`, "     "));
  if (step.rule === "act@1") return actLines({ doubleEntry: [], files: [], ...step });
  if (step.rule === "act@2") return actLines(step);
  if (step.rule !== "generate-key-pair@1" && step.rule !== "restore-key@1") return [];
  const set = (template: Readonly<Record<string, boolean>>) => Object.entries(template).map(([name, value]) => `${name}=${value ? "1" : "0"}`).join(" ");
  return [["signs with", step.signature], ["private half", set(step.privateTemplate)], ["public half", set(step.publicTemplate)], ["must read back", `${set(step.readBack)}${step.rule === "restore-key@1" ? "" : ` ${step.keyGenMechanism}`}`]]
    .flatMap(([label = "", text = ""]) => labelled(`    ${label}`, text, 20));
}

/** What is done, where things are before and after it, and what people will be asked for: they have it ready. */
function actLines({ say, typed, doubleEntry, files, backupOf = [], state }: PlannedAct): string[] {
  const one = (label: string, names: readonly string[]) => (names.length === 0 ? [] : labelled(`    ${label}`, names.join(", "), 20));
  const texts = (list: readonly Whereabouts[] = []) => list.map((one) => `${one.thing} ${one.state}`);
  return [...one("says", [say.trim().split(/\s+/).join(" ")]), ...one("finds", texts(state?.expects)), ...one("leaves", texts(state?.becomes)), ...one("typed", typed), ...one("by two people", doubleEntry), ...one("attached", files), ...one("backup of", backupOf)];
}

/** Every request that a step over a folder leaves out, and why: nothing is skipped in silence. */
function skippedLines(step: PlannedStep, refused: RefusedRequests): string[] {
  if (step.rule !== "sign-requests@1") return [];
  return [`     requests ${step.accepted} accepted, ${step.skipped} skipped; list ${step.list.path}`, ...(refused.get(step.list.path) ?? []).map(({ file, codes }) => `     SKIPPED  ${file}: ${codes.join(", ")}`)];
}

/** What the end of a certificate means where it is delivered to, and when that is. */
function bundleLines({ notes }: PlannedBundle, yearOf: YearOf | undefined): string[] {
  return notes.flatMap(({ certificate, text, valid }) => {
    const end = "for" in valid ? `${valid.for} after the attested time${yearOf === undefined ? "" : `, which is in ${yearOf(valid)} for a ceremony today`}` : `in ${valid.until.slice(0, 4)}, on ${valid.until.slice(0, 10)}`;
    return labelled("    NOTE", `${certificate} ends ${end}: ${text}`, 20);
  });
}

function requestLines({ subjectText, extensions }: PlannedRequest): string[] {
  const asked = extensions.map(({ name, critical, text }) => `     asks for ${name}${critical ? " (critical)" : ""}: ${printable(text)}`);
  return [`     version  1`, `     subject  ${subjectText}`, ...(asked.length === 0 ? ["     asks for no extension"] : asked)];
}

function crlLines({ revoke, release, released, point, successive }: PlannedCrl): string[] {
  return [
    "     number   above every number of this CA in the register and in this ceremony; with every revocation that stands",
    ...revoke.map(({ serial, certificate, reason, date }) => `     revokes  ${certificate ?? "possibly issued"} ${serial ?? "of this ceremony"}, ${reason}, ${date ?? "at thisUpdate"}`),
    ...release.map(({ serial, certificate }) => `     releases ${certificate} ${serial ?? ""}, ${released === "left out" ? "which leaves the list" : "which stands in this list with reason 8, removeFromCRL"}`),
    ...(point === null ? [] : [`     issuingDistributionPoint (critical):${point.caOnly ? " CA certificates only" : ""}${point.at.map((address) => ` ${address}`).join("")}`]),
    ...(successive === null ? [] : Array.from({ length: successive.count }, (_, i) => `     list ${String(i + 1).padStart(2, "0")}  released by ${successive.by} ${i === 0 ? "at once" : `${i} times ${successive.every} after the attested time`}; void when a revocation comes before that`)),
  ];
}
