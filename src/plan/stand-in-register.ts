/** What exists, with the stand-ins of a rehearsal in it: certificates, and the register of each pack. */
import { sha256Hex } from "../bytes/digest.ts";
import { fromHex, toHex } from "../bytes/hex.ts";
import type { HeldObject, Register, RegisteredBackup, RegisteredCertificate } from "../transcript/register.ts";
import { writeRegister } from "../transcript/register.ts";
import type { StandIns } from "../transcript/rehearsal.ts";
import { readCertificate } from "../x509/certificate-reading.ts";
import { printName } from "../x509/name-reading.ts";
import { rewriteTbs } from "../x509/rewritten.ts";
import { assemble } from "../x509/signed.ts";
import type { ExistingCertificate, ExistingKey } from "./existing-things.ts";
import { isShort, type Names } from "./stand-in-names.ts";

/** The TBSCertificate that stands in for that of a certificate: names, key and end said anew, all else as it is, key identifiers too. */
export function standInTbs(one: ExistingCertificate, names: Names, { keys, until }: Pick<StandIns, "keys" | "until">): Uint8Array {
  const { tbs, issuer, subject } = readCertificate(fromHex(one.der));
  const named = (name: Uint8Array): Uint8Array | undefined => {
    const other = names.get(toHex(name));
    return other === undefined ? undefined : fromHex(other);
  };
  const spki = one.key === null ? undefined : keys[one.key];
  return rewriteTbs(tbs, { issuer: named(issuer), subject: named(subject), spki: spki === undefined ? undefined : fromHex(spki), notAfter: isShort(one, names) && spki !== undefined ? until : undefined });
}

/** The certificate that stands in, DER: signed by the stand-in of its issuer's key; where that is none of ours, with the signature that was there, which then holds no more. */
export function standInCertificate(one: ExistingCertificate, names: Names, standIns: StandIns): Uint8Array {
  const { mechanism, signature } = readCertificate(fromHex(one.der));
  const made = standIns.signatures[one.name];
  return assemble(standInTbs(one, names, standIns), mechanism, made === undefined ? signature : fromHex(made));
}

/** What is needed to say a register anew. */
export interface StandingIn {
  readonly keys: readonly ExistingKey[];
  /** Those that stand in, DER, by name. */
  readonly certificates: ReadonlyMap<string, Uint8Array>;
  readonly standIns: StandIns;
}

/** register.json as it would be if the throw-away tokens had been there all along. */
export function standInRegister(register: Register, { keys, certificates, standIns }: StandingIn): Uint8Array {
  const own = new Map(keys.map((key) => [key.key, key]));
  const spkiOf = (key: string): string | null => {
    const spki = standIns.keys[key];
    return spki === undefined || !own.has(key) ? null : sha256Hex(fromHex(spki));
  };
  return writeRegister({
    ...register,
    tokens: register.tokens.map((token) => {
      const serial = standIns.tokens[token.token];
      return serial === undefined ? token : { ...token, serial, objects: keys.filter((key) => key.token === token.token).flatMap((key) => pairOf(key, spkiOf(key.key) ?? "")) };
    }),
    keys: register.keys.map((key) => {
      const spki = spkiOf(key.key);
      // what another program made, or was made on another token, is stood in for by what this one makes
      const { claimed: _claimed, restored: _restored, ...rest } = key;
      return spki === null ? key : { ...rest, id: own.get(key.key)?.id ?? key.id, spki, serial: standIns.tokens[key.token] ?? key.serial };
    }),
    certificates: register.certificates.map((one) => saidAnew(one, certificates.get(one.name))),
    ...(register.backups === undefined ? {} : { backups: register.backups.map((one) => practised(one, standIns)) }),
  });
}

function practised(one: RegisteredBackup, { keys, backups }: StandIns): RegisteredBackup {
  const practice = backups?.[one.backup];
  if (practice === undefined) return one;
  const blob = fromHex(practice.blob);
  return { ...one, length: blob.length, sha256: sha256Hex(blob), mechanism: practice.mechanism, checkValue: practice.checkValue, spki: keys[one.key] ?? one.spki };
}

function pairOf({ id, label }: ExistingKey, spki: string): HeldObject[] {
  return [{ class: "private key", id, label, spki: "" }, { class: "public key", id, label, spki }];
}

function saidAnew(one: RegisteredCertificate, der: Uint8Array | undefined): RegisteredCertificate {
  if (der === undefined || one.der === "") return one;
  const { subject, spki, notAfter } = readCertificate(der);
  return { ...one, der: toHex(der), sha256: sha256Hex(der), subject: printName(subject), spki: sha256Hex(spki), notAfter };
}
