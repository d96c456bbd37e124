/** What a ceremony asks of people, whoever answers: a terminal, or a file of answers. */
import type { Request, RequestOf } from "../ceremony/request.ts";
import type { Fault } from "../fault.ts";
import type { Event } from "../transcript/entry.ts";
import type { Observation } from "../transcript/observation.ts";

type AskedOfPeople = "roll-call" | "time" | "present" | "read-back" | "confirm" | "act" | "double-entry" | "decide" | "deviation";

/** Randomness by dice, rolled and typed by people. */
export type DiceRequest = RequestOf<"draw"> & { readonly source: "dice" };
export type PeopleRequest = RequestOf<AskedOfPeople> | DiceRequest;

const ASKED_OF_PEOPLE: ReadonlySet<string> = new Set<AskedOfPeople>(["roll-call", "time", "present", "read-back", "confirm", "act", "double-entry", "decide", "deviation"]);

/** Files that people bring; the room copies them. */
export type AttachRequest = RequestOf<"attach">;

/** Whether people answer this request; all others go to the token, the host or the disk. */
export function isForPeople(request: Request): request is PeopleRequest {
  return ASKED_OF_PEOPLE.has(request.kind) || (request.kind === "draw" && request.source === "dice");
}

export interface Person {
  /** As in the script and the record: `alice`. */
  readonly id: string;
  readonly name: string;
  /** administrator, operator, custodian, witness, auditor. */
  readonly role: string;
}

/** What people see when a step begins, and read on the printed procedure. */
export interface StepPage {
  /** From 1, as on the printed procedure. */
  readonly number: number;
  /** `generate-key-pair`. */
  readonly kind: string;
  /** The part of the ceremony that the step belongs to, from 1. */
  readonly act: { readonly number: number; readonly of: number; readonly name: string };
  /** What the step does, a line each. */
  readonly title: readonly string[];
  /** Who speaks, or does it, unless somebody else of that role is here: an id. */
  readonly speaker: string;
  /** Read aloud before anything is done. */
  readonly readAloud?: string;
  /** What people do outside the tool. */
  readonly deed?: string;
  /** What is where afterwards, and what has to be where before. */
  readonly places: readonly string[];
  /** What cannot be undone. */
  readonly irreversible?: string;
  /** What it means when it fails. */
  readonly failure?: string;
  /** Typed before it is done. */
  readonly word?: string;
  /** Names of values that are typed twice. */
  readonly typed: readonly string[];
  /** Who types words back, and of what. */
  readonly readBacks: readonly { readonly by: string; readonly of: string }[];
  /** The tokens that are used. */
  readonly tokens: readonly string[];
  /** How often something happens on a token when nothing goes wrong: so many heads are written down. */
  readonly effects: number;
  /** The first step that leaves something for good. */
  readonly isFirstEffect: boolean;
  /** Estimated. */
  readonly minutes: number;
}

/** What the console needs of a plan: facts and texts, nothing to decide. */
export interface Briefing {
  /** The ceremony's title. */
  readonly ceremony: string;
  readonly assurance: "test" | "software-keys" | "production";
  /** Whether nothing of it counts: then REHEARSAL stands on every screen. */
  readonly isRehearsal: boolean;
  /** SHA-256 of plan.json, hex. */
  readonly planDigest: string;
  readonly people: readonly Person[];
  /** What is lacking, in words, when only these people are here at roll call; null where they are enough. */
  readonly lacksAtRollCall: (present: readonly string[]) => string | null;
  readonly steps: readonly StepPage[];
}

/** A token as it is at a moment. */
export interface TokenStanding {
  readonly token: string;
  /** Null while it has none that is known. */
  readonly serial: string | null;
  readonly loggedIn: boolean;
}

/** What people have written down at a prompt, beside the questions. */
export type Said = Extract<Event, { readonly name: "left" | "joined" | "paused" | "continued" | "note" | "deviation" }>;

/** What the shell knows at the moment of a question. */
export interface Moment {
  /** The host's clock, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly now: string;
  /** Ids of those here, from roll call and attendance; empty before roll call. */
  readonly present: readonly string[];

  /** Writes it into the record; who is here follows from it, and a break logs out of every token. */
  say(said: Said): Promise<void>;

