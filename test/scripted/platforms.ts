/** Scripts that sign artifacts and export bundles. */
import { subjectAltNames } from "../../src/x509/extension.ts";
import { asked, makeRequest } from "./keys.ts";
import { FILES, HEAD } from "./scripts.ts";

export const REPORT = "A report.\n";
export const SIGNED_FILES = { ...FILES, "files/report.txt": REPORT };

/** One file, signed by a key alone and as CMS. */
export const SIGNED = `${HEAD}tokens:
  vault: { holds: [root, signer, other] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: signer, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: other, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { CN: Example Root }, valid: { for: P20Y } }
  - issue-certificate: { certificate: signer, key: signer, issuer: root-ca, profile: private/code-signing, subject: { CN: Example Signer }, valid: { for: P5Y } }
  - sign-artifact: { artifact: plain, format: raw, key: other, by: [dan], file: files/report.txt }
  - sign-artifact: { artifact: report, format: cms, key: signer, by: [dan], file: files/report.txt, signer: signer, chain: [root-ca] }
  - close: {}
`;

const named = asked(subjectAltNames({ dns: ["gateway.example.com"] }, false));
const tls = makeRequest({ extensions: [named] });
const deviceCa = makeRequest({ subject: [{ type: "CN", value: "fio-1" }, { type: "OU", value: "example" }] });
export const BUNDLED_FILES = { ...FILES, "csrs.json": JSON.stringify({ "tls-csr": tls, "ca-csr": deviceCa }) };

/** Two roots of two factories, and a bundle. */
export const factoryScript = (bundle: string): string => `${HEAD}tokens:
  vault: { holds: [one, two] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: one, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: two, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root, key: one, profile: foundries/root, factory: example, valid: { for: P20Y } }
  - issue-root: { certificate: other, key: two, profile: foundries/root, factory: other, valid: { for: P20Y } }
  - sign-request: { request: { file: csrs.json, field: tls-csr }, certificate: tls, issuer: root, profile: foundries/tls, valid: { for: P10Y } }
  - sign-request: { request: { file: csrs.json, field: ca-csr }, certificate: online, issuer: root, profile: foundries/device-ca, valid: { for: P10Y } }
${bundle}  - close: {}
`;
export const factoryBundle = (fields: string): string => `  - export-bundle: { platform: foundries, ${fields} }\n`;
/** A factory whose bundle its platform accepts. */
export const BUNDLED = factoryScript(factoryBundle("root: root, tls: tls, device-cas: [online]"));
