/** A script with every step kind, mistakes to put into it, and the places where they must be found. */
import assert from "node:assert/strict";
import { toUtf8 } from "../../src/bytes/text.ts";
import type { Finding } from "../../src/fault.ts";
import { parseScript } from "../../src/script/parse.ts";
import { parseStation } from "../../src/script/station.ts";

export const SCRIPT = `anchorite: 1
ceremony: Example ceremony
assurance: test
people:
  alice: { name: Alice Example, role: administrator, key: people/alice.pub }
  bob: { name: Bob Example, role: operator, key: people/bob.pub }
  dan: { name: Dan Example, role: witness, key: people/dan.pub }
quorum:
  seal: [1 of administrator, 1 of witness]
  effects: [2 of any]
materials:
  - { name: HSM, serial: "0123", note: from the safe }
dice: 20
tokens:
  vault:
    holds: [root, transcript]
    accept: [{ manufacturer: SoftHSM project, model: SoftHSM v2, firmware: "2.6", module: "${"ab".repeat(32)}" }]
  issuing: { holds: [issuing] }
steps:
  - roll-call: {}
  - act: { by: bob, say: Open the safe., type: [bag] }
  - initialize-token: { token: vault }
  - inspect-token: { token: issuing }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p384, backup: none }
  - generate-key-pair: { key: transcript, token: vault, algorithm: ecdsa-p384, backup: vendor }
  - generate-key-pair: { key: issuing, token: issuing, algorithm: rsa-4096, backup: none }
  - issue-root:
      certificate: root-ca
      key: root
      profile: private/root
      subject: { C: "NO", O: Example, CN: Example Root }
      valid: { from: "2026-01-01T00:00:00Z", until: "2046-01-01T00:00:00Z" }
  - issue-certificate: { certificate: transcript, key: transcript, issuer: root-ca, profile: private/transcript, valid: { for: P15Y } }
  - issue-certificate: { certificate: issuing-ca, key: issuing, issuer: root-ca, profile: private/subordinate, path-length: 0, valid: { for: P10Y } }
  - sign-request: { request: requests/app.csr, certificate: app, issuer: issuing-ca, profile: private/code-signing, valid: { for: P1Y6M } }
  - issue-crl: { crl: root-crl, issuer: root-ca, valid: { for: P1Y } }
  - export-bundle: { bundle: trust, platform: pem, certificates: [root-ca, issuing-ca], crls: [root-crl] }
  - acknowledge: { by: [dan], of: [root-ca, root-crl] }
  - close: { transcript-key: transcript }
`;

export const STATION = `anchorite-station: 1
tokens:
  vault:
    module: /usr/lib/softhsm/libsofthsm2.so
    environment: { SOFTHSM2_CONF: { file: softhsm2.conf }, SOME_MODE: "on" }
    init-string: "configdir=/tmp"
    serial: uninitialized
    pin: { file: pin.txt }
    so-pin: prompt
  issuing:
    module: /usr/lib/softhsm/libsofthsm2.so
    serial: "0123456789abcdef"
    pin: { descriptor: 3 }
`;

/** Texts to replace, each once, by texts in which « stands before the place of the finding. */
export type Mistake = readonly [from: string, to: string];

/** The text with the mistakes, and where their findings must point. */
export function mistaken(text: string, ...mistakes: readonly Mistake[]): { text: string; places: string[] } {
  let marked = text;
  for (const [from, to] of mistakes) {
    assert.equal(marked.split(from).length, 2, `${JSON.stringify(from)} stands once in the example`);
    marked = marked.replace(from, () => to);
  }
  const places: string[] = [];
  for (let at = marked.indexOf("«"); at !== -1; at = marked.indexOf("«")) {
    const before = marked.slice(0, at).split("\n");
    places.push(`${before.length}:${(before.at(-1) ?? "").length + 1}`);
    marked = marked.replace("«", "");
  }
  return { text: marked, places };
}

export function findingsOfScript(text: string): readonly Finding[] {
  return parseScript(toUtf8(text), "script.yaml").findings;
}

export function findingsOfStation(text: string): readonly Finding[] {
  return parseStation(toUtf8(text), "station.yaml").findings;
}

/** `line:column CONTROL`, as a list. */
export function summary(findings: readonly Finding[]): string[] {
  return findings.map(({ line, column, control }) => `${line}:${column} ${control}`);
}
