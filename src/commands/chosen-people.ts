/** Who answers in a session: people at the terminal, a file, or the stand-ins of a rehearsal. */
import { AnsweredPeople } from "../console/answered-people.ts";
import type { Answers } from "../console/answers.ts";
import type { AttachRequest, Briefing, People, PeopleRequest } from "../console/people.ts";
import { StandInPeople } from "../console/stand-in-people.ts";
import { talk } from "./output.ts";

/** @param asked the people's questions that the record answers already */
export async function chosenPeople(briefing: Briefing, answers: Answers | "stand-ins" | null, asked: readonly (PeopleRequest | AttachRequest)[]): Promise<People> {
  if (answers === "stand-ins") return new StandInPeople(briefing, talk);
  if (answers !== null) return new AnsweredPeople(briefing, answers, talk, asked);
  const { TerminalPeople } = await import("../console/terminal.ts");
  return new TerminalPeople(briefing);
}

/** Who answers, as the events of a record say it. */
export function answersWord({ source }: Pick<People, "source">): "terminal" | "file" | "stand-ins" {
  return source === "answers" ? "file" : source;
}
