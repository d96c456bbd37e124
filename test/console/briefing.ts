import type { Briefing, Moment, Said, StepPage } from "../../src/console/people.ts";

/** A page with nothing but its number, its kind and its title. */
export function pageOf(page: Pick<StepPage, "number" | "kind" | "title"> & Partial<StepPage>): StepPage {
  return { act: { number: 1, of: 2, name: "Opening" }, speaker: "alice", places: [], typed: [], readBacks: [], tokens: [], effects: 0, isFirstEffect: false, minutes: 4, ...page };
}

/** A small ceremony of three people for the tests of the console. */
export const briefing: Briefing = {
  ceremony: "Example Factory root of trust",
  assurance: "test", isRehearsal: false,
  planDigest: `e58294f2${"00".repeat(28)}`,
  lacksAtRollCall: (present) => (present.length === 1 ? "1 of administrator" : null),
  people: [
    { id: "dan", name: "Dan Example", role: "witness" },
    { id: "alice", name: "Alice Example", role: "administrator" },
    { id: "bob", name: "Bob Example", role: "operator" },
  ],
  steps: [
    pageOf({ number: 1, kind: "roll-call", title: ["Who is here"] }),
    pageOf({ number: 2, kind: "generate-key-pair", title: ["Generate the key pair factory-root on token vault"], readAloud: "I am generating the root key. It can never leave this token.", act: { number: 2, of: 2, name: "Keys" }, irreversible: "The key exists from then on.", failure: "It is parked." }),
    pageOf({ number: 3, kind: "act", title: ["Open the safe"], deed: "Open the safe and take out the card." }),
  ],
};

/** What the record is told at a prompt. */
export interface Told extends Moment {
  readonly told: (Said | { readonly idle: number })[];
}

/** A moment with everybody here, which follows what people say. */
export function momentOf(present: readonly string[] = ["dan", "alice", "bob"], isLoggedIn = false): Told {
  const told: Told["told"] = [];
  let here = present;
  return {
    told, now: "2026-11-20T10:42:07Z",
    get present() { return here; },
    say: async (said) => {
      told.push(said);
      if ("present" in said) here = said.present;
    },
    idle: async (minutes) => (told.push({ idle: minutes }), isLoggedIn),
  };
}

export const moment = momentOf();
