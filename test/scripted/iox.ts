/** Scripts that make trust anchors for Cisco IOx; keys of requests are RSA. */
import { sha256Hex } from "../../src/bytes/digest.ts";
import { toPem } from "../../src/bytes/pem.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { buildRequestInfo } from "../../src/x509/certification-request.ts";
import { encodeName } from "../../src/x509/name.ts";
import { assemble } from "../../src/x509/signed.ts";
import { TestKey } from "../x509/test-key.ts";
import { makeRequest } from "./keys.ts";
import { FILES, HEAD } from "./scripts.ts";

/** A PKCS#10 over an RSA key, PEM. */
export function rsaRequest(name: string, key = new TestKey("rsa-2048")): string {
  const info = buildRequestInfo({ subject: encodeName([{ type: "CN", value: name }]), spki: key.spki });
  return toPem("CERTIFICATE REQUEST", assemble(info, key.mechanism, key.sign(info)));
}

const MEMBERS = { "package.yaml": "descriptor-schema-version: \"2.2\"\n", "artifacts.tar.gz": "artifacts", ".package.metadata": "{}\n" };

/** Lines of a manifest with SHA-256. */
export function manifestOf(members: Readonly<Record<string, string>>): string {
  return Object.entries(members).map(([name, text]) => `SHA256(${name})= ${sha256Hex(toUtf8(text))}\n`).join("");
}

/** A package's folder, as it is before it is signed. */
export const PACKAGE: Readonly<Record<string, string>> = { ...MEMBERS, "package.mf": manifestOf(MEMBERS) };

export const IOX_FILES = {
  ...FILES, "requests/app.csr": rsaRequest("Example App"), "requests/other.csr": rsaRequest("Other App"), "requests/ec.csr": makeRequest(),
  "files/info.txt": "Example edge app CA v1\n", ...Object.fromEntries(Object.entries(PACKAGE).map(([name, text]) => [`pkg/${name}`, text])),
};

/** What may differ in a script; the lines of steps. */
export interface IoxWish {
  readonly bundle?: string;
  /** Validities of root, intermediate, application. */
  readonly valid?: readonly [string, string, string];
  readonly more?: string;
}

export const CHAIN = "chain: [root-ca, issuing-ca]";
export const WORDS = "info: Example edge app CA, version: v2";

/** A root, an intermediate, an application below it, one below another root, and a bundle with these fields. */
export function ioxScript({ bundle = `${CHAIN}, apps: [app], ${WORDS}`, valid = ["{ for: P20Y }", "{ for: P10Y }", "{ for: P5Y }"], more = "" }: IoxWish = {}): string {
  return `${HEAD}tokens:
  vault: { holds: [root, issuing, stranger] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: rsa-3072, backup: none }
  - generate-key-pair: { key: issuing, token: vault, algorithm: rsa-2048, backup: none }
  - generate-key-pair: { key: stranger, token: vault, algorithm: rsa-2048, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: iox/root, subject: { O: Example, CN: Example IOx Root CA }, valid: ${valid[0]} }
  - issue-root: { certificate: other-ca, key: stranger, profile: iox/root, subject: { O: Example, CN: Other IOx Root CA }, valid: ${valid[0]} }
  - issue-certificate: { certificate: issuing-ca, key: issuing, issuer: root-ca, profile: iox/intermediate, subject: { O: Example, CN: Example IOx Issuing CA }, valid: ${valid[1]} }
  - sign-request: { request: requests/app.csr, certificate: app, issuer: issuing-ca, profile: iox/app, valid: ${valid[2]} }
  - sign-request: { request: requests/other.csr, certificate: strange-app, issuer: other-ca, profile: iox/app, valid: ${valid[2]} }
${more}  - export-bundle: { platform: iox, ${bundle} }
  - close: {}
`;
}

/** Lists of the root and of the issuing CA, with these fields. */
export const lists = (root: string, issuing: string): string => `  - issue-crl: { crl: root-crl, issuer: root-ca, ${root} }
  - issue-crl: { crl: issuing-crl, issuer: issuing-ca, ${issuing} }
`;
