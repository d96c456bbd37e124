/** What a certificate profile is: it decides every extension; the script only fills in its parameters. Types only. */
import type { ScriptPath } from "../fault.ts";
import type { KeyAlgorithm } from "../x509/algorithm.ts";
import type { CertificationRequest } from "../x509/certification-request.ts";
import type { PlannedExtension } from "../x509/extension.ts";
import type { NameAttribute } from "../x509/name.ts";
import type { RequestFinding } from "../x509/request-finding.ts";

/** What a script gives a profile; which of them are wanted, a profile says. */
export interface ProfileParameters {
  readonly ceremony: string;
  readonly subject: readonly NameAttribute[] | null;
  readonly pathLength: number | null;
  readonly factory: string | null;
  readonly request: CertificationRequest | null;
  /** The extensions of what is cross-certified; null in every other step. */
  readonly existing: readonly PlannedExtension[] | null;
}

export type ParameterName = "subject" | "path-length" | "factory";

export interface Profile {
  /** `domain/kind@version`; a version is frozen once released. */
  readonly name: string;
  readonly fits: "issue-root" | "issue-certificate" | "sign-request" | "cross-certify";
  readonly ca: boolean;
  /** What the certified key may be. */
  readonly algorithms: readonly KeyAlgorithm[];
  /** Parameters that the script must give; any other is refused. */
  readonly wants: readonly ParameterName[];
  /** The subject, in encoding order; null: that of the request or of the existing certificate, byte for byte. */
  subject(parameters: ProfileParameters): readonly NameAttribute[] | null;
  extensions(parameters: ProfileParameters): readonly PlannedExtension[];
  /**
   * What this profile demands of a request beyond the request desk.
   * @param factory that of the issuer; null where there is none, undefined at a desk, where no issuer is known
   */
  judgeRequest(request: CertificationRequest, factory: string | null | undefined, path: ScriptPath): RequestFinding[];
}
