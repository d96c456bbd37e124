/**
 * A public copy of a record: bodies and files are withheld, so that nothing can be rebuilt. What is there is held against chain,
 * entry 0, manifest and seal, and the signatures of its certificates are checked. Pure.
 */
import { parseCanonical } from "../bytes/canonical.ts";
import { Content } from "../bytes/content.ts";
import { sha256Hex } from "../bytes/digest.ts";
import { fromHex } from "../bytes/hex.ts";
import type { Plan } from "../plan/plan.ts";
import type { Header } from "../transcript/entry.ts";
import { isManifested, LAYOUT } from "../transcript/layout.ts";
import { attempt, objection, type Objection } from "../transcript/objection.ts";
import { readRegister, type Register } from "../transcript/register.ts";
import { isWithheld, levelOfFile, readDisclosed } from "../transcript/withheld.ts";
import type { Claim } from "../x509/algorithm.ts";
import { certificateClaim, readCertificate } from "../x509/certificate-reading.ts";
import type { ChainEnd, Entry } from "../transcript/chain.ts";
import { strayApprovals } from "./entry-zero.ts";
import { changedEvidence, noEvidence, noteEvidence, type Evidence } from "./evidence.ts";
import type { Ending } from "./feed.ts";
import { noteHold, type RecordedHold } from "./recorded-holds.ts";
import type { RecordFiles } from "./recorded-inputs.ts";
import type { Replayed } from "./replay.ts";
import { wrongHeads } from "./recorded-heads.ts";
import type { RequestOf } from "./request.ts";
import { checkApprovals, checkHolds, claimed, type Found } from "./signed-before.ts";

/** What the entries say that are there. */
interface Told {
  header: Header | null;
  close: RequestOf<"close"> | null;
  end: ChainEnd;
  openedAt: string;
  closedAt: string;
  /** Whether the last entry answers the close. */
  closed: boolean;
  readonly holds: RecordedHold[];
  readonly evidence: Evidence;
  /** The head after each entry. */
  readonly heads: string[];
  withheld: number;
}

function nothingTold(): Told {
  return { header: null, close: null, end: { entries: 0, head: "" }, openedAt: "", closedAt: "", closed: false, holds: [], evidence: noEvidence(), heads: [], withheld: 0 };
}

/** Judges the files of a public copy; yields the signatures of every certificate of its register whose issuer is there. */
export function* replayDisclosed(files: RecordFiles): Generator<Claim, Replayed> {
  const wrong: Objection[] = [];
  const told = attempt(wrong, "RECORD-CHAIN", LAYOUT.transcript, () => toldBy(files.read(LAYOUT.transcript) ?? new Uint8Array(), wrong)) ?? nothingTold();
  const plan = planIn(files, told.header, wrong);
  const register = attempt(wrong, "RECORD-ARTIFACTS", "register.json", () => readRegister(files.read(`${LAYOUT.artifacts}/register.json`) ?? new Uint8Array()));
  const withheldFiles = files.list().filter((path) => isManifested(path) && levelOfFile(path) !== "public" && isWithheld(files.read(path) ?? new Uint8Array()));
  checkBound(files, told.header, wrong);
  wrong.push(...changedEvidence(files, told.evidence, isWithheld));
  const found: Found = { wrong, remarks: [], claims: 0, nonces: new Map() };
  if (plan !== null) yield* checkApprovals(files, found, plan, told.header?.plan ?? "");
  yield* checkHolds(files, found, plan, told.holds);
  for (const claim of register === null ? [] : certificateClaims(register)) yield* claimed(found, claim);
  const count = told.withheld + withheldFiles.length;
  return {
    header: told.header, plan, planDigest: told.header?.plan ?? "", ending: register === null ? null : endingOf(told, register, wrong), end: told.end, openedAt: told.openedAt, closedAt: told.closedAt, closed: told.closed, holds: told.holds, artifacts: 0, claims: found.claims, nonces: found.nonces,
    rebuilt: { state: "withheld", why: `${count} withheld (${told.withheld} of ${told.end.entries} entries${withheldFiles.map((path) => `, ${path}`).join("")}): nothing can be rebuilt from a public copy` },
    controls: told.close?.controls ?? [], wrong, remarks: found.remarks, withheld: count,
  };
}

