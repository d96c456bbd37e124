/** What a request for an OEM App Signing certificate must say, and by which key it must be. */
import type { KeyAlgorithm, Mechanism } from "../../x509/algorithm.ts";
import { nameAttributes } from "../../x509/name-reading.ts";
import { accept, ATTRIBUTE } from "../acceptance.ts";
import type { Acceptance } from "../platform.ts";

/** A request for a key of ours, before it is made. */
export interface OwnRequestFacts {
  /** Name, DER. */
  readonly subject: Uint8Array;
  readonly algorithm: KeyAlgorithm | null;
  readonly mechanism: Mechanism | null;
}

/** The values of one attribute of a Name (DER). */
export function valuesIn(subject: Uint8Array, oid: string): readonly string[] {
  return nameAttributes(subject).flatMap((attribute) => (attribute.oid === oid ? [attribute.text ?? ""] : []));
}

/** Bosch Rexroth asks for the Organization and decides the CN; the key is what verify-apps.sh takes. */
export function judgeOemRequest({ subject, algorithm, mechanism }: OwnRequestFacts): Acceptance[] {
  const organizations = valuesIn(subject, ATTRIBUTE.organization);
  return [
    accept("subject", "the subject of the request has one Organization (O)", organizations.length === 1, organizations.length === 0 ? "none; Bosch Rexroth signs no such request" : String(organizations.length)),
    accept("key", "the key is on P-256, the only one that each published verify-apps.sh takes", algorithm === "ecdsa-p256", algorithm ?? "no known algorithm"),
    accept("key", "the key signs with ecdsa-sha384, as apps are signed (signature: ecdsa-sha384 of generate-key-pair)", mechanism === "ecdsa-sha384", mechanism ?? "no known mechanism"),
  ];
}
