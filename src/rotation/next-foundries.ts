/** Bundles for Foundries.io: each operation of its API by itself. The platform's list of device CAs is added to, so that old and new stand in it together. */
import type { Delivered, NextBundle } from "./next-bundles.ts";
import type { Json } from "./next-json.ts";
import { isNew, line } from "./next-line.ts";
import { listFor } from "./next-lists.ts";
import type { Draft } from "./next-draft.ts";
import { wantFile } from "./next-wanted.ts";

/** @param family every bundle below the root of the factory */
export function foundriesBundles(draft: Draft, family: readonly Delivered[]): NextBundle[] {
  const last = family.at(-1);
  const root = last?.parts.root?.[0];
  if (last === undefined || root === undefined) return [];
  const given = (part: string): string[] => [...new Set(family.flatMap(({ parts }) => parts[part] ?? []))];
  const fresh = (part: string): string[] => [...new Set(given(part).flatMap((name) => line(draft, name)))].filter((name) => isNew(draft, name));
  const common = { root, ...listed("above", given("above")), ...listed("chain", given("chain")) };
  const [tls, est, cas, user] = [fresh("tls").at(-1), fresh("est").at(-1), fresh("device-cas"), given("user").at(-1)];
  const bundle = (operation: string, parts: Readonly<Record<string, Json>>, why: string): NextBundle => ({ bundle: `foundries-${operation}`, parts: { operation, ...parts }, why });
  const isWithdrawn = draft.revoked !== null && given("device-cas").flatMap((name) => line(draft, name)).includes(draft.revoked);
  const crl = isWithdrawn ? listFor(draft, root, "foundries-revoke-device-ca") : null;
  return [
    ...(tls === undefined ? [] : [bundle("rotate-tls", { ...common, tls }, "the gateway's new certificate: devices know the root")]),
    ...(cas.length === 0 ? [] : [bundle("add-device-ca", { ...common, "device-cas": cas, current: current(draft), ...(user === undefined ? {} : { user }) }, "added to the list that the platform has: devices of the old CA and of the new one are let in")]),
    ...(est === undefined ? [] : [bundle("est-authorize", { ...common, est }, "the EST server's new certificate")]),
    ...(crl === null ? [] : [bundle("revoke-device-ca", { root, crl, current: current(draft) }, "the platform takes the revoked device CA from its list; upload it after the new one was added")]),
  ];
}

function listed(name: string, values: readonly string[]): Readonly<Record<string, Json>> {
  return values.length === 0 ? {} : { [name]: [...values] };
}

function current(draft: Draft): string {
  return wantFile(draft, "current/factory-certs.json", "the platform's answer to GET for the factory's certificates, as it is today: the upload replaces the list of device CAs", "anchorite rotation status previous --observed current");
}
