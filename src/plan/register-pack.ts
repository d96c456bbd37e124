/**
 * The register pack: the files of an earlier ceremony's record by which the next one knows what there is [REGISTER-FORM,
 * REGISTER-SEALED, REGISTER-SIGNED, REGISTER-FITS]. The script pins its seal; all else follows from that digest. Where lines
 * meet there are several packs [LINEAGE-LINK, LINEAGE-FORK, LINEAGE-WHOLE].
 */
import { sha256Hex } from "../bytes/digest.ts";
import { fromHex } from "../bytes/hex.ts";
import { Fault, type Finding, type ScriptPath } from "../fault.ts";
import type { Script } from "../script/schema.ts";
import { readCms, type TokenSignature } from "../transcript/cms.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { readManifest } from "../transcript/manifest.ts";
import { packsOf, type PlacedPack } from "../transcript/named-packs.ts";
import { readSealing } from "../transcript/previous-plan.ts";
import { judgeSeal } from "../transcript/quorum.ts";
import { readRegister, type Register } from "../transcript/register.ts";
import type { RosterEntry } from "../transcript/roster.ts";
import { readSeal, type Seal } from "../transcript/seal.ts";
import { STANDING_TEXT } from "../transcript/standing.ts";
import { HINT, Pack, REGISTER, registerPath } from "./pack-files.ts";
import type { Judgement } from "./judgement.ts";
import { joinFaults, joinRegisters } from "./joined-registers.ts";
import { isWithin, registerFaults } from "./lineage.ts";
import type { PlannedPack, PlannedRegister } from "./planned-pack.ts";
import { judgeStandingFiles, type StandingFiles } from "./standing.ts";
import { plannedInput, type Input, type PlanClaim } from "./resolving.ts";

/** The registers as one, as far as they can be read, for the names in them; what is wrong with them is said elsewhere. */
export function registersIn(inputs: readonly Input[]): Register | null {
  const [first, ...others] = inputs.flatMap((input) => registerIn(input) ?? []);
  return first === undefined ? null : joinRegisters([first, ...others]);
}

