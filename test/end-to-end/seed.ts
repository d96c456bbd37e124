/** Sampled tests print their seed; ANCHORITE_SEED gives the same sample again. */

export interface Sampler {
  /** A whole number from 0 up to, and not including, `below`. */
  below(below: number): number;
  /** So many different whole numbers below `below`, in rising order; all of them when there are not more. */
  distinct(count: number, below: number): number[];
}

/** The seed of this run, printed once for the test that asks for it. */
export function samplerFor(test: string): Sampler {
  const seed = Number(process.env["ANCHORITE_SEED"] ?? Math.floor(Math.random() * 2 ** 31)) >>> 0;
  console.log(`${test}: ANCHORITE_SEED=${seed}`);
  return sampler(seed);
}

/** mulberry32: small, and the same everywhere. */
function sampler(seed: number): Sampler {
  let state = seed;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
  const distinct = (count: number, limit: number): number[] => {
    if (limit <= count) return Array.from({ length: limit }, (_, index) => index);
    const chosen = new Set<number>();
    while (chosen.size < count) chosen.add(below(limit));
    return [...chosen].sort((a, b) => a - b);
  };
  return { below, distinct };
}
