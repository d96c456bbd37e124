/** A certificate that another CA gave for a key of ours: the key is known beforehand, as one of an earlier ceremony would be. */
import { toPem } from "../../src/bytes/pem.ts";
import { authorityKeyIdentifier, basicConstraints, keyUsage, subjectKeyIdentifier } from "../../src/x509/extension.ts";
import { issue, issueRoot, ROOT as THEIRS, type Order } from "../x509/chain.ts";
import { TestKey } from "../x509/test-key.ts";
import { FILES, goodPlan, ONE_KEY } from "./scripts.ts";
import { World } from "./world.ts";

export const OURS = new TestKey("ecdsa-p256");
export const THEIR_KEY = new TestKey("ecdsa-p384");
export const SUBJECT = [{ type: "CN", value: "Example Sub" }] as const;
export const subExtensions = (pathLength = 0) => [keyUsage(["keyCertSign", "cRLSign"]), basicConstraints({ ca: true, pathLength }), subjectKeyIdentifier(), authorityKeyIdentifier()];

/** PEM of the answer to the request of `ANSWERED`, with a change. */
export function answer(change: Partial<Order> = {}): string {
  return toPem("CERTIFICATE", issue({ subject: SUBJECT, issuer: THEIRS, key: OURS, issuerKey: THEIR_KEY, extensions: subExtensions(), ...change }).der);
}

const DATES = (from: string, until: string) => `valid: { from: "${from}T00:00:00Z", until: "${until}T00:00:00Z" }`;
export const ANSWERED = ONE_KEY.replace("  - close: {}", `  - create-request: { request: sub, key: root, subject: { CN: Example Sub }, extension-request: { ca: true, path-length: 0 } }
  - accept-certificate: { certificate: sub-ca, of: sub, file: answers/sub.pem, chain: [answers/root.pem] }
  - sign-request: { request: requests/device.csr, certificate: device, issuer: sub-ca, profile: private/code-signing, ${DATES("2026-11-01", "2030-01-01")} }
  - issue-crl: { crl: sub-crl, issuer: sub-ca, ${DATES("2026-11-01", "2027-01-01")} }
  - close: {}`);
export const ANSWER_FILES = { ...FILES, "answers/sub.pem": answer(), "answers/root.pem": toPem("CERTIFICATE", issueRoot(THEIR_KEY).der) };

/** A world whose token makes this key next. */
export function worldOf(script: string, files = ANSWER_FILES, key: TestKey = OURS): World {
  const world = new World(goodPlan(script, files));
  world.vault.coming.push(key);
  return world;
}
