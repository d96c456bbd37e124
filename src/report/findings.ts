/** What checking found, for the cell of each check: pass, fail or not checked, in words. */
import { aloneText } from "../console/verdict-pages.ts";
import type { RecordFiles } from "../ceremony/recorded-inputs.ts";
import type { Replayed } from "../ceremony/replay.ts";
import type { Sealed } from "../ceremony/sealed.ts";
import type { Verdict } from "../ceremony/verdict.ts";
import { isManifested, LAYOUT } from "../transcript/layout.ts";
import { controlOf, sentenceOf } from "../transcript/objection.ts";
import { isWithheld, levelOfFile } from "../transcript/withheld.ts";
import type { Addendum } from "../transcript/addenda.ts";
import type { Claim } from "../x509/algorithm.ts";
import { allOf, type ShownCertificate } from "./certificates.ts";
import { digestHere, type Checks, type FileCheck, type RuleCheck } from "./checks.ts";

/** How the ids of the cells of addenda begin. */
const ADDENDUM = "addendum-";

export type CheckState = "pass" | "fail" | "not checked";

export interface CheckResult {
  readonly state: CheckState;
  readonly found: string;
}

/** A claim after somebody has looked: held, failed, or not to be checked here. */
export type ClaimState = "held" | "failed" | "not checkable";

export interface CheckedClaim {
  readonly claim: Claim;
  readonly state: ClaimState;
}

/** All that checking a record gave. */
export interface Checked {
  readonly files: RecordFiles;
  readonly replayed: Replayed;
  readonly sealed: Sealed;
  readonly verdict: Verdict;
  /** Claims of the replay and of the seal. */
  readonly claims: readonly CheckedClaim[];
  /** Claims of the certificates and CRLs that are shown, by their `where`. */
  readonly shown: ReadonlyMap<string, ClaimState>;
  /** The files came from a folder that a browser gave: it follows links, and does not say so. */
  readonly linksUnseen: boolean;
}

/** The result of each check, by its id. */
export function resultsOf(checks: Checks, trees: readonly ShownCertificate[], checked: Checked): Map<string, CheckResult> {
  return new Map<string, CheckResult>([
    ...checks.rules.map((rule): [string, CheckResult] => [rule.id, ruleResult(rule, checked)]),
    ...checks.seals.map(({ id, path }): [string, CheckResult] => [id, sealResult(path, checked)]),
    ...checks.files.map((file): [string, CheckResult] => [file.id, fileResult(file, checked)]),
    ...[...allOf(trees)].flatMap((one) => [signedResult(`certificate-${one.name}`, `certificate ${one.name}`, one.claim, checked), ...one.crls.map((crl) => signedResult(`crl-${crl.name}`, `CRL ${crl.name}`, crl.claim, checked))]),
    ...checked.verdict.addenda.map((one): [string, CheckResult] => [`${ADDENDUM}${one.folder}`, addedResult(one)]),
  ]);
}

/** How many checks ended how; what no check can be made of counts as not checked. Addenda are not counted: anybody may lay one beside a record. */
export function countsOf(results: ReadonlyMap<string, CheckResult>, { claims, verdict }: Checked): Record<CheckState, number> {
  const states = [...results].filter(([id]) => !id.startsWith(ADDENDUM)).filter(([id]) => id !== "rule-SEAL-PINNED" || verdict.pinned.length > 0).map(([, { state }]) => state);
  const count = (state: CheckState, claimState: ClaimState) => states.filter((one) => one === state).length + claims.filter((one) => one.state === claimState).length;
  return { pass: count("pass", "held"), fail: count("fail", "failed"), "not checked": count("not checked", "not checkable") + verdict.notChecked.length };
}

function ruleResult(rule: RuleCheck, checked: Checked): CheckResult {
  const { verdict, sealed } = checked;
  const against = [...verdict.wrong, ...verdict.signed.missing.map((line) => line)].filter((line) => controlOf(line) === rule.control).map(sentenceOf);
  const missing = sealed.missing.filter((line) => controlOf(line) === rule.control).length > 0 ? "missing: " : "";
  if (against.length > 0) return { state: "fail", found: missing + against.join("; ") };
  return whole(rule, checked) ?? { state: "pass", found: held(rule, checked) };
}

