/** One mistake at a time: each is found by the control that is there for it, and by no other; a script without one has its plan. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ControlId } from "../../src/controls.ts";
import { basicConstraints, subjectAltNames } from "../../src/x509/extension.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { asked, makeKeyPair, makeRequest, sshLine } from "../scripted/keys.ts";
import { FILES, planOf, type Files } from "../scripted/scripts.ts";


const named = asked(subjectAltNames({ dns: ["gateway.example.com"] }));
const factory = (unit: string) => [{ type: "CN", value: "Online CA" }, { type: "OU", value: unit }] as const;

const PEOPLE = `anchorite: 1
ceremony: Mistakes
assurance: test
people:
  alice: { name: Alice Example, role: administrator, key: people/alice.pub }
  bob:   { name: Bob Example,   role: operator,      key: people/bob.pub }
  dan:   { name: Dan Example,   role: witness,       key: people/dan.pub }
quorum: { seal: [1 of administrator, 1 of witness] }
tokens:
  vault: { holds: [root, middle, low, other] }
`;

/** A root, two CAs below it, a certificate that is none, two requests, a CRL. Lines end in marks by which tests change them. */
const PRIVATE = `${PEOPLE}steps:
  - roll-call: {}
  - inspect-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }     #root-key
  - generate-key-pair: { key: middle, token: vault, algorithm: ecdsa-p384, backup: none }   #middle-key
  - generate-key-pair: { key: low, token: vault, algorithm: rsa-3072, backup: none }
  - generate-key-pair: { key: other, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: private/root, subject: { C: DE, CN: Example Root }, valid: { for: P25Y } }
  - issue-certificate: { certificate: middle-ca, key: middle, issuer: root-ca, profile: private/subordinate, subject: { C: DE, CN: Example Middle }, path-length: 1, valid: { for: P20Y } }
  - issue-certificate: { certificate: low-ca, key: low, issuer: middle-ca, profile: private/subordinate, subject: { C: DE, CN: Example Low }, path-length: 0, valid: { for: P10Y } }
  - issue-certificate: { certificate: notes, key: other, issuer: low-ca, profile: private/transcript, valid: { for: P5Y } }
  - sign-request: { request: requests/device.csr, certificate: device, issuer: low-ca, profile: private/code-signing, valid: { for: P10Y } }
  - sign-request: { request: requests/host.csr, certificate: host, issuer: low-ca, profile: private/tls-server, valid: { for: P1Y } }
  - issue-crl: { crl: root-crl, issuer: root-ca, valid: { for: P1Y } }
  - close: {}
`;

const FACTORY = `${PEOPLE.replace("root, middle, low, other", "root")}steps:
  - roll-call: {}
  - inspect-token: { token: vault }
  - generate-key-pair: { key: root, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: root-ca, key: root, profile: foundries/root, factory: example, valid: { for: P20Y } }
  - sign-request: { request: requests/tls.csr, certificate: tls, issuer: root-ca, profile: foundries/tls, valid: { for: P10Y } }
  - sign-request: { request: requests/ca.csr, certificate: online-ca, issuer: root-ca, profile: foundries/device-ca, valid: { for: P10Y } }
  - export-bundle: { platform: foundries, root: root-ca, tls: tls, device-cas: [online-ca] }
  - close: {}
`;

const ALL: Files = {
  ...FILES, "requests/host.csr": makeRequest({ extensions: [named] }),
  "requests/tls.csr": makeRequest({ subject: factory("example"), extensions: [named] }), "requests/ca.csr": makeRequest({ subject: factory("example") }),
};
const twice = makeKeyPair();
const asksForCa = [asked(basicConstraints({ ca: true }))];

interface Mistake {
  readonly what: string;
  readonly control: ControlId;
  readonly script?: string;
  /** Text of the script and what is written in its place. */
  readonly write?: readonly (readonly [string | RegExp, string])[];
  readonly files?: Files;
}

