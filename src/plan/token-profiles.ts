/** The token profiles that a script names: known ones, of models that make what the script wants of them [TOKEN-PROFILE]. Pure. */
import type { Script } from "../script/schema.ts";
import type { StepOf } from "../script/step-schema.ts";
import { named, type NamedProfile, type TokenProfile } from "../tokens/profile.ts";
import { acceptableProxies } from "../tokens/proxy.ts";
import { TOKEN_PROFILES, tokenProfile } from "../tokens/profiles.ts";
import { MECHANISM_OF } from "../x509/algorithm.ts";
import type { Judgement } from "./judgement.ts";

/** What a plan holds of the profile of a token; nothing where the script names none. */
export function profileOf({ tokens }: Script, token: string): { readonly profile?: NamedProfile } {
  const profile = tokenProfile(tokens[token]?.profile ?? "");
  return profile === undefined ? {} : { profile: named(profile) };
}

/** A module that stands before another is accepted by its name, and never one that writes PINs down [TOKEN-PROXY]. */
export function judgeAcceptedProxies(script: Script, judgement: Judgement): void {
  const known = acceptableProxies();
  for (const [token, { accept = [] }] of Object.entries(script.tokens)) {
    for (const [i, { proxy }] of accept.entries()) {
      if (proxy !== undefined) judgement.judge("TOKEN-PROXY", ["tokens", token, "accept", i, "proxy"], known.includes(proxy), `expected a proxy module that can be accepted, found ${proxy}`, `those that can: ${known.join(", ")}; pkcs11-spy writes PINs to a log and is always refused`);
    }
  }
}

/** A script that names no token profile is not judged by this. */
export function judgeTokenProfiles(script: Script, judgement: Judgement): void {
  for (const [token, { profile: name }] of Object.entries(script.tokens)) {
    if (name === undefined) continue;
    const profile = tokenProfile(name);
    judgement.judge("TOKEN-PROFILE", ["tokens", token, "profile"], profile !== undefined, `expected a token profile of this version, found ${name}`, `those that there are: ${TOKEN_PROFILES.map((one) => one.name).join(", ")}`);
    if (profile !== undefined) for (const step of script.steps) if (step.kind === "generate-key-pair" && step.token === token) judgeKey(step, profile, judgement);
  }
}

function judgeKey(step: StepOf<"generate-key-pair">, { name, algorithms, unsigned, ignoresAlwaysAuthenticate, wrapsNoKeys }: TokenProfile, judgement: Judgement): void {
  judgement.judge("TOKEN-PROFILE", [...step.path, "backup"], wrapsNoKeys !== true || step.backup !== "wrap", `a token of the profile ${name} wraps no key for a backup`, "write another backup, or take another token");
  const isIgnored = ignoresAlwaysAuthenticate === true && step["always-authenticate"] === true;
  judgement.judge("TOKEN-PROFILE", [...step.path, "always-authenticate"], !isIgnored, `a token of the profile ${name} signs by such a key without its PIN`, "leave the field out, or take another token");
  const { algorithm } = step;
  const made = algorithms === null || algorithms.includes(algorithm);
  judgement.judge("TOKEN-PROFILE", [...step.path, "algorithm"], made, `a token of the profile ${name} makes no key of ${algorithm}`, `it makes ${algorithms?.join(", ") ?? ""}; or take another token`);
  const signature = step.signature ?? MECHANISM_OF[algorithm];
  judgement.judge("TOKEN-PROFILE", [...step.path, "signature"], !unsigned.includes(signature), `a token of the profile ${name} does not sign by ${signature}`, "choose another signature, or another token");
}
