/** What the Foundries.io API, its device gateway and its registration server look at, foreseen (device gateway PKI reference). */
import { sameBytes } from "../../bytes/text.ts";
import { accept, ATTRIBUTE, caOf, chainOf, dnsNamesOf, isIssuerOf, isSelfIssued, judgeChain, keyOf, missingAbove, purposesOf, PURPOSE, subjectValues, usagesOf } from "../acceptance.ts";
import type { Acceptance, ShelfCertificate } from "../platform.ts";
import type { Upload } from "./bundle.ts";
import type { Current } from "./current.ts";
import { uuidOf } from "./device.ts";
import { isLocal, issuerAmong } from "./device-ca.ts";
import { judgeRevocation } from "./revocation.ts";

/** The factory, as the OUs of the root say it. */
type Factory = readonly string[];

export function judgeUpload(upload: Upload): Acceptance[] {
  const { root, tls, est, deviceCas, devices, current } = upload;
  const factory = subjectValues(root.facts, ATTRIBUTE.organizationalUnit);
  return [
    ...judgeRoot(upload, factory),
    ...(tls === null ? [] : judgeServer("tls", tls, root)),
    ...(est === null ? [] : [...judgeServer("est", est, root), accept("est", "it names the EST server alone in subjectAltName", dnsNamesOf(est.facts).length === 1, `${dnsNamesOf(est.facts).length} DNS names; fioctl refuses it`)]),
    ...deviceCas.flatMap((ca) => judgeDeviceCa(ca, upload, factory)),
    ...devices.flatMap((device, i) => judgeDevice(device, upload, factory, devices.slice(0, i))),
    ...(current === null ? [] : judgeCurrent(upload, current)),
    ...judgeRevocation(upload),
  ];
}

function judgeRoot({ root, above }: Upload, factory: Factory): Acceptance[] {
  const { chain, isWhole } = chainOf(root, above);
  return [
    accept("root", "the root is self-signed, or the CAs above it are given", isWhole, `${missingAbove(chain)}; name ours as above, and the files of others as chain`),
    ...judgeChain("above", chain),
    accept("root", "the root is a CA that may sign certificates", caOf(root.facts).ca && (usagesOf(root.facts)?.includes("keyCertSign") ?? true), `${root.name} is none`),
    accept("root", "one OU of the root is the factory", factory.length === 1, `${factory.length} OUs`),
    accept("root", "keys are on the curve P-256", keyOf(root.facts) === "ecdsa-p256", keyOf(root.facts)),
  ];
}

function judgeServer(part: "tls" | "est", server: ShelfCertificate, root: ShelfCertificate): Acceptance[] {
  return [
    ...judgeBelow(part, server, root),
    accept(part, part === "tls" ? "the device gateway's certificate is for TLS servers" : "the EST server's certificate is for TLS servers", purposesOf(server.facts)?.includes(PURPOSE.serverAuth) ?? false, "no extKeyUsage serverAuth"),
    accept(part, "it is no CA", !caOf(server.facts).ca, "CA:TRUE"),
    accept(part, part === "tls" ? "it names the gateway in subjectAltName" : "it names the EST server in subjectAltName", dnsNamesOf(server.facts).length > 0, "no DNS name"),
  ];
}

function judgeDeviceCa(ca: ShelfCertificate, { root, user }: Upload, factory: Factory): Acceptance[] {
  const [units, names] = [subjectValues(ca.facts, ATTRIBUTE.organizationalUnit), subjectValues(ca.facts, ATTRIBUTE.commonName)];
  const part = "device-cas";
  return [
    ...judgeBelow(part, ca, root),
    accept(part, `${ca.name} is a CA`, caOf(ca.facts).ca, "CA:FALSE; the registration server says: Factory not allowed to sign Device CSRs"),
    accept(part, `${ca.name} allows no CA below itself`, !caOf(ca.facts).ca || caOf(ca.facts).below === 0, `its pathLenConstraint is ${caOf(ca.facts).below}`),
    accept(part, `the OU of ${ca.name} is the factory`, units.length === 1 && units[0] === factory[0], `OU ${units.join(", ") || "missing"}; the API refuses it`),
    accept(part, `${ca.name} has one CN`, names.length === 1 && names[0] !== "fio-", `CN ${names.join(", ") || "missing"}`),
    accept(part, user === null ? "a local CA is named after a user" : `a local CA is named fio-${user}`, !isLocal(ca) || user === null || names[0] === `fio-${user}`, `CN ${names.join(", ")}; the user of the CN owns the devices that ${ca.name} registers`),
    accept(part, `the key of ${ca.name} is on the curve P-256`, keyOf(ca.facts) === "ecdsa-p256", keyOf(ca.facts)),
  ];
}

