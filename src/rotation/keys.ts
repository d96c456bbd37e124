/** The keys of a register as an auditor asks for them: which are parked, how old each is, and how long its records are kept. */
import { shifted } from "../plan/validity.ts";
import type { Register } from "../transcript/register.ts";

export interface KeyStanding {
  readonly key: string;
  readonly token: string;
  /** `in use`, `kept`, `parked`, and what else a register says of a key. */
  readonly state: string;
  /** SHA-256 of the SubjectPublicKeyInfo, hex: by it parked keys are disclosed every year (MRSP 3.1.3). */
  readonly spki: string;
  /** The first instant at which it is known to have been there; null for a key without a certificate. Its age counts from the ceremony that made it, which may be earlier. */
  readonly since: string | null;
  /** When the last certificate over it or by it ends; null without any. */
  readonly lastNotAfter: string | null;
  /** Until then its records are kept: two years after that (BR 5.4.3, 5.5.2). */
  readonly retainUntil: string | null;
}

const RETENTION = "P2Y";

/** Every key of a register, in its order. */
export function keyStandings({ keys, certificates }: Register): KeyStanding[] {
  return keys.map(({ key, token, state, spki }) => {
    const own = certificates.filter((one) => one.spki === spki);
    const names = new Set(own.map(({ name }) => name));
    const signed = certificates.filter(({ issuer }) => names.has(issuer));
    const since = [...own.map(({ notBefore }) => notBefore)].sort()[0] ?? null;
    const lastNotAfter = [...own, ...signed].map(({ notAfter }) => notAfter).sort().at(-1) ?? null;
    return { key, token, state, spki, since, lastNotAfter, retainUntil: lastNotAfter === null ? null : shifted(lastNotAfter, RETENTION, "after") };
  });
}
