/** What a scheduled run was refused for, where it left no record: a line for each, appended and fsynced. */
import { dirname, join, resolve } from "node:path";
import { canonicalText } from "../bytes/canonical.ts";
import { sha256Hex } from "../bytes/digest.ts";
import { fromUtf8, toUtf8 } from "../bytes/text.ts";
import { hostInstant } from "./clock.ts";
import { kindAt, readRegular } from "./files.ts";
import { GrowingFile } from "./growing-file.ts";

const FILE = "refusals.jsonl";
const NONE = "0".repeat(64);

/** One refusal: what was to be done, and every reason why not. */
export interface Refusal {
  /** SHA-256 of the script as it was given, hex; empty where it could not be read. */
  readonly script: string;
  /** The number of the run, and where its record was to be. */
  readonly run: number;
  readonly record: string;
  readonly reasons: readonly string[];
}

/** The file of refusals, beside the records. */
export function refusalsPath(record: string): string {
  return join(dirname(resolve(record)), FILE);
}

/** Appends a refusal: RFC 8785, one line; `prev` is the SHA-256 of the line before it, so that one that is taken out is missed. @throws Fault record-write, usage-file */
export function keepRefusal(record: string, refusal: Refusal): string {
  const path = refusalsPath(record);
  const last = kindAt(path) === "file" ? (fromUtf8(readRegular(path)).trimEnd().split("\n").at(-1) ?? "") : "";
  const line = canonicalText({ at: hostInstant(), ...refusal, prev: last === "" ? NONE : sha256Hex(toUtf8(last)) });
  const file = new GrowingFile(path);
  file.append(toUtf8(`${line}\n`));
  file.close();
  return path;
}
