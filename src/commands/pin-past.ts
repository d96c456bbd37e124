/** What a record says of PINs before this process: which were set anew, and how many wrong ones a token was given since the last good one. */
import type { Entry } from "../transcript/chain.ts";
import type { RequestOf } from "../ceremony/request.ts";

/** A PIN of a token. */
interface WhichPin {
  readonly token: string;
  readonly role: "user" | "so";
}

export interface PinsBefore {
  readonly changed: readonly WhichPin[];
  /** Only those with a wrong one. Where the event does not say whose PIN it was, it is taken for the user's, as most are. */
  readonly wrong: readonly (WhichPin & { readonly times: number })[];
}

/** Reads the entries in their order. */
export function pinsBefore(entries: readonly Entry[]): PinsBefore {
  const changed: WhichPin[] = [];
  const wrong = new Map<string, WhichPin & { times: number }>();
  const wrongOf = ({ token, role }: WhichPin) => {
    const one = wrong.get(`${role} ${token}`) ?? { token, role, times: 0 };
    wrong.set(`${role} ${token}`, one);
    return one;
  };
  let asked: RequestOf<"set-pin"> | null = null;
  for (const { body } of entries) {
    if (body.kind === "request") asked = body.request.kind === "set-pin" ? (body.request as unknown as RequestOf<"set-pin">) : null;
    if (body.kind === "observation" && body.observation.kind === "set-pin" && body.observation.outcome === "done" && asked !== null) changed.push({ token: asked.token, role: asked.role });
    if (body.kind === "event" && body.event.name === "login-refused") wrongOf({ role: "user", ...body.event }).times++;
    if (body.kind === "event" && body.event.name === "login") wrongOf(body.event).times = 0;
  }
  return { changed, wrong: [...wrong.values()].filter(({ times }) => times > 0) };
}
