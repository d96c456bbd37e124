/** The table of profiles: versioned data, frozen once released. */
import { FOUNDRIES_PROFILES } from "../platforms/foundries.ts";
import type { KeyAlgorithm } from "../x509/algorithm.ts";
import { authorityKeyIdentifier, basicConstraints, extendedKeyUsage, keyUsage, subjectAltNames, subjectKeyIdentifier } from "../x509/extension.ts";
import { requestFinding, type RequestFinding } from "../x509/request-finding.ts";
import { policyOf } from "./algorithm-policy.ts";
import type { Profile } from "./profile.ts";

const { caKeys: CA_KEYS = [], leafKeys: ANY = [] } = policyOf("private/") ?? {};
/** CMS, by which the transcript key signs, has no Ed25519 that the public tools verify. */
const TRANSCRIPT_KEYS = ANY.filter((algorithm) => algorithm !== "ed25519");
const noDemand = (): RequestFinding[] => [];

/** A certificate for somebody else's key: never a CA, whatever the request says. */
function leaf(name: string, usage: "serverAuth" | "clientAuth" | "codeSigning"): Profile {
  return {
    name, fits: "sign-request", ca: false, algorithms: ANY, wants: [],
    subject: () => null,
    extensions: ({ request }) => [
      basicConstraints({ ca: false }),
      keyUsage(["digitalSignature"]),
      extendedKeyUsage([usage], false),
      subjectKeyIdentifier(),
      authorityKeyIdentifier(),
      ...(usage === "serverAuth" ? [subjectAltNames({ dns: request?.requestedDnsNames ?? [] }, false)] : []),
    ],
    judgeRequest: (request, _factory, path) => usage !== "serverAuth" || request.requestedDnsNames.length > 0 ? [] : [
      requestFinding({ code: "request-dns-names", message: `${name} wants at least one DNS name in the request's subjectAltName, found none`, hint: "have the request made again with its DNS names" }, path),
    ],
  };
}

const PRIVATE_PROFILES: readonly Profile[] = [
  {
    name: "private/root@1", fits: "issue-root", ca: true, algorithms: CA_KEYS, wants: ["subject"],
    subject: ({ subject }) => subject,
    extensions: () => [basicConstraints({ ca: true }), keyUsage(["keyCertSign", "cRLSign"]), subjectKeyIdentifier()],
    judgeRequest: noDemand,
  },
  {
    name: "private/subordinate@1", fits: "issue-certificate", ca: true, algorithms: CA_KEYS, wants: ["subject", "path-length"],
    subject: ({ subject }) => subject,
    extensions: ({ pathLength }) => [
      basicConstraints({ ca: true, ...(pathLength === null ? {} : { pathLength }) }),
      keyUsage(["keyCertSign", "cRLSign"]), subjectKeyIdentifier(), authorityKeyIdentifier(),
    ],
    judgeRequest: noDemand,
  },
  {
    // no EKU: a certificate with a private one fails `openssl cms -verify`
    name: "private/transcript@1", fits: "issue-certificate", ca: false, algorithms: TRANSCRIPT_KEYS, wants: [],
    subject: ({ ceremony }) => [{ type: "CN", value: `transcript ${ceremony}` }],
    extensions: () => [keyUsage(["digitalSignature"]), subjectKeyIdentifier(), authorityKeyIdentifier()],
    judgeRequest: noDemand,
  },
  leaf("private/tls-server@1", "serverAuth"),
  leaf("private/tls-client@1", "clientAuth"),
  leaf("private/code-signing@1", "codeSigning"),
];

const PROFILES: readonly Profile[] = [...PRIVATE_PROFILES, ...FOUNDRIES_PROFILES];

/** The newest version of a profile that a script names without one (`private/root`); undefined when there is none. */
export function findProfile(name: string): Profile | undefined {
  return PROFILES.find((profile) => profile.name.split("@")[0] === name);
}

/** Whether any profile certifies keys of an algorithm. */
export function isCertifiable(algorithm: KeyAlgorithm): boolean {
  return PROFILES.some((profile) => profile.algorithms.includes(algorithm));
}

/** Every profile's name, without versions. */
export function profileNames(): string[] {
  return PROFILES.map((profile) => profile.name.split("@")[0] ?? profile.name);
}
