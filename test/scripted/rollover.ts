/** Each platform through a roll-over in the scripted room: the old alone, old and new together, the new alone. Three ceremonies each, as sealed records. */
import { sha256Hex } from "../../src/bytes/digest.ts";
import { toPem } from "../../src/bytes/pem.ts";
import { fingerprintOf } from "../../src/platforms/rollouts/fingerprints.ts";
import { TestKey } from "../x509/test-key.ts";
import { APP_FILES, oemCertificate } from "./ctrlx.ts";
import { deviceRequest, serverRequest as gatewayRequest, USER } from "./foundries.ts";
import { rsaRequest } from "./iox.ts";
import { sealedFiles, type HeldRecord } from "./life.ts";
import { menderArtifact, serverRequest } from "./mender.ts";
import { packOf, SIGNING_FILES } from "./pack.ts";
import { REPORT } from "./rollouts.ts";
import { POLICY, textIn } from "./rotation.ts";
import { goodPlan, HEAD, type Octets } from "./scripts.ts";
import { makeRequest, type KeyPair } from "./keys.ts";
import { World } from "./world.ts";

/** When the three are held: the second is in its window, the third after the old one has stopped. */
export const HELD = ["2026-11-01T12:00:00Z", "2030-07-15T12:00:00Z", "2032-03-01T12:00:00Z"] as const;

export interface Rollover {
  readonly old: HeldRecord;
  readonly both: HeldRecord;
  readonly fresh: HeldRecord;
}

/** One of the three: keys that its token has, its steps, what else its script names. */
interface Act {
  readonly keys: readonly string[];
  readonly steps: string;
  readonly successors?: string;
  readonly files?: Octets;
  /** What its token makes next, in the place of random keys. */
  readonly coming?: readonly KeyPair[];
}

/** The same three records for all who ask in one process. */
function once(hold: () => Promise<Rollover>): () => Promise<Rollover> {
  let held: Promise<Rollover> | undefined;
  return () => (held ??= hold());
}

/** @param acts each from the record before it */
async function rollover(acts: readonly [(before: null) => Act, (before: HeldRecord) => Act, (before: HeldRecord) => Act]): Promise<Rollover> {
  const old = await hold(acts[0](null), null, 0);
  const both = await hold(acts[1](old), old, 1);
  return { old, both, fresh: await hold(acts[2](both), both, 2) };
}

async function hold({ keys, steps, successors = "", files = {}, coming = [] }: Act, before: HeldRecord | null, turn: 0 | 1 | 2): Promise<HeldRecord> {
  const rotation = before === null ? POLICY : successors === "" ? "" : `rotation:\n  successors: { ${successors} }\n`;
  const token = before === null ? "initialize-token" : "inspect-token";
  const script = `${HEAD}${before?.pack.lines ?? ""}${rotation}tokens:\n  vault: { holds: [${keys.join(", ")}] }\nsteps:\n  - roll-call: {}\n  - ${token}: { token: vault }\n${steps}  - close: {}\n`;
  const all = { ...SIGNING_FILES, ...before?.pack.files, ...files };
  const world = new World(goodPlan(script, all), {}, before?.world.tokens, Date.parse(HELD[turn]), { run: `00000000000000${turn + 1}0` });
  world.vault.coming.push(...coming);
  await world.run();
  const pack = packOf(world);
  return { name: HELD[turn].slice(0, 4), world, pack, files: sealedFiles(world, pack) };
}

const key = (name: string, algorithm = "ecdsa-p256"): string => `  - generate-key-pair: { key: ${name}, token: vault, algorithm: ${algorithm}, backup: none }\n`;

/** What Foundries answers to a GET, with these device CAs. */
export const factoryAnswer = (root: string, tls: string, ...cas: readonly string[]): string => JSON.stringify({ "root-crt": root, "tls-crt": tls, "ca-crt": cas.join("\n"), "disabled-ca-serials": [], "change-meta": {} });

