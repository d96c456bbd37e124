/** Rules about the fields of a TBSCertificate (RFC 5280 4.1). */
import { Fields, integerOf } from "../../bytes/der.ts";
import { duplicatesOf } from "../extension-reading.ts";
import { attributesOf } from "../name-reading.ts";
import { requestSubjectProblems } from "../request-subject.ts";
import { mechanismOf } from "../signed.ts";
import { MECHANISMS_OF } from "../algorithm.ts";
import { readSpki } from "../spki.ts";
import { instantOf } from "../time.ts";
import { readOr, type LintedCertificate } from "./linted-certificate.ts";
import { EFFECTIVE, unless, type LintRule } from "./rule.ts";

type Rule = LintRule<LintedCertificate>;

export const FIELD_RULES: readonly Rule[] = [
  {
    rule: "the version is 3", control: "CERTIFICATE-FORM", clause: "RFC 5280 4.1.2.1", effective: EFFECTIVE.rfc5280,
    judge({ version }) {
      const [number] = version?.children ?? [];
      return unless(number !== undefined && integerOf(number, "version") === 2, "expected version 3, found another");
    },
  },
  {
    rule: "there are no unique identifiers", control: "CERTIFICATE-FORM", clause: "RFC 5280 4.1.2.8", effective: EFFECTIVE.rfc5280,
    judge: ({ hasUniqueIdentifiers }) => unless(!hasUniqueIdentifiers, "expected no issuerUniqueID and no subjectUniqueID"),
  },
  {
    rule: "the serial number is positive and has at most 20 octets", control: "SERIAL-ENTROPY", clause: "RFC 5280 4.1.2.2", effective: EFFECTIVE.rfc5280,
    judge({ serial: { contents } }) {
      const isPositive = (contents[0] ?? 0) < 0x80 && contents.some((octet) => octet !== 0);
      return unless(isPositive && contents.length <= 20, `expected a positive serial number of at most 20 octets, found ${contents.length} octets${isPositive ? "" : ", not positive"}`);
    },
  },
  {
    rule: "the signature algorithm has exactly the parameters that its RFC asks for", control: "CERTIFICATE-FORM", clause: "RFC 4055 5, RFC 5758 3.2, RFC 8410 3; BR 7.1.3.2", effective: EFFECTIVE.rfc5758,
    judge: ({ signature }) => (mechanismOf(signature), []),
  },
  {
    rule: "dates are UTCTime to 2049 and GeneralizedTime from 2050, with seconds and Z", control: "CERTIFICATE-FORM", clause: "RFC 5280 4.1.2.5", effective: EFFECTIVE.rfc5280,
    judge: (certificate) => (datesOf(certificate), []),
  },
  {
    rule: "notBefore is not after notAfter", control: "VALIDITY-WITHIN-ISSUER", clause: "RFC 5280 4.1.2.5", effective: EFFECTIVE.rfc5280,
    judge(certificate) {
      const [from, until] = readOr(() => datesOf(certificate)) ?? ["", ""];
      return unless(from <= until, `expected notAfter not before notBefore, found ${from} to ${until}`);
    },
  },
  {
    rule: "the issuer is named, and so is the subject of a CA", control: "SUBJECT-FORM", clause: "RFC 5280 4.1.2.4, 4.1.2.6", effective: EFFECTIVE.rfc5280,
    judge: ({ issuer, subject, isCa }) => [
      ...unless(issuer.children.length > 0, "expected an issuer, found an empty name"),
      ...unless(!isCa || subject.children.length > 0, "expected a CA to have a subject, found an empty name"),
    ],
  },
  {
    rule: "names keep the string types and bounds of X.520, and countries are two letters", control: "SUBJECT-FORM", clause: "RFC 5280 4.1.2.4, appendix A.1", effective: EFFECTIVE.rfc5280,
    judge: ({ issuer, subject }) => [issuer, subject].filter(({ children }) => children.length > 0).flatMap(({ bytes }) => requestSubjectProblems(bytes).map(({ message }) => message)),
  },
  {
    rule: "an RDN holds each type once", control: "SUBJECT-FORM", clause: "X.501 9.3; BR 7.1.4.1", effective: EFFECTIVE.rfc5280,
    judge: ({ issuer, subject }) => [issuer, subject].flatMap((name) => {
      const twice = duplicatesOf(attributesOf(name).map(({ rdn, oid }) => `${rdn}:${oid}`));
      return unless(twice.length === 0, `expected each type once in an RDN, found twice: ${twice.join(", ")}`);
    }),
  },
  {
    rule: "the public key is a sound key of a known algorithm", control: "ALGORITHM-ALLOWED", clause: "RFC 3279 2.3, RFC 5480 2, RFC 8410 3; BR 6.1.5, 6.1.6", effective: EFFECTIVE.rfc5480,
    judge({ spki, publicKey }) {
      const { algorithm, description } = publicKey ?? readSpki(spki.bytes);
      return unless(algorithm !== null, `expected a sound key of a known algorithm, found ${description}`);
    },
  },
  {
    rule: "a certificate without an authority is signed with an algorithm of its own key", control: "CERTIFICATE-FORM", clause: "RFC 5280 4.1.2.3", effective: EFFECTIVE.rfc5280,
    judge({ signature, publicKey, isSelfIssued, extensions }) {
      const algorithm = publicKey?.algorithm;
      const mechanism = readOr(() => mechanismOf(signature));
      const isAlone = isSelfIssued && !extensions.some(({ oid }) => oid === "2.5.29.35");
      if (!isAlone || algorithm == null || mechanism === null) return [];
      return unless(MECHANISMS_OF[algorithm].includes(mechanism), `expected a self-signed certificate over a key of ${algorithm} to be signed with ${MECHANISMS_OF[algorithm].join(", ")}, found ${mechanism}`);
    },
  },
];

/** NotBefore; null where the dates cannot be read. */
export function beginningOf(certificate: LintedCertificate): string | null {
  return readOr(() => datesOf(certificate))?.[0] ?? null;
}

function datesOf({ validity }: LintedCertificate): [string, string] {
  const fields = new Fields(validity, "Validity");
  const dates: [string, string] = [instantOf(fields.takeAny("notBefore"), "notBefore"), instantOf(fields.takeAny("notAfter"), "notAfter")];
  fields.end();
  return dates;
}
