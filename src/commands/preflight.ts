/** `preflight --station FILE`: the host is looked at, and every reason is told why it is not fit for a ceremony that counts. Touches no token. */
import { terminalReady, STANDARD_TERMINAL } from "../console/prompts.ts";
import { HostQuestions } from "../console/host-questions.ts";
import { digestLines, findingLines } from "../console/pages.ts";
import { EXIT, type ExitCode, type Finding } from "../fault.ts";
import { statedFacts, type HostFacts, type PaperDigest } from "../preflight/host-facts.ts";
import { judgeOnline } from "../preflight/judge-online.ts";
import { judgeHost } from "../preflight/judge-host.ts";
import { hostInstant } from "../room/clock.ts";
import { readRegular } from "../room/files.ts";
import { readHost } from "../room/host-facts.ts";
import { readTool } from "../room/package-digest.ts";
import { parseStation } from "../script/station.ts";
import type { Station } from "../script/station-schema.ts";
import { moduleDigest } from "./module.ts";
import { result, talkFindings } from "./output.ts";

export interface PreflightOptions {
  readonly station: string;
  /** Where the record will lie. */
  readonly record?: string;
  /** As for a scheduled run. */
  readonly online?: boolean;
  readonly json?: boolean;
}

/** Exit 3 where the host would be refused. People are asked at a terminal only. */
export async function preflight({ station: path, record = ".", online, json }: PreflightOptions): Promise<ExitCode> {
  const { station, findings: misread } = parseStation(readRegular(path), path);
  if (station === null) {
    talkFindings(misread);
    return EXIT.refused;
  }
  const facts = await hostFacts(station, record, json !== true && online !== true && terminalReady() ? [] : null);
  const findings = online === true ? judgeOnline(facts, { interfaces: namedInterfaces(station), tool: null }) : judgeHost(facts, station["hsm-link"] ?? null);
  if (json === true) result(JSON.stringify({ fit: findings.length === 0, facts, findings }));
  else result(...factLines(facts), ...facts.digests.filter(({ words }) => words === "not asked").flatMap(({ of, sha256 }) => digestLines(`the ${of}`, sha256)), ...findingLines(findings), findings.length === 0 ? "FIT for a ceremony that counts" : `NOT FIT for a ceremony that counts: ${findings.length} finding${findings.length === 1 ? "" : "s"}`);
  return findings.length === 0 ? EXIT.done : EXIT.refused;
}

/** The interfaces that a station allows to be up in scheduled runs. */
export function namedInterfaces(station: Station): string[] {
  const link = station["hsm-link"];
  return [...(station.online ?? []), ...(link === undefined ? [] : [link])];
}

function factLines(facts: HostFacts): string[] {
  return statedFacts(facts).map(({ what, found }) => `${what}: ${found}`);
}

/** @param ask ids of those who may read a watch, any name where there are none; null where nobody can be asked @throws Fault hsm-module, person-interrupted */
export async function hostFacts(station: Station, record: string, ask: readonly string[] | null): Promise<HostFacts> {
  const host = readHost(record);
  const modules = new Map(Object.entries(station.tokens).map(([token, { module }]) => [moduleDigest(module), `module of ${token}`]));
  const papers = [{ of: "tool", sha256: readTool().package }, ...[...modules].map(([sha256, of]) => ({ of, sha256 }))];
  if (ask === null) return { ...host, watches: [], digests: papers.map((one) => ({ ...one, words: "not asked" })) };
  const questions = new HostQuestions(STANDARD_TERMINAL, hostInstant);
  const watches = await questions.watches(ask);
  const digests: PaperDigest[] = [];
  for (const one of papers) digests.push({ ...one, words: await questions.words(one) });
  return { ...host, watches, digests };
}

/** What a test is told in one line, and no more. */
export function notFitLine(findings: readonly Finding[]): string {
  return `preflight: a ceremony that counts would not be held on this host: ${[...new Set(findings.map(({ control }) => control))].join(", ")}`;
}