function registerIn(input: Input): Register | null {
  if (!(input instanceof Uint8Array)) return null;
  try {
    return readRegister(input);
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}

/** A script, or whoever else names packs. */
export interface PackSource {
  readonly script: Pick<Script, "register" | "assurance">;
  readonly inputs: ReadonlyMap<string, Input>;
  /** From outside: then the people who sealed the packs must be in it. */
  readonly roster?: readonly RosterEntry[] | null;
}

/** What a pack gives to a plan. */
export interface JudgedPack {
  readonly register: Register | null;
  readonly planned: PlannedRegister | null;
  /** Signatures over the seal. */
  readonly claims: readonly PlanClaim[];
}

const NO_PACK: JudgedPack = { register: null, planned: null, claims: [] };

/** Judges the packs that a script names, each by itself and then together. Files that cannot be read are INPUT-PRESENT's to say. */
export function judgePack(source: PackSource, judgement: Judgement): JudgedPack {
  const judged = packsOf(source.script.register).flatMap((named) => judgeOne(source, named, judgement) ?? []);
  const [first, ...others] = judged;
  if (first === undefined) return NO_PACK;
  judgeLineage(judged, judgement);
  const planned = { ...first.planned, joins: others.map((one) => one.planned) };
  return { register: joinRegisters([first.register, ...others.map(({ register }) => register)]), planned, claims: judged.flatMap(({ claims }) => claims) };
}

interface JudgedOne {
  readonly register: Register;
  readonly seal: Seal;
  readonly planned: PlannedPack;
  readonly claims: readonly PlanClaim[];
  readonly path: ScriptPath;
}

function judgeOne({ script, inputs, roster }: PackSource, named: PlacedPack, judgement: Judgement): JudgedOne | null {
  const pack = new Pack(named.pack, inputs, judgement, named.path);
  const bytes = pack.file(REGISTER);
  const register = pack.read(REGISTER, readRegister);
  const seal = pack.read(LAYOUT.seal, readSeal);
  if (bytes === null || register === null || seal === null) return null;
  judgeSealed(pack, named.seal, seal, register);
  const fits = register.assurance === script.assurance;
  judgement.judge("REGISTER-FITS", named.path, fits, `expected a register of the assurance ${script.assurance}, found ${register.assurance}`, "keys do not change their assurance: use the register of that CA");
  judgement.judge("REGISTER-FITS", named.path, register.rehearsal === undefined, "expected the register of a ceremony, found that of a rehearsal, whose keys were thrown away", "name the record of the ceremony itself");
  const claims = [...peopleClaims(pack, seal, { roster: roster ?? null, sealedAt: register.attested ?? "" }), ...tokenClaims(pack, seal, register)];
  return { register, seal, planned: { pack: named.pack, seal: named.seal, run: seal.run, entries: seal.entries, head: seal.head, file: plannedInput(registerPath(named.pack), bytes) }, claims, path: named.path };
}

/** Each register in itself, its link to those before it, and no two of one line. */
function judgeLineage(judged: readonly JudgedOne[], judgement: Judgement): void {
  const hint = "do not go on with it: look at the records with anchorite history";
  for (const { register, seal, path, planned } of judged) {
    const links = sameTexts(seal.previous, register.previous);
    judgement.judge("LINEAGE-LINK", [...path, "pack"], links, `expected ${LAYOUT.seal} to name the seals before that the register of ${seal.ceremony} names, found others`, hint);
    const later = judged.find((other) => other.register !== register && (other.seal.previous.includes(planned.seal) || isWithin(register, other.register)));
    judgement.judge("LINEAGE-LINK", [...path, "pack"], later === undefined, `expected packs of different lines, found ${later?.planned.pack ?? ""}, which goes on from ${planned.pack} or has all of it`, "name the later one alone");
    judgement.take(["LINEAGE-WHOLE"], registerFaults(register).map((one) => ({ ...one, path: [...path, "pack"], hint })));
  }
  const joined = joinFaults(judged.map(({ register }) => register));
  judgement.take(["LINEAGE-FORK"], joined.map((one) => ({ ...one, path: ["register", "joins"], hint })));
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, i) => text === other[i]);
}

/** From the digest that the script pins to the register, link by link. */
function judgeSealed(pack: Pack, pinned: string, seal: Seal, register: Register): void {
  const { judgement } = pack;
  const found = digestOf(pack, LAYOUT.seal);
  judgement.judge("REGISTER-SEALED", [...pack.path, "seal"], found === pinned, `expected ${LAYOUT.seal} of the pack with the SHA-256 ${pinned}, found ${found}`, "the last ceremony's digest of seal.txt, as it was read aloud; this may be an older pack");
  const manifest = pack.read(LAYOUT.manifest, readManifest);
  if (manifest === null) return;
  const sealed = (held: boolean, message: string) => judgement.judge("REGISTER-SEALED", [...pack.path, "pack"], held, message, HINT);
  sealed(digestOf(pack, LAYOUT.manifest) === seal.manifest, `expected ${LAYOUT.manifest} with the SHA-256 that ${LAYOUT.seal} names, found another`);
  const approvals = [...pack.approvals().keys()].map((name) => `${LAYOUT.approvals}/${name}`);
  for (const path of [REGISTER, LAYOUT.plan, ...approvals]) {
    const line = manifest.find((entry) => entry.path === path);
    sealed(line?.sha256 === digestOf(pack, path), `expected ${path} with the SHA-256 that ${LAYOUT.manifest} names, found another`);
  }
  const same = seal.run === register.run && seal.ceremony === register.ceremony && seal.outcome === register.outcome;
  sealed(same, `expected the register of ${seal.ceremony}, run ${seal.run}, found that of ${register.ceremony}, run ${register.run}`);
}

