/**
 * A signed report: S/MIME multipart/signed (RFC 8551 3.5.3) octet for octet as `openssl cms -sign -text` writes it, but for its
 * boundary, which is random there and follows from the digest here. Headers end in LF, the signed part in CRLF.
 */
import { derInteger, derOid, derSequence, derSmallInteger } from "../../bytes/der.ts";
import { sha256Hex } from "../../bytes/digest.ts";
import { toBase64 } from "../../bytes/pem.ts";
import { concat, fromUtf8, toUtf8 } from "../../bytes/text.ts";
import type { Mechanism } from "../../x509/algorithm.ts";
import { cmsAttribute, cmsSignedAttributes } from "../../x509/cms.ts";
import { derTime } from "../../x509/time.ts";

const OID_SIGNING_TIME = "1.2.840.113549.1.9.5";
const OID_CAPABILITIES = "1.2.840.113549.1.9.15";

const RC2 = "1.2.840.113549.3.2";
/**
 * SMIMECapabilities (RFC 8551 2.5.2) as openssl 3 writes them: AES-256, AES-192, AES-128, 3DES, RC2-128, RC2-64, DES, RC2-40. They
 * say what the sender could decrypt, and nothing of this signature; they stand here because the vendor's sample has them.
 */
const CAPABILITIES = derSequence(
  ...["2.16.840.1.101.3.4.1.42", "2.16.840.1.101.3.4.1.22", "2.16.840.1.101.3.4.1.2", "1.2.840.113549.3.7"].map((oid) => derSequence(derOid(oid))),
  derSequence(derOid(RC2), derInteger(Uint8Array.of(128))), derSequence(derOid(RC2), derSmallInteger(64)),
  derSequence(derOid("1.3.14.3.2.7")), derSequence(derOid(RC2), derSmallInteger(40)),
);

/**
 * The signed part: a header, an empty line, the report with every line's end as CRLF; a last line without an end gets none.
 * @param report UTF-8
 * @throws Fault form-utf8
 */
export function signedPart(report: Uint8Array): Uint8Array {
  return toUtf8(`Content-Type: text/plain\r\n\r\n${fromUtf8(report).replace(/\r?\n/g, "\r\n")}`);
}

/**
 * What is signed of it: contentType, signingTime, messageDigest and sMIMECapabilities as a DER SET OF (RFC 5652 5.4).
 * @param instant the signing time: UTCTime until 2049, GeneralizedTime from then on (RFC 5652 11.3)
 * @throws Fault form-instant
 */
export function messageAttributes(part: Uint8Array, mechanism: Mechanism, instant: string): Uint8Array {
  return cmsSignedAttributes(part, mechanism, [cmsAttribute(OID_SIGNING_TIME, derTime(instant)), cmsAttribute(OID_CAPABILITIES, CAPABILITIES)]);
}

/** The message. @param part as `signedPart` made it @param cms detached SignedData, DER */
export function signedMessage(part: Uint8Array, cms: Uint8Array): Uint8Array {
  // no part holds its own digest, so that it has no line that begins with this
  const boundary = `----${sha256Hex(part).slice(0, 32).toUpperCase()}`;
  const head = ["MIME-Version: 1.0", `Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg="sha-256"; boundary="${boundary}"`, "", "This is an S/MIME signed message", "", `--${boundary}`, ""];
  const signature = [
    "", `--${boundary}`, 'Content-Type: application/pkcs7-signature; name="smime.p7s"', "Content-Transfer-Encoding: base64", 'Content-Disposition: attachment; filename="smime.p7s"', "",
    ...(toBase64(cms).match(/.{1,64}/g) ?? []), "", `--${boundary}--`, "", "",
  ];
  return concat(toUtf8(head.join("\n")), part, toUtf8(signature.join("\n")));
}
