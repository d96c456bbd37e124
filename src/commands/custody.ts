/** Who takes the shares of wrapped keys: custodians at the terminal, or files, where a test wants nobody there. */
import { dirname, resolve } from "node:path";
import { ShareFiles } from "../console/share-files.ts";
import type { People, ShareDesk } from "../console/people.ts";
import { PracticeDesk, type StandInCustodians } from "../console/stand-in-custodians.ts";
import { Custody } from "../custody/custody.ts";
import { Fault } from "../fault.ts";
import type { Plan } from "../plan/plan.ts";
import type { Station } from "../script/station-schema.ts";

/** What custody is opened with. */
export interface CustodySource {
  readonly plan: Plan;
  readonly station: Station;
  /** The station file; its relative paths count from its folder. */
  readonly stationPath: string;
  /** Of a rehearsal: who has the shares of its practice backups. */
  readonly custodians?: StandInCustodians | undefined;
}

/** @throws Fault script-answers-refused when files stand in for custodians of anything but a test */
export function demandCustodians({ plan, station }: Pick<CustodySource, "plan" | "station">): void {
  if (station.shares !== undefined && plan.assurance !== "test") throw new Fault("script-answers-refused", `expected shares to be given to people: a folder of shares is for the assurance test, and this is ${plan.assurance}`, ["take shares out of the station, and run it at a terminal"]);
}

/** @param people null where nobody is asked any more */
export function openCustody({ station, stationPath, custodians }: CustodySource, people: People | null): Custody {
  if (custodians !== undefined && people?.source === "terminal") return new Custody(new PracticeDesk(people.shares, custodians));
  if (station.shares === undefined) return new Custody(people?.shares ?? NOBODY);
  return new Custody(new ShareFiles(resolve(dirname(resolve(stationPath)), station.shares.folder)));
}

const NOBODY: ShareDesk = {
  show: async () => refuse(),
  type: async () => refuse(),
};

function refuse(): never {
  throw new Fault("bug-unreachable", "shares are asked for after the end of a ceremony");
}
