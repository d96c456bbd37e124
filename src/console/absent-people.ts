/** Nobody: in a scheduled run the host's clock is asked, and whatever else people would be asked is asked of the standing approval, in the core. */
import { Fault } from "../fault.ts";
import type { Observation } from "../transcript/observation.ts";
import { NO_SHARES } from "./answered-people.ts";
import { NoTerminal } from "./no-terminal.ts";
import type { Moment, NamedFiles, People, PeopleRequest } from "./people.ts";

export class AbsentPeople extends NoTerminal implements People {
  readonly source = "standing";
  readonly shares = NO_SHARES;

  async answer(request: PeopleRequest, { now }: Moment): Promise<Observation> {
    if (request.kind === "time") return { kind: "time", outcome: "answered", instant: now, attestedBy: [] };
    // the room asks who is here before it asks for the time
    if (request.kind === "present") return { kind: "present", outcome: "answered", present: [] };
    throw new Fault("bug-unreachable", `a scheduled run asks people for ${request.kind}`);
  }

  async attach(): Promise<NamedFiles> {
    throw new Fault("bug-unreachable", "a scheduled run asks people for files");
  }

  async askHead(): Promise<boolean> {
    throw new Fault("bug-unreachable", "a scheduled run asks for words on paper");
  }
}
