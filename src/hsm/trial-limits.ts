/** Trial of what templates do not say: long ids and labels, one id twice, the PIN for each signature, wrapping, data objects. */
import { toHex } from "../bytes/hex.ts";
import type { KeyAlgorithm } from "../x509/algorithm.ts";
import { MECHANISM_OF } from "../x509/algorithm.ts";
import type { Probe } from "../tokens/probe.ts";
import { CKA, CKK, CKO } from "./attributes.ts";
import { CkrError } from "./ckr.ts";
import { CKM, signatureCall, signatureInput } from "./mechanism.ts";
import { findAndRead } from "./objects.ts";
import type { ObjectHandle } from "./session.ts";
import { template } from "./template.ts";
import { makeScratch, type Bench, type Templates } from "./trial-pairs.ts";

/** Octets of a CKA_ID and of a CKA_LABEL that are tried, the longest first. */
const LENGTHS = [[255, 255], [64, 64], [20, 32]] as const;
const KEY_WRAPS = [["CKM_AES_KEY_WRAP", 0x2109], ["CKM_AES_KEY_WRAP_PAD", 0x210a], ["CKM_AES_KEY_WRAP_KWP", 0x210b]] as const;

/** The longest of those that read back as they were written. */
export async function tryLengths(bench: Bench, algorithm: KeyAlgorithm, templates: Templates): Promise<Probe["longest"]> {
  for (const [idLength, labelLength] of LENGTHS) {
    const [id, label] = [bench.scratch.nextId(idLength), bench.scratch.longLabel(labelLength)];
    const made = await makeScratch(bench, algorithm, templates, { id, label });
    if (made instanceof CkrError) continue;
    const kept = findAndRead(bench.session, { id }).some(({ object }) => object.class === "private key" && object.label === label);
    if (kept) return { id: idLength, label: labelLength };
  }
  return { id: null, label: null };
}

/** What becomes of the first of two pairs with one CKA_ID. */
export async function trySameId(bench: Bench, algorithm: KeyAlgorithm, templates: Templates): Promise<string> {
  const first = await makeScratch(bench, algorithm, templates);
  if (first instanceof CkrError) return `not tried: ${first.ckr}`;
  const spkisNow = () => findAndRead(bench.session, { id: first.id }).filter(({ object }) => object.class === "public key").map(({ object }) => object.spki);
  const [before] = spkisNow();
  const second = await makeScratch(bench, algorithm, templates, { id: first.id });
  if (second instanceof CkrError) return `the second is refused (${second.ckr})`;
  const after = spkisNow();
  if (before !== undefined && !after.includes(before)) return "the second replaces the first";
  return after.length === 2 ? "both stay" : `${after.length} public keys are there afterwards`;
}

/** A key that wants its PIN for each signature. */
export async function tryAlwaysAuthenticate(bench: Bench, algorithm: KeyAlgorithm, templates: Templates): Promise<string> {
  const made = await makeScratch(bench, algorithm, { ...templates, privateTemplate: { ...templates.privateTemplate, ALWAYS_AUTHENTICATE: true } });
  if (made instanceof CkrError) return `no such key is made (${made.ckr})`;
  const found = findAndRead(bench.session, { id: made.id }).find(({ object }) => object.class === "private key");
  if (found?.object.attributes["ALWAYS_AUTHENTICATE"] !== true) return "taken and forgotten: it reads back otherwise";
  const mechanism = MECHANISM_OF[algorithm];
  try {
    bench.session.sign(signatureCall(mechanism), found.handle, signatureInput(mechanism, new Uint8Array([1])), null);
    return "not honoured: such a key signs without its PIN";
  } catch (error) {
    if (!(error instanceof CkrError)) throw error;
    return error.ckr === "CKR_USER_NOT_LOGGED_IN" ? "honoured: each signature wants the PIN" : `honoured or broken: ${error.ckr}`;
  }
}

/** By mechanism, whether a key that may be extracted is wrapped, and one that may not is not. */
export async function tryWraps(bench: Bench, algorithm: KeyAlgorithm, templates: Templates): Promise<Probe["wraps"]> {
  const offered = KEY_WRAPS.filter(([, number]) => bench.slot.mechanism(number) !== null);
  if (offered.length === 0) return [];
  const wrapping = wrappingKey(bench);
  const extractable = await makeScratch(bench, algorithm, { ...templates, privateTemplate: { ...templates.privateTemplate, EXTRACTABLE: true } });
  const never = await makeScratch(bench, algorithm, templates);
  return offered.map(([mechanism, number]) => ({ mechanism, extractable: wrapped(bench, number, wrapping, extractable), neverExtractable: wrapped(bench, number, wrapping, never) }));
}

function wrappingKey({ session, scratch }: Bench): ObjectHandle | CkrError {
  const attributes = template([
    { type: CKA.CLASS, value: CKO.SECRET_KEY }, { type: CKA.KEY_TYPE, value: CKK.AES }, { type: 0x161, value: 32 },
    { type: CKA.LABEL, value: Buffer.from(scratch.label) }, { type: CKA.ID, value: Buffer.from(scratch.nextId(), "hex") },
    { type: CKA.TOKEN, value: true }, { type: CKA.PRIVATE, value: true }, { type: CKA.SENSITIVE, value: true }, { type: CKA.EXTRACTABLE, value: false }, { type: CKA.WRAP, value: true }, { type: CKA.UNWRAP, value: true },
  ]);
  try {
    return session.makeSecret(CKM.AES_KEY_GEN, attributes);
  } catch (error) {
    if (error instanceof CkrError) return error;
    throw error;
  }
}

function wrapped({ session }: Bench, mechanism: number, wrapping: ObjectHandle | CkrError, key: { readonly id: string } | CkrError): string {
  if (wrapping instanceof CkrError) return `no wrapping key (${wrapping.ckr})`;
  if (key instanceof CkrError) return `no such key (${key.ckr})`;
  const found = findAndRead(session, { id: key.id }).find(({ object }) => object.class === "private key");
  if (found === undefined) return "no such key";
  try {
    return `yes, ${session.wrappedLength(mechanism, wrapping, found.handle)} octets`;
  } catch (error) {
    if (error instanceof CkrError) return error.ckr;
    throw error;
  }
}

/** A private data object, as the last head of a ceremony is kept. */
export function tryDataObject({ session, scratch }: Bench): string {
  const value = Buffer.from("scratch");
  try {
    session.create(template([
      { type: CKA.CLASS, value: CKO.DATA }, { type: CKA.TOKEN, value: true }, { type: CKA.PRIVATE, value: true },
      { type: CKA.LABEL, value: Buffer.from(scratch.label) }, { type: CKA.APPLICATION, value: Buffer.from("anchorite") }, { type: CKA.VALUE, value },
    ]));
    const kept = session.find({ class: CKO.DATA, label: scratch.label }).some((handle) => session.attribute(handle, CKA.VALUE)?.equals(value) === true);
    return kept ? "yes" : "taken, and not there afterwards";
  } catch (error) {
    if (error instanceof CkrError) return error.ckr;
    throw error;
  }
}

/** Two draws of 32 octets: what a broken generator shows at once, and no more. */
export function tryRandom({ session }: Bench): string {
  try {
    const [one, other] = [session.random(32), session.random(32)];
    if (toHex(one) === toHex(other)) return "broken: two draws are the same";
    return one.every((octet) => octet === one[0]) ? "broken: all octets of a draw are the same" : "answers, and two draws differ";
  } catch (error) {
    if (error instanceof CkrError) return error.ckr;
    throw error;
  }
}