function digestOf(pack: Pack, path: string): string {
  return sha256Hex(pack.file(path) ?? new Uint8Array());
}

function finding(pack: Pack, message: string): Finding {
  return { control: "REGISTER-SIGNED", path: [...pack.path, "pack"], message, hint: "a ceremony goes on from a record that its people sealed: anchorite seal RECORD" };
}

/** The people's signatures, counted against the quorum of the earlier plan. */
function peopleClaims(pack: Pack, seal: Seal, from: { readonly roster: readonly RosterEntry[] | null; readonly sealedAt: string }): PlanClaim[] {
  const sealing = pack.read(LAYOUT.plan, readSealing);
  const bytes = pack.file(LAYOUT.seal);
  if (sealing === null || bytes === null) return [];
  if (sealing.standing !== null) return standingClaims(pack, seal, { quorum: sealing.standing, people: sealing.people, roster: from.roster, at: from.sealedAt });
  const judged = judgeSeal({ ...sealing, ...from, signatures: pack.signatures(), seal: bytes });
  const missing = judged.missing.map((one) => `${seal.ceremony} is not sealed as its plan asks: missing ${one}`);
  pack.judgement.take(["REGISTER-SIGNED"], [...judged.wrong, ...missing].map((one) => finding(pack, one)));
  return judged.claims.map((claim) => ({ claim, otherwise: finding(pack, `${claim.where}: the signature over ${LAYOUT.seal} does not verify`) }));
}

/** Nobody seals a scheduled run: its transcript key does, under a standing approval that lies in the pack and names that key. */
function standingClaims(pack: Pack, seal: Seal, question: Omit<StandingFiles, "files">): PlanClaim[] {
  const judged = judgeStandingFiles({ ...question, files: pack.approvals() });
  const alone = seal.tokenSignature === "none" ? [`expected the transcript key to seal ${seal.ceremony}, for nobody else does, found no signature of it`] : [];
  pack.keys = judged.standing?.keys ?? [];
  pack.judgement.take(["REGISTER-SIGNED"], [...judged.wrong, ...judged.missing.map((one) => `${seal.ceremony} was not approved as its plan asks: missing ${one}`), ...alone].map((one) => finding(pack, one)));
  return judged.claims.map((claim) => ({ claim, otherwise: finding(pack, `${claim.where}: the signature over ${STANDING_TEXT} does not verify`) }));
}

/** The token's signature, where the seal says that there is one; its certificates are all in the register. */
function tokenClaims(pack: Pack, seal: Seal, register: Register): PlanClaim[] {
  const bytes = pack.file(LAYOUT.seal);
  if (seal.tokenSignature === "none" || bytes === null) return [];
  if (pack.file(LAYOUT.tokenSignature) === null) {
    pack.judgement.take(["REGISTER-SIGNED"], [finding(pack, `${LAYOUT.tokenSignature} is missing, and ${LAYOUT.seal} names it`)]);
    return [];
  }
  const known = register.certificates.filter(({ der }) => der !== "").map(({ der }) => fromHex(der));
  const signature = pack.read(LAYOUT.tokenSignature, (der): TokenSignature => readCms(der, bytes, known), "REGISTER-SIGNED");
  if (signature === null) return [];
  const signer = register.certificates.find(({ sha256 }) => sha256 === sha256Hex(signature.signerCertificate));
  const isTranscript = signer?.profile.startsWith("private/transcript@") === true && (pack.keys === null || pack.keys.includes(signer.spki));
  pack.judgement.judge("REGISTER-SIGNED", [...pack.path, "pack"], isTranscript, `expected a transcript key to sign ${LAYOUT.seal}, found ${signer?.name ?? "another"}`, HINT);
  return [{ claim: signature.claim, otherwise: finding(pack, `${LAYOUT.tokenSignature}: the signature does not verify`) }];
}
