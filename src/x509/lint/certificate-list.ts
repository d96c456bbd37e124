/** Rules about a TBSCertList (RFC 5280 5). */
import { Fields, integerOf, readDer, TAG, type DerNode } from "../../bytes/der.ts";
import { toHex } from "../../bytes/hex.ts";
import { EXTENSION, extensionsOf, type ReadExtension } from "../extension-reading.ts";
import { attributesOf } from "../name-reading.ts";
import { mechanismOf } from "../signed.ts";
import { instantOf } from "../time.ts";
import { EFFECTIVE, unless, type LintRule } from "./rule.ts";

const ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
const DELTA_CRL_INDICATOR = "2.5.29.27";
const CERTIFICATE_ISSUER = "2.5.29.29";
/** Critical extensions that a CRL may have. */
const CRITICAL = [ISSUING_DISTRIBUTION_POINT, DELTA_CRL_INDICATOR];

/** A TBSCertList taken apart, and nothing of it judged. */
export interface LintedList {
  readonly version: DerNode | undefined;
  readonly signature: DerNode;
  readonly issuer: DerNode;
  readonly thisUpdate: DerNode;
  /** Null when it is left out. */
  readonly nextUpdate: DerNode | null;
  /** Null when it is left out. */
  readonly revoked: DerNode | null;
  readonly extensions: readonly ReadExtension[];
}

/** @throws Fault form-der when the components of a TBSCertList (RFC 5280 5.1) are not there */
export function takeListApart(node: DerNode): LintedList {
  const fields = new Fields(node, "TBSCertList");
  const version = fields.takeIf(TAG.integer);
  const [signature, issuer] = [fields.take(TAG.sequence, "signature"), fields.take(TAG.sequence, "issuer")];
  const thisUpdate = fields.takeAny("thisUpdate");
  const nextUpdate = fields.takeIf(TAG.utcTime) ?? fields.takeIf(TAG.generalizedTime) ?? null;
  const revoked = fields.takeIf(TAG.sequence) ?? null;
  const explicit = fields.takeIf(0xa0);
  fields.end();
  const extensions = explicit === undefined ? [] : extensionsOf(new Fields(explicit, "crlExtensions", 0xa0).take(TAG.sequence, "Extensions"));
  return { version, signature, issuer, thisUpdate, nextUpdate, revoked, extensions };
}

export const LIST_RULES: readonly LintRule<LintedList>[] = [
  {
    rule: "the version is 2, the algorithm has exactly its parameters, and the issuer is named", control: "CRL-FORM", clause: "RFC 5280 5.1.2.1–5.1.2.3", effective: EFFECTIVE.rfc5280,
    judge({ version, signature, issuer }) {
      mechanismOf(signature);
      return [
        ...unless(version !== undefined && integerOf(version, "version") === 1, "expected version 2, found another"),
        ...unless(attributesOf(issuer).length > 0, "expected an issuer, found an empty name"),
      ];
    },
  },
  {
    rule: "there is a nextUpdate, and it is not before thisUpdate", control: "CRL-FORM", clause: "RFC 5280 5.1.2.4, 5.1.2.5", effective: EFFECTIVE.rfc5280,
    judge({ thisUpdate, nextUpdate }) {
      if (nextUpdate === null) return ["expected a nextUpdate, found none"];
      const [from, until] = [instantOf(thisUpdate, "thisUpdate"), instantOf(nextUpdate, "nextUpdate")];
      return unless(from <= until, `expected nextUpdate not before thisUpdate, found ${from} to ${until}`);
    },
  },
  {
    rule: "a list of revoked certificates has an entry, and each serial number once", control: "CRL-FORM", clause: "RFC 5280 5.1.2.6", effective: EFFECTIVE.rfc5280,
    judge({ revoked }) {
      const serials = (revoked?.children ?? []).map(({ children: [serial] }) => (serial === undefined ? "" : toHex(serial.contents)));
      return [
        ...unless(revoked === null || serials.length > 0, "expected no revokedCertificates rather than an empty list"),
        ...unless(new Set(serials).size === serials.length, "expected each serial number once in a CRL"),
      ];
    },
  },
  {
    rule: "no certificate is revoked after thisUpdate", control: "CRL-FORM", clause: "RFC 5280 5.1.2.4", effective: EFFECTIVE.rfc5280,
    judge({ revoked, thisUpdate }) {
      const now = instantOf(thisUpdate, "thisUpdate");
      return (revoked?.children ?? []).flatMap(({ children: [serial, date] }) => {
        const instant = date === undefined ? "" : instantOf(date, "revocationDate");
        return unless(instant <= now, `expected a revocationDate not after thisUpdate, found ${instant} for ${serial === undefined ? "" : toHex(serial.contents)}`);
      });
    },
  },
  {
    rule: "a reason is one of 1 to 6 and 8 to 10, not critical; unspecified is left out", control: "CRL-FORM", clause: "RFC 5280 5.3.1", effective: EFFECTIVE.rfc5280,
    judge: ({ revoked }) => (revoked?.children ?? []).flatMap(({ children: [, , extensions] }) => (extensions === undefined ? [] : extensionsOf(extensions).flatMap(entryProblems))),
  },
  {
    rule: "there are a CRLNumber and an authorityKeyIdentifier, not critical, and every extension once", control: "CRL-FORM", clause: "RFC 5280 5.2.1, 5.2.3", effective: EFFECTIVE.rfc5280,
    judge({ extensions }) {
      const named = [EXTENSION.cRLNumber, EXTENSION.authorityKeyIdentifier].map((oid) => extensions.find((extension) => extension.oid === oid));
      const [number] = named;
      if (number !== undefined) integerOf(readDer(number.value), "cRLNumber");
      return [
        ...unless(named.every((extension) => extension?.critical === false), "expected cRLNumber and authorityKeyIdentifier, neither critical"),
        ...unless(new Set(extensions.map(({ oid }) => oid)).size === extensions.length, "expected each extension once"),
      ];
    },
  },
  {
    rule: "an issuingDistributionPoint is critical, and nothing that is not known is", control: "CRL-FORM", clause: "RFC 5280 5.2.4, 5.2.5", effective: EFFECTIVE.rfc5280,
    judge: ({ extensions }) => extensions.flatMap(({ oid, critical }) => unless(critical === CRITICAL.includes(oid), `expected CRL extension ${oid} ${critical ? "not " : ""}to be critical`)),
  },
];

function entryProblems({ oid, critical, value }: ReadExtension): readonly string[] {
  if (oid !== EXTENSION.reasonCode) return unless(!critical || oid === CERTIFICATE_ISSUER, `expected no critical entry extension that is not known, found ${oid}`);
  const node = readDer(value);
  const reason = node.contents[0] ?? 0;
  const isReason = node.tag === TAG.enumerated && node.contents.length === 1 && reason >= 1 && reason <= 10 && reason !== 7;
  return [...unless(isReason, `expected a reason of 1 to 6 or 8 to 10, found ${toHex(value)}`), ...unless(!critical, "expected a reasonCode that is not critical")];
}