/** A device CA in the token, the gateway's certificate, and a device below each device CA. */
export const foundries = once(() => rollover([
  () => ({
    keys: ["root", "line"], files: { "requests/1.csr": deviceRequest("0123abcd-4567-89ab-cdef-000000000001"), "answer.json": JSON.stringify({ "tls-csr": gatewayRequest("1.ota-lite.example") }) },
    steps: `${key("root")}${key("line")}  - issue-root: { certificate: factory-ca, key: root, profile: foundries/root, factory: example, valid: { for: P20Y }, crl: on-event }
  - issue-certificate: { certificate: line-ca, key: line, issuer: factory-ca, profile: foundries/device-ca, subject: { CN: fio-${USER}, OU: example }, valid: { for: P10Y } }
  - sign-request: { request: { file: answer.json, field: tls-csr }, certificate: tls, issuer: factory-ca, profile: foundries/tls, valid: { for: P5Y } }
  - sign-request: { request: requests/1.csr, certificate: device, issuer: line-ca, profile: foundries/device-client, valid: { for: P5Y } }
  - export-bundle: { platform: foundries, bundle: create, root: factory-ca, tls: tls, device-cas: [line-ca], user: "${USER}" }
`,
  }),
  (old) => ({
    keys: ["root", "line-2"], successors: "line-ca-2: line-ca, tls-2: tls",
    files: { "requests/2.csr": deviceRequest("0123abcd-4567-89ab-cdef-000000000002"), "answer-2.json": JSON.stringify({ "tls-csr": gatewayRequest("1.ota-lite.example") }), "current.json": factoryAnswer(certificateOf(old, "factory-ca"), certificateOf(old, "tls"), certificateOf(old, "line-ca")) },
    steps: `${key("line-2")}  - issue-certificate: { certificate: line-ca-2, key: line-2, issuer: factory-ca, profile: foundries/device-ca, subject: { CN: fio-${USER}, OU: example }, valid: { for: P10Y } }
  - sign-request: { request: { file: answer-2.json, field: tls-csr }, certificate: tls-2, issuer: factory-ca, profile: foundries/tls, valid: { for: P5Y } }
  - sign-request: { request: requests/2.csr, certificate: device-2, issuer: line-ca-2, profile: foundries/device-client, valid: { for: P5Y } }
  - export-bundle: { platform: foundries, bundle: add, operation: add-device-ca, root: factory-ca, device-cas: [line-ca-2], current: current.json }
  - export-bundle: { platform: foundries, bundle: gateway, operation: rotate-tls, root: factory-ca, tls: tls-2, current: current.json }
`,
  }),
  (both) => ({
    keys: ["root"], files: { "current.json": factoryAnswer(certificateOf(both, "factory-ca"), certificateOf(both, "tls-2"), certificateOf(both, "line-ca"), certificateOf(both, "line-ca-2")) },
    steps: `  - issue-crl: { crl: device-cas, issuer: factory-ca, valid: { for: P1Y }, revoke: [{ certificate: line-ca, reason: privilegeWithdrawn }] }
  - export-bundle: { platform: foundries, bundle: withdraw, operation: revoke-device-ca, root: factory-ca, crl: device-cas, current: current.json }
`,
  }),
]));

/** An issuing CA below a root, and an application below each. */
export const iox = once(() => rollover([
  () => ({
    keys: ["root", "issuing"], files: { "requests/1.csr": rsaRequest("App 1") },
    steps: `${key("root", "rsa-2048")}${key("issuing", "rsa-2048")}  - issue-root: { certificate: root-ca, key: root, profile: iox/root, subject: { O: Example, CN: Example IOx Root CA }, valid: { for: P20Y } }
  - issue-certificate: { certificate: issuing-ca, key: issuing, issuer: root-ca, profile: iox/intermediate, subject: { O: Example, CN: Example IOx CA }, valid: { for: P10Y } }
  - sign-request: { request: requests/1.csr, certificate: app, issuer: issuing-ca, profile: iox/app, valid: { for: P5Y } }
  - export-bundle: { platform: iox, bundle: anchor-1, chain: [issuing-ca, root-ca], apps: [app], info: Example CA, version: v1 }
`,
  }),
  (old) => ({
    keys: ["root", "issuing-2"], successors: "issuing-ca-2: issuing-ca, app-2: app", files: { "requests/2.csr": rsaRequest("App 1"), "anchors/info.txt": textIn(old, "artifacts/bundles/anchor-1/info.txt") },
    steps: `${key("issuing-2", "rsa-2048")}  - issue-certificate: { certificate: issuing-ca-2, key: issuing-2, issuer: root-ca, profile: iox/intermediate, subject: { O: Example, CN: Example IOx CA 2 }, valid: { for: P10Y } }
  - sign-request: { request: requests/2.csr, certificate: app-2, issuer: issuing-ca-2, profile: iox/app, valid: { for: P5Y } }
  - export-bundle: { platform: iox, bundle: anchor-2, chain: [issuing-ca, issuing-ca-2, root-ca], apps: [app, app-2], info: Example CA, version: v2, previous: anchors/info.txt }
`,
  }),
  (both) => ({
    keys: ["root"], files: { "anchors/info.txt": textIn(both, "artifacts/bundles/anchor-2/info.txt") },
    steps: "  - export-bundle: { platform: iox, bundle: anchor-3, chain: [issuing-ca-2, root-ca], apps: [app-2], info: Example CA, version: v3, previous: anchors/info.txt }\n",
  }),
]));

