/** A timestamp over a seal, judged: imprint, nonce, purpose, chain at its own time; signatures leave as claims [TIMESTAMP-VERIFIED]. */
import { digest, sha256Hex } from "../bytes/digest.ts";
import { sameBytes } from "../bytes/text.ts";
import type { ControlId } from "../controls.ts";
import { Fault } from "../fault.ts";
import type { Claim } from "../x509/algorithm.ts";
import { certificateClaim } from "../x509/certificate-reading.ts";
import { chainProblems } from "../x509/chain.ts";
import { EXTENSION, readExtendedKeyUsage } from "../x509/extension-reading.ts";
import { extensionValue, readGivenCertificate, type GivenCertificate } from "../x509/given-certificate.ts";
import { fitSignature } from "../x509/signed.ts";
import { readTimestampQuery } from "../x509/timestamp-query.ts";
import { readTimestampResponse, type TimestampToken } from "../x509/timestamp-token.ts";

export { buildTimestampQuery } from "../x509/timestamp-query.ts";

const CONTROL: ControlId = "TIMESTAMP-VERIFIED";
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

export interface TimestampQuestion {
  /** The octets of seal.txt. */
  readonly seal: Uint8Array;
  /** TimeStampReq and TimeStampResp, DER. */
  readonly query: Uint8Array;
  readonly response: Uint8Array;
  /** The certificate of the CA, or of the TSA itself, that is trusted for timestamps, PEM. */
  readonly ca: Uint8Array;
  /** For claims. */
  readonly where: string;
}

export interface JudgedTimestamp {
  readonly at: string;
  /** Subject of the TSA's certificate. */
  readonly tsa: string;
  readonly policy: string;
  readonly serial: string;
  /** SHA-256 of the certificate of the CA, hex. */
  readonly ca: string;
  readonly claims: readonly Claim[];
}

/** @throws Fault form-… for anything that keeps it from being a timestamp over this seal; whether signatures hold is for the claims */
export function judgeTimestamp({ seal, query, response, ca, where }: TimestampQuestion): JudgedTimestamp {
  const token = readTimestampResponse(response);
  const anchor = readGivenCertificate(ca);
  const { imprint, nonce } = readTimestampQuery(query);
  const { info, signer } = token;
  demand(sameBytes(imprint, digest("sha256", seal)), "expected a query over the SHA-256 of this seal.txt, found one over something else");
  demand(info.hash === "sha256" && sameBytes(info.imprint, imprint), "expected a timestamp over the SHA-256 of this seal.txt, found one over something else");
  demand(info.nonce !== null && sameBytes(info.nonce, nonce), "expected the nonce of the query in the timestamp, found another or none");
  const purposes = extensionValue(signer.extensions, EXTENSION.extKeyUsage);
  const isForTime = purposes !== undefined && readExtendedKeyUsage(purposes).join() === TIME_STAMPING && signer.extensions.some(({ oid, critical }) => oid === EXTENSION.extKeyUsage && critical);
  demand(isForTime, `expected a certificate for timestamps and nothing else (extKeyUsage, critical, timeStamping), found that of ${signer.subjectText}`);
  const chain = chainTo(anchor, token);
  const [problem] = chainProblems(chain);
  demand(problem === undefined, problem?.problem ?? "");
  const late = chain.find(({ notBefore, notAfter }) => info.at < notBefore || info.at > notAfter);
  demand(late === undefined, `expected every certificate to be valid at ${info.at}, found ${late?.subjectText ?? ""} valid ${late?.notBefore ?? ""} to ${late?.notAfter ?? ""}`);
  return { at: info.at, tsa: signer.subjectText, policy: info.policy, serial: info.serial, ca: sha256Hex(anchor.der), claims: claimsOf(token, chain, where) };
}

function demand(held: boolean, message: string): void {
  if (!held) throw new Fault("form-cms", `${message} [${CONTROL}]`, ["ask the TSA again, with the query of this record"]);
}

/** From the TSA's certificate to the anchor, by names; the anchor may be the TSA's certificate itself. */
function chainTo(anchor: GivenCertificate, { signer, certificates }: TimestampToken): GivenCertificate[] {
  const chain = [signer];
  for (let at = signer; !sameBytes(at.der, anchor.der); ) {
    const isBelow = sameBytes(at.issuer, anchor.subject);
    const above = isBelow ? anchor : certificates.find((one) => sameBytes(one.subject, at.issuer) && !chain.includes(one));
    demand(above !== undefined, `expected a chain from ${signer.subjectText} to ${anchor.subjectText}, found none above ${at.subjectText}`);
    if (above === undefined) break;
    chain.push(above);
    at = above;
  }
  return chain;
}

function claimsOf(token: TimestampToken, chain: readonly GivenCertificate[], where: string): Claim[] {
  const { signer, mechanism, signed, signature } = token;
  const { algorithm, description } = signer.publicKey;
  if (algorithm === null) throw new Fault("form-cms", `expected a TSA's key of a known algorithm, found ${description} [${CONTROL}]`);
  const own: Claim = { where, spki: signer.spki, mechanism, message: signed, signature: fitSignature(signature, mechanism, algorithm) };
  return [own, ...chain.slice(1).map((above, i) => certificateClaim(where, chain[i] ?? signer, above.spki))];
}
