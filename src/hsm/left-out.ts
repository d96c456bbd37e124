/**
 * What a token is not asked for when a key pair is made, because it knows no such attribute or takes no value but its own. Most
 * of them say no more than CKR_GENERAL_ERROR when it stands in a template. What such a token then reports of the attribute is
 * read back like everything else, and judged by the ceremony: a template that is shorter accepts nothing.
 */
import type { TokenIdentity } from "../transcript/observation.ts";

/** CK_INFO, as far as this room needs it. */
export interface LibraryInfo {
  readonly manufacturer: string;
  readonly description: string;
  /** Of Cryptoki. */
  readonly version: { readonly major: number; readonly minor: number };
}

/** Names of boolean attributes, without `CKA_`, that no template of a half may have. */
export interface LeftOut {
  readonly privateKey: readonly string[];
  readonly publicKey: readonly string[];
  /** Of an RSA public key, besides. */
  readonly rsaPublicKey?: readonly string[];
}

const NOTHING: LeftOut = { privateKey: [], publicKey: [] };
/** In the standard since v2.30 and v2.40. */
const LATE = ["COPYABLE", "DESTROYABLE"];
const WITHOUT_LATE: LeftOut = { privateKey: LATE, publicKey: LATE };

/** By what library or token say of themselves. */
const KNOWN: readonly { readonly isIt: (library: LibraryInfo, token: TokenIdentity) => boolean; readonly leftOut: LeftOut }[] = [
  // the columns of its database of keys are those of v2.20, whatever C_GetInfo says; an RSA public key that may not encrypt is none
  { isIt: (_library, { manufacturer, model }) => manufacturer === "Mozilla Foundation" && model.startsWith("NSS"), leftOut: { ...WITHOUT_LATE, rsaPublicKey: ["ENCRYPT"] } },
  // makes every TPM object for signing and decrypting, and refuses a template that denies one of them
  { isIt: ({ manufacturer }) => manufacturer === "tpm2-software.github.io", leftOut: { privateKey: ["DECRYPT"], publicKey: ["ENCRYPT"] } },
  { isIt: ({ version }) => version.major === 2 && version.minor < 30, leftOut: WITHOUT_LATE },
];

/** What is left out of templates for a token; nothing for one that is not known to need it. */
export function leftOutFor(library: LibraryInfo, token: TokenIdentity): LeftOut {
  return KNOWN.find(({ isIt }) => isIt(library, token))?.leftOut ?? NOTHING;
}

/** A template without what is left out. */
export function without(template: Readonly<Record<string, boolean>>, names: readonly string[]): Record<string, boolean> {
  return Object.fromEntries(Object.entries(template).filter(([name]) => !names.includes(name)));
}
