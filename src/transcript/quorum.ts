/**
 * Who sealed a record, and is it enough: the people's signatures over seal.txt against the plan's quorum, and against a roster
 * given from outside where there is one (control SEAL-QUORUM). Hold-points and approvals are judged alike, under their own controls. Whether a signature verifies is left to the claims.
 */
import { sameBytes } from "../bytes/text.ts";
import { orReason } from "../fault.ts";
import type { Claim } from "../x509/algorithm.ts";
import { objection, type Objection, type RecordControl } from "./objection.ts";
import { isValidAt, type RosterEntry } from "./roster.ts";
import { emptySeats, fits, type Role, type Threshold } from "./seats.ts";
import { sshFingerprint, type SshPublicKey } from "./sshkey.ts";
import { readSshSignature, sshSignatureClaim, type Namespace, type SshSignature } from "./sshsig.ts";

export { meetsQuorum, ROLES, type Role, type Threshold } from "./seats.ts";

/** A person of the plan. */
export interface Sealer {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly key: SshPublicKey;
}

/** A file of `signatures/`: its path in the record, the person id that its name says, its octets. */
export interface SignatureFile {
  readonly file: string;
  readonly id: string;
  readonly armour: Uint8Array;
}

/** The signatures that lie beside the text which people sign. What has no name of a signature is judged as one, and refused. @param files by name */
export function signaturesBeside(text: string, files: ReadonlyMap<string, Uint8Array>): SignatureFile[] {
  return [...files].filter(([name]) => name !== text).sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, armour]) => ({ file, id: file.endsWith(".sig") ? file.slice(0, -".sig".length) : file, armour }));
}

/** What signatures mean, and the control that asks for them. */
export interface Meaning {
  readonly namespaceFor: (role: Role) => Namespace;
  readonly control: RecordControl;
}

const SEALING: Meaning = { namespaceFor: namespaceOf, control: "SEAL-QUORUM" };

export interface SealQuestion {
  readonly quorum: readonly Threshold[];
  readonly people: readonly Sealer[];
  /** From outside; null when none was given: then the signers are the record's own claim. */
  readonly roster: readonly RosterEntry[] | null;
  readonly signatures: readonly SignatureFile[];
  /** The octets that are signed: seal.txt, the text of a hold-point, approval.txt. */
  readonly seal: Uint8Array;
  /** The instant at which roster entries must be valid, UTC. */
  readonly sealedAt: string;
}

/** One who signed, as far as can be said before the claims are checked. */
export interface SealSigner {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly namespace: Namespace;
  /** Of the key, as ssh-keygen prints it. */
  readonly fingerprint: string;
}

export interface SealJudgement {
  readonly signedBy: readonly SealSigner[];
  /** What the quorum still needs, and who could give it. Empty: it is met, if the claims hold. */
  readonly missing: readonly Objection[];
  /** Why a signature file does not count; any of them makes the record not authentic. */
  readonly wrong: readonly Objection[];
  /** One for each of `signedBy`. */
  readonly claims: readonly Claim[];
}


/** What a person of this role says by signing a seal: that they saw it, or that they answer for it. */
export function namespaceOf(role: Role): Namespace {
  return role === "witness" || role === "auditor" ? "anchorite-seal-witnessed" : "anchorite-seal-approved";
}

/** Judges every signature file, then counts distinct people with distinct keys against the quorum. Never throws for bad signatures. */
export function judgeSeal(question: SealQuestion, meaning: Meaning = SEALING): SealJudgement {
  const signed: { person: Sealer; claim: Claim }[] = [];
  const wrong: Objection[] = [];
  for (const file of question.signatures) {
    const verdict = judgeFile(question, meaning, file, signed.map(({ person }) => person));
    if (typeof verdict === "string") wrong.push(objection(meaning.control, `${file.file}: ${verdict}`));
    else signed.push(verdict);
  }
  const people = signed.map(({ person }) => person);
  return { signedBy: people.map((person) => signer(person, meaning)), missing: missingSeats(question, people, meaning), wrong, claims: signed.map(({ claim }) => claim) };
}