const OEM_KEYS = [new TestKey("ecdsa-p256", "ecdsa-sha384"), new TestKey("ecdsa-p256", "ecdsa-sha384")] as const;
const oem = (turn: 0 | 1, notAfter: string): Octets => ({ [`answers/oem-${turn + 1}.pem`]: oemCertificate({ key: OEM_KEYS[turn], notAfter }) });
const SNAP = "snaps/mockcorp-my-app_1.4.3+git2_amd64.snap";
const app = (name: string, keyName: string, signer: string): string => `  - sign-artifact: { artifact: ${name}, format: ctrlx, key: ${keyName}, by: [dan], file: [${SNAP}], signer: ${signer} }\n`;
const oemKey = (name: string): string => `  - generate-key-pair: { key: ${name}, token: vault, algorithm: ecdsa-p256, signature: ecdsa-sha384, backup: none }\n  - create-request: { request: ${name}-request, key: ${name}, subject: { O: Mockcorp Limited }, for: ctrlx }\n`;

/** The OEM's certificate, and an app signed under each. Bosch Rexroth, which answers after weeks, answers at once here. */
export const ctrlx = once(() => rollover([
  () => ({
    keys: ["oem"], coming: [OEM_KEYS[0]], files: { ...APP_FILES, ...SIGNING_FILES, ...oem(0, "2031-11-01T00:00:00Z") },
    steps: `${oemKey("oem")}  - accept-certificate: { certificate: oem-1, of: oem, file: answers/oem-1.pem, chain: [answers/bosch.pem] }
${app("app-1", "oem", "oem-1")}  - export-bundle: { platform: ctrlx, bundle: store-1, certificate: oem-1 }
`,
  }),
  () => ({
    keys: ["oem-next"], coming: [OEM_KEYS[1]], successors: "oem-2: oem-1", files: { ...APP_FILES, ...SIGNING_FILES, ...oem(1, "2036-07-01T00:00:00Z") },
    steps: `${oemKey("oem-next")}  - accept-certificate: { certificate: oem-2, of: oem-next, file: answers/oem-2.pem, chain: [answers/bosch.pem] }
${app("app-2", "oem-next", "oem-2")}  - export-bundle: { platform: ctrlx, bundle: store-2, certificate: oem-2, previous: oem-1 }
`,
  }),
  () => ({ keys: ["oem-next"], 
    // and the request for the same key once more: the certificate after that would be over it again
    steps: "  - create-request: { request: oem-again, key: oem-next, subject: { O: Mockcorp Limited }, for: ctrlx }\n  - export-bundle: { platform: ctrlx, bundle: store-3, certificate: oem-2 }\n",
  }),
]));

const release = (name: string, keyName: string): string => `  - sign-artifact: { artifact: ${name}, format: mender, key: ${keyName}, by: [dan], file: artifacts/release.mender }\n`;
const WORKER = "root: root, client: client, server: server, host: signserver.example.com, crypto-token: CryptoTokenP11";
const worker = (name: string, keyName: string): string => `${key(keyName, "rsa-2048")}  - issue-certificate: { certificate: ${name}, key: ${keyName}, issuer: root, profile: mender/worker, subject: { CN: Mender ${name} }, valid: { for: P5Y } }\n`;
const MENDER = { "artifacts/release.mender": menderArtifact() };

