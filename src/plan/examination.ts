/** Examining a signed file that came from somewhere: whoever has it and the signer's certificate needs no record. */
import { examineApp } from "../platforms/ctrlx/verify.ts";
import type { Claim } from "../x509/algorithm.ts";
import { readGivenCertificate } from "../x509/given-certificate.ts";
import { readCertificate } from "../x509/reread.ts";

/** Formats that this program verifies itself; the vendors' tools and openssl verify the others in full. */
export const EXAMINED_FORMATS = ["ctrlx"] as const;

export interface Objection {
  /** Where in the file. */
  readonly part: string;
  readonly expects: string;
  readonly found: string;
}

export interface Examination {
  /** What the signatures are over, for people. Nothing of it is true before the verdict. */
  readonly said: readonly string[];
  readonly signatures: number;
  readonly objections: readonly Objection[];
}

/**
 * What is wrong with an `.app` file of ctrlX.
 * @param certificates PEM: that of the OEM, and that of Bosch Rexroth for privileges, or null
 * @param claimHolds checks a signature
 * @throws Fault form-pem, form-der for a certificate that cannot be read
 */
export function examineCtrlxApp(archive: Uint8Array, certificates: { readonly oem: Uint8Array; readonly privileges: Uint8Array | null }, claimHolds: (claim: Claim) => boolean): Examination {
  const { der, subjectText } = readGivenCertificate(certificates.oem);
  const { acceptance, claims, said } = examineApp(archive, {
    oem: { name: "the certificate", der, facts: readCertificate(der) }, privileges: certificates.privileges === null ? null : readGivenCertificate(certificates.privileges).spki,
  });
  const wrong = acceptance.flatMap(({ part, expects, found }) => (found === null ? [] : [{ part, expects, found }]));
  const failed = claims.filter((claim) => !claimHolds(claim)).map(({ where }) => ({ part: where, expects: where.endsWith(" privileges") ? "the privileges are signed by the key of the certificate that was given for them" : `the signature is by the key of ${subjectText}`, found: "one that does not verify" }));
  return { said, signatures: claims.length - failed.length, objections: [...wrong, ...failed] };
}
