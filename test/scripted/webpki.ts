/** A hierarchy of the web PKI: a root, an intermediate of it, and the root under an older one. */
import { ROOT } from "./scripts.ts";

const POINTERS = 'policies: [{ oid: "2.23.140.1.2.1" }], authority-info: { issuers: ["http://x.i.example.org/"] }, crl-at: ["http://x.c.example.org/"]';

export const WEBPKI = ROOT.replace("holds: [root]", "holds: [root, old, issuing]").replace(/ {2}- issue-root[^]*$/, `  - generate-key-pair: { key: old, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: issuing, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: old-ca, key: old, profile: webpki/root, subject: { C: US, O: Example, CN: Example Root 1 }, valid: { for: P20Y } }
  - issue-root: { certificate: root-ca, key: root, profile: webpki/root, subject: { C: US, O: Example, CN: Example Root 2 }, valid: { for: P20Y } }
  - issue-certificate: { certificate: issuing-ca, key: issuing, issuer: root-ca, profile: webpki/subordinate, subject: { C: US, O: Example, CN: E1 }, path-length: 0, usage: [serverAuth], ${POINTERS}, valid: { for: P3Y } }
  - cross-certify: { certificate: cross, existing: root-ca, issuer: old-ca, profile: webpki/cross, usage: [serverAuth], ${POINTERS}, valid: { for: P5Y } }
  - close: {}
`);
