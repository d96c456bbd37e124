/**
 * Custody of the secret that wraps a key: custodians are given shares of it, and bring them again. The secret is here while that
 * goes on and no longer. Nothing of it is recorded, nor a digest of a share; the check value is none from which it could be found.
 */
import type { RequestOf, ShareHolder } from "../ceremony/request.ts";
import type { ShareDesk, ShareSlip, Stopped } from "../console/people.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { checkValueOf, combineShares, SECRET_LENGTH, setOf, splitSecret, tryEverySet } from "./sharing.ts";
import { lineOctets, LINES, shareLines, shareOf, type Share } from "./share-lines.ts";

/** What may be recorded of a secret that was shared out. */
export interface SharedOut {
  readonly checkValue: string;
  readonly shares: readonly ShareHolder[];
  readonly subsets: number;
}

export class Custody {
  readonly #desk: ShareDesk;
  /** What custodians brought, by the request that needs it. */
  readonly #brought = new Map<RequestOf<"unwrap-key">, Uint8Array>();

  constructor(desk: ShareDesk) {
    this.#desk = desk;
  }

  /**
   * Gives each custodian a share, has each typed again, and tries every set of what was typed. The secret is wiped, whatever happens.
   * @throws Fault custody-shares when a set does not give the secret
   */
  async give({ backup, spki, threshold, shares: holders }: RequestOf<"wrap-key">, secret: Uint8Array): Promise<SharedOut | Stopped> {
    const parts: Uint8Array[] = [];
    try {
      if (secret.length !== SECRET_LENGTH) throw new Fault("custody-shares", `expected a wrapping key of ${SECRET_LENGTH} octets, found ${secret.length}`);
      const checkValue = checkValueOf(secret, spki.sha256);
      const set = setOf(checkValue);
      const typed: Uint8Array[] = [];
      parts.push(...(await splitSecret(secret, holders.length, threshold)));
      for (const [i, holder] of holders.entries()) {
        const share: Share = { number: holder.number, threshold, set, octets: parts[i] ?? new Uint8Array() };
        const back = await this.#giveOne({ backup, set, threshold, of: holders.length, ...holder, purpose: "give" }, share);
        if ("reason" in back) return back;
        typed.push(back.octets);
        parts.push(back.octets);
      }
      const subsets = await tryEverySet(typed, threshold, secret);
      if (subsets === null) throw new Fault("custody-shares", `expected every ${threshold} shares of ${backup} to give the wrapping key, found some that do not`);
      return { checkValue, shares: holders.map(({ by, number }) => ({ by, number })), subsets };
    } finally {
      for (const part of [secret, ...parts]) part.fill(0);
    }
  }

  async #giveOne(slip: ShareSlip, share: Share): Promise<Share | Stopped> {
    const lines = shareLines(share);
    const own = lines.map((line, i) => lineOctets(i, line));
    for (;;) {
      const stopped = await this.#desk.show(slip, lines);
      if (stopped !== null) return stopped;
      const typed = await this.#desk.type(slip, LINES, (i, text) => {
        const octets = lineOctets(i, text);
        if (typeof octets === "string") return octets;
        const expected = own[i];
        return (expected instanceof Uint8Array && sameBytes(octets, expected)) || `line ${i + 1}: this is not line ${i + 1} of your share; compare it with the paper`;
      });
      if (typed !== "show again") return "reason" in typed ? typed : readShare(typed);
    }
  }

  /**
   * Before a key is unwrapped: its custodians type their shares, again when these do not come to the secret of the check value.
   * @returns who ended it; null when the secret is here
   */
  async collect(request: RequestOf<"unwrap-key">): Promise<Stopped | null> {
    for (let again = false; !this.#brought.has(request); again = true) {
      const shares: Uint8Array[] = [];
      for (const holder of request.shares) {
        const share = await this.#takeOne(request, holder, again);
        if ("reason" in share) return share;
        shares.push(share.octets);
      }
      const secret = await combineShares(shares);
      for (const share of shares) share.fill(0);
      if (checkValueOf(secret, request.spki.sha256) === request.checkValue) this.#brought.set(request, secret);
    }
    return null;
  }

  async #takeOne({ backup, checkValue, threshold, shares }: RequestOf<"unwrap-key">, holder: ShareHolder, again: boolean): Promise<Share | Stopped> {
    const set = setOf(checkValue);
    const slip: ShareSlip = { backup, set, threshold, of: shares.length, ...holder, purpose: again ? "take again" : "take" };
    const typed = await this.#desk.type(slip, LINES, (i, text) => {
      const octets = lineOctets(i, text);
      if (typeof octets === "string") return octets;
      // the first line says what share it is
      return i !== 0 || strangeness(octets, holder.number, set) || true;
    });
    if (typed === "show again") throw new Fault("bug-unreachable", "nobody shows a share that is brought");
    return "reason" in typed ? typed : readShare(typed);
  }

  /** The secret that custodians brought for a request; it is handed out once. @throws Fault custody-shares when they brought none */
  spend(request: RequestOf<"unwrap-key">): Uint8Array {
    const secret = this.#brought.get(request);
    this.#brought.delete(request);
    if (secret === undefined) throw new Fault("custody-shares", `expected the custodians of ${request.backup} to have typed their shares, found none`, ["run the same command again: they are asked anew"]);
    return secret;
  }
}

function readShare(lines: readonly string[]): Share {
  const octets = lines.map((line, i) => lineOctets(i, line));
  return shareOf(octets.map((line) => (line instanceof Uint8Array ? line : new Uint8Array())));
}

/** Why a first line is of another share or another backup; empty when it is not. */
function strangeness(first: Uint8Array, number: number, set: string): string {
  const share = shareOf([first]);
  if (share.set !== set) return `line 1: this is a share of another backup: of set ${share.set}, expected ${set}`;
  return share.number === number ? "" : `line 1: this is share ${share.number}, expected share ${number}`;
}
