/** The tokens of a station: found, opened and logged in to when first needed, one session and one login each. */
import type { PinSource } from "../console/secret.ts";
import type { TokenRef } from "../ceremony/request.ts";
import { Fault } from "../fault.ts";
import type { HsmEvents, TokenBinding, WrappingSecrets } from "./binding.ts";
import { chooseBySerial, demandAccepted } from "./choose.ts";
import { CkrError, ignoringCkr } from "./ckr.ts";
import { logIn } from "./login.ts";
import { CryptokiModule, type LibraryDescription } from "./module.ts";
import { answers, isOfModule, moduleKey, openKey } from "./module-keys.ts";
import type { TokenSession } from "./session.ts";
import { standingOf, type TokenStanding } from "./standing.ts";
import type { TokenSlot, TokenState } from "./slot.ts";
import { hiddenObjects, lostToken, settleTokens } from "./softhsm-files.ts";

/** A slot and what its token said when it was looked at. */
export interface LookedAt {
  readonly slot: TokenSlot;
  readonly state: TokenState;
}

/** A token with an open session. */
export interface OpenToken {
  readonly name: string;
  readonly serial: string;
  readonly slot: TokenSlot;
  session: TokenSession;
  loggedIn: boolean;
}

export class Tokens {
  readonly pins: PinSource;
  readonly events: HsmEvents;
  readonly secrets: WrappingSecrets | null;
  readonly #bindings: Readonly<Record<string, TokenBinding>>;
  /** By the path that the station names. */
  readonly #modules = new Map<string, CryptokiModule>();
  /** By `openKey`. */
  readonly #open = new Map<string, OpenToken>();

  constructor(bindings: Readonly<Record<string, TokenBinding>>, pins: PinSource, events: HsmEvents, secrets: WrappingSecrets | null = null) {
    this.secrets = secrets;
    this.#bindings = bindings;
    this.pins = pins;
    this.events = events;
  }

  /** The station's word about a token. @throws Fault hsm-no-token for a name that the station does not have */
  binding(name: string): TokenBinding {
    const binding = Object.hasOwn(this.#bindings, name) ? this.#bindings[name] : undefined;
    if (binding === undefined) throw new Fault("hsm-no-token", `the station names no token ${JSON.stringify(name)}`, ["add the token to the station"]);
    return binding;
  }

  /**
   * Every token of the module that the named one is in. One that cannot be looked at, such as a crash leaves in SoftHSM, stands
   * in nobody's way; only when there is no other, its word is passed on.
   * @throws Fault hsm-module, hsm-configuration, hsm-environment; CkrError
   */
  lookAround(name: string): LookedAt[] {
    const failed: CkrError[] = [];
    const seen = this.#module(name).slots().flatMap((slot) => lookAt(slot, failed));
    if (seen.length === 0 && failed[0] !== undefined) throw failed[0];
    return seen;
  }

  /** CK_INFO of the module of a token, and the path that it has behind links. @throws Fault hsm-module, hsm-configuration, hsm-environment; CkrError */
  moduleOf(name: string): LibraryDescription & { readonly path: string } {
    const module = this.#module(name);
    return { path: module.path, ...module.description() };
  }

  /** Asks the token of a name, where it is in its slot; one that the ceremony will initialise too. Null where there is none to ask. */
  ifHere<T>(name: string, ask: (slot: TokenSlot) => T): T | null {
    try {
      const { serial } = this.binding(name);
      const found = serial === null ? this.lookAround(name).find(({ state }) => !state.identity.initialized) : this.#choose(name, serial);
      return found === undefined ? null : ask(found.slot);
    } catch (thrown) {
      if (thrown instanceof Fault || thrown instanceof CkrError) return null;
      throw thrown;
    }
  }

  /**
   * The token of a request, with a session.
   * @throws Fault hsm-no-token, hsm-damaged-token, hsm-ambiguous-token, hsm-wrong-token and those of `lookAround`; CkrError
   */
  async reach(ref: TokenRef): Promise<OpenToken> {
    const serial = this.#serialOf(ref);
    const key = openKey(this.#module(ref.token), serial, this.binding(ref.token).label);
    const chosen = this.#choose(ref.token, serial);
    demandAccepted(chosen, ref.token, this.binding(ref.token).accepted);
    const { slot } = chosen;
    const open = this.#open.get(key);
    if (open !== undefined && open.slot.state().identity.serial === serial) return open;
    if (open !== undefined) await this.drop(open);
    const fresh = { name: ref.token, serial, slot, session: slot.open(), loggedIn: false };
    this.#open.set(key, fresh);
    return fresh;
  }

  /** `reach`, and logs the user in unless that is done or the token wants no login. @throws Fault hsm-login, hsm-pin-source as well */
  async reachLoggedIn(ref: TokenRef): Promise<OpenToken> {
    const open = await this.reach(ref);
    if (open.loggedIn || !open.slot.state().loginRequired) return open;
    await logIn(open, open.slot, open.session, this.pins, this.events);
    // when this fails and people try again, it is done again
    this.#greet(open);
    open.loggedIn = true;
    return open;
  }

  /** What is found when somebody logs in: what a process before left is fsynced, and people are told of what is not shown. */
  #greet(open: OpenToken): void {
    this.settle(open.name);
    const hidden = this.hidden(open);
    if (hidden !== "") this.events.progress?.(`token ${open.name}: ${hidden}`);
  }

  /** Objects that the token has and does not show to its user, in words. @throws CkrError */
  hidden({ name, serial, session }: OpenToken): string {
    return hiddenObjects(this.binding(name), serial, session.find({}).length);
  }

  /** What was made on the token outlasts a loss of power, as far as that is ours to see to. @throws Fault hsm-call */
  settle(name: string): void {
    settleTokens(this.binding(name));
  }

  #choose(name: string, serial: string): LookedAt {
    try {
      return chooseBySerial(this.lookAround(name), name, serial, this.binding(name).label ?? null);
    } catch (thrown) {
      if (!(thrown instanceof Fault && thrown.code === "hsm-no-token")) throw thrown;
      throw lostToken(this.binding(name), name, serial) ?? thrown;
    }
  }

