/** Register packs: what the ceremony before leaves to the next one, sealed by keys that a test holds. */
import { sha256Hex } from "../../src/bytes/digest.ts";
import { fromUtf8 } from "../../src/bytes/text.ts";
import { manifestOf, sealOf } from "../../src/ceremony/sealed.ts";
import { buildCms, cmsSignedAttributes } from "../../src/transcript/cms.ts";
import { LAYOUT } from "../../src/transcript/layout.ts";
import { readManifest, writeManifest } from "../../src/transcript/manifest.ts";
import { writeRegister, type Register } from "../../src/transcript/register.ts";
import { readSeal, writeSeal } from "../../src/transcript/seal.ts";
import { goodPlan, FILES, HEAD, type Files, type Octets } from "./scripts.ts";
import { KEYS } from "./waivers.ts";
import { replay, World } from "./world.ts";

/** The usual files, with keys of alice and dan that sign. */
export const SIGNING_FILES: Files = { ...FILES, "people/alice.pub": KEYS.alice.line, "people/dan.pub": KEYS.dan.line };

export interface Pack {
  /** The files of the pack, below `previous/`, and the usual ones. */
  readonly files: Octets;
  /** SHA-256 of seal.txt, hex. */
  readonly seal: string;
  /** The lines of a script that name it. */
  readonly lines: string;
}

/**
 * Seals a finished ceremony as `run` and `seal` do, and gives what of it is a pack.
 * @param folder where it lies beside the next script
 */
export function packOf(world: World, folder = "previous"): Pack {
  const files = world.record.asFiles();
  const { replayed } = replay(files);
  const manifest = manifestOf(files);
  const seal = writeSeal(sealOf(replayed, manifest));
  const own: Record<string, string | Uint8Array> = {
    [LAYOUT.seal]: seal, [LAYOUT.manifest]: manifest,
    "signatures/alice.sig": KEYS.alice.sign("anchorite-seal-approved", seal), "signatures/dan.sig": KEYS.dan.sign("anchorite-seal-witnessed", seal),
  };
  for (const path of [LAYOUT.plan, "artifacts/register.json"]) own[path] = files.read(path) ?? new Uint8Array();
  for (const path of files.list()) if (path.startsWith(`${LAYOUT.approvals}/`) && world.source.plan.scheduled !== undefined) own[path] = files.read(path) ?? new Uint8Array();
  const { transcriptKey, transcriptChain: [certificate, ...chain] } = replayed.ending ?? { transcriptKey: null, transcriptChain: [] };
  if (transcriptKey !== null && certificate !== undefined) {
    const signedAttributes = cmsSignedAttributes(seal, transcriptKey.mechanism);
    const signature = world.holder(transcriptKey.id).signOnce(transcriptKey.id, signedAttributes);
    own[LAYOUT.tokenSignature] = buildCms({ mechanism: transcriptKey.mechanism, signerCertificate: certificate, certificates: chain, signedAttributes, signature });
  }
  const digest = sha256Hex(seal);
  return {
    files: { ...SIGNING_FILES, ...Object.fromEntries(Object.entries(own).map(([path, bytes]) => [`${folder}/${path}`, bytes])) }, seal: digest,
    lines: `register: { pack: ${folder}, seal: "${digest}" }\n`,
  };
}

/** A ceremony that was held and sealed; one that goes on from another is held a day later. @param run its run id, hex @param begin milliseconds of Unix time */
export async function held(script: string, files: Octets = SIGNING_FILES, earlier: World | null = null, run?: string, begin?: number): Promise<{ readonly world: World; readonly pack: Pack }> {
  const world = new World(goodPlan(script, files), {}, earlier?.tokens, begin, run === undefined ? {} : { run });
  await world.run();
  return { world, pack: packOf(world) };
}

/** A pack whose register somebody has rewritten, under a new seal by the same people; the token does not sign it. */
export function rewritten({ files }: Pack, change: (register: Register) => void): Pack {
  const register = JSON.parse(fromUtf8(files["previous/artifacts/register.json"] as Uint8Array)) as Register;
  change(register);
  const bytes = writeRegister(register);
  const old = readManifest(files["previous/SHA256SUMS"] as Uint8Array);
  const manifest = writeManifest(old.map((line) => (line.path === "artifacts/register.json" ? { ...line, sha256: sha256Hex(bytes) } : line)));
  const seal = writeSeal({ ...readSeal(files["previous/seal.txt"] as Uint8Array), manifest: sha256Hex(manifest), tokenSignature: "none" });
  const digest = sha256Hex(seal);
  const changed = { "previous/artifacts/register.json": bytes, "previous/SHA256SUMS": manifest, "previous/seal.txt": seal, "previous/signatures/alice.sig": KEYS.alice.sign("anchorite-seal-approved", seal), "previous/signatures/dan.sig": KEYS.dan.sign("anchorite-seal-witnessed", seal) };
  return { files: { ...files, ...changed }, seal: digest, lines: `register: { pack: previous, seal: "${digest}" }\n` };
}

/** The ceremony after `SEALED`: the transcript key is certified again, its first certificate is revoked, in each of two lists. */
export function renewalScript({ lines }: Pack): string {
  return `${HEAD}${lines}tokens:
  vault: { holds: [root, transcript] }
steps:
  - roll-call: {}
  - inspect-token: { token: vault }
  - issue-certificate: { certificate: transcript-2, key: transcript, issuer: root-ca, renews: transcript, profile: private/transcript, valid: { for: P15Y } }
  - issue-crl: { crl: of-cas, issuer: root-ca, valid: { for: P1Y }, scope: ca-certificates }
  - issue-crl: { crl: ahead, issuer: root-ca, successive: { count: 2, every: P1M, overlap: P10D, by: dan }, revoke: [{ certificate: transcript, reason: superseded }] }
  - close: { transcript-key: transcript }
`;
}
