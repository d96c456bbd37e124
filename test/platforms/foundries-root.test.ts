/** Roots of a factory that are not self-signed: below a CA of ours, and below somebody else's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPem, toPem } from "../../src/bytes/pem.ts";
import { authorityKeyIdentifier } from "../../src/x509/extension.ts";
import { readCertificate } from "../../src/x509/reread.ts";
import { OURS, THEIR_KEY } from "../scripted/answers.ts";
import { bodyOf, CREATE, FLEET_FILES, fleetScript, nameOf, pemOf, refuses } from "../scripted/foundries.ts";
import { goodPlan, HEAD, type Octets } from "../scripted/scripts.ts";
import { World } from "../scripted/world.ts";
import { issue, issueRoot, rootExtensions } from "../x509/chain.ts";

/** A root under a CA of the company, which is not self-signed. */
const BELOW = fleetScript("").replace("holds: [root, line, transcript]", "holds: [top, root, line, transcript]")
  .replace("  - generate-key-pair: { key: root,", "  - generate-key-pair: { key: top, token: vault, algorithm: ecdsa-p256, backup: none }\n  - generate-key-pair: { key: root,")
  .replace(/ {2}- issue-root: .*\n/, `  - issue-root: { certificate: company, key: top, profile: private/root, subject: { CN: Company Root }, valid: { for: P25Y } }
  - issue-certificate: { certificate: factory-ca, key: root, issuer: company, profile: foundries/root, factory: example, valid: { for: P20Y } }\n`);
const belowScript = (bundle: string): string => BELOW.replace("  - close", `${bundle}  - close`);

test("a root below a higher CA serves the factory when the CA above it is named [PLATFORM-ACCEPTS]", async () => {
  refuses(belowScript(CREATE), /^PLATFORM-ACCEPTS root .*self-signed, or the CAs above it are given; found: .*Company Root; name ours as above/);
  const script = belowScript(CREATE.replace("root: factory-ca,", "root: factory-ca, above: [company],"));
  const below = new World(goodPlan(script, FLEET_FILES));
  assert.equal((await below.run()).outcome, "done");
  const root = readCertificate(fromPem(pemOf(below, "factory-ca"), ["CERTIFICATE"]).der);
  assert.equal(root.extensions.length, 5);
  assert.equal(bodyOf("foundries", below)["root-crt"], pemOf(below, "factory-ca"));
  assert.match(below.record.text("artifacts/bundles/foundries/DELIVER.md"), /-partial_chain/);
});

const DATES = 'valid: { from: "2026-11-01T00:00:00Z", until: "2036-01-01T00:00:00Z" }';
const THEIRS = [{ type: "CN", value: "Their Root" }] as const;
/** The factory's root by another CA, whose answer is there when the ceremony begins. */
const answeredScript = (bundle: string): string => `${HEAD}tokens:
  vault: { holds: [root] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - create-request: { request: factory, key: root, subject: { CN: Factory-CA, OU: example }, extension-request: { ca: true } }
  - accept-certificate: { certificate: factory-ca, of: factory, file: theirs/factory.pem, chain: [theirs/root.pem] }
  - sign-request: { request: { file: answer.json, field: tls-csr }, certificate: tls, issuer: factory-ca, profile: foundries/tls, ${DATES} }
  - sign-request: { request: { file: answer.json, field: ca-csr }, certificate: online, issuer: factory-ca, profile: foundries/device-ca, ${DATES} }
  - export-bundle: { platform: foundries, root: factory-ca, tls: tls, device-cas: [online]${bundle} }
  - close: {}
`;
const answerFiles = (subject = nameOf("Factory-CA", "example")): Octets => ({
  ...FLEET_FILES, "theirs/root.pem": toPem("CERTIFICATE", issueRoot(THEIR_KEY, { subject: THEIRS, issuer: THEIRS }).der),
  "theirs/factory.pem": toPem("CERTIFICATE", issue({ subject, issuer: THEIRS, key: OURS, issuerKey: THEIR_KEY, extensions: [...rootExtensions(), authorityKeyIdentifier()] }).der),
});

test("a root that somebody else's CA issued is known by its subject, and the files above it are given [FOUNDRIES-FACTORY] [PLATFORM-ACCEPTS]", async () => {
  refuses(answeredScript(""), /^PLATFORM-ACCEPTS root .*the files of others as chain/, answerFiles());
  refuses(answeredScript(", chain: [answer.json]"), /^PLATFORM-ACCEPTS chain .*answer\.json is one certificate, PEM/, answerFiles());
  refuses(answeredScript(", chain: [theirs/root.pem]").replace("CN: Factory-CA, OU: example", "CN: Another"), /^FOUNDRIES-FACTORY issuer .* found accepted/, answerFiles([{ type: "CN", value: "Another" }]));
  const script = answeredScript(", chain: [theirs/root.pem]");
  const answered = new World(goodPlan(script, answerFiles()));
  answered.vault.coming.push(OURS);
  assert.equal((await answered.run()).outcome, "done");
  assert.match(bodyOf("foundries", answered)["root-crt"] ?? "", /BEGIN CERTIFICATE/);
});
