/** How SignServer's client-certificate authorizer names a client: the serial number and the issuer as its own code spells them. */
import { Fault } from "../../fault.ts";
import { nameAttributes } from "../../x509/name-reading.ts";
import type { CertificateFacts } from "../../x509/reread.ts";

/** What a rule of the authorizer compares. */
export interface AuthorizedClient {
  /** Lower-case hex without leading zeros, as Java's BigInteger prints it. */
  readonly serial: string;
  /** In the order and spelling of `CertTools.stringToBCDNString`. */
  readonly issuer: string;
}

/** The attribute types that both sides print by name (RFC 2253 2.3), in the order in which SignServer puts them. */
const ORDER = new Map([["2.5.4.3", "CN"], ["2.5.4.11", "OU"], ["2.5.4.10", "O"], ["2.5.4.7", "L"], ["2.5.4.8", "ST"], ["0.9.2342.19200300.100.1.25", "DC"], ["2.5.4.6", "C"]]);
const PLACES = [...ORDER.keys()];

/** @throws Fault form-der for an issuer with an attribute that the two sides may spell differently */
export function authorizedClient({ serial, issuer }: CertificateFacts): AuthorizedClient {
  return { serial: serial.toLowerCase().replace(/^0+(?=.)/, ""), issuer: issuerText(issuer) };
}

/**
 * A Name as SignServer compares it: by type in its own order; of several of one type the last encoded first, unless the name
 * begins with its most special part.
 */
function issuerText(name: Uint8Array): string {
  const attributes = nameAttributes(name).map(({ oid, text, rdn }) => ({ place: PLACES.indexOf(oid), oid, text, rdn }));
  const odd = attributes.find(({ oid, text }) => !ORDER.has(oid) || text === undefined);
  if (odd !== undefined) throw new Fault("form-der", `expected an issuer named by ${[...ORDER.values()].join(", ")} alone, found an attribute ${odd.oid}`);
  if (new Set(attributes.map(({ rdn }) => rdn)).size !== attributes.length) throw new Fault("form-der", "expected one attribute in each part of the issuer's name, found several");
  const [first, last] = [attributes[0]?.place ?? 0, attributes.at(-1)?.place ?? 0];
  const inOrder = first < last ? attributes : attributes.toReversed();
  return inOrder.toSorted((a, b) => a.place - b.place).map(({ oid, text = "" }) => `${ORDER.get(oid) ?? oid}=${escaped(text)}`).join(",");
}

function escaped(text: string): string {
  return text.replace(/[,"\\+=<>;]/g, "\\$&").replace(/^[# ]/, "\\$&").replace(/ $/, "\\ ");
}
