/**
 * Foundries.io Factory PKI: profiles as the vendor's own tool writes them (key usage and basic constraints critical, extended
 * key usage not), and the device certificate of its registration reference.
 */
import type { ScriptPath } from "../../fault.ts";
import type { Profile } from "../../plan/profile.ts";
import type { CertificationRequest } from "../../x509/certification-request.ts";
import { authorityKeyIdentifier, basicConstraints, extendedKeyUsage, keyUsage, subjectAltNames, subjectKeyIdentifier } from "../../x509/extension.ts";
import { requestFinding, type RequestFinding } from "../../x509/request-finding.ts";
import { uuidOf } from "./device.ts";
import { organizationalUnits, ROOT_NAME } from "./factory.ts";

/** Undefined: no issuer is known. */
type Factory = string | null | undefined;

/** Why a subject is of no factory, or of another; null when it is right. Where no issuer is known, any one OU may be the factory. */
function factoryProblem(subject: Uint8Array, factory: Factory): string | null {
  const units = organizationalUnits(subject);
  if (units.length === 1 && (factory === undefined || units[0] === factory)) return null;
  const wanted = factory === undefined ? "one OU, the factory," : `OU=${factory ?? "(none)"}`;
  return `expected ${wanted} in the subject, found ${JSON.stringify(units)}; the vendor's registration server says: Invalid factory(${units[0] ?? ""}) must be ${factory ?? "the factory"}`;
}

function judgeFactory(request: CertificationRequest, factory: Factory, path: ScriptPath): RequestFinding[] {
  const message = factoryProblem(request.subject, factory);
  if (message === null) return [];
  return [requestFinding({ code: "request-factory", message, hint: "the platform refuses a device CA or a device whose OU is not the factory" }, path)];
}

/** A device is in its factory, and its one CN is a UUID: both a name of the platform and a serial number. */
function judgeDevice(request: CertificationRequest, factory: Factory, path: ScriptPath): RequestFinding[] {
  const named = judgeFactory(request, factory, path);
  if (uuidOf(request.subject) !== null) return named;
  return [...named, requestFinding({ code: "request-device", message: `expected one CN, a UUID that is not all zeros, in the request's subject, found ${request.subjectText}`, hint: "take the request as lmp-device-register makes it" }, path)];
}

function judgeTls(request: CertificationRequest, _factory: Factory, path: ScriptPath): RequestFinding[] {
  if (request.requestedDnsNames.length > 0) return [];
  return [requestFinding({ code: "request-dns-names", message: "expected at least one DNS name in the request's subjectAltName, found none", hint: "take the request as the platform's API returned it" }, path)];
}

/** The vendor's tool refuses an EST certificate of no name or of several. */
function judgeEst(request: CertificationRequest, _factory: Factory, path: ScriptPath): RequestFinding[] {
  const { length } = request.requestedDnsNames;
  if (length === 1) return [];
  return [requestFinding({ code: "request-dns-names", message: `expected exactly one DNS name in the request's subjectAltName, that of the EST server, found ${length}`, hint: "take the field est-tls-csr as the platform's API returned it; the gateway's names are in tls-csr" }, path)];
}

const serverExtensions: Profile["extensions"] = ({ request }) => [
  keyUsage(["digitalSignature"]), extendedKeyUsage(["serverAuth"], false), authorityKeyIdentifier(),
  subjectAltNames({ dns: request?.requestedDnsNames ?? [] }, false),
];

const ROOT_ISSUES: Pick<Profile, "issuers"> = { issuers: ["foundries/root", "accepted"] };
const P256: Pick<Profile, "algorithms" | "allows" | "rules"> = { algorithms: ["ecdsa-p256"], allows: [], rules: [] };

export const FOUNDRIES_PROFILES: readonly Profile[] = [
  {
    name: "foundries/root@1", fits: ["issue-root", "issue-certificate"], ca: true, ...P256, wants: ["factory"],
    subject: ({ factory }) => [{ type: "CN", value: ROOT_NAME }, { type: "OU", value: factory ?? "" }],
    extensions: ({ isBelow }) => [
      keyUsage(["keyCertSign", "cRLSign"]), extendedKeyUsage(["serverAuth", "clientAuth"], false), basicConstraints({ ca: true }), subjectKeyIdentifier(),
      ...(isBelow ? [authorityKeyIdentifier()] : []),
    ],
    judgeRequest: () => [],
  },
  {
    name: "foundries/device-ca@1", fits: ["sign-request", "issue-certificate"], ca: true, sharesSubject: true, ...P256, ...ROOT_ISSUES, wants: [],
    subject: ({ subject }) => subject,
    extensions: () => [keyUsage(["keyCertSign"]), basicConstraints({ ca: true, pathLength: 0 }), subjectKeyIdentifier(), authorityKeyIdentifier()],
    judgeRequest: judgeFactory, judgeSubject: factoryProblem,
  },
  {
    name: "foundries/tls@1", fits: ["sign-request"], ca: false, ...P256, ...ROOT_ISSUES, wants: [],
    subject: () => null, extensions: serverExtensions, judgeRequest: judgeTls,
  },
  {
    name: "foundries/est-tls@1", fits: ["sign-request"], ca: false, ...P256, ...ROOT_ISSUES, wants: [],
    subject: () => null, extensions: serverExtensions, judgeRequest: judgeEst,
  },
  {
    name: "foundries/device-client@1", fits: ["sign-request"], ca: false, ...P256, issuers: ["foundries/device-ca"], serial: "uuid", wants: [],
    subject: () => null,
    extensions: () => [keyUsage(["digitalSignature"]), extendedKeyUsage(["clientAuth"], true), authorityKeyIdentifier()],
    judgeRequest: judgeDevice,
  },
];
