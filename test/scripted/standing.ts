/** An issuing CA in the scripted room, and its runs under a standing approval. */
import { sha256Hex } from "../../src/bytes/digest.ts";
import { fromUtf8 } from "../../src/bytes/text.ts";
import { signersOf } from "../../src/plan/standing.ts";
import { templateOf } from "../../src/plan/template.ts";
import { readRegister, type Register } from "../../src/transcript/register.ts";
import { STANDING_NAMESPACE, STANDING_TEXT, writeStanding, type StandingApproval } from "../../src/transcript/standing.ts";
import type { Observation } from "../../src/transcript/observation.ts";
import { held, packOf, SIGNING_FILES, type Pack } from "./pack.ts";
import type { Meddler } from "./room.ts";
import { goodPlan, HEAD, type Octets } from "./scripts.ts";
import { KEYS } from "./waivers.ts";
import { World } from "./world.ts";

const PEOPLE = HEAD.replace(/quorum:[^]*$/, "");

/** A root, the CA that issues, a key that seals, and one that signs files. */
export const ISSUING = `${HEAD}tokens:
  vault: { holds: [root, issuing, transcript, signer] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: issuing, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: transcript, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: signer, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { CN: Example Root }, valid: { for: P20Y } }
  - issue-certificate: { certificate: issuing-ca, key: issuing, issuer: root-ca, profile: private/subordinate, subject: { CN: Example Issuing }, path-length: 0, valid: { for: P10Y } }
  - issue-certificate: { certificate: transcript, key: transcript, issuer: root-ca, profile: private/transcript, valid: { for: P15Y } }
  - close: { transcript-key: transcript, keeps: [signer] }
`;

/** The steps of a run: a list, and a certificate for two weeks. */
export const RUN_STEPS = `  - issue-crl: { crl: crl-<run>, issuer: issuing-ca, valid: { for: P7D } }
`;
export const LEAF = `  - sign-request: { request: requests/device.csr, certificate: device-<run>, issuer: issuing-ca, profile: private/code-signing, valid: { for: P14D } }
`;

/** @param steps between the look at the token and the close */
export function scheduledScript(run: number, pack: Pick<Pack, "lines">, steps = RUN_STEPS, holds = "issuing, transcript"): string {
  const text = `${PEOPLE}quorum:
  approval: [1 of administrator, 1 of witness]
${pack.lines}scheduled: { run: <run> }
tokens:
  vault: { holds: [${holds}] }
steps:
  - roll-call: {}
  - inspect-token: { token: vault }
${steps}  - close: { transcript-key: transcript }
`;
  return text.replaceAll("<run>", String(run)).replaceAll("<before>", String(run - 1));
}

/** The first ceremony, sealed. */
export function issuing(): ReturnType<typeof held> {
  return held(ISSUING);
}

export function registerIn(pack: Pack): Register {
  return readRegister(pack.files["previous/artifacts/register.json"] as Uint8Array);
}

const PERIOD = { from: "2026-11-20T00:00:00Z", until: "2027-11-20T00:00:00Z" };

/** What alice and dan approve: the template of a plan, three runs in a year. @param change what the text says otherwise */
export function standingFor({ plan }: ReturnType<typeof goodPlan>, register: Register, change: Partial<StandingApproval> = {}): StandingApproval {
  const keys = signersOf(plan, register).map((name) => register.keys.find(({ key }) => key === name)?.spki ?? "").sort();
  return { ceremony: "scripted-room", template: templateOf(plan), tool: "0".repeat(64), ...PERIOD, count: 3, leaf: null, keys, previous: plan.register?.seal ?? "", ...change };
}

/** By name in the folder of approvals. */
export function standingFiles(standing: StandingApproval, signers: readonly (keyof typeof KEYS)[] = ["alice", "dan"]): Record<string, string> {
  const text = writeStanding(standing);
  return { [STANDING_TEXT]: fromUtf8(text), ...Object.fromEntries(signers.map((id) => [`${id}.sig`, KEYS[id].sign(STANDING_NAMESPACE, text)])) };
}

/** Nobody is there: the clock says the time, and nobody attests it. */
export const ALONE: Meddler = ({ request, honest }) => (request.kind === "time" ? ({ ...honest(), attestedBy: [] } as Observation) : undefined);

export interface Run {
  readonly world: World;
  readonly pack: Pack;
}

/** One run, from the pack of the one before, on its tokens. @param heads tokens keep heads @param meddle answers in the room's place */
export async function runAlone(script: string, before: Run, approvals: Readonly<Record<string, string>>, { meddle = ALONE, files = {}, run = before.world.runId, heads }: { readonly meddle?: Meddler; readonly files?: Octets; readonly run?: string; readonly heads?: true } = {}): Promise<Run> {
  const source = goodPlan(script, { ...SIGNING_FILES, ...files, ...before.pack.files });
  const world = new World(source, {}, before.world.tokens, undefined, { approvals, ...(run === before.world.runId ? {} : { run }) });
  await world.run({ meddle, ...(heads === undefined ? {} : { heads }) });
  return { world, pack: packOf(world) };
}

/** SHA-256 of a standing approval's text, hex. */
export function digestOf(standing: StandingApproval): string {
  return sha256Hex(writeStanding(standing));
}
