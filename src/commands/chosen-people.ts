/** Who answers in a session: people at the terminal, a file, the stand-ins of a rehearsal, or a standing approval where nobody is there. */
import { AbsentPeople } from "../console/absent-people.ts";
import { AnsweredPeople } from "../console/answered-people.ts";
import type { AttachRequest, Briefing, People, PeopleRequest, TokenStanding } from "../console/people.ts";
import { StandInPeople } from "../console/stand-in-people.ts";
import { idleMinutesOf } from "../script/station-schema.ts";
import { talk } from "./output.ts";
import type { SessionSource } from "./session.ts";

/**
 * @param asked the people's questions that the record answers already
 * @param tokens those of the station as they are
 */
export async function chosenPeople({ answers, plain, station, custodians }: Pick<SessionSource, "answers" | "plain" | "station" | "custodians">, briefing: Briefing, asked: readonly (PeopleRequest | AttachRequest)[], tokens: () => readonly TokenStanding[]): Promise<People> {
  if (answers === "standing") return new AbsentPeople(briefing, talk);
  if (answers === "stand-ins") return new StandInPeople(briefing, talk, custodians);
  if (answers !== null) return new AnsweredPeople(briefing, answers, talk, asked);
  const { TerminalPeople } = await import("../console/terminal.ts");
  return new TerminalPeople(briefing, { tokens, idleMinutes: idleMinutesOf(station), plain });
}

/** Who answers, as the events of a record say it. */
export function answersWord({ source }: Pick<People, "source">): "terminal" | "file" | "stand-ins" | "standing" {
  return source === "answers" ? "file" : source;
}
