/**
 * The draft of the report that an auditor writes after a ceremony (BR 6.1.1.1(3), ETSI EN 319 411-1 GEN-6.5.1-13 and -14): what
 * the record can say stands there, what only a person can say stands in [brackets].
 */
import type { Verdict } from "../ceremony/verdict.ts";
import type { RegisteredKey } from "../transcript/register.ts";
import { toWords } from "../console/words.ts";
import { fromHex } from "../bytes/hex.ts";
import { allOf } from "./certificates.ts";
import { quorumText } from "./checks.ts";
import { clauseLines, type Results } from "./clauses.ts";
import type { ReportFacts } from "./facts.ts";
import { plain } from "./markdown.ts";
import { assuranceWords, titleOf } from "./main-part.ts";
import { addendumText, plainHeadline } from "./verdict-section.ts";

/** Roles that are not of those who hold or use the keys. */
const INDEPENDENT: ReadonlySet<string> = new Set(["witness", "auditor"]);

/** The draft, Markdown. The same record gives the same text. */
export function statementText(facts: ReportFacts, verdict: Verdict, results: Results): string {
  return [
    `# Report of a key ceremony: ${plain(titleOf(facts))}`, "",
    `DRAFT from the record, for the auditor. ${assuranceWords(facts)}. What stands in [brackets] is not in the record.`, "",
    ...section("1. Place and time", placeLines(facts)), ...section("2. Persons", personLines(facts)), ...section("3. Hardware security modules", tokenLines(facts)),
    ...section("4. Script and plan", scriptLines(facts)), ...section("5. Keys", keyLines(facts)), ...section("6. Certificates and CRLs", certificateLines(facts)),
    ...section("7. Deviations", deviationLines(facts)), ...section("8. Verification of the record", verdictLines(facts, verdict)), ...section("9. Index by clause", clauseLines(facts, verdict, results)),
    ...section("10. Opinion of the auditor", OPINION),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return [`## ${title}`, "", ...lines, ""];
}

function placeLines({ openedAt, closedAt, told }: ReportFacts): string[] {
  const attested = told.happenings.flatMap(({ answer }) => (answer?.kind === "time" && answer.outcome === "answered" ? [answer.instant] : []));
  const ends = [attested[0], attested[attested.length - 1]].filter((instant) => instant !== undefined);
  return ["- Place: [address, room]", `- Begin: ${openedAt || "[not recorded]"} by the host's clock`, `- End: ${closedAt || "[not recorded]"} by the host's clock`, `- Times attested by people: ${ends.length === 0 ? "[not in this record]" : `${ends[0]} (first), ${ends[1]} (last)`}`, "- Video: [file names and SHA-256, or none]"];
}

function personLines({ people, plan }: ReportFacts): string[] {
  if (plan === null) return ["[no plan can be made from this record]"];
  const signs = ({ approved, sealed }: ReportFacts["people"][number]) => [...(approved ? ["approved the plan"] : []), sealed ? "signed the seal" : "did NOT sign the seal"].join(", ");
  return [
    "| person | role | independent of the operation of the CA | at roll call | signed | key |", "|---|---|---|---|---|---|",
    ...people.map((one) => `| ${plain(one.name)} | ${one.role} | ${INDEPENDENT.has(one.role) ? "by role yes; [confirm]" : "no"} | ${one.atRollCall ? "yes" : "no"} | ${signs(one)} | ${one.fingerprint} |`), "",
    `Quorum of the seal: ${quorumText(plan.quorum.seal)}. For effects: two people${plan.quorum.effects.length === 0 ? "" : `, and ${quorumText(plan.quorum.effects)}`}.${plan.quorum.approval.length === 0 ? "" : ` Of the approval: ${quorumText(plan.quorum.approval)}.`}`, "", "Others present: [names, or nobody]",
  ];
}

function tokenLines({ tokens }: ReportFacts): string[] {
  const identified = ({ identity }: ReportFacts["tokens"][number]) => (identity === null ? "[not in this record]" : `${plain(identity.manufacturer)} ${plain(identity.model)}, serial ${plain(identity.serial)}, firmware ${plain(identity.firmware)}`);
  return tokens.length === 0 ? ["None."] : [...tokens.map((token) => `- ${token.token}: ${identified(token)}; PKCS#11 module SHA-256 \`${token.module}\``), "- Certification of the modules (FIPS 140-2/-3, EN 419 221-5): [certificate numbers]"];
}

function scriptLines({ plan, planDigest, header, head, sealDigest }: ReportFacts): string[] {
  const words = (digest: string) => (digest.length === 64 ? toWords(fromHex(digest)).join(" ") : "none");
  return [
    `- Ceremony: ${header?.ceremony ?? "[unreadable]"}, run ${header?.run ?? "[unreadable]"}`, `- Script, SHA-256: \`${plan?.script ?? "[unreadable]"}\``, `- Plan, SHA-256: \`${planDigest || "[none]"}\``, `  ${words(planDigest)}`,
    `- Head of the transcript: \`${head}\``, `  ${words(head)}`, `- seal.txt, SHA-256: \`${sealDigest || "[not sealed]"}\``, `  ${words(sealDigest)}`,
    `- Tool: ${header === null ? "[unreadable]" : `${plain(header.tool.name)} ${plain(header.tool.version)}, package SHA-256 \`${header.tool.package}\``}`, "- Compared with paper: [yes or no, by whom]",
  ];
}

function keyLines({ register, header }: ReportFacts): string[] {
  if (register === null) return ["[no register: the ceremony has not ended]"];
  const lines = register.keys.map(({ key, token, algorithm, spki, state, backup, line, evidence }) => `- ${key}: ${algorithm} on ${token}, ${state}, backup ${backup}${shownBy(evidence)}${line[0] === header?.run ? ", generated in this ceremony" : ", of an earlier ceremony"}; SubjectPublicKeyInfo SHA-256 \`${spki}\``);
  return lines.length === 0 ? ["None."] : lines;
}

