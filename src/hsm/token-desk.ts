/** The desk at which people look at tokens and try them, outside of any ceremony. Nothing that it did not make is changed. */
import type { PinSource } from "../console/secret.ts";
import { Fault } from "../fault.ts";
import type { Probe, SeenModule, SeenObject, SeenToken } from "../tokens/probe.ts";
import { profilesOf } from "../tokens/profiles.ts";
import { KEY_ALGORITHMS, type KeyAlgorithm } from "../x509/algorithm.ts";
import { toHex } from "../bytes/hex.ts";
import { attributeWords } from "./attribute-words.ts";
import { CKA, className } from "./attributes.ts";
import type { TokenBinding } from "./binding.ts";
import { callFault, CkrError } from "./ckr.ts";
import { mechanismName } from "./mechanism.ts";
import { Scratch, SCRATCH } from "./scratch.ts";
import type { ObjectHandle, TokenSession } from "./session.ts";
import { tokenFlags } from "./token-flags.ts";
import { Tokens, type LookedAt, type OpenToken } from "./tokens.ts";
import { tryAlwaysAuthenticate, tryDataObject, tryLengths, tryRandom, trySameId, tryWraps } from "./trial-limits.ts";
import { tryPair, without, type Bench } from "./trial-pairs.ts";

/** What is to be tried, and how it is stopped. */
export interface TrialOrder extends Pick<Bench, "templates" | "verifies" | "stopped"> {
  /** Hex, drawn for this trial. */
  readonly name: string;
  /** Null: all. */
  readonly algorithms: readonly KeyAlgorithm[] | null;
  draw(length: number): Uint8Array;
  progress(line: string): void;
}

type Found = Omit<Probe, "format" | "at" | "module">;
const QUIET = { login: async () => undefined, logout: async () => undefined, loginRefused: async () => undefined };
const QUICK: readonly KeyAlgorithm[] = ["ecdsa-p256", "ecdsa-p384", "rsa-2048", "ed25519"];

export class TokenDesk {
  readonly #tokens: Tokens;

  constructor(bindings: Readonly<Record<string, TokenBinding>>, pins: PinSource) {
    this.#tokens = new Tokens(bindings, pins, QUIET);
  }

  /** @throws Fault hsm-module, hsm-configuration, hsm-environment, hsm-call */
  module(name: string): Omit<SeenModule, "sha256"> {
    return this.#explaining(() => this.#tokens.moduleOf(name));
  }

  /** Every token of the module of a name; nobody logs in. @throws Fault hsm-… */
  list(name: string): SeenToken[] {
    return this.#explaining(() => this.#tokens.lookAround(name).map(seen));
  }

  /** A token, and its objects: logged in all of them, else those that it shows to everybody. @throws Fault hsm-… */
  async inspect(name: string, login: boolean): Promise<{ readonly token: SeenToken; readonly objects: readonly SeenObject[] }> {
    const open = await this.#reach(name, login);
    return this.#explaining(() => ({ token: seen({ slot: open.slot, state: open.slot.state() }), objects: open.session.find({}).map((handle) => seenObject(open.session, handle)) }));
  }

  /** Keys that are there, and what trials before left, in words; logged in. @throws Fault hsm-… */
  async present(name: string): Promise<{ readonly token: SeenToken; readonly keys: readonly string[]; readonly leftBefore: readonly string[] }> {
    const { token, objects } = await this.inspect(name, true);
    const inWords = ({ class: kind, label, id }: SeenObject) => `${kind} ${JSON.stringify(label)} (CKA_ID ${id || "none"})`;
    const left = objects.filter(({ label }) => label.startsWith(SCRATCH));
    return { token, keys: objects.filter((one) => /private|secret/.test(one.class) && !left.includes(one)).map(inWords), leftBefore: left.map(inWords) };
  }

