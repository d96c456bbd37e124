/** Writing to media that carry a record: FAT as well, which has no links; and reading back from the medium, not from memory. */
import * as fs from "node:fs";
import { dirname } from "node:path";
import { makeFolder, readRegular, syncFolder, writeWhole, writing } from "./files.ts";

/** A file of a record may be so long. */
const LARGEST = 1024 * 1024 * 1024;
const CHUNK = 1024 * 1024;
/** Reading past the host's memory wants a buffer at such a multiple; where a buffer lies is not known, so places are tried. */
const ALIGNMENT = 4096;
const STEP = 16;

/** Copies a file that is not there yet, and has it on the medium before it goes on. @returns its octets @throws Fault record-write, usage-file */
export function copyToMedium(from: string, to: string): Uint8Array {
  const bytes = readRegular(from, LARGEST);
  makeFolder(dirname(to));
  writing(to, () => {
    const fd = fs.openSync(to, "wx", 0o644);
    try {
      writeWhole(fd, bytes);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    syncFolder(dirname(to));
  });
  return bytes;
}

/** What the medium gives back, and whether it came from the medium itself or perhaps out of the host's memory. */
export interface ReadBack {
  readonly bytes: Uint8Array;
  readonly isDirect: boolean;
}

/** Reads a file past the host's memory where its file system allows that. @throws Fault usage-file */
export function readBack(path: string): ReadBack {
  const bytes = readDirect(path);
  return bytes === null ? { bytes: readRegular(path, LARGEST), isDirect: false } : { bytes, isDirect: true };
}

/** Null where the file system has no direct reading, or an error says that something is wrong: reading as usual then says what. */
function readDirect(path: string): Uint8Array | null {
  let fd: number;
  try {
    fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | (fs.constants.O_DIRECT ?? 0));
  } catch {
    return null;
  }
  try {
    return fs.constants.O_DIRECT === undefined ? null : readChunks(fd, fs.fstatSync(fd).size);
  } finally {
    fs.closeSync(fd);
  }
}

function readChunks(fd: number, size: number): Uint8Array | null {
  const buffer = new Uint8Array(CHUNK + ALIGNMENT);
  const offset = alignedOffset(fd, buffer);
  if (offset === null) return null;
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; ) {
    const read = attempt(() => fs.readSync(fd, buffer, offset, CHUNK, at));
    if (read === null || read === 0) return null;
    bytes.set(buffer.subarray(offset, offset + Math.min(read, size - at)), at);
    at += read;
  }
  return bytes;
}

function alignedOffset(fd: number, buffer: Uint8Array): number | null {
  for (let offset = 0; offset < ALIGNMENT; offset += STEP) {
    if (attempt(() => fs.readSync(fd, buffer, offset, CHUNK, 0)) !== null) return offset;
  }
  return null;
}

function attempt(read: () => number): number | null {
  try {
    return read();
  } catch {
    return null;
  }
}
