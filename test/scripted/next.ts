/** Ceremonies whose scripts `rotation next` wrote: put together, planned, held in the scripted room, sealed. */
import { readHeldCeremony } from "../../src/transcript/held-ceremony.ts";
import { nextCeremony, type Next, type NextWish } from "../../src/rotation/next.ts";
import type { Draft } from "../../src/rotation/next-draft.ts";
import { nextScript } from "../../src/rotation/next-script.ts";
import { sealedFiles, type HeldRecord } from "./life.ts";
import { makeRequest } from "./keys.ts";
import { held } from "./pack.ts";
import { FIRST, registerIn } from "./rotation.ts";
import type { Octets } from "./scripts.ts";
import type { World } from "./world.ts";

type Written = Extract<Next, { draft: Draft }> & { readonly script: string };

/** What comes after a record on a day. @throws Error for findings, where a test expects none */
export function nextOf(before: HeldRecord, at: string, revoke: NextWish["revoke"] = null): Written {
  const next = judgedNext(before, at, revoke);
  if (!("draft" in next)) throw new Error(JSON.stringify(next.findings));
  return { ...next, script: nextScript(next.draft, [{ pack: "previous", seal: before.pack.seal }], next.by) };
}

/** The same with its findings. */
export function judgedNext(before: HeldRecord, at: string, revoke: NextWish["revoke"] = null, closed: ReadonlySet<string> = new Set()): Next {
  const plan = before.files.read("plan.json") ?? new Uint8Array();
  return nextCeremony(registerIn(before), readHeldCeremony(plan), { at, revoke, closed });
}

/** Whether there is something to hold a ceremony for. */
export function isSomething({ draft }: Written): boolean {
  return draft.certificates.length + draft.lists.length > 0;
}

/** Holds it. @param files what was fetched, and the keys of the people */
export async function heldNext(before: HeldRecord, { script, draft }: Written, at: string, files: Octets): Promise<HeldRecord> {
  const all = { ...before.pack.files, ...files, ...Object.fromEntries(draft.files) };
  const { world, pack } = await held(script, all, before.world, runAt(at), Date.parse(at));
  const whole = withTokens(world, before.world);
  return { name: at.slice(0, 10), world: whole, pack, files: sealedFiles(world, pack) };
}

/** Tokens that stayed in the safe are there the next time. */
function withTokens(world: World, before: World): World {
  const tokens = new Map([...before.tokens, ...world.tokens]);
  return Object.create(world, { tokens: { value: tokens }, vault: { get: () => tokens.get("vault") } }) as World;
}

function runAt(at: string): string {
  return at.replaceAll(/[^0-9]/g, "").padEnd(16, "0");
}

/** Requests where a script wants them, each over a key of its own. */
export function requested({ draft }: Pick<Written, "draft">): Record<string, string> {
  return Object.fromEntries(draft.wanted.filter(({ file }) => file.endsWith(".csr")).map(({ file }) => [file, makeRequest()]));
}

/** Lists of five years, and a bundle: a life of few ceremonies. */
export const QUIET = FIRST.replace("crl: { validity: P1Y", "crl: { validity: P5Y").replace("issuer: root-ca, valid: { for: P1Y }", "issuer: root-ca, valid: { for: P5Y }")
  .replace("  - close", "  - export-bundle: { bundle: trust, platform: pem, certificates: [root-ca, issuing-ca], crls: [root-crl] }\n  - acknowledge: { by: [dan], of: [root-ca] }\n  - close");
