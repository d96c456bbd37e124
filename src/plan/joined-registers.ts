/** Registers that meet: a cross-certification has two predecessors, and what it leaves is one register [LINEAGE-FORK, REGISTER-FITS]. */
import type { Register, RegisteredBackup, RegisteredToken } from "../transcript/register.ts";
import { nextPolicy, type RotationPolicy } from "../transcript/rotation-policy.ts";
import { forkFaults, isPrefix, type LineageFault } from "./lineage.ts";

/** Why registers cannot be joined: a key with two lives, a name with two meanings, a token with two states. */
export function joinFaults(registers: readonly Register[]): LineageFault[] {
  return registers.flatMap((one, i) => registers.slice(0, i).flatMap((other) => [...forkFaults(one, other), ...nameFaults(one, other), ...tokenFaults(one, other)]));
}

function nameFaults(one: Register, other: Register): LineageFault[] {
  const meanings = (register: Register) => new Map([
    ...register.keys.map(({ key, spki }) => [`key ${key}`, spki] as const), ...register.certificates.map(({ name, sha256 }) => [`certificate ${name}`, sha256] as const),
    ...register.crls.map(({ name, sha256 }) => [`CRL ${name}`, sha256] as const), ...register.requests.map(({ name, sha256 }) => [`request ${name}`, sha256] as const),
    ...register.tokens.map(({ token, serial }) => [`token ${token}`, serial] as const), ...register.keys.map(({ key, spki }) => [`SPKI ${spki}`, key] as const), ...register.tokens.map(({ token, serial }) => [`token serial ${serial}`, token] as const),
  ]);
  const known = meanings(other);
  const clashing = [...meanings(one)].filter(([name, meaning]) => known.has(name) && known.get(name) !== meaning);
  return clashing.map(([name]) => ({ control: "REGISTER-FITS", message: `expected each name to mean one thing in the registers that meet, found two of the ${name} in ${one.ceremony} and ${other.ceremony}` }));
}

function tokenFaults(one: Register, other: Register): LineageFault[] {
  return one.tokens.flatMap((token) => {
    const twin = other.tokens.find(({ serial }) => serial === token.serial);
    const isSame = twin === undefined || sameObjects(token, twin);
    if (isSame || isAheadOn(token, one, other) || isAheadOn(token, other, one)) return [];
    return [{ control: "LINEAGE-FORK", message: `expected one life of the token ${token.token}, found that ${one.ceremony} and ${other.ceremony} left it with different objects` }];
  });
}

function sameObjects(one: RegisteredToken, other: RegisteredToken): boolean {
  return JSON.stringify(one.objects) === JSON.stringify(other.objects);
}

/** Whether a register knows all of a token's keys that the other knows, each as far as the other or further. */
function isAheadOn({ serial }: RegisteredToken, one: Register, other: Register): boolean {
  return other.keys.filter((key) => key.serial === serial).every((key) => {
    const own = one.keys.find(({ spki }) => spki === key.spki);
    return own !== undefined && isPrefix(key.line, own.line);
  });
}

/**
 * One register of several, in which each key, its tokens, its CRL numbers and its revocations are those of the register that
 * knows its line furthest. The names of the ceremony are those of the first.
 */
export function joinRegisters(registers: readonly [Register, ...Register[]]): Register {
  const [first, ...others] = registers;
  return others.reduce<Register>(joinTwo, first);
}

function joinTwo(one: Register, other: Register): Register {
  const owner = ownerOf(one, other);
  const named = <T>(these: readonly T[], those: readonly T[], name: (item: T) => string): T[] => {
    const known = new Set(these.map(name));
    return [...these, ...those.filter((item) => !known.has(name(item)))];
  };
  const whole = (item: object) => JSON.stringify(item);
  return {
    ...one,
    attested: (one.attested ?? "") < (other.attested ?? "") ? other.attested : one.attested,
    tokens: named(one.tokens, other.tokens, ({ serial }) => serial).map((token) => (isAheadOn(token, one, other) ? token : (other.tokens.find(({ serial }) => serial === token.serial) ?? token))),
    keys: named(one.keys, other.keys, ({ spki }) => spki).map((key) => (owner(key.spki) === one ? key : (other.keys.find(({ spki }) => spki === key.spki) ?? key))),
    strayIds: [...new Set([...one.strayIds, ...other.strayIds])],
    certificates: named(one.certificates, other.certificates, ({ name }) => name),
    requests: named(one.requests, other.requests, ({ name }) => name),
    crls: named(one.crls, other.crls, ({ name }) => name),
    lastCrlNumbers: highest(one.lastCrlNumbers, other.lastCrlNumbers),
    possiblyIssued: named(one.possiblyIssued, other.possiblyIssued, whole),
    revocations: [one, other].flatMap((register) => register.revocations.filter(({ issuer }) => owner(spkiOf(register, issuer)) === register)),
    ...backupsOf(named(one.backups ?? [], other.backups ?? [], ({ backup }) => backup)),
    ...standingOf(named(one.standing ?? [], other.standing ?? [], ({ run }) => run)),
    bundles: named(one.bundles, other.bundles, whole),
    artifacts: named(one.artifacts, other.artifacts, whole),
    ...rotationOf(nextPolicy(other.rotation, one.rotation)),
  };
}

/** Of what both speak, the first counts; the member is absent where none speaks. */
function rotationOf(rotation: RotationPolicy | undefined): Pick<Register, "rotation"> {
  return rotation === undefined ? {} : { rotation };
}

/** The member is absent while there is no backup. */
function backupsOf(backups: readonly RegisteredBackup[]): Pick<Register, "backups"> {
  return backups.length === 0 ? {} : { backups: [...backups] };
}

/** Likewise while there is no scheduled run. */
function standingOf(standing: NonNullable<Register["standing"]>): Pick<Register, "standing"> {
  return standing.length === 0 ? {} : { standing };
}

function spkiOf({ certificates }: Register, name: string): string {
  return certificates.find((one) => one.name === name)?.spki ?? "";
}

/** Which of two registers speaks for a key: the one that knows its line further, and the first where both know it as far. */
function ownerOf(one: Register, other: Register): (spki: string) => Register {
  const length = (register: Register, spki: string) => register.keys.find((key) => key.spki === spki)?.line.length ?? -1;
  return (spki) => (length(other, spki) > length(one, spki) ? other : one);
}

function highest(one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): Record<string, number> {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(names.map((name) => [name, Math.max(one[name] ?? 0, other[name] ?? 0)]));
}
