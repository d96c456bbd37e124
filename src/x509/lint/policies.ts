/** Rules about certificate policies (RFC 5280 4.2.1.4, 4.2.1.5, 4.2.1.11, 4.2.1.14). */
import { oidOf, readDer, TAG, type DerNode } from "../../bytes/der.ts";
import { textOfString } from "../attribute-text.ts";
import { duplicatesOf, EXTENSION } from "../extension-reading.ts";
import { listOf } from "./extensions.ts";
import { extensionIn, type LintedCertificate } from "./linted-certificate.ts";
import { EFFECTIVE, unless, type LintRule } from "./rule.ts";

const ANY_POLICY = "2.5.29.32.0";
const POLICY_MAPPINGS = "2.5.29.33";
const POLICY_CONSTRAINTS = "2.5.29.36";
const INHIBIT_ANY_POLICY = "2.5.29.54";
const CPS = "1.3.6.1.5.5.7.2.1";
const USER_NOTICE = "1.3.6.1.5.5.7.2.2";

export const POLICY_RULES: readonly LintRule<LintedCertificate>[] = [
  {
    rule: "policies are there, each once", control: "CERTIFICATE-POLICIES", clause: "RFC 5280 4.2.1.4", effective: EFFECTIVE.rfc5280,
    judge(certificate) {
      const twice = duplicatesOf(policiesOf(certificate).map(identifierOf));
      return unless(twice.length === 0, `expected each policy once, found twice: ${twice.join(", ")}`);
    },
  },
  {
    rule: "qualifiers are a CPS pointer or a user notice of at most 200 characters, and no BMPString", control: "CERTIFICATE-POLICIES", clause: "RFC 5280 4.2.1.4", effective: EFFECTIVE.rfc5280,
    judge: (certificate) => policiesOf(certificate).flatMap((policy) => (policy.children[1]?.children ?? []).flatMap((qualifier) => qualifierProblems(identifierOf(policy), qualifier))),
  },
  {
    rule: "policy mappings stand in a CA, map from policies that it has, and never from or to anyPolicy", control: "CERTIFICATE-POLICIES", clause: "RFC 5280 4.2.1.5", effective: EFFECTIVE.rfc5280,
    judge(certificate) {
      const policies = policiesOf(certificate).map(identifierOf);
      return listOf(extensionIn(certificate, POLICY_MAPPINGS)).flatMap(({ children }) => {
        const [from = "", to = ""] = children.map(oidOf);
        return [
          ...unless(certificate.isCa, "expected policy mappings only in a CA"),
          ...unless(from !== ANY_POLICY && to !== ANY_POLICY, "expected no mapping from or to anyPolicy"),
          ...unless(from === ANY_POLICY || policies.includes(from), `expected a mapping from a policy of the certificate, found ${from}`),
        ];
      });
    },
  },
  {
    rule: "policy constraints and inhibitAnyPolicy stand in a CA and hold numbers that are not negative", control: "CERTIFICATE-POLICIES", clause: "RFC 5280 4.2.1.11, 4.2.1.14", effective: EFFECTIVE.rfc5280,
    judge(certificate) {
      const [constraints, inhibit] = [extensionIn(certificate, POLICY_CONSTRAINTS), extensionIn(certificate, INHIBIT_ANY_POLICY)];
      const numbers = [...listOf(constraints), ...(inhibit === undefined ? [] : [readDer(inhibit.value)])];
      return [
        ...unless(certificate.isCa || numbers.length === 0, "expected policy constraints only in a CA"),
        ...unless(numbers.every(({ contents }) => (contents[0] ?? 0x80) < 0x80), "expected numbers that are not negative in policy constraints"),
      ];
    },
  },
];

function policiesOf(certificate: LintedCertificate): readonly DerNode[] {
  return listOf(extensionIn(certificate, EXTENSION.certificatePolicies));
}

function identifierOf({ children: [identifier] }: DerNode): string {
  return identifier === undefined ? "" : oidOf(identifier);
}

function qualifierProblems(policy: string, { children: [kind, value] }: DerNode): readonly string[] {
  const oid = kind === undefined ? "" : oidOf(kind);
  const known = oid === CPS || oid === USER_NOTICE;
  return [
    ...unless(known, `expected a CPS pointer or a user notice with policy ${policy}, found ${oid}`),
    ...(oid === USER_NOTICE && value !== undefined ? value.children.filter(({ tag }) => tag !== TAG.sequence).flatMap(noticeProblems) : []),
  ];
}

function noticeProblems({ tag, contents }: DerNode): readonly string[] {
  const text = textOfString(tag, contents);
  const isAllowed = tag === TAG.utf8String || tag === TAG.ia5String;
  return [
    ...unless(isAllowed, "expected a user notice as UTF8String or IA5String"),
    ...unless(text !== undefined && [...text].length <= 200 && !/\p{Cc}/u.test(text), "expected a user notice of at most 200 characters that can be shown"),
  ];
}