function shownBy(evidence: RegisteredKey["evidence"]): string {
  return evidence === undefined ? "" : ` (shown by ${evidence.map(({ path, sha256 }) => `${path}, SHA-256 \`${sha256}\``).join("; ")})`;
}

function certificateLines({ trees, register }: ReportFacts): string[] {
  const certificates = [...allOf(trees)].filter(({ path }) => path !== "").map(({ name, facts, issuer }) => (facts === null ? `- ${name}: [unreadable]` : `- ${name}: ${plain(facts.subject)}, serial ${facts.serial}, ${facts.notBefore} to ${facts.notAfter}, signed by ${issuer}; SHA-256 \`${facts.sha256}\``));
  const crls = (register?.crls ?? []).map(({ name, issuer, number, thisUpdate, nextUpdate, sha256 }) => `- CRL ${name} of ${issuer}: number ${number}, ${thisUpdate} to ${nextUpdate}; SHA-256 \`${sha256}\``);
  return certificates.length + crls.length === 0 ? ["None."] : [...certificates, ...crls];
}

function deviationLines({ deviations, outcome }: ReportFacts): string[] {
  const stopped = outcome === "stopped" ? ["- The ceremony was STOPPED before its last step."] : [];
  const found = deviations.map(({ grave, seq, text }) => `- ${grave ? "" : "(for the auditor to weigh) "}${plain(text)}${seq === null ? "" : `, entry ${seq}`}`);
  return [...(stopped.length + found.length === 0 ? ["None in the record."] : [...stopped, ...found]), "- Seen by the auditor and not in the record: [none, or what]"];
}

function verdictLines({ evidence }: ReportFacts, verdict: Verdict): string[] {
  return [
    `- Verdict: ${plainHeadline(verdict)}`, `- ${verdict.claims.held} signatures verified, ${verdict.claims.failed} did not; ${verdict.artifacts} artifacts rebuilt octet for octet; ${evidence.length} named rules judged, ${evidence.filter(({ failed }) => failed).length} failed`,
    ...verdict.wrong.map((line) => `- WRONG: ${plain(line)}`), ...verdict.signed.missing.map((line) => `- missing: ${plain(line)}`), ...verdict.notChecked.map((line) => `- not checked: ${plain(line)}`), ...verdict.addenda.map((one) => `- addendum: ${plain(addendumText(one))}`), "- Verified by [name] with [tool, from where] on [date]",
  ];
}

const OPINION = [
  "In our opinion: [the ceremony followed the script named above; keys were generated and kept under the control of the people named; or with these exceptions].", "",
  "- Auditor: [name, firm, qualification]", "- Independent of the CA: [statement]", "- Signed: [place, date, signature]",
];
