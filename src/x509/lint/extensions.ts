/** Rules about the extensions of a certificate as such: which, how often, critical or not, and the form of those that no other file reads (RFC 5280 4.2). */
import { Fields, readDer, TAG, type DerNode } from "../../bytes/der.ts";
import { EXTENSION, duplicatesOf, type ReadExtension } from "../extension-reading.ts";
import { extensionIn, type LintedCertificate } from "./linted-certificate.ts";
import { EFFECTIVE, unless, type LintRule } from "./rule.ts";

/** Whether an extension is critical: always, never, or as the profile has it. Key identifiers, keyUsage and subjectAltName have rules of their own. */
const CRITICALITY: Readonly<Record<string, "always" | "never" | "either">> = {
  [EXTENSION.subjectKeyIdentifier]: "either", [EXTENSION.authorityKeyIdentifier]: "either", [EXTENSION.subjectAltName]: "either",
  [EXTENSION.keyUsage]: "either", [EXTENSION.basicConstraints]: "either", [EXTENSION.extKeyUsage]: "either", [EXTENSION.certificatePolicies]: "either",
  [EXTENSION.nameConstraints]: "always", "2.5.29.9": "never", "2.5.29.18": "never", "2.5.29.31": "never", "2.5.29.33": "always", "2.5.29.36": "always",
  "2.5.29.46": "never", "2.5.29.54": "always", "1.3.6.1.5.5.7.1.1": "never", "1.3.6.1.5.5.7.1.11": "never", "1.3.6.1.5.5.7.48.1.5": "never",
  "1.3.6.1.4.1.11129.2.4.2": "never", "1.3.6.1.4.1.11129.2.4.3": "always",
};

export const EXTENSION_RULES: readonly LintRule<LintedCertificate>[] = [
  {
    rule: "each extension stands once", control: "EXTENSION-FORM", clause: "RFC 5280 4.2", effective: EFFECTIVE.rfc5280,
    judge({ extensions }) {
      const twice = duplicatesOf(extensions.map(({ oid }) => oid));
      return unless(twice.length === 0, `expected each extension once, found twice: ${twice.join(", ")}`);
    },
  },
  {
    rule: "an extension is critical where its clause says so, and only an extension of this table is critical", control: "EXTENSION-FORM", clause: "RFC 5280 4.2.1, 4.2.2", effective: EFFECTIVE.rfc5280,
    judge: ({ extensions }) => extensions.flatMap(({ oid, critical }) => {
      const wanted = CRITICALITY[oid];
      if (wanted === undefined) return unless(!critical, `expected no critical extension that is not known, found ${oid}`);
      return unless(wanted === "either" || (wanted === "always") === critical, `expected extension ${oid} ${wanted === "always" ? "" : "not "}to be critical`);
    }),
  },
  {
    rule: "a certificate that is to be published is no precertificate", control: "EXTENSION-FORM", clause: "RFC 6962 3.1", effective: EFFECTIVE.rfc6962,
    judge: (certificate) => unless(extensionIn(certificate, "1.3.6.1.4.1.11129.2.4.3") === undefined, "expected no CT poison extension"),
  },
  {
    rule: "CRL distribution points are there and each says where or who", control: "EXTENSION-FORM", clause: "RFC 5280 4.2.1.13, 4.2.1.15", effective: EFFECTIVE.rfc5280,
    judge: (certificate) => ["2.5.29.31", "2.5.29.46"].flatMap((oid) => listOf(extensionIn(certificate, oid)).flatMap((point) =>
      unless(point.children.some(({ tag }) => tag === 0xa0 || tag === 0xa2), `expected a distribution point or a CRL issuer in ${oid}, found neither`))),
  },
  {
    rule: "information access has at least one description, each a method and a location", control: "EXTENSION-FORM", clause: "RFC 5280 4.2.2.1, 4.2.2.2", effective: EFFECTIVE.rfc5280,
    judge: (certificate) => ["1.3.6.1.5.5.7.1.1", "1.3.6.1.5.5.7.1.11"].flatMap((oid) => listOf(extensionIn(certificate, oid)).flatMap(descriptionProblems)),
  },
  {
    rule: "subject directory attributes are there where the extension is", control: "EXTENSION-FORM", clause: "RFC 5280 4.2.1.8", effective: EFFECTIVE.rfc5280,
    judge: (certificate) => (listOf(extensionIn(certificate, "2.5.29.9")), []),
  },
];

/** The elements of an extension that is a SEQUENCE of at least one. @throws Fault form-der @returns none where there is no such extension */
export function listOf(extension: ReadExtension | undefined): readonly DerNode[] {
  if (extension === undefined) return [];
  const node = readDer(extension.value);
  const fields = new Fields(node, `extension ${extension.oid}`);
  fields.takeAny("at least one element");
  return node.children;
}

function descriptionProblems(node: DerNode): readonly string[] {
  const fields = new Fields(node, "AccessDescription");
  fields.take(TAG.oid, "accessMethod");
  const location = fields.takeAny("accessLocation");
  fields.end();
  const text = String.fromCharCode(...location.contents.subarray(0, 2048));
  return unless(location.tag !== 0x86 || /^(https?|ldap):\/\/[!-~]+$/.test(text), "expected an http, https or ldap location in information access");
}
