/** Resolving the steps of a script, in their order: each becomes a planned step with the version of its generator. */
import { readBackOf, templatesOf } from "./key-template.ts";
import type { Step, StepOf as ScriptStep } from "../script/step-schema.ts";
import { resolveAct } from "./act.ts";
import { resolveBundle } from "./bundle.ts";
import { resolveCertificate } from "./certificates.ts";
import { resolveArtifact } from "./artifact.ts";
import { resolveAdopt } from "./adopt.ts";
import { resolveAnswer } from "./answer.ts";
import { resolveBackup, resolveDestruction, resolveRestoration } from "./backup.ts";
import { resolveBatch } from "./batch.ts";
import { judgeFirstLists, resolveCrl } from "./crl.ts";
import { registeredDevices } from "./devices.ts";
import { resolveCross } from "./cross.ts";
import { resolveRequest } from "./own-request.ts";
import type { Judgement } from "./judgement.ts";
import type { PlannedStep } from "./plan.ts";
import { isCertifiable } from "./profiles.ts";
import { judgeParked } from "./renewal.ts";
import { enterRegister, transcriptCertificateOf } from "./registered.ts";
import { MECHANISM_OF, MECHANISMS_OF } from "../x509/algorithm.ts";
import type { Resolving } from "./resolving.ts";

export interface ResolvedSteps extends Pick<Resolving, "claims" | "probes" | "lists" | "certificates"> {
  readonly steps: PlannedStep[];
}

/** The planned steps, and the claims and lists of the requests among them. */
export function resolveSteps(source: Pick<Resolving, "script" | "inputs" | "folders" | "register" | "ceremony" | "weak">, judgement: Judgement): ResolvedSteps {
  const resolving: Resolving = { ...source, judgement, keys: new Map(), mechanisms: new Map(), certificates: new Map(), spkis: new Map(), subjects: new Map(), revocations: [], crlNumbers: new Map(), requests: new Map(), claims: [], claimed: new Map(), probes: [], lists: new Map(), trials: { certificates: new Map(), crls: new Map() }, platformOfRoot: new Map(), devices: registeredDevices(source.register) };
  enterRegister(resolving);
  const steps = source.script.steps.flatMap((step, i) => {
    const planned = resolveStep(resolving, step, i + 1);
    return planned === null ? [] : [planned];
  });
  judgeFirstLists(resolving);
  const { claims, probes, lists, certificates } = resolving;
  return { steps, claims, probes, lists, certificates };
}

/** Null when a finding says why there is no such step. */
function resolveStep(resolving: Resolving, step: Step, number: number): PlannedStep | null {
  judgeParked(resolving, step);
  switch (step.kind) {
    case "roll-call": return { number, rule: resolving.script.scheduled === undefined ? "roll-call@1" : "roll-call@2" };
    case "act": return resolveAct(step, number);
    case "initialize-token": return { number, rule: "initialize-token@1", token: step.token };
    case "inspect-token": return { number, rule: "inspect-token@1", token: step.token };
    case "change-pin": return { number, rule: "change-pin@1", token: step.token, role: step.role ?? "user" };
    case "unlock-pin": return { number, rule: "unlock-pin@1", token: step.token };
    case "generate-key-pair": return resolveKey(resolving, step, number);
    case "back-up-key": return resolveBackup(resolving, step, number);
    case "restore-key": return resolveRestoration(resolving, step, number);
    case "destroy-key": return resolveDestruction(resolving, step, number);
    case "adopt": return resolveAdopt(resolving, step, number);
    case "issue-root": case "issue-certificate": case "sign-request": return resolveCertificate(resolving, step, number);
    case "cross-certify": return resolveCross(resolving, step, number);
    case "accept-certificate": return resolveAnswer(resolving, step, number);
    case "sign-requests": return resolveBatch(resolving, step, number);
    case "create-request": return resolveRequest(resolving, step, number);
    case "issue-crl": return resolveCrl(resolving, step, number);
    case "sign-artifact": return resolveArtifact(resolving, step, number);
    case "export-bundle": return resolveBundle(resolving, step, number);
    case "acknowledge": return { number, rule: "acknowledge@1", by: step.by, of: step.of };
    case "adjourn": return { number, rule: "adjourn@1", point: resolving.script.steps.slice(0, number).filter(({ kind }) => kind === "adjourn").length };
    case "close": return resolveClose(resolving, step, number);
  }
}

function resolveKey(resolving: Resolving, step: ScriptStep<"generate-key-pair">, number: number): PlannedStep {
  const { key, token, algorithm, backup } = step;
  const signature = step.signature ?? MECHANISM_OF[algorithm];
  resolving.judgement.judge("ALGORITHM-ALLOWED", [...step.path, "algorithm"], isCertifiable(algorithm), `no profile of this version certifies a key of ${algorithm}`);
  const fitting = MECHANISMS_OF[algorithm];
  resolving.judgement.judge("ALGORITHM-ALLOWED", [...step.path, "signature"], fitting.includes(signature), `a key of ${algorithm} signs with ${fitting.join(", ")}, found ${signature}`, fitting.length === 1 ? "leave the field out" : "choose one of these, or leave the field out");
  resolving.keys.set(key, algorithm);
  resolving.mechanisms.set(key, fitting.includes(signature) ? signature : MECHANISM_OF[algorithm]);
  return { number, rule: "generate-key-pair@1", key, token, algorithm, signature, backup, ...templatesOf(backup, step["always-authenticate"] === true), ...readBackOf(algorithm, backup) };
}

function resolveClose(resolving: Resolving, step: ScriptStep<"close">, number: number): PlannedStep {
  const transcriptKey = step["transcript-key"] ?? null;
  const issuing = resolving.script.steps.find((one) => one.kind === "issue-certificate" && one.key === transcriptKey);
  return { number, rule: "close@1", keeps: step.keeps ?? [], transcriptKey, transcriptCertificate: issuing?.kind === "issue-certificate" ? issuing.certificate : transcriptCertificateOf(resolving.register, transcriptKey) };
}
