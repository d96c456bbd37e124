/** A key pair as it reads back from its token, held against what was planned for it. */
import { canonicalText } from "../bytes/canonical.ts";
import { fromHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import type { PlannedKey } from "../plan/plan.ts";
import type { AcceptedWord } from "../tokens/profile.ts";
import type { ClaimedKey } from "../transcript/register.ts";
import type { TokenObject } from "../transcript/observation.ts";
import type { KeyAlgorithm } from "../x509/algorithm.ts";
import { readSpki } from "../x509/spki.ts";

/** Both halves of a key pair as they read back, and the public key, DER hex. */
export interface Pair {
  readonly spki: string;
  readonly privateKey: TokenObject;
  readonly publicKey: TokenObject;
}

/** CKA_ID, hex, and CKA_LABEL. */
export interface KeyPlace {
  readonly id: string;
  readonly label: string;
}

/** The pair that these objects are; null when they are no whole pair. */
export function wholePair(objects: readonly TokenObject[]): Pair | null {
  const privateKeys = objects.filter((object) => object.class === "private key");
  const publicKeys = objects.filter((object) => object.class === "public key");
  const [privateKey, publicKey] = [privateKeys[0], publicKeys[0]];
  if (objects.length !== 2 || privateKey === undefined || publicKey === undefined || publicKey.spki === "") return null;
  return { spki: publicKey.spki, privateKey, publicKey };
}

type KeyControl = "KEY-NEVER-EXTRACTABLE" | "KEY-LOCAL" | "KEY-ATTRIBUTES";

export interface Difference {
  readonly control: KeyControl;
  readonly found: string;
}

const CONTROL_OF: Readonly<Record<string, KeyControl>> = {
  SENSITIVE: "KEY-NEVER-EXTRACTABLE", ALWAYS_SENSITIVE: "KEY-NEVER-EXTRACTABLE",
  EXTRACTABLE: "KEY-NEVER-EXTRACTABLE", NEVER_EXTRACTABLE: "KEY-NEVER-EXTRACTABLE",
  LOCAL: "KEY-LOCAL",
};

/**
 * How a pair on a token differs from what was planned for it; empty when it does not [KEY-NEVER-EXTRACTABLE, KEY-LOCAL, KEY-ATTRIBUTES].
 * @param words what the plan takes of this token though it differs: each by name, and nothing else
 */
export function keyDifferences(planned: PlannedKey, place: KeyPlace, pair: Pair, words: readonly AcceptedWord[] = []): Difference[] {
  const expectedPrivate = { ...planned.privateTemplate, ...planned.readBack };
  const taken = words.filter(({ family }) => family === undefined || family === familyOf(planned.algorithm));
  return [
    ...halfDifferences("private key", expectedPrivate, place, pair.privateKey, taken),
    ...halfDifferences("public key", planned.publicTemplate, place, pair.publicKey, taken),
    ...originDifferences(planned, pair, taken),
  ];
}

function familyOf(algorithm: KeyAlgorithm): AcceptedWord["family"] {
  return algorithm === "ed25519" ? "ed25519" : algorithm.startsWith("rsa-") ? "rsa" : "ecdsa";
}

function isTaken(words: readonly AcceptedWord[], half: TokenObject["class"], attribute: string, found: unknown): boolean {
  return words.some((word) => word.half === half && word.attribute === attribute && word.says === found);
}

function halfDifferences(half: TokenObject["class"], expected: Readonly<Record<string, boolean>>, place: KeyPlace, object: TokenObject, words: readonly AcceptedWord[]): Difference[] {
  const differences: Difference[] = Object.entries(expected)
    .filter(([name, value]) => object.attributes[name] !== value && !isTaken(words, half, name, object.attributes[name]))
    .map(([name, value]) => ({ control: CONTROL_OF[name] ?? "KEY-ATTRIBUTES", found: `${half}: expected ${name} ${value}, the token says ${object.attributes[name] ?? "not reported"}` }));
  const named = object.class === half && object.id === place.id && object.label === place.label;
  if (!named) differences.push({ control: "KEY-ATTRIBUTES", found: `expected the ${half} ${place.id} ${place.label}, found the ${object.class} ${object.id} ${object.label}` });
  return differences;
}

function originDifferences(planned: PlannedKey, pair: Pair, words: readonly AcceptedWord[]): Difference[] {
  const differences: Difference[] = [];
  const { keyGenMechanism } = pair.privateKey;
  if (keyGenMechanism !== planned.keyGenMechanism && !isTaken(words, "private key", "KEY_GEN_MECHANISM", keyGenMechanism)) {
    differences.push({ control: "KEY-LOCAL", found: `expected ${planned.keyGenMechanism}, the token says ${pair.privateKey.keyGenMechanism}` });
  }
  const algorithm = algorithmOf(pair.spki);
  if (algorithm !== planned.algorithm || pair.publicKey.spki !== pair.spki) {
    differences.push({ control: "KEY-ATTRIBUTES", found: `expected a valid public key of ${planned.algorithm}, found ${algorithm ?? "none"}` });
  }
  return differences;
}

/** Null for what is no SubjectPublicKeyInfo: a token's word is judged, it never ends the run. */
function algorithmOf(spki: string): KeyAlgorithm | null {
  try {
    return readSpki(fromHex(spki)).algorithm;
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}

/** A key that was made elsewhere must go on saying what it said when it was adopted [KEY-ATTRIBUTES]. */
export function claimedDifferences(claimed: ClaimedKey, { privateKey, publicKey }: Pair): Difference[] {
  const found = { privateKey: privateKey.attributes, publicKey: publicKey.attributes, keyGenMechanism: privateKey.keyGenMechanism };
  const [before, now] = [canonicalText(claimed), canonicalText(found)];
  return before === now ? [] : [{ control: "KEY-ATTRIBUTES", found: `expected what the token said when the key was adopted, ${before}, found ${now}` }];
}
