/** The seal of a record: manifest, seal.txt, the people's signatures and the token's, judged against what was replayed. Pure. */
import { sha256Hex } from "../bytes/digest.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { judgeApprovals, sealersOf, type JudgedApprovals } from "../plan/approvals.ts";
import type { HeldStanding } from "../plan/standing.ts";
import type { Plan } from "../plan/plan.ts";
import { judgeAddenda, type AddendaQuestion, type JudgedAddendum } from "../transcript/addenda.ts";
import { APPROVAL_NAMESPACE } from "../transcript/approval.ts";
import { STANDING_NAMESPACE } from "../transcript/standing.ts";
import { certificatesIn, readCms } from "../transcript/cms.ts";
import { isManifested, LAYOUT } from "../transcript/layout.ts";
import { readManifest, writeManifest } from "../transcript/manifest.ts";
import { attempt, objection, type Objection } from "../transcript/objection.ts";
import { judgeSeal, namespaceOf, type SealJudgement, type SignatureFile } from "../transcript/quorum.ts";
import { writeAllowedSigners, type RosterEntry } from "../transcript/roster.ts";
import { readSeal, SEAL_ORIGIN, TOKEN_SIGNATURE_FILE, writeSeal, type Seal } from "../transcript/seal.ts";
import { isWithheld, levelOfFile } from "../transcript/withheld.ts";
import type { Claim } from "../x509/algorithm.ts";
import { approvalFiles } from "./recorded-inputs.ts";
import { judgeHold } from "./recorded-holds.ts";
import { repeatedNonce } from "./health.ts";
import type { RecordFiles, Replayed } from "./replay.ts";

/** What the seal says, before its claims were checked. */
export interface Sealed {
  readonly wrong: readonly Objection[];
  /** What the plan asks for and is not there yet. */
  readonly missing: readonly Objection[];
  readonly people: SealJudgement | null;
  /** `not judged`: the entries diverge, so that nobody knows which key and certificate the ceremony would have named; only that it is over this seal.txt was looked at. */
  readonly token: "signed" | "none asked" | "missing" | "not judged";
  readonly claims: readonly Claim[];
  /** SHA-256 of seal.txt, hex; empty when there is none. */
  readonly sealDigest: string;
  /** Who approved the plan; null where it wants no approvals. */
  readonly approved: SealJudgement | null;
  /** What nobody attended was approved by; null of a ceremony with people. */
  readonly standing: HeldStanding | null;
  /** The files that came later; `addendaOf` judges them. */
  readonly addenda: readonly string[];
}

/**
 * Judges the seal of a replayed record.
 * @param roster allowed signers from outside; null when the signers are the record's own claim
 */
export function judgeSealed(files: RecordFiles, replayed: Replayed, roster: readonly RosterEntry[] | null): Sealed {
  const wrong: Objection[] = [];
  const seal = files.read(LAYOUT.seal);
  const manifest = files.read(LAYOUT.manifest);
  const addenda = files.list().filter((path) => path.startsWith(`${LAYOUT.addenda}/`));
  judgeManifest(files, manifest, { isSealed: seal !== null, isPublicCopy: replayed.withheld > 0 }, wrong);
  const approved = judgeBefore(files, replayed, roster, wrong);
  const standing = approved?.standing ?? null;
  wrong.push(...files.strangers().map((path) => objection("RECORD-FOLDER", `${path} is neither a file nor a folder`)));
  if (seal === null || manifest === null || !replayed.closed || replayed.plan === null || replayed.header === null) {
    if (seal !== null || files.list().some((path) => path.startsWith(`${LAYOUT.signatures}/`))) wrong.push(objection("SEAL-FORM", "there is a seal, but not over a whole record"));
    return { wrong, missing: [objection("SEAL-FORM", "seal.txt")], people: null, token: "missing", claims: [], sealDigest: "", approved, standing, addenda };
  }
  const expected = attempt(wrong, "SEAL-FORM", LAYOUT.seal, () => writeSeal(expectedSeal(replayed, manifest, seal)));
  if (expected !== null && !sameBytes(expected, seal)) wrong.push(objection("SEAL-FORM", `${LAYOUT.seal} does not say what the record says`));
  const people = judgePeople(files, replayed, replayed.plan, seal, roster, wrong);
  const token = judgeToken(files, replayed, seal, wrong);
  // people's signatures seal any other record
  const isByNobody = replayed.plan.scheduled !== undefined && token.state === "none asked";
  const missing = [...(people?.missing ?? []), ...(isByNobody ? [objection("SEAL-TOKEN", "the transcript key's signature: nobody else seals a scheduled run")] : []), ...(token.state === "missing" ? [objection("SEAL-TOKEN", "the token's signature")] : [])];
  const claims = [...(people?.claims ?? []), ...token.claims];
  // a copy: whoever judges the seal twice sees each signature once
  const nonces = new Map(replayed.nonces);
  wrong.push(...claims.flatMap((claim) => repeatedNonce(nonces, claim)));
  return { wrong, missing, people, token: token.state, claims, sealDigest: sha256Hex(seal), approved, standing, addenda };
}

