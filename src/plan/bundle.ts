/** Resolving a bundle: before a token is touched its platform is asked what it would say of the certificates to come. */
import { sameBytes } from "../bytes/text.ts";
import { givenNames } from "../platforms/parts.ts";
import { findPlatform } from "../platforms/platforms.ts";
import type { ScriptPath } from "../fault.ts";
import type { Acceptance, Shelf } from "../platforms/platform.ts";
import { shelfOf } from "../platforms/shelf.ts";
import type { StepOf as ScriptStep } from "../script/step-schema.ts";
import { readCertificate } from "../x509/reread.ts";
import { STAND_IN_INSTANT } from "../x509/stand-in-key.ts";
import type { PlannedStep, PlannedValidity } from "./plan.ts";
import type { Resolving } from "./resolving.ts";

/** In the place of the instant that nobody has attested yet. */
export const ANY_INSTANT = STAND_IN_INSTANT;

type BundleStep = ScriptStep<"export-bundle">;

export function resolveBundle(resolving: Resolving, step: BundleStep, number: number): PlannedStep {
  const planned = { number, rule: "export-bundle@1", bundle: step.bundle ?? step.platform, platform: step.platform, parts: step.parts } as const;
  judgeLists(resolving, step);
  if (!isStocked(resolving, step)) return { ...planned, notes: [] };
  const { acceptance, notes = [] } = findPlatform(step.platform).exportBundle(trialShelf(resolving, step), ANY_INSTANT);
  takeAcceptance(resolving, step, step.platform, acceptance);
  judgeOwnRoot(resolving, step);
  return { ...planned, notes: notes.flatMap(({ certificate, text }) => endOf(resolving, certificate).map((valid) => ({ certificate, text, valid }))) };
}

/** The register keeps what lists said, and not their octets: a list in a bundle is one of this ceremony [REGISTER-FITS]. */
function judgeLists({ trials, register, judgement }: Resolving, step: BundleStep): void {
  for (const { name, place } of givenNames(step, "crl")) {
    if (trials.crls.has(name) || register?.crls.some((one) => one.name === name) !== true) continue;
    judgement.judge("REGISTER-FITS", [...step.path, ...place], false, `expected a CRL that this ceremony makes, found ${name} of the register, which does not keep its octets`, "issue the next list of that CA in this ceremony, and name that");
  }
}

/** What a platform would say, for people. */
export function refusal(platform: string, { expects, found }: Acceptance): string {
  return `${platform} expects that ${expects}; found: ${found ?? ""}`;
}

/** Whether there is a trial of everything; what is missing has findings of its own. */
export function isStocked({ trials, inputs }: Resolving, step: ScriptStep<"export-bundle" | "sign-artifact">): boolean {
  const all = (kind: "certificate" | "crl" | "file", isThere: (name: string) => boolean) => givenNames(step, kind).every(({ name }) => isThere(name));
  return all("certificate", (name) => trials.certificates.has(name)) && all("crl", (name) => trials.crls.has(name)) && all("file", (name) => inputs.get(name) instanceof Uint8Array);
}

/** When a certificate will end, as the plan knows it: a trial certificate's own dates are stand-ins. */
function endOf({ certificates }: Resolving, name: string): PlannedValidity[] {
  const resolved = certificates.get(name);
  return resolved === undefined ? [] : [resolved.template.valid];
}

/** Findings of what a platform would refuse [PLATFORM-ACCEPTS]. @param who the platform or format */
export function takeAcceptance({ judgement }: Resolving, { path }: { readonly path: ScriptPath }, who: string, acceptance: readonly Acceptance[]): void {
  judgement.take(["PLATFORM-ACCEPTS"], acceptance.filter(({ found }) => found !== null).map((one) => ({ control: "PLATFORM-ACCEPTS" as const, path: [...path, one.part], message: refusal(who, one) })));
}

/** What the parts of a step will be, with trial certificates and CRLs. */
export function trialShelf({ trials, inputs, register }: Resolving, { parts }: ScriptStep<"export-bundle" | "sign-artifact">): Shelf {
  const octets = (bytes: unknown) => (bytes instanceof Uint8Array ? bytes : new Uint8Array());
  return shelfOf(parts, { certificate: (name) => octets(trials.certificates.get(name)), crl: (name) => octets(trials.crls.get(name)), file: (name) => octets(inputs.get(name)), earlier: register?.bundles ?? [] });
}

/** One root does not serve two platforms: what one must not be able to do, the other demands [PLATFORM-OWN-ROOT]. */
function judgeOwnRoot(resolving: Resolving, step: BundleStep): void {
  const { platform, path } = step;
  if (platform === "pem") return;
  for (const { name, place } of givenNames(step, "certificate")) {
    const root = rootOf(resolving, name);
    const other = resolving.platformOfRoot.get(root) ?? platform;
    resolving.judgement.judge("PLATFORM-OWN-ROOT", [...path, ...place], other === platform, `expected a root for ${platform} alone, found ${name} below ${root}, which a bundle for ${other} is for`, "make a root for each platform");
    resolving.platformOfRoot.set(root, other);
  }
}

/** The name of the certificate at the top of a certificate's chain, as far as it is known. */
function rootOf({ trials: { certificates } }: Resolving, name: string): string {
  const seen = new Set<string>();
  for (let top = name; ; ) {
    const der = certificates.get(top);
    const issuer = der === undefined || seen.has(top) ? undefined : issuerAmong(certificates, der);
    if (issuer === undefined || issuer === top) return top;
    seen.add(top);
    top = issuer;
  }
}

function issuerAmong(certificates: ReadonlyMap<string, Uint8Array>, der: Uint8Array): string | undefined {
  const { issuer } = readCertificate(der);
  return [...certificates].find(([, one]) => sameBytes(readCertificate(one).subject, issuer))?.[0];
}
