/** The next ceremony: what a register leaves to be done, as steps of a script. */
import type { Finding } from "../fault.ts";
import type { HeldCeremony } from "../transcript/held-ceremony.ts";
import type { Register } from "../transcript/register.ts";
import { makeBundles } from "./next-bundles.ts";
import { succeed } from "./next-certificates.ts";
import { day, newDraft, useKey, type Draft } from "./next-draft.ts";
import { dueInCeremony, heldBy } from "./next-due.ts";
import { transcriptKeyOf } from "./next-script.ts";
import { listReason, makeFirstList, makeList } from "./next-lists.ts";
import { judgeRevoking, revoke, type Emergency } from "./next-revocation.ts";
import type { JudgedObligation } from "./obligation.ts";

/** What somebody asks for. */
export interface NextWish {
  /** UTC. */
  readonly at: string;
  /** Null for what is due by the policy. */
  readonly revoke: Emergency | null;
  /** Ids of obligations that notes of operators have closed. */
  readonly closed?: ReadonlySet<string>;
}

/** The ceremony; nothing, with what is due and no ceremony can do; or why it cannot be written. */
export type Next =
  | { readonly findings: readonly Finding[] }
  | { readonly findings: readonly []; readonly draft: Draft; readonly due: readonly JudgedObligation[]; readonly by: string | null };

/**
 * Puts the next ceremony together; a draft without steps where there is nothing to do.
 * @param last the ceremony before; where nobody attended that, the register says who held the one before it
 */
export function nextCeremony(register: Register, last: HeldCeremony, { at, revoke: emergency, closed = new Set() }: NextWish): Next {
  const { rotation } = register;
  if (rotation?.made === undefined) return { findings: [{ control: "ROTATION-NEXT", path: ["register", "rotation"], message: "expected a register of ceremonies whose scripts said something of rotation, found none", hint: "hold a ceremony with a field rotation: docs/schedule.md. What was made before it has to be renewed by scripts that are written by hand" }] };
  const held = last.quorum.seal.length > 0 ? last : rotation.held;
  if (held === undefined) return { findings: [{ control: "ROTATION-NEXT", path: ["register", "rotation", "held"], message: "expected the register to say who held the last ceremony with people, found nothing", hint: "write the script by hand, with a field rotation" }] };
  const revoked = emergency === null ? null : judgeRevoking(register, emergency, at);
  if (revoked !== null && "findings" in revoked) return revoked;
  const draft = newDraft(register, held, rotation.made, at, revoked?.certificate ?? null);
  const due = revoked === null ? dueInCeremony(register, at, closed) : [];
  if (revoked === null) makeWhatIsDue(draft, due);
  else revoke(draft, revoked);
  for (const { old, name } of [...draft.successions.values()]) makeFirstList(draft, old.name, name);
  makeBundles(draft);
  useKey(draft, transcriptKeyOf(draft));
  if (draft.findings.length > 0) return { findings: draft.findings };
  return { findings: [], draft, due, by: revoked === null ? heldBy(due) : null };
}

const RANK = { root: 0, subordinate: 1, cross: 2, foreign: 3, leaf: 4, transcript: 5 } as const;

/** Roots first, so that what is below the new ones finds them. */
function makeWhatIsDue(draft: Draft, due: readonly JudgedObligation[]): void {
  const lives = due.filter(({ kind }) => kind === "succeed").flatMap((one) => {
    const life = draft.lives.get(one.of);
    return life === undefined ? [] : [{ life, one }];
  });
  for (const { life, one } of lives.sort((a, b) => RANK[a.life.role] - RANK[b.life.role])) succeed(draft, life, `${one.id}: ${standing(one)}. ${dates(draft, one.of)}`);
  for (const { of, by } of due.filter(({ kind }) => kind === "crl")) makeList(draft, of, listReason(of, by));
}

function standing({ standing: word, by }: JudgedObligation): string {
  return word === "overdue" ? `OVERDUE since ${day(by)}` : `by ${day(by)}`;
}

function dates({ lives }: Draft, name: string): string {
  const life = lives.get(name);
  return `It is used from ${day(life?.switchIssuingOn ?? null)}; ${name} ends ${day(life?.notAfter ?? null)}`;
}
