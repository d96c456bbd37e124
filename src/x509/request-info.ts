import { compareOctets, Fields, integerOf, oidOf, TAG } from "../bytes/der.ts";
import type { DerNode } from "../bytes/der.ts";
import { Fault } from "../fault.ts";
import { duplicatesOf } from "./extension-reading.ts";

/** A CertificationRequestInfo taken apart (RFC 2986 4.1); nothing of it is judged yet. */
export interface RequestInfo {
  readonly version: DerNode;
  /** Name, DER. */
  readonly subject: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly attributes: DerNode;
}

const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
const CHALLENGE_PASSWORD = "1.2.840.113549.1.9.7";

/** @throws Fault form-der */
export function requestInfoOf(node: DerNode): RequestInfo {
  const fields = new Fields(node, "CertificationRequestInfo");
  const version = fields.take(TAG.integer, "version");
  const subject = fields.take(TAG.sequence, "subject").bytes;
  const spki = fields.take(TAG.sequence, "subjectPKInfo").bytes;
  const attributes = fields.take(0xa0, "attributes");
  fields.end();
  return { version, subject, spki, attributes };
}

/** PKCS#10 has one version, 1, which is written 0. @throws Fault form-der for another */
export function requireVersion(node: DerNode): void {
  const version = integerOf(node, "version");
  if (version !== 0) throw new Fault("form-der", `CertificationRequestInfo: expected version 0, found ${version}`);
}

/**
 * The value of the one extensionRequest attribute (RFC 2985 5.4.2), an Extensions; undefined when there is none. Other
 * attributes are checked for form and ignored.
 * @throws Fault form-der
 */
export function extensionRequestOf(set: DerNode): DerNode | undefined {
  const isOrdered = set.children.every((node, i) => i === 0 || compareOctets(set.children[i - 1]?.bytes ?? node.bytes, node.bytes) <= 0);
  if (!isOrdered) throw new Fault("form-der", "attributes: expected a SET OF in ascending order");
  const attributes = set.children.map(attributeOf);
  const duplicates = duplicatesOf(attributes.map(({ oid }) => oid));
  if (duplicates.length > 0) throw new Fault("form-der", `attributes: expected each type once, found more than one ${duplicates.join(", ")}`);
  return attributes.find(({ oid }) => oid === EXTENSION_REQUEST)?.value;
}

function attributeOf(node: DerNode): { oid: string; value: DerNode } {
  const fields = new Fields(node, "Attribute");
  const oid = oidOf(fields.take(TAG.oid, "type"));
  const [value, ...others] = fields.take(TAG.set, "values").children;
  fields.end();
  if (value === undefined) throw new Fault("form-der", `attribute ${oid}: expected a value, found none`);
  const isSingle = oid === EXTENSION_REQUEST || oid === CHALLENGE_PASSWORD;
  if (isSingle && others.length > 0) throw new Fault("form-der", `attribute ${oid}: expected one value, found ${1 + others.length}`);
  return { oid, value };
}