const MISTAKES: readonly Mistake[] = [
  { what: "two people with one key", control: "PEOPLE-DISTINCT", files: { "people/bob.pub": (ALL["people/alice.pub"] ?? "").replace("alice", "bob") } },
  { what: "a public key of nobody", control: "INPUT-PRESENT", files: { "people/bob.pub": "hello\n" } },
  { what: "a private key in the place of a public one", control: "INPUT-PRESENT", files: { "people/bob.pub": "-----BEGIN OPENSSH PRIVATE KEY-----\n" } },
  { what: "two keys in one file", control: "INPUT-PRESENT", files: { "people/bob.pub": sshLine("bob") + sshLine("bob") } },
  { what: "a root on RSA 2048", control: "ALGORITHM-ALLOWED", write: [[/ecdsa-p256(?=.*#root-key)/, "rsa-2048"]] },
  { what: "a root on P-256 that signs with SHA-384", control: "ALGORITHM-ALLOWED", write: [[/ecdsa-p256(?=.*#root-key)/, "ecdsa-p256, signature: ecdsa-sha384"]] },
  { what: "a root on P-256 that signs by RSASSA-PSS", control: "ALGORITHM-ALLOWED", write: [[/ecdsa-p256(?=.*#root-key)/, "ecdsa-p256, signature: rsa-pss-sha256"]] },
  { what: "a transcript key on Ed25519", control: "ALGORITHM-ALLOWED", write: [[/(?<=key: other, token: vault, algorithm: )ecdsa-p256/, "ed25519"]] },
  { what: "a subordinate on RSA 2048", control: "ALGORITHM-ALLOWED", write: [[/ecdsa-p384(?=.*#middle-key)/, "rsa-2048"]] },
  { what: "a factory root on P-384", control: "ALGORITHM-ALLOWED", script: FACTORY, write: [["ecdsa-p256", "ecdsa-p384"]] },
  { what: "a profile that there is not", control: "PROFILE-FITS", write: [["private/root", "private/roots"]] },
  { what: "a profile of another step", control: "PROFILE-FITS", write: [["private/code-signing", "private/transcript"]] },
  { what: "a root without a subject", control: "PROFILE-FITS", write: [["subject: { C: DE, CN: Example Root }, ", ""]] },
  { what: "a subordinate without a path length", control: "PROFILE-FITS", write: [["path-length: 0, ", ""]] },
  { what: "a transcript certificate with a subject", control: "PROFILE-FITS", write: [["profile: private/transcript,", "profile: private/transcript, subject: { CN: Notes },"]] },
  { what: "a private root with a factory", control: "PROFILE-FITS", write: [["profile: private/root,", "profile: private/root, factory: example,"]] },
  { what: "a CRL by what is no CA", control: "PROFILE-FITS", write: [["crl: root-crl, issuer: root-ca, valid: { for: P1Y }", "crl: root-crl, issuer: notes, valid: { for: P1Y }"]] },
  { what: "a country of three letters", control: "SUBJECT-FORM", write: [["C: DE, CN: Example Root", "C: DEU, CN: Example Root"]] },
  { what: "a request of ours with a country of three letters", control: "SUBJECT-FORM", write: [["  - close: {}", "  - create-request: { request: ours, key: root, subject: { C: DEU } }\n  - close: {}"]] },
  { what: "a common name that is too long", control: "SUBJECT-FORM", write: [["Example Low", "x".repeat(65)]] },
  { what: "two CAs of one subject", control: "SUBJECT-UNIQUE", write: [["CN: Example Middle", "CN: Example Root"]] },
  { what: "a root for 25 years and a day", control: "ROOT-VALIDITY", write: [["P25Y", "P25Y1D"]] },
  { what: "a root for 300 months and a month", control: "ROOT-VALIDITY", write: [["P25Y", "P301M"]] },
  { what: "a subordinate that outlives its issuer", control: "VALIDITY-WITHIN-ISSUER", write: [["valid: { for: P10Y } }\n  - issue-certificate: { certificate: notes", "valid: { for: P20Y1D } }\n  - issue-certificate: { certificate: notes"]] },
  { what: "a leaf that outlives its issuer", control: "VALIDITY-WITHIN-ISSUER", write: [["private/code-signing, valid: { for: P10Y }", "private/code-signing, valid: { for: P3653D }"]] },
  { what: "a CRL that outlives its issuer", control: "VALIDITY-WITHIN-ISSUER", write: [["issuer: root-ca, valid: { for: P1Y }", "issuer: root-ca, valid: { for: P26Y }"]] },
  { what: "dates below a period", control: "VALIDITY-WITHIN-ISSUER", write: [["private/tls-server, valid: { for: P1Y }", 'private/tls-server, valid: { from: "2026-01-01T00:00:00Z", until: "2027-01-01T00:00:00Z" }']] },
  { what: "a CA below a pathLenConstraint of 0", control: "PATH-LENGTH", write: [["path-length: 1", "path-length: 0"]] },
  { what: "a CA whose pathLenConstraint is its issuer's", control: "PATH-LENGTH", write: [["path-length: 0", "path-length: 1"]] },
  { what: "an issuer that is no CA", control: "PATH-LENGTH", write: [["certificate: device, issuer: low-ca, profile: private/code-signing, valid: { for: P10Y }", "certificate: device, issuer: notes, profile: private/code-signing, valid: { for: P1Y }"]] },
  { what: "a device CA of another factory", control: "FOUNDRIES-FACTORY", script: FACTORY, files: { "requests/ca.csr": makeRequest({ subject: factory("another") }) } },
  { what: "a device CA without a factory", control: "FOUNDRIES-FACTORY", script: FACTORY, files: { "requests/ca.csr": makeRequest() } },
  { what: "a device CA of two factories", control: "FOUNDRIES-FACTORY", script: FACTORY, files: { "requests/ca.csr": makeRequest({ subject: [...factory("example"), { type: "OU", value: "another" }] }) } },
  { what: "a device CA below a private root", control: "FOUNDRIES-FACTORY", script: FACTORY, write: [["profile: foundries/root, factory: example", "profile: private/root, subject: { CN: Root }"]], files: { "requests/tls.csr": makeRequest({ subject: factory("example"), extensions: [named] }) } },
  { what: "one key in two requests", control: "REQUEST-KEY", files: { "requests/device.csr": makeRequest({ key: twice }), "requests/host.csr": makeRequest({ key: twice, extensions: [named] }) } },
  { what: "a leaf that asks to be a CA", control: "REQUEST-EXTENSIONS", files: { "requests/device.csr": makeRequest({ extensions: asksForCa }) } },
  { what: "a host without a name", control: "REQUEST-EXTENSIONS", files: { "requests/host.csr": makeRequest() } },
  { what: "a gateway without a name", control: "REQUEST-EXTENSIONS", script: FACTORY, files: { "requests/tls.csr": makeRequest({ subject: factory("example") }) } },
  { what: "a request that is none", control: "REQUEST-FORM", files: { "requests/device.csr": "hello\n" } },
  { what: "two requests in one file", control: "REQUEST-FORM", files: { "requests/device.csr": makeRequest() + makeRequest() } },
  { what: "a common name in a request that is too long", control: "REQUEST-SUBJECT", files: { "requests/device.csr": makeRequest({ subject: [{ type: "CN", value: "x".repeat(65) }] }) } },
  { what: "more witnesses than there are", control: "QUORUM-POSSIBLE", write: [["1 of witness", "2 of witness"]] },
  { what: "more seats than people", control: "QUORUM-POSSIBLE", write: [["1 of witness", "3 of any"]] },
  { what: "an operator who acknowledges", control: "WITNESS-INDEPENDENT", write: [["  - close: {}", "  - acknowledge: { by: [bob], of: [root-ca] }\n  - close: {}"]] },
  { what: "a CA key as the transcript key", control: "TRANSCRIPT-KEY-SEPARATE", write: [["close: {}", "close: { transcript-key: middle }"]] },
  { what: "a transcript key without a certificate", control: "TRANSCRIPT-KEY-SEPARATE", write: [[/  - issue-certificate: \{ certificate: notes.*\n/, ""], ["close: {}", "close: { transcript-key: other }"]] },
  { what: "a transcript key that there is not", control: "TRANSCRIPT-KEY-SEPARATE", write: [["close: {}", "close: { transcript-key: another }"]] },
  { what: "a transcript key that issues", control: "TRANSCRIPT-KEY-SEPARATE", write: [["certificate: device, issuer: low-ca, profile: private/code-signing, valid: { for: P10Y }", "certificate: device, issuer: notes, profile: private/code-signing, valid: { for: P1Y }"], ["close: {}", "close: { transcript-key: other }"]] },
];

function findingsOf({ script = PRIVATE, write = [], files = {} }: Omit<Mistake, "what" | "control">) {
  const text = write.reduce((before, [from, to]) => {
    const now = before.replace(from, to);
    assert.notEqual(now, before, `${String(from)} stands in the script`);
    return now;
  }, script);
  return planOf(text, { ...ALL, ...files }).findings;
}

test("scripts without a mistake have a plan, and what it was judged by stands in it", () => {
  for (const script of [PRIVATE, FACTORY]) assert.deepEqual(findingsOf({ script }), []);
  const held = new Set([PRIVATE, FACTORY].flatMap((script) => planOf(script, ALL).made?.plan?.controls.map(({ control }) => control) ?? []));
  const planTime = new Set(MISTAKES.map(({ control }) => control));
  for (const control of [...planTime, "SCRIPT-FORM", "SCRIPT-NAMES", "QUORUM-POSSIBLE", "WITNESS-INDEPENDENT", "TRANSCRIPT-KEY-SEPARATE", "REQUEST-POSSESSION", "CA-BASIC-CONSTRAINTS", "KEY-IDENTIFIERS"] as const) assert.ok(held.has(control), `the plans say that ${control} held`);
});

/** Every mistake of the table for this control; each finding has its place. */
function refuses(control: ControlId): void {
  const mistakes = MISTAKES.filter((mistake) => mistake.control === control);
  assert.ok(mistakes.length > 0);
  for (const mistake of mistakes) {
    const findings = findingsOf(mistake);
    assert.deepEqual([...new Set(findings.map((finding) => finding.control))], [control], `${mistake.what}: ${JSON.stringify(findings)}`);
    for (const { message, file, line, column, path } of findings) {
      assert.match(message, /./);
      assert.deepEqual([file, typeof line, typeof column, path.length > 0], ["script.yaml", "number", "number", true], mistake.what);
    }
  }
}

test("refuses people who share a key [PEOPLE-DISTINCT]", () => refuses("PEOPLE-DISTINCT"));
test("refuses what is no public key [INPUT-PRESENT]", () => refuses("INPUT-PRESENT"));
test("refuses an algorithm that the profile does not allow [ALGORITHM-ALLOWED]", () => refuses("ALGORITHM-ALLOWED"));
test("refuses a profile that does not fit its step, its parameters or its issuer [PROFILE-FITS]", () => refuses("PROFILE-FITS"));
test("refuses a subject beyond the bounds of X.520 [SUBJECT-FORM]", () => refuses("SUBJECT-FORM"));
test("refuses two CAs of one subject [SUBJECT-UNIQUE]", () => refuses("SUBJECT-UNIQUE"));
test("refuses a root for more than 25 years [ROOT-VALIDITY]", () => refuses("ROOT-VALIDITY"));
test("refuses what would outlive its issuer [VALIDITY-WITHIN-ISSUER]", () => refuses("VALIDITY-WITHIN-ISSUER"));
test("refuses an issuer that is no CA, or whose pathLenConstraint allows no such CA below it [PATH-LENGTH]", () => refuses("PATH-LENGTH"));
test("refuses a device CA outside its factory [FOUNDRIES-FACTORY]", () => refuses("FOUNDRIES-FACTORY"));
test("refuses one key in two requests [REQUEST-KEY]", () => refuses("REQUEST-KEY"));
test("refuses a leaf that asks to be a CA, and a host without a name [REQUEST-EXTENSIONS]", () => refuses("REQUEST-EXTENSIONS"));
test("refuses what is not one request [REQUEST-FORM]", () => refuses("REQUEST-FORM"));
test("refuses a request whose subject is beyond the bounds of X.520 [REQUEST-SUBJECT]", () => refuses("REQUEST-SUBJECT"));
test("refuses quorums that the people cannot meet [QUORUM-POSSIBLE]", () => refuses("QUORUM-POSSIBLE"));
test("refuses an acknowledgement by who is no witness [WITNESS-INDEPENDENT]", () => refuses("WITNESS-INDEPENDENT"));
test("refuses a transcript key that is a CA's, or has no transcript certificate, or issues [TRANSCRIPT-KEY-SEPARATE]", () => refuses("TRANSCRIPT-KEY-SEPARATE"));

test("refuses a file that cannot be read, wherever the script names it [INPUT-PRESENT]", () => {
  for (const missing of ["people/alice.pub", "requests/host.csr"]) {
    const files = Object.fromEntries(Object.entries(ALL).filter(([path]) => path !== missing));
    const { findings } = planOf(PRIVATE, files);
    assert.deepEqual(findings.map(({ control, message }) => [control, message]), [["INPUT-PRESENT", `cannot read ${missing}: it is not there`]]);
    assert.equal(PRIVATE.split("\n")[(findings[0]?.line ?? 0) - 1]?.includes(missing), true, "the line that names it");
  }
});

test("refuses a production script whose keys have no backup or whose tokens are not named [KEY-BACKUP] [TOKEN-ASSURANCE]", () => {
  const findings = findingsOf({ write: [["assurance: test", "assurance: production"]] });
  assert.deepEqual(findings.map(({ control }) => control).sort(), ["KEY-BACKUP", "KEY-BACKUP", "KEY-BACKUP", "KEY-BACKUP", "PLAN-APPROVED", "TOKEN-ASSURANCE"]);
  const accept = `accept: [{ manufacturer: Example, model: Box, firmware: "1.0", module: "${"0".repeat(64)}" }]`;
  assert.deepEqual(findingsOf({ write: [["assurance: test", "assurance: production"], ["1 of witness] }", "1 of witness], approval: [1 of administrator] }"], ["low, other] }", `low, other], ${accept} }`], ["#root-key", ""], ...Array.from({ length: 4 }, () => ["backup: none", "backup: vendor"] as const)] }), []);
});

test("every mistake of a script is found at once", () => {
  const findings = findingsOf({
    write: [["P25Y", "P26Y"], ["CN: Example Middle", "CN: Example Root"], ["path-length: 0", "path-length: 1"], ["C: DE, CN: Example Low", "C: DEU, CN: Example Low"]],
    files: { "people/bob.pub": "hello\n", "requests/device.csr": makeRequest({ extensions: asksForCa }) },
  });
  assert.deepEqual([...new Set(findings.map(({ control }) => control))].sort(), ["INPUT-PRESENT", "REQUEST-EXTENSIONS", "ROOT-VALIDITY", "SUBJECT-FORM", "SUBJECT-UNIQUE"]);
});

test("mistakes of form, of names, of dates and of requests are found in one go [SCRIPT-FORM] [SCRIPT-NAMES]", () => {
  const findings = findingsOf({
    write: [["P25Y", "P26Y"], ["issue-crl: { crl: root-crl", "issue-crl: { crll: root-crl"], ["certificate: host, issuer: low-ca", "certificate: host, issuer: slow-ca"]],
    files: { "people/bob.pub": "hello\n", "requests/device.csr": makeRequest({ extensions: asksForCa }) },
  });
  assert.deepEqual([...new Set(findings.map(({ control }) => control))].sort(), ["INPUT-PRESENT", "REQUEST-EXTENSIONS", "ROOT-VALIDITY", "SCRIPT-FORM", "SCRIPT-NAMES"]);
});

test("a step that cannot be read or is left out makes no other control speak of what leans on it [SCRIPT-NAMES]", () => {
  for (const script of [PRIVATE, FACTORY]) {
    const steps = script.match(/^ {2}- .*\n/gm) ?? assert.fail();
    for (const step of steps) {
      for (const put of ["", "  - nonsense: {}\n", step.replace(/: (?=[a-z0-9-]+[,} ])/, ": unheard-of-")]) {
        const planned = planOf(script.replace(step, put), ALL);
        const others = planned.findings.filter(({ control }) => !control.startsWith("SCRIPT-") && control !== "TRANSCRIPT-KEY-SEPARATE");
        assert.deepEqual(others.map(({ control, message }) => `${control} ${message}`), [], `${step} -> ${put}`);
        assert.ok(planned.findings.length === 0 || planned.made?.plan == null);
      }
    }
  }
});

test("each request leaves a claim of its own signature, with its place [REQUEST-POSSESSION]", () => {
  const claims = planOf(PRIVATE, ALL).made?.claims ?? [];
  assert.deepEqual(claims.map(({ otherwise }) => otherwise.path.join(".")), ["steps.10.sign-request.request", "steps.11.sign-request.request"]);
  assert.ok(claims.every(({ claim }) => claimHolds(claim)));
  assert.ok(!claims.some(({ claim }) => claimHolds({ ...claim, message: claim.message.with(-1, 1) })));
});
