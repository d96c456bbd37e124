import * as fs from "node:fs";
import { dirname } from "node:path";
import { kindAt, syncFolder, writeWhole, writing } from "./files.ts";

/** A file that only grows: each append is one write and one fsync. */
export class GrowingFile {
  readonly #path: string;
  readonly #fd: number;

  constructor(path: string) {
    this.#path = path;
    this.#fd = writing(path, () => {
      const isNew = kindAt(path) === "nothing";
      const fd = fs.openSync(path, fs.constants.O_WRONLY | fs.constants.O_APPEND | fs.constants.O_CREAT | fs.constants.O_NOFOLLOW, 0o644);
      if (isNew) syncFolder(dirname(path));
      return fd;
    });
  }

  /** @throws Fault record-write; after it nothing more may be appended in this process */
  append(bytes: Uint8Array): void {
    writing(this.#path, () => {
      writeWhole(this.#fd, bytes);
      fs.fsyncSync(this.#fd);
    });
  }

  /** Cuts the file to `length` octets, after what is cut has been kept elsewhere. */
  cut(length: number): void {
    writing(this.#path, () => {
      fs.ftruncateSync(this.#fd, length);
      fs.fsyncSync(this.#fd);
    });
  }

  close(): void {
    fs.closeSync(this.#fd);
  }
}
