/** The bundles of the next ceremony: what earlier bundles delivered, with old and new together. */
import { givenNames, partsOf, PLATFORM_NAMES, type GivenParts, type PlatformName } from "../platforms/parts.ts";
import type { Json } from "./next-json.ts";
import { isLive, type Draft, type Fields } from "./next-draft.ts";
import { listFor } from "./next-lists.ts";
import { platformBundles } from "./next-platforms.ts";

/** A bundle as it was delivered last. */
export interface Delivered {
  readonly bundle: string;
  readonly platform: PlatformName;
  readonly parts: GivenParts;
}

/** A bundle to be made: its name, its parts. */
export interface NextBundle {
  readonly bundle: string;
  readonly parts: Readonly<Record<string, Json>>;
  readonly why: string;
}

/** Makes anew every bundle of which something changes. */
export function makeBundles(draft: Draft): void {
  for (const delivered of deliveredBundles(draft)) {
    if (!isConcerned(draft, delivered)) continue;
    for (const { bundle, parts, why } of bundlesFor(draft, delivered)) draft.bundles.push({ kind: "export-bundle", fields: { bundle, platform: delivered.platform, ...parts }, why });
  }
}

function bundlesFor(draft: Draft, delivered: Delivered): NextBundle[] {
  return delivered.platform === "pem" ? pemBundle(draft, delivered) : platformBundles(draft, delivered);
}

function deliveredBundles({ made }: Draft): Delivered[] {
  return Object.entries(made.bundles).flatMap(([bundle, { fields }]): Delivered[] => {
    const platform = PLATFORM_NAMES.find((name) => name === fields.platform);
    return platform === undefined ? [] : [{ bundle, platform, parts: givenParts(platform, fields) }];
  });
}

function givenParts(platform: PlatformName, fields: Fields): GivenParts {
  return Object.fromEntries(partsOf({ platform }).flatMap(([part]) => {
    const value = fields[part];
    return value === undefined ? [] : [[part, (Array.isArray(value) ? value : [value]).map(String)] as const];
  }));
}

/** Whether something of it gets a successor or is revoked; for devices that get lists with their bundle, also whether one of them is made anew. */
function isConcerned(draft: Draft, delivered: Delivered): boolean {
  const certificates = givenNames(delivered, "certificate").flatMap(({ name }) => line(draft, name));
  const isChanged = certificates.some((name) => draft.successions.has(name) || name === draft.revoked);
  const cas = delivered.platform === "iox" ? givenNames(delivered, "crl").flatMap(({ name }) => line(draft, issuerOfList(draft, name))) : [];
  return isChanged || cas.some((ca) => draft.newLists.has(ca));
}

/** The CA of a list of the register; empty for another. */
function issuerOfList({ register }: Draft, crl: string): string {
  return register.crls.find(({ name }) => name === crl)?.issuer ?? "";
}

/** A certificate and all that followed it, up to this script. */
export function line({ followed, successions }: Pick<Draft, "followed" | "successions">, name: string): string[] {
  const all = [name];
  for (let next = followed.get(name)?.name ?? successions.get(name)?.name; next !== undefined && !all.includes(next); next = followed.get(next)?.name ?? successions.get(next)?.name) all.push(next);
  return all;
}

/** Of a certificate's line what can still be used, in its order: old and new together. */
export function liveLine(draft: Draft, name: string): string[] {
  return line(draft, name).filter((one) => isNew(draft, one) || isLive(draft, one));
}

/** Whether this script makes it. */
export function isNew({ certificates }: Pick<Draft, "certificates">, name: string): boolean {
  return certificates.some(({ fields }) => fields.certificate === name);
}

/** Every live certificate of these lines, and the ways between roots. */
export function together(draft: Draft, names: readonly string[]): string[] {
  const all = names.flatMap((name) => liveLine(draft, name));
  const crosses = [...draft.certificates].flatMap(({ kind, fields }) => (kind === "cross-certify" && [fields.existing, fields.issuer].some((one) => all.includes(String(one))) ? [String(fields.certificate)] : []));
  return [...new Set([...all, ...crosses])];
}

/** Lists of this ceremony of the CAs of some earlier lists, and of those that follow them. */
export function listsOf(draft: Draft, { bundle, parts }: Delivered, part: string): string[] {
  const cas = (parts[part] ?? []).flatMap((name) => liveLine(draft, issuerOfList(draft, name)));
  return [...new Set(cas.flatMap((ca) => listFor(draft, ca, bundle) ?? []))];
}

function pemBundle(draft: Draft, delivered: Delivered): NextBundle[] {
  const certificates = together(draft, delivered.parts.certificates ?? []);
  if (certificates.length === 0) return [];
  const crls = listsOf(draft, delivered, "crls");
  return [{ bundle: delivered.bundle, parts: { certificates, ...(crls.length === 0 ? {} : { crls }) }, why: "old and new together, for everybody who was given this bundle before" }];
}
