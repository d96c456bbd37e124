/** Inflating (RFC 1951): stored blocks, the fixed codes, codes of the block's own. */

const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;
const LONGEST_CODE = 15;
/** Of the symbols 257 to 285, and of the 30 distances: the least value, and how many bits are added to it. */
const LENGTHS = ranges(3, [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5]).concat([{ least: 258, bits: 0 }]);
const DISTANCES = ranges(1, [0, 0, 0, 0, ...Array.from({ length: 26 }, (_, i) => 1 + (i >> 1))]);

interface Range {
  readonly least: number;
  readonly bits: number;
}

function ranges(first: number, bits: readonly number[]): Range[] {
  let least = first;
  return bits.map((added) => {
    const range = { least, bits: added };
    least += 2 ** added;
    return range;
  });
}

/** A canonical code: how many symbols have each length, and the symbols in their order. */
interface Code {
  readonly counts: readonly number[];
  readonly symbols: readonly number[];
}

function codeOf(lengths: readonly number[]): Code {
  const counts = Array.from({ length: LONGEST_CODE + 1 }, (_, length) => (length === 0 ? 0 : lengths.filter((one) => one === length).length));
  const symbols = counts.flatMap((_, length) => (length === 0 ? [] : lengths.flatMap((one, symbol) => (one === length ? [symbol] : []))));
  return { counts, symbols };
}

const FIXED = {
  literals: codeOf(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))),
  distances: codeOf(Array.from({ length: 30 }, () => 5)),
};

/** Bits, the lowest of an octet first. */
class Bits {
  readonly #bytes: Uint8Array;
  /** The next octet that has not been begun. */
  at: number;
  #held = 0;
  #count = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  take(count: number): number {
    while (this.#count < count) {
      const octet = this.#bytes[this.at++];
      if (octet === undefined) throw new RangeError("too short");
      this.#held |= octet << this.#count;
      this.#count += 8;
    }
    const value = this.#held & (2 ** count - 1);
    this.#held >>>= count;
    this.#count -= count;
    return value;
  }

  symbol({ counts, symbols }: Code): number {
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; length <= LONGEST_CODE; length++) {
      code |= this.take(1);
      const count = counts[length] ?? 0;
      if (code - count < first) return symbols[index + code - first] ?? -1;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new RangeError("no such code");
  }

  /** The octets after what was begun; what is left of that octet is dropped. */
  stored(): Uint8Array {
    [this.#held, this.#count] = [0, 0];
    const length = this.take(16);
    if ((this.take(16) ^ 0xffff) !== length) throw new RangeError("wrong length of a stored block");
    const octets = this.#bytes.subarray(this.at, this.at + length);
    if (octets.length !== length) throw new RangeError("too short");
    this.at += length;
    return octets;
  }
}

/** What comes out: it grows, and never beyond what is allowed. */
class Out {
  #bytes = new Uint8Array(4096);
  #length = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  put(octet: number): void {
    if (this.#length >= this.#most) throw new RangeError("too long");
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = octet;
  }

  again(length: number, distance: number): void {
    if (distance > this.#length) throw new RangeError("a distance before the beginning");
    for (let i = 0; i < length; i++) this.put(this.#bytes[this.#length - distance] ?? 0);
  }

  get octets(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/**
 * Inflates the octets from `at` on.
 * @param most octets that may come out
 * @returns what came out, and where the octets after it begin
 * @throws RangeError for anything that RFC 1951 does not allow
 */
export function inflate(bytes: Uint8Array, at: number, most: number): { out: Uint8Array; end: number } {
  const bits = new Bits(bytes, at);
  const out = new Out(most);
  for (let isLast = false; !isLast;) {
    isLast = bits.take(1) === 1;
    const kind = bits.take(2);
    if (kind === 0) bits.stored().forEach((octet) => out.put(octet));
    else if (kind === 1) coded(bits, out, FIXED.literals, FIXED.distances);
    else if (kind === 2) coded(bits, out, ...ownCodes(bits));
    else throw new RangeError("no such block");
  }
  return { out: out.octets, end: bits.at };
}

function ownCodes(bits: Bits): [Code, Code] {
  const [literals, distances, count] = [bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4];
  const first = Array.from({ length: 19 }, () => 0);
  for (const place of ORDER.slice(0, count)) first[place] = bits.take(3);
  const code = codeOf(first);
  const lengths: number[] = [];
  while (lengths.length < literals + distances) {
    const symbol = bits.symbol(code);
    if (symbol < 16) lengths.push(symbol);
    else lengths.push(...repeated(bits, symbol, lengths[lengths.length - 1]));
  }
  if (lengths.length > literals + distances) throw new RangeError("too many lengths");
  return [codeOf(lengths.slice(0, literals)), codeOf(lengths.slice(literals))];
}

function repeated(bits: Bits, symbol: number, last: number | undefined): number[] {
  if (symbol === 16 && last === undefined) throw new RangeError("nothing to repeat");
  const count = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
  return Array.from({ length: count }, () => (symbol === 16 ? last ?? 0 : 0));
}

function coded(bits: Bits, out: Out, literals: Code, distances: Code): void {
  for (;;) {
    const symbol = bits.symbol(literals);
    if (symbol === 256) return;
    if (symbol < 256) out.put(symbol);
    else out.again(valueOf(bits, LENGTHS[symbol - 257]), valueOf(bits, DISTANCES[bits.symbol(distances)]));
  }
}

function valueOf(bits: Bits, range: Range | undefined): number {
  if (range === undefined) throw new RangeError("no such symbol");
  return range.least + bits.take(range.bits);
}
