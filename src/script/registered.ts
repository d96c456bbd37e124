/**
 * What a register knows, as the steps that once made it, so that names are judged alike whoever made them; and that keys of
 * earlier ceremonies are looked at on their tokens before anything happens [SCRIPT-NAMES, REGISTER-FITS].
 */
import type { Register, RegisteredCertificate, RegisteredKey } from "../transcript/register.ts";
import { doubt, type Doubt, type Draft } from "./doubt.ts";
import { keyBehind, type Made } from "./made.ts";
import type { Step } from "./step-schema.ts";

/** Where findings about such a step would stand. */
const PATH = ["register"] as const;

/** The steps that made what is in a register. */
export function stepsOfRegister(register: Register): Step[] {
  const folders = new Set(register.certificates.flatMap(({ name }) => (name.includes("/") ? [name.split("/")[0] ?? ""] : [])));
  return [
    ...register.keys.map(keyStep),
    ...(register.backups ?? []).map(({ backup, key, threshold }): Step => ({ kind: "back-up-key", path: PATH, backup, key, threshold, custodians: [] })),
    ...register.certificates.filter(({ name }) => !name.includes("/")).map(certificateStep),
    ...[...folders].map((certificates): Step => ({ kind: "sign-requests", path: PATH, requests: certificates, files: "all", certificates, issuer: "", profile: "", valid: { for: "P1D" }, "on-refusal": "stop" })),
    ...register.requests.map(({ name, key }): Step => ({ kind: "create-request", path: PATH, request: name, key, subject: {} })),
    ...register.crls.filter(({ claimed }) => claimed === undefined).map(({ name, issuer, thisUpdate, nextUpdate }): Step => ({ kind: "issue-crl", path: PATH, crl: name.split("/")[0] ?? name, issuer, valid: { from: thisUpdate, until: nextUpdate } })),
  ];
}

function keyStep({ key, token, algorithm, signature, backup }: RegisteredKey): Step {
  return { kind: "generate-key-pair", path: PATH, key, token, algorithm, signature, backup };
}

function certificateStep({ name, key, issuer, profile, notBefore, notAfter }: RegisteredCertificate): Step {
  const common = { path: PATH, certificate: name, profile: profile.split("@")[0] ?? profile, valid: { from: notBefore, until: notAfter } };
  if (key === null) return { kind: "sign-request", request: { file: "", field: null }, issuer, ...common };
  return issuer === name ? { kind: "issue-root", key, ...common } : { kind: "issue-certificate", key, issuer, ...common };
}

/** Whether a step is one that a register stands for. */
export function isRegistered(step: Step): boolean {
  return step.path === PATH;
}

/** Steps by which nothing happens on a token. */
const WITHOUT_EFFECT: ReadonlySet<Step["kind"]> = new Set(["roll-call", "act", "inspect-token", "unlock-pin", "adjourn"]);

/** Every token with keys of the register is inspected before the first effect, and never initialised. */
export function registeredTokenDoubts({ registered, copies, tokens, steps }: Draft): Doubt[] {
  const holders = new Map([...copies.map(({ token, key }) => [token, key] as const), ...registered.flatMap((step) => (step.kind === "generate-key-pair" ? [[step.token, step.key] as const] : []))]);
  const firstEffect = steps.find(({ kind }) => !WITHOUT_EFFECT.has(kind));
  return [...holders].flatMap(([token, key]) => {
    if (tokens === null || !Object.hasOwn(tokens, token)) return [];
    const opened = steps.find((step) => (step.kind === "initialize-token" || step.kind === "inspect-token") && step.token === token);
    if (opened?.kind === "initialize-token") return [doubt("REGISTER-FITS", [...opened.path, "token"], token, `expected ${token} to be inspected, for it holds ${key} of the register; found initialize-token, which would destroy it`, "a token for new keys has a name of its own")];
    const early = opened !== undefined && (firstEffect === undefined || Number(opened.path[1]) < Number(firstEffect.path[1]));
    return early ? [] : [doubt("REGISTER-FITS", ["tokens", token], token, `expected ${token}, which holds ${key} of the register, to be inspected before anything happens on a token`, `put inspect-token: { token: ${token} } right after roll-call`)];
  });
}

/** What a step signs with is on a token of this script, whose list names it. */
export function registeredKeyDoubts(step: Step, made: Made, { registered, tokens }: Draft): Doubt[] {
  return usedKeys(step, made).flatMap(({ key, field }) => {
    const maker = made.keys.get(key);
    if (maker === undefined || tokens === null || !registered.includes(maker)) return [];
    const path = [...step.path, field];
    const token = Object.hasOwn(tokens, maker.token) ? tokens[maker.token] : undefined;
    if (token === undefined) return [doubt("REGISTER-FITS", path, key, `expected the token ${maker.token} in the script, for it holds ${key} of the register, found no such token`, `add it under tokens: ${maker.token}: { holds: [${key}] }`)];
    return token.holds.includes(key) ? [] : [doubt("REGISTER-FITS", path, key, `expected ${maker.token} to list ${key} of the register, found it left out`, `write it under tokens: ${maker.token}: holds`)];
  });
}

function usedKeys(step: Step, made: Made): { key: string; field: string }[] {
  if (step.kind === "generate-key-pair" || step.kind === "restore-key" || step.kind === "destroy-key") return [];
  const own = "key" in step ? [{ key: step.key, field: "key" }] : [];
  const issuer = "issuer" in step ? keyBehind(made.certificates.get(step.issuer), made) : undefined;
  const sealing = step.kind === "close" ? step["transcript-key"] : undefined;
  return [...own, ...(issuer === undefined ? [] : [{ key: issuer, field: "issuer" }]), ...(sealing === undefined ? [] : [{ key: sealing, field: "transcript-key" }])];
}
