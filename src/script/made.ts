/** What the steps so far have made: names on the left, the steps that made them on the right. */
import { stepsOfAdopted } from "./adopted.ts";
import type { Step, StepOf } from "./step-schema.ts";

export type CertificateStep = StepOf<"issue-root" | "issue-certificate" | "sign-request" | "cross-certify" | "accept-certificate">;
/** A step that certifies a key of this ceremony. */
export type OwnCertificateStep = StepOf<"issue-root" | "issue-certificate">;

export interface Made {
  readonly openedTokens: Map<string, Step>;
  readonly keys: Map<string, StepOf<"generate-key-pair">>;
  readonly backups: Map<string, StepOf<"back-up-key">>;
  readonly certificates: Map<string, CertificateStep>;
  readonly requests: Map<string, StepOf<"create-request">>;
  readonly batches: Map<string, StepOf<"sign-requests">>;
  readonly crls: Map<string, StepOf<"issue-crl">>;
  readonly bundles: Map<string, StepOf<"export-bundle">>;
  readonly artifacts: Map<string, StepOf<"sign-artifact">>;
  /** By the path in the record. */
  readonly evidence: Map<string, StepOf<"act">>;
}

export function nothingMade(): Made {
  return { openedTokens: new Map(), keys: new Map(), backups: new Map(), certificates: new Map(), requests: new Map(), batches: new Map(), crls: new Map(), bundles: new Map(), artifacts: new Map(), evidence: new Map() };
}

/** The name of a bundle: the one given, or the platform's. */
export function bundleName(step: StepOf<"export-bundle">): string {
  return step.bundle ?? step.platform;
}

/** One-based, as people count and as the plan numbers. */
export function stepNumber(step: Step): number {
  return Number(step.path[1]) + 1;
}

/** Enters what a step makes; the first to make a name keeps it. */
export function enter(step: Step, made: Made): void {
  switch (step.kind) {
    case "initialize-token":
    case "inspect-token":
      return keepFirst(made.openedTokens, step.token, step);
    case "act":
      for (const path of step.files ?? []) keepFirst(made.evidence, path, step);
      return;
    case "adopt":
      for (const one of stepsOfAdopted(step)) enter(one, made);
      return;
    case "restore-key":
      return restore(step, made);
    case "back-up-key":
      return keepFirst(made.backups, step.backup, step);
    case "generate-key-pair":
      return keepFirst(made.keys, step.key, step);
    case "issue-root":
    case "issue-certificate":
    case "sign-request":
    case "cross-certify":
    case "accept-certificate":
      return keepFirst(made.certificates, step.certificate, step);
    case "create-request":
      return keepFirst(made.requests, step.request, step);
    case "sign-requests":
      return keepFirst(made.batches, step.certificates, step);
    case "issue-crl":
      return keepFirst(made.crls, step.crl, step);
    case "sign-artifact":
      return keepFirst(made.artifacts, step.artifact, step);
    case "export-bundle":
      return keepFirst(made.bundles, bundleName(step), step);
    default:
      return;
  }
}

/** From here on the key is used where it was restored. */
function restore({ key, token, backup, path }: StepOf<"restore-key">, made: Made): void {
  const maker = made.keys.get(key);
  if (maker !== undefined) made.keys.set(key, { ...maker, token, backup, path });
}

function keepFirst<V>(map: Map<string, V>, name: string, value: V): void {
  if (!map.has(name)) map.set(name, value);
}

/** Every certificate step over a key of this ceremony, in order. */
export function certificatesOf(key: string, steps: readonly Step[]): OwnCertificateStep[] {
  return steps.filter(isOwnCertificate).filter((step) => step.key === key);
}

/** The key of this ceremony behind a certificate; undefined when it is somebody else's. */
export function keyBehind(step: CertificateStep | undefined, made: Made): string | undefined {
  if (step === undefined) return undefined;
  if (isOwnCertificate(step)) return step.key;
  if (step.kind === "cross-certify") return keyOfExisting(step, made);
  return step.kind === "accept-certificate" ? keyOfAnswer(step, made) : undefined;
}

/** The same for what a step cross-certifies. */
export function keyOfExisting({ existing }: StepOf<"cross-certify">, made: Made): string | undefined {
  return "certificate" in existing ? keyBehind(made.certificates.get(existing.certificate), made) : undefined;
}

/** The same for what a step accepts: the key of the request that it names, or the key itself. */
export function keyOfAnswer({ of }: StepOf<"accept-certificate">, made: Made): string | undefined {
  return made.requests.get(of)?.key ?? (made.keys.has(of) ? of : undefined);
}

export function isOwnCertificate(step: Step): step is OwnCertificateStep {
  return step.kind === "issue-root" || step.kind === "issue-certificate";
}
