/**
 * The second reading of many certificates of one kind. The library reads the first of each layout as a whole. Of another it reads
 * what is not proved to be the same, octet by octet, as in one that it has read: each value that differs, and each extension that
 * holds one. What does not fit a known layout is read as a whole. No octet passes that the library has not read.
 */
import { TAG } from "../bytes/der.ts";
import { toHex } from "../bytes/hex.ts";
import { sameBytes } from "../bytes/text.ts";
import { readTbsCertificate, type TbsFacts } from "./certificate-reading.ts";
import { Layout, leavesOf, movedBy, placesIn, primitiveAgain, type Placed } from "./library-layout.ts";
import type { Mechanism } from "./algorithm.ts";
import { differencesIn, extensionSides, magnitude, readIssuedAgain, readTbsAgain, type Side } from "./second-reading.ts";

/** Layouts that are remembered at most: names and signatures of certificates of one kind differ in length by little. */
const MOST_LAYOUTS = 64;

/** Reads certificates one after the other, and remembers how those that it has read are laid out. */
export class BatchReader {
  readonly #tbses: KnownTbs[] = [];
  readonly #issued: KnownIssued[] = [];

  /** Differences of a TBSCertificate, as `readTbsAgain` gives them. @param tbs DER */
  readTbs(tbs: Uint8Array): string[] {
    return firstOf(this.#tbses, (known) => known.differences(tbs)) ?? learning(this.#tbses, readTbsAgain("certificate", tbs), () => new KnownTbs(tbs));
  }

  /** Differences of a certificate, as `readIssuedAgain` gives them. @param der DER @param tbs what was put to the token, which was read before */
  readIssued(der: Uint8Array, tbs: Uint8Array, mechanism: Mechanism): string[] {
    const known = firstOf(this.#issued, (one) => one.differences(der, tbs, mechanism));
    return known ?? learning(this.#issued, readIssuedAgain("certificate", der, tbs, mechanism), () => new KnownIssued(der, mechanism));
  }
}

function firstOf<K, T>(known: readonly K[], from: (one: K) => T | null): T | null {
  for (const one of known) {
    const found = from(one);
    if (found !== null) return found;
  }
  return null;
}

/** Only what was read as a whole and has no differences serves as an example. */
function learning<K>(known: K[], differences: string[], learn: () => K): string[] {
  if (differences.length > 0) return differences;
  try {
    known.unshift(learn());
    known.splice(MOST_LAYOUTS);
  } catch {
    // what cannot be an example is none; it was read as a whole
  }
  return differences;
}

/** Where the parts of a TBSCertificate are that may differ from one certificate to the next (RFC 5280 4.1). */
interface OpenParts {
  readonly serial: Placed;
  readonly subject: Placed;
  readonly spki: Placed;
  /** The OCTET STRING of each extension. */
  readonly values: readonly Placed[];
}

class KnownTbs {
  readonly #facts: TbsFacts;
  readonly #parts: OpenParts;
  readonly #layout: Layout;

  /** @param tbs read by the library as by our own reader; throws when its parts are not where they are expected */
  constructor(tbs: Uint8Array) {
    const tree = placesIn(tbs);
    const inside = new Map(partsOf(tree).values.map((value) => [value.start, movedBy(value.contents, placesIn(tbs.subarray(value.contents, value.end)))]));
    this.#facts = readTbsCertificate(tbs);
    this.#parts = partsOf(tree);
    this.#layout = new Layout(tbs, leavesOf(tree, ({ start }) => inside.get(start) ?? null));
    if (this.differences(tbs)?.length !== 0) throw new Error("an example that differs from itself");
  }

  /** Null when the layout is another, or a part differs that certificates of one kind have in common. */
  differences(tbs: Uint8Array): string[] | null {
    const changed = this.#layout.changedIn(tbs);
    const { serial, subject, spki, values } = this.#parts;
    const open = [serial, subject, spki, ...values];
    if (changed === null || !changed.every((leaf) => mayDiffer(tbs, leaf) && open.some((part) => isWithin(part, leaf)))) return null;
    return differencesIn("certificate", () => [...changed.flatMap((leaf) => rewritten(tbs, leaf)), ...this.#sides(tbs, changed)]);
  }

  #sides(tbs: Uint8Array, changed: readonly Placed[]): Side[] {
    const ours = readTbsCertificate(tbs);
    const { serial, subject, spki, values } = this.#parts;
    const { extensions, ...common } = this.#facts;
    return [
      ["serialNumber", ours.serial, magnitude(tbs.subarray(serial.contents, serial.end))],
      ...octets("issuer", ours.issuer, common.issuer), ...octets("subject", ours.subject, octetsOf(tbs, subject)), ...octets("subjectPublicKeyInfo", ours.spki, octetsOf(tbs, spki)),
      ["signature", ours.mechanism, common.mechanism], ["notBefore", ours.notBefore, common.notBefore], ["notAfter", ours.notAfter, common.notAfter],
      ["extensions", ours.extensions.map(kindOf).join(), extensions.map(kindOf).join()],
      ...values.flatMap((value, i) => octets(`extension ${i}`, ours.extensions[i]?.value ?? new Uint8Array(), tbs.subarray(value.contents, value.end))),
      ...values.flatMap((value, i) => (changed.some((leaf) => isWithin(value, leaf) && isTagged(tbs, leaf)) ? extensionSides(extensions[i]?.oid ?? "", tbs.slice(value.contents, value.end)) : [])),
    ];
  }
}

function partsOf({ children: [, serial, , , , subject, spki, explicit, ...others] }: Placed): OpenParts {
  const extensions = explicit?.children[0]?.children ?? [];
  const values = extensions.map(({ children }) => children.at(-1));
  if (serial?.isPrimitive !== true || subject === undefined || spki === undefined || others.length > 0) throw new Error("not the parts of a TBSCertificate");
  return { serial, subject, spki, values: values.filter((value) => value !== undefined) };
}

class KnownIssued {
  readonly #mechanism: Mechanism;
  readonly #places: readonly [tbs: Placed, signature: Placed];
  readonly #layout: Layout;

  /** @param der read by the library without a difference; throws when its parts are not where they are expected */
  constructor(der: Uint8Array, mechanism: Mechanism) {
    const { children: [tbs, , signature, ...others] } = placesIn(der);
    if (tbs === undefined || signature?.isPrimitive !== true || others.length > 0) throw new Error("not the parts of a certificate");
    this.#mechanism = mechanism;
    this.#places = [tbs, signature];
    // the TBS as one value: what is in it was read before the token was asked, and is compared octet by octet
    this.#layout = new Layout(der, [tbs, signature]);
  }

  /** Null when the layout is another. */
  differences(der: Uint8Array, tbs: Uint8Array, mechanism: Mechanism): string[] | null {
    const [inside, signature] = this.#places;
    if (mechanism !== this.#mechanism || this.#layout.changedIn(der) === null || !mayDiffer(der, signature)) return null;
    return differencesIn("certificate", () => [...octets("what was signed", tbs, octetsOf(der, inside)), ...rewritten(der, signature)]);
  }
}

function octetsOf(der: Uint8Array, { start, end }: Placed): Uint8Array {
  return der.subarray(start, end);
}

function isWithin(part: Placed, { start, end }: Placed): boolean {
  return part.start <= start && end <= part.end;
}

/**
 * Whether certificates of one layout differ in such values: numbers, octets and strings. An identifier of an algorithm, an
 * attribute or a purpose decides how something else is to be read, and so does a BIT STRING with unused bits.
 */
function mayDiffer(der: Uint8Array, { start, contents }: Placed): boolean {
  const tag = der[start] ?? 0;
  return tag === TAG.bitString ? der[contents] === 0 : tag !== TAG.oid && tag !== TAG.boolean;
}

/** Whether its type is not in its own tag: then only the extension as a whole says what it is. */
function isTagged(der: Uint8Array, { start }: Placed): boolean {
  return ((der[start] ?? 0) & 0xc0) !== 0;
}

function kindOf({ oid, critical }: { oid: string; critical: boolean }): string {
  return `${oid}${critical ? " critical" : ""}`;
}

/** A value, and how the library writes it again. */
function rewritten(der: Uint8Array, leaf: Placed): Side[] {
  const tlv = octetsOf(der, leaf);
  return octets(`the value at octet ${leaf.start}`, tlv, primitiveAgain(tlv));
}

function octets(what: string, ours: Uint8Array, library: Uint8Array): Side[] {
  return sameBytes(ours, library) ? [] : [[what, toHex(ours), toHex(library)]];
}
