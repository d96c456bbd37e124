/** Trial of key pairs: what a token makes of the template of a ceremony, how it reads back, and what it signs. */
import { MECHANISMS_OF, SIGNATURE_LENGTH, type Claim, type KeyAlgorithm, type Mechanism } from "../x509/algorithm.ts";
import type { TemplateAttributes } from "../ceremony/request.ts";
import { fromHex } from "../bytes/hex.ts";
import { toUtf8 } from "../bytes/text.ts";
import type { PairTrial } from "../tokens/probe.ts";
import type { TokenObject } from "../transcript/observation.ts";
import { CkrError } from "./ckr.ts";
import { generationOf, signatureCall, signatureInput, signatureMechanism } from "./mechanism.ts";
import { findAndRead, type Found } from "./objects.ts";
import type { Scratch } from "./scratch.ts";
import type { TokenSession } from "./session.ts";
import type { TokenSlot } from "./slot.ts";
import { keyTemplate } from "./template.ts";

/** What a trial works with. */
export interface Bench {
  readonly session: TokenSession;
  readonly slot: TokenSlot;
  readonly scratch: Scratch;
  /** Both templates of a ceremony. */
  readonly templates: { readonly privateTemplate: TemplateAttributes; readonly publicTemplate: TemplateAttributes };
  /** Whether a signature verifies, in software. */
  verifies(claim: Claim): boolean;
  /** Whether a person wants to stop. */
  stopped(): boolean;
}

export type Templates = Bench["templates"];

/** What every token takes, and without which the key would be no key of a ceremony. */
const LEAST = { privateKey: ["TOKEN", "PRIVATE", "SENSITIVE", "EXTRACTABLE", "SIGN"], publicKey: ["TOKEN", "PRIVATE", "VERIFY"] } as const;
const MESSAGE = toUtf8("anchorite token probe: nothing was decided by this signature");
const NONE = { refused: { privateKey: [], publicKey: [] }, privateKey: {}, publicKey: {}, keyGenMechanism: "", spki: "", signs: {} };

/** Makes a pair under the scratch label. @returns its CKA_ID, or the CKR with which the token refused */
export async function makeScratch(bench: Bench, algorithm: KeyAlgorithm, templates: Templates, name: { readonly id?: string; readonly label?: string } = {}): Promise<{ readonly id: string } | CkrError> {
  const { mechanism, publicExtra, privateExtra } = generationOf(algorithm);
  const place = { id: name.id ?? bench.scratch.nextId(), label: name.label ?? bench.scratch.label };
  try {
    await bench.session.makePair(mechanism, keyTemplate("public", place, publicExtra, templates.publicTemplate), keyTemplate("private", place, privateExtra, templates.privateTemplate));
    return { id: place.id };
  } catch (error) {
    if (error instanceof CkrError) return error;
    throw error;
  }
}

/** One algorithm: made with the whole template, or with what of it the token takes. */
export async function tryPair(bench: Bench, algorithm: KeyAlgorithm): Promise<PairTrial> {
  const { mechanism } = generationOf(algorithm);
  if (bench.slot.mechanism(mechanism) === null) return { algorithm, made: "not offered", ...NONE };
  const whole = await makeScratch(bench, algorithm, bench.templates);
  const refused = whole instanceof CkrError ? await refusedOf(bench, algorithm) : NONE.refused;
  const made = whole instanceof CkrError && refused !== null ? await makeScratch(bench, algorithm, without(bench.templates, refused)) : whole;
  if (made instanceof CkrError || refused === null) return { algorithm, made: whole instanceof CkrError ? whole.ckr : "yes", ...NONE };
  const found = findAndRead(bench.session, { id: made.id });
  const [privateKey, publicKey] = [half(found, "private key"), half(found, "public key")];
  return {
    algorithm, made: "yes", refused, privateKey: privateKey?.object.attributes ?? {}, publicKey: publicKey?.object.attributes ?? {},
    keyGenMechanism: privateKey?.object.keyGenMechanism ?? "not reported", spki: publicKey?.object.spki ?? "", signs: signsOf(bench, algorithm, privateKey, publicKey),
  };
}

function half(found: readonly Found[], kind: TokenObject["class"]): Found | undefined {
  return found.find(({ object }) => object.class === kind);
}

/** Each attribute alone beside the least; null where not even that is taken. A pair that is made by this is scratch like the others. */
async function refusedOf(bench: Bench, algorithm: KeyAlgorithm): Promise<PairTrial["refused"] | null> {
  const only = (privateKey: readonly string[], publicKey: readonly string[]): Templates => ({
    privateTemplate: pick(bench.templates.privateTemplate, privateKey), publicTemplate: pick(bench.templates.publicTemplate, publicKey),
  });
  const takes = async (templates: Templates) => !((await makeScratch(bench, algorithm, templates)) instanceof CkrError);
  if (!(await takes(only(LEAST.privateKey, LEAST.publicKey)))) return null;
  const refused = { privateKey: [] as string[], publicKey: [] as string[] };
  for (const name of Object.keys(bench.templates.privateTemplate)) {
    if (!bench.stopped() && !isLeast(LEAST.privateKey, name) && !(await takes(only([...LEAST.privateKey, name], LEAST.publicKey)))) refused.privateKey.push(name);
  }
  for (const name of Object.keys(bench.templates.publicTemplate)) {
    if (!bench.stopped() && !isLeast(LEAST.publicKey, name) && !(await takes(only(LEAST.privateKey, [...LEAST.publicKey, name])))) refused.publicKey.push(name);
  }
  bench.scratch.destroy(bench.session);
  return refused;
}

function isLeast(least: readonly string[], name: string): boolean {
  return least.includes(name);
}

function pick(template: TemplateAttributes, names: readonly string[]): TemplateAttributes {
  return Object.fromEntries(Object.entries(template).filter(([name]) => names.includes(name)));
}

/** The templates without what a token refuses. */
export function without({ privateTemplate, publicTemplate }: Templates, refused: PairTrial["refused"]): Templates {
  const rest = (template: TemplateAttributes, names: readonly string[]) => Object.fromEntries(Object.entries(template).filter(([name]) => !names.includes(name)));
  return { privateTemplate: rest(privateTemplate, refused.privateKey), publicTemplate: rest(publicTemplate, refused.publicKey) };
}

function signsOf(bench: Bench, algorithm: KeyAlgorithm, privateKey: Found | undefined, publicKey: Found | undefined): PairTrial["signs"] {
  if (privateKey === undefined || publicKey === undefined || publicKey.object.spki === "") return {};
  return Object.fromEntries(MECHANISMS_OF[algorithm].map((mechanism) => [mechanism, signs(bench, algorithm, mechanism, privateKey, publicKey.object.spki)]));
}

function signs({ session, slot, verifies }: Bench, algorithm: KeyAlgorithm, mechanism: Mechanism, { handle }: Found, spki: string): string {
  if (slot.mechanism(signatureMechanism(mechanism)) === null) return "not offered";
  try {
    const signature = session.sign(signatureCall(mechanism), handle, signatureInput(mechanism, MESSAGE), null);
    if (signature.length !== SIGNATURE_LENGTH[algorithm]) return `a signature of ${signature.length} octets`;
    return verifies({ where: "token probe", spki: fromHex(spki), mechanism, message: MESSAGE, signature }) ? "yes" : "a signature that does not verify";
  } catch (error) {
    if (error instanceof CkrError) return error.ckr;
    throw error;
  }
}
