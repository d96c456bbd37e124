/**
 * A pool of processes that check claims, and read certificates again, beside this one. They are given octets and give verdicts, and
 * know neither token nor disk. Worker threads would contend on the import of keys. No missing answer is ever taken for a good one.
 */
import { fork, type ChildProcess } from "node:child_process";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Fault } from "../fault.ts";
import type { Claim } from "../x509/algorithm.ts";
import { kindAt } from "./files.ts";

/** The program of a checker, beside this file. */
const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), "claim-checker.js");
/** Whether there is such a program: who has replay as one file has none, and checks everything itself. */
export function poolIsThere(): boolean {
  return kindAt(PROGRAM) === "file";
}

/** Batches that wait at one checker at most; with more, whoever asks does better to check itself. */
const MOST_WAITING = 3;

/** What a checker is asked: whether claims hold, or how the library of the second reading differs over TBSCertificates (DER). */
export type Question = { readonly kind: "claims"; readonly items: readonly Claim[] } | { readonly kind: "tbses"; readonly items: readonly Uint8Array[] };

/** What a checker is sent, and what it answers: one answer an item, in their order. */
export type Batch = Question & { readonly id: number };
export interface Answers {
  readonly id: number;
  readonly answers: readonly unknown[];
}

interface Waiting {
  readonly count: number;
  isAnswer(answer: unknown): boolean;
  resolve(answers: readonly unknown[]): void;
  reject(fault: Fault): void;
}

const isVerdict = (answer: unknown): answer is boolean => typeof answer === "boolean";
const areDifferences = (answer: unknown): answer is readonly string[] => Array.isArray(answer) && answer.every((one) => typeof one === "string");

export class ClaimPool {
  readonly #checkers: readonly Checker[];

  /** @param program the program of its processes @param size how many; by default one for each processor that is left */
  constructor(program = PROGRAM, size = Math.max(1, availableParallelism() - 1)) {
    this.#checkers = Array.from({ length: size }, () => new Checker(program));
  }

  /** Whether a batch would be begun soon. */
  get hasRoom(): boolean {
    return this.#freest().waiting < MOST_WAITING;
  }

  /** Whether each claim holds, in their order. @throws Fault room-checker when a checker died or answered something else */
  check(claims: readonly Claim[]): Promise<readonly boolean[]> {
    const items = claims.map(({ where, spki, mechanism, message, signature }) => ({ where, spki, mechanism, message, signature }));
    return this.#freest().ask({ kind: "claims", items }, isVerdict);
  }

  /** Differences of each TBSCertificate, as the second reading gives them, in their order. @throws Fault room-checker */
  readAgain(tbses: readonly Uint8Array[]): Promise<readonly (readonly string[])[]> {
    return this.#freest().ask({ kind: "tbses", items: tbses }, areDifferences);
  }

  /** Ends the processes. What is not answered by then never is. */
  close(): void {
    for (const checker of this.#checkers) checker.close();
  }

  #freest(): Checker {
    return this.#checkers.reduce((a, b) => (b.waiting < a.waiting ? b : a));
  }
}

/** One process. It holds this one open only while an answer is due, and ends when its channel does. */
class Checker {
  readonly #child: ChildProcess;
  readonly #open = new Map<number, Waiting>();
  #next = 0;
  #fault: Fault | null = null;

  constructor(program: string) {
    // no environment and no options of this process: nothing is loaded into a checker but its program
    this.#child = fork(program, [], { env: {}, execArgv: [], serialization: "advanced", stdio: ["ignore", "ignore", "ignore", "ipc"] });
    this.#child.on("message", (message) => this.#answered(message));
    this.#child.once("error", (cause) => this.#end(`could not be reached (${cause.message})`));
    this.#child.once("exit", (code, signal) => this.#end(`ended early (${signal ?? `exit ${code ?? ""}`})`));
    this.#hold();
  }

  get waiting(): number {
    return this.#open.size;
  }

  ask<A>(question: Question, isAnswer: (answer: unknown) => answer is A): Promise<readonly A[]> {
    return new Promise((resolve, reject) => {
      if (this.#fault !== null) return reject(this.#fault);
      const batch: Batch = { ...question, id: this.#next++ };
      this.#open.set(batch.id, { count: question.items.length, isAnswer, resolve: (answers) => resolve(answers as readonly A[]), reject });
      this.#hold();
      this.#child.send(batch, (cause) => cause !== null && this.#end(`could not be asked (${cause.message})`));
    });
  }

  close(): void {
    this.#end("was ended");
    this.#child.kill();
  }

  #answered(message: unknown): void {
    const { id, answers } = message as Partial<Answers>;
    const waiting = this.#open.get(id ?? -1);
    const isWhole = waiting !== undefined && Array.isArray(answers) && answers.length === waiting.count && answers.every(waiting.isAnswer);
    if (!isWhole) return this.#end("gave an answer that is none");
    this.#open.delete(id ?? -1);
    this.#hold();
    waiting.resolve(answers);
  }

  /** After it nothing is asked of this process any more: what is open fails, and what comes later fails as well. */
  #end(how: string): void {
    this.#fault ??= new Fault("room-checker", `a process that checks signatures ${how}`, ["nothing was taken for checked; run the same command again"]);
    for (const { reject } of this.#open.values()) reject(this.#fault);
    this.#open.clear();
    this.#hold();
  }

  #hold(): void {
    const hold = this.#open.size > 0 ? "ref" : "unref";
    this.#child[hold]();
    this.#child.channel?.[hold]();
  }
}
