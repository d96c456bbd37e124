/** The people of a ceremony: who they are by the plan, where they speak in the entries, and what they signed. */
import { sshFingerprint } from "../transcript/sshkey.ts";
import { sealersOf } from "../plan/approvals.ts";
import type { Plan } from "../plan/plan.ts";
import type { RecordFiles } from "../ceremony/recorded-inputs.ts";
import { LAYOUT } from "../transcript/layout.ts";
import type { Told } from "./entries.ts";

export interface ShownPerson {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  /** Of their SSH key, as ssh-keygen prints it. */
  readonly fingerprint: string;
  readonly atRollCall: boolean;
  /** How many answers stand under their name. */
  readonly answers: number;
  readonly approved: boolean;
  readonly sealed: boolean;
}

/** @param plan null where there is none: then nobody is known */
export function peopleOf(plan: Plan | null, told: Told, files: RecordFiles): ShownPerson[] {
  if (plan === null) return [];
  const paths = new Set(files.list());
  const rollCall = told.happenings.flatMap(({ answer }) => (answer?.kind === "roll-call" && answer.outcome === "answered" ? answer.present : []));
  const speakers = told.happenings.map(({ answer }) => (answer !== null && "by" in answer ? answer.by : ""));
  return sealersOf(plan).map(({ id, name, role, key }) => ({
    id, name, role, fingerprint: sshFingerprint(key.blob), atRollCall: rollCall.includes(id), answers: speakers.filter((one) => one === id).length,
    approved: paths.has(`${LAYOUT.approvals}/${id}.sig`), sealed: paths.has(`${LAYOUT.signatures}/${id}.sig`),
  }));
}

/** The name of a person by their id, the id where the plan has none. */
export function namesOf(plan: Plan | null): (id: string) => string {
  const names = new Map((plan?.people ?? []).map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}
