/** A run that is killed when its transcript has reached an entry, and gone on with until it ends. */
import type { ChildProcess } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { Ceremony, freshPath } from "./ceremony.ts";

/** When SIGKILL is sent: so many microseconds after entry `entry` was seen on the disk. */
export interface Death {
  readonly entry: number;
  readonly microseconds: number;
}

const LF = 0x0a;
const PATIENCE_MS = 60_000;

/** A copy of a prepared ceremony with a token folder of its own: an empty one, or with the tokens that there are. */
export function copyOf(prepared: Ceremony, tokens: "none" | "those" = "none"): Ceremony {
  const copy = new Ceremony(freshPath("run"));
  cpSync(prepared.folder, copy.folder, { recursive: true });
  if (tokens === "none") rmSync(copy.path("tokens"), { recursive: true });
  mkdirSync(copy.path("tokens"), { mode: 0o700, recursive: true });
  writeFileSync(copy.path("softhsm2.conf"), copy.read("softhsm2.conf").replace(prepared.folder, copy.folder));
  return copy;
}

/** How a child ended: its exit code, or null when a signal ended it. */
export function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
}

/** Runs a ceremony and kills it at its death, if it lives so long; returns its exit code, null when it was killed. */
export async function runUntil(ceremony: Ceremony, death: Death): Promise<number | null> {
  const child = ceremony.start();
  const ended = endOf(child);
  await reaches(ceremony, child, death.entry);
  waitBusily(death.microseconds);
  child.kill("SIGKILL");
  return ended;
}

/** Resolves when the transcript has the entry, or the child is gone. */
export async function reaches(ceremony: Ceremony, child: ChildProcess, entry: number): Promise<void> {
  const path = ceremony.inRecord("transcript.jsonl");
  const giveUp = performance.now() + PATIENCE_MS;
  const before = sizeOf(path);
  let size = -1;
  while (child.exitCode === null && child.signalCode === null) {
    if (performance.now() > giveUp) throw new Error(`no entry ${entry} in ${PATIENCE_MS} ms`);
    const now = sizeOf(path);
    if (now !== size && now !== before && entriesIn(path) > entry) return;
    size = now;
    // node starts for half a second; then an entry comes each millisecond, and a timer would be too slow
    await new Promise((resolve) => (now === before ? setTimeout(resolve, 1) : setImmediate(resolve)));
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? -1;
}

function entriesIn(path: string): number {
  return readFileSync(path).filter((octet) => octet === LF).length >> 1;
}

function waitBusily(microseconds: number): void {
  const until = performance.now() + microseconds / 1000;
  while (performance.now() < until);
}

/**
 * Whether SoftHSM lost the ceremony's token by the kill. It empties the token's file at each login before it writes it anew, and
 * fsyncs nothing: killed in between, it knows that token no more. Nothing above it can mend that. A token that was not yet known
 * by its serial is no loss: the effect that made it has no answer, and is asked for again.
 */
export function softHsmLostItsToken(ceremony: Ceremony): boolean {
  const facts = existsSync(ceremony.inRecord("transcript.jsonl")) ? ceremony.facts() : [];
  const serial = facts.findLast(({ request }) => request?.kind === "inspect-token" || request?.kind === "draw")?.request?.serial;
  const folder = readdirSync(ceremony.path("tokens")).find((name) => typeof serial === "string" && name.replaceAll("-", "").endsWith(serial));
  return folder !== undefined && statSync(ceremony.path("tokens", folder, "token.object")).size === 0;
}
