import { dirname } from "node:path";
import { HOST_DISK, type Disk } from "./disk.ts";
import { kindAt, syncFolder, writeWhole, writing } from "./files.ts";

/** A file that only grows: each append is one write and one fsync. */
export class GrowingFile {
  readonly #path: string;
  readonly #disk: Disk;
  readonly #file: number;

  constructor(path: string, disk = HOST_DISK) {
    this.#path = path;
    this.#disk = disk;
    this.#file = writing(path, () => {
      const isNew = kindAt(path, disk) === "nothing";
      const file = disk.open(path, "append");
      if (isNew) syncFolder(dirname(path), disk);
      return file;
    });
  }

  /** Has what is there outlast a loss of power: a process before may have appended it, and died before it fsynced. @throws Fault record-write */
  settle(): void {
    writing(this.#path, () => this.#disk.sync(this.#file));
  }

  /** @throws Fault record-write; after it nothing more may be appended in this process */
  append(bytes: Uint8Array): void {
    writing(this.#path, () => {
      writeWhole(this.#file, bytes, this.#disk);
      this.#disk.sync(this.#file);
    });
  }

  /** Cuts the file to `length` octets, after what is cut has been kept elsewhere. */
  cut(length: number): void {
    writing(this.#path, () => {
      this.#disk.cut(this.#file, length);
      this.#disk.sync(this.#file);
    });
  }

  close(): void {
    this.#disk.close(this.#file);
  }
}
