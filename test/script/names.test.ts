import assert from "node:assert/strict";
import { test } from "node:test";
import type { ControlId } from "../../src/controls.ts";
import { findingsOfScript, mistaken, SCRIPT, summary, type Mistake } from "./example.ts";

const AFTER_ROOT = "  - issue-certificate: { certificate: transcript, key: transcript,";
const CLOSE = "  - close: { transcript-key: transcript }";

/** A rule, mistakes against it (« before each finding, in the order of the text), and words of the first message or hint. */
const RULES: readonly (readonly [control: ControlId, rule: string, says: RegExp, ...mistakes: Mistake[]])[] = [
  ["SCRIPT-NAMES", "a ceremony that does not begin with roll call", /expected roll-call as the first step, found act/, ["  - roll-call: {}\n  - act: {", "  - act: «{"]],
  ["SCRIPT-NAMES", "a ceremony that does not end with close", /expected close as the last step, found acknowledge/, [`of: [root-ca, root-crl] }\n${CLOSE}`, "of: [root-ca, root-crl] }"], ["acknowledge: {", "acknowledge: «{"]],
  ["SCRIPT-NAMES", "a close before the end", /close only as the last step/, ["  - act:", "  - close: «{}\n  - act:"]],
  ["SCRIPT-NAMES", "an unknown token", /expected a token of the script, found vautl.*did you mean vault/s, ["initialize-token: { token: vault }", "initialize-token: { token: «vautl }"], ["root, token: vault,", "root, token: «vault,"], ["transcript, token: vault,", "transcript, token: «vault,"]],
  ["SCRIPT-NAMES", "a key on a token that nobody looked at", /initialised or inspected first/, ["  - inspect-token: { token: issuing }\n", ""], ["token: issuing, algorithm", "token: «issuing, algorithm"]],
  ["SCRIPT-NAMES", "initialising a token after something was done with it", /expected vault to be initialised before anything else.*step 3/s, ["  - inspect-token: { token: issuing }\n", "  - inspect-token: { token: issuing }\n  - initialize-token: { token: «vault }\n"]],
  ["SCRIPT-NAMES", "a key that is generated twice", /expected a new key name, found root, which step 5/, [AFTER_ROOT, `  - generate-key-pair: { key: «root, token: vault, algorithm: ecdsa-p256, backup: none }\n${AFTER_ROOT}`]],
  ["SCRIPT-NAMES", "a key on a token that does not hold it", /token that holds issuing, found vault/, ["key: issuing, token: issuing,", "key: issuing, token: «vault,"]],
  ["SCRIPT-NAMES", "a held key that nobody generates", /a key that a step generates, found rooot.*did you mean root/s, ["holds: [root, transcript]", "holds: [«rooot, root, transcript]"]],
  ["SCRIPT-NAMES", "a key that two tokens hold", /one token to hold root, found vault and issuing/, ["holds: [issuing]", "holds: [issuing, «root]"]],
  ["SCRIPT-NAMES", "a certificate name that is taken", /expected a new name, found root-ca, which step 8/, ["certificate: app,", "certificate: «root-ca,"]],
  ["SCRIPT-NAMES", "a CRL with the name of a certificate", /expected a new name, found app/, ["crl: root-crl,", "crl: «app,"], ["crls: [root-crl]", "crls: [«root-crl]"], ["of: [root-ca, root-crl]", "of: [root-ca, «root-crl]"]],
  ["SCRIPT-NAMES", "a request with the name of a certificate", /expected a new name, found app, which step 11 issues/, ["  - issue-crl", "  - create-request: { request: «app, key: issuing, subject: { CN: A } }\n  - issue-crl"]],
  ["SCRIPT-NAMES", "a certificate with the name of a request", /expected a new name, found app, which step 11 makes/, ["  - sign-request", "  - create-request: { request: app, key: issuing, subject: { CN: A } }\n  - sign-request"], ["certificate: app,", "certificate: «app,"]],
  ["SCRIPT-NAMES", "a request over a key that is not generated", /expected the name of an earlier key, found isuing.*did you mean issuing/s, ["  - issue-crl", "  - create-request: { request: ours, key: «isuing, subject: { CN: A } }\n  - issue-crl"]],
  ["SCRIPT-NAMES", "a bundle name that is taken", /expected a new bundle name, found pem/, ["  - acknowledge", "  - export-bundle: { platform: pem, certificates: [app] }\n  - export-bundle: «{ platform: pem, certificates: [app] }\n  - acknowledge"]],
  ["SCRIPT-NAMES", "a certificate over a key that is not generated", /expected the name of an earlier key, found isuing.*did you mean issuing/s, ["issuing-ca, key: issuing,", "issuing-ca, key: «isuing,"]],
  ["SCRIPT-NAMES", "an issuer that comes later", /earlier certificate, found issuing-ca.*step 10 makes it, which comes later/s, ["key: transcript, issuer: root-ca", "key: transcript, issuer: «issuing-ca"]],
  ["SCRIPT-NAMES", "an issuer whose key is not ours", /whose key is generated in this ceremony, found app/, ["crl: root-crl, issuer: root-ca", "crl: root-crl, issuer: «app"]],
  ["SCRIPT-NAMES", "an issuer that certifies the same key", /an issuer with another key, found issuing-ca/, ["  - sign-request", "  - issue-certificate: { certificate: again, key: issuing, issuer: «issuing-ca, profile: private/subordinate, valid: { for: P1Y } }\n  - sign-request"]],
  ["SCRIPT-NAMES", "a second root of one key", /expected a key without a certificate, found root/, [AFTER_ROOT, `  - issue-root: { certificate: other, key: «root, profile: private/root, valid: { for: P1Y } }\n${AFTER_ROOT}`]],
  ["SCRIPT-NAMES", "a cross-certificate over a root's key", /another issuer certifies it with cross-certify/, ["  - sign-request", "  - issue-certificate: { certificate: cross, key: «root, issuer: issuing-ca, profile: private/subordinate, valid: { for: P1Y } }\n  - sign-request"]],
  ["SCRIPT-NAMES", "a cross-certificate over what is not there", /earlier certificate, found rot-ca.*did you mean root-ca/s, ["  - sign-request", "  - cross-certify: { certificate: cross, existing: «rot-ca, issuer: issuing-ca, profile: private/cross, valid: { for: P1Y } }\n  - sign-request"]],
  ["SCRIPT-NAMES", "a cross-certificate by the same key", /an issuer with another key, found root-ca/, ["  - sign-request", "  - cross-certify: { certificate: cross, existing: root-ca, issuer: «root-ca, profile: private/cross, valid: { for: P1Y } }\n  - sign-request"]],
  ["SCRIPT-NAMES", "a bundle of what is not there", /earlier certificate, found root-crl/, ["certificates: [root-ca, issuing-ca]", "certificates: [root-ca, «root-crl]"]],
  ["SCRIPT-NAMES", "a Factory bundle of what is not there", /earlier certificate, found a$/m, ["{ bundle: trust, platform: pem, certificates: [root-ca, issuing-ca], crls: [root-crl] }", "{ platform: foundries, root: «a, tls: «b, device-cas: [app, «c] }"]],
  ["SCRIPT-NAMES", "acknowledging what is not there", /earlier certificate or CRL, found trust/, ["of: [root-ca, root-crl]", "of: [root-ca, «trust]"]],
  ["SCRIPT-NAMES", "an act by a stranger", /a person of the script, found dna.*did you mean dan/s, ["by: bob, say", "by: «dna, say"]],
  ["SCRIPT-NAMES", "a person who is only a word of the language", /a person of the script, found constructor/, ["by: bob, say", "by: «constructor, say"]],
  ["SCRIPT-NAMES", "a token that is only a word of the language", /a token of the script, found constructor/, ["inspect-token: { token: issuing }", "inspect-token: { token: issuing }\n  - inspect-token: { token: «constructor }"]],
  ["WITNESS-INDEPENDENT", "an acknowledgement by the operator", /a witness or an auditor, found bob, who is operator/, ["by: [dan]", "by: [dan, «bob]"]],
  ["PEOPLE-DISTINCT", "a key file of two people", /a key of dan's own, found that of bob/, ["key: people/dan.pub", "key: «people/bob.pub"]],
  ["QUORUM-POSSIBLE", "more witnesses than there are", /2 of witness where there are 1/, ["1 of witness]", "«2 of witness]"]],
  ["QUORUM-POSSIBLE", "one witness in two seats", /2 of witness where there are 1/, ["1 of witness]", "1 of witness, «1 of witness]"]],
  ["QUORUM-POSSIBLE", "more seats than people", /at most 3 seats.*found 4/, ["seal: [1 of administrator, 1 of witness]", "seal: «[1 of administrator, 1 of witness, 2 of any]"]],
  ["QUORUM-POSSIBLE", "effects that nobody can do", /4 of any where there are 3/, ["2 of any", "«4 of any"]],
  ["TRANSCRIPT-KEY-SEPARATE", "a transcript key that nobody generates", /a key that a step generates, found transcipt.*did you mean transcript/s, ["transcript-key: transcript", "transcript-key: «transcipt"]],
  ["TRANSCRIPT-KEY-SEPARATE", "a transcript key without a certificate", /a transcript certificate over transcript, found none/, [`${AFTER_ROOT} issuer: root-ca, profile: private/transcript, valid: { for: P15Y } }\n`, ""], ["transcript-key: transcript", "transcript-key: «transcript"]],
  ["TRANSCRIPT-KEY-SEPARATE", "a root's key as the transcript key", /expected private\/transcript for root, the transcript key, found private\/root/, ["profile: private/root", "profile: «private/root"], ["valid: { from:", "valid: { from:"], ["transcript-key: transcript", "transcript-key: root"], ["key: transcript, issuer: root-ca", "key: transcript, issuer: «root-ca"], ["key: issuing, issuer: root-ca", "key: issuing, issuer: «root-ca"], ["crl: root-crl, issuer: root-ca", "crl: root-crl, issuer: «root-ca"]],
  ["TRANSCRIPT-KEY-SEPARATE", "a transcript key with another kind of certificate", /found private\/subordinate in issue-certificate/, ["profile: private/transcript", "profile: «private/subordinate"]],
  ["TRANSCRIPT-KEY-SEPARATE", "a request for the transcript key", /to sign seals and nothing else, found a request/, ["  - issue-crl", "  - create-request: { request: ours, key: «transcript, subject: { CN: A } }\n  - issue-crl"]],
  ["TRANSCRIPT-KEY-SEPARATE", "a transcript key that issues", /a CA as the issuer, found transcript/, ["app, issuer: issuing-ca", "app, issuer: «transcript"]],
];

for (const [control, rule, says, ...mistakes] of RULES) {
  test(`refuses ${rule} [${control}]`, () => {
    const { text, places } = mistaken(SCRIPT, ...mistakes);
    const findings = findingsOfScript(text);
    assert.deepEqual(summary(findings), places.map((place) => `${place} ${control}`));
    assert.match(`${findings[0]?.message}\n${findings[0]?.hint ?? ""}`, says);
  });
}

test("a script of one person has no dual control [QUORUM-POSSIBLE]", () => {
  const { text } = mistaken(
    SCRIPT,
    ["  bob: { name: Bob Example, role: operator, key: people/bob.pub }\n", ""],
    ["  alice: { name: Alice Example, role: administrator, key: people/alice.pub }\n", ""],
    ["seal: [1 of administrator, 1 of witness]\n  effects: [2 of any]", "seal: [1 of witness]"],
    ["by: bob, say", "by: dan, say"],
  );
  assert.deepEqual(findingsOfScript(text).map(({ control, message }) => [control, message]), [["QUORUM-POSSIBLE", "expected at least 2 people, found 1"]]);
});
