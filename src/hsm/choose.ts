/** Which token is meant: by serial, by label, or the one that is uninitialised. Never by the number of a slot. */
import { Fault } from "../fault.ts";
import type { AcceptedModel } from "./binding.ts";
import type { TokenIdentity } from "../transcript/observation.ts";

/** A slot as it stood when it was looked at. */
export interface Standing {
  readonly state: { readonly identity: TokenIdentity };
}

/**
 * The token with this serial, and with this label where the station gives one, whose label no other token of the module bears.
 * @throws Fault hsm-no-token, hsm-ambiguous-token
 */
export function chooseBySerial<S extends Standing>(slots: readonly S[], name: string, serial: string, wanted: string | null = null): S {
  const tokens = slots.filter(({ state }) => state.identity.initialized);
  const [token, second] = tokens.filter(({ state: { identity } }) => identity.serial === serial && (wanted === null || identity.label === wanted));
  const named = `the serial ${JSON.stringify(serial)}${wanted === null ? "" : ` and the label ${JSON.stringify(wanted)}`}`;
  if (token === undefined) throw new Fault("hsm-no-token", `no token with ${named} for ${name}; found ${listed(slots)}`, PLUG_IN);
  if (second !== undefined) throw new Fault("hsm-ambiguous-token", `two tokens have ${named} of ${name}; found ${listed(slots)}`, wanted === null ? [...UNPLUG, "where the module gives all its tokens one serial, add the label of this one to the station"] : UNPLUG);
  const { label } = token.state.identity;
  if (tokens.filter(({ state }) => state.identity.label === label).length > 1) {
    throw new Fault("hsm-ambiguous-token", `two tokens have the label ${JSON.stringify(label)} of ${name}; found ${listed(slots)}`, UNPLUG);
  }
  return token;
}

/**
 * A module and a model are accepted together: one entry of the script names both [TOKEN-ASSURANCE].
 * @throws Fault hsm-wrong-token
 */
export function demandAccepted({ state: { identity } }: Standing, name: string, accepted: readonly AcceptedModel[] | undefined): void {
  const fits = (one: AcceptedModel): boolean => one.manufacturer === identity.manufacturer && one.model === identity.model && one.firmware === identity.firmware;
  if (accepted === undefined || accepted.some(fits)) return;
  const named = accepted.map(({ manufacturer, model, firmware }) => `${manufacturer} ${model} ${firmware}`).join(" or ");
  throw new Fault("hsm-wrong-token", `expected ${named} behind this module for token ${name}, found ${identity.manufacturer} ${identity.model} ${identity.firmware}`, ["name the token and its module together, in one entry of accept"]);
}

/** Tokens with this label, in the order of their serials. */
export function withLabel<S extends Standing>(slots: readonly S[], label: string): S[] {
  const found = slots.filter(({ state }) => state.identity.initialized && state.identity.label === label);
  return found.sort((a, b) => (a.state.identity.serial < b.state.identity.serial ? -1 : 1));
}

/**
 * The module's one uninitialised token.
 * @throws Fault hsm-no-token, hsm-ambiguous-token
 */
export function chooseUninitialised<S extends Standing>(slots: readonly S[], name: string): S {
  const [slot, second] = slots.filter(({ state }) => !state.identity.initialized);
  if (slot === undefined) throw new Fault("hsm-no-token", `no uninitialised token for ${name}; found ${listed(slots)}`, ["plug in a token that was reset by its vendor's console, or name the serial of an initialised one in the station"]);
  if (second !== undefined) throw new Fault("hsm-ambiguous-token", `expected one uninitialised token for ${name}; found ${listed(slots)}`, ["leave only the token that is to be initialised plugged in"]);
  return slot;
}

const PLUG_IN = ["plug the token in, and compare the serial printed on it with the station"];
const UNPLUG = ["unplug the token that does not take part in the ceremony"];

function listed(slots: readonly Standing[]): string {
  const words = slots.map(({ state: { identity } }) => (identity.initialized ? `serial ${JSON.stringify(identity.serial)} label ${JSON.stringify(identity.label)}` : "an uninitialised token"));
  return words.length === 0 ? "no token at all" : words.join(", ");
}
