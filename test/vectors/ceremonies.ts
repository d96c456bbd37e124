/** The scripts of the vectors that no other test has, and a folder of requests. */
import { subjectAltNames } from "../../src/x509/extension.ts";
import { asked, makeKeyPair, makeRequest } from "../scripted/keys.ts";
import { HEAD, ROOT, SEALED, type Octets } from "../scripted/scripts.ts";

/** A visit to the safe: nothing happens on a token. */
export const VISIT = `${HEAD.replace("  effects: [2 of any, 1 of operator]\n", "")}tokens:
  vault: { holds: [] }
steps:
  - roll-call: {}
  - act: { by: alice, say: Open the safe and read the number of the bag., type: [bag] }
  - close: {}
`;

const ONE_TOKEN = (keys: string): string => `${HEAD}tokens:
  vault: { holds: [${keys}] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
`;
const ROOT_STEP = "  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { CN: Example Root }, valid: { for: P20Y } }\n";
const TRANSCRIPT_STEP = "  - issue-certificate: { certificate: transcript, key: transcript, issuer: root-ca, profile: private/transcript, valid: { for: P10Y } }\n";

/** A root, a transcript key that signs the seal, a request. */
export const KEYED = SEALED.replace("  - close", "  - sign-request: { request: requests/device.csr, certificate: device, issuer: root-ca, profile: private/code-signing, valid: { for: P5Y } }\n  - close");

/** RSASSA-PSS, and a seal by P-384. */
export const RSA = `${ONE_TOKEN("root, transcript")}  - generate-key-pair: { key: root, token: vault, algorithm: rsa-3072, signature: rsa-pss-sha256, backup: none }
  - generate-key-pair: { key: transcript, token: vault, algorithm: ecdsa-p384, backup: none }
${ROOT_STEP}${TRANSCRIPT_STEP}  - close: { transcript-key: transcript }
`;

export const ED25519 = `${ONE_TOKEN("root")}  - generate-key-pair: { key: root, token: vault, algorithm: ed25519, backup: none }
${ROOT_STEP}  - issue-crl: { crl: root-crl, issuer: root-ca, valid: { for: P1Y } }
  - close: {}
`;

export const FACTORY = `${ONE_TOKEN("one")}  - generate-key-pair: { key: one, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root, key: one, profile: foundries/root, factory: example, valid: { for: P20Y } }
  - sign-request: { request: { file: csrs.json, field: tls-csr }, certificate: tls, issuer: root, profile: foundries/tls, valid: { for: P10Y } }
  - sign-request: { request: { file: csrs.json, field: ca-csr }, certificate: online, issuer: root, profile: foundries/device-ca, valid: { for: P10Y } }
  - export-bundle: { platform: foundries, root: root, tls: tls, device-cas: [online] }
  - close: {}
`;

export const SIGNED = `${ONE_TOKEN("root, signer")}  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: signer, token: vault, algorithm: ecdsa-p256, backup: none }
${ROOT_STEP}  - issue-certificate: { certificate: signer, key: signer, issuer: root-ca, profile: private/code-signing, subject: { CN: Example Signer }, valid: { for: P5Y } }
  - sign-artifact: { artifact: report, format: cms, key: signer, by: [dan], file: files/report.txt, signer: signer, chain: [root-ca] }
  - close: {}
`;

/** A file, signed by a key alone. */
export const RAW = `${ONE_TOKEN("other")}  - generate-key-pair: { key: other, token: vault, algorithm: ecdsa-p256, backup: none }
  - sign-artifact: { artifact: plain, format: raw, key: other, by: [dan], file: files/report.txt }
  - close: {}
`;

export const renewal = (seal: string): string => `${HEAD}register: { pack: previous, seal: "${seal}" }
tokens:
  vault: { holds: [root, transcript] }
steps:
  - roll-call: {}
  - inspect-token: { token: vault }
  - issue-crl: { crl: ahead, issuer: root-ca, successive: { count: 2, every: P1M, overlap: P10D, by: dan }, revoke: [{ certificate: device, reason: superseded }] }
  - close: { transcript-key: transcript }
`;

export const FOLDER = ROOT.replace("  - close: {}", `  - sign-requests: { requests: devices, files: all, on-refusal: skip, certificates: devices, issuer: root-ca, profile: private/tls-server, valid: { for: P1Y } }
  - close: {}`);

const host = (name: string): string => makeRequest({ subject: [{ type: "CN", value: name }], extensions: [asked(subjectAltNames({ dns: [name] }, false))], key: makeKeyPair() });
export const devices = (): Octets => ({ "devices/one.csr": host("one.example.com"), "devices/two.csr": host("two.example.com"), "devices/odd.csr": "no request\n" });
