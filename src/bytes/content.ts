import { sha256Hex } from "./digest.ts";

/**
 * Bytes that do not travel inside the record. A request or an observation holds the length and the digest; the bytes
 * stay in memory, behind `open`, and are left out of every canonical form (`toJSON`).
 */
export class Content {
  /** Length in octets. */
  readonly length: number;
  /** SHA-256 of the bytes, lower-case hex. */
  readonly sha256: string;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.length = bytes.length;
    this.sha256 = sha256Hex(bytes);
  }

  /** The bytes themselves. */
  open(): Uint8Array {
    return this.#bytes;
  }

  /** What the record holds in place of the bytes. */
  toJSON(): { length: number; sha256: string } {
    return { length: this.length, sha256: this.sha256 };
  }
}
