/** Standing approvals on the disk: signed with `approve --standing`, and demanded before a scheduled run begins. */
import { dirname, join } from "node:path";
import { fromUtf8, sameBytes } from "../bytes/text.ts";
import type { PlannedScript } from "../ceremony/planned.ts";
import { printable } from "../console/escape.ts";
import { EXIT, Fault, type ExitCode, type Finding } from "../fault.ts";
import { judgeApprovals, sealersOf } from "../plan/approvals.ts";
import type { PlanMade } from "../plan/make.ts";
import type { Plan } from "../plan/plan.ts";
import { judgeStanding, signersOf, type HeldStanding } from "../plan/standing.ts";
import { templateOf } from "../plan/template.ts";
import { Checking } from "../room/checking.ts";
import { hostInstant } from "../room/clock.ts";
import { keepFile, kindAt, readRegular } from "../room/files.ts";
import { readTool } from "../room/package-digest.ts";
import { signWithSsh } from "../room/processes.ts";
import { approvalSignature } from "../transcript/approval.ts";
import { readRegister, type Register } from "../transcript/register.ts";
import { readStanding, STANDING_NAMESPACE, STANDING_TEXT, writeStanding, type StandingApproval } from "../transcript/standing.ts";
import type { ApproveOptions } from "./approve.ts";
import { readApprovals } from "./approvals.ts";
import { result, talk } from "./output.ts";
import { requireSignature } from "./signature.ts";

/** What stands against a scheduled run, and the approval that it would be held under. */
export interface JudgedStanding {
  readonly findings: readonly Finding[];
  readonly standing: HeldStanding | null;
}

/**
 * Why a scheduled run may not begin [STANDING-QUORUM, STANDING-TEMPLATE, STANDING-LINE, STANDING-COUNT, STANDING-LEAF, STANDING-KEY, STANDING-PERIOD]; its core judges the same.
 * @param begins false for a record that is gone on with: its period is judged by the core alone
 */
export async function standingFindings({ script, made }: PlannedScript, files: ReadonlyMap<string, Uint8Array>, begins: boolean): Promise<JudgedStanding> {
  if (script !== null && script.scheduled === undefined) return { standing: null, findings: [{ control: "STANDING-STEP", path: [], message: "expected a scheduled script, found one for people", hint: "anchorite run SCRIPT without --scheduled, or write scheduled: { run: <run> }" }] };
  if (made?.plan == null) return { standing: null, findings: [] };
  const { plan, digest, given } = made;
  const { standing, wrong, missing, claims } = judgeApprovals({ plan, digest, files, roster: null, at: "" });
  const checking = new Checking<string>();
  for (const claim of claims) await checking.take(claim, `${claim.where}: the signature does not verify`);
  const found = (control: Finding["control"], message: string): Finding => ({ control, path: ["scheduled"], message, hint: "people approve anew: anchorite approve SCRIPT --standing --as ID --key FILE --from TIME --until TIME --count N" });
  const unsigned = [...wrong, ...(await checking.failed()), ...missing.map((one) => `the run is not approved as it asks: missing ${one}`)].map((one) => found("STANDING-QUORUM", one));
  if (standing === null) return { standing, findings: unsigned };
  const failed = judgeStanding(plan, registerIn(given.register), standing).filter(({ held }) => !held).map((one) => found(one.control, one.found));
  const now = hostInstant();
  const isIn = !begins || (standing.from <= now && now <= standing.until);
  return { standing, findings: [...unsigned, ...failed, ...(isIn ? [] : [found("STANDING-PERIOD", `the standing approval is from ${standing.from} until ${standing.until}, and this host's clock shows ${now}`)])] };
}

function registerIn(bytes: Uint8Array | null): Register | null {
  return bytes === null ? null : readRegister(bytes);
}

