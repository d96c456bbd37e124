/** A chain of certificates that somebody gave us, by RFC 5280 6.1 as far as it needs neither a time nor a signature nor a policy. */
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { EXTENSION } from "./extension-reading.ts";
import { extensionValue, type GivenCertificate } from "./given-certificate.ts";
import { namesOutside } from "./name-bounds.ts";

/** What is wrong, and with which certificate of the chain. */
export interface ChainProblem {
  /** From 0, the first certificate of the chain. */
  readonly at: number;
  readonly problem: string;
  readonly hint?: string;
}

/** Critical extensions that are read here, or that are about policies and left to who relies on the certificate. */
const KNOWN: readonly string[] = [EXTENSION.basicConstraints, EXTENSION.keyUsage, EXTENSION.extKeyUsage, EXTENSION.subjectAltName, EXTENSION.nameConstraints, EXTENSION.certificatePolicies, "2.5.29.33", "2.5.29.36", "2.5.29.54"];

/**
 * Names, CAs, path lengths, name constraints and critical extensions. Names of issuers are compared octet by octet.
 * @param chain the certificate, then the one above it, and so on; the last is the anchor. Where the first is a CA it has to be able to issue
 */
export function chainProblems(chain: readonly GivenCertificate[]): ChainProblem[] {
  return [
    ...chain.flatMap(unknownExtensions),
    ...chain.slice(1).flatMap((above, i) => linkProblems(chain.slice(0, i + 1), above)),
  ];
}

function unknownExtensions({ extensions, subjectText }: GivenCertificate, at: number): ChainProblem[] {
  const unknown = extensions.filter(({ oid, critical }) => critical && !KNOWN.includes(oid)).map(({ oid }) => oid);
  return unknown.length === 0 ? [] : [{ at, problem: `expected no critical extension that is not known in ${subjectText}, found ${unknown.join(", ")}` }];
}

/** @param below every certificate below `above`, from the first */
function linkProblems(below: readonly GivenCertificate[], above: GivenCertificate): ChainProblem[] {
  const at = below.length;
  const one = below.at(-1);
  if (one === undefined || !sameBytes(one.issuer, above.subject)) {
    return [{ at, problem: `expected the certificate of the issuer of ${one?.subjectText ?? ""}, found that of ${above.subjectText}`, hint: "give the chain from the issuer upwards, in its order" }];
  }
  const allowed = above.pathLength ?? Number.POSITIVE_INFINITY;
  // a CA that certifies a new key of itself is no step further down (RFC 5280 4.2.1.9)
  const between = below.filter((each, i) => (i === 0 ? each.isCa : !each.isSelfIssued)).length;
  return [
    ...(above.isCa ? [] : [{ at, problem: `expected a CA certificate that signs certificates, found ${above.subjectText}` }]),
    ...(between <= allowed ? [] : [{ at, problem: `expected a pathLenConstraint that allows ${between} CAs below ${above.subjectText}, found ${allowed}` }]),
    ...outside(below, above, at),
  ];
}

/** Every certificate below is held to the constraints, but for a self-issued one on the way (RFC 5280 6.1.3 (b)). */
function outside(below: readonly GivenCertificate[], above: GivenCertificate, at: number): ChainProblem[] {
  const constraints = extensionValue(above.extensions, EXTENSION.nameConstraints);
  if (constraints === undefined) return [];
  const held = below.filter((each, i) => i === 0 || !each.isSelfIssued);
  const wrong = held.flatMap(({ subject, extensions }) => unreadable(() => namesOutside(constraints, { subject, altNames: extensionValue(extensions, EXTENSION.subjectAltName) ?? null })));
  return wrong.length === 0 ? [] : [{ at, problem: `expected names within the name constraints of ${above.subjectText}: ${wrong.join("; ")}` }];
}

/** What cannot be read is within nothing. */
function unreadable(judge: () => string[]): string[] {
  try {
    return judge();
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return [thrown.message];
  }
}
