/** PINs from where a station says they are: asked at the terminal, read from a private file, or from a file descriptor. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { fromUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { Secret, type PinSource } from "./secret.ts";

/** Where one PIN comes from. A file is an absolute path. */
export type PinPlace = "prompt" | { readonly file: string } | { readonly descriptor: number };

export interface TokenPins {
  readonly pin: PinPlace;
  readonly soPin: PinPlace | null;
}

/** Longer than any token takes; a longer line is not a PIN but the wrong file. */
const LONGEST = 1024;
const NEWLINE = 0x0a;
const OTHERS = 0o077;

export class StationPins implements PinSource {
  readonly #places: Readonly<Record<string, TokenPins>>;
  readonly #askPin: ((question: string) => Promise<string>) | null;

  /**
   * @param places by the script's token names
   * @param askPin asks at the terminal, showing nothing of the answer; null where there is none
   */
  constructor(places: Readonly<Record<string, TokenPins>>, askPin: ((question: string) => Promise<string>) | null) {
    this.#places = places;
    this.#askPin = askPin;
  }

  async pin(token: string, role: "user" | "so", warning: string): Promise<Secret> {
    const who = role === "so" ? "SO PIN" : "PIN";
    const pins = Object.hasOwn(this.#places, token) ? this.#places[token] : undefined;
    const place = role === "so" ? pins?.soPin : pins?.pin;
    if (place === undefined || place === null) throw new Fault("hsm-pin-source", `the station says nowhere to get the ${who} of token ${token}`, ["add it to the station file"]);
    if (place === "prompt") return this.#asked(`${warning === "" ? "" : `${warning}. `}${who} of token ${token}:`);
    return new Secret("file" in place ? pinOfFile(place.file) : pinOfDescriptor(place.descriptor));
  }

  /**
   * Looks at the files that PINs will come from, before anybody is called together. Prompts and descriptors cannot be looked at.
   * @throws Fault hsm-pin-source
   */
  requireFiles(): void {
    const places = Object.values(this.#places).flatMap(({ pin, soPin }) => [pin, soPin]);
    for (const place of places) if (place !== null && typeof place === "object" && "file" in place) pinOfFile(place.file);
  }

  async #asked(question: string): Promise<Secret> {
    if (this.#askPin === null) throw new Fault("hsm-pin-source", "the station asks for the PIN at a prompt, and there is no terminal", ["run at a terminal, or name a 0600 file or a descriptor in the station file"]);
    return new Secret(decent(await this.#askPin(question), "the prompt"));
  }
}

/**
 * The PIN in a file: one line, in a regular file of this user that nobody else can read.
 * @throws Fault hsm-pin-source
 */
function pinOfFile(path: string): string {
  const descriptor = opened(path);
  try {
    refuseExposed(descriptor, path);
    const line = firstLine(descriptor, path);
    if (readSync(descriptor, Buffer.alloc(1), 0, 1, null) !== 0) throw refused(path, "expected one line, found more behind it");
    return line;
  } finally {
    closeSync(descriptor);
  }
}

function opened(path: string): number {
  if (!path.startsWith("/")) throw refused(path, "expected an absolute path");
  try {
    // Non-blocking: a FIFO in its place must not make the ceremony hang before it is refused.
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    throw refused(path, `expected a file that can be opened, found ${wordOf(cause)}`, cause);
  }
}

function refuseExposed(descriptor: number, path: string): void {
  const found = fstatSync(descriptor);
  if (!found.isFile()) throw refused(path, "expected a regular file");
  if (found.uid !== process.geteuid?.()) throw refused(path, `expected a file of this user, found one of user ${found.uid}`);
  if ((found.mode & OTHERS) !== 0) throw refused(path, `expected mode 0600 or stricter, found 0${(found.mode & 0o777).toString(8)}`);
}

/** A line of the descriptor. Nothing is kept: a second PIN is a second line. */
function pinOfDescriptor(descriptor: number): string {
  return firstLine(descriptor, `descriptor ${descriptor}`);
}

/** Octet by octet, so that what stands behind the newline stays for the next need. */
function firstLine(descriptor: number, where: string): string {
  const octets = Buffer.alloc(LONGEST);
  try {
    let length = 0;
    while (length < LONGEST && readOne(descriptor, octets, length, where) && octets[length] !== NEWLINE) length++;
    if (length === LONGEST) throw refused(where, `expected at most ${LONGEST - 1} octets on a line, found more`);
    return decent(textOf(octets.subarray(0, length), where), where);
  } finally {
    octets.fill(0);
  }
}

function readOne(descriptor: number, octets: Buffer, offset: number, where: string): boolean {
  try {
    return readSync(descriptor, octets, offset, 1, null) === 1;
  } catch (cause) {
    throw refused(where, `expected to read a PIN, found ${wordOf(cause)}`, cause);
  }
}

function textOf(octets: Uint8Array, where: string): string {
  try {
    return fromUtf8(octets);
  } catch {
    throw refused(where, "expected UTF-8, found octets that are not");
  }
}

function decent(pin: string, where: string): string {
  if (pin === "") throw refused(where, "expected a PIN, found nothing");
  // A carriage return or a tab would be part of the PIN, and a wrong try would be spent on it.
  if (/\p{Cc}/u.test(pin)) throw refused(where, "expected a PIN without control characters, found one (a line end of another system?)");
  return pin;
}

function refused(where: string, found: string, cause?: unknown): Fault {
  return new Fault("hsm-pin-source", `PIN from ${where}: ${found}`, ["a PIN file is a regular file of the user who runs the ceremony, mode 0600, with the PIN on its one line; a descriptor gives one line for each login"], { cause });
}

function wordOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : "an error";
}
