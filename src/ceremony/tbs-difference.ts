/**
 * Octets to be signed, of a rehearsal and of what was rehearsed, held against each other value by value: they are equal, or differ
 * only by what is declared to differ. Pure.
 */
import { readDer, TAG, type DerNode } from "../bytes/der.ts";
import { sha256Hex } from "../bytes/digest.ts";
import { toHex } from "../bytes/hex.ts";
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";

/** What may differ. */
export type Declared = "name" | "public key" | "key identifier" | "serial number" | "instant";

/** What is declared to stand for what: of the rehearsal on the left, of what was rehearsed on the right; hex. */
export interface Pairs {
  /** Names, DER. */
  readonly names: ReadonlyMap<string, string>;
  /** SHA-256 of SubjectPublicKeyInfos. */
  readonly spkis: ReadonlyMap<string, string>;
  readonly keyIdentifiers: ReadonlyMap<string, string>;
  /** Magnitudes of INTEGERs, as they stand. */
  readonly serials: ReadonlyMap<string, string>;
}

/** How two TBSs compare: how often each declared thing stood in, and what else differs, in words. */
export interface TbsComparison {
  readonly declared: Readonly<Partial<Record<Declared, number>>>;
  readonly undeclared: readonly string[];
}

/**
 * Octets that are signed for a platform: equal, DER that differs only by what is declared, or a text that differs only in instants.
 */
export function compareSigned(rehearsed: Uint8Array, real: Uint8Array, pairs: Pairs): TbsComparison {
  if (sameBytes(rehearsed, real)) return { declared: {}, undeclared: [] };
  try {
    return compareTbs(rehearsed, real, pairs);
  } catch (thrown) {
    if (thrown instanceof Fault) return compareTexts(toHex(rehearsed), toHex(real), rehearsed, real);
    throw thrown;
  }
}

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

function compareTexts(was: string, is: string, one: Uint8Array, other: Uint8Array): TbsComparison {
  const masked = (octets: Uint8Array): string => String.fromCharCode(...octets.subarray(0, LONGEST_TEXT)).replaceAll(INSTANT, "INSTANT");
  const isText = one.length <= LONGEST_TEXT && other.length <= LONGEST_TEXT && masked(one) === masked(other);
  return isText ? { declared: { instant: 1 }, undeclared: [] } : { declared: {}, undeclared: [`${was.slice(0, LONGEST)} | ${is.slice(0, LONGEST)}`] };
}

const LONGEST_TEXT = 8192;

/** @throws Fault form-der when one of them is no DER */
export function compareTbs(rehearsed: Uint8Array, real: Uint8Array, pairs: Pairs): TbsComparison {
  const declared: Partial<Record<Declared, number>> = {};
  const undeclared: string[] = [];
  const walk = (one: DerNode, other: DerNode, where: string): void => {
    if (sameBytes(one.bytes, other.bytes)) return;
    const what = declaredAs(one, other, pairs);
    if (what !== null) {
      declared[what] = (declared[what] ?? 0) + 1;
      return;
    }
    const [inside, otherInside] = [partsOf(one), partsOf(other)];
    if (one.tag !== other.tag || inside === null || otherInside === null || inside.length !== otherInside.length) {
      undeclared.push(`at ${where}: ${shown(one)} | ${shown(other)}`);
      return;
    }
    inside.forEach((part, i) => walk(part, otherInside[i] ?? part, `${where}.${i + 1}`));
  };
  walk(readDer(rehearsed), readDer(real), "1");
  return { declared, undeclared };
}

function declaredAs(one: DerNode, other: DerNode, { names, spkis, keyIdentifiers, serials }: Pairs): Declared | null {
  if (one.tag !== other.tag && !(isTime(one) && isTime(other))) return null;
  if (isTime(one)) return "instant";
  const [was, is] = [toHex(one.contents), toHex(other.contents)];
  if (one.tag === TAG.integer) return serials.get(was) === is ? "serial number" : null;
  if (one.tag === TAG.octetString || one.tag === CONTEXT_0) return keyIdentifiers.get(was) === is ? "key identifier" : null;
  if (one.tag !== TAG.sequence) return null;
  if (names.get(toHex(one.bytes)) === toHex(other.bytes)) return "name";
  return spkis.get(sha256Hex(one.bytes)) === sha256Hex(other.bytes) ? "public key" : null;
}

/** keyIdentifier in an authorityKeyIdentifier. */
const CONTEXT_0 = 0x80;

function isTime({ tag }: DerNode): boolean {
  return tag === TAG.utcTime || tag === TAG.generalizedTime;
}

/** The values in a value; of an OCTET STRING that holds DER, that; null for what has none. */
function partsOf({ tag, children, contents }: DerNode): readonly DerNode[] | null {
  if (children.length > 0) return children;
  if (tag !== TAG.octetString) return null;
  try {
    return [readDer(contents)];
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}

const LONGEST = 80;

function shown({ bytes }: DerNode): string {
  const text = toHex(bytes);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
