/** The trust domain `private`: RFC 5280 strictly, and nothing that its owner did not ask for. */
import { authorityKeyIdentifier, basicConstraints, extendedKeyUsage, keyUsage, subjectAltNames, subjectKeyIdentifier, type PlannedExtension } from "../x509/extension.ts";
import { EXTENSION } from "../x509/extension-reading.ts";
import { requestFinding, type RequestFinding } from "../x509/request-finding.ts";
import { policyOf } from "./algorithm-policy.ts";
import { BOUNDING } from "./cross-bounds.ts";
import { boundaries, pointers } from "./profile-parts.ts";
import type { ParameterName, Profile, ProfileParameters } from "./profile.ts";

const { caKeys: CA_KEYS = [], leafKeys: ANY = [] } = policyOf("private/") ?? {};
/** CMS, by which the transcript key signs, has no Ed25519 that the public tools verify. */
const TRANSCRIPT_KEYS = ANY.filter((algorithm) => algorithm !== "ed25519");

/** Where relying parties find what they need to check a certificate. */
const POINTERS: readonly ParameterName[] = ["policies", "authority-info", "crl-at"];
const BOUNDS: readonly ParameterName[] = ["usage", "constraints"];
const noDemand = (): RequestFinding[] => [];

/** A certificate at the end of a chain: never a CA, whatever a request says. */
function leaf(name: string, usage: "serverAuth" | "clientAuth" | "codeSigning"): Profile {
  return {
    // nothing in a script says the DNS names of a server whose key is ours
    name, fits: usage === "serverAuth" ? ["sign-request"] : ["sign-request", "issue-certificate"], ca: false, algorithms: ANY, wants: [], allows: POINTERS, rules: [],
    subject: ({ subject }) => subject,
    extensions: (parameters) => [
      basicConstraints({ ca: false }),
      keyUsage(["digitalSignature"]),
      extendedKeyUsage([usage], false),
      subjectKeyIdentifier(),
      authorityKeyIdentifier(),
      ...(usage === "serverAuth" ? [subjectAltNames({ dns: parameters.request?.requestedDnsNames ?? [] }, false)] : []),
      ...pointers(parameters),
    ],
    judgeRequest: (request, _factory, path) => usage !== "serverAuth" || request.requestedDnsNames.length > 0 ? [] : [
      requestFinding({ code: "request-dns-names", message: `${name} wants at least one DNS name in the request's subjectAltName, found none`, hint: "have the request made again with its DNS names" }, path),
    ],
  };
}

/** keyUsage as it exists, critical, or that of a CA; and every other extension that bounds the existing certificate, but for those that are given anew. */
function crossUsage(parameters: ProfileParameters): PlannedExtension[] {
  const existing = parameters.existing ?? [];
  const usage = existing.find(({ oid }) => oid === EXTENSION.keyUsage);
  const given = boundaries(parameters);
  const kept = existing.filter(({ oid }) => oid !== EXTENSION.keyUsage && BOUNDING.includes(oid) && ![...given, ...pointers(parameters)].some((one) => one.oid === oid));
  return [usage === undefined ? keyUsage(["keyCertSign", "cRLSign"]) : { ...usage, critical: true }, ...kept, ...given];
}

export const PRIVATE_PROFILES: readonly Profile[] = [
  {
    name: "private/root@1", fits: ["issue-root"], ca: true, algorithms: CA_KEYS, wants: ["subject"], allows: [], rules: [],
    subject: ({ subject }) => subject,
    extensions: () => [basicConstraints({ ca: true }), keyUsage(["keyCertSign", "cRLSign"]), subjectKeyIdentifier()],
    judgeRequest: noDemand,
  },
  {
    name: "private/subordinate@1", fits: ["issue-certificate"], ca: true, algorithms: CA_KEYS, wants: ["subject", "path-length"], allows: [...BOUNDS, ...POINTERS], rules: [],
    subject: ({ subject }) => subject,
    extensions: (parameters) => [
      basicConstraints({ ca: true, ...(parameters.pathLength === null ? {} : { pathLength: parameters.pathLength }) }),
      keyUsage(["keyCertSign", "cRLSign"]), subjectKeyIdentifier(), authorityKeyIdentifier(), ...boundaries(parameters), ...pointers(parameters),
    ],
    judgeRequest: noDemand,
  },
  {
    // no EKU: a certificate with a private one fails `openssl cms -verify`
    name: "private/transcript@1", fits: ["issue-certificate"], ca: false, algorithms: TRANSCRIPT_KEYS, wants: [], allows: [], rules: [],
    subject: ({ ceremony }) => [{ type: "CN", value: `transcript ${ceremony}` }],
    extensions: () => [keyUsage(["digitalSignature"]), subjectKeyIdentifier(), authorityKeyIdentifier()],
    judgeRequest: noDemand,
  },
  {
    // what narrows the existing certificate narrows this one too, and a path length need not be said
    name: "private/cross@1", fits: ["cross-certify"], ca: true, algorithms: CA_KEYS, wants: [], allows: ["path-length", ...BOUNDS, ...POINTERS], rules: [],
    subject: () => null,
    extensions: (parameters) => [
      basicConstraints({ ca: true, ...(parameters.pathLength === null ? {} : { pathLength: parameters.pathLength }) }),
      ...crossUsage(parameters), subjectKeyIdentifier(), authorityKeyIdentifier(), ...pointers(parameters),
    ],
    judgeRequest: noDemand,
  },
  leaf("private/tls-server@1", "serverAuth"),
  leaf("private/tls-client@1", "clientAuth"),
  leaf("private/code-signing@1", "codeSigning"),
];
