/** What the register keeps of rotation after a ceremony: of things that were not made nothing is said. */
import type { Plan } from "../plan/plan.ts";
import type { HeldCeremony } from "../transcript/held-ceremony.ts";
import type { Threshold } from "../transcript/quorum.ts";
import type { Register } from "../transcript/register.ts";
import type { RotationMade } from "../transcript/rotation-made.ts";
import { nextPolicy, type RotationPolicy } from "../transcript/rotation-policy.ts";
import type { Course } from "./course.ts";

/** A certificate that a stopped ceremony did not come to follows nothing; and how it would have been made is not how anything was. */
export function rotationOf(course: Course): Pick<Register, "rotation"> {
  const { plan, register, certificates } = course;
  const policy = nextPolicy(register?.rotation, plan.rotation === undefined ? undefined : { ...plan.rotation, ...madeOf(course, plan.rotation), held: heldCeremony(plan) });
  if (policy === undefined) return {};
  const known = new Set([...certificates.keys(), ...(register?.certificates ?? []).map(({ name }) => name)]);
  return { rotation: { ...policy, successors: Object.fromEntries(Object.entries(policy.successors).filter(([name]) => known.has(name))) } };
}

/** A ceremony that nobody attends says nothing of rotation: who is asked for the next one is who held the last. */
function heldCeremony({ title, dice, video, people, quorum, steps }: Plan): HeldCeremony {
  const { seal, effects, approval } = quorum;
  const seats = (thresholds: readonly Threshold[]) => thresholds.map(({ count, role }) => ({ count, role }));
  const transcriptKey = steps.flatMap((step) => (step.rule === "close@1" ? [step.transcriptKey] : []))[0] ?? null;
  return { title, dice, ...(video === undefined ? {} : { video }), people: people.map((one) => ({ ...one })), quorum: { seal: seats(seal), effects: seats(effects), approval: seats(approval) }, transcriptKey };
}

function madeOf({ certificates, crls, bundles, requests }: Course, { made }: RotationPolicy): Pick<RotationPolicy, "made"> {
  if (made === undefined) return {};
  const lists = new Set([...crls.keys()].map((name) => name.split("/")[0]));
  const exported = new Set(bundles.map(({ bundle }) => bundle));
  const only = <T>(all: Record<string, T>, isMade: (name: string) => boolean): Record<string, T> => Object.fromEntries(Object.entries(all).filter(([name]) => isMade(name)));
  const done: RotationMade = {
    ...made, certificates: only(made.certificates, (name) => certificates.has(name)), crls: only(made.crls, (name) => lists.has(name)),
    bundles: only(made.bundles, (name) => exported.has(name)), requests: only(made.requests, (name) => requests.has(name)),
  };
  return { made: done };
}
