/** Scripts for the scripted room, and the files that they name. Keys are on P-256, for speed. */
import { toUtf8 } from "../../src/bytes/text.ts";
import { planScript, type PlannedScript } from "../../src/ceremony/planned.ts";
import type { Input } from "../../src/plan/resolving.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { makeRequest, sshLine } from "./keys.ts";

export type Files = Readonly<Record<string, string>>;
/** Some of them may be no text. */
export type Octets = Readonly<Record<string, string | Uint8Array>>;

/** Keys of the people and one request, made once a process. */
export const FILES: Files = {
  "people/alice.pub": sshLine("alice"), "people/bob.pub": sshLine("bob"), "people/dan.pub": sshLine("dan"),
  "requests/device.csr": makeRequest(),
};

export const HEAD = `anchorite: 1
ceremony: Scripted room
assurance: test
people:
  alice: { name: Alice Example, role: administrator, key: people/alice.pub }
  bob:   { name: Bob Example,   role: operator,      key: people/bob.pub }
  dan:   { name: Dan Example,   role: witness,       key: people/dan.pub }
quorum:
  seal: [1 of administrator, 1 of witness]
  effects: [2 of any, 1 of operator]
`;

/** Every kind of request once, and the smallest ceremony that ends with a seal by its own key. */
export const SMALL = `${HEAD}dice: 12
tokens:
  vault: { holds: [root, transcript] }
steps:
  - roll-call: {}
  - act: { by: bob, say: Break the bag open., type: [bag] }
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: transcript, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { CN: Example Root }, valid: { for: P20Y } }
  - issue-certificate: { certificate: transcript, key: transcript, issuer: root-ca, profile: private/transcript, valid: { for: P10Y } }
  - sign-request: { request: requests/device.csr, certificate: device, issuer: root-ca, profile: private/code-signing, valid: { for: P5Y } }
  - issue-crl: { crl: root-crl, issuer: root-ca, valid: { for: P1Y } }
  - export-bundle: { platform: pem, certificates: [root-ca], crls: [root-crl] }
  - acknowledge: { by: [dan], of: [root-ca, root-crl] }
  - close: { transcript-key: transcript }
`;

/** Two tokens and a chain of three, the second token not initialised but looked at; two CRLs by one issuer. */
export const CHAIN = `${HEAD}tokens:
  vault: { holds: [root] }
  issuing: { holds: [sub] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - inspect-token: { token: issuing }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: sub, token: issuing, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { CN: Example Root }, valid: { for: P20Y } }
  - issue-certificate: { certificate: sub-ca, key: sub, issuer: root-ca, profile: private/subordinate, subject: { CN: Example Issuing }, path-length: 0, valid: { for: P10Y } }
  - sign-request: { request: requests/device.csr, certificate: device, issuer: sub-ca, profile: private/code-signing, valid: { for: P5Y } }
  - issue-crl: { crl: first-crl, issuer: root-ca, valid: { for: P1Y } }
  - issue-crl: { crl: second-crl, issuer: root-ca, valid: { for: P1Y } }
  - inspect-token: { token: issuing }
  - close: {}
`;

/** A root and its CRL: short enough to be cut everywhere. */
export const ROOT = `${HEAD}tokens:
  vault: { holds: [root] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { CN: Example Root }, valid: { for: P20Y } }
  - issue-crl: { crl: root-crl, issuer: root-ca, valid: { for: P1Y } }
  - close: {}
`;

/** The shortest ceremony that its own key seals. */
export const SEALED = `${HEAD}tokens:
  vault: { holds: [root, transcript] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - generate-key-pair: { key: transcript, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { CN: Example Root }, valid: { for: P20Y } }
  - issue-certificate: { certificate: transcript, key: transcript, issuer: root-ca, profile: private/transcript, valid: { for: P10Y } }
  - close: { transcript-key: transcript }
`;

/** One key and nothing else. */
export const ONE_KEY = `${HEAD}tokens:
  vault: { holds: [root] }
steps:
  - roll-call: {}
  - initialize-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - close: {}
`;

function octetsOf(file: string | Uint8Array | undefined): Input {
  if (file === undefined) return { unreadable: "it is not there" };
  return typeof file === "string" ? toUtf8(file) : file;
}

/** Plans that were made already: many tests begin with the same. */
const made = new WeakMap<Octets, Map<string, PlannedScript>>();

/** A script with its plan, or with its findings; files that are not given cannot be read. */
export function planOf(script: string, files: Octets = FILES): PlannedScript {
  const known = made.get(files) ?? new Map<string, PlannedScript>();
  const planned = known.get(script) ?? makePlanOf(script, files);
  made.set(files, known.set(script, planned));
  return planned;
}

function makePlanOf(script: string, files: Octets): PlannedScript {
  const read = (path: string): Input => octetsOf(files[path]);
  const list = (folder: string) => {
    const names = Object.keys(files).filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1)).sort();
    return names.length === 0 ? { unreadable: "it is not there" } : names;
  };
  const plan = (refuted: (list: string) => ReadonlySet<string>) => planScript(toUtf8(script), "script.yaml", { read, list, refuted });
  const planned = plan(() => new Set());
  const failing = (planned.made?.probes ?? []).filter(({ claim }) => !claimHolds(claim));
  return failing.length === 0 ? planned : plan((list) => new Set(failing.filter((probe) => probe.list === list).map(({ file }) => file)));
}

/** A plan that has to be one. */
export function goodPlan(script: string, files: Octets = FILES): { readonly planned: PlannedScript; readonly plan: Plan; readonly digest: string } {
  const planned = planOf(script, files);
  if (planned.made?.plan == null) throw new Error(JSON.stringify(planned.findings));
  return { planned, plan: planned.made.plan, digest: planned.made.digest };
}
