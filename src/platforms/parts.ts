/** What `export-bundle` takes for each platform and `sign-artifact` for each format: one table of parts. Platforms find what they need by these names. */
import { FOUNDRIES_PARTS } from "./foundries/parts.ts";
import { INFO, PACKAGE_FILE, VERSION } from "./iox/forms.ts";
import { FINGERPRINT } from "./rollouts/fingerprints.ts";

/** Who or what a part names: something that the ceremony has, a file below the script's folder, or a word. */
export type PartKind = "certificate" | "crl" | "file" | "word";

export interface Part {
  readonly kind: PartKind;
  readonly wanted: boolean;
  /** Several, in their order. */
  readonly many: boolean;
  /** What a word may be, and how that is said; of a file, where its path may be other than that of most. */
  readonly form?: { readonly pattern: RegExp; readonly what: string };
}

const one = (kind: PartKind): Part => ({ kind, wanted: true, many: false });
const some = (kind: PartKind): Part => ({ kind, wanted: true, many: true });
const maybe = (kind: PartKind): Part => ({ kind, wanted: false, many: false });
const any = (kind: PartKind): Part => ({ kind, wanted: false, many: true });

const word = (form: Exclude<Part["form"], undefined>): Part => ({ ...one("word"), form });
const hostName: Part = { kind: "word", wanted: false, many: false, form: { pattern: /^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/, what: "the name of a host, in lower-case letters" } };
const fingerprint: Part = { kind: "word", wanted: false, many: false, form: { pattern: FINGERPRINT, what: "a SHA-256 fingerprint of 95 characters, upper-case hex with colons" } };

type PartTable = Readonly<Record<string, Part>>;

const BUNDLES = {
  pem: { certificates: some("certificate"), crls: any("crl") },
  foundries: FOUNDRIES_PARTS,
  iox: {
    chain: some("certificate"), apps: any("certificate"), crls: any("crl"), info: word(INFO), version: word(VERSION),
    previous: maybe("file"), package: { ...any("file"), form: PACKAGE_FILE },
  },
  ctrlx: { certificate: one("certificate"), interfaces: any("file") },
  rollouts: { anchor: one("certificate"), chain: some("certificate"), gateways: any("certificate"), current: maybe("file"), retire: fingerprint, host: hostName },
} as const satisfies Readonly<Record<string, PartTable>>;

const ARTIFACTS = {
  raw: { file: one("file") },
  cms: { file: one("file"), signer: one("certificate"), chain: any("certificate") },
  ctrlx: { file: some("file"), signer: one("certificate"), privileges: maybe("file"), names: { ...maybe("word"), form: { pattern: /^first-word$/, what: "first-word, as the vendor's script cuts names, or no such field" } } },
  rollouts: { file: one("file"), signer: one("certificate"), chain: some("certificate"), host: hostName },
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
