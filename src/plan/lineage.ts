/**
 * Lineage: what must hold in a register, between one and the next, and between two that meet. It is kept by issuer key: each key
 * has a line, the ceremonies in which it was made or signed, in their order [LINEAGE-LINK, LINEAGE-FORK, LINEAGE-WHOLE].
 */
import type { ControlId } from "../controls.ts";
import type { Register, RegisteredCrl, RegisteredKey } from "../transcript/register.ts";

/** One reason why registers do not belong together. */
export interface LineageFault {
  readonly control: ControlId;
  readonly message: string;
}

const fault = (control: ControlId, message: string): LineageFault => ({ control, message });

/** The CA behind a certificate's name: its public key, for a CA that is renewed goes on; the name where the register does not know it. */
function caNamed({ certificates }: Register): (issuer: string) => string {
  const spkis = new Map(certificates.map(({ name, spki }) => [name, spki]));
  return (issuer) => spkis.get(issuer) ?? issuer;
}

/** What is wrong within one register: a serial number twice, CRL numbers that do not rise, a revocation twice, a line that repeats itself. */
export function registerFaults(register: Register): LineageFault[] {
  return [...serialFaults(register), ...numberFaults(register), ...revocationFaults(register), ...register.keys.flatMap(lineFaults)];
}

function serialFaults(register: Register): LineageFault[] {
  const ca = caNamed(register);
  const seen = new Map<string, string>();
  return register.certificates.flatMap(({ name, issuer, serial }) => {
    const place = `${ca(issuer)} ${serial}`;
    const other = seen.get(place);
    seen.set(place, name);
    // what somebody else's CA issued is that CA's to number
    return other === undefined || issuer === "" ? [] : [fault("SERIAL-ENTROPY", `expected each serial number of ${issuer} once, found ${serial} in ${other} and in ${name}`)];
  });
}

function numberFaults(register: Register): LineageFault[] {
  const ca = caNamed(register);
  const last = new Map<string, RegisteredCrl>();
  const faults: LineageFault[] = [];
  for (const crl of register.crls) {
    const before = last.get(ca(crl.issuer));
    if (before !== undefined && crl.number <= before.number) faults.push(fault("CRL-NUMBER-RISES", `expected ${crl.name} with a number above ${before.number} of ${before.name}, found ${crl.number}`));
    const least = register.lastCrlNumbers[crl.issuer] ?? 0;
    if (least < crl.number) faults.push(fault("CRL-NUMBER-RISES", `expected the last CRL number of ${crl.issuer} to be ${crl.number} at least, for ${crl.name} has it; found ${least}`));
    last.set(ca(crl.issuer), crl);
  }
  return faults;
}

function revocationFaults(register: Register): LineageFault[] {
  const ca = caNamed(register);
  const seen = new Set<string>();
  return register.revocations.flatMap(({ issuer, serial, released }) => {
    const place = `${ca(issuer)} ${serial}`;
    if (released !== null) return [];
    const twice = seen.has(place);
    seen.add(place);
    return twice ? [fault("CRL-KEEPS-REVOCATIONS", `expected one revocation of ${serial} under ${issuer}, found two`)] : [];
  });
}

function lineFaults({ key, line }: RegisteredKey): LineageFault[] {
  return new Set(line).size === line.length ? [] : [fault("LINEAGE-LINK", `expected each ceremony once in the line of ${key}, found one twice`)];
}

/**
 * What a register must have of the one before it: everything. Nothing in it is taken back but a hold that is released.
 * @param before the register of the ceremony before; one of them where there are several
 */
