/** A ceremony that is quick: a root, a transcript key and one request, on one token. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ceremony, freshPath } from "./ceremony.ts";

/** The head of a script: who is there, and who seals. */
export const PEOPLE_OF_SMALL = `anchorite: 1
ceremony: Small root
assurance: test
people:
  alice: { name: Alice Example, role: administrator, key: people/alice.pub }
  bob:   { name: Bob Example,   role: operator,      key: people/bob.pub }
  dan:   { name: Dan Example,   role: witness,       key: people/dan.pub }
quorum:
  seal: [1 of administrator, 1 of witness]
  effects: [2 of any]
`;

const SCRIPT = `${PEOPLE_OF_SMALL}tokens:
  vault: { holds: [root, transcript] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root,       token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: transcript, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { O: Example, CN: Small Root CA }, valid: { for: P20Y } }
  - issue-certificate: { certificate: transcript, key: transcript, issuer: root-ca, profile: private/transcript, valid: { for: P15Y } }
  - sign-request: { request: requests/oem.csr, certificate: oem, issuer: root-ca, profile: private/code-signing, valid: { for: P5Y } }
  - issue-crl: { crl: root-crl, issuer: root-ca, valid: { for: P30D } }
  - close: { transcript-key: transcript }
`;

export const STATION = `anchorite-station: 1
tokens:
  vault:
    module: /usr/lib/softhsm/libsofthsm2.so
    environment: { SOFTHSM2_CONF: { file: softhsm2.conf } }
    serial: uninitialized
    pin: { file: pin.txt }
    so-pin: { file: so-pin.txt }
`;

/** What people say at each step, in order; 0 is asked again on resume. */
export type SmallAnswers = Readonly<Record<number, readonly string[]>>;

export const SMALL_ANSWERS: SmallAnswers = {
  1: ["[alice, bob, dan]", "agree"], 2: ["initialize"], 3: ["generate"], 4: ["generate"], 5: ["sign"], 6: ["sign"], 7: ["sign"], 8: ["sign"],
  0: ["[alice, bob, dan]", "agree"],
};

export function answersText(answers: SmallAnswers, decisions: readonly string[] = ["adopt", "again", "destroy"]): string {
  return `words: computed\ndecisions: [${decisions.join(", ")}]\n${Object.entries(answers).map(([step, list]) => `${step}: [${list.join(", ")}]\n`).join("")}`;
}

/** Prepared, with these answers in the place of the usual ones. */
export function smallCeremony(answers: SmallAnswers = {}): Ceremony {
  const from = freshPath("small");
  mkdirSync(from);
  for (const [file, text] of [["script.yaml", SCRIPT], ["station.yaml", STATION], ["answers.yaml", answersText({ ...SMALL_ANSWERS, ...answers })]] as const) writeFileSync(join(from, file), text);
  return Ceremony.prepare("hierarchy", from);
}
