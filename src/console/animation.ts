/** Pictures one after the other at the terminal, until somebody presses a key. */
import type { ScreenSize } from "./qr.ts";

/** Milliseconds that a picture stands: a telephone needs some of them to read it. */
const HOLD = 450;
const [CLEAR, HOME] = ["\u001b[H\u001b[2J", "\u001b[H"];

/** The size of the terminal on standard output; null where there is none, or nobody could press a key. */
export function screenSize(): ScreenSize | null {
  const { columns, rows, isTTY } = process.stdout;
  return isTTY && process.stdin.isTTY ? { columns, rows } : null;
}

/** Shows each picture in its turn and begins again, until a key is pressed. */
export async function animate(pictures: readonly (readonly string[])[]): Promise<void> {
  const key = nextKey();
  let isOver = false;
  void key.then(() => (isOver = true));
  process.stdout.write(CLEAR);
  for (let i = 0; !isOver; i = (i + 1) % pictures.length) {
    process.stdout.write(`${HOME}${(pictures[i] ?? []).join("\u001b[K\n")}\u001b[K\n`);
    await Promise.race([key, new Promise((resolve) => void setTimeout(resolve, HOLD))]);
  }
}

/** Shows the pictures one by one, each until Enter is pressed; `q` ends. */
export async function stepThrough(pictures: readonly (readonly string[])[]): Promise<void> {
  for (const picture of pictures) {
    process.stdout.write(`${CLEAR}${picture.join("\n")}\n`);
    if ((await nextKey()) === "q") return;
  }
}

/** One key, without Enter; an interrupt is a key like any other. */
function nextKey(): Promise<string> {
  const { stdin } = process;
  stdin.setRawMode(true);
  stdin.resume();
  return new Promise((resolve) => {
    stdin.once("data", (pressed: Uint8Array) => {
      stdin.setRawMode(false);
      stdin.pause();
      resolve(String.fromCharCode(pressed[0] ?? 0) === "\u0003" ? "q" : String.fromCharCode(pressed[0] ?? 0));
    });
  });
}
