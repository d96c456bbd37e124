import type { ControlId } from "./controls.ts";

/**
 * What can go wrong, in two forms. Functions that judge return every `Finding`; everything else throws a `Fault`
 * with a code from the closed list below. A code is part of the contract: it is never renamed.
 */

/** Faults, by family. The family (the word before the first hyphen) decides the exit code. */
export const FAULT_CODES = [
  // usage: what was asked of the command cannot be understood
  "usage-arguments", "usage-no-terminal", "usage-file", "usage-answers",
  // script: what was asked is understood and refused before a token is touched
  "script-refused", "script-answers-refused", "script-differs",
  // record: the folder of a ceremony cannot be read, written or gone on with
  "record-exists", "record-finished", "record-locked", "record-write", "record-missing", "record-station-differs",
  "record-tool-differs", "record-words", "record-artifact-differs", "record-withholding", "record-medium", "record-corrupt", "record-diverged",
  "record-rolled-back", "record-other-run", "record-adjourned",
  // hsm: the module or the token
  "hsm-module", "hsm-configuration", "hsm-environment", "hsm-no-token", "hsm-damaged-token", "hsm-ambiguous-token", "hsm-wrong-token", "hsm-pin-source",
  "hsm-login", "hsm-object-in-use", "hsm-no-key", "hsm-template", "hsm-mechanism", "hsm-answer", "hsm-call",
  // custody: shares of a wrapping key that do not come to it, or that nobody can be asked for
  "custody-shares",
  // room: what this program started beside itself
  "room-checker", "room-decoder",
  // person: stopped or interrupted at a prompt
  "person-interrupted", "person-timeout",
  // seal: a signature or what is needed for one
  "seal-not-ready", "seal-signer", "seal-signature", "seal-exists",
  // bytes that do not have the form that they must have
  "form-der", "form-pem", "form-hex", "form-json", "form-utf8", "form-sshsig", "form-roster", "form-cms", "form-entry", "form-seal",
  "form-words", "form-instant", "form-register", "form-tar", "form-gzip", "form-package", "form-mender", "form-bbqr",
  // bug: a promise of this program to itself is broken
  "bug-unreachable", "bug-answer",
] as const;

export type FaultCode = (typeof FAULT_CODES)[number];

/** Something that stops a command. The message is a lower-case sentence that says what was expected and what was found. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly hints: readonly string[];

  /**
   * @param code one of `FAULT_CODES`
   * @param message what was expected and what was found, lower case, no full stop
   * @param hints what a person can do about it, here and now
   */
  constructor(code: FaultCode, message: string, hints: readonly string[] = [], options?: { cause?: unknown }) {
    super(message, options);
    this.name = "Fault";
    this.code = code;
    this.hints = hints;
  }
}

/** What a reading comes to: its value, or the sentence of the fault with which it ended. Anything but a fault is thrown on. */
export function orReason<T>(read: () => T): T | string {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown.message;
    throw thrown;
  }
}

/** A place in a script: property names and list indices from the root of the document. */
export type ScriptPath = readonly (string | number)[];

/** One reason to refuse. `control` is an id of `docs/controls.md`; `file`, `line` and `column` are added where the text is known. */
export interface Finding {
  readonly control: ControlId;
  readonly path: ScriptPath;
  readonly message: string;
  readonly hint?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Every exit code of every command; the one table. */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  refused: 3,
  token: 4,
  stoppedBeforeEffect: 5,
  incompleteOrDiverged: 6,
  notAuthentic: 7,
  endedWithExceptions: 8,
  unpinned: 9,
  due: 10,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const EXIT_OF_FAMILY: Readonly<Record<string, ExitCode>> = {
  usage: EXIT.usage,
  script: EXIT.refused,
  record: EXIT.refused,
  hsm: EXIT.token,
  room: EXIT.refused,
  custody: EXIT.refused,
  person: EXIT.stoppedBeforeEffect,
  seal: EXIT.refused,
  form: EXIT.refused,
};

/** Faults that, after an effect, leave a ceremony in the middle; any other fault of a resumed run refuses to go on. */
const IN_THE_MIDDLE = /^(person|form|room|seal|custody)-|^record-(write|diverged)$/;

/**
 * The exit code for what a command threw.
 * @param hadEffect whether something has happened on a token for this record, in this process or before
 */
export function exitCodeOf(thrown: unknown, hadEffect = false): ExitCode {
  if (!(thrown instanceof Fault)) return EXIT.bug;
  if (hadEffect && IN_THE_MIDDLE.test(thrown.code)) return EXIT.endedWithExceptions;
  return EXIT_OF_FAMILY[thrown.code.slice(0, thrown.code.indexOf("-"))] ?? EXIT.bug;
}
