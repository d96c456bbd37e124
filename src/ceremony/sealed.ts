/** The seal of a record: manifest, seal.txt, the people's signatures and the token's, judged against what was replayed. Pure. */
import { sha256Hex } from "../bytes/digest.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import type { Plan } from "../plan/plan.ts";
import { judgeAddenda, type AddendaQuestion, type JudgedAddendum } from "../transcript/addenda.ts";
import { readCms } from "../transcript/cms.ts";
import { isManifested, LAYOUT } from "../transcript/layout.ts";
import { readManifest, writeManifest } from "../transcript/manifest.ts";
import { judgeSeal, namespaceOf, type SealJudgement, type Sealer, type SignatureFile } from "../transcript/quorum.ts";
import { writeAllowedSigners, type RosterEntry } from "../transcript/roster.ts";
import { readSeal, SEAL_ORIGIN, TOKEN_SIGNATURE_FILE, writeSeal, type Seal } from "../transcript/seal.ts";
import { readPublicKeyLine } from "../transcript/sshkey.ts";
import { isWithheld, levelOfFile } from "../transcript/withheld.ts";
import type { Claim } from "../x509/algorithm.ts";
import type { RecordFiles, Replayed } from "./replay.ts";

/** What the seal says, before its claims were checked. */
export interface Sealed {
  readonly wrong: readonly string[];
  /** What the plan asks for and is not there yet. */
  readonly missing: readonly string[];
  readonly people: SealJudgement | null;
  /** `not judged`: the entries diverge, so that nobody knows which key and certificate the ceremony would have named. */
  readonly token: "signed" | "none asked" | "missing" | "not judged";
  readonly claims: readonly Claim[];
  /** SHA-256 of seal.txt, hex; empty when there is none. */
  readonly sealDigest: string;
  /** The files that came later; `addendaOf` judges them. */
  readonly addenda: readonly string[];
}

/** Runs a check; a Fault of its is a reason why the record is not authentic. */
function attempt<T>(wrong: string[], where: string, check: () => T): T | null {
  try {
    return check();
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    wrong.push(`${where}: ${thrown.message}`);
    return null;
  }
}

/**
 * Judges the seal of a replayed record.
 * @param roster allowed signers from outside; null when the signers are the record's own claim
 */
export function judgeSealed(files: RecordFiles, replayed: Replayed, roster: readonly RosterEntry[] | null): Sealed {
  const wrong: string[] = [];
  const seal = files.read(LAYOUT.seal);
  const manifest = files.read(LAYOUT.manifest);
  const addenda = files.list().filter((path) => path.startsWith(`${LAYOUT.addenda}/`));
  judgeManifest(files, manifest, { isSealed: seal !== null, isPublicCopy: replayed.withheld > 0 }, wrong);
  wrong.push(...files.strangers().map((path) => `${path} is neither a file nor a folder`));
  const whole = replayed.ending !== null || replayed.rebuilt.state === "diverged";
  if (seal === null || manifest === null || !whole || replayed.plan === null || replayed.header === null) {
    if (seal !== null || files.list().some((path) => path.startsWith(`${LAYOUT.signatures}/`))) wrong.push("there is a seal, but not over a whole record");
    return { wrong, missing: ["seal.txt"], people: null, token: "missing", claims: [], sealDigest: "", addenda };
  }
  const expected = attempt(wrong, LAYOUT.seal, () => writeSeal(expectedSeal(replayed, manifest, seal)));
  if (expected !== null && !sameBytes(expected, seal)) wrong.push(`${LAYOUT.seal} does not say what the record says`);
  const people = judgePeople(files, replayed, replayed.plan, seal, roster, wrong);
  const token = judgeToken(files, replayed, seal, wrong);
  const missing = [...(people?.missing ?? []), ...(token.state === "missing" ? ["the token's signature"] : [])];
  return { wrong, missing, people, token: token.state, claims: [...(people?.claims ?? []), ...token.claims], sealDigest: sha256Hex(seal), addenda };
}

/** The addenda of a record, judged apart from it; none where there is no seal that they could be about. */
export function addendaOf(files: RecordFiles, { plan, header }: Replayed, { roster, tsa }: Pick<AddendaQuestion, "roster" | "tsa">): JudgedAddendum[] {
  const seal = files.read(LAYOUT.seal);
  const paths = files.list().filter((path) => path.startsWith(`${LAYOUT.addenda}/`));
  const read = new Map(paths.map((path) => [path, files.read(path) ?? new Uint8Array()]));
  return judgeAddenda({ files: read, seal: seal ?? new Uint8Array(), ceremony: header?.ceremony ?? "", run: header?.run ?? "", people: plan === null ? [] : sealersOf(plan), roster, tsa });
}

/** The seal that a finished record must have. */
export function sealOf(replayed: Replayed, manifest: Uint8Array): Seal {
  const { ending } = replayed;
  if (ending === null) throw notReady();
  return { ...sealBefore(replayed, manifest), outcome: ending.outcome, tokenSignature: ending.transcriptKey === null ? "none" : TOKEN_SIGNATURE_FILE };
}

/** What a seal says before the ending is known. */
function sealBefore({ header, end }: Replayed, manifest: Uint8Array): Omit<Seal, "outcome" | "tokenSignature"> {
  if (header === null) throw notReady();
  return { origin: SEAL_ORIGIN, ceremony: header.ceremony, run: header.run, entries: end.entries, head: end.head, manifest: sha256Hex(manifest), previous: header.previous };
}

