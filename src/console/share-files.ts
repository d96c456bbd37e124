/** Custodians that are files of a folder, for ceremonies of the assurance `test` that nobody attends: shares lie there in the clear. */
import { closeSync, constants, fstatSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fromUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import type { ShareDesk, ShareSlip } from "./people.ts";

const OTHERS = 0o077;

export class ShareFiles implements ShareDesk {
  readonly #folder: string;

  /** @param folder absolute */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws Fault custody-shares when the file is there already or cannot be written */
  async show(slip: ShareSlip, lines: readonly string[]): Promise<null> {
    const path = this.#path(slip);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
      writeSync(file, `${lines.join("\n")}\n`);
      fsyncSync(file);
      closeSync(file);
      return null;
    } catch (cause) {
      throw new Fault("custody-shares", `cannot write a share to ${path} (${cause instanceof Error && "code" in cause ? String(cause.code) : "unknown"})`, ["nothing is written over; look at the folder that the station names under shares"], { cause });
    }
  }

  /** @throws Fault custody-shares when the file is not there, is not this user's alone, or does not hold the share */
  async type(slip: ShareSlip, count: number, judge: (line: number, typed: string) => true | string): Promise<readonly string[]> {
    const path = this.#path(slip);
    const lines = readPrivate(path).split("\n").slice(0, count);
    for (let i = 0; i < count; i++) {
      const judged = judge(i, lines[i] ?? "");
      if (judged !== true) throw new Fault("custody-shares", `${path}: ${judged}`);
    }
    if (slip.purpose === "take again") throw new Fault("custody-shares", `the shares in ${this.#folder} do not come to the key that they are for`);
    return lines;
  }

  #path({ backup, number, set }: ShareSlip): string {
    return join(this.#folder, `${backup}-${number}-${set}.share`);
  }
}

function readPrivate(path: string): string {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const { mode } = fstatSync(file);
    const text = fromUtf8(readFileSync(file));
    closeSync(file);
    if ((mode & OTHERS) !== 0) throw new Fault("custody-shares", `expected ${path} with mode 0600 or stricter, found 0${(mode & 0o777).toString(8)}`);
    return text;
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault("custody-shares", `no share at ${path}`, ["the folder is the one that the station names under shares"], { cause });
  }
}
