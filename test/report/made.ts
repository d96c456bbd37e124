/** Pages for tests, made of records in memory by the code of the product. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordFiles } from "../../src/ceremony/recorded-inputs.ts";
import { judgeSealed } from "../../src/ceremony/sealed.ts";
import { verdictOf } from "../../src/ceremony/verdict.ts";
import { allOf } from "../../src/report/certificates.ts";
import { reportPage } from "../../src/report/document.ts";
import { factsOf, type ReportFacts } from "../../src/report/facts.ts";
import { countsOf, resultsOf, type Checked, type ClaimState } from "../../src/report/findings.ts";
import { claimHolds } from "../../src/room/claims.ts";
import type { Claim } from "../../src/x509/algorithm.ts";
import { replayed } from "../end-to-end/record-files.ts";
import { checkout } from "../tools.ts";

/** What runs in the page, as it was built. */
export const PROGRAM = readFileSync(join(checkout, "build", "src", "page-program.js"), "utf8");

/** A record, folded and checked here. */
export function checkedHere(files: RecordFiles, digest: string | null = null): { facts: ReportFacts; checked: Checked } {
  const claims: Claim[] = [];
  const before = replayed(files, (claim) => claims.push(claim) > 0);
  const sealed = judgeSealed(files, before.replayed, null);
  const facts = factsOf(files, before.replayed, sealed);
  const stateOf = (claim: Claim): ClaimState => (claimHolds(claim) ? "held" : "failed");
  const checkedClaims = [...claims, ...sealed.claims].map((claim) => ({ claim, state: stateOf(claim) }));
  const verdict = verdictOf(before.replayed, sealed, checkedClaims.filter(({ state }) => state === "failed").map(({ claim }) => claim.where), { roster: false, digest });
  const shown = [...allOf(facts.trees)].flatMap((one) => [one, ...one.crls]).flatMap(({ claim }) => claim ?? []);
  return { facts, checked: { files, replayed: before.replayed, sealed, verdict, claims: checkedClaims, shown: new Map(shown.map((claim) => [claim.where, stateOf(claim)])), linksUnseen: false } };
}

/** The page of a record. */
export function pageOf(files: RecordFiles, program = PROGRAM): string {
  const { facts, checked } = checkedHere(files);
  const counts = countsOf(resultsOf(facts.checks, facts.trees, checked), checked);
  return reportPage({ facts, files, made: { verdict: checked.verdict, counts, tool: "anchorite 0" } }, program);
}
