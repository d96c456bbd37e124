/**
 * Whether a file may be handed to the dynamic loader. The loader maps what the headers promise and runs the code it finds:
 * a text gets an error, but a file that was cut short ends the process, and any shared object may do as it likes.
 */
import { Fault } from "../fault.ts";

const MAGIC = [0x7f, 0x45, 0x4c, 0x46] as const;
const CLASS_64 = 2;
const PT_LOAD = 1;
const HEADER_LENGTH = 64;

const HINTS = ["name the vendor's PKCS#11 module in the station, for SoftHSM /usr/lib/softhsm/libsofthsm2.so", "if the path is right, install the module's package again"];

/**
 * Looks at a file as the loader would (System V ABI, ELF-64 object file format, chapters 1 and 5).
 * @throws Fault hsm-module when it is no shared object, is cut short, or does not name C_GetFunctionList
 */
export function demandModule(path: string, bytes: Uint8Array): void {
  const refuse = (found: string): never => {
    throw new Fault("hsm-module", `expected a PKCS#11 module (a shared object with C_GetFunctionList), found ${found} at ${path}`, HINTS);
  };
  if (!MAGIC.every((octet, i) => bytes[i] === octet)) return refuse("something else");
  if (bytes.length < HEADER_LENGTH) return refuse("a file that was cut short");
  if (bytes[4] === CLASS_64 && !isWhole(bytes)) return refuse("a file that was cut short");
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes("C_GetFunctionList\0")) refuse("a shared object without it");
}

/** Whether every segment that is to be loaded lies within the file. */
function isWhole(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const little = bytes[5] === 1;
  const [table, size, count] = [view.getBigUint64(0x20, little), view.getUint16(0x36, little), view.getUint16(0x38, little)];
  const length = BigInt(bytes.length);
  if (size < 56 || count === 0 || table > length || table + BigInt(size * count) > length) return false;
  const entries = Array.from({ length: count }, (_, i) => Number(table) + i * size);
  return entries.every((at) => view.getUint32(at, little) !== PT_LOAD || view.getBigUint64(at + 8, little) + view.getBigUint64(at + 32, little) <= length);
}
