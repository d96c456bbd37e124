/** Rules about other names of the subject, and about the names that a CA may certify (RFC 5280 4.2.1.6, 4.2.1.7, 4.2.1.10). */
import { readDer, type DerNode } from "../../bytes/der.ts";
import { EXTENSION } from "../extension-reading.ts";
import { readDnsNames } from "../general-name.ts";
import { listOf } from "./extensions.ts";
import { extensionIn, purposesOf, type LintedCertificate } from "./linted-certificate.ts";
import { EFFECTIVE, unless, type LintRule } from "./rule.ts";

const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

export const NAME_RULES: readonly LintRule<LintedCertificate>[] = [
  {
    rule: "each name has the form of its kind: DNS names of letters, digits and hyphens with a wildcard at most as the first label, addresses of 4 or 16 octets, absolute URIs, mailboxes", control: "ALTERNATIVE-NAMES",
    clause: "RFC 5280 4.2.1.6; RFC 1123 2.1; BR 7.1.4.2", effective: EFFECTIVE.rfc5280,
    judge(certificate) {
      const names = extensionIn(certificate, EXTENSION.subjectAltName);
      if (names !== undefined) readDnsNames(names.value);
      return [];
    },
  },
  {
    rule: "without a subject there is a critical subjectAltName; with one it is not critical", control: "ALTERNATIVE-NAMES", clause: "RFC 5280 4.1.2.6, 4.2.1.6; BR 7.1.2.7.12", effective: EFFECTIVE.brProfiles,
    judge(certificate) {
      const names = extensionIn(certificate, EXTENSION.subjectAltName);
      const isNamed = certificate.subject.children.length > 0;
      return [
        ...unless(isNamed || names?.critical === true, "expected a critical subjectAltName where the subject is empty"),
        ...unless(!isNamed || names?.critical !== true, "expected subjectAltName not to be critical where there is a subject"),
      ];
    },
  },
  {
    rule: "a TLS server has a subjectAltName", control: "ALTERNATIVE-NAMES", clause: "RFC 9525 2; BR 7.1.2.7.12", effective: EFFECTIVE.br,
    judge: (certificate) => unless(certificate.isCa || !purposesOf(certificate).includes(SERVER_AUTH) || extensionIn(certificate, EXTENSION.subjectAltName) !== undefined, "expected a certificate for serverAuth to have a subjectAltName"),
  },
  {
    rule: "name constraints stand in a CA, and are not empty", control: "NAME-CONSTRAINTS", clause: "RFC 5280 4.2.1.10", effective: EFFECTIVE.rfc5280,
    judge(certificate) {
      const extension = extensionIn(certificate, EXTENSION.nameConstraints);
      listOf(extension);
      return unless(extension === undefined || certificate.isCa, "expected name constraints only in a CA");
    },
  },
  {
    rule: "a name constraint has no minimum and no maximum, an address its mask, and no registered identifier", control: "NAME-CONSTRAINTS", clause: "RFC 5280 4.2.1.10", effective: EFFECTIVE.rfc5280,
    judge(certificate) {
      const extension = extensionIn(certificate, EXTENSION.nameConstraints);
      return extension === undefined ? [] : readDer(extension.value).children.flatMap(({ children }) => children.flatMap(subtreeProblems));
    },
  },
];

function subtreeProblems({ children: [base, ...bounds] }: DerNode): readonly string[] {
  if (base === undefined) return ["expected a base in a name constraint, found none"];
  const isAddress = base.tag === 0x87;
  return [
    ...unless(bounds.length === 0, "expected no minimum and no maximum in a name constraint"),
    ...unless(base.tag !== 0x88, "expected no registered identifier in a name constraint"),
    ...unless(!isAddress || base.contents.length === 8 || base.contents.length === 32, `expected an address and its mask in a name constraint, found ${base.contents.length} octets`),
  ];
}
