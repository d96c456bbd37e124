/** PINs from where a station says they are: asked at the terminal, read from a private file, a credential of systemd, or from a file descriptor. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { fromUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { Secret, type PinSource } from "./secret.ts";

/** Where one PIN comes from. A file is an absolute path; a credential is the name of a file in the folder that systemd names. */
export type PinPlace = "prompt" | { readonly file: string } | { readonly credential: string } | { readonly descriptor: number };

export interface TokenPins {
  readonly pin: PinPlace;
  readonly soPin: PinPlace | null;
  /** Where the PINs that are to be set come from, one after the other, the last one also for all after it; left out, the prompt. */
  readonly newPin?: readonly PinPlace[];
  readonly newSoPin?: readonly PinPlace[];
}

type Role = "user" | "so";

/** Two people who agree that a PIN is tried which locks the token if it is wrong. @throws Fault hsm-login when they do not */
export type AgreeOnLastTry = (token: string, role: Role) => Promise<void>;

/** Longer than any token takes; a longer line is not a PIN but the wrong file. */
const LONGEST = 1024;
/** So often a new PIN may be typed otherwise the second time. */
const MOST_SLIPS = 3;
const FINAL_TRY = "final try";
const NEWLINE = 0x0a;
const OTHERS = 0o077;
/** systemd may let the user of a unit read by an access list; then the file is root's, and its group bits are the mask of that list. */
const NOT_OF_A_CREDENTIAL = 0o037;
/** Where systemd says that the credentials of a unit lie. */
const CREDENTIALS = "CREDENTIALS_DIRECTORY";

export class StationPins implements PinSource {
  readonly #places: Readonly<Record<string, TokenPins>>;
  readonly #askPin: ((question: string) => Promise<string>) | null;
  readonly #agree: AgreeOnLastTry | null;
  /** How often the ceremony has set a PIN, by `role token`. */
  readonly #changed = new Map<string, number>();
  /** Wrong PINs since the last good one, by `role token`. */
  readonly #wrong = new Map<string, number>();

  /**
   * @param places by the script's token names
   * @param askPin asks at the terminal, showing nothing of the answer; null where there is none
   * @param agree asks two people before a last try; null where nobody can be asked: then there is none
   */
  constructor(places: Readonly<Record<string, TokenPins>>, askPin: ((question: string) => Promise<string>) | null, agree: AgreeOnLastTry | null = null) {
    this.#places = places;
    this.#askPin = askPin;
    this.#agree = agree;
  }

  async pin(token: string, role: Role, warning: string, purpose = ""): Promise<Secret> {
    const own = this.#ownWarning(token, role, warning);
    if (own.mayLock) await this.#agreed(token, role);
    const times = this.#timesSet(token, role);
    const place = times > 0 ? this.#newPlace(token, role, times - 1) : this.#placeOf(token, role);
    return this.#from(place, `${own.text === "" ? "" : `${own.text}. `}${wordFor(role)} of token ${token}${purpose === "" ? "" : `, ${purpose}`}:`);
  }

  async firstPin(token: string, role: Role): Promise<Secret> {
    return this.#toBeSet(this.#placeOf(token, role), token, role);
  }

  async newPin(token: string, role: Role): Promise<Secret> {
    return this.#toBeSet(this.#newPlace(token, role, this.#timesSet(token, role)), token, role);
  }

