/** What a script says of rotation, and whether it can be kept [ROTATION-POLICY, ROTATION-SUCCESSOR]. */
import type { ScriptPath } from "../fault.ts";
import type { ListFields, RotationFields } from "../script/rotation-schema.ts";
import type { Script } from "../script/schema.ts";
import type { Step } from "../script/step-schema.ts";
import type { Register } from "../transcript/register.ts";
import { nextPolicy, type ListPolicy, type RotationPolicy } from "../transcript/rotation-policy.ts";
import type { Judgement } from "./judgement.ts";
import type { ResolvedCertificate } from "./resolving.ts";
import { madeBy } from "./rotation-made.ts";
import { fitInto } from "./validity.ts";

interface RotationSource {
  readonly script: Script;
  readonly register: Register | null;
  /** Every certificate of this ceremony and of the register, by name. */
  readonly certificates: ReadonlyMap<string, ResolvedCertificate>;
}

/** The policy of a script as the plan holds it; undefined where it says nothing. */
export function resolveRotation({ script, register, certificates }: RotationSource, judgement: Judgement): RotationPolicy | undefined {
  const { rotation } = script;
  if (rotation === undefined && register?.rotation === undefined) return undefined;
  const planned = rotation === undefined ? undefined : { ...policyOf(rotation), made: madeBy(script) };
  const policy = nextPolicy(register?.rotation, planned);
  if (policy !== undefined) {
    judgePeriods(policy, judgement);
    for (const step of script.steps) judgeStep(policy, step, certificates, judgement);
  }
  for (const issuer of Object.keys(planned?.crls ?? {})) judgement.judge("ROTATION-POLICY", ["rotation", "crls", issuer], certificates.get(issuer)?.template.ca === true, `expected a CA of this ceremony or of its register, found ${issuer}`);
  for (const [name, old] of Object.entries(planned?.successors ?? {})) if (!isUnresolved(script, name, certificates)) judgeSuccessor({ name, old }, certificates, judgement);
  return planned;
}

function policyOf(fields: RotationFields): RotationPolicy {
  const { root, subordinate, leaf, crl, crls, freeze, remind, custody, successors } = fields;
  return {
    root: root === undefined ? null : { lifetime: root.lifetime, successorBefore: root["successor-before"] },
    subordinate: subordinate === undefined ? null : { lifetime: subordinate.lifetime, issuesFor: subordinate["issues-for"], overlap: subordinate.overlap },
    leaf: leaf === undefined ? null : { lifetime: leaf.lifetime, renewBefore: leaf["renew-before"] },
    crl: crl === undefined ? null : listPolicyOf(crl), crls: Object.fromEntries(Object.entries(crls ?? {}).map(([issuer, one]) => [issuer, listPolicyOf(one)])),
    ceremonyWindow: fields["ceremony-window"] ?? null, freeze: freeze ?? null, remind: remind ?? [], custody: custody ?? null, successors: successors ?? {},
    ...(fields.ceremonies === undefined ? {} : { ceremonies: fields.ceremonies }),
  };
}

function listPolicyOf(fields: ListFields): ListPolicy {
  return { validity: fields.validity, renewBefore: fields["renew-before"], ceremonyWindow: fields["ceremony-window"] ?? null };
}

/** Two periods of a policy that contradict each other. */
interface Demand {
  readonly path: ScriptPath;
  readonly parts: readonly (string | null | undefined)[];
  readonly within: string | undefined;
  readonly message: string;
}

function judgePeriods(policy: RotationPolicy, judgement: Judgement): void {
  const at = (...path: string[]): ScriptPath => ["rotation", ...path];
  for (const { path, parts, within, message } of demandsOf(policy, at)) {
    if (within === undefined) continue;
    const known = parts.flatMap((one) => one ?? []);
    judgement.judge("ROTATION-POLICY", path, fitInto(known, within), `${message}, found ${known.join(" and ")} within ${within}`, "periods are counted from 1 January 2025");
  }
}

