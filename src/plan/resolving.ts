/** What is known while the steps of a script are resolved, one after the other. */
import { Content } from "../bytes/content.ts";
import type { ScriptPath } from "../fault.ts";
import type { Script } from "../script/schema.ts";
import type { Claim, KeyAlgorithm, Mechanism } from "../x509/algorithm.ts";
import type { Judgement } from "./judgement.ts";
import type { CertificateTemplate, PlannedInput } from "./plan.ts";

/** A file that the script names: its octets, or why it could not be read. */
export type Input = Uint8Array | { readonly unreadable: string };

/** How a plan names a file. */
export function plannedInput(path: string, bytes: Uint8Array): PlannedInput {
  return { path, ...new Content(bytes).toJSON() };
}

/** The own signature of a request [REQUEST-POSSESSION], and where the script names the request. */
export interface PossessionClaim {
  readonly claim: Claim;
  readonly path: ScriptPath;
}

/** A certificate of an earlier step, as later ones need to know it. */
export interface ResolvedCertificate {
  readonly template: CertificateTemplate;
  /** The algorithm of its key, when that is ours. */
  readonly algorithm: KeyAlgorithm | null;
  /** What that key signs with. */
  readonly mechanism: Mechanism | null;
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
  /** What the keys sign with. */
  readonly mechanisms: Map<string, Mechanism>;
  readonly certificates: Map<string, ResolvedCertificate>;
  /** SPKIs of requests and subjects of CAs seen so far, hex, and where. */
  readonly spkis: Map<string, string>;
  readonly subjects: Map<string, string>;
  readonly claims: PossessionClaim[];
}
