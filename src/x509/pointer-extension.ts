/** Extensions that say where something is found: the issuer's certificate, OCSP responders, the CRL. */
import { derOid, derSequence, derTlv, readDer } from "../bytes/der.ts";
import type { DerNode } from "../bytes/der.ts";
import { toUtf8 } from "../bytes/text.ts";
import { plannedValue, type PlannedExtension } from "./extension.ts";

export const OID_CRL_DISTRIBUTION_POINTS = "2.5.29.31";
const CA_ISSUERS = "1.3.6.1.5.5.7.48.2";
const OCSP = "1.3.6.1.5.5.7.48.1";
/** GeneralName: uniformResourceIdentifier [6] IA5String. */
const URI = 0x86;

/** `access` of authorityInfoAccess. */
export interface AccessLocations {
  /** Where the issuer's certificate is (caIssuers). */
  readonly issuers: readonly string[];
  readonly ocsp: readonly string[];
}

/**
 * authorityInfoAccess (RFC 5280 4.2.2.1), never critical: OCSP responders first, as most public CAs have it.
 * @param locations URIs of ASCII
 */
export function authorityInfoAccess({ issuers, ocsp }: AccessLocations): PlannedExtension {
  const described = [...ocsp.map((uri) => [OCSP, "OCSP", uri] as const), ...issuers.map((uri) => [CA_ISSUERS, "CA issuers", uri] as const)];
  const value = derSequence(...described.map(([method, , uri]) => derSequence(derOid(method), derTlv(URI, toUtf8(uri)))));
  return plannedValue("1.3.6.1.5.5.7.1.1", "authorityInfoAccess", false, described.map(([, name, uri]) => `${name} ${uri}`).join(", "), value);
}

/**
 * cRLDistributionPoints (RFC 5280 4.2.1.13), never critical: one distribution point a URI, with its full name.
 * @param uris of ASCII
 */
export function crlDistributionPoints(uris: readonly string[]): PlannedExtension {
  // DistributionPoint { distributionPoint [0] { fullName [0] GeneralNames } }
  const points = uris.map((uri) => derSequence(derTlv(0xa0, derTlv(0xa0, derTlv(URI, toUtf8(uri))))));
  return plannedValue(OID_CRL_DISTRIBUTION_POINTS, "cRLDistributionPoints", false, uris.join(", "), derSequence(...points));
}

/**
 * The addresses in cRLDistributionPoints: every URI of a full name, octet by octet; points of another kind have none.
 * @param value contents of extnValue, DER
 * @throws Fault form-der
 */
export function readCrlAddresses(value: Uint8Array): string[] {
  const within = (nodes: readonly DerNode[], tag: number): DerNode[] => nodes.flatMap(({ children }) => children).filter((child) => child.tag === tag);
  return within(within(within(readDer(value).children, 0xa0), 0xa0), URI).map(({ contents }) => Array.from(contents, (octet) => String.fromCharCode(octet)).join(""));
}
