/** A note that an obligation of a register is done: a short text in the manner of seal.txt, signed by an operator. */
import { CEREMONY_FORM, INSTANT_FORM, readNamedLines, RUN_FORM, writeNamedLines, type LineForms } from "./named-lines.ts";
import type { Namespace } from "./sshsig.ts";

export const NOTE_NAMESPACE: Namespace = "anchorite-rotation-note";

/** The ceremony and run are those of the register from which the obligation follows: a note counts for every register after it. */
export interface RotationNote {
  readonly ceremony: string;
  readonly run: string;
  /** `switch/issuing-2026`, as `rotation status` names it. */
  readonly obligation: string;
  /** A person id of the roster. */
  readonly by: string;
  /** By the clock of the host on which it was signed, UTC. */
  readonly at: string;
  /** One line; `none` where nothing is said. */
  readonly note: string;
}

const FORMS: LineForms<"origin" | keyof RotationNote> = [
  ["origin", "anchorite-rotation-note\\/1"], ["ceremony", CEREMONY_FORM], ["run", RUN_FORM], ["obligation", "[a-z]{2,20}\\/[A-Za-z0-9][A-Za-z0-9._/-]{0,200}"],
  ["by", "[a-z][a-z0-9-]{0,30}"], ["at", INSTANT_FORM], ["note", "[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]{1,300}"],
];

/** The octets that are signed, UTF-8, LF. @throws Fault form-seal when a value does not have its form */
export function writeRotationNote(note: RotationNote): Uint8Array {
  return writeNamedLines("a rotation note", FORMS, { origin: "anchorite-rotation-note/1", ...note });
}

/** Reads a note, which must re-encode to itself. @throws Fault form-seal, form-utf8 */
export function readRotationNote(bytes: Uint8Array): RotationNote {
  const { origin: _origin, ...note } = readNamedLines("a rotation note", FORMS, bytes);
  return note;
}
