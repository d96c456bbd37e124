/** What a forger does to the files of a record. Each is a change in place, so that several can follow one another. */
import { sha256Hex } from "../../src/bytes/digest.ts";
import { concat, toUtf8 } from "../../src/bytes/text.ts";
import { manifestOf } from "../../src/ceremony/sealed.ts";
import { LAYOUT } from "../../src/transcript/layout.ts";
import { asRecord, editText, setText, text, type Files } from "../end-to-end/record-files.ts";
import type { People, PersonId } from "./people.ts";

export type Forging = (files: Files) => void;

export const inTurn = (...steps: readonly Forging[]): Forging => (files) => steps.forEach((step) => step(files));
export const remove = (...paths: readonly string[]): Forging => (files) => paths.forEach((path) => files.delete(path));
export const put = (path: string, content: string): Forging => (files) => setText(files, path, content);
export const edit = (path: string, from: string | RegExp, to: string): Forging => (files) => editText(files, path, from, to);
export const editTranscript = (from: string | RegExp, to: string): Forging => edit(LAYOUT.transcript, from, to);
/** One file in the place of another, of this record or of a second one. */
export const take = (from: string, to: string, other?: Files): Forging => (files) => void files.set(to, (other ?? files).get(from) ?? new Uint8Array());

export function swap(one: string, two: string): Forging {
  return (files) => {
    const [first, second] = [files.get(one), files.get(two)];
    if (first === undefined || second === undefined) throw new Error(`no ${one} or no ${two}`);
    files.set(one, second).set(two, first);
  };
}

/** Flips a bit of an octet; negative offsets count from the end. */
export function flip(path: string, offset: number): Forging {
  return (files) => {
    const bytes = Uint8Array.from(files.get(path) ?? []);
    const at = offset < 0 ? bytes.length + offset : offset;
    bytes[at] = (bytes[at] ?? 0) ^ 0x01;
    files.set(path, bytes);
  };
}

/** The entries, two lines each, changed as they stand. */
export function entries(change: (pairs: string[]) => string[]): Forging {
  return (files) => setText(files, LAYOUT.transcript, change([...(text(files, LAYOUT.transcript).match(/.*\n.*\n/g) ?? [])]).join(""));
}

/** A body line with the level that its link line gives it. */
export interface BodyLine {
  readonly body: string | Uint8Array;
  readonly level: string;
}

/** Body lines changed as text, whatever becomes of their form, and chained anew. */
export function relinked(change: (lines: BodyLine[]) => BodyLine[]): Forging {
  return (files) => {
    const pairs = text(files, LAYOUT.transcript).match(/.*\n.*\n/g) ?? [];
    const lines = pairs.map((pair): BodyLine => {
      const [body = "", link = "{}"] = pair.split("\n");
      return { body, level: (JSON.parse(link) as { level: string }).level };
    });
    let prev = "0".repeat(64);
    const parts = change(lines).flatMap(({ body, level }, seq) => {
      const octets = typeof body === "string" ? toUtf8(body) : body;
      const link = `{"body":"${sha256Hex(octets)}","level":"${level}","prev":"${prev}","seq":${seq}}`;
      prev = sha256Hex(toUtf8(link));
      return [octets, toUtf8(`\n${link}\n`)];
    });
    files.set(LAYOUT.transcript, concat(...parts));
  };
}

/** The first body line, or the last, that has this text, with another in its place, and the chain made anew. */
export function reworded(has: string, from: string | RegExp, to: string, which: "first" | "last" = "first"): Forging {
  return relinked((lines) => {
    const holds = ({ body }: BodyLine): boolean => String(body).includes(has);
    const at = which === "first" ? lines.findIndex(holds) : lines.findLastIndex(holds);
    const line = lines[at];
    const changed = String(line?.body).replace(from, to);
    if (line === undefined || changed === line.body) throw new Error(`no body has ${has} and ${String(from)}`);
    return lines.with(at, { ...line, body: changed });
  });
}

/** An artifact changed, of the same length, and its digest in the request that kept it. */
export function keptOtherwise(path: string, from: string, to: string): Forging {
  return (files) => {
    const before = sha256Hex(files.get(path) ?? new Uint8Array());
    editText(files, path, from, to);
    reworded(before, before, sha256Hex(files.get(path) ?? new Uint8Array()), "last")(files);
  };
}

/** The last body line of all, in octets. */
export function lastBody(change: (octets: Uint8Array) => Uint8Array): Forging {
  return relinked((lines) => lines.map((line, i) => (i === lines.length - 1 ? { ...line, body: change(toUtf8(String(line.body))) } : line)));
}

/** Manifest and seal.txt made over what the files are now, in whatever form the entries are; the signatures stay as they were. */
export const sealMadeAnew: Forging = (files) => {
  const links = Buffer.from(files.get(LAYOUT.transcript) ?? []).toString("latin1").split("\n").slice(0, -1).filter((_line, i) => i % 2 === 1);
  files.set(LAYOUT.manifest, manifestOf(asRecord(files)));
  const values = { entries: links.length, head: sha256Hex(toUtf8(links.at(-1) ?? "")), manifest: sha256Hex(files.get(LAYOUT.manifest) ?? new Uint8Array()) };
  for (const [name, value] of Object.entries(values)) setText(files, LAYOUT.seal, text(files, LAYOUT.seal).replace(new RegExp(`^${name}: .*$`, "m"), `${name}: ${value}`));
};

/** Manifest and seal made over what the files are now, and signed again: these people are in it together. */
export function resealed(people: People, ids: readonly PersonId[] = ["alice", "dan"]): Forging {
  return inTurn(sealMadeAnew, signed(people, ids));
}

/** A manifest written by hand, seal.txt over it, and the people's signatures. */
export function manifested(people: People, change: (lines: string[]) => string[]): Forging {
  return (files) => {
    setText(files, LAYOUT.manifest, change(text(files, LAYOUT.manifest).trimEnd().split("\n")).map((line) => `${line}\n`).join(""));
    editText(files, LAYOUT.seal, /^manifest: .*$/m, `manifest: ${sha256Hex(files.get(LAYOUT.manifest) ?? new Uint8Array())}`);
    signed(people, ["alice", "dan"])(files);
  };
}

/** The people's signatures over seal.txt as it is now. */
export function signed(people: People, ids: readonly PersonId[], namespace?: string): Forging {
  return (files) => {
    for (const id of ids) files.set(`${LAYOUT.signatures}/${id}.sig`, people.sign(id, files.get(LAYOUT.seal) ?? new Uint8Array(), namespace));
  };
}

/** The head of a transcript as seal.txt says it, or the SHA-256 of seal.txt. */
export const headOf = (files: Files): string => /^head: (.*)$/m.exec(text(files, LAYOUT.seal))?.[1] ?? "";
export const sealDigest = (files: Files): string => sha256Hex(files.get(LAYOUT.seal) ?? new Uint8Array());

