/** Resolving the steps that back up, restore and destroy a key, against the register [RESTORE-LINEAGE, DESTROY-EVERYWHERE]. */
import { sha256Hex } from "../bytes/digest.ts";
import { fromHex, toHex } from "../bytes/hex.ts";
import type { StepOf as ScriptStep } from "../script/step-schema.ts";
import type { Register, RegisteredBackup, RegisteredKey } from "../transcript/register.ts";
import { certificateClaim, readCertificate } from "../x509/certificate-reading.ts";
import type { PlannedDestruction, PlannedPlace } from "./backed-up.ts";
import { restoredTemplates } from "./key-template.ts";
import type { PlannedStep } from "./plan.ts";
import { plannedInput, type Resolving } from "./resolving.ts";

/** Shares are numbered in the order in which the script names their custodians. */
export function resolveBackup({ judgement }: Resolving, step: ScriptStep<"back-up-key">, number: number): PlannedStep {
  judgement.take(["BACKUP-WRAP", "BACKUP-CUSTODIANS"], []);
  const { backup, key, threshold, custodians } = step;
  return { number, rule: "back-up-key@1", backup, key, threshold, shares: custodians.map((by, i) => ({ by, number: i + 1 })) };
}

/** The planned step; null when a finding says why there is none. */
export function resolveRestoration(resolving: Resolving, step: ScriptStep<"restore-key">, number: number): PlannedStep | null {
  const { judgement, register, inputs } = resolving;
  judgement.take(["RESTORED-PROOF"], []);
  const key = register?.keys.find((one) => one.key === step.key);
  const from = register?.backups?.find((one) => one.backup === step.from);
  const blob = inputs.get(step.blob);
  const known = judgement.judge("RESTORE-LINEAGE", [...step.path, "from"], from?.key === step.key, `expected a backup of ${step.key} in the register, found ${from === undefined ? "none" : `one of ${from.key}`} by the name ${step.from}`, `backups of this key: ${backupsOf(register, step.key).join(", ") || "none"}`);
  if (register === null || key === undefined || from === undefined || !known || !(blob instanceof Uint8Array)) return null;
  judgement.judge("RESTORE-LINEAGE", [...step.path, "key"], key.state === "in use" || key.state === "kept", `expected a key that may be used, found ${key.key}, which ${key.state === "destroyed" ? "was destroyed" : "is parked"}`, "a key that was destroyed or parked is not brought back; generate another");
  judgement.judge("RESTORE-LINEAGE", [...step.path, "blob"], sha256Hex(blob) === from.sha256, `expected the blob with the SHA-256 ${from.sha256}, by the register, found ${sha256Hex(blob)}`, `it lies at artifacts/${from.path} in the record of the ceremony that made the backup`);
  const spki = judgeCertified(resolving, register, step, { key, from });
  judgeShares(resolving, step, from);
  const { algorithm, signature } = key;
  return {
    number, rule: "restore-key@1", key: step.key, token: step.token, algorithm, signature, backup: step.backup, from: step.from, file: plannedInput(step.blob, blob), blob: toHex(blob), mechanism: from.mechanism,
    checkValue: from.checkValue, threshold: from.threshold, shares: Object.entries(step.shares).map(([by, share]) => ({ by, number: share })), spki: toHex(spki), ...restoredTemplates(step.backup, key.alwaysAuthenticate === true),
  };
}

function backupsOf(register: Register | null, key: string): string[] {
  return (register?.backups ?? []).filter((one) => one.key === key).map(({ backup }) => backup);
}

/** The public key that the restored key must have: that of the register, of its backup and of each certificate over it; a root's own signature is verified again. */
function judgeCertified({ judgement, claims }: Resolving, register: Register, { path }: ScriptStep<"restore-key">, { key, from }: { readonly key: RegisteredKey; readonly from: RegisteredBackup }): Uint8Array {
  const spki = fromHex(from.spki);
  const place = [...path, "key"];
  judgement.judge("RESTORE-LINEAGE", place, sha256Hex(spki) === key.spki, `expected the backup ${from.backup} to be of the key with the SPKI SHA-256 ${key.spki}, found ${sha256Hex(spki)}`);
  for (const one of register.certificates.filter((certificate) => certificate.key === key.key && certificate.der !== "")) {
    const facts = readCertificate(fromHex(one.der));
    judgement.judge("RESTORE-LINEAGE", place, sha256Hex(facts.spki) === key.spki, `expected ${one.name} to be over ${key.key}, found another key in it`);
    if (one.issuer !== one.name || one.claimed === true) continue;
    claims.push({ claim: certificateClaim(`the certificate ${one.name} of the register`, facts, facts.spki), otherwise: { control: "RESTORE-LINEAGE", path: place, message: `the signature of ${one.name} does not verify under the key that is restored`, hint: "do not go on with this register: look at the records with anchorite history" } });
  }
  return spki;
}

function judgeShares({ judgement }: Resolving, { path, shares }: ScriptStep<"restore-key">, { backup, threshold, shares: given }: RegisteredBackup): void {
  const place = [...path, "shares"];
  const numbers = Object.values(shares);
  judgement.judge("BACKUP-CUSTODIANS", place, numbers.length >= threshold, `expected ${threshold} shares of ${backup} at least, found ${numbers.length}`);
  const strange = numbers.filter((number) => !given.some((one) => one.number === number));
  judgement.judge("BACKUP-CUSTODIANS", place, strange.length === 0, `expected shares of ${backup}, numbered ${given.map(({ number }) => number).join(", ")}, found ${strange.join(", ")}`);
}

/** The planned step; null when a finding says why there is none. */
export function resolveDestruction({ judgement, register, script }: Resolving, step: ScriptStep<"destroy-key">, number: number): PlannedStep | null {
  const key = register?.keys.find((one) => one.key === step.key);
  if (key === undefined) return null;
  const gone = step.gone ?? [];
  const all = placesOf(key);
  judgement.judge("DESTROY-EVERYWHERE", [...step.path, "key"], key.state !== "destroyed", `expected a key that is there, found ${key.key}, which was destroyed`);
  const missing = all.filter(({ token }) => !Object.hasOwn(script.tokens, token) && !gone.includes(token)).map(({ token }) => token);
  judgement.judge("DESTROY-EVERYWHERE", [...step.path, "key"], missing.length === 0, `expected every token that holds ${step.key} by the register, found ${missing.join(", ")} left out`, "name the token under tokens and inspect it; or, where nobody will reach it again, under gone of this step");
  const strange = gone.filter((token) => !all.some((place) => place.token === token));
  judgement.judge("DESTROY-EVERYWHERE", [...step.path, "gone"], strange.length === 0, `expected tokens that hold ${step.key} by the register, found ${strange.join(", ")}`);
  const planned: PlannedDestruction = { key: step.key, spki: key.spki, places: all.filter(({ token }) => !gone.includes(token)), gone, remains: backupsOf(register, step.key) };
  return { number, rule: "destroy-key@1", ...planned };
}

/** Every token that holds a key, by the register. */
export function placesOf({ token, serial, id, label, copies = [] }: RegisteredKey): PlannedPlace[] {
  const there = copies.filter(({ state }) => state === "there" || state === "parked");
  return [{ token, serial, id, label }, ...there.map((one) => ({ token: one.token, serial: one.serial, id: one.id, label: one.label }))];
}
