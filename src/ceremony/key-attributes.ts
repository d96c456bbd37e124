/** A key pair as it reads back from its token, held against what was planned for it. */
import { canonicalText } from "../bytes/canonical.ts";
import { fromHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import type { PlannedRestoration } from "../plan/backed-up.ts";
import type { PlannedKey } from "../plan/plan.ts";
import type { AcceptedWord } from "../tokens/profile.ts";
import type { ClaimedKey, KeyBackup } from "../transcript/register.ts";
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

type KeyControl = "KEY-NEVER-EXTRACTABLE" | "KEY-WRAP-ONLY" | "KEY-LOCAL" | "KEY-ATTRIBUTES";

/** What is judged of a key, by how it survives the loss of its token. */
export function keyControls(backup: KeyBackup): readonly KeyControl[] {
  return [backup === "wrap" ? "KEY-WRAP-ONLY" : "KEY-NEVER-EXTRACTABLE", "KEY-LOCAL", "KEY-ATTRIBUTES"];
}

export interface Difference {
  readonly control: KeyControl;
  readonly found: string;
}

const OF_EXTRACTION: ReadonlySet<string> = new Set(["SENSITIVE", "ALWAYS_SENSITIVE", "EXTRACTABLE", "NEVER_EXTRACTABLE", "WRAP_WITH_TRUSTED"]);

function controlOf(attribute: string, backup: KeyBackup): KeyControl {
  if (attribute === "LOCAL") return "KEY-LOCAL";
  if (!OF_EXTRACTION.has(attribute)) return "KEY-ATTRIBUTES";
  return backup === "wrap" ? "KEY-WRAP-ONLY" : "KEY-NEVER-EXTRACTABLE";
}

/**
 * How a pair on a token differs from what was planned for it; empty when it does not [KEY-NEVER-EXTRACTABLE, KEY-WRAP-ONLY, KEY-LOCAL, KEY-ATTRIBUTES].
 * @param words what the plan takes of this token though it differs: each by name, and nothing else
 */
export function keyDifferences(planned: PlannedKey, place: KeyPlace, pair: Pair, words: readonly AcceptedWord[] = []): Difference[] {
  const expectedPrivate = { ...planned.privateTemplate, ...planned.readBack };
  const taken = words.filter(({ family }) => family === undefined || family === familyOf(planned.algorithm));
  return [
    ...halfDifferences("private key", expectedPrivate, place, pair.privateKey, { words: taken, backup: planned.backup }),
    ...halfDifferences("public key", planned.publicTemplate, place, pair.publicKey, { words: taken, backup: planned.backup }),
    ...originDifferences(planned, pair, taken),
  ];
}

function familyOf(algorithm: KeyAlgorithm): AcceptedWord["family"] {
  return algorithm === "ed25519" ? "ed25519" : algorithm.startsWith("rsa-") ? "rsa" : "ecdsa";
}

function isTaken(words: readonly AcceptedWord[], half: TokenObject["class"], attribute: string, found: unknown): boolean {
  // what keeps a key that may be wrapped from whoever has the user PIN is not taken on a profile's word
  return attribute !== "WRAP_WITH_TRUSTED" && words.some((word) => word.half === half && word.attribute === attribute && word.says === found);
}

/** How a half is held against what was asked for. */
interface Holding {
  readonly words: readonly AcceptedWord[];
  readonly backup: KeyBackup;
}

function halfDifferences(half: TokenObject["class"], expected: Readonly<Record<string, boolean>>, place: KeyPlace, object: TokenObject, { words, backup }: Holding): Difference[] {
  const differences: Difference[] = Object.entries(expected)
    .filter(([name, value]) => object.attributes[name] !== value && !isTaken(words, half, name, object.attributes[name]))
    .map(([name, value]) => ({ control: controlOf(name, backup), found: `${half}: expected ${name} ${value}, the token says ${object.attributes[name] ?? "not reported"}` }));
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

/** How a pair on a token differs from what is to be restored there, in words [RESTORED-KEY]. Where it was made its token does not know, and does not have to say. */
export function restoredDifferences(planned: PlannedRestoration, place: KeyPlace, pair: Pair): string[] {
  const { LOCAL: _, ...readBack } = planned.readBack;
  const isElsewhere = pair.privateKey.attributes["LOCAL"] !== true;
  return [
    ...halfDifferences("private key", { ...planned.privateTemplate, ...readBack }, place, pair.privateKey, { words: [], backup: planned.backup }),
    ...halfDifferences("public key", planned.publicTemplate, place, pair.publicKey, { words: [], backup: planned.backup }),
  ].map(({ found }) => found).concat(
    isElsewhere ? [] : ["private key: expected a key that was made elsewhere, the token says LOCAL true"],
    pair.spki === planned.spki && pair.publicKey.spki === planned.spki ? [] : [`expected the public key of ${planned.key} by the register, found another`],
  );
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

/** What a token says of a pair, as the register holds it. */
export function saidOf({ privateKey, publicKey }: Pair): ClaimedKey {
  return { privateKey: privateKey.attributes, publicKey: publicKey.attributes, keyGenMechanism: privateKey.keyGenMechanism };
}

/** A key that was made elsewhere must go on saying what it said when it was adopted or restored [KEY-ATTRIBUTES]. */
export function claimedDifferences(claimed: ClaimedKey, pair: Pair): Difference[] {
  const [before, now] = [canonicalText(claimed), canonicalText(saidOf(pair))];
  return before === now ? [] : [{ control: "KEY-ATTRIBUTES", found: `expected what the token said when the key was taken over, ${before}, found ${now}` }];
}
