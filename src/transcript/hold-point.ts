/** A hold-point: the checkpoint that people sign when they go home in the middle of a ceremony. It seals the entries so far. */
import { CEREMONY_FORM, COUNT_FORM, DIGEST_FORM, RUN_FORM, writeNamedLines, type LineForms } from "./named-lines.ts";
import { LAYOUT } from "./layout.ts";

const HOLD_ORIGIN = "anchorite-hold/1";

export interface HoldPoint {
  /** Ceremony id, as the plan carries it. */
  readonly ceremony: string;
  readonly run: string;
  /** From 1: which hold-point of the ceremony. */
  readonly point: number;
  /** The number of the step that adjourns. */
  readonly step: number;
  /** How many entries there are up to the request that adjourned, with it. */
  readonly entries: number;
  /** SHA-256 of that entry's link line, hex. */
  readonly head: string;
}

type LineName = "origin" | "ceremony" | "run" | "hold-point" | "step" | "entries" | "head" | "outcome";

const LINES: LineForms<LineName> = [
  ["origin", HOLD_ORIGIN.replace("/", "\\/")],
  ["ceremony", CEREMONY_FORM],
  ["run", RUN_FORM],
  ["hold-point", COUNT_FORM],
  ["step", COUNT_FORM],
  ["entries", COUNT_FORM],
  ["head", DIGEST_FORM],
  ["outcome", "adjourned"],
];

/** The octets that people sign, UTF-8, LF: in the manner of seal.txt, and nothing that could be taken for one. */
export function writeHoldPoint({ ceremony, run, point, step, entries, head }: HoldPoint): Uint8Array {
  return writeNamedLines(holdPath(point), LINES, { origin: HOLD_ORIGIN, ceremony, run, "hold-point": String(point), step: String(step), entries: String(entries), head, outcome: "adjourned" });
}

/** Where the text lies in the record: `holds/01.txt`. */
export function holdPath(point: number): string {
  return `${LAYOUT.holds}/${String(point).padStart(2, "0")}.txt`;
}

/** Where a person's signature over it lies: `holds/01.alice.sig`. */
export function holdSignaturePath(point: number, person: string): string {
  return `${LAYOUT.holds}/${String(point).padStart(2, "0")}.${person}.sig`;
}

/** The person id in the path of a signature over this hold-point; undefined when it is none. */
export function holdSigner(point: number, path: string): string | undefined {
  const [own, id] = /^holds\/(\d+)\.([a-z][a-z0-9-]{0,30})\.sig$/.exec(path)?.slice(1) ?? [];
  return own === String(point).padStart(2, "0") ? id : undefined;
}
