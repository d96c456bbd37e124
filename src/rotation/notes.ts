/** Notes of operators: which of them count for a register, by a roster from outside. */
import { sameBytes } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import type { Register } from "../transcript/register.ts";
import { isValidAt, type RosterEntry } from "../transcript/roster.ts";
import { NOTE_NAMESPACE, readRotationNote, type RotationNote } from "../transcript/rotation-note.ts";
import { readSshSignature, sshSignatureClaim } from "../transcript/sshsig.ts";
import type { Claim } from "../x509/algorithm.ts";

/** A note and the signature beside it, as they were read. */
export interface NoteFile {
  readonly path: string;
  readonly text: Uint8Array;
  /** SSHSIG armour; null where there is none. */
  readonly signature: Uint8Array | null;
}

/** A note that counts if its claim holds; or why it does not. */
export type JudgedNote = { readonly path: string; readonly note: RotationNote; readonly claim: Claim } | { readonly path: string; readonly why: string };

/** Judges each note against the roster and the register. Never throws for bad ones. */
export function judgeNotes(files: readonly NoteFile[], roster: readonly RosterEntry[] | null, register: Register): JudgedNote[] {
  return files.map((file) => {
    try {
      return judgeNote(file, roster, register);
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      return { path: file.path, why: thrown.message };
    }
  });
}

function judgeNote({ path, text, signature }: NoteFile, roster: readonly RosterEntry[] | null, register: Register): JudgedNote {
  const note = readRotationNote(text);
  if (roster === null) return { path, why: "a note counts only against a roster from outside: give --roster" };
  if (signature === null) return { path, why: "nobody has signed it" };
  const isOfLine = register.run === note.run || register.keys.some(({ line }) => line.includes(note.run));
  if (!isOfLine) return { path, why: `it is about run ${note.run}, which this register does not know` };
  const signed = readSshSignature(signature);
  if (signed.namespace !== NOTE_NAMESPACE) return { path, why: `expected the namespace ${NOTE_NAMESPACE}, found ${JSON.stringify(signed.namespace)}` };
  const allowed = roster.some((entry) => entry.principal === note.by && entry.namespaces.includes(NOTE_NAMESPACE) && sameBytes(entry.key.blob, signed.publicKey.blob) && isValidAt(entry, note.at));
  return allowed ? { path, note, claim: sshSignatureClaim(path, signed, text) } : { path, why: `the roster does not allow ${note.by} this key and the namespace ${NOTE_NAMESPACE} at ${note.at}` };
}