/** What was signed before the seal, approvals and hold-points: once more by the roster. Their claims were replay's. */
function judgeBefore(files: RecordFiles, { plan, planDigest, openedAt, holds, wrong: known }: Replayed, roster: readonly RosterEntry[] | null, wrong: Objection[]): JudgedApprovals | null {
  if (plan === null) return null;
  const approved = plan.quorum.approval.length === 0 ? null : judgeApprovals({ plan, digest: planDigest, files: approvalFiles(files), roster, at: openedAt });
  const held = holds.map((hold) => judgeHold(files, plan, hold, roster));
  wrong.push(...[...(approved?.wrong ?? []), ...held.flatMap((one) => one.wrong)].filter((reason) => !known.includes(reason)));
  return approved;
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

function judgeManifest(files: RecordFiles, manifest: Uint8Array | null, { isSealed, isPublicCopy }: { readonly isSealed: boolean; readonly isPublicCopy: boolean }, wrong: Objection[]): void {
  if (manifest === null) {
    if (isSealed) wrong.push(objection("RECORD-MANIFEST", `${LAYOUT.manifest} is missing`));
    return;
  }
  const entries = attempt(wrong, "RECORD-MANIFEST", LAYOUT.manifest, () => readManifest(manifest));
  if (entries === null) return;
  const present = new Set(files.list().filter(isManifested));
  for (const { path, sha256 } of entries) {
    const bytes = present.delete(path) ? files.read(path) : null;
    if (bytes === null) wrong.push(objection("RECORD-MANIFEST", `${path} is missing; ${LAYOUT.manifest} lists it`));
    else if (isPublicCopy && isWithheld(bytes) && levelOfFile(path) !== "public") continue;
    else if (sha256Hex(bytes) !== sha256) wrong.push(objection("RECORD-MANIFEST", `${path} has the SHA-256 ${sha256Hex(bytes)}, ${LAYOUT.manifest} says ${sha256}`));
  }
  for (const path of present) wrong.push(objection("RECORD-MANIFEST", `${path} is not listed in ${LAYOUT.manifest}`));
}

const PERSON_SIGNATURE = /^signatures\/([a-z][a-z0-9-]{0,30})\.sig$/;

function judgePeople(files: RecordFiles, replayed: Replayed, plan: Plan, seal: Uint8Array, roster: readonly RosterEntry[] | null, wrong: Objection[]): SealJudgement | null {
  const people = sealersOf(plan);
  const allowed = files.read(LAYOUT.allowedSigners);
  if (allowed === null) wrong.push(objection("SEAL-FILES", `${LAYOUT.allowedSigners} is missing`));
  else if (!sameBytes(allowed, allowedSignersOf(plan))) wrong.push(objection("SEAL-FILES", `${LAYOUT.allowedSigners} does not hold the people of the plan`));
  const signatures = files.list().flatMap((path): SignatureFile[] => {
    const id = PERSON_SIGNATURE.exec(path)?.[1];
    if (id !== undefined) return [{ file: path, id, armour: files.read(path) ?? new Uint8Array() }];
    const known = path === LAYOUT.allowedSigners || path === LAYOUT.tokenSignature || !path.startsWith(`${LAYOUT.signatures}/`);
    if (!known) wrong.push(objection("SEAL-FILES", `${path} is no signature of this record`));
    return [];
  });
  const judgement = attempt(wrong, "SEAL-QUORUM", LAYOUT.signatures, () => judgeSeal({ quorum: plan.quorum.seal, people, roster, signatures, seal, sealedAt: replayed.closedAt }));
  wrong.push(...(judgement?.wrong ?? []));
  return judgement;
}

/** signatures/allowed_signers: for `ssh-keygen -Y verify`, made from the plan, byte for byte. */
export function allowedSignersOf(plan: Plan): Uint8Array {
  return writeAllowedSigners(plan.people.map(({ id, role, key }) => ({ id, publicKeyLine: key, namespaces: [...(plan.quorum.approval.length === 0 ? [] : [plan.scheduled === undefined ? APPROVAL_NAMESPACE : STANDING_NAMESPACE]), namespaceOf(role)] })));
}

function judgeToken(files: RecordFiles, replayed: Replayed, seal: Uint8Array, wrong: Objection[]): { state: Sealed["token"]; claims: Claim[] } {
  const bytes = files.read(LAYOUT.tokenSignature);
  const { ending } = replayed;
  if (ending === null) return judgeUnnamed(bytes, seal, wrong);
  if (ending.transcriptKey === null) {
    if (bytes !== null) wrong.push(objection("SEAL-TOKEN", `${LAYOUT.tokenSignature} is there, and the ceremony names no transcript key`));
    return { state: "none asked", claims: [] };
  }
  if (bytes === null) return { state: "missing", claims: [] };
  const signature = attempt(wrong, "SEAL-TOKEN", LAYOUT.tokenSignature, () => readCms(bytes, seal, ending.transcriptChain, LAYOUT.tokenSignature));
  if (signature === null) return { state: "missing", claims: [] };
  const own = ending.transcriptChain[0];
  const whole = signature.certificates.length === ending.transcriptChain.length - 1;
  if (own === undefined || !sameBytes(own, signature.signerCertificate) || !whole) wrong.push(objection("SEAL-TOKEN", `${LAYOUT.tokenSignature} is not by the transcript key of this record, with its chain`));
  return { state: "signed", claims: [signature.claim] };
}

/** Whoever signed: it was this seal.txt, or it is no signature of this record. */
function judgeUnnamed(bytes: Uint8Array | null, seal: Uint8Array, wrong: Objection[]): { state: Sealed["token"]; claims: Claim[] } {
  const { tokenSignature } = readSealOf(seal);
  if (bytes === null) return { state: tokenSignature === "none" ? "not judged" : "missing", claims: [] };
  if (tokenSignature === "none") wrong.push(objection("SEAL-TOKEN", `${LAYOUT.tokenSignature} is there, and the seal names none`));
  const signature = attempt(wrong, "SEAL-TOKEN", LAYOUT.tokenSignature, () => readCms(bytes, seal, certificatesIn(bytes), LAYOUT.tokenSignature));
  return { state: "not judged", claims: signature === null ? [] : [signature.claim] };
}

/** What seal.txt says of the token; of another form that is said elsewhere. */
function readSealOf(seal: Uint8Array): Pick<Seal, "tokenSignature"> {
  try {
    return readSeal(seal);
  } catch (thrown) {
    if (thrown instanceof Fault) return { tokenSignature: "none" };
    throw thrown;
  }
}