function toldBy(transcript: Uint8Array, wrong: Objection[]): Told {
  const told = nothingTold();
  const entries = readDisclosed(transcript);
  for (;;) {
    const next = entries.next();
    if (next.done === true) return { ...told, end: next.value };
    told.heads.push(next.value.head);
    if (next.value.body === null) told.withheld++;
    else note(told, next.value, wrong);
  }
}

function note(told: Told, entry: Entry, wrong: Objection[]): void {
  const { body } = entry;
  told.closedAt = `${body.at.slice(0, 19)}Z`;
  if (told.openedAt === "") told.openedAt = told.closedAt;
  told.closed = body.kind === "observation" && body.observation.kind === "close";
  if (body.kind === "header") told.header = body;
  noteEvidence(told.evidence, body);
  noteHold(told.holds, entry, told.header);
  if (body.kind === "observation" && body.observation.kind === "inspect-token") wrong.push(...wrongHeads(body.observation, told.header, told.heads));
  if (body.kind === "request" && body.request.kind === "close") told.close = body.request as unknown as RequestOf<"close">;
}

/** The plan is taken as it is: entry 0 names its digest. */
function planIn(files: RecordFiles, header: Header | null, wrong: Objection[]): Plan | null {
  const bytes = files.read(LAYOUT.plan);
  if (bytes === null || header === null || sha256Hex(bytes) !== header.plan) return null;
  return attempt(wrong, "RECORD-BOUND", LAYOUT.plan, () => parseCanonical(bytes) as unknown as Plan);
}

function checkBound(files: RecordFiles, header: Header | null, wrong: Objection[]): void {
  if (header === null) return;
  const bound = [
    { path: LAYOUT.script, sha256: header.script }, { path: LAYOUT.station, sha256: header.station }, { path: LAYOUT.plan, sha256: header.plan },
    ...header.approvals, ...header.inputs.map(({ path, sha256 }) => ({ path: `${LAYOUT.inputs}/${path}`, sha256 })),
  ];
  for (const { path, sha256 } of bound) {
    const bytes = files.read(path);
    const isLeft = bytes !== null && isWithheld(bytes) && levelOfFile(path) !== "public";
    if (!isLeft && (bytes === null || sha256Hex(bytes) !== sha256)) wrong.push(objection("RECORD-BOUND", `${path} is not the file that entry 0 names`));
  }
  wrong.push(...strayApprovals(files, header));
}

function certificateClaims({ certificates }: Register): Claim[] {
  const spkis = new Map(certificates.filter(({ der }) => der !== "").map(({ name, der }) => [name, readCertificate(fromHex(der)).spki]));
  return certificates.flatMap(({ name, der, issuer }) => {
    const spki = spkis.get(issuer);
    return der === "" || spki === undefined ? [] : [certificateClaim(`certificate ${name}`, readCertificate(fromHex(der)), spki)];
  });
}

/** How the ceremony ended, in the words of its close; the certificates of its transcript key are in the register. */
function endingOf({ close }: Told, register: Register, wrong: Objection[]): Ending | null {
  if (close === null) return null;
  const { outcome, transcriptKey, exceptions } = close;
  const texts = exceptions.map((fact) => `step ${fact.step}: ${fact.kind}`);
  if (transcriptKey === null) return { outcome, exceptions: texts, effects: 0, transcriptKey: null, transcriptChain: [] };
  const chain = chainOf(register, transcriptKey.certificate);
  const [own] = chain;
  if (own === undefined) {
    wrong.push(objection("SEAL-TOKEN", `the register has no certificate ${transcriptKey.certificate}, by whose key the record was to be sealed`));
    return null;
  }
  return { outcome, exceptions: texts, effects: 0, transcriptKey: { ...transcriptKey, spki: new Content(readCertificate(own).spki) }, transcriptChain: chain };
}

function chainOf({ certificates }: Register, name: string): Uint8Array[] {
  const chain: Uint8Array[] = [];
  const seen = new Set<string>();
  for (let at = certificates.find((one) => one.name === name); at !== undefined && !seen.has(at.name); ) {
    seen.add(at.name);
    chain.push(fromHex(at.der));
    const { issuer } = at;
    at = certificates.find((one) => one.name === issuer);
  }
  return chain;
}
