/** The fold: from the files of a record and what replaying them gave to all that a page shows. It depends on nothing from outside. */
import type { RecordFiles } from "../ceremony/recorded-inputs.ts";
import type { Replayed } from "../ceremony/replay.ts";
import type { Sealed } from "../ceremony/sealed.ts";
import { Fault } from "../fault.ts";
import type { Plan } from "../plan/plan.ts";
import type { Header } from "../transcript/entry.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { readRegister, type Register } from "../transcript/register.ts";
import { addedTo, type ShownAddendum } from "./added.ts";
import { certificateTrees, type ShownCertificate } from "./certificates.ts";
import { checksOf, type Checks } from "./checks.ts";
import { deviationsOf, type Deviation } from "./deviations.ts";
import { toldBy, type Told } from "./entries.ts";
import { evidenceOf, type Evidence } from "./evidence.ts";
import { namesOf, peopleOf, type ShownPerson } from "./people.ts";
import type { NameOf } from "./sentences.ts";
import { actsOf, type Act } from "./timeline.ts";
import { tokensOf, type ShownToken } from "./tokens.ts";

export interface ReportFacts {
  readonly header: Header | null;
  readonly plan: Plan | null;
  readonly planDigest: string;
  /** Null where there is none that can be read: a ceremony that has not ended. */
  readonly register: Register | null;
  readonly head: string;
  /** SHA-256 of seal.txt, hex; empty where there is none. */
  readonly sealDigest: string;
  readonly openedAt: string;
  readonly closedAt: string;
  /** What the ceremony says of its end; null where it has not ended. */
  readonly outcome: "done" | "stopped" | null;
  readonly told: Told;
  readonly acts: readonly Act[];
  readonly deviations: readonly Deviation[];
  readonly trees: readonly ShownCertificate[];
  readonly evidence: readonly Evidence[];
  readonly people: readonly ShownPerson[];
  readonly tokens: readonly ShownToken[];
  readonly addenda: readonly ShownAddendum[];
  readonly checks: Checks;
  readonly nameOf: NameOf;
}

export function factsOf(files: RecordFiles, replayed: Replayed, sealed: Sealed): ReportFacts {
  const { header, plan, planDigest, ending } = replayed;
  const told = toldBy(files.read(LAYOUT.transcript) ?? new Uint8Array());
  const nameOf = namesOf(plan);
  const register = registerIn(files);
  return {
    header, plan, planDigest, register, told, nameOf, head: replayed.end.head, sealDigest: sealed.sealDigest, openedAt: replayed.openedAt, closedAt: replayed.closedAt, outcome: ending?.outcome ?? null,
    acts: actsOf(plan, planDigest, told), deviations: deviationsOf(plan, told, ending?.exceptions ?? [], nameOf), trees: register === null ? [] : certificateTrees(files, register),
    evidence: evidenceOf(plan, told, replayed.controls), people: peopleOf(plan, told, files), tokens: tokensOf(header, told), addenda: addedTo(files), checks: checksOf(files, replayed, sealed),
  };
}

function registerIn(files: RecordFiles): Register | null {
  try {
    return readRegister(files.read(`${LAYOUT.artifacts}/register.json`) ?? new Uint8Array());
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}
