/** A record in the browser: the one that the page carries, or the files of a folder that somebody chose or dropped. */
import { fromBase64 } from "../../bytes/pem.ts";
import { compareOctets } from "../../bytes/der.ts";
import { toUtf8 } from "../../bytes/text.ts";
import type { RecordFiles } from "../../ceremony/recorded-inputs.ts";
import type { Carried } from "../document.ts";

/** A file with its path below what was chosen. */
export interface ChosenFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The files by their paths, sorted by octets, as replay wants them. */
export function recordOf(chosen: readonly ChosenFile[], strangers: readonly string[] = []): RecordFiles {
  const known = new Map(chosen.map(({ path, bytes }) => [path, bytes]));
  const paths = [...known.keys()].sort((a, b) => compareOctets(toUtf8(a), toUtf8(b)));
  return { list: () => paths, strangers: () => strangers, read: (path) => known.get(path) ?? null };
}

/** The record that a page brings with it; null for an empty page. */
export function carriedRecord(): RecordFiles | null {
  const text = document.getElementById("record")?.textContent ?? null;
  if (text === null) return null;
  const { files, strangers } = JSON.parse(text) as Carried;
  return recordOf(Object.entries(files).map(([path, base64]) => ({ path, bytes: fromBase64(base64) })), strangers);
}

/** The files below the folder that holds `transcript.jsonl`; null where there is none. */
export function belowTranscript(chosen: readonly ChosenFile[]): ChosenFile[] | null {
  const transcripts = chosen.map(({ path }) => path).filter((path) => path === "transcript.jsonl" || path.endsWith("/transcript.jsonl"));
  const [shortest] = transcripts.sort((a, b) => a.length - b.length);
  if (shortest === undefined) return null;
  const folder = shortest.slice(0, -"transcript.jsonl".length);
  return chosen.filter(({ path }) => path.startsWith(folder)).map(({ path, bytes }) => ({ path: path.slice(folder.length), bytes }));
}

/** What a person chose by the button: browsers give the path below the folder. */
export async function filesChosen(input: HTMLInputElement): Promise<ChosenFile[]> {
  return Promise.all([...(input.files ?? [])].map((file) => read(file.webkitRelativePath || file.name, file)));
}

/** What browsers of one family give of a dropped file or folder: the other way, by entries, they refuse to a page that comes from the disk. */
interface DroppedPart {
  readonly kind: "file" | "directory";
  readonly name: string;
  getFile(): Promise<File>;
  values(): AsyncIterable<DroppedPart>;
}
type DroppedItem = DataTransferItem & { getAsFileSystemHandle?: () => Promise<DroppedPart | null> };

/** What was dropped: folders are walked. Handles and entries have to be taken at once, before anything is awaited. */
export async function filesDropped(dropped: DataTransfer): Promise<ChosenFile[]> {
  const items = [...dropped.items] as DroppedItem[];
  const entries = items.map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const given = await Promise.all(items.map((item) => item.getAsFileSystemHandle?.().catch(() => null) ?? null));
  const handles = given.filter((handle) => handle !== null);
  const found = handles.length > 0 && handles.length >= entries.length ? handles.map((handle) => walkPart(handle, "")) : entries.map((entry) => walkEntry(entry, ""));
  return (await Promise.all(found)).flat();
}

async function walkPart(part: DroppedPart, above: string): Promise<ChosenFile[]> {
  const path = `${above}${part.name}`;
  if (part.kind === "file") return [await read(path, await part.getFile())];
  const found: ChosenFile[] = [];
  for await (const one of part.values()) found.push(...(await walkPart(one, `${path}/`)));
  return found;
}

async function walkEntry(entry: FileSystemEntry, above: string): Promise<ChosenFile[]> {
  const path = `${above}${entry.name}`;
  if (entry.isFile) return [await read(path, await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)))];
  const found = await Promise.all((await entriesOf(entry as FileSystemDirectoryEntry)).map((one) => walkEntry(one, `${path}/`)));
  return found.flat();
}

async function read(path: string, file: File): Promise<ChosenFile> {
  return { path, bytes: new Uint8Array(await file.arrayBuffer()) };
}

/** A reader gives its entries in parts, the last of which is empty. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return all;
    all.push(...part);
  }
}
