/** Where a judge and RFC 5280 do not agree, or a judge knows less: what it says, and why we stay as we are. docs/judges.md has the same in words. */
import type { Sentence } from "./judge.ts";

export interface Known {
  readonly judge: string;
  /** The chains that it is about. */
  readonly about: RegExp;
  readonly found: RegExp;
  readonly why: string;
}

export const KNOWN: readonly Known[] = [
  { judge: "java", about: /sub-ca < policy-ca < cross/, found: /^java\.lang\.ArrayIndexOutOfBoundsException/, why: "Java ends in an exception where two CAs of a chain both exclude 0.0.0.0/0 and ::/0" },
  { judge: "go", about: /[ <]cross < old-ca/, found: /unhandled critical extension/, why: "crypto/x509 does not know name constraints of the kind directory" },
  { judge: "nss", about: /^private-ed25519/, found: /SEC_ERROR_ADDING_CERT/, why: "this NSS does not know Ed25519" },
  { judge: "nss", about: /: client < /, found: /ERROR -8049/, why: "this NSS does not know Ed25519, here in the key of a client" },
  { judge: "nss", about: /with .*(root-ca-crl|point-crl|held-crl)/, found: /SEC_ERROR_CRL_UNKNOWN_CRITICAL_EXTENSION/, why: "NSS does not know issuingDistributionPoint" },
  { judge: "nss", about: /: (code|plain) < /, found: /ERROR -8101/, why: "NSS wants an old extension of Netscape in CAs of code signers" },
  { judge: "nss", about: /: (server|outside) < /, found: /ERROR -8102/, why: "vfychain asks for keyEncipherment in a server's RSA key; TLS 1.3 and the suites of TLS 1.2 with ECDHE need digitalSignature alone" },
];

/** What of a judge's sentences nobody knew before, and how often each known one was heard. */
export function unknownOf(judge: string, sentences: readonly Sentence[]): { readonly unknown: readonly Sentence[]; readonly heard: ReadonlyMap<Known, number> } {
  const heard = new Map<Known, number>();
  const unknown = sentences.filter(({ about, expected, found }) => {
    if (expected === found) return false;
    const known = KNOWN.find((one) => one.judge === judge && one.about.test(about) && one.found.test(found));
    if (known !== undefined) heard.set(known, (heard.get(known) ?? 0) + 1);
    return known === undefined;
  });
  return { unknown, heard };
}
