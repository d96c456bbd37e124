/**
 * Foundries.io Factory PKI: profiles as the vendor's own tool writes them (key usage and basic constraints critical, extended
 * key usage not).
 */
import type { ScriptPath } from "../../fault.ts";
import type { Profile } from "../../plan/profile.ts";
import type { CertificationRequest } from "../../x509/certification-request.ts";
import { authorityKeyIdentifier, basicConstraints, extendedKeyUsage, keyUsage, subjectAltNames, subjectKeyIdentifier } from "../../x509/extension.ts";
import { nameAttributes } from "../../x509/name-reading.ts";
import { requestFinding, type RequestFinding } from "../../x509/request-finding.ts";

const ORGANIZATIONAL_UNIT = "2.5.4.11";

/** The OUs of a Name (DER). */
function organizationalUnits(name: Uint8Array): string[] {
  return nameAttributes(name).flatMap((attribute) => (attribute.oid === ORGANIZATIONAL_UNIT && attribute.text !== undefined ? [attribute.text] : []));
}

function judgeDeviceCa(request: CertificationRequest, factory: string | null | undefined, path: ScriptPath): RequestFinding[] {
  const units = organizationalUnits(request.subject);
  // where no issuer is known, any one OU may be the factory
  if (units.length === 1 && (factory === undefined || units[0] === factory)) return [];
  const wanted = factory === undefined ? "one OU, the factory," : `OU=${factory ?? "(none)"}`;
  return [requestFinding({ code: "request-factory", message: `expected ${wanted} in the request's subject, found ${JSON.stringify(units)}`, hint: "the platform refuses a device CA whose OU is not the factory" }, path)];
}

function judgeTls(request: CertificationRequest, _factory: string | null | undefined, path: ScriptPath): RequestFinding[] {
  if (request.requestedDnsNames.length > 0) return [];
  return [requestFinding({ code: "request-dns-names", message: "expected at least one DNS name in the request's subjectAltName, found none", hint: "take the request as the platform's API returned it" }, path)];
}

export const FOUNDRIES_PROFILES: readonly Profile[] = [
  {
    name: "foundries/root@1", fits: ["issue-root"], ca: true, algorithms: ["ecdsa-p256"], wants: ["factory"], allows: [], rules: [],
    subject: ({ factory }) => [{ type: "CN", value: "Factory-CA" }, { type: "OU", value: factory ?? "" }],
    extensions: () => [keyUsage(["keyCertSign", "cRLSign"]), extendedKeyUsage(["serverAuth", "clientAuth"], false), basicConstraints({ ca: true }), subjectKeyIdentifier()],
    judgeRequest: () => [],
  },
  {
    name: "foundries/device-ca@1", fits: ["sign-request"], ca: true, algorithms: ["ecdsa-p256"], wants: [], allows: [], rules: [],
    subject: () => null,
    extensions: () => [keyUsage(["keyCertSign"]), basicConstraints({ ca: true, pathLength: 0 }), subjectKeyIdentifier(), authorityKeyIdentifier()],
    judgeRequest: judgeDeviceCa,
  },
  {
    name: "foundries/tls@1", fits: ["sign-request"], ca: false, algorithms: ["ecdsa-p256"], wants: [], allows: [], rules: [],
    subject: () => null,
    extensions: ({ request }) => [
      keyUsage(["digitalSignature"]), extendedKeyUsage(["serverAuth"], false), authorityKeyIdentifier(),
      subjectAltNames({ dns: request?.requestedDnsNames ?? [] }, false),
    ],
    judgeRequest: judgeTls,
  },
];