  /** Asked twice at a prompt: nobody sees what is typed. */
  async #toBeSet(place: PinPlace, token: string, role: Role): Promise<Secret> {
    let slip = "";
    for (let times = 0; times < MOST_SLIPS; times++) {
      const fresh = await this.#from(place, `${slip}new ${wordFor(role)} of token ${token}:`);
      if (place !== "prompt") return fresh;
      const again = await this.#from(place, `the new ${wordFor(role)} of token ${token} once more:`);
      if (fresh.spend((one) => again.spend((other) => one === other))) return fresh;
      slip = "The two are not alike, and nothing was changed. ";
    }
    throw new Fault("hsm-pin-source", `expected the new ${wordFor(role)} of token ${token} twice alike, found two that differ, ${MOST_SLIPS} times`, ["nothing was changed; type it again"]);
  }

  changed(token: string, role: Role): void {
    this.#changed.set(`${role} ${token}`, this.#timesSet(token, role) + 1);
  }

  /** Told that the token took a PIN, or that it did not. */
  tried(token: string, role: Role, wasRight: boolean): void {
    this.#wrong.set(`${role} ${token}`, wasRight ? 0 : (this.#wrong.get(`${role} ${token}`) ?? 0) + 1);
  }

  /** A token that says nothing after a wrong PIN may lock at the next one: some do after two. */
  #ownWarning(token: string, role: Role, warning: string): { readonly text: string; readonly mayLock: boolean } {
    const wrong = this.#wrong.get(`${role} ${token}`) ?? 0;
    if (warning !== "" || wrong === 0) return { text: warning, mayLock: warning.endsWith(FINAL_TRY) };
    return { text: `${wrong} wrong, and token ${token} does not say how many tries are left`, mayLock: true };
  }

  async #agreed(token: string, role: Role): Promise<void> {
    if (this.#agree !== null) return this.#agree(token, role);
    throw new Fault("hsm-login", `the next wrong ${wordFor(role)} may lock token ${token}, and nobody can be asked whether it is tried`, ["run the ceremony at a terminal: two people have to agree", "see that the right PIN is where the station says"]);
  }

  #placeOf(token: string, role: Role): PinPlace {
    const pins = Object.hasOwn(this.#places, token) ? this.#places[token] : undefined;
    const place = role === "so" ? pins?.soPin : pins?.pin;
    if (place !== undefined && place !== null) return place;
    throw new Fault("hsm-pin-source", `the station says nowhere to get the ${wordFor(role)} of token ${token}`, ["add it to the station file"]);
  }

  #timesSet(token: string, role: Role): number {
    return this.#changed.get(`${role} ${token}`) ?? 0;
  }

  #newPlace(token: string, role: Role, index: number): PinPlace {
    const pins = Object.hasOwn(this.#places, token) ? this.#places[token] : undefined;
    const places = (role === "so" ? pins?.newSoPin : pins?.newPin) ?? [];
    return places[index] ?? places.at(-1) ?? "prompt";
  }

  async #from(place: PinPlace, question: string): Promise<Secret> {
    if (place === "prompt") return this.#asked(question);
    if ("descriptor" in place) return new Secret(pinOfDescriptor(place.descriptor));
    return new Secret("file" in place ? pinOfFile(place.file, refuseExposed) : pinOfCredential(place.credential));
  }

  /**
   * Looks at the files that PINs will come from, before anybody is called together. Prompts and descriptors cannot be looked at.
   * @throws Fault hsm-pin-source
   */
  requireFiles(): void {
    const places = Object.values(this.#places).flatMap(({ pin, soPin, newPin = [], newSoPin = [] }) => [pin, soPin, ...newPin, ...newSoPin]);
    for (const place of places) {
      if (typeof place !== "object" || place === null) continue;
      if ("file" in place) pinOfFile(place.file, refuseExposed);
      else if ("credential" in place) pinOfCredential(place.credential);
    }
  }

  async #asked(question: string): Promise<Secret> {
    if (this.#askPin === null) throw new Fault("hsm-pin-source", "the station asks for the PIN at a prompt, and there is no terminal", ["run at a terminal, or name a 0600 file, a credential or a descriptor in the station file"]);
    return new Secret(decent(await this.#askPin(question), "the prompt"));
  }
}

function wordFor(role: Role): string {
  return role === "so" ? "SO PIN" : "PIN";
}

/**
 * The PIN in a file: one line, in a regular file of this user that nobody else can read.
 * @throws Fault hsm-pin-source
 */
function pinOfFile(path: string, refuse: (descriptor: number, path: string) => void): string {
  const descriptor = opened(path);
  try {
    refuse(descriptor, path);
    const line = firstLine(descriptor, path);
    if (readSync(descriptor, Buffer.alloc(1), 0, 1, null) !== 0) throw refused(path, "expected one line, found more behind it");
    return line;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The PIN in a credential of this unit (`LoadCredential=`, `LoadCredentialEncrypted=`).
 * @throws Fault hsm-pin-source
 */
function pinOfCredential(name: string): string {
  const folder = process.env[CREDENTIALS];
  if (folder === undefined || folder === "") throw refused(`the credential ${name}`, `expected ${CREDENTIALS} to name the folder of credentials, found it unset: this is no unit of systemd with LoadCredential=${name}:PATH`);
  return pinOfFile(`${folder}/${name}`, refuseForeign);
}

function refuseForeign(descriptor: number, path: string): void {
  const found = fstatSync(descriptor);
  if (found.uid === process.geteuid?.()) return refuseExposed(descriptor, path);
  if (!found.isFile()) throw refused(path, "expected a regular file");
  if (found.uid !== 0) throw refused(path, `expected a credential of this user or of root, found one of user ${found.uid}`);
  if ((found.mode & NOT_OF_A_CREDENTIAL) !== 0) throw refused(path, `expected mode 0440 or stricter, found 0${(found.mode & 0o777).toString(8)}`);
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
  return new Fault("hsm-pin-source", `PIN from ${where}: ${found}`, ["a PIN file is a regular file of the user who runs the ceremony, mode 0600, with the PIN on its one line; a credential the same in the folder that systemd makes; a descriptor gives one line for each login"], { cause });
}

function wordOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : "an error";
}
