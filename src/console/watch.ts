/** Watches the keys of one question: whether anybody is there, whether the terminal is, and whether one line came or a heap of them. */
import { gone } from "./gone-terminal.ts";
import type { Manner, Terminal } from "./terminal-kind.ts";

/** How many lines a text ends. */
export function lineEnds(text: string): number {
  return text.split(/\r\n|\r|\n/).length - 1;
}

export class Watch {
  readonly #keys: Terminal["input"];
  readonly #manner: Pick<Manner, "idleAfter" | "pastedWithin">;
  readonly #ended = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lines: number[] = [];
  #afterReturn = false;
  #why: "idle" | "left" | null = null;

  constructor(keys: Terminal["input"], manner: Pick<Manner, "idleAfter" | "pastedWithin">) {
    this.#keys = keys;
    this.#manner = manner;
    keys.on("keypress", this.#pressed);
    keys.on("end", this.#left);
    gone.addEventListener("abort", this.#left);
    if (gone.aborted) this.#left();
    this.#wind();
  }

  /** Ends the question. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Why the question was ended; null where it was not. */
  get why(): "idle" | "left" | null {
    return this.#why;
  }

  /** Something was typed. @param lineEnds how many lines it ended */
  seen(lineEnds: number): void {
    this.#wind();
    for (let i = 0; i < lineEnds; i++) this.#lines.push(performance.now());
  }

  leave(): void {
    this.#end("left");
  }

  /** Lets go what was typed before the question stood there. */
  async pastTypedAhead(): Promise<void> {
    await this.#listenOn();
    this.#lines = [];
  }

  /** Whether the line that was typed came alone. Waits until nothing more comes. */
  async aloneAtLast(): Promise<boolean> {
    this.#unwind();
    this.#keys.removeListener("keypress", this.#pressed);
    for (let before = -1; this.#lines.length > before; ) {
      before = this.#lines.length;
      await this.#listenOn();
    }
    const last = this.#lines.at(-1) ?? 0;
    return this.#lines.filter((at) => last - at < this.#manner.pastedWithin).length <= 1;
  }

  /** Takes and drops what comes for a while, but for the count of its lines. */
  async #listenOn(): Promise<void> {
    this.#keys.on("data", this.#dropped);
    this.#keys.resume();
    await new Promise((resolve) => setTimeout(resolve, this.#manner.pastedWithin));
    this.#keys.removeListener("data", this.#dropped);
    this.#keys.pause();
  }

  readonly #dropped = (chunk: unknown): void => this.seen(lineEnds(String(chunk)));

  close(): void {
    this.#unwind();
    this.#keys.removeListener("keypress", this.#pressed);
    this.#keys.removeListener("end", this.#left);
    gone.removeEventListener("abort", this.#left);
  }

  readonly #pressed = (_text: unknown, key?: { readonly name?: string; readonly ctrl?: boolean }): void => {
    // a prompt of the library hangs for ever at the end of its input
    if (key?.ctrl === true && key.name === "d") return this.leave();
    // a carriage return and a line feed are one end of a line
    const isEnd = key?.name === "return" || (key?.name === "enter" && !this.#afterReturn);
    this.#afterReturn = key?.name === "return";
    this.seen(isEnd ? 1 : 0);
  };

  readonly #left = (): void => this.#end("left");

  #wind(): void {
    this.#unwind();
    const { idleAfter } = this.#manner;
    if (idleAfter !== null) this.#timer = setTimeout(() => this.#end("idle"), idleAfter);
  }

  #unwind(): void {
    clearTimeout(this.#timer);
  }

  #end(why: "idle" | "left"): void {
    this.#why ??= why;
    this.#ended.abort();
  }
}
