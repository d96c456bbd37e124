/** Trial TBSs: what a step will sign, with stand-ins for keys, numbers and instants, linted before a token is touched. */
import { fromHex } from "../bytes/hex.ts";
import type { Finding, ScriptPath } from "../fault.ts";
import type { Mechanism } from "../x509/algorithm.ts";
import { buildTbsCertList, type CertificateListContents } from "../x509/crl.ts";
import { fillExtensions } from "../x509/extension.ts";
import { lintTbs, lintTbsCertList } from "../x509/lint.ts";
import { keyIdentifier } from "../x509/spki.ts";
import { TbsBuilder } from "../x509/tbs.ts";
import { endsOf } from "./period.ts";
import type { CertificateTemplate, PlannedValidity } from "./plan.ts";

/** The form of the serials that a ceremony derives. */
const STAND_IN_SERIAL = `40${"00".repeat(19)}`;

/** A folder of requests has many alike, one after the other. */
const builder = new TbsBuilder();

/** What of a trial certificate is not in its template. */
export interface TrialParts {
  /** SubjectPublicKeyInfo, DER: that of the request, or a stand-in of the key's algorithm. */
  readonly spki: Uint8Array;
  readonly issuerSpki: Uint8Array;
  /** Name, DER, hex. */
  readonly issuerSubject: string;
  readonly mechanism: Mechanism;
}

export function trialCertificate(path: ScriptPath, template: CertificateTemplate, { spki, issuerSpki, issuerSubject, mechanism }: TrialParts): Finding[] {
  const { from, until } = trialDates(template.valid);
  const identifiers = { subjectKeyIdentifier: keyIdentifier(spki), authorityKeyIdentifier: keyIdentifier(issuerSpki) };
  return lintTbs(builder.build({
    serial: STAND_IN_SERIAL, issuer: fromHex(issuerSubject), subject: fromHex(template.subject), notBefore: from, notAfter: until, spki, mechanism,
    extensions: fillExtensions(template.extensions, identifiers),
  }), path);
}

/** The same for a CRL that revokes nothing. */
export function trialCertificateList(path: ScriptPath, valid: PlannedValidity, { issuerSpki, issuerSubject, mechanism, point }: Omit<TrialParts, "spki"> & Pick<CertificateListContents, "point">): Finding[] {
  const { from, until } = trialDates(valid);
  return lintTbsCertList(buildTbsCertList({
    issuer: fromHex(issuerSubject), thisUpdate: from, nextUpdate: until, number: 1, authorityKeyIdentifier: keyIdentifier(issuerSpki), mechanism, revoked: [], point,
  }), path);
}

/** A validity that ends before it begins has its own finding, and is not spoken of again. */
function trialDates(valid: PlannedValidity): { from: string; until: string } {
  const dates = endsOf(valid);
  return dates !== null && dates.from < dates.until ? dates : { from: "2026-01-01T00:00:00Z", until: "2026-12-31T23:59:59Z" };
}
