/** What a ceremony knows while it runs: a fold of the observations so far. Only the core writes it; nothing here outlives a run. */
import type { ControlId } from "../controls.ts";
import { CONTROLS } from "../controls.ts";
import { Fault } from "../fault.ts";
import type { Plan, PlannedKey } from "../plan/plan.ts";
import type { HeldStanding } from "../plan/standing.ts";
import type { Approval } from "../transcript/approval.ts";
import type { ClaimedKey, CrlPolicy, Register, RegisteredBackup, RegisteredCrl, RegisteredRevocation, VendorEvidence } from "../transcript/register.ts";
import type { TokenIdentity, TokenObject } from "../transcript/observation.ts";
import { Content } from "../bytes/content.ts";
import type { Exception, ExceptionFact } from "./exception.ts";
import type { ControlTally, SigningKey } from "./request.ts";
import type { Nonces } from "./health.ts";

/** A key pair of this ceremony. */
export interface CourseKey {
  readonly planned: PlannedKey;
  readonly serial: string;
  /** CKA_ID, hex. */
  readonly id: string;
  /** CKA_LABEL. */
  readonly label: string;
  readonly spki: Content;
  /** Both halves as they read back. */
  readonly objects: readonly TokenObject[];
  /** `parked`: made, but not to be used: an observation about it had to be refused. */
  state: "in use" | "parked";
  /** Whether a signature by it over its own request or certificate has been verified. */
  proved: boolean;
  /** Whether it was made before this ceremony. */
  readonly isEarlier: boolean;
  /** What its token said when it was adopted; absent for a key of ours. */
  readonly claimed?: ClaimedKey;
}

/** A certificate of this ceremony. */
export interface CourseCertificate {
  readonly name: string;
  readonly der: Uint8Array;
  readonly sha256: string;
  readonly serial: string;
  readonly profile: string;
  readonly ca: boolean;
  /** How its revocations are known, where it is a CA and the script says so. */
  readonly crl: CrlPolicy | null;
  /** DER of the subject's Name. */
  readonly subject: Uint8Array;
  readonly subjectText: string;
  readonly issuer: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly spki: Content;
  /** Whether another program made it, before anybody here looked. */
  readonly claimed?: true;
  readonly subjectKeyIdentifier: Uint8Array | null;
  /** The key of this ceremony behind it, if it is ours. */
  readonly key: string | null;
}

/** A certificate for a request of a folder: what the register says of it, and no more is held. */
export type BatchCertificate = Omit<CourseCertificate, "der" | "ca" | "crl" | "subject" | "spki" | "subjectKeyIdentifier" | "key"> & {
  /** SHA-256 of the SubjectPublicKeyInfo, hex. */
  readonly spki: string;
};

/** A request of this ceremony for somebody else's CA. */
export interface CourseRequest {
  readonly name: string;
  readonly key: string;
  /** DER of the subject's Name. */
  readonly subject: Uint8Array;
  readonly subjectText: string;
  /** Of the request, DER; hex. */
  readonly sha256: string;
}

export interface CourseCrl {
  readonly name: string;
  readonly issuer: string;
  readonly number: number;
  readonly thisUpdate: string;
  readonly nextUpdate: string;
  readonly der: Uint8Array;
  readonly sha256: string;
}

/** A TBS that was put to a token whose answer is unknown or wrong: a signature over it may exist. */
export interface PossiblyIssued {
  readonly step: number;
  readonly kind: "certificate" | "request" | "crl" | "artifact";
  readonly name: string;
  readonly issuer: string;
  readonly tbs: Content;
  /** Serial or CRL number that is burned; empty for a request. */
  readonly burned: string;
}

/** A key that was made anew on another token. Its place becomes the key's own once it has proved itself. */
export interface Restoration {
  readonly key: CourseKey;
  readonly backup: string;
  readonly said: ClaimedKey;
}

/** A key that is being destroyed. */
export interface Destruction {
  readonly key: string;
  /** Tokens on which nothing of it is left. */
  readonly from: Set<string>;
  readonly gone: readonly string[];
  readonly remains: readonly string[];
  /** Whether it was searched for afterwards, and nothing found. */
  isDone: boolean;
}

export interface BoundToken {
  readonly serial: string;
  readonly identity: TokenIdentity;
  readonly before: readonly TokenObject[];
  /** What it holds at the end; null while nobody has looked. */
  after: readonly TokenObject[] | null;
}

