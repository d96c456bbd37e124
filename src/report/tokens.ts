/** What was on each token when it was first looked at, and when it was last: before and after. */
import type { Header } from "../transcript/entry.ts";
import type { AnswerTo, TokenIdentity, TokenObject } from "../transcript/observation.ts";
import type { Told } from "./entries.ts";

export interface ShownToken {
  readonly token: string;
  /** Null where it was never looked at, or that is withheld. */
  readonly identity: TokenIdentity | null;
  /** SHA-256 of the PKCS#11 module, hex. */
  readonly module: string;
  /** Entries of the first look and of the last. */
  readonly looks: readonly [number, number] | null;
  readonly objects: readonly ShownObject[];
}

/** An object and whether it was there before and after. */
export interface ShownObject {
  readonly object: TokenObject;
  readonly state: "appeared" | "stayed" | "vanished" | "changed";
}

type Look = Extract<AnswerTo<"inspect-token">, { outcome: "answered" }>;

/** The tokens that entry 0 names, in its order. */
export function tokensOf(header: Header | null, { happenings }: Told): ShownToken[] {
  return (header?.tokens ?? []).map(({ token, module }) => {
    const looks = happenings.flatMap(({ seq, request, answer }): { seq: number; look: Look }[] =>
      request?.["token"] === token && answer?.kind === "inspect-token" && answer.outcome === "answered" ? [{ seq, look: answer }] : []);
    const [first, last] = [looks[0], looks[looks.length - 1]];
    if (first === undefined || last === undefined) return { token, module, identity: null, looks: null, objects: [] };
    return { token, module, identity: last.look.identity, looks: [first.seq, last.seq], objects: compared(first.look.objects, last.look.objects) };
  });
}

const nameOf = ({ class: kind, id, label }: TokenObject): string => `${kind} ${id} ${label}`;

function compared(before: readonly TokenObject[], after: readonly TokenObject[]): ShownObject[] {
  const old = new Map(before.map((object) => [nameOf(object), object]));
  const now = new Set(after.map(nameOf));
  const present = after.map((object): ShownObject => {
    const was = old.get(nameOf(object));
    return { object, state: was === undefined ? "appeared" : JSON.stringify(was) === JSON.stringify(object) ? "stayed" : "changed" };
  });
  return [...present, ...before.filter((object) => !now.has(nameOf(object))).map((object): ShownObject => ({ object, state: "vanished" }))];
}
