/**
 * Bosch IoT Rollouts: certificates as in the vendor's own sample. Its page shows other commands, which make a gateway certificate of
 * version 1 and a basicConstraints that is not critical.
 */
import type { ScriptPath } from "../../fault.ts";
import type { Profile } from "../../plan/profile.ts";
import type { CertificationRequest } from "../../x509/certification-request.ts";
import { authorityKeyIdentifier, basicConstraints, keyUsage, subjectKeyIdentifier, type PlannedExtension } from "../../x509/extension.ts";
import { nameAttributes } from "../../x509/name-reading.ts";
import { requestFinding, type RequestFinding } from "../../x509/request-finding.ts";
import { ATTRIBUTE } from "../acceptance.ts";

/** A CA: the sample's root names itself as its authority, too. */
function authority(pathLength: number | null): PlannedExtension[] {
  return [
    basicConstraints({ ca: true, ...(pathLength === null ? {} : { pathLength }) }),
    keyUsage(["digitalSignature", "keyCertSign", "cRLSign"]), subjectKeyIdentifier(), authorityKeyIdentifier(),
  ];
}

/** The vendor's page asks three times for a CN that is not empty. */
function judgeGateway({ subject }: CertificationRequest, _factory: string | null | undefined, path: ScriptPath): RequestFinding[] {
  const attributes = nameAttributes(subject);
  if (attributes.some(({ oid, text }) => oid === ATTRIBUTE.commonName && text !== undefined)) return [];
  return [requestFinding({ code: "request-common-name", message: "expected a CN in the request's subject, found none", hint: "have the request made again with the gateway's name as its CN" }, path)];
}

export const ROLLOUTS_PROFILES: readonly Profile[] = [
  {
    name: "rollouts/root@1", fits: ["issue-root"], ca: true, algorithms: ["ecdsa-p256"], wants: ["subject"], allows: [], rules: [],
    subject: ({ subject }) => subject,
    extensions: () => authority(null),
    judgeRequest: () => [],
  },
  {
    name: "rollouts/intermediate@1", fits: ["issue-certificate"], ca: true, algorithms: ["ecdsa-p256"], wants: ["subject"], allows: ["path-length"], rules: [],
    subject: ({ subject }) => subject,
    extensions: ({ pathLength }) => authority(pathLength),
    judgeRequest: () => [],
  },
  {
    // no EKU: `openssl cms -verify` takes none, or emailProtection
    name: "rollouts/gateway@1", fits: ["sign-request", "issue-certificate"], ca: false, algorithms: ["ecdsa-p256"], wants: [], allows: [], rules: [],
    subject: ({ subject }) => subject,
    extensions: () => [keyUsage(["digitalSignature"]), subjectKeyIdentifier(), authorityKeyIdentifier()],
    judgeRequest: judgeGateway,
  },
];
