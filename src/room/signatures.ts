/**
 * The check of what a token signs, while it signs: each signature is verified as it comes, so that at the answer little is left to do.
 * A signature is recorded as one only after it verified in software [SIGNATURE-VERIFIED], and what it makes was read by a second implementation.
 */
import { claimOf } from "../ceremony/feed.ts";
import type { RequestOf } from "../ceremony/request.ts";
import type { AnswerTo } from "../transcript/observation.ts";
import { Checking } from "./checking.ts";
import { misreadIssued } from "./second-reading.ts";

/** Told of signatures (hex) as a token makes them, in the order of the items. */
export type SignatureSink = (made: readonly string[]) => Promise<void>;

export class SignatureCheck {
  readonly #request: RequestOf<"sign">;
  readonly #checking: Checking<number>;
  readonly #taken: string[] = [];

  constructor(request: RequestOf<"sign">) {
    this.#request = request;
    this.#checking = new Checking(request.items.length);
  }

  /** Begins to check signatures that follow those taken before. */
  async take(made: readonly string[]): Promise<void> {
    for (const signature of made) {
      const item = this.#taken.push(signature) - 1;
      if (item < this.#request.items.length) await this.#checking.take(claimOf(this.#request, item, signature, "the token's answer"), item);
    }
  }

  /** What may be recorded of the token's answer. What was told on the way counts only where the answer says the same. @throws Fault room-checker */
  async judge(observation: AnswerTo<"sign">): Promise<AnswerTo<"sign">> {
    if (observation.outcome !== "done") return observation;
    const { signatures } = observation;
    const { items } = this.#request;
    const wrong = (why: string): AnswerTo<"sign"> => ({ kind: "sign", outcome: "wrong", why, signatures });
    if (signatures.length !== items.length) return wrong(`expected ${items.length} signatures, the token gave ${signatures.length}`);
    if (!this.#taken.every((signature, i) => signature === signatures[i])) return new SignatureCheck(this.#request).judge(observation);
    await this.take(signatures.slice(this.#taken.length));
    const failed = await this.#checking.failed();
    if (failed.length > 0) return wrong("the signature does not verify under the key's public half");
    return misreadIssued(this.#request, signatures) ?? observation;
  }
}
