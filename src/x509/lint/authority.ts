/** Rules about what makes a CA and who stands above whom: basicConstraints, keyCertSign, key identifiers (RFC 5280 4.2.1.1–3, 4.2.1.9). */
import { Fields, readDer } from "../../bytes/der.ts";
import { EXTENSION, readBasicConstraints, readSubjectKeyIdentifier } from "../extension-reading.ts";
import { extensionIn, usagesOf, type LintedCertificate } from "./linted-certificate.ts";
import { EFFECTIVE, unless, type LintRule } from "./rule.ts";

export const AUTHORITY_RULES: readonly LintRule<LintedCertificate>[] = [
  {
    rule: "basicConstraints are DER, and pathLenConstraint stands with cA", control: "CA-BASIC-CONSTRAINTS", clause: "RFC 5280 4.2.1.9", effective: EFFECTIVE.rfc5280,
    judge(certificate) {
      const constraints = extensionIn(certificate, EXTENSION.basicConstraints);
      if (constraints !== undefined) readBasicConstraints(constraints.value);
      return [];
    },
  },
  {
    rule: "CA:TRUE is critical and stands with keyCertSign, and keyCertSign with CA:TRUE", control: "CA-BASIC-CONSTRAINTS", clause: "RFC 5280 4.2.1.9, 4.2.1.3", effective: EFFECTIVE.rfc5280,
    judge(certificate) {
      const { isCa } = certificate;
      const signs = usagesOf(certificate)?.includes("keyCertSign") === true;
      return [
        ...unless(!isCa || extensionIn(certificate, EXTENSION.basicConstraints)?.critical === true, "expected basicConstraints with CA:TRUE to be critical"),
        ...unless(!isCa || signs, "expected a CA to have keyUsage keyCertSign"),
        ...unless(!isCa || !signs || extensionIn(certificate, EXTENSION.keyUsage)?.critical === true, "expected the keyUsage of a CA to be critical"),
        ...unless(isCa || !signs, "expected keyCertSign only with CA:TRUE"),
      ];
    },
  },
  {
    rule: "a CA has a subjectKeyIdentifier, and what another issued has an authorityKeyIdentifier", control: "KEY-IDENTIFIERS", clause: "RFC 5280 4.2.1.1, 4.2.1.2", effective: EFFECTIVE.rfc5280,
    judge: (certificate) => [
      ...unless(!certificate.isCa || extensionIn(certificate, EXTENSION.subjectKeyIdentifier) !== undefined, "expected a CA to have a subjectKeyIdentifier"),
      ...unless(certificate.isSelfIssued || extensionIn(certificate, EXTENSION.authorityKeyIdentifier) !== undefined, "expected an authorityKeyIdentifier"),
    ],
  },
  {
    rule: "key identifiers are not critical", control: "KEY-IDENTIFIERS", clause: "RFC 5280 4.2.1.1, 4.2.1.2", effective: EFFECTIVE.rfc5280,
    judge: (certificate) => [EXTENSION.subjectKeyIdentifier, EXTENSION.authorityKeyIdentifier].flatMap((oid) => unless(extensionIn(certificate, oid)?.critical !== true, `expected key identifier ${oid} not to be critical`)),
  },
  {
    rule: "key identifiers have their form: an authorityKeyIdentifier has a keyIdentifier, and issuer and serial number together or not at all", control: "KEY-IDENTIFIERS", clause: "RFC 5280 4.2.1.1", effective: EFFECTIVE.rfc5280,
    judge(certificate) {
      const own = extensionIn(certificate, EXTENSION.subjectKeyIdentifier);
      if (own !== undefined) readSubjectKeyIdentifier(own.value);
      const authority = authorityParts(certificate);
      return authority === null ? [] : [
        ...unless(authority.identifier !== null, "expected a keyIdentifier in the authorityKeyIdentifier"),
        ...unless(authority.hasIssuer === authority.hasSerial, "expected issuer and serial number in the authorityKeyIdentifier together"),
      ];
    },
  },
];

/** @throws Fault form-der */
function authorityParts(certificate: LintedCertificate): { identifier: Uint8Array | null; hasIssuer: boolean; hasSerial: boolean } | null {
  const extension = extensionIn(certificate, EXTENSION.authorityKeyIdentifier);
  if (extension === undefined) return null;
  const fields = new Fields(readDer(extension.value), "AuthorityKeyIdentifier");
  const [identifier, issuer, serial] = [fields.takeIf(0x80), fields.takeIf(0xa1), fields.takeIf(0x82)];
  fields.end();
  return { identifier: identifier?.contents ?? null, hasIssuer: issuer !== undefined, hasSerial: serial !== undefined };
}
