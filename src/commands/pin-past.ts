/** What a record says of PINs before this process: which were set anew, and how many wrong ones a token was given since the last good one. */
import type { Entry } from "../transcript/chain.ts";
import type { RequestOf } from "../ceremony/request.ts";

export interface PinsBefore {
  readonly changed: readonly { readonly token: string; readonly role: "user" | "so" }[];
  /** By token; whose PIN it was the event does not say, and most are the user's. */
  readonly wrong: ReadonlyMap<string, number>;
}

/** Reads the entries in their order. */
export function pinsBefore(entries: readonly Entry[]): PinsBefore {
  const changed: { token: string; role: "user" | "so" }[] = [];
  const wrong = new Map<string, number>();
  let asked: RequestOf<"set-pin"> | null = null;
  for (const { body } of entries) {
    if (body.kind === "request") asked = body.request.kind === "set-pin" ? (body.request as unknown as RequestOf<"set-pin">) : null;
    if (body.kind === "observation" && body.observation.kind === "set-pin" && body.observation.outcome === "done" && asked !== null) changed.push({ token: asked.token, role: asked.role });
    if (body.kind === "event" && body.event.name === "login-refused") wrong.set(body.event.token, (wrong.get(body.event.token) ?? 0) + 1);
    if (body.kind === "event" && body.event.name === "login") wrong.set(body.event.token, 0);
  }
  return { changed, wrong };
}
