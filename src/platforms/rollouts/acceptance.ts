/**
 * What Bosch IoT Rollouts looks at, foreseen. Its own errors are not published: what is said here are the words of
 * `openssl cms -verify`, by which the vendor's page makes its messages, and what that page says of the chain.
 */
import { accept, ATTRIBUTE, caOf, chainOf, judgeChain, keyOf, missingAbove, purposesOf, subjectValues, usagesOf } from "../acceptance.ts";
import type { Acceptance, ShelfCertificate } from "../platform.ts";

const EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";

/**
 * The certificates that a message carries: the signer and everything above it to the root, and nothing else.
 * @param part what is found is said of it
 * @param links those above the signer, in any order
 */
export function judgeMessage(part: string, signer: ShelfCertificate, links: readonly ShelfCertificate[]): Acceptance[] {
  const { chain, isWhole } = chainOf(signer, links);
  const strangers = links.filter((link) => !chain.includes(link)).map(({ name }) => name);
  return [
    accept(part, `the message of ${signer.name} carries its whole chain, the root too`, isWhole, `${missingAbove(chain)}; the backend looks for its trust anchor among the certificates of the message; openssl says, where it has not that certificate at hand: unable to get local issuer certificate (20)`),
    // the backend takes any certificate of a message for its anchor
    accept(part, `nothing stands in the chain of ${signer.name} but what is above it`, strangers.length === 0, strangers.join(", ")),
    accept(part, `${signer.name} is no CA`, !caOf(signer.facts).ca, `${signer.name} is a CA: it signs certificates, not reports`),
    accept(part, `${signer.name} may sign`, usagesOf(signer.facts)?.includes("digitalSignature") ?? true, "keyUsage without digitalSignature; unless it has nonRepudiation, openssl says: unsuitable certificate purpose"),
    ...chain.flatMap((one) => judgeEach(part, one)),
    ...judgeAuthorities(part, chain),
  ];
}

function judgeAuthorities(part: string, chain: readonly ShelfCertificate[]): Acceptance[] {
  const none = chain.slice(1).filter(({ facts }) => !caOf(facts).ca);
  const are = accept(part, "every certificate above the signer is a CA", none.length === 0, `${none.map(({ name }) => name).join(", ")}; openssl says: invalid CA certificate`);
  return none.length === 0 ? [are, ...judgeChain(part, chain)] : [are];
}

function judgeEach(part: string, { name, facts }: ShelfCertificate): Acceptance[] {
  const purposes = purposesOf(facts);
  return [
    accept(part, `${name} has a CN`, subjectValues(facts, ATTRIBUTE.commonName).some((value) => value.trim() !== ""), "none, or an empty one; the vendor's page asks for one"),
    accept(part, `the key of ${name} is on the curve P-256`, keyOf(facts) === "ecdsa-p256", `${keyOf(facts)}; the vendor's page knows no other`),
    accept(part, `${name} is signed with ECDSA and SHA-256`, facts.mechanism === "ecdsa-sha256", facts.mechanism),
    accept(part, `${name} has no extended key usage, or e-mail protection in it`, purposes === null || purposes.includes(EMAIL_PROTECTION), `${purposes?.join(", ") ?? ""}; openssl says: unsuitable certificate purpose`),
  ];
}

/** CAs in the order of `cert-chain.crt`. @param authorities the gateway's issuer first */
export function judgeOrder(part: string, authorities: readonly ShelfCertificate[]): Acceptance[] {
  const [first, ...above] = authorities;
  if (first === undefined) return [];
  const { chain, isWhole } = chainOf(first, above);
  const inOrder = !isWhole || chain.every((one, i) => one === authorities[i]);
  return [
    accept(part, "the chain ends in a root", isWhole, `${missingAbove(chain)}; a report without the root may find no trust anchor`),
    accept(part, "the chain stands with the gateway's issuer first and the root last, and nothing else in it", inOrder && (!isWhole || chain.length === authorities.length), authorities.map(({ name }) => name).join(", ")),
    ...authorities.map(({ name, facts }) => accept(part, `${name} is a CA`, caOf(facts).ca, `${name} is none; openssl says: invalid CA certificate`)),
    ...authorities.flatMap((one) => judgeEach(part, one)),
  ];
}

/** Every certificate of the message, when it is signed. @param instant the attested one */
export function judgeValidAt(part: string, instant: string, certificates: readonly ShelfCertificate[]): Acceptance[] {
  return certificates.flatMap(({ name, facts: { notBefore, notAfter } }) => [
    accept(part, `${name} is not yet over at the signing time`, instant <= notAfter, `it was valid until ${notAfter}; openssl says: certificate has expired (10)`),
    accept(part, `${name} has begun at the signing time`, notBefore <= instant, `it is valid from ${notBefore}; openssl says: certificate is not yet valid (9)`),
  ]);
}