  /** Tries the token on keys of its own making, and destroys them whatever happens. @throws Fault hsm-… */
  async probe(name: string, order: TrialOrder): Promise<Found> {
    const open = await this.#reach(name, true);
    const before = this.#explaining(() => open.session.find({}).length);
    const scratch = new Scratch(order.name, (length) => order.draw(length));
    const bench: Bench = { session: open.session, slot: open.slot, scratch, templates: without(order.templates, open.slot.leftOut()), verifies: (claim) => order.verifies(claim), stopped: () => order.stopped() };
    const made = { pairs: [] as Probe["pairs"][number][], rest: NOTHING_TRIED, untried: [] as string[] };
    order.progress(`everything that is made has the label ${scratch.label}`);
    const bug = await tryAll(bench, order, made).then(() => null, (error: unknown) => unlessToken(error, made.untried));
    const left = await this.#clean(name, open, scratch);
    if (bug !== null) throw bug;
    const after = left.length > 0 && left[0] === UNREACHED ? before : (await this.#reach(name, true)).session.find({}).length;
    return {
      token: seen({ slot: open.slot, state: open.slot.state() }), objects: { before, after }, pairs: made.pairs, ...made.rest, untried: made.untried,
      scratch: { label: scratch.label, ids: scratch.ids, destroyed: left.length === 0 ? "yes" : "no", left },
    };
  }

  close(): Promise<void> {
    return this.#tokens.close();
  }

  /** With a new session where the old one is of no use any more. */
  async #clean(name: string, open: OpenToken, scratch: Scratch): Promise<string[]> {
    try {
      return scratch.destroy(open.session);
    } catch {
      try {
        await this.#tokens.drop(open);
        return scratch.destroy((await this.#reach(name, true)).session);
      } catch (error) {
        return [UNREACHED, error instanceof Error ? error.message : ""];
      }
    }
  }

  async #reach(name: string, login: boolean): Promise<OpenToken> {
    try {
      return await (login ? this.#tokens.reachLoggedIn({ token: name, serial: null }) : this.#tokens.reach({ token: name, serial: null }));
    } catch (error) {
      if (error instanceof CkrError) throw callFault(error, `token ${name} failed`);
      throw error;
    }
  }

  #explaining<T>(make: () => T): T {
    try {
      return make();
    } catch (error) {
      if (error instanceof CkrError) throw callFault(error, "the token failed");
      throw error;
    }
  }
}

const UNREACHED = "the token could not be reached again: look for the label with its vendor's tool";
const NOTHING_TRIED: Pick<Found, "longest" | "sameId" | "alwaysAuthenticate" | "wraps" | "dataObject" | "generator"> = {
  longest: { id: null, label: null }, sameId: "not tried", alwaysAuthenticate: "not tried", wraps: [], dataObject: "not tried", generator: "not tried",
};

/** What a token did wrong ends the trial and is told with the rest; what is no token's doing is thrown once all is destroyed. */
function unlessToken(error: unknown, untried: string[]): Error | null {
  if (!(error instanceof CkrError || error instanceof Fault)) return error instanceof Error ? error : new Error(String(error));
  untried.push(`everything after ${error.message}`);
  return null;
}

/** Writes what it finds as it goes, so that a token that fails half way is told of all the same. */
async function tryAll(bench: Bench, order: TrialOrder, made: { pairs: Probe["pairs"][number][]; rest: typeof NOTHING_TRIED; untried: string[] }): Promise<void> {
  made.rest = { ...made.rest, generator: tryRandom(bench) };
  for (const algorithm of KEY_ALGORITHMS.filter((one) => order.algorithms?.includes(one) !== false)) {
    if (order.stopped()) return void made.untried.push(`${algorithm} and what follows: a person stopped it`);
    order.progress(`trying ${algorithm}`);
    made.pairs.push(await tryPair(bench, algorithm));
    bench.scratch.destroy(bench.session);
  }
  const quick = made.pairs.filter((pair) => pair.made === "yes").sort((a, b) => QUICK.indexOf(a.algorithm) - QUICK.indexOf(b.algorithm)).find(({ algorithm }) => QUICK.includes(algorithm));
  if (quick === undefined) return void made.untried.push("limits, wrapping and always-authenticate: no key was made to try them with");
  const templates = without(bench.templates, quick.refused);
  const trials = [
    async () => ({ longest: await tryLengths(bench, quick.algorithm, templates) }),
    async () => ({ sameId: await trySameId(bench, quick.algorithm, templates) }),
    async () => ({ alwaysAuthenticate: await tryAlwaysAuthenticate(bench, quick.algorithm, templates) }),
    async () => ({ wraps: await tryWraps(bench, quick.algorithm, templates) }),
    async () => ({ dataObject: tryDataObject(bench) }),
  ];
  for (const trial of trials) {
    if (order.stopped()) return void made.untried.push("what follows: a person stopped it");
    order.progress("trying limits");
    made.rest = { ...made.rest, ...(await trial()) };
    bench.scratch.destroy(bench.session);
  }
}

function seen({ slot, state: { identity, pinLength } }: LookedAt): SeenToken {
  const { manufacturer, model, serial, label, firmware } = identity;
  return {
    manufacturer, model, serial, label, firmware, flags: tokenFlags(slot.flags()), pin: [pinLength.least, pinLength.most],
    mechanisms: slot.mechanisms().map(mechanismName), profiles: profilesOf(identity).map(({ name }) => name),
  };
}

function seenObject(session: TokenSession, handle: ObjectHandle): SeenObject {
  const label = session.attribute(handle, CKA.LABEL) ?? Buffer.alloc(0);
  const cko = session.attribute(handle, CKA.CLASS);
  return {
    class: className(cko === null || cko.length !== 8 ? null : Number(cko.readBigUInt64LE())), label: label.toString("utf8"), id: toHex(session.attribute(handle, CKA.ID) ?? Buffer.alloc(0)),
    attributes: Object.fromEntries(attributeWords(session, handle).map(({ name, says }) => [name, says])),
  };
}
