/** The bundles of the next ceremony: what earlier bundles delivered, with old and new together. */
import { givenNames, partsOf, PLATFORM_NAMES, type GivenParts, type PlatformName } from "../platforms/parts.ts";
import type { Draft, Fields } from "./next-draft.ts";
import type { Json } from "./next-json.ts";
import { firstOfLine, line, liveLine, together } from "./next-line.ts";
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

/** Makes anew every bundle of which something changes; of those that went to the same devices the last one. */
export function makeBundles(draft: Draft): void {
  for (const family of familiesOf(draft)) {
    const last = family.at(-1);
    if (last === undefined || !family.some((one) => isConcerned(draft, one))) continue;
    const bundles = last.platform === "pem" ? pemBundle(draft, last) : platformBundles(draft, family);
    for (const { bundle, parts, why } of bundles) draft.bundles.push({ kind: "export-bundle", fields: { bundle, platform: last.platform, ...parts }, why });
  }
}

function familiesOf(draft: Draft): Delivered[][] {
  const families = new Map<string, Delivered[]>();
  for (const one of deliveredBundles(draft)) {
    const family = `${one.platform} ${familyOf(draft, one)}`;
    families.set(family, [...(families.get(family) ?? []), one]);
  }
  return [...families.values()];
}

/** By what a bundle is known to be for the same devices as another, whatever the two are called. */
function familyOf(draft: Draft, { bundle, platform, parts }: Delivered): string {
  const first = (part: string): string => firstOfLine(draft, parts[part]?.[0] ?? "");
  switch (platform) {
    case "pem": return bundle;
    case "iox": return parts.info?.[0] ?? "";
    case "mender": return parts.host?.[0] ?? "";
    case "ctrlx": return first("certificate");
    case "rollouts": return first("anchor");
    case "foundries": return first("root");
  }
}

/** In the order in which they were delivered. */
function deliveredBundles({ made, register }: Draft): Delivered[] {
  const order = [...new Set(register.bundles.map(({ bundle }) => bundle).reverse())].reverse();
  const all = Object.entries(made.bundles).flatMap(([bundle, { fields }]): Delivered[] => {
    const platform = PLATFORM_NAMES.find((name) => name === fields.platform);
    return platform === undefined ? [] : [{ bundle, platform, parts: givenParts(platform, fields) }];
  });
  return all.sort((a, b) => order.indexOf(a.bundle) - order.indexOf(b.bundle));
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

/** Lists of this ceremony of the CAs of some earlier lists, and of those that follow them. */
function listsOf(draft: Draft, { bundle, parts }: Delivered, part: string): string[] {
  const cas = (parts[part] ?? []).flatMap((name) => liveLine(draft, issuerOfList(draft, name)));
  return [...new Set(cas.flatMap((ca) => listFor(draft, ca, bundle) ?? []))];
}

function pemBundle(draft: Draft, delivered: Delivered): NextBundle[] {
  const certificates = together(draft, delivered.parts.certificates ?? []);
  if (certificates.length === 0) return [];
  const crls = listsOf(draft, delivered, "crls");
  return [{ bundle: delivered.bundle, parts: { certificates, ...(crls.length === 0 ? {} : { crls }) }, why: "old and new together, for everybody who was given this bundle before" }];
}