export interface Course {
  readonly plan: Plan;
  /** SHA-256 of plan.json, hex. */
  readonly planDigest: string;
  readonly run: string;
  /** Under which the ceremony is held; null where the plan wants none. */
  readonly approval: (Approval & { readonly sha256: string }) | null;
  /** Under which nobody is there; null where people are. */
  readonly standing: HeldStanding | null;
  readonly tokens: Map<string, BoundToken>;
  readonly keys: Map<string, CourseKey>;
  readonly certificates: Map<string, CourseCertificate>;
  readonly requests: Map<string, CourseRequest>;
  readonly batchCertificates: BatchCertificate[];
  /** The lists of requests, by their path below the inputs. */
  readonly lists: ReadonlyMap<string, Uint8Array>;
  /** What goes into bundles and artifacts, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** That of the ceremony before; null when there is none. */
  readonly register: Register | null;
  readonly crls: Map<string, CourseCrl>;
  /** The last lists of CAs that are adopted. */
  readonly claimedCrls: RegisteredCrl[];
  /** Numbers given to CRLs of an issuer, used or burned; the last one. */
  readonly crlNumbers: Map<string, number>;
  /** Those of the register and of this ceremony. */
  revocations: readonly RegisteredRevocation[];
  readonly bundles: { readonly bundle: string; readonly platform: string; readonly files: readonly { path: string; sha256: string }[] }[];
  readonly artifacts: { readonly artifact: string; readonly format: string; readonly key: string; readonly files: readonly { path: string; sha256: string }[] }[];
  readonly backups: RegisteredBackup[];
  /** By key, the files that show its backup by its token's vendor. */
  readonly evidence: Map<string, VendorEvidence[]>;
  readonly restorations: Restoration[];
  readonly destructions: Destruction[];
  readonly possiblyIssued: PossiblyIssued[];
  readonly serials: Set<string>;
  /** Those of this ceremony and of the certificates of the register. */
  readonly nonces: Nonces;
  /** Names of the keys that were asked to sign in this ceremony, restored or destroyed. */
  readonly signed: Set<string>;
  readonly exceptions: Exception[];
  readonly tallies: Map<ControlId, { held: number; failed: number }>;
  /** CKA_IDs of objects that this ceremony made and could not account for; the empty one stands for those that have none. */
  strayIds: Set<string>;
  present: readonly string[];
  attested: string | null;
  draw: Uint8Array | null;
  effects: number;
}

/** A course at its start. */
export function startCourse(plan: Plan, planDigest: string, run: string, given: Pick<Course, "lists" | "files" | "register" | "approval" | "standing">): Course {
  return {
    plan, planDigest, run, ...given, batchCertificates: [],
    tokens: new Map(), keys: new Map(), certificates: new Map(), requests: new Map(), crls: new Map(), claimedCrls: [], crlNumbers: new Map(), revocations: given.register?.revocations ?? [],
    bundles: [], artifacts: [], backups: [], evidence: new Map(), restorations: [], destructions: [], possiblyIssued: [], serials: new Set(), nonces: new Map(), signed: new Set(), exceptions: [], tallies: new Map(), strayIds: new Set(),
    present: [], attested: given.register?.attested ?? null, draw: null, effects: 0,
  };
}

/** Leads the ceremony to its end: inventory, register, close. Thrown and caught inside the core only. */
export class Stop extends Error {}

/** Enters something that did not go as planned. @param found for people: what was expected and found */
export function except(course: Course, fact: ExceptionFact, found: string): void {
  course.exceptions.push({ fact, text: `step ${fact.step}: ${found}` });
}

/** Records why the ceremony cannot go on, and stops it. */
export function stopFor(course: Course, fact: ExceptionFact, found: string): never {
  except(course, fact, found);
  throw new Stop(found);
}

/** Counts the verdict of a control that judges an observation; a failed one stops the ceremony. */
export function judge(course: Course, control: ControlId, step: number, held: boolean, found: string): void {
  const tally = course.tallies.get(control) ?? { held: 0, failed: 0 };
  course.tallies.set(control, { held: tally.held + (held ? 1 : 0), failed: tally.failed + (held ? 0 : 1) });
  if (!held) stopFor(course, { kind: "control", step, control }, `${control}: ${found}`);
}

/** The tallies in the order of the table of controls. */
export function tallyOf(course: Course): ControlTally[] {
  return CONTROLS.flatMap(({ id }) => {
    const tally = course.tallies.get(id);
    return tally === undefined ? [] : [{ control: id, ...tally }];
  });
}

/** @throws Fault bug-unreachable when the plan refers to a name that no earlier step made (plan controls refuse that). */
export function named<T>(map: ReadonlyMap<string, T>, name: string, what: string): T {
  const value = map.get(name);
  if (value === undefined) throw new Fault("bug-unreachable", `the plan names the ${what} ${name} before a step makes it`);
  return value;
}

/** How requests refer to a key of this ceremony. */
export function signingKey(key: CourseKey): SigningKey {
  return { token: key.planned.token, serial: key.serial, id: key.id, spki: key.spki, mechanism: key.planned.signature };
}
