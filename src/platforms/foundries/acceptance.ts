/** What the Foundries.io API and its device gateway look at, foreseen (device gateway PKI reference). */
import { accept, ATTRIBUTE, caOf, chainOf, dnsNamesOf, isSelfIssued, judgeChain, keyOf, missingAbove, purposesOf, PURPOSE, subjectValues } from "../acceptance.ts";
import type { Acceptance, ShelfCertificate } from "../platform.ts";
import type { Upload } from "./bundle.ts";

export function judgeUpload({ root, tls, deviceCas }: Upload): Acceptance[] {
  const factory = subjectValues(root.facts, ATTRIBUTE.organizationalUnit);
  return [
    ...judgeRoot(root, factory),
    ...judgeTls(tls, root),
    ...deviceCas.flatMap((ca) => judgeDeviceCa(ca, root, factory)),
  ];
}

function judgeRoot(root: ShelfCertificate, factory: readonly string[]): Acceptance[] {
  return [
    accept("root", "the root is self-signed and a CA", isSelfIssued(root.facts) && caOf(root.facts).ca, `${root.name} is not`),
    accept("root", "one OU of the root is the factory", factory.length === 1, `${factory.length} OUs`),
    accept("root", "keys are on the curve P-256", keyOf(root.facts) === "ecdsa-p256", keyOf(root.facts)),
  ];
}

function judgeTls(tls: ShelfCertificate, root: ShelfCertificate): Acceptance[] {
  return [
    ...judgeBelow("tls", tls, root),
    accept("tls", "the device gateway's certificate is for TLS servers", purposesOf(tls.facts)?.includes(PURPOSE.serverAuth) ?? false, "no extKeyUsage serverAuth"),
    accept("tls", "it names the gateway in subjectAltName", dnsNamesOf(tls.facts).length > 0, "no DNS name"),
  ];
}

function judgeDeviceCa(ca: ShelfCertificate, root: ShelfCertificate, factory: readonly string[]): Acceptance[] {
  const units = subjectValues(ca.facts, ATTRIBUTE.organizationalUnit);
  return [
    ...judgeBelow("device-cas", ca, root),
    accept("device-cas", `${ca.name} is a CA`, caOf(ca.facts).ca, "CA:FALSE; the registration server says: Factory not allowed to sign Device CSRs"),
    accept("device-cas", `the OU of ${ca.name} is the factory`, units.length === 1 && units[0] === factory[0], `OU ${units.join(", ") || "missing"}; the API refuses it`),
  ];
}

function judgeBelow(part: string, leaf: ShelfCertificate, root: ShelfCertificate): Acceptance[] {
  const { chain, isWhole } = chainOf(leaf, [root]);
  return [accept(part, `${leaf.name} is signed by the root`, isWhole, `${missingAbove(chain)}; openssl error 20`), ...judgeChain(part, chain)];
}