/** `approve SCRIPT --standing`: shows in words what is approved, and has ssh-keygen sign it. Nothing is overwritten. */
export async function approveStanding(scriptPath: string, made: PlanMade & { readonly plan: Plan }, options: ApproveOptions): Promise<ExitCode> {
  const { plan } = made;
  if (plan.scheduled === undefined) throw new Fault("usage-arguments", "expected a scheduled script for a standing approval, found one for people", ["leave --standing out, or write scheduled: { run: <run> }"]);
  const person = sealersOf(plan).find(({ id }) => id === options.as);
  if (person === undefined) throw new Fault("seal-signer", `${options.as} is not a person of this plan`, [`people: ${plan.people.map((one) => one.id).join(", ")}`]);
  const register = registerIn(made.given.register);
  const folder = options.output ?? join(dirname(scriptPath), "standing");
  const text = textOf(made, register, folder, options);
  const wrong = judgeStanding(plan, register, { ...readStanding(text), sha256: "" }).filter(({ held }) => !held);
  if (wrong.length > 0) throw new Fault("script-refused", wrong.map(({ control, found }) => `${found} [${control}]`).join("; "), ["nobody should approve what would be refused"]);
  const path = join(folder, approvalSignature(person.id));
  if (kindAt(path) !== "nothing") throw new Fault("seal-exists", `${person.id} has approved this already: ${path}`);
  for (const line of [...standingWords(plan, register, readStanding(text)), "", ...fromUtf8(text).trimEnd().split("\n")]) talk(printable(line));
  const armour = await signWithSsh(options.key, STANDING_NAMESPACE, text);
  requireSignature(armour, { id: person.id, key: person.key, namespace: STANDING_NAMESPACE }, text);
  keepFile(join(folder, STANDING_TEXT), text);
  keepFile(path, armour);
  result(`${path}: signed by ${person.name} (${person.role}) as ${STANDING_NAMESPACE}`);
  return told(made, folder);
}

function told({ plan, digest }: PlanMade & { readonly plan: Plan }, folder: string): ExitCode {
  const judged = judgeApprovals({ plan, digest, files: readApprovals(folder), roster: null, at: "" });
  for (const wrong of judged.wrong) talk(`WRONG: ${wrong}`);
  talk(...(judged.missing.length === 0 ? ["the standing approval has the signatures that it wants"] : judged.missing.map((one) => `missing: ${one}`)));
  return judged.wrong.length > 0 ? EXIT.refused : EXIT.done;
}

/** What a person reads before the signature. */
function standingWords(plan: Plan, register: Register | null, { from, until, count, leaf }: StandingApproval): string[] {
  const keys = signersOf(plan, register);
  return [
    `STANDING APPROVAL of "${plan.title}": it runs while nobody is there, at most ${count} times, from ${from} until ${until}.`,
    `Each run does: ${plan.steps.map(({ rule }) => rule.split("@")[0] ?? "").filter((kind) => kind !== "roll-call" && kind !== "close").join(", ")}. \`anchorite check\` prints it in full.`,
    `These keys sign: ${keys.map((name) => `${name} (SPKI SHA-256 ${register?.keys.find(({ key }) => key === name)?.spki ?? ""})`).join("; ")}.`,
    `Certificates: ${leaf === null ? "none" : `no CA's, valid for ${leaf} at most`}.`,
    "From run to run these differ, and nothing else: the number of the run, the register that it goes on from, the time by this host's clock, serial numbers, CRL numbers, the draw.",
    "The transcript key alone seals each run. A ceremony with people ends the approval, and countersigns.",
  ];
}

/** The first person says period, count and limit; whoever comes later signs the very same text. */
function textOf({ plan, given }: PlanMade & { readonly plan: Plan }, register: Register | null, folder: string, { from, until, count, leaf }: ApproveOptions): Uint8Array {
  const path = join(folder, STANDING_TEXT);
  const there = kindAt(path) === "nothing" ? null : readStanding(readRegular(path));
  const said = { from: from ?? there?.from, until: until ?? there?.until, count: count ?? there?.count.toString(), leaf: leaf ?? there?.leaf ?? null };
  if (said.from === undefined || said.until === undefined || said.count === undefined) throw new Fault("usage-arguments", "the first to approve says when and how often: --from, --until and --count", ["such as --from 2026-12-01T00:00:00Z --until 2027-12-01T00:00:00Z --count 60, UTC"]);
  if (said.from > said.until) throw new Fault("usage-arguments", `expected a period that ends after it begins, found ${said.from} until ${said.until}`);
  if (given.register === null || plan.register === null) throw new Fault("bug-unreachable", "a scheduled plan goes on from a register");
  const keys = signersOf(plan, register).map((name) => register?.keys.find(({ key }) => key === name)?.spki ?? "");
  const text = writeStanding({ ceremony: plan.ceremony.slice(0, plan.ceremony.lastIndexOf("-")), template: templateOf(plan), tool: readTool().package, from: said.from, until: said.until, count: Number(said.count), leaf: said.leaf, keys: [...new Set(keys)].sort(), previous: plan.register.seal });
  if (there === null || sameBytes(readRegular(path), text)) return text;
  throw new Fault("seal-exists", `${path} approves something else: another template, tool, period, count, limit or register`, ["what is there was not touched; for this one name another folder with -o, or move the old one away"]);
}
