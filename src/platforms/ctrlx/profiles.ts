/**
 * Certificates for OEMs of ctrlX apps below a root of one's own, with the extensions of Bosch Rexroth's own PKI. Own trust: whether
 * a device takes an OEM certificate that Bosch Rexroth did not issue is unknown.
 */
import type { ScriptPath } from "../../fault.ts";
import type { Profile, ProfileParameters } from "../../plan/profile.ts";
import type { CertificationRequest } from "../../x509/certification-request.ts";
import { authorityKeyIdentifier, basicConstraints, keyUsage, subjectKeyIdentifier } from "../../x509/extension.ts";
import { crlDistributionPoints } from "../../x509/pointer-extension.ts";
import { requestFinding, type RequestFinding } from "../../x509/request-finding.ts";
import { ATTRIBUTE } from "../acceptance.ts";
import { valuesIn } from "./request.ts";

const NAMES = [
  { code: "request-organization", oid: ATTRIBUTE.organization, what: "Organization (O)", hint: "the vendor's page: the request needs at least the Organization; it becomes the organization of every app" },
  { code: "request-common-name", oid: ATTRIBUTE.commonName, what: "common name (CN)", hint: "it becomes the publisher of every app; the subject is taken from the request as it is" },
] as const;

function judgeOem(request: CertificationRequest, _factory: string | null | undefined, path: ScriptPath): RequestFinding[] {
  return NAMES.flatMap(({ code, oid, what, hint }) => {
    const found = valuesIn(request.subject, oid).length;
    return found === 1 ? [] : [requestFinding({ code, message: `expected one ${what} in the request's subject, found ${found}`, hint }, path)];
  });
}

/** Where the script gives the subject; null where a request does, which is judged by itself. */
function judgeSubject({ subject }: ProfileParameters): string | null {
  const missing = (["O", "CN"] as const).filter((type) => subject !== null && !subject.some((attribute) => attribute.type === type));
  return missing.length === 0 ? null : `ctrlx expects one O and one CN, organization and publisher of every app; found no ${missing.join(" and no ")}`;
}

export const CTRLX_PROFILES: readonly Profile[] = [
  {
    name: "ctrlx/root@1", fits: ["issue-root"], ca: true, algorithms: ["ecdsa-p256"], wants: ["subject"], allows: [], rules: [],
    subject: ({ subject }) => subject,
    extensions: () => [basicConstraints({ ca: true }), keyUsage(["keyCertSign", "cRLSign"]), subjectKeyIdentifier()],
    judgeRequest: () => [],
  },
  {
    name: "ctrlx/oem@1", fits: ["sign-request", "issue-certificate"], ca: false, algorithms: ["ecdsa-p256"], wants: [], allows: ["crl-at"],
    rules: [{ control: "PLATFORM-ACCEPTS", from: "2000-01-01", judge: judgeSubject }],
    subject: ({ subject }) => subject,
    extensions: ({ crlAt }) => [
      basicConstraints({ ca: false }), keyUsage(["digitalSignature"]), subjectKeyIdentifier(), authorityKeyIdentifier(),
      ...(crlAt.length === 0 ? [] : [crlDistributionPoints(crlAt)]),
    ],
    judgeRequest: judgeOem,
  },
];
