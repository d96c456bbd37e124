/** What the entries of a record say to the session that goes on with it. */
import type { Request } from "../ceremony/request.ts";
import type { Deviation } from "../console/closing.ts";
import { isForPeople, type AttachRequest, type PeopleRequest } from "../console/people.ts";
import type { Entry } from "../transcript/chain.ts";
import { isEffect } from "../transcript/observation.ts";

export interface Past {
  /** The head after the last effect that was answered, or of the hold-point after it, hex: its words stand on paper. */
  readonly paperHead: string | null;
  /** The questions that people have answered already. */
  readonly asked: readonly (PeopleRequest | AttachRequest)[];
  readonly deviations: readonly Deviation[];
}

/** Folds the entries. They have been fed: each request is one that the core computed. */
export function pastOf(entries: readonly Entry[]): Past {
  let paperHead: string | null = null;
  let open: Request | null = null;
  const asked: (PeopleRequest | AttachRequest)[] = [];
  const deviations: Deviation[] = [];
  for (const { body, head } of entries) {
    if (body.kind === "event" && body.event.name === "deviation") deviations.push(body.event);
    if (body.kind === "request") open = body.request as unknown as Request;
    if (open?.kind === "adjourn" && body.kind === "request") paperHead = head;
    if (body.kind !== "observation" || open === null) continue;
    if (isEffect(open.kind)) paperHead = head;
    if (isForPeople(open) || open.kind === "attach") asked.push(open);
  }
  return { paperHead, asked, deviations };
}
