/** The trust domain `webpki`: CA certificates of hierarchies that browsers trust, as the Baseline Requirements have them. */
import { authorityKeyIdentifier, basicConstraints, keyUsage, subjectKeyIdentifier } from "../x509/extension.ts";
import { EXTENSION } from "../x509/extension-reading.ts";
import { policyOf } from "./algorithm-policy.ts";
import type { ParameterName, Profile } from "./profile.ts";
import { pointers, purposes } from "./profile-parts.ts";
import { CROSS_PURPOSES, POINTERS, POLICIES, PURPOSES, ROOT_PERIOD, SERVERS_ONLY, SUBJECT } from "./webpki-rules.ts";

const { caKeys: KEYS = [] } = policyOf("webpki/") ?? {};
const BELOW: readonly ParameterName[] = ["policies", "authority-info", "crl-at", "order"];

export const WEBPKI_PROFILES: readonly Profile[] = [
  {
    name: "webpki/root@1", fits: ["issue-root"], ca: true, algorithms: KEYS, wants: ["subject"], allows: [], rules: [SUBJECT, ROOT_PERIOD],
    subject: ({ subject }) => subject,
    extensions: () => [keyUsage(["keyCertSign", "cRLSign"]), basicConstraints({ ca: true }), subjectKeyIdentifier()],
    judgeRequest: () => [],
  },
  {
    name: "webpki/subordinate@1", fits: ["issue-certificate"], ca: true, algorithms: KEYS, wants: ["subject", "path-length"], allows: ["usage", ...BELOW],
    rules: [SUBJECT, PURPOSES, SERVERS_ONLY, POLICIES, POINTERS],
    subject: ({ subject }) => subject,
    extensions: (parameters) => [
      keyUsage(["digitalSignature", "keyCertSign", "cRLSign"]), ...purposes(parameters.usage),
      basicConstraints({ ca: true, ...(parameters.pathLength === null ? {} : { pathLength: parameters.pathLength }) }),
      subjectKeyIdentifier(), authorityKeyIdentifier(), ...pointers(parameters),
    ],
    judgeRequest: () => [],
  },
  {
    name: "webpki/cross@1", fits: ["cross-certify"], ca: true, algorithms: KEYS, wants: [], allows: ["path-length", "usage", ...BELOW],
    rules: [CROSS_PURPOSES, SERVERS_ONLY, POLICIES, POINTERS],
    subject: () => null,
    extensions: (parameters) => {
      const existing = parameters.existing ?? [];
      const usage = existing.find(({ oid }) => oid === EXTENSION.keyUsage);
      const purpose = existing.filter(({ oid }) => oid === EXTENSION.extKeyUsage);
      return [
        usage === undefined ? keyUsage(["keyCertSign", "cRLSign"]) : { ...usage, critical: true }, ...(parameters.usage.length === 0 ? purpose : purposes(parameters.usage)),
        basicConstraints({ ca: true, ...(parameters.pathLength === null ? {} : { pathLength: parameters.pathLength }) }),
        subjectKeyIdentifier(), authorityKeyIdentifier(), ...pointers(parameters),
      ];
    },
    judgeRequest: () => [],
  },
];
