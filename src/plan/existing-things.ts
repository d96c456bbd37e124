/** What a plan uses that exists already, keys and certificates: what stand-ins take the place of when it is rehearsed. */
import { sha256Hex } from "../bytes/digest.ts";
import { toUtf8 } from "../bytes/text.ts";
import type { ShareHolder } from "../ceremony/request.ts";
import type { Register } from "../transcript/register.ts";
import type { KeyAlgorithm, Mechanism } from "../x509/algorithm.ts";
import type { Plan, PlannedKey } from "./plan.ts";

type KeyBackup = PlannedKey["backup"];

/** A key that is on a token before the ceremony, and how it is found there. */
export interface ExistingKey {
  readonly key: string;
  readonly token: string;
  readonly algorithm: KeyAlgorithm;
  readonly signature: Mechanism;
  /** It decides the template. */
  readonly backup: KeyBackup;
  /** Whether it wants its PIN at each signature. */
  readonly alwaysAuthenticate: boolean;
  /** CKA_ID, hex, and CKA_LABEL. */
  readonly id: string;
  readonly label: string;
  /** SHA-256 of the SubjectPublicKeyInfo, hex; empty for an adopted key, whose certificate says it. */
  readonly spki: string;
}

/** A certificate that is there before the ceremony. */
export interface ExistingCertificate {
  readonly name: string;
  /** Hex. */
  readonly der: string;
  readonly ca: boolean;
  readonly profile: string;
  /** The key that it is over, where that is stood in for; null for any other. */
  readonly key: string | null;
  /** The name of the issuer's certificate; empty for another CA. */
  readonly issuer: string;
}

/** A backup by which the ceremony restores a key, and who brings its shares. */
export interface ExistingBackup {
  readonly backup: string;
  readonly key: string;
  readonly threshold: number;
  readonly shares: readonly ShareHolder[];
}

const ID_DIGITS = 40;

/** The keys that the ceremony may find on its tokens, and those that it restores from elsewhere, each once. @param registers that of each pack, in the order of the plan */
export function existingKeys({ tokens, steps }: Plan, registers: readonly Register[]): ExistingKey[] {
  const own = new Set(tokens.map(({ token }) => token));
  const [restored, destroyed] = [new Set(keysOf(steps, "restore-key@1")), new Set(keysOf(steps, "destroy-key@1"))];
  const registered = registers.flatMap(({ keys }) => keys).filter(({ key, token, state }) => restored.has(key) || (own.has(token) && state !== "destroyed" && (state !== "parked" || destroyed.has(key))));
  const adopted = steps.flatMap((step): ExistingKey[] => {
    if (step.rule !== "adopt@1") return [];
    const { key, token, algorithm, signature, find: { id, label } } = step;
    return [{ key, token, algorithm, signature, backup: "none", alwaysAuthenticate: false, id: id ?? sha256Hex(toUtf8(label ?? key)).slice(0, ID_DIGITS), label: label ?? "", spki: "" }];
  });
  const found = [...registered.map(({ key, token, algorithm, signature, backup, alwaysAuthenticate = false, id, label, spki }) => ({ key, token, algorithm, signature, backup, alwaysAuthenticate, id, label, spki })), ...adopted];
  return [...new Map(found.map((one) => [one.key, one])).values()];
}

function keysOf(steps: Plan["steps"], rule: "restore-key@1" | "destroy-key@1"): string[] {
  return steps.flatMap((step) => (step.rule === rule && "key" in step ? [step.key] : []));
}

/** The backups by which keys are restored, each once, with everybody who may bring a share of it. */
export function existingBackups({ steps }: Plan): ExistingBackup[] {
  const found = new Map<string, ExistingBackup>();
  for (const step of steps) {
    if (step.rule !== "restore-key@1") continue;
    const before = found.get(step.from)?.shares ?? [];
    const more = step.shares.filter(({ number }) => !before.some((one) => one.number === number));
    found.set(step.from, { backup: step.from, key: step.key, threshold: step.threshold, shares: [...before, ...more] });
  }
  return [...found.values()];
}

/** The certificates of the registers and those that steps bring, each once; those of folders of requests are known by their keys only. */
export function existingCertificates({ steps }: Plan, registers: readonly Register[], keys: readonly ExistingKey[]): ExistingCertificate[] {
  const own = new Set<string | null>(keys.map(({ key }) => key));
  const registered = registers.flatMap(({ certificates }) => certificates).filter(({ der }) => der !== "");
  const brought = steps.flatMap((step): ExistingCertificate[] => {
    if (step.rule === "accept-certificate@1") return [{ name: step.certificate, der: step.certificates[0] ?? "", ca: step.ca, profile: "accepted", key: step.key, issuer: "" }];
    if (step.rule !== "adopt@1") return [];
    const { ca, key, issuer, issued, profile } = step;
    const adopted = { name: ca.certificate, der: ca.der, ca: true, profile, key, issuer };
    return [adopted, ...issued.map((one) => ({ name: one.certificate, der: one.der, ca: one.ca, profile: "claimed", key: null, issuer: ca.certificate }))];
  });
  const found = [...registered.map(({ name, der, ca, profile, key, issuer }) => ({ name, der, ca, profile, key, issuer })), ...brought];
  return [...new Map(found.map((one) => [one.name, { ...one, key: own.has(one.key) ? one.key : null }])).values()];
}
