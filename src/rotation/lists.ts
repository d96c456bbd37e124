/** The revocation lists that are in force and those to come, by the key of their CA: a renewed CA goes on with its lists. */
import { shifted } from "../plan/validity.ts";
import type { Register, RegisteredCertificate, RegisteredCrl } from "../transcript/register.ts";

export interface ListLife {
  /** The CA's certificate by whose name the last list was issued. */
  readonly issuer: string;
  readonly policy: "periodic" | "on-event" | "none" | null;
  /** The list that is valid; null when there is none, or it has lapsed. */
  readonly current: RegisteredCrl | null;
  /** Those whose thisUpdate is still to come, in their order. */
  readonly upcoming: readonly RegisteredCrl[];
  /** The last one of all. */
  readonly last: RegisteredCrl;
  readonly ceremonyFrom: string;
  /** By then the next list is made: its nextUpdate, less what the policy keeps back. */
  readonly ceremonyBy: string;
  /** Whether nobody needs a list of it any more: every certificate of the CA has ended, or is revoked for good. */
  readonly isOver: boolean;
  /** Whether the last list lasts as long as the CA: there is none after it. */
  readonly isFinal: boolean;
}

/** Every CA that has given a list. @param at UTC */
export function listLives(register: Register, at: string): ListLife[] {
  const byKey = new Map<string, RegisteredCrl[]>();
  const spkis = new Map(register.certificates.map(({ name, spki }) => [name, spki]));
  for (const crl of register.crls) {
    const key = spkis.get(crl.issuer) ?? crl.issuer;
    byKey.set(key, [...(byKey.get(key) ?? []), crl]);
  }
  return [...byKey].flatMap(([spki, crls]) => lifeOfLists(register, spki, crls, at));
}

function lifeOfLists({ certificates, rotation, revocations }: Register, spki: string, crls: readonly RegisteredCrl[], at: string): ListLife[] {
  const [last] = [...crls].sort((a, b) => b.number - a.number);
  if (last === undefined) return [];
  const own = certificates.filter((one) => one.spki === spki);
  const isSuperseded = (one: RegisteredCrl): boolean => crls.some((other) => other.number > one.number && other.thisUpdate <= one.thisUpdate);
  const policy = own.map(({ name }) => rotation?.crls[name]).find((one) => one !== undefined) ?? rotation?.crl ?? null;
  const ceremonyBy = policy === null ? last.nextUpdate : shifted(last.nextUpdate, policy.renewBefore, "before");
  const window = policy?.ceremonyWindow ?? rotation?.ceremonyWindow ?? null;
  return [{
    issuer: last.issuer, policy: own.find(({ crl }) => crl !== null)?.crl ?? null, last,
    current: crls.filter(({ thisUpdate, nextUpdate }) => thisUpdate <= at && at <= nextUpdate).sort((a, b) => b.number - a.number)[0] ?? null,
    upcoming: crls.filter((one) => one.thisUpdate > at && !isSuperseded(one)),
    ceremonyBy, ceremonyFrom: window === null ? ceremonyBy : shifted(ceremonyBy, window, "before"),
    isFinal: own.length > 0 && own.every(({ notAfter }) => notAfter <= last.nextUpdate),
    isOver: own.length > 0 && own.every((one) => one.notAfter < at || isRevokedForGood(revocations, one)),
  }];
}

/** A hold may be released. */
function isRevokedForGood(revocations: Register["revocations"], { name, issuer }: RegisteredCertificate): boolean {
  return issuer !== name && revocations.some((one) => one.certificate === name && one.released === null && one.reason !== "certificateHold");
}
