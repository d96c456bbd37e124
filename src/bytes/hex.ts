import { Fault } from "../fault.ts";

const DIGITS = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

/** Lower-case hex, two digits an octet, no separators. */
export function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const octet of bytes) hex += DIGITS[octet];
  return hex;
}

/**
 * The octets of a lower-case hex text.
 * @throws Fault form-hex when the text has an odd length or a character other than 0–9 and a–f
 */
export function fromHex(hex: string): Uint8Array {
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/.test(hex)) {
    throw new Fault("form-hex", `expected lower-case hex of even length, found ${JSON.stringify(hex.slice(0, 80))}`);
  }
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = 16 * digitOf(hex.charCodeAt(2 * i)) + digitOf(hex.charCodeAt(2 * i + 1));
  return bytes;
}

/** The value of a digit 0–9 or a–f, by its code. */
function digitOf(code: number): number {
  return code < 0x3a ? code - 0x30 : code - 0x57;
}
