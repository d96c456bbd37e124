/** What SignServer, mender-artifact and Mender's client look at, foreseen (their sources; FIPS 186-5 for what an RSA key is). */
import { sameBytes } from "../../bytes/text.ts";
import { octetsOfAddress, addressText } from "../../x509/address.ts";
import { readSpki } from "../../x509/spki.ts";
import { standInSpki } from "../../x509/stand-in-key.ts";
import { accept, alternativeNamesOf, ATTRIBUTE, caOf, chainOf, isSelfIssued, judgeChain, keyOf, missingAbove, purposesOf, PURPOSE, readable, subjectValues, usagesOf } from "../acceptance.ts";
import type { Acceptance, ShelfCertificate } from "../platform.ts";
import { authorizedClient } from "./authorizer.ts";
import type { DeliveredWorker, Delivery } from "./bundle.ts";

export function judgeDelivery(delivery: Delivery): Acceptance[] {
  const { root, chain, workers, client, server, hasNextAlias } = delivery;
  return [
    accept("root", "the root is self-signed and a CA", isSelfIssued(root.facts) && caOf(root.facts).ca, `${root.name} is not; x509: certificate signed by unknown authority`),
    ...chain.flatMap((ca) => judgeBelow("chain", ca, delivery)),
    ...workers.flatMap((worker) => judgeWorker(worker, delivery)),
    ...judgeRotation(workers),
    accept("next-key-alias", "the next worker and the alias of its key are given together", (workers.length > 1) === hasNextAlias, "one without the other"),
    ...judgeBelow("client", client, delivery),
    ...judgeClient(client),
    ...judgeBelow("server", server, delivery),
    ...judgeServer(server, delivery.host),
  ];
}

function judgeBelow(part: string, leaf: ShelfCertificate, { root, chain: links }: Delivery): Acceptance[] {
  const { chain, isWhole } = chainOf(leaf, [...links, root]);
  return [
    accept(part, `${leaf.name} is below the root`, isWhole && chain.at(-1) === root, `${missingAbove(chain)}; x509: certificate signed by unknown authority`),
    ...judgeChain(part, chain),
  ];
}

function judgeWorker({ part, certificate }: DeliveredWorker, delivery: Delivery): Acceptance[] {
  const { facts, name } = certificate;
  const key = keyOf(facts);
  const what = key.startsWith("ecdsa") ? `${key}: SignServer answers in DER, to which mender-artifact 3.9.0 says: signer: invalid ecdsa key size` : key;
  return [
    ...judgeBelow(part, certificate, delivery),
    accept(part, `${name} is over an RSA key, which NONEwithRSA needs`, /^rsa/i.test(key), what),
    accept(part, `${name} may sign (digitalSignature)`, usagesOf(facts)?.includes("digitalSignature") ?? true, `key usage ${usagesOf(facts)?.join(", ") ?? ""}`),
    accept(part, `${name} is no CA`, !caOf(facts).ca, "CA:TRUE"),
  ];
}

/** Two keys in ArtifactVerifyKeys are the way to rotate; the same one twice rotates nothing. */
function judgeRotation([first, next]: readonly DeliveredWorker[]): Acceptance[] {
  if (first === undefined || next === undefined) return [];
  const [one, two] = [first.certificate, next.certificate];
  const isSame = one.name === two.name || (sameBytes(one.facts.spki, two.facts.spki) && !isStandIn(one));
  return [accept("next-worker", "the next worker has another key", !isSame, `${two.name} is over the key of ${one.name}`)];
}

/** Whether the key is not made yet: before there are keys all of one kind are the same. */
function isStandIn({ facts }: ShelfCertificate): boolean {
  const { algorithm } = readSpki(facts.spki);
  return algorithm !== null && sameBytes(facts.spki, standInSpki(algorithm));
}

function judgeClient({ name, facts }: ShelfCertificate): Acceptance[] {
  const rule = readable("client", "the authorizer's rule can name the client by serial number and issuer", () => authorizedClient(facts));
  return [
    accept("client", `${name} is for TLS clients`, purposesOf(facts)?.includes(PURPOSE.clientAuth) ?? false, "no extKeyUsage clientAuth; tls: bad certificate"),
    accept("client", `${name} may sign (digitalSignature)`, usagesOf(facts)?.includes("digitalSignature") ?? true, `key usage ${usagesOf(facts)?.join(", ") ?? ""}`),
    ...rule.acceptance,
  ];
}

function judgeServer({ name, facts }: ShelfCertificate, host: string): Acceptance[] {
  const { dns, addresses } = alternativeNamesOf(facts);
  const names = [...dns, ...addresses];
  return [
    accept("server", `${name} is for TLS servers`, purposesOf(facts)?.includes(PURPOSE.serverAuth) ?? false, "no extKeyUsage serverAuth; x509: certificate specifies an incompatible key usage"),
    accept("server", `${name} has a subjectAltName`, names.length > 0, "none; x509: certificate relies on legacy Common Name field, use SANs instead"),
    accept("host", `${name} names ${host}`, isNamed(host, dns, addresses), hostError(host, { dns, addresses, common: subjectValues(facts, ATTRIBUTE.commonName) })),
  ];
}

/** As Go's crypto/x509 compares: an address with iPAddresses, a name with dNSNames, of which a wildcard stands for one label. */
function isNamed(host: string, dns: readonly string[], addresses: readonly string[]): boolean {
  const address = octetsOfAddress(host);
  if (address !== null) return addresses.includes(addressText(address));
  const [wanted, ...rest] = host.toLowerCase().split(".");
  return dns.map((name) => name.toLowerCase()).some((name) => name === [wanted, ...rest].join(".") || (rest.length > 0 && name === ["*", ...rest].join(".")));
}

interface NamesFound {
  readonly dns: readonly string[];
  readonly addresses: readonly string[];
  readonly common: readonly string[];
}

function hostError(host: string, { dns, addresses, common }: NamesFound): string {
  if (octetsOfAddress(host) !== null && addresses.length === 0) return `x509: cannot validate certificate for ${host} because it doesn't contain any IP SANs`;
  if (dns.length + addresses.length === 0) return `only the common name ${common.join(", ")}, which is not looked at`;
  return `x509: certificate is valid for ${[...dns, ...addresses].join(", ")}, not ${host}`;
}
