/** Later evidence, judged apart from the sealed record: each addendum by itself, none of them a reason against the record [ADDENDUM-SIGNED]. */
import { sha256Hex } from "../bytes/digest.ts";
import { sameBytes } from "../bytes/text.ts";
import type { ControlId } from "../controls.ts";
import { Fault } from "../fault.ts";
import type { Claim } from "../x509/algorithm.ts";
import { ADDENDUM_NAMESPACE, readStatement, STATEMENT, STATEMENT_SIGNATURE, type Statement } from "./addendum.ts";
import type { Sealer } from "./quorum.ts";
import { isValidAt, type RosterEntry } from "./roster.ts";
import { sshFingerprint } from "./sshkey.ts";
import { readSshSignature, sshSignatureClaim, type SshSignature } from "./sshsig.ts";
import { judgeTimestamp } from "./timestamp.ts";

const CONTROL: ControlId = "ADDENDUM-SIGNED";

/** The files of a timestamp. */
export const TIMESTAMP = { query: "query.tsq", response: "response.tsr", ca: "ca.pem" } as const;

/** What lies in one folder of `addenda/`. */
export type Addendum =
  | { readonly kind: "file"; readonly folder: string; readonly file: string; readonly sha256: string; readonly by: string; readonly fingerprint: string; readonly at: string; readonly note: string; readonly signer: "of the roster" | "of the plan" | "their own claim" }
  | { readonly kind: "timestamp"; readonly folder: string; readonly at: string; readonly tsa: string; readonly policy: string; readonly serial: string; readonly ca: "given from outside" | "its importer's claim" }
  | { readonly kind: "wrong"; readonly folder: string; readonly why: string };

/** With the signatures in it: while one does not hold, it is wrong. */
export interface JudgedAddendum {
  readonly addendum: Addendum;
  readonly claims: readonly Claim[];
}

export interface AddendaQuestion {
  /** The files below `addenda/`, by their paths in the record. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The octets of seal.txt. */
  readonly seal: Uint8Array;
  readonly ceremony: string;
  readonly run: string;
  readonly people: readonly Sealer[];
  /** From outside; null when none was given. */
  readonly roster: readonly RosterEntry[] | null;
  /** The certificate of the CA that is trusted for timestamps, PEM, from outside; null when none was given. */
  readonly tsa: Uint8Array | null;
}

/** Each addendum, in the order of the names of their folders. */
export function judgeAddenda(question: AddendaQuestion): JudgedAddendum[] {
  const folders = [...new Set([...question.files.keys()].map(folderOf))].sort();
  return folders.map((folder) => {
    try {
      return judgeOne(question, folder);
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      return { addendum: { kind: "wrong", folder, why: thrown.message }, claims: [] };
    }
  });
}

/** `addenda/0001-alice`; a file that lies in no folder stands for itself. */
function folderOf(path: string): string {
  return path.split("/").slice(0, 2).join("/");
}

function judgeOne(question: AddendaQuestion, folder: string): JudgedAddendum {
  const own = [...question.files.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1));
  const read = (name: string): Uint8Array => {
    const bytes = question.files.get(`${folder}/${name}`);
    if (bytes === undefined) throw wrong(`expected ${name} in it, found none`);
    return bytes;
  };
  if (own.includes(TIMESTAMP.response)) return judgeStamp(question, folder, own, read);
  const statementBytes = read(STATEMENT);
  const statement = readStatement(statementBytes);
  requireOnly(own, [STATEMENT, STATEMENT_SIGNATURE, statement.file]);
  requireAbout(question, statement, read(statement.file));
  const signature = readSshSignature(read(STATEMENT_SIGNATURE));
  const { file, sha256, by, at, note } = statement;
  const addendum: Addendum = { kind: "file", folder, file, sha256, by, fingerprint: sshFingerprint(signature.publicKey.blob), at, note, signer: signerOf(question, statement, signature) };
  return { addendum, claims: [sshSignatureClaim(folder, signature, statementBytes)] };
}

function wrong(message: string): Fault {
  return new Fault("seal-signature", `${message} [${CONTROL}]`);
}

function requireOnly(own: readonly string[], expected: readonly string[]): void {
  const other = own.find((name) => !expected.includes(name));
  if (other !== undefined) throw wrong(`expected ${expected.join(", ")} and nothing else, found ${other}`);
}

function requireAbout({ seal, ceremony, run }: AddendaQuestion, statement: Statement, file: Uint8Array): void {
  if (statement.seal !== sha256Hex(seal) || statement.ceremony !== ceremony || statement.run !== run) throw wrong(`expected a statement about the seal of ${ceremony}, run ${run}, found one about ${statement.ceremony}, run ${statement.run}`);
  const sha256 = sha256Hex(file);
  if (sha256 !== statement.sha256 || file.length !== statement.length) throw wrong(`expected ${statement.file} with the SHA-256 ${statement.sha256}, found ${sha256}`);
}

/** A person of the plan signs with the key of the plan, one of the roster with a key of the roster. */
function signerOf({ people, roster }: AddendaQuestion, { by, at }: Statement, { namespace, publicKey }: SshSignature): Extract<Addendum, { kind: "file" }>["signer"] {
  if (namespace !== ADDENDUM_NAMESPACE) throw wrong(`expected the namespace ${ADDENDUM_NAMESPACE}, found ${JSON.stringify(namespace)}`);
  const person = people.find(({ id }) => id === by);
  if (person !== undefined && !sameBytes(person.key.blob, publicKey.blob)) throw wrong(`expected the key that the plan gives ${by} (${sshFingerprint(person.key.blob)}), found ${sshFingerprint(publicKey.blob)}`);
  const named = roster?.filter(({ principal }) => principal === by) ?? [];
  const isMeant = named.some((entry) => sameBytes(entry.key.blob, publicKey.blob) && entry.namespaces.includes(ADDENDUM_NAMESPACE) && isValidAt(entry, at));
  if (isMeant) return "of the roster";
  if (person !== undefined) return "of the plan";
  if (named.length > 0) throw wrong(`expected a key of ${by} that the roster allows ${ADDENDUM_NAMESPACE} at ${at}, found ${sshFingerprint(publicKey.blob)}`);
  return "their own claim";
}

function judgeStamp({ seal, tsa }: AddendaQuestion, folder: string, own: readonly string[], read: (name: string) => Uint8Array): JudgedAddendum {
  requireOnly(own, Object.values(TIMESTAMP));
  const { at, tsa: subject, policy, serial, claims } = judgeTimestamp({ seal, query: read(TIMESTAMP.query), response: read(TIMESTAMP.response), ca: tsa ?? read(TIMESTAMP.ca), where: folder });
  return { addendum: { kind: "timestamp", folder, at, tsa: subject, policy, serial, ca: tsa === null ? "its importer's claim" : "given from outside" }, claims };
}