export function successionFaults(before: Register, after: Register): LineageFault[] {
  const lost = (what: string, names: readonly string[]) => names.map((name) => fault("LINEAGE-WHOLE", `expected ${what} ${name} of ${before.ceremony} in the register of ${after.ceremony}, found it left out or changed`));
  const certificates = new Set(after.certificates.map(({ name, sha256 }) => `${name} ${sha256}`));
  const crls = new Set(after.crls.map(({ name, sha256 }) => `${name} ${sha256}`));
  const possibly = new Set(after.possiblyIssued.map(({ run, step, burned }) => `${run} ${step} ${burned}`));
  return [
    ...lost("the certificate", before.certificates.filter(({ name, sha256 }) => !certificates.has(`${name} ${sha256}`)).map(({ name }) => name)),
    ...lost("the CRL", before.crls.filter(({ name, sha256 }) => !crls.has(`${name} ${sha256}`)).map(({ name }) => name)),
    ...lost("the possibly issued", before.possiblyIssued.filter(({ run, step, burned }) => !possibly.has(`${run} ${step} ${burned}`)).map(({ name }) => name)),
    ...lost("the backup", (before.backups ?? []).filter(({ backup, sha256 }) => !(after.backups ?? []).some((one) => one.backup === backup && one.sha256 === sha256)).map(({ backup }) => backup)),
    ...lost("the scheduled run", (before.standing ?? []).filter(({ run, approval }) => !(after.standing ?? []).some((one) => one.run === run && one.approval === approval)).map(({ run }) => run)),
    ...before.keys.flatMap((key) => keySuccession(key, after)),
    ...Object.entries(before.lastCrlNumbers).filter(([issuer, number]) => (after.lastCrlNumbers[issuer] ?? 0) < number).map(([issuer, number]) => fault("CRL-NUMBER-RISES", `expected CRL numbers of ${issuer} from ${number} on, found ${after.lastCrlNumbers[issuer] ?? "none"} in the register of ${after.ceremony}`)),
    ...droppedRevocations(before, after),
  ];
}

function keySuccession({ key, spki, line, state }: RegisteredKey, after: Register): LineageFault[] {
  const later = after.keys.find((one) => one.spki === spki && one.key === key);
  if (later !== undefined && state === "destroyed" && later.state !== "destroyed") return [fault("LINEAGE-WHOLE", `expected the key ${key} to stay destroyed in the register of ${after.ceremony}, found it ${later.state}`)];
  if (later === undefined) return [fault("LINEAGE-WHOLE", `expected the key ${key} in the register of ${after.ceremony}, found it left out or changed`)];
  return isPrefix(line, later.line) ? [] : [fault("LINEAGE-LINK", `expected the line of ${key} in ${after.ceremony} to go on from the one before, found another`)];
}

function droppedRevocations(before: Register, after: Register): LineageFault[] {
  const kept = new Set(after.revocations.map(({ issuer, serial }) => `${issuer} ${serial}`));
  const dropped = before.revocations.filter(({ issuer, serial }) => !kept.has(`${issuer} ${serial}`));
  return dropped.map(({ issuer, serial }) => fault("CRL-KEEPS-REVOCATIONS", `expected ${serial}, which ${issuer} revoked, in the register of ${after.ceremony}, found it left out`));
}

/** Whether one line is the beginning of another, or all of it. */
export function isPrefix(line: readonly string[], of: readonly string[]): boolean {
  return line.length <= of.length && line.every((run, i) => run === of[i]);
}

/** Whether a register adds nothing to another: it has every key of it as far or further, and every certificate. */
export function isWithin(one: Register, other: Register): boolean {
  const keys = new Map(other.keys.map(({ spki, line }) => [spki, line]));
  const certificates = new Set(other.certificates.map(({ sha256 }) => sha256));
  return one.keys.every(({ spki, line }) => isPrefix(line, keys.get(spki) ?? [])) && one.certificates.every(({ sha256 }) => certificates.has(sha256));
}

/** The keys that two registers know, and of which neither goes on from the other: each has signed since they parted. */
export function forkFaults(one: Register, other: Register): LineageFault[] {
  return one.keys.flatMap(({ key, spki, line }) => {
    const twin = other.keys.find((held) => held.spki === spki);
    if (twin === undefined || isPrefix(line, twin.line) || isPrefix(twin.line, line)) return [];
    return [fault("LINEAGE-FORK", `expected one life of ${key}, found that it signed in ${other.ceremony} and in ${one.ceremony}, and neither knows the other`)];
  });
}