  /** The token of a request where somebody is logged in to it; null otherwise. Nothing is opened, and nobody is asked. */
  loggedIn({ token, serial }: TokenRef): OpenToken | null {
    return [...this.#open.values()].find((open) => open.loggedIn && open.name === token && open.serial === serial) ?? null;
  }

  /**
   * A new session in the place of one that failed: a failed call may leave the old one in the middle of an operation. The
   * new one is opened first, so that the login lives on where the token allows it; where not, the next use asks for the PIN.
   */
  async renew(open: OpenToken): Promise<void> {
    const old = open.session;
    try {
      open.session = open.slot.open();
    } catch {
      return this.drop(open);
    }
    old.close();
    if (!open.loggedIn || open.session.userIsLoggedIn()) return;
    open.loggedIn = false;
    await this.events.logout(open.name, open.serial);
  }

  /**
   * After a failed call: a new session for the token, if it had one. A module that answers nothing any more, as when its token was
   * unplugged or the process behind it died, is finalized; whoever tries again initialises it anew, and logs in anew.
   */
  async recover(name: string): Promise<void> {
    for (const open of [...this.#open.values()]) if (open.name === name) await this.renew(open);
    const module = this.#modules.get(moduleKey(this.binding(name)));
    if (module !== undefined && !answers(module)) await this.finalize(name);
  }

  /** Logs out of the tokens of a module and finalizes it; whoever needs it next initialises it anew. Some modules show new slots only then. */
  async finalize(name: string): Promise<void> {
    const key = moduleKey(this.binding(name));
    const module = this.#modules.get(key);
    if (module === undefined) return;
    for (const [of, open] of [...this.#open]) if (isOfModule(of, module)) await this.drop(open);
    this.#modules.delete(key);
    ignoringCkr(() => module.close());
  }

  /** Logs out of a token, closes its session and forgets it. */
  async drop(open: OpenToken): Promise<void> {
    for (const [key, value] of this.#open) if (value === open) this.#open.delete(key);
    if (open.loggedIn) ignoringCkr(() => open.session.logout());
    open.session.close();
    if (!open.loggedIn) return;
    open.loggedIn = false;
    await this.events.logout(open.name, open.serial);
  }

  /** Drops the token with this serial, if it is open under any name. */
  async dropSerial(serial: string): Promise<void> {
    for (const open of [...this.#open.values()]) if (open.serial === serial) await this.drop(open);
  }

  /** Logs out everywhere, and closes every session. @returns whether anybody was logged in to one */
  async dropAll(): Promise<boolean> {
    const wasLoggedIn = [...this.#open.values()].some(({ loggedIn }) => loggedIn);
    for (const open of [...this.#open.values()]) await this.drop(open);
    return wasLoggedIn;
  }

  /** Each token of the station: its serial as far as it is known, and whether its user is logged in. */
  standing(): TokenStanding[] {
    return standingOf(this.#bindings, [...this.#open.values()]);
  }

  /** The same, and finalizes every module. */
  async close(): Promise<void> {
    try {
      await this.dropAll();
    } finally {
      for (const module of this.#modules.values()) ignoringCkr(() => module.close());
      this.#modules.clear();
    }
  }

  #module(name: string): CryptokiModule {
    const binding = this.binding(name);
    const key = moduleKey(binding);
    const module = this.#modules.get(key) ?? CryptokiModule.open(binding);
    this.#modules.set(key, module);
    return module;
  }

  #serialOf(ref: TokenRef): string {
    const { serial } = this.binding(ref.token);
    if (ref.serial === null && serial === null) {
      throw new Fault("hsm-no-token", `the station calls token ${ref.token} uninitialised, and no step has initialised it`, ["name its serial in the station, or initialise it in the script first"]);
    }
    if (ref.serial !== null && serial !== null && ref.serial !== serial) {
      throw new Fault("hsm-wrong-token", `the record says serial ${ref.serial} for token ${ref.token}, the station ${serial}`, ["use the station that the ceremony was begun with"]);
    }
    return ref.serial ?? serial ?? "";
  }
}

function lookAt(slot: TokenSlot, failed: CkrError[]): LookedAt[] {
  try {
    return [{ slot, state: slot.state() }];
  } catch (error) {
    if (!(error instanceof CkrError)) throw error;
    failed.push(error);
    return [];
  }
}
