/**
 * Mender with Keyfactor SignServer: a root, CAs below it, the certificate of the worker that signs, and TLS between mender-artifact and
 * the server. No device ever sees one of them: devices know the worker's public key.
 */
import type { ScriptPath } from "../../fault.ts";
import type { Profile, ProfileParameters } from "../../plan/profile.ts";
import type { KeyAlgorithm } from "../../x509/algorithm.ts";
import type { CertificationRequest } from "../../x509/certification-request.ts";
import { authorityKeyIdentifier, basicConstraints, extendedKeyUsage, keyUsage, subjectAltNames, subjectKeyIdentifier, type PlannedExtension } from "../../x509/extension.ts";
import { requestFinding, type RequestFinding } from "../../x509/request-finding.ts";

const CA_KEYS: readonly KeyAlgorithm[] = ["rsa-3072", "rsa-4096", "ecdsa-p256", "ecdsa-p384"];
const RSA_KEYS: readonly KeyAlgorithm[] = ["rsa-2048", "rsa-3072", "rsa-4096"];
const TLS_KEYS: readonly KeyAlgorithm[] = [...RSA_KEYS, "ecdsa-p256", "ecdsa-p384"];

const noDemand = (): RequestFinding[] => [];
const given = ({ subject }: ProfileParameters) => subject;

/** Go, by which mender-artifact checks the server, looks at subjectAltName alone. */
function judgeServer(request: CertificationRequest, _factory: string | null | undefined, path: ScriptPath): RequestFinding[] {
  if (request.requestedDnsNames.length + request.requestedAddresses.length > 0) return [];
  return [requestFinding({ code: "request-dns-names", message: "expected at least one DNS name or IP address in the request's subjectAltName, found none", hint: "have the request made again with the name or address that SIGNSERVER_HOSTNAME will hold: the common name is not looked at" }, path)];
}

function ca(more: readonly PlannedExtension[], pathLength: number | null): PlannedExtension[] {
  return [basicConstraints({ ca: true, ...(pathLength === null ? {} : { pathLength }) }), keyUsage(["keyCertSign", "cRLSign"]), subjectKeyIdentifier(), ...more];
}

function leaf(...more: readonly PlannedExtension[]): PlannedExtension[] {
  return [basicConstraints({ ca: false }), keyUsage(["digitalSignature"]), ...more, subjectKeyIdentifier(), authorityKeyIdentifier()];
}

export const MENDER_PROFILES: readonly Profile[] = [
  {
    name: "mender/root@1", fits: ["issue-root"], ca: true, algorithms: CA_KEYS, wants: ["subject"], allows: [], rules: [],
    subject: given, extensions: () => ca([], null), judgeRequest: noDemand,
  },
  {
    name: "mender/subordinate@1", fits: ["issue-certificate"], ca: true, algorithms: CA_KEYS, wants: ["subject", "path-length"], allows: [], rules: [],
    subject: given, extensions: ({ pathLength }) => ca([authorityKeyIdentifier()], pathLength), judgeRequest: noDemand,
  },
  {
    // RSA: for an EC key SignServer answers in DER, which mender-artifact reads only since 4.0
    name: "mender/worker@1", fits: ["sign-request", "issue-certificate"], ca: false, algorithms: RSA_KEYS, wants: [], allows: [], rules: [],
    subject: given, extensions: () => leaf(), judgeRequest: noDemand,
  },
  {
    // mender-artifact reads the key from a file, so it is no key of ours
    name: "mender/tls-client@1", fits: ["sign-request"], ca: false, algorithms: TLS_KEYS, wants: [], allows: [], rules: [],
    subject: () => null, extensions: () => leaf(extendedKeyUsage(["clientAuth"], false)), judgeRequest: noDemand,
  },
  {
    name: "mender/tls-server@1", fits: ["sign-request"], ca: false, algorithms: TLS_KEYS, wants: [], allows: [], rules: [],
    subject: () => null,
    extensions: ({ request }) => leaf(extendedKeyUsage(["serverAuth"], false), subjectAltNames({ dns: request?.requestedDnsNames ?? [], addresses: request?.requestedAddresses ?? [] }, false)),
    judgeRequest: judgeServer,
  },
];
