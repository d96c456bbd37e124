/** All judges, and the set before them. `npm run judges` runs this file: everything that the profiles issue, before every judge of this machine. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { needTool } from "../tools.ts";
import { heldIn, type JudgedSet } from "./cases.ts";
import { gnutls } from "./gnutls.ts";
import { disagreements, type Judge } from "./judge.ts";
import { unknownOf } from "./known.ts";
import { GO, JAVA } from "./lines.ts";
import { NSS } from "./nss.ts";
import { OPENSSL } from "./openssl.ts";

/** @param folder of the set */
export function judgesOf(folder: string): Judge[] {
  let lists = 0;
  const writeList = (text: string): string => {
    const path = join(folder, `lists-${++lists}.pem`);
    writeFileSync(path, text);
    return path;
  };
  return [OPENSSL, gnutls(writeList), NSS, JAVA, GO];
}

/** The Debian packages of what a judge needs and this machine does not have. */
export function missingOf({ needs }: Judge): string[] {
  return [...new Set(Object.entries(needs).filter(([program]) => needTool(program).skip !== undefined).map(([, debian]) => debian))];
}

function judged(judge: Judge, set: JudgedSet): boolean {
  const missing = missingOf(judge);
  if (missing.length > 0) {
    console.log(`${judge.name}: skipped: not on this machine (Debian: ${missing.join(", ")})`);
    return true;
  }
  const sentences = judge.judge(set);
  const { unknown, heard } = unknownOf(judge.name, sentences);
  console.log(`${judge.name}: ${sentences.length} judgements, ${unknown.length} against us`);
  for (const [{ why }, times] of heard) console.log(`  ${times} times, known: ${why}`);
  for (const line of disagreements(unknown)) console.log(`  ${line}`);
  return unknown.length === 0;
}

/** Exit code 0 when no judge says anything that is not known, 1 otherwise; 2 for a word that is no judge. */
async function main(words: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "anchorite-judges-"));
  try {
    const judges = judgesOf(folder).filter(({ name }) => words.length === 0 || words.includes(name));
    if (judges.length < Math.max(1, words.length)) {
      console.log(`judges: expected some of ${judgesOf(folder).map(({ name }) => name).join(", ")}, found ${words.join(", ")}`);
      return 2;
    }
    const set = await heldIn(folder);
    console.log(`issued: ${set.certificates.length} certificates, ${set.lists.length} CRLs, ${set.chains.length} chains`);
    return judges.map((judge) => judged(judge, set)).every(Boolean) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.exitCode = await main(process.argv.slice(2));
