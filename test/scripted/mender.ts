/** A ceremony for Mender: certificates for requests, a bundle, an artifact signed by a key of its own. And artifacts, made by our own tar. */
import { gzipSync } from "node:zlib";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { toPem } from "../../src/bytes/pem.ts";
import { writeTar, type TarEntry } from "../../src/bytes/tar.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { buildRequestInfo } from "../../src/x509/certification-request.ts";
import { encodeName } from "../../src/x509/name.ts";
import { assemble } from "../../src/x509/signed.ts";
import { subjectAltNames, type NamesToWrite } from "../../src/x509/extension.ts";
import { TestKey } from "../x509/test-key.ts";
import { asked, makeRequest } from "./keys.ts";
import { FILES, HEAD, type Octets } from "./scripts.ts";

export const HEADER_INFO = `{"payloads":[{"type":"script"}],"artifact_provides":{"artifact_name":"release-1"},"artifact_depends":{"device_type":["beaglebone","qemu"]}}`;
const TYPE_INFO = `{"type":"script","artifact_provides":{"rootfs-image.script.version":"release-1"},"clears_artifact_provides":["rootfs-image.script.*"]}`;

export interface ArtifactWish {
  readonly version?: string;
  readonly info?: string;
  readonly payload?: string;
  /** Whether header and payload are compressed. */
  readonly isZipped?: boolean;
  readonly scripts?: Readonly<Record<string, string>>;
  /** Of the manifest, once it is made. */
  readonly manifest?: (text: string) => string;
  /** Of the whole, in order. */
  readonly members?: (entries: readonly TarEntry[]) => readonly TarEntry[];
}

const entry = (name: string, text: string): TarEntry => ({ name, bytes: toUtf8(text) });

/** An unsigned artifact with one payload file, `hello.sh`. */
export function menderArtifact({ version = `{"format":"mender","version":3}`, info = HEADER_INFO, payload = "echo hello\n", isZipped = false, scripts = {}, manifest = (text) => text, members = (entries) => entries }: ArtifactWish = {}): Uint8Array {
  const packed = (name: string, entries: readonly TarEntry[]): TarEntry => (isZipped ? { name: `${name}.gz`, bytes: new Uint8Array(gzipSync(writeTar(entries))) } : { name, bytes: writeTar(entries) });
  const file = entry("hello.sh", payload);
  const header = packed("header.tar", [entry("header-info", info), ...Object.entries(scripts).map(([name, text]) => entry(`scripts/${name}`, text)), entry("headers/0000/type-info", TYPE_INFO)]);
  const first = entry("version", version);
  const sums = [{ name: `data/0000/${file.name}`, bytes: file.bytes }, header, first].map(({ name, bytes }) => `${sha256Hex(bytes)}  ${name}\n`);
  return writeTar(members([first, entry("manifest", manifest(sums.join(""))), header, packed("data/0000.tar", [file])]));
}

function rsaRequest(common: string): string {
  const key = new TestKey("rsa-2048");
  const info = buildRequestInfo({ subject: encodeName([{ type: "CN", value: common }]), spki: key.spki });
  return toPem("CERTIFICATE REQUEST", assemble(info, key.mechanism, key.sign(info)));
}

/** A request of a server that asks for these names. */
export function serverRequest(names: NamesToWrite): string {
  return makeRequest({ subject: [{ type: "CN", value: "signserver.example.com" }], extensions: [asked(subjectAltNames(names))] });
}

export const MENDER_FILES: Octets = {
  ...FILES, "artifacts/release.mender": menderArtifact(),
  "requests/worker.csr": rsaRequest("Mender worker"), "requests/next.csr": rsaRequest("Mender worker 2"),
  "requests/client.csr": makeRequest({ subject: [{ type: "CN", value: "build desk" }] }),
  "requests/server.csr": serverRequest({ dns: ["signserver.example.com", "*.sign.example.com"], addresses: ["192.0.2.7", "2001:db8::7"] }),
};

/** @param bundle fields of `export-bundle` beside the platform @param algorithm of the key that signs the artifact, as the script says it */
export const menderScript = (bundle: string, algorithm = "ecdsa-p256"): string => `${HEAD}tokens:
  vault: { holds: [root, artifacts] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: artifacts, token: vault, algorithm: ${algorithm}, backup: none }
  - issue-root: { certificate: root, key: root, profile: mender/root, subject: { C: DE, O: "Example, Inc.", CN: Example Signing Root }, valid: { for: P25Y } }
  - sign-request: { request: requests/worker.csr, certificate: worker, issuer: root, profile: mender/worker, valid: { for: P20Y } }
  - sign-request: { request: requests/next.csr, certificate: next, issuer: root, profile: mender/worker, valid: { for: P25Y } }
  - sign-request: { request: requests/client.csr, certificate: client, issuer: root, profile: mender/tls-client, valid: { for: P2Y } }
  - sign-request: { request: requests/server.csr, certificate: server, issuer: root, profile: mender/tls-server, valid: { for: P2Y } }
  - sign-artifact: { artifact: release, format: mender, key: artifacts, by: [dan], file: artifacts/release.mender }
  - export-bundle: { platform: mender, ${bundle} }
  - close: {}
`;
export const ONE_WORKER = "root: root, worker: worker, client: client, server: server, host: signserver.example.com, key-alias: mender-2026";
export const TWO_WORKERS = `${ONE_WORKER}, next-worker: next, next-key-alias: mender-2027`;
