/** What OpenSSL says of the CAs of a trust anchor, by the numbers of `X509_V_ERR_…`: a device passes them on. */
import { accept, caOf, chainOf, isSelfIssued, keyOf, missingAbove, usagesOf } from "../acceptance.ts";
import type { Acceptance, ShelfCertificate } from "../platform.ts";
import type { Anchor } from "./anchor.ts";

/** How a device reports what OpenSSL says of an application certificate. */
export function deviceError(code: number, text: string): string {
  return `openssl error ${code}, ${text}; the device says: Invalid Archive file: Certificate verification failed: [${code}, …]`;
}

export function judgeChains({ chain }: Pick<Anchor, "chain">): Acceptance[] {
  return [
    accept("chain", "a root is in the chain", chain.some(({ facts }) => isSelfIssued(facts)), deviceError(2, "unable to get issuer certificate")),
    ...chain.flatMap((link) => judgeLink(link, chain)),
  ];
}

function judgeLink(link: ShelfCertificate, links: readonly ShelfCertificate[]): Acceptance[] {
  const { chain, isWhole } = chainOf(link, links);
  const { name, facts } = link;
  const mayCertify = caOf(facts).ca && (usagesOf(facts)?.includes("keyCertSign") ?? true);
  return [
    accept("chain", `the certificates above ${name} are there, up to a root`, isWhole, `${missingAbove(chain)}; ${deviceError(2, "unable to get issuer certificate")}`),
    accept("chain", `${name} is a CA that may sign certificates`, mayCertify, deviceError(79, "invalid CA certificate")),
    accept("chain", `${name} has a keyUsage`, usagesOf(facts) !== null, "none; openssl error 92 where it checks strictly, CA cert does not include key usage extension"),
    ...judgeKey("chain", link),
    ...judgeAbove("chain", chain),
  ];
}

/** Path lengths and ends of those above a certificate: each of them allows what is between. */
export function judgeAbove(part: string, chain: readonly ShelfCertificate[]): Acceptance[] {
  const [lowest] = chain;
  if (lowest === undefined) return [];
  const isCa = caOf(lowest.facts).ca ? 1 : 0;
  return chain.slice(1).flatMap((issuer, i) => [
    accept(part, `${issuer.name} allows the CAs between it and ${lowest.name}`, caOf(issuer.facts).below >= i + isCa, deviceError(25, "path length constraint exceeded")),
    accept(part, `${lowest.name} ends with ${issuer.name} at the latest`, lowest.facts.notAfter <= issuer.facts.notAfter, `it is valid until ${lowest.facts.notAfter}, its issuer until ${issuer.facts.notAfter}`),
  ]);
}

/** What the vendor documents is RSA of 2048 bits with SHA-256. */
export function judgeKey(part: string, { name, facts }: ShelfCertificate): Acceptance[] {
  return [
    accept(part, `the key of ${name} is RSA, 2048 bits or more`, keyOf(facts).startsWith("rsa-"), `${keyOf(facts)}; what devices make of it is unknown`),
    accept(part, `${name} is signed with RSA PKCS #1 v1.5 and SHA-256`, facts.mechanism === "rsa-pkcs1-sha256", `${facts.mechanism}; what devices make of it is unknown`),
  ];
}
