/** The data types of SSH (RFC 4251 section 5), read strictly: every octet string has one value and every value one octet string. */
import { fromBase64 } from "../bytes/pem.ts";
import { concat, toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";

/** Reads one structure from front to back; `end` refuses what is left over. */
export class SshReader {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  #offset = 0;

  /** @param what names the structure in messages: "public key", "signature" */
  constructor(what: string, bytes: Uint8Array) {
    this.#what = what;
    this.#bytes = bytes;
  }

  /** The next `length` octets. @throws Fault form-sshsig when there are fewer */
  take(length: number): Uint8Array {
    const left = this.#bytes.length - this.#offset;
    if (length > left) throw new Fault("form-sshsig", `expected ${length} more octets in the SSH ${this.#what}, found ${left}`);
    this.#offset += length;
    return this.#bytes.slice(this.#offset - length, this.#offset);
  }

  byte(): number {
    return this.take(1)[0] ?? 0;
  }

  uint32(): number {
    return this.take(4).reduce((value, octet) => value * 256 + octet, 0);
  }

  string(): Uint8Array {
    return this.take(this.uint32());
  }

  /** A string of printable ASCII without spaces, as every name in SSH is. */
  name(): string {
    const octets = this.string();
    const text = String.fromCharCode(...octets.subarray(0, 200));
    if (octets.length > 200 || !/^[!-~]*$/.test(text)) {
      throw new Fault("form-sshsig", `expected printable ASCII names in the SSH ${this.#what}, found ${JSON.stringify(text)}`);
    }
    return text;
  }

  /** The magnitude of a positive mpint, big-endian, without leading zeros. @throws Fault form-sshsig for zero, negative or padded ones */
  positive(): Uint8Array {
    const octets = this.string();
    const [first = 0, second = 0] = octets;
    const padded = first === 0;
    if (octets.length === 0 || first >= 0x80 || (padded && second < 0x80)) {
      throw new Fault("form-sshsig", `expected a positive mpint in its shortest form in the SSH ${this.#what}`);
    }
    return padded ? octets.slice(1) : octets;
  }

  /** @throws Fault form-sshsig when anything is left */
  end(): void {
    const left = this.#bytes.length - this.#offset;
    if (left !== 0) throw new Fault("form-sshsig", `expected the SSH ${this.#what} to end, found ${left} more octets`);
  }
}

/** A `string` of RFC 4251: its length as four octets, then its octets. */
export function sshString(value: Uint8Array | string): Uint8Array {
  const octets = typeof value === "string" ? toUtf8(value) : value;
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, octets.length);
  return concat(length, octets);
}

/**
 * The octets of canonical base64, as it stands in a key line or in the armour of a signature.
 * @throws Fault form-sshsig when it has another spelling
 */
export function fromSshBase64(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch (cause) {
    throw new Fault("form-sshsig", "expected canonical base64 in the SSH key or signature, found something else", ["copy the file anew from where it was made"], { cause });
  }
}
