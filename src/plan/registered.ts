/** Keys and certificates of earlier ceremonies, as the steps of this one need to know them. */
import { fromHex, toHex } from "../bytes/hex.ts";
import type { Register, RegisteredCertificate } from "../transcript/register.ts";
import { readCertificate } from "../x509/certificate-reading.ts";
import { EXTENSION } from "../x509/extension-reading.ts";
import { extensionName, extensionText } from "../x509/extension-text.ts";
import type { PlannedExtension } from "../x509/extension.ts";
import { extensionValue } from "../x509/given-certificate.ts";
import { factoryNamed } from "../platforms/foundries/factory.ts";
import { nameAttributes } from "../x509/name-reading.ts";
import { registeredName } from "./renewal.ts";
import { ACCEPTED } from "./answer.ts";
import { pathLengthOf } from "./certificates.ts";
import type { CertificateTemplate } from "./plan.ts";
import type { ResolvedCertificate, Resolving } from "./resolving.ts";

const OU = "2.5.4.11";

/** Enters what the register has before the first step is resolved; certificates for folders of requests are known by their keys only. */
export function enterRegister({ register, keys, mechanisms, certificates, spkis, subjects, revocations, crlNumbers, trials }: Resolving): void {
  if (register === null) return;
  for (const { key, algorithm, signature, spki } of register.keys) {
    keys.set(key, algorithm);
    mechanisms.set(key, signature);
    spkis.set(spki, `the key ${key} of the register`);
  }
  for (const { issuer, serial, certificate, reason, date, released } of register.revocations) if (released === null) revocations.push({ issuer, serial, certificate, reason, date });
  for (const [issuer, number] of Object.entries(register.lastCrlNumbers)) crlNumbers.set(issuer, number);
  for (const one of register.certificates) {
    spkis.set(one.spki, registeredName(one.name));
    if (one.der === "") continue;
    const resolved = resolvedOf(register, one);
    certificates.set(one.name, resolved);
    trials.certificates.set(one.name, fromHex(one.der));
    if (one.ca && !subjects.has(resolved.template.subject)) subjects.set(resolved.template.subject, { certificate: one.name, key: one.key });
  }
}

function resolvedOf(register: Register, one: RegisteredCertificate): ResolvedCertificate {
  const facts = readCertificate(fromHex(one.der));
  const extensions = facts.extensions.map((extension): PlannedExtension => {
    const { oid, critical, value } = extension;
    return { oid, name: extensionName(oid), critical, text: extensionText(extension), value: toHex(value) };
  });
  const template: CertificateTemplate = {
    profile: one.profile, ca: one.ca, subject: toHex(facts.subject), subjectText: one.subject, valid: { from: one.notBefore, until: one.notAfter }, extensions,
  };
  const identifier = extensionValue(facts.extensions, EXTENSION.subjectKeyIdentifier);
  const own = register.keys.find(({ key }) => key === one.key);
  return {
    template, bounds: boundsAbove(register, one), isRegistered: true, key: one.key, algorithm: own?.algorithm ?? null, mechanism: own?.signature ?? null, spki: toHex(facts.spki),
    copiedIdentifier: identifier === undefined ? null : toHex(identifier), pathLength: pathLengthOf(template), factory: factoryOf(one, facts.subject),
  };
}

/** The name constraints of a CA of the register and of those above it. Names are given once in the life of a CA, so that no line of issuers comes back to itself. */
function boundsAbove(register: Register, one: RegisteredCertificate): Uint8Array[] {
  const constraints = one.der === "" ? undefined : extensionValue(readCertificate(fromHex(one.der)).extensions, EXTENSION.nameConstraints);
  const issuer = register.certificates.find(({ name }) => name === one.issuer && name !== one.name);
  return [...(constraints === undefined ? [] : [constraints]), ...(issuer === undefined ? [] : boundsAbove(register, issuer))];
}

/** The factory of a Foundries root or device CA: the OU that its profile demands. */
export function factoryOf({ profile }: Pick<RegisteredCertificate, "profile">, subject: Uint8Array): string | null {
  if (profile === ACCEPTED) return factoryNamed(subject);
  if (!/^foundries\/(root|device-ca)@/.test(profile)) return null;
  return nameAttributes(subject).find(({ oid }) => oid === OU)?.text ?? null;
}

/** The certificate by which a key of the register seals; null when there is none. */
export function transcriptCertificateOf(register: Register | null, key: string | null): string | null {
  return register?.certificates.findLast((one) => one.key === key && key !== null && one.profile.startsWith("private/transcript@"))?.name ?? null;
}
