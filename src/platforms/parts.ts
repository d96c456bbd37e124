/** What `export-bundle` takes for each platform and `sign-artifact` for each format: one table of parts. Platforms find what they need by these names. */
import { CTRLX_APP_PARTS, CTRLX_PARTS } from "./ctrlx/parts.ts";
import { FOUNDRIES_PARTS } from "./foundries/parts.ts";
import { IOX_PARTS } from "./iox/parts.ts";
import { MENDER_ARTIFACT_PARTS, MENDER_PARTS } from "./mender/parts.ts";
import { any, one, some, type Part, type PartKind, type PartTable } from "./part.ts";
import { ROLLOUTS_PARTS, ROLLOUTS_REPORT_PARTS } from "./rollouts/parts.ts";

const BUNDLES = {
  pem: { certificates: some("certificate"), crls: any("crl") },
  foundries: FOUNDRIES_PARTS,
  iox: IOX_PARTS,
  ctrlx: CTRLX_PARTS,
  mender: MENDER_PARTS,
  rollouts: ROLLOUTS_PARTS,
} as const satisfies Readonly<Record<string, PartTable>>;

const ARTIFACTS = {
  raw: { file: one("file") },
  cms: { file: one("file"), signer: one("certificate"), chain: any("certificate") },
  ctrlx: CTRLX_APP_PARTS,
  mender: MENDER_ARTIFACT_PARTS,
  rollouts: ROLLOUTS_REPORT_PARTS,
} as const satisfies Readonly<Record<string, PartTable>>;

export type PlatformName = keyof typeof BUNDLES;
export type ArtifactFormatName = keyof typeof ARTIFACTS;
export const PLATFORM_NAMES = Object.keys(BUNDLES) as readonly PlatformName[];
export const ARTIFACT_FORMAT_NAMES = Object.keys(ARTIFACTS) as readonly ArtifactFormatName[];

/** Platforms with rules for the requests that our keys make to their CAs. */
export const REQUEST_PLATFORM_NAMES = ["ctrlx"] as const;
export type RequestPlatformName = (typeof REQUEST_PLATFORM_NAMES)[number];

/** The parts of a platform's bundle or of an artifact's format, by name. */
export function partsOf(of: PartsOf): readonly (readonly [name: string, part: Part])[] {
  return Object.entries("platform" in of ? BUNDLES[of.platform] : ARTIFACTS[of.format]);
}

/** Whose parts are meant. */
export type PartsOf = { readonly platform: PlatformName } | { readonly format: ArtifactFormatName };

/** What a script gives for each part; a part of one is a list of one. */
export type GivenParts = Readonly<Record<string, readonly string[]>>;

/** A name that a script gives, and where: the part, and the index in it where there may be several. */
export interface GivenName {
  readonly name: string;
  readonly place: readonly (string | number)[];
}

/** What a script gives for the parts of one kind. */
export function givenNames(given: PartsOf & { readonly parts: GivenParts }, kind: PartKind): GivenName[] {
  return partsOf(given).flatMap(([part, { kind: own, many }]) => (own === kind ? (given.parts[part] ?? []).map((name, i) => ({ name, place: many ? [part, i] : [part] })) : []));
}