  /** Nobody typed anything for so many minutes: logs out of every token. @returns whether anybody was logged in */
  idle(minutes: number): Promise<boolean>;
}

/** Who ended the ceremony, and why. */
export interface Stopped {
  readonly by: string;
  readonly reason: string;
}

/** A share, as the papers of custodians name it. */
export interface ShareSlip {
  readonly backup: string;
  /** What all shares of it have in common, 10 hex digits. */
  readonly set: string;
  readonly by: string;
  readonly number: number;
  readonly of: number;
  readonly threshold: number;
  /** `take again`: what was typed before did not come to the secret. */
  readonly purpose: "give" | "take" | "take again";
}

/** Where custodians are alone with their shares. Nothing that is shown or typed there is kept. */
export interface ShareDesk {
  /** Shows the lines of a share to its custodian, who writes them down. @returns who ended it, or null */
  show(slip: ShareSlip, lines: readonly string[]): Promise<Stopped | null>;
  /**
   * Has a custodian type so many lines. Each is judged at once: `true`, or what is wrong with it, and it is typed again.
   * @returns `show again` where a share is given and its custodian wants to see it once more
   */
  type(slip: ShareSlip, count: number, judge: (line: number, typed: string) => true | string): Promise<readonly string[] | "show again" | Stopped>;
}

/** Who brings which files, in the order in which they were asked for: paths on this host, or the octets of what stands in for a file. */
export interface NamedFiles {
  readonly kind: "named";
  readonly by: string;
  readonly files: readonly (string | Uint8Array)[];
}

export interface People {
  /** The record says who answered: people, a file, the stand-ins of a rehearsal, or, where nobody is there, a standing approval. */
  readonly source: "terminal" | "answers" | "stand-ins" | "standing";

  /**
   * Puts one request to the people. A person's `:stop` is an observation (`stopped`), not a fault.
   * @throws Fault person-interrupted when the terminal is left in the middle of a question; nothing is recorded then, and
   *   running again asks again
   * @throws Fault usage-answers when a file's answers run out or do not fit
   */
  answer(request: PeopleRequest, context: Moment): Promise<Observation>;

  /**
   * Asks where each file of an act lies on this host. A person's `:stop` is an observation, as above.
   * @throws Fault as `answer` does
   */
  attach(request: AttachRequest, context: Moment): Promise<NamedFiles | Observation>;

  /**
   * After every effect: shows the first four words of the head, which are written on the printed procedure.
   * @param seq number of the entry that the head stands for
   * @param head SHA-256 of its link line, hex
   */
  showHead(seq: number, head: string): Promise<void>;

  /** On resume: asks for the four words from paper. Whether they are those of this head (hex). */
  askHead(head: string): Promise<boolean>;

  /**
   * Something that left no trace on a token went wrong: no token, a wrong PIN. Only people say what then: try again, leave the
   * run to go on another day, or end the ceremony without that token.
   * @param fault to be shown, with its hints
   */
  afterFault(fault: Fault, context: Moment): Promise<"again" | "leave" | Stopped>;

  /**
   * Fewer people are here than the next act needs. Returns when people say that somebody came back, or end the ceremony.
   * @param missing what the quorum asks for, in words
   */
  gather(missing: string, context: Moment): Promise<"go on" | Stopped>;

  /** Where custodians are alone with their shares. */
  readonly shares: ShareDesk;

  /** A new step begins. */
  begin(page: StepPage): void;

  /** One line of talk. */
  tell(line: string): void;

  close(): void;
}

const DOERS: ReadonlySet<string> = new Set(["operator", "administrator"]);

/** Who does an irreversible act unless somebody else says so: the first operator or administrator present, else the first present. */
export function doerOf(briefing: Briefing, present: readonly string[]): Person | undefined {
  const here = peopleHere(briefing, present);
  return here.find((person) => DOERS.has(person.role)) ?? here[0];
}

/** The people present in the script's order; before roll call everybody may be meant. */
export function peopleHere(briefing: Briefing, present: readonly string[]): readonly Person[] {
  return present.length === 0 ? briefing.people : briefing.people.filter((person) => present.includes(person.id));
}

/** The observation that a person ended the ceremony at this prompt. */
export function stoppedBy(kind: PeopleRequest["kind"] | "attach", by: string, reason: string): Observation {
  return { kind, outcome: "stopped", by, reason };
}
