/** What a ceremony has of those before it: certificates by name, serials and CRL numbers, and keys once they are found on their tokens. */
import { Content } from "../bytes/content.ts";
import { sha256Hex } from "../bytes/digest.ts";
import { fromHex } from "../bytes/hex.ts";
import { Fault } from "../fault.ts";
import { readBackOf, templatesOf } from "../plan/key-template.ts";
import { joinRegisters } from "../plan/joined-registers.ts";
import type { Given } from "../plan/make.ts";
import type { Plan } from "../plan/plan.ts";
import type { PlannedPack } from "../plan/planned-pack.ts";
import type { TokenIdentity, TokenObject } from "../transcript/observation.ts";
import { readRegister, type HeldObject, type KeyCopy, type Register, type RegisteredCertificate, type RegisteredKey } from "../transcript/register.ts";
import { readCertificate } from "../x509/certificate-reading.ts";
import { EXTENSION, readSubjectKeyIdentifier } from "../x509/extension-reading.ts";
import { extensionValue } from "../x509/given-certificate.ts";
import { acceptedWords } from "./accepted-words.ts";
import { judge, type Course, type CourseCertificate, type CourseKey } from "./course.ts";
import { isFreshNonce, type Nonces } from "./health.ts";
import { claimedDifferences, keyControls, keyDifferences, wholePair } from "./key-attributes.ts";

/**
 * The register that the plan names, joined with those of other lines that meet here.
 * @throws Fault bug-unreachable when the ceremony was not given the one whose digest the plan holds
 */
export function requireRegister({ register }: Plan, given: Pick<Given, "register" | "joined">): Register | null {
  if (register === null) return null;
  const first = requireOne(register, given.register);
  return joinRegisters([first, ...register.joins.map((one, i) => requireOne(one, given.joined[i] ?? null))]);
}

function requireOne({ file }: PlannedPack, bytes: Uint8Array | null): Register {
  if (bytes === null || sha256Hex(bytes) !== file.sha256) throw new Fault("bug-unreachable", `the ceremony was not given the register ${file.path} of its plan`);
  return readRegister(bytes);
}

/** Enters certificates, serials and CRL numbers; a key is not known before it is found. */
export function enterEarlier(course: Course, register: Register): void {
  for (const one of register.certificates) {
    course.serials.add(one.serial);
    if (one.der !== "") course.certificates.set(one.name, certificateOf(one, course.nonces));
  }
  for (const { kind, burned } of register.possiblyIssued) if (kind === "certificate") course.serials.add(burned);
  for (const [issuer, number] of Object.entries(register.lastCrlNumbers)) course.crlNumbers.set(issuer, number);
}

/** What the register had before is not judged anew; its nonces are known from here on. */
function certificateOf(one: RegisteredCertificate, nonces: Nonces): CourseCertificate {
  const der = fromHex(one.der);
  const { subject, spki, extensions, mechanism, tbs, signature } = readCertificate(der);
  isFreshNonce(nonces, { mechanism, key: one.issuer, message: tbs, signature });
  const identifier = extensionValue(extensions, EXTENSION.subjectKeyIdentifier);
  const { name, sha256, serial, profile, ca, crl, issuer, notBefore, notAfter, key } = one;
  return {
    name, der, sha256, serial, profile, ca, crl, subject, subjectText: one.subject, issuer, notBefore, notAfter, spki: new Content(spki), key,
    subjectKeyIdentifier: identifier === undefined ? null : readSubjectKeyIdentifier(identifier),
  };
}

/** A token that was looked at for the first time in this ceremony. */
export interface FirstLook {
  readonly step: number;
  readonly token: string;
  readonly identity: TokenIdentity;
  readonly objects: readonly TokenObject[];
}

/**
 * Holds a token against the register and takes over its keys that are in use: each is found by its CKA_ID with the public key
 * on record, and every attribute reads back as when it was made [REGISTER-TOKEN, REGISTER-KEY].
 */