/** @param before devices that stand earlier in the bundle */
function judgeDevice(device: ShelfCertificate, { root, deviceCas }: Upload, factory: Factory, before: readonly ShelfCertificate[]): Acceptance[] {
  const units = subjectValues(device.facts, ATTRIBUTE.organizationalUnit);
  const [issuer, uuid] = [issuerAmong(deviceCas, device), uuidOf(device.facts.subject)];
  const twin = before.find(({ facts }) => uuid !== null && uuidOf(facts.subject) === uuid);
  const part = "devices";
  return [
    accept(part, `${device.name} is issued by a device CA of the bundle`, issuer !== undefined, `${missingAbove([device])}; openssl error 20`),
    ...(issuer === undefined ? [] : judgeChain(part, [device, issuer, root])),
    accept(part, `${device.name} is no CA`, !caOf(device.facts).ca, "CA:TRUE; openssl error 25 or 26"),
    accept(part, `${device.name} is for TLS clients`, purposesOf(device.facts)?.includes(PURPOSE.clientAuth) ?? false, "no extKeyUsage clientAuth; openssl error 26, unsuitable certificate purpose"),
    accept(part, `the CN of ${device.name} is the device's UUID`, uuid !== null, `CN ${subjectValues(device.facts, ATTRIBUTE.commonName).join(", ") || "missing"}`),
    accept(part, `the OU of ${device.name} is the factory`, units.length === 1 && units[0] === factory[0], `Invalid factory(${units[0] ?? ""}) must be ${factory[0] ?? ""}`),
    accept(part, `${device.name} is registered once`, twin === undefined, `${twin?.name ?? ""} has the same UUID; the API answers 409`),
  ];
}

function judgeBelow(part: string, leaf: ShelfCertificate, root: ShelfCertificate): Acceptance[] {
  const isSigned = isIssuerOf(root.facts, leaf.facts) && !(isSelfIssued(leaf.facts) && leaf.name === root.name);
  return [accept(part, `${leaf.name} is signed by the root`, isSigned, leaf.name === root.name ? "the root itself" : `${missingAbove([leaf])}; openssl error 20`), ...(isSigned ? judgeChain(part, [leaf, root]) : [])];
}

/** What is there already: a root is set once, and later operations go on from the same one. */
function judgeCurrent({ operation, root, deviceCas }: Upload, current: Current): Acceptance[] {
  const part = "current";
  if (operation === "create") return [accept(part, "the platform has no root yet, since it takes one once", current.root === null, "a root-crt; first-time-init would fail. A reset is the vendor's, and every device is flashed anew")];
  const isSame = current.root !== null && sameBytes(current.root.der, root.der);
  const others = current.deviceCas.filter(({ facts }) => !isIssuerOf(root.facts, facts));
  return [
    accept(part, "the platform's root is the root of the bundle", isSame, current.root === null ? "no root-crt; fioctl says: Factory PKI not initialized" : "another root-crt"),
    accept(part, "every device CA that the platform has is signed by the root", others.length === 0, `the serial numbers ${others.map(({ serial }) => serial).join(", ")} are not`),
    ...deviceCas.map((ca) => accept("device-cas", `${ca.name} is not in the platform's list yet`, !current.deviceCas.some(({ der, facts }) => sameBytes(der, ca.der) || sameBytes(facts.spki, ca.facts.spki)), "a device CA with the same key")),
  ];
}
