/** What a certificate profile is: it decides every extension; the script only fills in its parameters. Types only. */
import type { ControlId } from "../controls.ts";
import type { ScriptPath } from "../fault.ts";
import type { PointerName, ProfileField } from "../script/profile-fields.ts";
import type { KeyAlgorithm } from "../x509/algorithm.ts";
import type { CertificationRequest } from "../x509/certification-request.ts";
import type { NameConstraints } from "../x509/constraint-extension.ts";
import type { PlannedExtension } from "../x509/extension.ts";
import type { NameAttribute } from "../x509/name.ts";
import type { AccessLocations } from "../x509/pointer-extension.ts";
import type { PolicyInformation } from "../x509/policy-extension.ts";
import type { RequestFinding } from "../x509/request-finding.ts";
import type { PlannedValidity } from "./plan.ts";

/** What a script gives a profile; which of them are wanted, a profile says. Null or empty: not given. */
export interface ProfileParameters {
  readonly ceremony: string;
  readonly subject: readonly NameAttribute[] | null;
  readonly pathLength: number | null;
  readonly factory: string | null;
  /** Whether somebody else issues it: a root issues itself. */
  readonly isBelow: boolean;
  readonly request: CertificationRequest | null;
  /** The extensions of what is cross-certified; null in every other step. */
  readonly existing: readonly PlannedExtension[] | null;
  /** Purposes by name, in the order in which they are encoded. */
  readonly usage: readonly string[];
  readonly policies: readonly PolicyInformation[];
  readonly constraints: NameConstraints | null;
  readonly access: AccessLocations | null;
  readonly crlAt: readonly string[];
  /** How the pointers are encoded one after the other. */
  readonly order: readonly PointerName[];
}

export type ParameterName = "subject" | "factory" | ProfileField;

/** A rule of a trust domain about what a script gives, from a day on. Profiles are data, and so are the days. */
export interface DatedRule {
  readonly control: ControlId;
  /** The first notBefore to which it applies, `YYYY-MM-DD`. */
  readonly from: string;
  /** What is expected and what was found; null when it holds. */
  judge(parameters: ProfileParameters, valid: PlannedValidity): string | null;
}

export interface Profile {
  /** `domain/kind@version`; a version is frozen once released. */
  readonly name: string;
  /** Steps that may use it. With both of the last two, a key of ours gets its subject from the script, a request brings its own. */
  readonly fits: readonly ("issue-root" | "cross-certify" | "issue-certificate" | "sign-request")[];
  readonly ca: boolean;
  /** Profiles whose certificates may issue it; any CA where it is left out. */
  readonly issuers?: readonly string[];
  /** Where the serial number follows from the subject, and not from the draw. */
  readonly serial?: "uuid";
  /** A platform names such CAs after their owners, so that several have one subject: their key identifiers tell them apart. */
  readonly sharesSubject?: true;
  /** What the certified key may be. */
  readonly algorithms: readonly KeyAlgorithm[];
  /** Parameters that the script must give. */
  readonly wants: readonly ParameterName[];
  /** Parameters that it may give; any other is refused. */
  readonly allows: readonly ParameterName[];
  /** What its trust domain demands beyond its form. */
  readonly rules: readonly DatedRule[];
  /** The subject, in encoding order; null: that of the request or of the existing certificate, byte for byte. */
  subject(parameters: ProfileParameters): readonly NameAttribute[] | null;
  extensions(parameters: ProfileParameters): readonly PlannedExtension[];
  /**
   * What this profile demands of a request beyond the request desk.
   * @param factory that of the issuer; null where there is none, undefined at a desk, where no issuer is known
   */
  judgeRequest(request: CertificationRequest, factory: string | null | undefined, path: ScriptPath): RequestFinding[];
  /** The same of a subject that the script gives for a key of ours: what was expected and found; null when it holds. @param subject Name, DER */
  judgeSubject?(subject: Uint8Array, factory: string | null): string | null;
}