/** A key that signs artifacts, and the next one. Devices have no chain: they have the keys themselves. */
export const mender = once(() => rollover([
  () => ({
    keys: ["root", "artifacts"], files: { ...MENDER, "requests/client.csr": makeRequest({ subject: [{ type: "CN", value: "build desk" }] }), "requests/server.csr": serverRequest({ dns: ["signserver.example.com"] }) },
    steps: `${key("root")}  - issue-root: { certificate: root, key: root, profile: mender/root, subject: { CN: Example Signing Root }, valid: { for: P20Y } }
${worker("worker", "artifacts")}  - sign-request: { request: requests/client.csr, certificate: client, issuer: root, profile: mender/tls-client, valid: { for: P5Y } }
  - sign-request: { request: requests/server.csr, certificate: server, issuer: root, profile: mender/tls-server, valid: { for: P5Y } }
${release("release-1", "artifacts")}  - export-bundle: { platform: mender, bundle: keys-1, ${WORKER}, worker: worker, key-alias: mender-1 }
`,
  }),
  () => ({
    keys: ["root", "artifacts-2"], successors: "worker-2: worker", files: MENDER,
    steps: `${worker("worker-2", "artifacts-2")}${release("release-2", "artifacts-2")}  - export-bundle: { platform: mender, bundle: keys-2, ${WORKER}, worker: worker, key-alias: mender-1, next-worker: worker-2, next-key-alias: mender-2 }\n`,
  }),
  () => ({ keys: ["root"], steps: `  - export-bundle: { platform: mender, bundle: keys-3, ${WORKER}, worker: worker-2, key-alias: mender-2 }\n` }),
]));

const reportCas = (number: "" | "-2"): string => `${key(`root${number}`)}${key(`intermediate${number}`)}${key(`gateway${number}`)}  - issue-root: { certificate: root-ca${number}, key: root${number}, profile: rollouts/root, subject: { CN: Example Reports Root${number} }, valid: { for: P20Y } }
  - issue-certificate: { certificate: intermediate-ca${number}, key: intermediate${number}, issuer: root-ca${number}, profile: rollouts/intermediate, subject: { CN: Example Reports CA${number} }, valid: { for: P10Y } }
  - issue-certificate: { certificate: gateway${number}, key: gateway${number}, issuer: intermediate-ca${number}, profile: rollouts/gateway, subject: { CN: Gateway 1 }, valid: { for: P5Y } }
  - sign-artifact: { artifact: report${number}, format: rollouts, key: gateway${number}, by: [dan], file: reports/systemreport.json, signer: gateway${number}, chain: [intermediate-ca${number}, root-ca${number}] }
`;
const anchorsIn = (record: HeldRecord, bundle: string): Octets => ({ "reports/systemreport.json": REPORT, "current.json": textIn(record, `artifacts/bundles/${bundle}/trusted-fingerprints.json`) });

/** A root whose fingerprint is configured, its gateway and a report; and another root that takes its place. */
export const rollouts = once(() => rollover([
  () => ({ keys: ["root", "intermediate", "gateway"], files: { "reports/systemreport.json": REPORT }, steps: `${reportCas("")}  - export-bundle: { platform: rollouts, bundle: anchors-1, anchor: root-ca, chain: [intermediate-ca, root-ca], gateways: [gateway] }\n` }),
  (old) => ({
    keys: ["root-2", "intermediate-2", "gateway-2"], successors: "root-ca-2: root-ca, intermediate-ca-2: intermediate-ca, gateway-2: gateway", files: anchorsIn(old, "anchors-1"),
    steps: `${reportCas("-2")}  - export-bundle: { platform: rollouts, bundle: anchors-2, anchor: root-ca-2, chain: [intermediate-ca-2, root-ca-2], gateways: [gateway-2], current: current.json }\n`,
  }),
  (both) => ({
    keys: ["root-2"], files: anchorsIn(both, "anchors-2"),
    steps: `  - export-bundle: { platform: rollouts, bundle: anchors-3, anchor: root-ca-2, chain: [intermediate-ca-2, root-ca-2], gateways: [gateway-2], current: current.json, retire: "${fingerprintOf(registeredDer(both, "root-ca"))}" }\n`,
  }),
]));

/** A certificate of this ceremony or of one before it, as the register has it, DER. */
export function registeredDer(record: HeldRecord, name: string): Uint8Array {
  const { certificates } = JSON.parse(textIn(record, "artifacts/register.json")) as { certificates: readonly { readonly name: string; readonly der: string }[] };
  return new Uint8Array(Buffer.from(certificates.find((one) => one.name === name)?.der ?? "", "hex"));
}

/** The same, PEM. */
export function certificateOf(record: HeldRecord, name: string): string {
  return toPem("CERTIFICATE", registeredDer(record, name));
}

/** SHA-256 of a certificate, hex. */
export function digestOf(record: HeldRecord, name: string): string {
  return sha256Hex(registeredDer(record, name));
}