/** Of rules that the rebuilding decides, and of those for which something has to be there first. */
function whole({ control }: RuleCheck, { replayed, sealed, verdict, claims, linksUnseen }: Checked): CheckResult | null {
  const { rebuilt } = verdict;
  const unchecked = (found: string): CheckResult => ({ state: "not checked", found });
  if (control === "RECORD-REBUILT") {
    if (rebuilt.state === "diverged") return { state: "fail", found: rebuilt.why };
    if (rebuilt.state === "incomplete" || rebuilt.state === "withheld") return unchecked(rebuilt.why);
  }
  if (control === "RECORD-FOLDER" && linksUnseen) return unchecked("a browser does not tell links from files; `anchorite replay` does");
  if (control === "RECORD-WHOLE" && !replayed.closed) return { state: "fail", found: rebuilt.why };
  if ((control === "RECORD-BOUND" || control === "RECORD-CHAIN") && replayed.header === null) return unchecked("there is no entry 0 that can be read");
  if (control === "RECORD-SIGNATURES" && claims.some(({ state }) => state === "not checkable")) return unchecked(`${claims.filter(({ state }) => state === "not checkable").length} signatures of kinds that this browser does not know`);
  if (control.startsWith("SEAL-") && control !== "SEAL-PINNED" && control !== "SEAL-FORM" && sealed.people === null) return unchecked("there is no seal over a whole record");
  if (control === "SEAL-TOKEN" && sealed.token === "not judged") return unchecked("the entries diverge before they name the key");
  return control === "SEAL-PINNED" && verdict.pinned.length === 0 ? unchecked("nothing was given from outside") : null;
}

function held({ control }: RuleCheck, { files, replayed, sealed, verdict, claims }: Checked): string {
  switch (control) {
    case "RECORD-CHAIN": return `${verdict.entries} entries, head ${verdict.head}`;
    case "RECORD-BOUND": return `each has the digest that entry 0 names; the plan comes out as ${replayed.planDigest}`;
    case "RECORD-MANIFEST": return `SHA256SUMS has the SHA-256 ${digestHere(files, LAYOUT.manifest)}, and every file its digest`;
    case "RECORD-REBUILT": return `plan ${replayed.planDigest}; ${verdict.entries} entries and ${verdict.artifacts} artifacts came out again, octet for octet`;
    case "RECORD-WHOLE": return `it ends with the close: ${verdict.rebuilt.state}`;
    case "RECORD-SIGNATURES": return `${claims.length} of ${claims.length} verify`;
    case "SEAL-FORM": return `seal.txt says what the record says; its SHA-256 is ${sealed.sealDigest}`;
    case "SEAL-QUORUM": return verdict.standing !== undefined ? `sealed by ${aloneText(verdict.standing)}` : `signed by ${verdict.signed.by.map(({ name }) => name).join(", ")}`;
    case "SEAL-TOKEN": return sealed.token === "signed" ? "signed, with the chain of its certificate" : "none is asked for";
    case "SEAL-PINNED": return `pinned to ${verdict.pinned.join(" and ")}`;
    case "PLAN-APPROVED": case "STANDING-QUORUM": return `approved by ${(verdict.approved ?? []).map(({ name }) => name).join(", ")}`;
    default: return "it holds";
  }
}

function sealResult(path: string, { verdict, claims }: Checked): CheckResult {
  const against = verdict.wrong.filter((line) => line.startsWith(path));
  if (against.length > 0) return { state: "fail", found: against.map(sentenceOf).join("; ") };
  const claim = claims.find((one) => one.claim.where === path);
  if (claim === undefined) return { state: "not checked", found: "it was not judged: what it signs is not whole" };
  return claim.state === "not checkable" ? { state: "not checked", found: "a kind of signature that this browser does not know" } : { state: "pass", found: "it verifies over seal.txt" };
}

function fileResult({ path, recorded }: FileCheck, { files, replayed }: Checked): CheckResult {
  const bytes = files.read(path);
  const here = digestHere(files, path);
  if (!isManifested(path)) return { state: "pass", found: `it is here; SHA-256 ${here}` };
  if (bytes === null) return { state: "fail", found: "missing" };
  if (recorded === "") return { state: "fail", found: `not listed in SHA256SUMS; SHA-256 ${here}` };
  if (here === recorded) return { state: "pass", found: "the same" };
  if (replayed.withheld > 0 && isWithheld(bytes) && levelOfFile(path) !== "public") return { state: "not checked", found: "withheld from this copy" };
  return { state: "fail", found: here };
}

/** Whose key it is, a roster from outside says, or the plan; else nobody. */
function addedResult(one: Addendum): CheckResult {
  if (one.kind === "wrong") return { state: "fail", found: `it counts for nothing: ${one.why}` };
  if (one.kind === "timestamp") return { state: one.ca === "given from outside" ? "pass" : "not checked", found: `the seal existed at ${one.at}, says ${one.tsa}; its CA is ${one.ca}` };
  const signed = `signed with the key ${one.fingerprint}`;
  return one.signer === "their own claim" ? { state: "not checked", found: `${signed}, and that verifies; whose key it is stands neither in the plan nor in a roster` } : { state: "pass", found: `${signed}, ${one.signer}` };
}

function signedResult(id: string, where: string, claim: Claim | null, { shown }: Checked): [string, CheckResult] {
  const state = shown.get(where);
  if (claim === null || state === undefined) return [id, { state: "not checked", found: "its octets, or its issuer's certificate, are not in this record" }];
  if (state === "not checkable") return [id, { state: "not checked", found: "a kind of signature that this browser does not know" }];
  return [id, state === "held" ? { state: "pass", found: "its signature verifies under its issuer's key" } : { state: "fail", found: "its signature does NOT verify under its issuer's key" }];
}
