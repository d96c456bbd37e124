/** Entry 0 of a run: everything that it binds. */
import { sha256Hex } from "../bytes/digest.ts";
import { sealsBefore } from "../plan/plan.ts";
import { readTool } from "../room/package-digest.ts";
import { RECORD_FORMAT, type Header } from "../transcript/entry.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { moduleProxy } from "./module.ts";
import type { SessionSource } from "./session.ts";

function proxyName(module: string): { readonly proxy?: string } {
  const proxy = moduleProxy(module);
  return proxy === null ? {} : { proxy: proxy.name };
}

/**
 * @param modules SHA-256 of the PKCS#11 module of each token, hex, by the token's name
 * @param run the run id, hex
 */
export function headerOf({ plan, planDigest, foundation, station }: SessionSource, modules: ReadonlyMap<string, string>, run: string): Header {
  const digestOf = (path: string) => sha256Hex(foundation.get(path) ?? new Uint8Array());
  const approvals = [...foundation.keys()].filter((path) => path.startsWith(`${LAYOUT.approvals}/`)).sort();
  return {
    kind: "header", format: RECORD_FORMAT, ceremony: plan.ceremony, run, assurance: plan.assurance,
    script: digestOf(LAYOUT.script), plan: planDigest, station: digestOf(LAYOUT.station),
    inputs: plan.inputs.map(({ path, sha256 }) => ({ path, sha256 })), approvals: approvals.map((path) => ({ path, sha256: digestOf(path) })), tool: readTool(),
    tokens: Object.entries(station.tokens).map(([token, { serial, module }]) => ({ token, module: modules.get(token) ?? "", ...proxyName(module), serial })), previous: sealsBefore(plan),
    ...(plan.rehearsal === undefined ? {} : { rehearsal: plan.rehearsal.plan }),
  };
}
