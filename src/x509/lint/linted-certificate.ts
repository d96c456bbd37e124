import { Fields, TAG } from "../../bytes/der.ts";
import type { DerNode } from "../../bytes/der.ts";
import { sameBytes } from "../../bytes/text.ts";
import { Fault } from "../../fault.ts";
import { EXTENSION, extensionsOf, readBasicConstraints, readExtendedKeyUsage, readKeyUsage, type ReadExtension } from "../extension-reading.ts";
import type { KeyUsageBit } from "../extension-value.ts";
import { readSpki, type PublicKey } from "../spki.ts";

/** A TBSCertificate taken apart, and nothing of it judged: what is wrong with a part, the rules about that part say. */
export interface LintedCertificate {
  /** [0], explicit; null when it is left out, which means version 1. */
  readonly version: DerNode | null;
  readonly serial: DerNode;
  readonly signature: DerNode;
  readonly issuer: DerNode;
  readonly validity: DerNode;
  readonly subject: DerNode;
  readonly spki: DerNode;
  readonly hasUniqueIdentifiers: boolean;
  readonly extensions: readonly ReadExtension[];
  /** The key in `spki`; null where it cannot be read. Read once: whether a point is on its curve takes long. */
  readonly publicKey: PublicKey | null;
  readonly isSelfIssued: boolean;
  /** By basicConstraints; false where they cannot be read. */
  readonly isCa: boolean;
}

/** @throws Fault form-der when the components of a TBSCertificate (RFC 5280 4.1) are not there */
export function takeApart(node: DerNode): LintedCertificate {
  const fields = new Fields(node, "TBSCertificate");
  const version = fields.takeIf(0xa0) ?? null;
  const serial = fields.take(TAG.integer, "serialNumber");
  const [signature, issuer, validity, subject, spki] = ["signature", "issuer", "validity", "subject", "subjectPublicKeyInfo"].map((name) => fields.take(TAG.sequence, name)) as [DerNode, DerNode, DerNode, DerNode, DerNode];
  const identifiers = [fields.takeIf(0x81), fields.takeIf(0x82)].filter((one) => one !== undefined);
  const explicit = fields.takeIf(0xa3);
  fields.end();
  const extensions = explicit === undefined ? [] : extensionsOf(new Fields(explicit, "extensions", 0xa3).take(TAG.sequence, "Extensions"));
  const constraints = extensions.find(({ oid }) => oid === EXTENSION.basicConstraints);
  return {
    version, serial, signature, issuer, validity, subject, spki, hasUniqueIdentifiers: identifiers.length > 0, extensions, publicKey: readOr(() => readSpki(spki.bytes)),
    isSelfIssued: sameBytes(issuer.bytes, subject.bytes), isCa: constraints !== undefined && (readOr(() => readBasicConstraints(constraints.value).ca) ?? false),
  };
}

export function extensionIn({ extensions }: Pick<LintedCertificate, "extensions">, oid: string): ReadExtension | undefined {
  return extensions.find((extension) => extension.oid === oid);
}

/** The keyUsage bits; null when there is no such extension, or none that can be read. */
export function usagesOf(certificate: LintedCertificate): readonly KeyUsageBit[] | null {
  const extension = extensionIn(certificate, EXTENSION.keyUsage);
  return extension === undefined ? null : readOr(() => readKeyUsage(extension.value));
}

/** The purposes of extKeyUsage; none when there is no such extension, or none that can be read. */
export function purposesOf(certificate: LintedCertificate): readonly string[] {
  const extension = extensionIn(certificate, EXTENSION.extKeyUsage);
  return extension === undefined ? [] : (readOr(() => readExtendedKeyUsage(extension.value)) ?? []);
}

/** Null for what cannot be read: that is said by the rule about its form, not by every rule that wants to look at it. */
export function readOr<V>(read: () => V): V | null {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return null;
  }
}
