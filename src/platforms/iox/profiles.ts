/**
 * Cisco IOx: a root, an intermediate and application certificates that OpenSSL takes strictly. The commands of the vendor's page make
 * a root without keyUsage and application certificates of version 1.
 */
import type { Profile } from "../../plan/profile.ts";
import type { KeyAlgorithm } from "../../x509/algorithm.ts";
import { authorityKeyIdentifier, basicConstraints, keyUsage, subjectKeyIdentifier } from "../../x509/extension.ts";

const KEYS: readonly KeyAlgorithm[] = ["rsa-2048", "rsa-3072", "rsa-4096"];

export const IOX_PROFILES: readonly Profile[] = [
  {
    name: "iox/root@1", fits: ["issue-root"], ca: true, algorithms: KEYS, wants: ["subject"], allows: [], rules: [],
    subject: ({ subject }) => subject,
    extensions: () => [basicConstraints({ ca: true }), keyUsage(["keyCertSign", "cRLSign"]), subjectKeyIdentifier()],
    judgeRequest: () => [],
  },
  {
    name: "iox/intermediate@1", fits: ["issue-certificate", "sign-request"], ca: true, algorithms: KEYS, wants: [], allows: [], rules: [],
    subject: ({ subject }) => subject,
    extensions: () => [basicConstraints({ ca: true, pathLength: 0 }), keyUsage(["keyCertSign", "cRLSign"]), subjectKeyIdentifier(), authorityKeyIdentifier()],
    judgeRequest: () => [],
  },
  {
    // no extKeyUsage: what devices make of one is unknown. The key stays with who packages: ioxclient takes it as a PEM file
    name: "iox/app@1", fits: ["sign-request"], ca: false, algorithms: KEYS, wants: [], allows: [], rules: [],
    subject: () => null,
    extensions: () => [basicConstraints({ ca: false }), keyUsage(["digitalSignature"]), subjectKeyIdentifier(), authorityKeyIdentifier()],
    judgeRequest: () => [],
  },
];
