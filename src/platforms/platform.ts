/** What a platform is to a ceremony: a table of parts goes in, the files of a bundle and the platform's own verdict come out. */
import type { CertificateFacts, CertificateListFacts } from "../x509/reread.ts";

/** A certificate that plays a part in a bundle. */
export interface ShelfCertificate {
  readonly name: string;
  readonly der: Uint8Array;
  readonly facts: CertificateFacts;
}

export interface ShelfFile {
  /** Its path, relative to the script's folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ShelfCrl {
  readonly name: string;
  readonly der: Uint8Array;
  readonly facts: CertificateListFacts;
}

/**
 * What a bundle is made from, by the parts of `script/bundle-parts.ts`. Before a token is touched it holds trial certificates,
 * with stand-ins for keys, serials and instants and without a signature; in the ceremony the real ones.
 */
export interface Shelf {
  /** In the order of the script; none where the script gives none. */
  certificates(part: string): readonly ShelfCertificate[];
  crls(part: string): readonly ShelfCrl[];
  /** The octets of a file, the first where there are several; null where the script gives none. */
  file(part: string): Uint8Array | null;
  /** All files of a part, with their paths. */
  files(part: string): readonly ShelfFile[];
  /** A word of the script; null where it gives none. */
  word(part: string): string | null;
  /** The bundles of earlier ceremonies, as the register has them, the oldest first. */
  readonly earlier: readonly EarlierBundle[];
}

/** A bundle of an earlier ceremony: of its files there are the digests. */
export interface EarlierBundle {
  readonly bundle: string;
  readonly platform: string;
  /** Paths below artifacts, and SHA-256, hex. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

/** A file of a bundle. The name is a path below the bundle's folder. */
export interface BundleFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** One thing that the consumer will look at, foreseen. */
export interface Acceptance {
  /** The part of the bundle that it is about. */
  readonly part: string;
  /** What the platform expects, and where that is known from. */
  readonly expects: string;
  /** What it would find instead, with its own error where that is known; null when it is content. */
  readonly found: string | null;
}

/** Something about a certificate's end that people have to know before they agree to it. */
export interface EndNote {
  /** Its name. */
  readonly certificate: string;
  readonly text: string;
}

export interface Exported {
  /** In a fixed order; the same shelf gives the same octets. */
  readonly files: readonly BundleFile[];
  readonly acceptance: readonly Acceptance[];
  /** None where it is left out. */
  readonly notes?: readonly EndNote[];
}

export interface Platform {
  readonly name: string;
  /** @param instant the latest attested one; `STAND_IN_INSTANT` before a token is touched, when what counts from it begins there too */
  exportBundle(shelf: Shelf, instant: string): Exported;
}
