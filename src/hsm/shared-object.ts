/**
 * Whether a file may be handed to the dynamic loader. The loader maps what the headers promise and runs the code it finds:
 * a text gets an error, but a file that was cut short ends the process, and any shared object may do as it likes.
 */
import { Fault } from "../fault.ts";
import { ownProcessor } from "./environment.ts";

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
  const strange = strangeHeader(bytes);
  if (strange !== null) return refuse(strange);
  if (bytes[4] === CLASS_64 && !isWhole(bytes)) return refuse("a file that was cut short");
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes("C_GetFunctionList\0")) refuse("a shared object without it");
}

/** Numbers of e_machine by what Node calls the processor; of another processor nothing is known, and the loader decides. */
const MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183, ia32: 3, arm: 40, riscv64: 243, ppc64: 21, s390x: 22, loong64: 258 };
const LITTLE_ENDIAN = 1;
const SHARED_OBJECT = 3;
const ENTRY_LENGTH = 56;

/** What a header says that no library of this process can say; null where it says nothing strange. */
function strangeHeader(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const little = bytes[5] === LITTLE_ENDIAN;
  const own = ownProcessor();
  const machine = MACHINES[own];
  if (bytes[6] !== 1 || (bytes[5] !== 1 && bytes[5] !== 2) || (bytes[4] !== 1 && bytes[4] !== CLASS_64)) return "a file with a header of no known form";
  if (machine !== undefined && view.getUint16(18, little) !== machine) return `a file for another processor than this one (e_machine ${view.getUint16(18, little)}, expected ${machine} for ${own})`;
  if (view.getUint16(16, little) !== SHARED_OBJECT) return `a file that is no shared object (e_type ${view.getUint16(16, little)})`;
  const is64 = own.endsWith("64") || own === "s390x";
  if (is64 !== (bytes[4] === CLASS_64)) return `a file for ${is64 ? "32" : "64"} bits, where this program has ${is64 ? "64" : "32"}`;
  return null;
}

/** Whether every segment that is to be loaded lies within the file. */
function isWhole(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const little = bytes[5] === 1;
  const [table, size, count] = [view.getBigUint64(0x20, little), view.getUint16(0x36, little), view.getUint16(0x38, little)];
  const length = BigInt(bytes.length);
  if (size !== ENTRY_LENGTH || count === 0 || table > length || table + BigInt(size * count) > length) return false;
  const entries = Array.from({ length: count }, (_, i) => Number(table) + i * size);
  return entries.every((at) => view.getUint32(at, little) !== PT_LOAD || view.getBigUint64(at + 8, little) + view.getBigUint64(at + 32, little) <= length);
}
