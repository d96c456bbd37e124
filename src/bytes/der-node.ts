/** One TLV of a DER encoding. The octets are views into what was read, not copies. */
export interface DerNode {
  /** The full identifier octet: class, constructed bit, number. */
  readonly tag: number;
  /** Octets of identifier and length together. */
  readonly header: number;
  readonly contents: Uint8Array;
  /** The whole TLV. */
  readonly bytes: Uint8Array;
  /** Empty for primitive types. */
  readonly children: readonly DerNode[];
}
