/** Modules that stand before others, and tokens in software, held against a script [TOKEN-PROXY, TOKEN-ASSURANCE]. */
import type { Finding } from "../fault.ts";
import type { Script } from "../script/schema.ts";
import type { Station } from "../script/station-schema.ts";
import { profilesOf } from "../tokens/profiles.ts";
import { moduleDigest, moduleProxy } from "./module.ts";

/**
 * A module that stands before another sees PINs and may answer for the token. One that writes PINs down is refused whatever the
 * assurance; production takes another only where the script accepts this very module under its name [TOKEN-PROXY].
 */
export function proxyFindings(script: Pick<Script, "tokens" | "assurance">, station: Pick<Station, "tokens">): Finding[] {
  return Object.entries(script.tokens).flatMap(([token, { accept = [] }]): Finding[] => {
    const bound = station.tokens[token];
    const proxy = bound === undefined ? null : moduleProxy(bound.module);
    if (bound === undefined || proxy === null) return [];
    const path = ["tokens", token];
    if (proxy.refused) return [{ control: "TOKEN-PROXY", path, message: `the module of token ${token} is ${proxy.what}`, hint: "name the token's own module in the station" }];
    const digest = moduleDigest(bound.module);
    const accepted = accept.some((one) => one.module === digest && one.proxy === proxy.name);
    if (accepted || script.assurance !== "production") return [];
    return [{ control: "TOKEN-PROXY", path, message: `the module of token ${token} is ${proxy.what}; production wants the token's own module, or proxy: ${proxy.name} with the digest ${digest} under accept`, hint: "name the token's own module in the station" }];
  });
}

/** Production accepts no model whose keys are in software, whatever the script names [TOKEN-ASSURANCE]. */
export function softwareFindings({ assurance, tokens }: Pick<Script, "tokens" | "assurance">): Finding[] {
  if (assurance !== "production") return [];
  return Object.entries(tokens).flatMap(([token, { accept = [] }]) => accept.flatMap((one, i): Finding[] => {
    const software = profilesOf(one).filter(({ keysIn }) => keysIn === "software");
    if (software.length === 0) return [];
    return [{ control: "TOKEN-ASSURANCE", path: ["tokens", token, "accept", i], message: `production takes no token whose keys are in software: ${one.manufacturer}, ${one.model} is ${software.map(({ title }) => title).join(" or ")}`, hint: "write assurance: software-keys, or accept a device" }];
  }));
}

/** Whoever runs a ceremony through a proxy is told so each time. */
export function proxyLines({ tokens }: Pick<Station, "tokens">): string[] {
  return Object.entries(tokens).flatMap(([token, { module }]) => {
    const proxy = moduleProxy(module);
    return proxy === null ? [] : [`anchorite: token ${token} is reached through ${proxy.what}`];
  });
}
