/** Sealing a closed record: manifest, seal.txt, allowed signers, and the token's signature, outside the transcript. */
import { join } from "node:path";
import type { Replayed } from "../ceremony/replay.ts";
import { replayRecord } from "../ceremony/replay.ts";
import type { SigningKey } from "../ceremony/request.ts";
import { allowedSignersOf, manifestOf, sealOf } from "../ceremony/sealed.ts";
import { Fault } from "../fault.ts";
import { repeatedNonce } from "../ceremony/health.ts";
import { sentenceOf } from "../transcript/objection.ts";
import { buildCms, cmsSignedAttributes } from "../transcript/cms.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { writeSeal } from "../transcript/seal.ts";
import { Checking } from "./checking.ts";
import { claimHolds } from "./claims.ts";
import { HOST_DISK, type Disk } from "./disk.ts";
import { clearParts, keepFile, kindAt, readRegular } from "./files.ts";
import { folderFiles } from "./folder.ts";

/** Signs with the transcript key, whose token is logged in for it. */
export type SealSigner = (key: SigningKey, message: Uint8Array) => Promise<Uint8Array>;

/** Whether a closed record has everything that `run` makes of its seal. */
export function hasSeal(folder: string, tokenSigns: boolean, disk = HOST_DISK): boolean {
  const wanted = [LAYOUT.manifest, LAYOUT.seal, LAYOUT.allowedSigners, ...(tokenSigns ? [LAYOUT.tokenSignature] : [])];
  return wanted.every((path) => kindAt(join(folder, path), disk) === "file");
}

/**
 * Replays the record as an auditor would, and only then makes what is missing of its seal; equal bytes go on.
 * @throws Fault record-diverged when the record does not replay
 */
export async function sealRecord(folder: string, sign: SealSigner, disk = HOST_DISK): Promise<void> {
  clearParts(folder, disk);
  const replayed = await replayForSeal(folder, disk);
  if (replayed.plan === null || replayed.ending === null) throw new Fault("bug-unreachable", "a replayed record without a plan");
  const manifest = manifestOf(folderFiles(folder, disk));
  keepFile(join(folder, LAYOUT.manifest), manifest, disk);
  const seal = writeSeal(sealOf(replayed, manifest));
  keepFile(join(folder, LAYOUT.seal), seal, disk);
  keepFile(join(folder, LAYOUT.allowedSigners), allowedSignersOf(replayed.plan), disk);
  if (replayed.ending.transcriptKey !== null) await signByToken(join(folder, LAYOUT.tokenSignature), replayed, seal, { sign, disk });
}

async function replayForSeal(folder: string, disk: Disk): Promise<Replayed> {
  const replay = replayRecord(folderFiles(folder, disk));
  const checking = new Checking<string>();
  for (;;) {
    const next = replay.next();
    if (next.done !== true) {
      await checking.take(next.value, next.value.where);
      continue;
    }
    const { rebuilt, wrong } = next.value;
    const problems = [...wrong, ...(await checking.failed()), ...(rebuilt.why === "" ? [] : [rebuilt.why])];
    if (problems.length > 0) throw new Fault("record-diverged", `the record does not replay, so it is not sealed: ${problems.join("; ")}`);
    return next.value;
  }
}

/** The CMS file; it may be made again, for an ECDSA signature differs each time and only one is kept. */
async function signByToken(path: string, { ending, nonces }: Replayed, seal: Uint8Array, { sign, disk }: { readonly sign: SealSigner; readonly disk: Disk }): Promise<void> {
  if (ending === null || ending.transcriptKey === null || kindAt(path, disk) === "file") return;
  const [signerCertificate, ...certificates] = ending.transcriptChain;
  if (signerCertificate === undefined) throw new Fault("bug-unreachable", "a transcript key without a certificate");
  const key = ending.transcriptKey;
  const signedAttributes = cmsSignedAttributes(seal, key.mechanism);
  const signature = await sign(key, signedAttributes);
  const claim = { where: LAYOUT.tokenSignature, spki: key.spki.open(), mechanism: key.mechanism, message: signedAttributes, signature };
  const holds = claimHolds(claim);
  if (!holds) throw new Fault("hsm-answer", "the token's signature over the seal does not verify", ["inspect the token, then run the same command again"]);
  const [repeated] = repeatedNonce(nonces, claim);
  if (repeated !== undefined) throw new Fault("hsm-answer", `the seal is not kept: ${sentenceOf(repeated)}`, ["publish nothing of this record, and have the token's vendor explain its random generator"]);
  keepFile(path, buildCms({ mechanism: key.mechanism, signerCertificate, certificates, signedAttributes, signature }), disk);
}

/** Whether a record has its seal.txt. */
export function hasSealFile(folder: string): boolean {
  return kindAt(join(folder, LAYOUT.seal)) === "file";
}

/** The octets of seal.txt of a record. @throws Fault seal-not-ready */
export function readSealFile(folder: string): Uint8Array {
  const path = join(folder, LAYOUT.seal);
  if (kindAt(path) !== "file") throw new Fault("seal-not-ready", `expected ${LAYOUT.seal} in ${folder}, found none`, ["the ceremony has to end first: run it again to go on"]);
  return readRegular(path);
}
