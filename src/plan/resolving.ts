/** What is known while the steps of a script are resolved, one after the other. */
import { Content } from "../bytes/content.ts";
import type { Finding } from "../fault.ts";
import type { Script } from "../script/schema.ts";
import type { ClaimedReason, Register } from "../transcript/register.ts";
import type { Claim, KeyAlgorithm, Mechanism } from "../x509/algorithm.ts";
import type { WeakList } from "../x509/weak-list.ts";
import type { Judgement } from "./judgement.ts";
import type { PlannedClaimed } from "./adopted.ts";
import type { CertificateTemplate, PlannedInput, PlannedRequest } from "./plan.ts";

/** A file that the script names: its octets, or why it could not be read. */
export type Input = Uint8Array | { readonly unreadable: string };

/** The files of a folder of requests by their names, sorted; or why there is none. */
export type FolderInput = ReadonlyMap<string, Input> | { readonly unreadable: string };

/** Where folders come from, and which of their requests are known not to be signed by their own key. */
export interface Folders {
  /** By the place of the list that a step makes of its folder. */
  readonly files: ReadonlyMap<string, FolderInput>;
  /** By the same: names of files [REQUEST-POSSESSION]. */
  readonly refuted: ReadonlyMap<string, ReadonlySet<string>>;
}

export const NO_FOLDERS: Folders = { files: new Map(), refuted: new Map() };

/** How a plan names a file. */
export function plannedInput(path: string, bytes: Uint8Array): PlannedInput {
  return { path, ...new Content(bytes).toJSON() };
}

/** A signature that an input shows: of a request by its own key, of a given certificate by its issuer's, of a person over a waiver. */
export interface PlanClaim {
  readonly claim: Claim;
  /** For a request of a folder: it was among the `probes` already. */
  readonly probed?: true;
  /** What is found when the claim does not hold. */
  readonly otherwise: Finding;
}

/** The own signature of a request of a folder whose step skips what it refuses: which of them hold decides what the plan is. */
export interface Probe {
  readonly claim: Claim;
  readonly list: string;
  readonly file: string;
}

/** A certificate of an earlier step, as later ones need to know it. */
export interface ResolvedCertificate {
  readonly template: CertificateTemplate;
  /** The name of its key, when that is ours, and then its algorithm. */
  readonly key: string | null;
  readonly algorithm: KeyAlgorithm | null;
  /** SubjectPublicKeyInfo, DER, hex; null for a key that is not made yet. */
  readonly spki: string | null;
  /** Contents of the extnValue of a subjectKeyIdentifier that is copied from somewhere, hex; null where it follows from the key. */
  readonly copiedIdentifier: string | null;
  /** What that key signs with. */
  readonly mechanism: Mechanism | null;
  readonly pathLength: number | null;
  /** The factory of a Foundries hierarchy. */
  readonly factory: string | null;
  /** Contents of the extnValue of every nameConstraints that binds what it issues: its own, and those of the CAs above as far as they are known. */
  readonly bounds: readonly Uint8Array[];
  /** Whether it is of an earlier ceremony: then it has dates, whatever its script said. */
  readonly isRegistered: boolean;
}

/** Who has a subject: the certificate, and the key of ours behind it. */
export interface SubjectOfCa {
  readonly certificate: string;
  readonly key: string | null;
}

/** What is revoked, as far as a plan can know. */
export interface ResolvedRevocation {
  readonly issuer: string;
  /** Null for a certificate of this ceremony, which has no serial yet. */
  readonly serial: string | null;
  /** Null for a serial that was possibly issued. */
  readonly certificate: string | null;
  readonly reason: ClaimedReason;
  /** Null where it follows from the attested instant. */
  readonly date: string | null;
}

/** What is known while steps are resolved one after the other. */
export interface Resolving {
  readonly script: Script;
  readonly inputs: ReadonlyMap<string, Input>;
  /** That of the ceremony before; null when there is none. */
  readonly register: Register | null;
  readonly ceremony: string;
  readonly judgement: Judgement;
  readonly keys: Map<string, KeyAlgorithm>;
  /** What the keys sign with. */
  readonly mechanisms: Map<string, Mechanism>;
  readonly certificates: Map<string, ResolvedCertificate>;
  /** Keys of requests that nobody may have; null when the script names no list. */
  readonly weak: WeakList | null;
  /** SHA-256 of SPKIs, and subjects of CAs, seen so far, hex, and where. */
  readonly spkis: Map<string, string>;
  readonly subjects: Map<string, SubjectOfCa>;
  /** By the UUID of a device, its certificate. */
  readonly devices: Map<string, string>;
  /** Requests of ours by name. */
  readonly requests: Map<string, PlannedRequest>;
  /** Those of the register and of the steps so far. */
  readonly revocations: ResolvedRevocation[];
  /** By certificate, the last CRL number of it, in the register or in a step so far. */
  readonly crlNumbers: Map<string, number>;
  readonly claims: PlanClaim[];
  /** What adopted CAs are claimed to have issued, by the name of the CA. */
  readonly claimed: Map<string, readonly PlannedClaimed[]>;
  readonly folders: Folders;
  readonly probes: Probe[];
  /** What will be issued, as far as it can be known, DER without a signature that holds; of the register and of other CAs the real one. By name. */
  readonly trials: { readonly certificates: Map<string, Uint8Array>; readonly crls: Map<string, Uint8Array> };
  /** By the name of a root, the platform that a bundle below it is for. */
  readonly platformOfRoot: Map<string, string>;
  /** The lists that steps over folders make, by their path below the inputs. */
  readonly lists: Map<string, Uint8Array>;
}
