import type { KeyAlgorithm } from "./algorithm.ts";
import type { RequestProblem } from "./request-finding.ts";
import type { PublicKey } from "./spki.ts";

/**
 * Why the key of a request is refused: it is none of this program's, or not of an allowed algorithm [REQUEST-KEY].
 * @param allowed what a profile certifies, or every algorithm
 * @param why why no other, for people
 */
export function requestKeyProblems({ algorithm, description, problem }: PublicKey, allowed: readonly KeyAlgorithm[], why?: string): RequestProblem[] {
  if (algorithm !== null && allowed.includes(algorithm)) return [];
  const code = problem === null ? "request-key-not-allowed" : (`request-key-${problem}` as const);
  return [{ code, message: `expected a key of ${allowed.join(", ")}, found ${description}`, hint: `${why === undefined ? "" : `${why}: `}make the key pair and the request anew` }];
}
