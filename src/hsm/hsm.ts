/** The only room that knows PKCS#11: puts the token requests of a ceremony to its tokens. */
import type { Request, SigningKey, TokenRef } from "../ceremony/request.ts";
import type { PinSource } from "../console/secret.ts";
import { Fault } from "../fault.ts";
import type { Observation } from "../transcript/observation.ts";
import type { HsmEvents, TokenBinding, WrappingSecrets } from "./binding.ts";
import { callFault, CkrError } from "./ckr.ts";
import { prepareDestroy } from "./destroy-objects.ts";
import { drawFromToken, findObjects, findToken, inspectToken } from "./free.ts";
import { prepareGenerate } from "./generate-key-pair.ts";
import { keepHead, readHeads } from "./head-object.ts";
import { prepareInitialize } from "./initialize-token.ts";
import { shortcomingsFor, type KeyWish } from "./offer.ts";
import { prepareSetPin } from "./set-pin.ts";
import { prepareSign, signSeal, type SignatureSink } from "./sign.ts";
import { Tokens } from "./tokens.ts";
import { prepareUnwrap } from "./unwrap-key.ts";
import { wrapShortcomings } from "./wrap-mechanism.ts";
import { prepareWrap } from "./wrap-key.ts";

export type { HsmEvents, TokenBinding, WrappingSecrets } from "./binding.ts";
export { PROVES_NOTHING_HAPPENED } from "./ckr.ts";

/** What remains to be done once everything that can be checked has been. */
type Perform = (signed?: SignatureSink) => Promise<Observation>;

export class Hsm {
  readonly #tokens: Tokens;
  #ready: { readonly request: Request; readonly perform: Perform } | null = null;
  /** Everything waits for what was asked before it: two calls at a time, or a close during one, end the process. */
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param bindings the tokens of the station, by the script's names
   * @param secrets where keys are wrapped and unwrapped
   */
  constructor(bindings: Readonly<Record<string, TokenBinding>>, pins: PinSource, events: HsmEvents, secrets: WrappingSecrets | null = null) {
    this.#tokens = new Tokens(bindings, pins, events, secrets);
  }

  /**
   * Reaches the token, opens the session, logs in and checks what must hold before an effect is put on record. Nothing
   * happens on the token. Requests that are no effect, or not for a token, need no preparation.
   * @throws Fault hsm-…, and what `pins` and `events` throw
   */
  prepare(request: Request): Promise<void> {
    return this.#inTurn(() => this.#makeReady(request));
  }

  /**
   * Puts a token request to the token. Once the native call of an effect has been made, the answer is an observation.
   * @param signed told of signatures as they are made
   * @throws Fault hsm-… for a request that is no effect, and for an effect before its native call; bug-unreachable for a
   *   request that is not for a token
   */
  answer(request: Request, signed?: SignatureSink): Promise<Observation> {
    return this.#inTurn(async () => {
      if (this.#ready?.request !== request) await this.#makeReady(request);
      const perform = this.#ready?.perform;
      this.#ready = null;
      return perform === undefined ? this.#ask(request) : this.#settled(request, await perform(signed));
    });
  }

  /** What was made or destroyed is done when it will outlast a loss of power; where that is not certain, nobody knows. */
  #settled(request: Request, observation: Observation): Observation {
    if (observation.outcome !== "done" || observation.kind === "sign") return observation;
    try {
      this.#tokens.settle(tokenOf(request));
      return observation;
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      return { kind: observation.kind, outcome: "unknown", ckr: "fsync" };
    }
  }

  /**
   * The one signature outside the transcript (the seal).
   * @returns ECDSA as r ‖ s, RSA as the octet string, Ed25519 as 64 octets; not verified
   * @throws Fault hsm-…
   */
  signOnce(key: SigningKey, message: Uint8Array): Promise<Uint8Array> {
    return this.#inTurn(() => this.#explaining(key.token, () => signSeal(this.#tokens, key, message)));
  }

  /** The heads that a token keeps, their octets. @throws Fault hsm-… */
  readHeads(ref: TokenRef): Promise<Uint8Array[]> {
    return this.#inTurn(() => this.#explaining(ref.token, () => readHeads(this.#tokens, ref)));
  }

  /** Has a token keep a head, where the user is logged in to it. @returns `kept`, `closed` or why not */
  keepHead(ref: TokenRef, value: Uint8Array): Promise<string> {
    return this.#inTurn(() => keepHead(this.#tokens, ref, value));
  }

  /** Logs out everywhere; the next request logs in anew. @returns whether anybody was logged in */
  logOut(): Promise<boolean> {
    return this.#inTurn(() => this.#tokens.dropAll());
  }

  /** The tokens of the station as they are, for people to see; nothing is opened or asked. */
  standing(): { token: string; serial: string | null; loggedIn: boolean }[] {
    return this.#tokens.standing();
  }

  /**
   * Why tokens that are here cannot make these key pairs, by the token's own list of mechanisms. Nobody logs in and nothing is
   * made. A token that is not here, or cannot be looked at, says nothing: what is wrong with it comes out when it is needed.
   */
  shortcomings(wishes: readonly KeyWish[]): Promise<string[]> {
    return this.#inTurn(async () => wishes.flatMap((wish) => this.#tokens.ifHere(wish.token, (slot) => [...shortcomingsFor(slot, wish), ...wrapShortcomings(slot, wish)]) ?? []));
  }

  /** Logs out everywhere, closes sessions, finalizes modules. */
  close(): Promise<void> {
    return this.#inTurn(() => this.#tokens.close());
  }

  async #makeReady(request: Request): Promise<void> {
    this.#ready = null;
    const perform = "token" in request || request.kind === "sign" ? await this.#explaining(tokenOf(request), () => this.#check(request)) : null;
    if (perform !== null) this.#ready = { request, perform };
  }

  async #check(request: Request): Promise<Perform | null> {
    switch (request.kind) {
      case "initialize-token": return prepareInitialize(this.#tokens, request);
      case "generate-key-pair": return prepareGenerate(this.#tokens, request);
      case "sign": return prepareSign(this.#tokens, request);
      case "wrap-key": return prepareWrap(this.#tokens, request);
      case "unwrap-key": return prepareUnwrap(this.#tokens, request);
      case "set-pin": return prepareSetPin(this.#tokens, request);
      case "destroy-objects": return prepareDestroy(this.#tokens, request);
      default: return null;
    }
  }

  #ask(request: Request): Promise<Observation> {
    return this.#explaining(tokenOf(request), async () => {
      if (request.kind === "draw" && request.source === "token") return drawFromToken(this.#tokens, request);
      if (request.kind === "inspect-token") return inspectToken(this.#tokens, request);
      if (request.kind === "find-token") return findToken(this.#tokens, request);
      if (request.kind === "find-objects") return findObjects(this.#tokens, request);
      throw new Fault("bug-unreachable", `the request ${request.kind} is not for a token`);
    });
  }

  /** A native call that fails outside an effect is a Fault in plain words; the session it failed in is not used again. */
  async #explaining<T>(token: string, make: () => Promise<T>): Promise<T> {
    try {
      return await make();
    } catch (error) {
      if (!(error instanceof CkrError)) throw error;
      await this.#tokens.recover(token);
      throw callFault(error, `token ${token} failed`);
    }
  }

  #inTurn<T>(make: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(make, make);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

function tokenOf(request: Request): string {
  if (request.kind === "sign") return request.key.token;
  return "token" in request ? request.token : "";
}
