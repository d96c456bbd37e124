/** Serial numbers and CKA_IDs: derived from one recorded draw, so that replay computes them again. */
import { hkdfSha256, sha256Hex } from "../bytes/digest.ts";
import { fromHex, toHex } from "../bytes/hex.ts";
import { concat, toUtf8 } from "../bytes/text.ts";
import type { AnswerTo } from "../transcript/observation.ts";
import { judge, type Course } from "./course.ts";
import { unhealthy } from "./health.ts";
import { orStop } from "./people.ts";
import { ask, type Ask, type TokenRef } from "./request.ts";

/** Octets of each random source. */
const DRAW_LENGTH = 32;

/**
 * The ceremony's one draw, made when it is first needed: 32 octets of the host, 32 of the token that is to hold the first
 * key, then the dice, if the script asks for them. The host's octets are on record before the token is asked.
 */
export function* drawOnce(course: Course, step: number, token: TokenRef): Ask<Uint8Array> {
  if (course.draw !== null) return course.draw;
  const host = yield* ask({ kind: "draw", step, source: "host", length: DRAW_LENGTH });
  const own = yield* ask({ kind: "draw", step, source: "token", length: DRAW_LENGTH, ...token });
  const parts = [octetsOf(course, step, host), octetsOf(course, step, own)];
  const found = unhealthy(parts, DRAW_LENGTH);
  judge(course, "SERIAL-ENTROPY", step, found === null, found ?? "");
  if (course.plan.dice > 0) {
    const dice = yield* ask({ kind: "draw", step, source: "dice", length: course.plan.dice });
    parts.push(octetsOf(course, step, dice));
  }
  course.draw = concat(...parts);
  return course.draw;
}

function octetsOf(course: Course, step: number, answer: AnswerTo<"draw">): Uint8Array {
  return fromHex(orStop(course, step, answer).bytes);
}

/** Where in the ceremony a number is used; each gives another one. */
export interface DrawPlace {
  readonly step: number;
  readonly item: number;
  /** 0, and one more for each time that people asked for the effect again. */
  readonly attempt: number;
}

/**
 * A serial number: HKDF-SHA256 over the draw, salted with the plan digest; 20 octets, positive, 158 bits, fixed length
 * (RFC 5280, 4.1.2.2).
 * @param issuerSpki SubjectPublicKeyInfo of the issuer, DER
 * @returns 40 hex digits
 */
export function deriveSerial(draw: Uint8Array, planDigest: string, issuerSpki: Uint8Array, place: DrawPlace): string {
  return derive("anchorite/serial/1", draw, planDigest, sha256Hex(issuerSpki), place);
}

/** A CKA_ID: the same, under another label and the digest of the key's name. Returns 40 hex digits. */
export function deriveKeyId(draw: Uint8Array, planDigest: string, keyName: string, place: DrawPlace): string {
  return derive("anchorite/cka-id/1", draw, planDigest, sha256Hex(toUtf8(keyName)), place);
}

function derive(label: string, draw: Uint8Array, planDigest: string, subject: string, place: DrawPlace): string {
  const numbers = new Uint8Array(12);
  const view = new DataView(numbers.buffer);
  view.setUint32(0, place.step);
  view.setUint32(4, place.item);
  view.setUint32(8, place.attempt);
  const octets = hkdfSha256(draw, fromHex(planDigest), concat(toUtf8(label), fromHex(subject), numbers), 20);
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40;
  return toHex(octets);
}
