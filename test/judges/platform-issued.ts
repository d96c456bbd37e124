/** Scripts that issue with every profile of the platforms, and what is expected of each chain. */
import { makeRequest } from "../scripted/keys.ts";
import type { Row } from "./cases.ts";
import { crl, generate, headed, HOST, hostRequest, keyOf, sign, type Ordered, type Suite } from "./issued.ts";

const P256: Suite = { algorithm: "ecdsa-p256", signature: "ecdsa-sha256" };
const RSA: Suite = { algorithm: "rsa-3072", signature: "rsa-pkcs1-sha256" };

interface Order {
  readonly name: string;
  readonly suite: Suite;
  readonly keys: readonly string[];
  readonly steps: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

function ordered({ name, suite, keys, steps, files }: Order): Ordered {
  return { name, script: headed(name, keys, [...keys.map((key) => generate(key, suite)), ...steps].join("")), files, keys: keys.map((key) => keyOf(suite.algorithm, suite.signature, key)) };
}

const root = (profile: string, subject: string): string => `  - issue-root: { certificate: root-ca, key: root, profile: ${profile}, ${subject}, valid: { for: P20Y } }\n`;
const issue = (certificate: string, key: string, issuer: string, profile: string, rest: string): string => `  - issue-certificate: { certificate: ${certificate}, key: ${key}, issuer: ${issuer}, profile: ${profile}, ${rest}, valid: { for: P10Y } }\n`;
const request = (...subject: readonly (readonly [type: "CN" | "O" | "OU", value: string])[]): string => makeRequest({ subject: subject.map(([type, value]) => ({ type, value })) });
const rsaRequest = (): string => makeRequest({ key: keyOf("rsa-2048", undefined, "platform leaf") });

const FACTORY = ["OU", "example-factory"] as const;

/** A Factory as Foundries.io has it, with a list that takes a certificate back (reason 8). */
function foundries(): Ordered {
  const steps = [
    root("foundries/root", "factory: example-factory"),
    sign("online-ca", "", "foundries/device-ca", "root-ca"), sign("local-ca", "", "foundries/device-ca", "root-ca"), sign("tls", "", "foundries/tls", "root-ca"), sign("est", "", "foundries/est-tls", "root-ca"),
    issue("own-ca", "own", "root-ca", "foundries/device-ca", "subject: { CN: own-ca, OU: example-factory }"), sign("device", "", "foundries/device-client", "own-ca"),
    crl("root-crl", "of root-ca"), crl("held-crl", "of root-ca, revoke: [{ certificate: online-ca, reason: superseded }, { certificate: local-ca, reason: certificateHold }]"), crl("released-crl", "of root-ca, release: [local-ca]"), crl("after-crl", "of root-ca"),
  ];
  const files = {
    "requests/online-ca.csr": request(["CN", "online-ca"], FACTORY), "requests/local-ca.csr": request(["CN", "local-ca"], FACTORY), "requests/tls.csr": hostRequest(HOST), "requests/est.csr": hostRequest(HOST),
    "requests/device.csr": request(["CN", "3f2c9a1e-5b7d-4c80-9e21-7a64d1c0b8f3"], FACTORY),
  };
  return ordered({ name: "foundries", suite: P256, keys: ["root", "own"], steps, files });
}

function iox(): Ordered {
  const steps = [
    root("iox/root", "subject: { O: Example, CN: Example IOx Root }"), issue("policy-ca", "policy", "root-ca", "iox/intermediate", "subject: { O: Example, CN: Example IOx CA }"),
    sign("app", "", "iox/app", "policy-ca"), crl("root-crl", "of root-ca"), crl("policy-crl", "of policy-ca"), crl("policy-revoking-crl", "of policy-ca, revoke: [{ certificate: app, reason: keyCompromise }]"),
  ];
  return ordered({ name: "iox", suite: RSA, keys: ["root", "policy"], steps, files: { "requests/app.csr": rsaRequest() } });
}

function ctrlx(): Ordered {
  const steps = [
    root("ctrlx/root", "subject: { O: Example, CN: Example Apps }"), sign("oem", 'crl-at: ["http://ca.example.com/apps.crl"], ', "ctrlx/oem", "root-ca"),
    issue("own", "own", "root-ca", "ctrlx/oem", "subject: { O: Example, CN: Own Apps }"), crl("root-crl", "of root-ca"), crl("revoking-crl", "of root-ca, revoke: [{ certificate: oem, reason: keyCompromise }]"),
  ];
  return ordered({ name: "ctrlx", suite: P256, keys: ["root", "own"], steps, files: { "requests/oem.csr": request(["O", "Partner"], ["CN", "Partner Apps"]) } });
}

function mender(): Ordered {
  const steps = [
    root("mender/root", "subject: { O: Example, CN: Example Signing Root }"), issue("policy-ca", "policy", "root-ca", "mender/subordinate", "path-length: 0, subject: { O: Example, CN: Example Signing CA }"),
    issue("worker", "worker", "policy-ca", "mender/worker", "subject: { O: Example, CN: Example Worker }"), sign("client", "", "mender/tls-client", "policy-ca"), sign("server", "", "mender/tls-server", "policy-ca"),
    crl("root-crl", "of root-ca"), crl("policy-crl", "of policy-ca"), crl("policy-revoking-crl", "of policy-ca, revoke: [{ certificate: client, reason: keyCompromise }]"),
  ];
  return ordered({ name: "mender", suite: RSA, keys: ["root", "policy", "worker"], steps, files: { "requests/client.csr": request(["CN", "build desk"]), "requests/server.csr": hostRequest(HOST) } });
}

function rollouts(): Ordered {
  const steps = [
    root("rollouts/root", "subject: { O: Example, CN: Example Gateways Root }"), issue("policy-ca", "policy", "root-ca", "rollouts/intermediate", "path-length: 0, subject: { O: Example, CN: Example Gateways CA }"),
    sign("gateway", "", "rollouts/gateway", "policy-ca"), issue("own", "own", "policy-ca", "rollouts/gateway", "subject: { CN: gateway-7 }"),
    crl("root-crl", "of root-ca"), crl("policy-crl", "of policy-ca"), crl("policy-revoking-crl", "of policy-ca, revoke: [{ certificate: gateway, reason: keyCompromise }]"),
  ];
  return ordered({ name: "rollouts", suite: P256, keys: ["root", "policy", "own"], steps, files: { "requests/gateway.csr": request(["CN", "gateway-1"]) } });
}

export const PLATFORM_ORDERS = { foundries, iox, ctrlx, mender, rollouts } as const;

const LISTS = "policy-crl root-crl";
const REVOKING = "policy-revoking-crl root-crl";
const BELOW = "policy-ca root-ca";

export const PLATFORM_ROWS: Readonly<Record<string, readonly Row[]>> = {
  foundries: [
    ["root-ca", "", "ca"], ["local-ca root-ca", "root-crl", "ca"], ["tls root-ca", "root-crl", "server"], ["est root-ca", "root-crl", "server"], ["online-ca root-ca", "after-crl", "ca", "revoked"],
    ["local-ca root-ca", "held-crl", "ca", "revoked"], ["local-ca root-ca", "after-crl", "ca"],
    // a device CA signs no lists
    ["device own-ca root-ca", "", "client"],
  ],
  iox: [["root-ca", "", "ca"], [BELOW, "root-crl", "ca"], [`app ${BELOW}`, LISTS, "any"], [`app ${BELOW}`, REVOKING, "any", "revoked"]],
  ctrlx: [["root-ca", "", "ca"], ["oem root-ca", "root-crl", "any"], ["own root-ca", "root-crl", "any"], ["oem root-ca", "revoking-crl", "any", "revoked"]],
  mender: [
    ["root-ca", "", "ca"], [BELOW, "root-crl", "ca"], [`worker ${BELOW}`, LISTS, "any"], [`client ${BELOW}`, LISTS, "client"], [`server ${BELOW}`, LISTS, "server"], [`client ${BELOW}`, REVOKING, "client", "revoked"],
  ],
  rollouts: [["root-ca", "", "ca"], [BELOW, "root-crl", "ca"], [`gateway ${BELOW}`, LISTS, "any"], [`own ${BELOW}`, LISTS, "any"], [`gateway ${BELOW}`, REVOKING, "any", "revoked"]],
};