function notReady(): Fault {
  return new Fault("seal-not-ready", "expected a record whose ceremony has ended, found one that has not", ["go on with `anchorite run` first"]);
}

/** Entries that diverge do not tell how the ceremony ends: of that the seal's own word stands, so that all else of it can be judged. */
function expectedSeal(replayed: Replayed, manifest: Uint8Array, seal: Uint8Array): Seal {
  if (replayed.ending !== null) return sealOf(replayed, manifest);
  const { outcome, tokenSignature } = readSeal(seal);
  return { ...sealBefore(replayed, manifest), outcome, tokenSignature };
}

/** The manifest that the files of a record make. */
export function manifestOf(files: RecordFiles): Uint8Array {
  const listed = files.list().filter(isManifested);
  return writeManifest(listed.map((path) => ({ path, sha256: sha256Hex(files.read(path) ?? new Uint8Array()) })));
}

function judgeManifest(files: RecordFiles, manifest: Uint8Array | null, { isSealed, isPublicCopy }: { readonly isSealed: boolean; readonly isPublicCopy: boolean }, wrong: string[]): void {
  if (manifest === null) {
    if (isSealed) wrong.push(`${LAYOUT.manifest} is missing`);
    return;
  }
  const entries = attempt(wrong, LAYOUT.manifest, () => readManifest(manifest));
  if (entries === null) return;
  const present = new Set(files.list().filter(isManifested));
  for (const { path, sha256 } of entries) {
    const bytes = present.delete(path) ? files.read(path) : null;
    if (bytes === null) wrong.push(`${path} is missing; ${LAYOUT.manifest} lists it`);
    else if (isPublicCopy && isWithheld(bytes) && levelOfFile(path) !== "public") continue;
    else if (sha256Hex(bytes) !== sha256) wrong.push(`${path} has the SHA-256 ${sha256Hex(bytes)}, ${LAYOUT.manifest} says ${sha256}`);
  }
  for (const path of present) wrong.push(`${path} is not listed in ${LAYOUT.manifest}`);
}

const PERSON_SIGNATURE = /^signatures\/([a-z][a-z0-9-]{0,30})\.sig$/;

function judgePeople(files: RecordFiles, replayed: Replayed, plan: Plan, seal: Uint8Array, roster: readonly RosterEntry[] | null, wrong: string[]): SealJudgement | null {
  const people = sealersOf(plan);
  const allowed = files.read(LAYOUT.allowedSigners);
  if (allowed === null) wrong.push(`${LAYOUT.allowedSigners} is missing`);
  else if (!sameBytes(allowed, allowedSignersOf(plan))) wrong.push(`${LAYOUT.allowedSigners} does not hold the people of the plan`);
  const signatures = files.list().flatMap((path): SignatureFile[] => {
    const id = PERSON_SIGNATURE.exec(path)?.[1];
    if (id !== undefined) return [{ file: path, id, armour: files.read(path) ?? new Uint8Array() }];
    const known = path === LAYOUT.allowedSigners || path === LAYOUT.tokenSignature || !path.startsWith(`${LAYOUT.signatures}/`);
    if (!known) wrong.push(`${path} is no signature of this record`);
    return [];
  });
  const judgement = attempt(wrong, LAYOUT.signatures, () => judgeSeal({ quorum: plan.quorum.seal, people, roster, signatures, seal, sealedAt: replayed.closedAt }));
  wrong.push(...(judgement?.wrong ?? []));
  return judgement;
}

/** The people of a plan, with their keys. */
export function sealersOf(plan: Plan): Sealer[] {
  return plan.people.map(({ id, name, role, key }) => ({ id, name, role, key: readPublicKeyLine(key) }));
}

/** signatures/allowed_signers: for `ssh-keygen -Y verify`, made from the plan, byte for byte. */
export function allowedSignersOf(plan: Plan): Uint8Array {
  return writeAllowedSigners(plan.people.map(({ id, role, key }) => ({ id, publicKeyLine: key, namespaces: [namespaceOf(role)] })));
}

function judgeToken(files: RecordFiles, replayed: Replayed, seal: Uint8Array, wrong: string[]): { state: Sealed["token"]; claims: Claim[] } {
  const bytes = files.read(LAYOUT.tokenSignature);
  const { ending } = replayed;
  if (ending === null) return { state: "not judged", claims: [] };
  if (ending.transcriptKey === null) {
    if (bytes !== null) wrong.push(`${LAYOUT.tokenSignature} is there, and the ceremony names no transcript key`);
    return { state: "none asked", claims: [] };
  }
  if (bytes === null) return { state: "missing", claims: [] };
  const signature = attempt(wrong, LAYOUT.tokenSignature, () => readCms(bytes, seal, ending.transcriptChain, LAYOUT.tokenSignature));
  if (signature === null) return { state: "missing", claims: [] };
  const own = ending.transcriptChain[0];
  const whole = signature.certificates.length === ending.transcriptChain.length - 1;
  if (own === undefined || !sameBytes(own, signature.signerCertificate) || !whole) wrong.push(`${LAYOUT.tokenSignature} is not by the transcript key of this record, with its chain`);
  return { state: "signed", claims: [signature.claim] };
}
