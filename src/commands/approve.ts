/** `approve SCRIPT`: a person's signature over the text that binds this plan and its window. A second person adds theirs. */
import { dirname, join } from "node:path";
import { sameBytes } from "../bytes/text.ts";
import { fromUtf8 } from "../bytes/text.ts";
import { printable } from "../console/escape.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import { approvalOf, judgeApprovals, sealersOf } from "../plan/approvals.ts";
import type { Plan } from "../plan/plan.ts";
import { keepFile, kindAt, readRegular } from "../room/files.ts";
import { signWithSsh } from "../room/processes.ts";
import { approvalSignature, APPROVAL_NAMESPACE, APPROVAL_TEXT, readApproval, writeApproval, type Approval } from "../transcript/approval.ts";
import { LAYOUT } from "../transcript/layout.ts";
import type { Sealer } from "../transcript/quorum.ts";
import { readApprovals } from "./approvals.ts";
import { result, talk, talkFindings } from "./output.ts";
import { readScript } from "./reading.ts";
import { requireSignature } from "./signature.ts";

export interface ApproveOptions {
  readonly as: string;
  readonly key: string;
  /** The folder of approvals; by default `approvals` beside the script. */
  readonly output?: string;
  readonly from?: string;
  readonly until?: string;
  /** A standing approval, of a scheduled script; by default in `standing` beside it. */
  readonly standing?: boolean;
  /** How many runs. */
  readonly count?: string;
  /** How long a certificate may be valid at most, `P30D`. */
  readonly leaf?: string;
}

/** Shows what is approved, and has ssh-keygen sign it. Nothing is overwritten. */
export async function approve(scriptPath: string, options: ApproveOptions): Promise<ExitCode> {
  const { made, findings } = await readScript(scriptPath);
  if (made?.plan == null || findings.length > 0) {
    talkFindings(findings);
    return EXIT.refused;
  }
  const { plan, digest } = made;
  if (options.standing === true) return (await import("./standing.ts")).approveStanding(scriptPath, { ...made, plan }, options);
  if (plan.scheduled !== undefined || options.count !== undefined || options.leaf !== undefined) throw new Fault("usage-arguments", "a scheduled script, --count and --leaf want --standing");
  const person = approverNamed(plan, options.as);
  const folder = options.output ?? join(dirname(scriptPath), LAYOUT.approvals);
  const text = textOf(plan, digest, folder, options);
  const path = join(folder, approvalSignature(person.id));
  if (kindAt(path) !== "nothing") throw new Fault("seal-exists", `${person.id} has approved this already: ${path}`);
  for (const line of fromUtf8(text).trimEnd().split("\n")) talk(printable(line));
  const armour = await signWithSsh(options.key, APPROVAL_NAMESPACE, text);
  requireSignature(armour, { id: person.id, key: person.key, namespace: APPROVAL_NAMESPACE }, text);
  keepFile(join(folder, APPROVAL_TEXT), text);
  keepFile(path, armour);
  result(`${path}: signed by ${person.name} (${person.role}) as ${APPROVAL_NAMESPACE}`);
  const judged = judgeApprovals({ plan, digest, files: readApprovals(folder), roster: null, at: "" });
  for (const wrong of judged.wrong) talk(`WRONG: ${wrong}`);
  talk(...(judged.missing.length === 0 ? ["the plan has the approvals that it wants"] : judged.missing.map((one) => `missing: ${one}`)));
  return judged.wrong.length > 0 ? EXIT.refused : EXIT.done;
}

function approverNamed(plan: Plan, id: string): Sealer {
  if (plan.quorum.approval.length === 0) throw new Fault("usage-arguments", "the script asks for no approvals", ["write approval: [2 of administrator], for example, below quorum"]);
  const person = sealersOf(plan).find((one) => one.id === id);
  if (person === undefined) throw new Fault("seal-signer", `${id} is not a person of this plan`, [`people: ${plan.people.map((one) => one.id).join(", ")}`]);
  return person;
}

/** The first person says the window; whoever comes later signs the very same text. */
function textOf(plan: Plan, digest: string, folder: string, { from, until }: ApproveOptions): Uint8Array {
  const path = join(folder, APPROVAL_TEXT);
  const there = kindAt(path) === "nothing" ? null : readRegular(path);
  const window = there === null ? { from, until } : readApproval(there);
  if (window.from === undefined || window.until === undefined) throw new Fault("usage-arguments", "the first to approve says when the ceremony may be held: --from and --until", ["such as --from 2026-12-01T08:00:00Z --until 2026-12-05T18:00:00Z, UTC"]);
  const wanted: Approval = approvalOf(plan, digest, { from: from ?? window.from, until: until ?? window.until });
  if (wanted.from > wanted.until) throw new Fault("usage-arguments", `expected a window that ends after it begins, found ${wanted.from} until ${wanted.until}`);
  const text = writeApproval(wanted);
  if (there === null || sameBytes(there, text)) return text;
  throw new Fault("seal-exists", `${path} approves something else: another plan, another window or another record before`, ["what is there was not touched; for this plan name another folder with -o, or move the old one away"]);
}
