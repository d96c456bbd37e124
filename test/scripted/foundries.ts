/** A factory of Foundries.io with everything that its platform knows, and the ceremonies that go on from it. */
import assert from "node:assert/strict";
import { fromPem } from "../../src/bytes/pem.ts";
import { fromUtf8 } from "../../src/bytes/text.ts";
import { decimalSerial } from "../../src/platforms/foundries/current.ts";
import { readCertificate } from "../../src/x509/reread.ts";
import { subjectAltNames, type PlannedExtension } from "../../src/x509/extension.ts";
import type { NameAttribute } from "../../src/x509/name.ts";
import { asked, makeRequest, type RequestWish } from "./keys.ts";
import { SIGNING_FILES, type Pack } from "./pack.ts";
import { HEAD, planOf, type Octets } from "./scripts.ts";
import type { World } from "./world.ts";

export const UUID = "0123abcd-4567-89ab-cdef-0123456789ab";
export const USER = "0123456789abcdef01234567";

const named = (...dns: string[]): PlannedExtension => subjectAltNames({ dns }, false);
/** A subject as the vendor's tools write one: CN, then OU. */
export const nameOf = (cn: string, ou?: string): NameAttribute[] => [{ type: "CN", value: cn }, ...(ou === undefined ? [] : [{ type: "OU", value: ou } as const])];
const requestOf = (cn: string, { ou, dns = [], key }: { ou?: string; dns?: readonly string[]; key?: RequestWish["key"] } = {}): string =>
  makeRequest({ subject: nameOf(cn, ou), ...(key === undefined ? {} : { key }), extensions: dns.length === 0 ? [] : [asked(named(...dns))] });
export const deviceRequest = (uuid: string, ou = "example"): string => requestOf(uuid, { ou });
export const deviceCaRequest = (cn: string, ou = "example"): string => requestOf(cn, { ou });
export const serverRequest = (...dns: string[]): string => requestOf("gateway.example", { dns });

export const FLEET_FILES: Octets = {
  ...SIGNING_FILES,
  "answer.json": JSON.stringify({
    "ca-csr": deviceCaRequest("gateway.example"), "tls-csr": serverRequest("1.ota-lite.example", "1.ostree.example"), "est-tls-csr": requestOf("gateway.example", { dns: ["1.est.example"] }),
  }, null, 2),
  "requests/local-ca.csr": deviceCaRequest(`fio-${USER}`), "requests/device.csr": deviceRequest(UUID),
};

const UP_TO_CERTIFICATES = `  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: line, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: transcript, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: factory-ca, key: root, profile: foundries/root, factory: example, valid: { for: P20Y } }
  - issue-certificate: { certificate: transcript, key: transcript, issuer: factory-ca, profile: private/transcript, valid: { for: P15Y } }
  - sign-request: { request: { file: answer.json, field: tls-csr }, certificate: tls, issuer: factory-ca, profile: foundries/tls, valid: { for: P10Y } }
  - sign-request: { request: { file: answer.json, field: ca-csr }, certificate: online, issuer: factory-ca, profile: foundries/device-ca, valid: { for: P10Y } }
  - sign-request: { request: requests/local-ca.csr, certificate: local, issuer: factory-ca, profile: foundries/device-ca, valid: { for: P10Y } }
  - sign-request: { request: { file: answer.json, field: est-tls-csr }, certificate: est, issuer: factory-ca, profile: foundries/est-tls, valid: { for: P10Y } }
  - issue-certificate: { certificate: line-ca, key: line, issuer: factory-ca, profile: foundries/device-ca, subject: { CN: fio-${USER}, OU: example }, valid: { for: P10Y } }
  - sign-request: { request: requests/device.csr, certificate: device, issuer: line-ca, profile: foundries/device-client, valid: { for: P10Y } }
`;
export const CREATE = `  - export-bundle: { platform: foundries, root: factory-ca, tls: tls, device-cas: [online, local, line-ca], user: "${USER}" }\n`;
export const EST = "  - export-bundle: { platform: foundries, bundle: est, operation: est-authorize, root: factory-ca, est: est }\n";
export const DEVICES = "  - export-bundle: { platform: foundries, bundle: devices, operation: register-device, root: factory-ca, device-cas: [line-ca], devices: [device] }\n";

/** @param bundles the steps that export */
export const fleetScript = (bundles: string): string => `${HEAD}tokens:\n  vault: { holds: [root, line, transcript] }\nsteps:\n${UP_TO_CERTIFICATES}${bundles}  - close: { transcript-key: transcript }\n`;
export const FLEET = fleetScript(CREATE + EST + DEVICES);

/** A ceremony that goes on by the keys of the first. */
export const laterScript = ({ lines }: Pack, steps: string): string => `${HEAD}${lines}tokens:
  vault: { holds: [root, line, transcript] }
steps:
  - roll-call: {}
  - inspect-token: { token: vault }
${steps}  - close: { transcript-key: transcript }
`;

/** The certificate of a finished ceremony, PEM. */
export const pemOf = (world: World, name: string): string => fromUtf8(world.record.files.get(`artifacts/certificates/${name}.pem`) ?? new Uint8Array());
export const serialOf = (pem: string): string => decimalSerial(readCertificate(fromPem(pem, ["CERTIFICATE"]).der).serial);

/** What the platform answers to a GET, with an empty line between the device CAs as the vendor's tool leaves it. */
export function answerOf(world: World, deviceCas: readonly string[], disabled: readonly string[] = []): string {
  return JSON.stringify({
    "root-crt": pemOf(world, "factory-ca"), "tls-crt": pemOf(world, "tls"), "ca-crt": deviceCas.map((name) => pemOf(world, name)).join("\n"),
    "disabled-ca-serials": disabled.map((name) => serialOf(pemOf(world, name))), "change-meta": { "updated-by": "somebody" },
  });
}

/** Findings as `CONTROL field message`. */
export const found = (text: string, files: Octets = FLEET_FILES): string[] => (planOf(text, files).made?.findings ?? []).map(({ control, path, message }) => `${control} ${path.slice(3).join(".")} ${message}`);
export function refuses(text: string, pattern: RegExp, files: Octets = FLEET_FILES): void {
  const findings = found(text, files);
  assert.ok(findings.some((one) => pattern.test(one)), `${String(pattern)} is not among\n${findings.join("\n")}`);
}

/** The body of a bundle's upload. */
export const bodyOf = (bundle: string, of: World): Record<string, string> => JSON.parse(of.record.text(`artifacts/bundles/${bundle}/upload.json`)) as Record<string, string>;
