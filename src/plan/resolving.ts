/** What is known while the steps of a script are resolved, one after the other. */
import { Content } from "../bytes/content.ts";
import type { Finding } from "../fault.ts";
import type { Script } from "../script/schema.ts";
import type { Claim, KeyAlgorithm } from "../x509/algorithm.ts";
import type { Judgement } from "./judgement.ts";
import type { CertificateTemplate, PlannedInput } from "./plan.ts";

/** A file that the script names: its octets, or why it could not be read. */
export type Input = Uint8Array | { readonly unreadable: string };

/** How a plan names a file. */
export function plannedInput(path: string, bytes: Uint8Array): PlannedInput {
  return { path, ...new Content(bytes).toJSON() };
}

/** A signature that an input shows: of a request by its own key, of a given certificate by its issuer's, of a person over a waiver. */
export interface PlanClaim {
  readonly claim: Claim;
  /** What is found when the claim does not hold. */
  readonly otherwise: Finding;
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
  readonly pathLength: number | null;
  /** The factory of a Foundries hierarchy. */
  readonly factory: string | null;
}

/** What is known while steps are resolved one after the other. */
export interface Resolving {
  readonly script: Script;
  readonly inputs: ReadonlyMap<string, Input>;
  readonly ceremony: string;
  readonly judgement: Judgement;
  readonly keys: Map<string, KeyAlgorithm>;
  readonly certificates: Map<string, ResolvedCertificate>;
  /** SPKIs of requests and subjects of CAs seen so far, hex, and where. */
  readonly spkis: Map<string, string>;
  readonly subjects: Map<string, string>;
  readonly claims: PlanClaim[];
}
