/** What a dialogue takes place at, and in which manner. */

/** Where a dialogue takes place. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** How a terminal is used. */
export interface Manner {
  /** The word before each question: TEST, REAL KEYS. */
  readonly word: string;
  /** Line by line, without any control of the cursor. */
  readonly plain: boolean;
  /** Milliseconds without a key after which a question ends; null: never. */
  readonly idleAfter: number | null;
  /** Milliseconds between two lines that a person types: what comes faster was pasted, and is not taken. */
  readonly pastedWithin: number;
}

export const USUAL_MANNER: Manner = { word: "", plain: false, idleAfter: null, pastedWithin: 40 };

/** What is wrong with a line that was typed, or `true`. */
export type Check = (typed: string) => true | string;

/** A person left a question: by Ctrl-C or because the terminal went away, or by not typing anything for too long. */
export class PromptLeft extends Error {
  override readonly name = "PromptLeft";
  readonly why: "left" | "idle";

  constructor(why: "left" | "idle", options?: { cause?: unknown }) {
    super(why, options);
    this.why = why;
  }
}