export function takeOverToken(course: Course, look: FirstLook): void {
  const { register } = course;
  if (register === null) return;
  const known = register.tokens.find(({ token }) => token === look.token);
  const holder = register.tokens.find(({ serial }) => serial === look.identity.serial);
  if (known === undefined && holder === undefined) return;
  const found = `expected serial ${known?.serial ?? "of no registered token"} for ${look.token}, found ${look.identity.serial}${holder === undefined ? "" : `, which the register calls ${holder.token}`}`;
  judge(course, "REGISTER-TOKEN", look.step, known !== undefined && known === holder, found);
  const differences = known?.objects == null ? [] : heldDifferences(known.objects, heldObjects(look.objects));
  judge(course, "REGISTER-TOKEN", look.step, differences.length === 0, `token ${look.token}: ${differences.join("; ")}`);
  for (const key of register.keys.filter(({ token, state }) => token === look.token && (state === "in use" || state === "kept"))) takeOverKey(course, look, key);
  for (const { key, spki, copies = [] } of register.keys) for (const copy of copies) if (copy.token === look.token && copy.state === "there") judgeCopy(course, look, { key, spki, copy });
}

function takeOverKey(course: Course, { step, token, identity, objects }: FirstLook, registered: RegisteredKey): void {
  const { key, id, label, algorithm, signature, backup, spki, alwaysAuthenticate = false } = registered;
  // another program may have left its certificate beside the key
  const pair = wholePair(objects.filter((object) => object.id === id && (registered.claimed === undefined || object.class !== "certificate")));
  const digest = pair === null ? "none" : sha256Hex(fromHex(pair.spki));
  judge(course, "REGISTER-KEY", step, digest === spki, `expected one key pair ${id} for ${key} with the SPKI SHA-256 ${spki}, found ${digest}`);
  if (pair === null) return;
  const planned = { key, token, algorithm, signature, backup, ...templatesOf(backup, alwaysAuthenticate), ...readBackOf(algorithm, backup) };
  // a restored key was made elsewhere: what is accepted of it stands in the register of its restoration, and only there
  const said = registered.restored?.said ?? registered.claimed;
  const differences = said === undefined ? keyDifferences(planned, { id, label }, pair, acceptedWords(course.plan, planned)) : claimedDifferences(said, pair);
  for (const control of keyControls(backup)) {
    const wrong = differences.filter((difference) => difference.control === control).map((difference) => difference.found);
    judge(course, control, step, wrong.length === 0, `key ${key} of the register: ${wrong.join("; ")}`);
  }
  const isProved = course.register?.certificates.some((one) => one.key === key) === true || course.register?.requests.some((one) => one.key === key) === true;
  const taken: CourseKey = { planned, serial: identity.serial, id, label, spki: new Content(fromHex(pair.spki)), objects: [pair.privateKey, pair.publicKey], state: "in use", proved: isProved, isEarlier: true, ...(registered.claimed === undefined ? {} : { claimed: registered.claimed }) };
  course.keys.set(key, taken);
}

/** Another place of a key: it is held against the register, and not used from there. */
function judgeCopy(course: Course, { step, token, objects }: FirstLook, { key, spki, copy }: { readonly key: string; readonly spki: string; readonly copy: KeyCopy }): void {
  const pair = wholePair(objects.filter((object) => object.id === copy.id));
  const digest = pair === null ? "none" : sha256Hex(fromHex(pair.spki));
  judge(course, "REGISTER-KEY", step, digest === spki, `expected a copy of ${key} on ${token}, one key pair ${copy.id} with the SPKI SHA-256 ${spki}, found ${digest}`);
}

/** Objects as the register holds them. */
export function heldObjects(objects: readonly TokenObject[]): HeldObject[] {
  return objects.map((object) => ({ class: object.class, id: object.id, label: object.label, spki: object.class === "public key" && object.spki !== "" ? sha256Hex(fromHex(object.spki)) : "" }));
}

/** What is missing and what is too much, in words. */
export function heldDifferences(expected: readonly HeldObject[], found: readonly HeldObject[]): string[] {
  const [wanted, there] = [expected.map(heldText), found.map(heldText)];
  return [...surplus(wanted, there).map((one) => `missing ${one}`), ...surplus(there, wanted).map((one) => `not accounted for: ${one}`)];
}

/** An object of an inventory in words. */
export function heldText({ class: kind, id, label, spki }: HeldObject): string {
  return `${kind} ${id} ${label}${spki === "" ? "" : ` SPKI SHA-256 ${spki}`}`;
}

/** What is in `all` more often than in `those`. */
function surplus(all: readonly string[], those: readonly string[]): string[] {
  const left = [...those];
  return all.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
