/** Asking for a timestamp (RFC 3161 2.4.1): over a SHA-256, with a nonce, and with the certificate of the answer in it. */
import { booleanOf, derBoolean, derInteger, derOctetString, derOid, derSequence, Fields, integerOf, oidOf, readDer, TAG, unsignedOctets } from "../bytes/der.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";

const SHA256 = "2.16.840.1.101.3.4.2.1";

export interface TimestampQuery {
  /** SHA-256 of what is timestamped, 32 octets. */
  readonly imprint: Uint8Array;
  /** Big-endian, positive. */
  readonly nonce: Uint8Array;
}

/** TimeStampReq, DER. @param nonce 8 octets or more; an answer to another query has another one */
export function buildTimestampQuery({ imprint, nonce }: TimestampQuery): Uint8Array {
  return derSequence(derInteger(Uint8Array.of(1)), derSequence(derSequence(derOid(SHA256)), derOctetString(imprint)), derInteger(nonce), derBoolean(true));
}

/** Reads a query that `buildTimestampQuery` made. @throws Fault form-der for any other */
export function readTimestampQuery(der: Uint8Array): TimestampQuery {
  const fields = new Fields(readDer(der), "TimeStampReq");
  integerOf(fields.take(TAG.integer, "version"), "version");
  const imprint = new Fields(fields.take(TAG.sequence, "messageImprint"), "MessageImprint");
  const algorithm = new Fields(imprint.take(TAG.sequence, "hashAlgorithm"), "AlgorithmIdentifier");
  oidOf(algorithm.take(TAG.oid, "algorithm"));
  const query = { imprint: imprint.take(TAG.octetString, "hashedMessage").contents, nonce: unsignedOctets(fields.take(TAG.integer, "nonce"), "nonce") };
  booleanOf(fields.take(TAG.boolean, "certReq"));
  fields.end();
  if (!sameBytes(buildTimestampQuery(query), der)) throw new Fault("form-der", "TimeStampReq: expected a query as this program makes it, found another");
  return query;
}