function signer({ id, name, role, key }: Sealer, { namespaceFor }: Meaning): SealSigner {
  return { id, name, role, namespace: namespaceFor(role), fingerprint: sshFingerprint(key.blob) };
}

/** The person and the claim, or why the file does not count. */
function judgeFile(question: SealQuestion, meaning: Meaning, file: SignatureFile, before: readonly Sealer[]): { person: Sealer; claim: Claim } | string {
  const person = question.people.find(({ id }) => id === file.id);
  if (person === undefined) return `expected a signature of a person of the plan, found one named ${JSON.stringify(file.id)}`;
  const signature = orReason(() => readSshSignature(file.armour));
  if (typeof signature === "string") return signature;
  const reason = wrongSignature(question.people, meaning, person, signature) ?? repeated(before, person) ?? outsideRoster(question, meaning, person);
  return reason ?? { person, claim: sshSignatureClaim(file.file, signature, question.seal) };
}

function wrongSignature(people: readonly Sealer[], { namespaceFor }: Meaning, person: Sealer, signature: SshSignature): string | undefined {
  const { blob } = signature.publicKey;
  if (!sameBytes(blob, person.key.blob)) {
    const owner = people.find(({ key }) => sameBytes(key.blob, blob));
    return `expected the key that the plan gives ${person.id} (${sshFingerprint(person.key.blob)}), found ${owner === undefined ? "" : `that of ${owner.id}, `}${sshFingerprint(blob)}`;
  }
  const wanted = namespaceFor(person.role);
  return signature.namespace === wanted ? undefined : `expected the namespace ${wanted} of the role ${person.role}, found ${JSON.stringify(signature.namespace)}`;
}

function repeated(before: readonly Sealer[], person: Sealer): string | undefined {
  const other = before.find(({ id, key }) => id === person.id || sameBytes(key.blob, person.key.blob));
  if (other === undefined) return undefined;
  return other.id === person.id ? `expected one signature a person, found a second of ${person.id}` : `expected distinct keys, found that of ${other.id} again`;
}

function outsideRoster({ roster, sealedAt }: SealQuestion, { namespaceFor }: Meaning, person: Sealer): string | undefined {
  if (roster === null) return undefined;
  const named = roster.filter(({ principal }) => principal === person.id);
  if (named.length === 0) return `expected ${person.id} in the roster, found no such line`;
  const keyed = named.filter(({ key }) => sameBytes(key.blob, person.key.blob));
  if (keyed.length === 0) return `expected the roster's key of ${person.id} (${named.map(({ key }) => sshFingerprint(key.blob)).join(" or ")}), found ${sshFingerprint(person.key.blob)}`;
  const meant = keyed.filter(({ namespaces }) => namespaces.includes(namespaceFor(person.role)));
  if (meant.length === 0) return `expected the roster to allow ${person.id} the namespace ${namespaceFor(person.role)}, found ${keyed.flatMap(({ namespaces }) => namespaces).join(", ")}`;
  return meant.some((entry) => isValidAt(entry, sealedAt)) ? undefined : `expected the roster's key of ${person.id} to be valid at ${sealedAt}, found line ${meant.map(({ line }) => line).join(", ")} outside its time`;
}

function missingSeats({ quorum, people }: SealQuestion, signed: readonly Sealer[], { control }: Meaning): Objection[] {
  return emptySeats(quorum, signed).flatMap((count, index) => {
    const threshold = quorum[index];
    return count === 0 || threshold === undefined ? [] : [objection(control, `${count} of ${threshold.role} (${whoCould(threshold, people, signed)})`)];
  });
}

function whoCould(threshold: Threshold, people: readonly Sealer[], signed: readonly Sealer[]): string {
  const names = people.filter((person) => fits(threshold, person) && !signed.includes(person)).map(({ id, name }) => `${name} as ${id}`);
  return names.length === 0 ? "nobody of the plan could still sign" : `${names.join(" or ")} could sign`;
}