function demandsOf({ root, subordinate, leaf, crl, crls, ceremonyWindow, freeze }: RotationPolicy, at: (...path: string[]) => ScriptPath): Demand[] {
  return [
    { path: at("subordinate", "issues-for"), parts: [subordinate?.issuesFor, leaf?.lifetime], within: subordinate?.lifetime, message: "expected the last certificate that a subordinate issues to end with it at the latest" },
    { path: at("subordinate", "overlap"), parts: [subordinate?.overlap, freeze, ceremonyWindow], within: subordinate?.issuesFor, message: "expected the overlap, the freeze before it and the window of the ceremony to fit into the time in which a subordinate issues" },
    { path: at("root", "successor-before"), parts: [subordinate?.lifetime], within: root?.successorBefore, message: "expected the next root to be in use before this one is too old to issue a subordinate of full lifetime" },
    { path: at("root", "successor-before"), parts: [root?.successorBefore, freeze, ceremonyWindow], within: root?.lifetime, message: "expected a root to be in use before its successor is due" },
    { path: at("leaf", "renew-before"), parts: [leaf?.renewBefore, ceremonyWindow], within: leaf?.lifetime, message: "expected a certificate to be in use before its renewal is due" },
    ...[{ path: at("crl"), lists: crl }, ...Object.entries(crls).map(([issuer, lists]) => ({ path: at("crls", issuer), lists }))].map(({ path, lists }) => (
      { path: [...path, "renew-before"], parts: [lists?.renewBefore, lists?.ceremonyWindow ?? ceremonyWindow], within: lists?.validity, message: "expected a CRL to be valid until the ceremony that makes the next one" }
    )),
  ];
}

/** What a step makes is held against the lifetime that the policy gives to its kind. */
function judgeStep(policy: RotationPolicy, step: Step, certificates: ReadonlyMap<string, ResolvedCertificate>, judgement: Judgement): void {
  const made = lifetimeOf(policy, step, certificates);
  if (made === null || !("valid" in step) || step.valid === undefined || !("for" in step.valid)) return;
  const { what, lifetime, isExact } = made;
  const fits = fitInto([step.valid.for], lifetime) && (!isExact || fitInto([lifetime], step.valid.for));
  judgement.judge("ROTATION-POLICY", [...step.path, "valid"], fits, `expected ${what} to be valid for ${isExact ? "" : "at most "}${lifetime} as rotation says, found ${step.valid.for}`, "change the step or the policy");
}

function lifetimeOf(policy: RotationPolicy, step: Step, certificates: ReadonlyMap<string, ResolvedCertificate>): { what: string; lifetime: string; isExact: boolean } | null {
  if (step.kind === "issue-crl") {
    const lists = policy.crls[step.issuer] ?? policy.crl;
    return lists === null ? null : { what: "the CRL", lifetime: lists.validity, isExact: false };
  }
  if (step.kind === "issue-root") return policy.root === null ? null : { what: "the root", lifetime: policy.root.lifetime, isExact: true };
  if (step.kind !== "issue-certificate" && step.kind !== "sign-request") return null;
  const made = certificates.get(step.certificate);
  if (made?.template.ca === true) return policy.subordinate === null ? null : { what: "the subordinate CA", lifetime: policy.subordinate.lifetime, isExact: true };
  // the certificate of a transcript key lives as long as its key is needed
  if (policy.leaf === null || made === undefined || made.template.profile.startsWith("private/transcript@")) return null;
  return { what: "the certificate", lifetime: policy.leaf.lifetime, isExact: false };
}

/** Whether a step makes it that says by itself why it cannot: a request that is not there yet. */
function isUnresolved({ steps }: Script, name: string, certificates: ReadonlyMap<string, ResolvedCertificate>): boolean {
  return !certificates.has(name) && steps.some((step) => "certificate" in step && step.certificate === name);
}

/** The successor and the one before it are certificates of one kind, and nobody follows itself. */
function judgeSuccessor({ name, old }: { readonly name: string; readonly old: string }, certificates: ReadonlyMap<string, ResolvedCertificate>, judgement: Judgement): void {
  const path = ["rotation", "successors", name];
  const [after, before] = [certificates.get(name), certificates.get(old)];
  const isKnown = judgement.judge("ROTATION-SUCCESSOR", path, after !== undefined && before !== undefined, `expected two certificates of this ceremony or of its register, found ${after === undefined ? name : old}, which is none`);
  if (!isKnown || after === undefined || before === undefined) return;
  judgement.judge("ROTATION-SUCCESSOR", path, !after.isRegistered, `expected a certificate of this ceremony, found ${name} of the register`, "a succession is said in the ceremony that makes the successor");
  const alike = name !== old && after.template.ca === before.template.ca;
  judgement.judge("ROTATION-SUCCESSOR", path, alike, `expected ${name} to take the place of another certificate of its kind, found ${old}`, "a CA follows a CA");
}
