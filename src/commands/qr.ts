/** `qr show` and `qr read`: files across an air gap, as codes on a screen and as pictures of them. */
import { isBbqr, joinBbqr, splitBbqr } from "../bytes/bbqr.ts";
import { sha256Hex } from "../bytes/digest.ts";
import { fromPem, PemFault } from "../bytes/pem.ts";
import { fromUtf8, toUtf8 } from "../bytes/text.ts";
import { animate, screenSize, stepThrough } from "../console/animation.ts";
import { printable } from "../console/escape.ts";
import { qrLines, roomOn } from "../console/qr.ts";
import { headWords } from "../console/words.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import { keepFile, kindAt, readRegular } from "../room/files.ts";
import { decodePicture } from "../room/processes.ts";
import { result, talk } from "./output.ts";

export interface ShowOptions {
  /** One code at a time, until Enter. */
  readonly step?: boolean;
  /** The SHA-256 of the file, as hex, in its place. */
  readonly digest?: boolean;
  /** `COLUMNSxROWS`, where there is no terminal to ask. */
  readonly size?: string;
}

/** What a code carries. */
interface Payload {
  /** For people: `certificate root.pem, DER`. */
  readonly what: string;
  readonly bytes: Uint8Array;
  /** Text goes as it is where one code holds it; anything else is a BBQr set, be it of one part. */
  readonly text: string | null;
}

/** Blocks that go as the DER that is in them, which is a quarter smaller. */
const PEM_LABELS = ["CERTIFICATE", "CERTIFICATE REQUEST", "X509 CRL"];
const SMALL_SCREEN = { columns: 80, rows: 24 } as const;

/** Shows a file as one code where it fits the screen, as a BBQr set where it does not. */
export async function showQr(file: string, options: ShowOptions): Promise<ExitCode> {
  const payload = options.digest === true ? digestOf(file) : payloadOf(file);
  const screen = screenSize();
  const pictures = picturesOf(payload, sizeGiven(options.size) ?? screen ?? SMALL_SCREEN);
  if (screen === null || pictures.length === 1) for (const picture of pictures) result(...picture);
  else if (options.step === true) await stepThrough(pictures);
  else await animate(pictures);
  talk(`${payload.what}: ${payload.bytes.length} octets, SHA-256 ${sha256Hex(payload.bytes)}`);
  return EXIT.done;
}

function digestOf(file: string): Payload {
  const digest = sha256Hex(readRegular(file));
  return { what: `SHA-256 of ${printable(file)}`, bytes: toUtf8(digest), text: digest };
}

/** What a file carries, and how. */
export function payloadOf(file: string): Payload {
  const bytes = readRegular(file);
  const text = textOf(bytes);
  const block = text === null ? null : blockOf(text);
  if (block !== null) return { what: `${printable(file)}, as DER`, bytes: block, text: null };
  return { what: printable(file), bytes, text };
}

/** Text of printable ASCII and line ends: other characters come out of readers in other encodings. */
function textOf(bytes: Uint8Array): string | null {
  return bytes.every((octet) => octet === 0x0a || (octet >= 0x20 && octet < 0x7f)) ? fromUtf8(bytes) : null;
}

function blockOf(text: string): Uint8Array | null {
  try {
    return fromPem(text, PEM_LABELS, "ignored").der;
  } catch (thrown) {
    if (thrown instanceof PemFault) return null;
    throw thrown;
  }
}

function sizeGiven(size: string | undefined): { readonly columns: number; readonly rows: number } | null {
  if (size === undefined) return null;
  const [, columns, rows] = /^(\d{2,3})x(\d{2,3})$/.exec(size) ?? [];
  if (columns === undefined) throw new Fault("usage-arguments", `expected --size as COLUMNSxROWS, found ${JSON.stringify(size)}`, ["for instance 80x24"]);
  return { columns: Number(columns), rows: Number(rows) };
}

/** The lines of each code, with its caption, for a screen of this size. @throws Fault usage-no-terminal, form-bbqr */
export function picturesOf({ what, bytes, text }: Payload, size: { readonly columns: number; readonly rows: number }): string[][] {
  const room = roomOn(size);
  if (room < 53) throw new Fault("usage-no-terminal", `expected a screen that holds a QR code of some size, found ${size.columns} columns and ${size.rows} rows`, ["make the window larger, or the letters smaller"]);
  const isWhole = text !== null && text !== "" && bytes.length <= room && !isBbqr(text);
  const texts = isWhole ? [text] : splitBbqr(bytes, text === null ? "B" : "U", room);
  const words = headWords(sha256Hex(bytes));
  return texts.map((part, i) => [...qrLines(part), `${texts.length === 1 ? "one code" : `part ${i + 1} of ${texts.length}`} · ${what}`.slice(0, size.columns), `SHA-256 ${words}`]);
}

export interface ReadOptions {
  readonly output: string;
}

/** Reads pictures of codes, one code a picture, in any order, and writes what they carry to a new file. */
export async function readQr(pictures: readonly string[], { output }: ReadOptions): Promise<ExitCode> {
  if (kindAt(output) !== "nothing") throw new Fault("record-exists", `expected no such file yet, found ${output}`, ["name a new file; nothing was written"]);
  for (const picture of pictures) readRegular(picture, LARGEST_PICTURE);
  const texts: string[] = [];
  for (const picture of pictures) texts.push(await decodePicture(picture));
  const { bytes, parts } = carriedBy(texts);
  keepFile(output, bytes);
  const twice = texts.length - new Set(texts).size;
  if (twice > 0) talk(`${twice} of the pictures showed a part that was there already`);
  result(`${output}: ${bytes.length} octets from ${parts === 1 ? "one code" : `${parts} parts`}, SHA-256 ${sha256Hex(bytes)}, ${headWords(sha256Hex(bytes))}`);
  return EXIT.done;
}

const LARGEST_PICTURE = 64 * 1024 * 1024;

function carriedBy(texts: readonly string[]): { readonly bytes: Uint8Array; readonly parts: number } {
  if (texts.every(isBbqr)) return joinBbqr(texts);
  const different = new Set(texts);
  if (different.size > 1) throw new Fault("form-bbqr", `expected pictures of one code, or the parts of one set, found ${different.size} codes of which ${texts.filter(isBbqr).length} are parts`, ["read the pictures of one set at a time"]);
  return { bytes: toUtf8(texts[0] ?? ""), parts: 1 };
}
