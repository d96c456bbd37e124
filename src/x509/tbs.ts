/** TBSCertificates, built by this program's own DER writer: what many certificates have in common is encoded once. */
import { concat, concatAll, sameBytes } from "../bytes/text.ts";
import { derBoolean, derInteger, derOctetString, derOid, derSequence, derSequenceOf, derSmallInteger, derTlv } from "../bytes/der.ts";
import { fromHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import type { Mechanism } from "./algorithm.ts";
import type { FilledExtension } from "./extension.ts";
import { requireName } from "./name-reading.ts";
import { algorithmIdentifier } from "./signed.ts";
import { requireSpki } from "./spki.ts";
import { derTime } from "./time.ts";

/** What certificates of one profile, issuer and validity have in common. */
export interface TbsFrame {
  /** Name, DER; it stands in the certificate octet by octet. */
  readonly issuer: Uint8Array;
  /** `YYYY-MM-DDTHH:MM:SSZ`, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** What the issuer will sign with. */
  readonly mechanism: Mechanism;
  /** In their order. */
  readonly extensions: readonly FramedExtension[];
}

/** An extension of a frame; `value` null: each certificate fills it in. */
export type FramedExtension = Omit<FilledExtension, "value"> & { readonly value: Uint8Array | null };

/** What is a certificate's own. */
export interface TbsFilling {
  /** Hex, positive, at most 20 octets; as the INTEGER's magnitude. */
  readonly serial: string;
  /** Name, DER; it stands in the certificate octet by octet. */
  readonly subject: Uint8Array;
  /** SubjectPublicKeyInfo, DER; it stands in the certificate octet by octet. */
  readonly spki: Uint8Array;
  /** Contents of extnValue, DER, of the extensions that the frame leaves open, in their order. */
  readonly values: readonly Uint8Array[];
}

/** Everything that a TBSCertificate says. */
export interface CertificateContents extends Omit<TbsFrame, "extensions">, Omit<TbsFilling, "values"> {
  readonly extensions: readonly FilledExtension[];
}

const VERSION_3 = derTlv(0xa0, derSmallInteger(2));

/** A TBSCertificate with holes (RFC 5280 4.1): version 3; serial, dates and algorithm are never made up. */
export class TbsTemplate {
  /** signature, issuer and validity. */
  readonly #middle: Uint8Array;
  /** An extension, or the octets of extnID and critical of one that is filled in. */
  readonly #extensions: readonly { readonly octets: Uint8Array; readonly isOpen: boolean }[];
  readonly #open: number;

  /** @throws Fault form-instant for a date that is none; form-der for an issuer that is not strict DER */
  constructor({ issuer, notBefore, notAfter, mechanism, extensions }: TbsFrame) {
    const validity = derSequence(derTime(notBefore), derTime(notAfter));
    this.#middle = concat(algorithmIdentifier(mechanism), requireName(issuer), validity);
    this.#extensions = extensions.map(({ oid, critical, value }) => {
      const head = extensionHead(oid, critical);
      return value === null ? { octets: head, isOpen: true } : { octets: extensionOf(head, value), isOpen: false };
    });
    this.#open = this.#extensions.filter(({ isOpen }) => isOpen).length;
  }

  /**
   * The TBSCertificate, DER.
   * @throws Fault form-der for a serial that is not positive or has over 20 octets, or for a name or key that is not strict
   *   DER; bug-unreachable when there are not as many values as open extensions
   */
  fill({ serial, subject, spki, values }: TbsFilling): Uint8Array {
    if (values.length !== this.#open) throw new Fault("bug-unreachable", `a template with ${this.#open} open extensions is given ${values.length} values`);
    return derSequence(VERSION_3, derSerial(serial), this.#middle, requireName(subject), requireSpki(spki), this.#filled(values));
  }

  /** Extensions has at least one element (RFC 5280 4.1): where there is none, [3] is left out. */
  #filled(values: readonly Uint8Array[]): Uint8Array {
    if (this.#extensions.length === 0) return new Uint8Array();
    let next = 0;
    const parts = this.#extensions.map(({ octets, isOpen }) => (isOpen ? extensionOf(octets, values[next++] ?? new Uint8Array()) : octets));
    return derTlv(0xa3, derSequenceOf(parts));
  }
}

/**
 * One TBSCertificate, DER, version 3 (RFC 5280 4.1).
 * @throws Fault form-instant for a date that is none; form-der for a serial that is not positive or has over 20 octets, or
 *   for a name or key that is not strict DER
 */
export function buildTbsCertificate(contents: CertificateContents): Uint8Array {
  return new TbsTemplate(contents).fill({ ...contents, values: [] });
}

/** Builds TBSCertificates one after the other: what one has in common with the one before is not encoded again. */
export class TbsBuilder {
  #last: { readonly contents: CertificateContents; readonly template: TbsTemplate } | null = null;

  /** The octets that `buildTbsCertificate` gives for the same contents. @throws Fault form-instant, form-der */
  build(contents: CertificateContents): Uint8Array {
    if (this.#last === null || !isAlike(this.#last.contents, contents)) {
      this.#last = { contents, template: new TbsTemplate({ ...contents, extensions: contents.extensions.map((extension) => ({ ...extension, value: null })) }) };
    }
    return this.#last.template.fill({ ...contents, values: contents.extensions.map(({ value }) => value) });
  }
}

/** Whether one template, in which every extension is open, serves for both. */
function isAlike(a: CertificateContents, b: CertificateContents): boolean {
  const isSame = a.mechanism === b.mechanism && a.notBefore === b.notBefore && a.notAfter === b.notAfter && sameBytes(a.issuer, b.issuer);
  return isSame && a.extensions.length === b.extensions.length && a.extensions.every(({ oid, critical }, i) => oid === b.extensions[i]?.oid && critical === b.extensions[i]?.critical);
}

/** The INTEGER of a serial number (RFC 5280 4.1.2.2). @param serial hex @throws Fault form-der */
export function derSerial(serial: string): Uint8Array {
  const integer = derInteger(fromHex(serial));
  const length = integer.length - 2;
  if (length > 20 || (length === 1 && integer[2] === 0)) {
    throw new Fault("form-der", `expected a serial number that is positive and has at most 20 octets, found ${JSON.stringify(serial)}`);
  }
  return integer;
}

/** An Extension (RFC 5280 4.1); critical FALSE is the default and left out. */
export function derExtension({ oid, critical, value }: FilledExtension): Uint8Array {
  return extensionOf(extensionHead(oid, critical), value);
}

function extensionHead(oid: string, critical: boolean): Uint8Array {
  return concatAll([derOid(oid), ...(critical ? [derBoolean(true)] : [])]);
}

function extensionOf(head: Uint8Array, value: Uint8Array): Uint8Array {
  return derSequence(head, derOctetString(value));
}
