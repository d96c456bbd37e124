/** Checking claims as they come: few of them here, many in the pool as well. Which of them do not hold is known when all were checked. */
import type { Claim } from "../x509/algorithm.ts";
import { claimHolds } from "./claims.ts";
import { ClaimPool, poolIsThere } from "./pool.ts";

/** So many claims are worth the start of processes. */
export const ENOUGH = 300;
/** Claims that are sent to a process at a time. */
const BATCH = 50;

interface Taken<T> {
  readonly claim: Claim;
  readonly about: T;
}

let shared: ClaimPool | null = null;

/** The pool of this program, started when there is work for it. It ends with the program. */
function sharedPool(): ClaimPool {
  shared ??= new ClaimPool();
  return shared;
}

/** Claims that were taken, each with what it is about, and those among them that do not hold. */
export class Checking<T> {
  readonly #pool: () => ClaimPool;
  #taken: Taken<T>[] = [];
  /** What a batch still owes: those of its claims that do not hold. */
  readonly #batches: Promise<readonly T[]>[] = [];
  #isLarge: boolean;
  readonly #mayBeLarge: boolean;

  /** @param expected how many claims will come, where that is known: the pool then starts with the first batch */
  constructor(expected = 0, pool: () => ClaimPool = sharedPool) {
    this.#mayBeLarge = pool !== sharedPool || poolIsThere();
    this.#isLarge = this.#mayBeLarge && expected >= ENOUGH;
    this.#pool = pool;
  }

  /** Takes a claim. Await it now and then, or nothing that was sent is answered meanwhile. */
  async take(claim: Claim, about: T): Promise<void> {
    this.#taken.push({ claim, about });
    this.#isLarge ||= this.#mayBeLarge && this.#taken.length >= ENOUGH;
    if (!this.#isLarge) return;
    while (this.#taken.length >= BATCH) await this.#send(this.#taken.splice(0, BATCH));
  }

  /** What the claims are about that do not hold, in the order taken; all that were taken are checked. @throws Fault room-checker */
  async failed(): Promise<readonly T[]> {
    if (this.#isLarge) while (this.#taken.length > 0) await this.#send(this.#taken.splice(0, BATCH));
    const here = failing(this.#taken.splice(0));
    const sent = await Promise.all(this.#batches.splice(0));
    return [...sent.flat(), ...here];
  }

  /** To a process that is free, or checked here, after which answers may come in. */
  async #send(batch: readonly Taken<T>[]): Promise<void> {
    const pool = this.#pool();
    if (!pool.hasRoom) {
      this.#batches.push(Promise.resolve(failing(batch)));
      return turn();
    }
    const checked = pool.check(batch.map(({ claim }) => claim)).then((holds) => batch.filter((_taken, i) => holds[i] !== true).map(({ about }) => about));
    // a fault is thrown by who awaits it, at the end
    checked.catch(() => undefined);
    this.#batches.push(checked);
  }
}

/** What `here` or a process of the pool gives for each item, in their order. Few items are not worth a pool. */
export async function shareOut<I, R>(items: readonly I[], here: (some: readonly I[]) => readonly R[], there: (pool: ClaimPool, some: readonly I[]) => Promise<readonly R[]>): Promise<readonly R[]> {
  if (items.length < ENOUGH) return here(items);
  const parts: Promise<readonly R[]>[] = [];
  const pool = sharedPool();
  for (let i = 0; i < items.length; i += BATCH) {
    const some = items.slice(i, i + BATCH);
    if (pool.hasRoom) {
      const answers = there(pool, some);
      // a fault is thrown by who awaits them all, below
      answers.catch(() => undefined);
      parts.push(answers);
      continue;
    }
    parts.push(Promise.resolve(here(some)));
    await turn();
  }
  return (await Promise.all(parts)).flat();
}

function failing<T>(taken: readonly Taken<T>[]): T[] {
  return taken.filter(({ claim }) => !claimHolds(claim)).map(({ about }) => about);
}

/** Lets what has come in be read. */
function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
