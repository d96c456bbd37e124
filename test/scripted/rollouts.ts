/** Reports, chains and scripts for Bosch IoT Rollouts. */
import { toUtf8 } from "../../src/bytes/text.ts";
import { ROLLOUTS_REPORT } from "../../src/platforms/rollouts/artifact.ts";
import { shelfOf } from "../../src/platforms/shelf.ts";
import type { BundleFile, Shelf } from "../../src/platforms/platform.ts";
import { authorityKeyIdentifier, basicConstraints, keyUsage, subjectKeyIdentifier, type PlannedExtension } from "../../src/x509/extension.ts";
import { issue, type Order } from "../x509/chain.ts";
import { TestKey } from "../x509/test-key.ts";
import { makeRequest } from "./keys.ts";
import { FILES, HEAD, type Octets } from "./scripts.ts";

/** In the form of the vendor's sample. */
export const REPORT = `{
  "timeStamp": "1684201667",
  "gatewayId": "101012902",
  "serial": 12345678901234567890.10,
  "values": [
    { "Id": "1", "ModuleSerialNumber": "m1.1" },
    { "Id": "2", "ModuleSerialNumber": "gw1", "ProductUuid": "101012902" }
  ]
}
`;

/** The fingerprint of the root in the vendor's page. */
export const PUBLISHED = "BB:EA:2A:13:C7:21:DB:E0:01:37:07:58:5B:ED:85:09:47:D7:FF:8F:BF:9E:E4:65:9C:C3:BA:14:E3:7C:DD:D6";

export const ROLLOUTS_FILES: Octets = {
  ...FILES, "requests/gateway.csr": makeRequest({ subject: [{ type: "CN", value: "Gateway 7" }] }),
  "reports/systemreport.json": REPORT, "current.json": JSON.stringify({ value: [PUBLISHED] }),
};

/** A root, an intermediate, a gateway of ours and one with its own key, a bundle, and a signed report. */
export const ROLLOUTS_SCRIPT = `${HEAD}tokens:
  vault: { holds: [root, intermediate, gateway] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: intermediate, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: gateway, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: rollouts/root, subject: { CN: Example Reports Root }, valid: { for: P20Y } }
  - issue-certificate: { certificate: intermediate-ca, key: intermediate, issuer: root-ca, profile: rollouts/intermediate, subject: { CN: Example Reports CA }, valid: { for: P10Y } }
  - issue-certificate: { certificate: gateway, key: gateway, issuer: intermediate-ca, profile: rollouts/gateway, subject: { CN: Gateway 1 }, valid: { for: P1Y } }
  - sign-request: { request: requests/gateway.csr, certificate: gateway-7, issuer: intermediate-ca, profile: rollouts/gateway, valid: { for: P1Y } }
  - export-bundle: { platform: rollouts, anchor: root-ca, chain: [intermediate-ca, root-ca], gateways: [gateway, gateway-7], current: current.json }
  - sign-artifact: { artifact: system-report, format: rollouts, key: gateway, by: [dan], file: reports/systemreport.json, signer: gateway, chain: [intermediate-ca, root-ca] }
  - close: {}
`;

const KEYS = { root: new TestKey("ecdsa-p256"), intermediate: new TestKey("ecdsa-p256"), gateway: new TestKey("ecdsa-p256") };
type Place = keyof typeof KEYS;
const ISSUER: Readonly<Record<Place, Place>> = { root: "root", intermediate: "root", gateway: "intermediate" };
const subjectOf = (place: Place) => [{ type: "CN", value: place }] as const;
const authority = (): PlannedExtension[] => [basicConstraints({ ca: true }), keyUsage(["digitalSignature", "keyCertSign", "cRLSign"]), subjectKeyIdentifier(), authorityKeyIdentifier()];

/** What is not as it should be, by place. */
export type Changes = Readonly<Partial<Record<Place, Partial<Order>>>>;

/** A chain of three, DER by name. */
export function chainWith(changes: Changes = {}): Readonly<Record<Place, Uint8Array>> {
  const der = (place: Place): Uint8Array => issue({
    subject: subjectOf(place), issuer: subjectOf(ISSUER[place]), key: KEYS[place], issuerKey: KEYS[ISSUER[place]],
    extensions: place === "gateway" ? [keyUsage(["digitalSignature"]), subjectKeyIdentifier(), authorityKeyIdentifier()] : authority(),
    ...changes[place],
  }).der;
  return { root: der("root"), intermediate: der("intermediate"), gateway: der("gateway") };
}

export const WHOLE: readonly Place[] = ["intermediate", "root"];
export const GATEWAY_KEY: TestKey = KEYS.gateway;

/** What `sign-artifact` would find. */
export function reportShelf(report: string | Uint8Array, certificates: Readonly<Record<Place, Uint8Array>>, chain: readonly Place[] = WHOLE): Shelf {
  const none = new Uint8Array();
  return shelfOf({ file: ["report.json"], signer: ["gateway"], chain }, { certificate: (name) => certificates[name as Place], crl: () => none, file: () => (typeof report === "string" ? toUtf8(report) : report), earlier: [] });
}

/** The files of a signed report, whatever speaks against it. */
export function signedReport(shelf: Shelf, instant: string, key: TestKey = KEYS.gateway): readonly BundleFile[] {
  const { messages, finish } = ROLLOUTS_REPORT.prepare(shelf, { mechanism: "ecdsa-sha256", instant, spki: key.spki });
  return finish(messages.map((message) => key.sign(message)));
}
