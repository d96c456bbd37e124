/** A trust anchor: what it is made from, and the texts in it. */
import { pemBundle } from "../pem.ts";
import type { ShelfCertificate, ShelfCrl, ShelfFile } from "../platform.ts";

/** What the anchor is made from, by part. */
export interface Anchor {
  /** The issuing CAs first, the roots last. */
  readonly chain: readonly ShelfCertificate[];
  readonly apps: readonly ShelfCertificate[];
  readonly crls: readonly ShelfCrl[];
  readonly info: string;
  readonly version: string;
  readonly package: readonly ShelfFile[];
}

/** The archive, named as the vendor names it: `trustanchorv1.tar.gz`. */
export function archiveName({ version }: Pick<Anchor, "version">): string {
  return `trustanchor${version}.tar.gz`;
}

/** `ca-chain.cert.pem`: certificates, the issuing CAs first, the roots last, then the CRLs (RFC 7468). */
export function chainFile({ chain, crls }: Pick<Anchor, "chain" | "crls">): string {
  return pemBundle(chain.map(({ der }) => der), crls.map(({ der }) => der));
}

/** `info.txt`: one line of free text that a device shows; ours ends with the version. */
export function infoFile({ info, version }: Pick<Anchor, "info" | "version">): string {
  return `${info} ${version}\n`;
}
