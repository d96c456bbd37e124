/** People of the vectors: SSH keys that are made for one making, used for its signatures, and thrown away with their folder. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sshSign } from "../end-to-end/record-in-memory.ts";
import { FILES, type Files } from "../scripted/scripts.ts";

export type PersonId = "alice" | "bob" | "dan";

/** One kind of key each, so that a verifier meets them all. */
const TYPES: Readonly<Record<PersonId, readonly string[]>> = { alice: ["ed25519"], bob: ["rsa", "-b", "2048"], dan: ["ecdsa", "-b", "256"] };
const MEANINGS: Readonly<Record<PersonId, string>> = { alice: "anchorite-seal-approved", bob: "anchorite-seal-approved", dan: "anchorite-seal-witnessed" };
/** What a person signs apart from seals, whatever the role: the beginning of their namespaces. */
export const APART = "anchorite-plan-approved,anchorite-addendum,";
const IDS: readonly PersonId[] = ["alice", "bob", "dan"];

export class People {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder);
    for (const id of IDS) execFileSync("ssh-keygen", ["-q", "-N", "", "-C", `${id}@example.test`, "-f", join(folder, id), "-t", ...TYPES[id]]);
  }

  /** The line of the `.pub` file. */
  line(id: PersonId): string {
    return readFileSync(join(this.#folder, `${id}.pub`), "utf8");
  }

  /** The armoured signature, by the namespace of the role or another one. */
  sign(id: PersonId, message: Uint8Array, namespace = MEANINGS[id]): Uint8Array {
    return sshSign(join(this.#folder, id), namespace, message);
  }

  /** An allowed_signers file: each may approve, add evidence, and seal by the namespace of the role. @param options after the namespaces, with their comma; by person */
  roster(options: Partial<Readonly<Record<PersonId, string>>> = {}): string {
    return IDS.map((id) => `${id} namespaces="${APART}${MEANINGS[id]}"${options[id] ?? ""} ${this.line(id)}`).join("");
  }

  /** The usual files of a script, with these people's keys. */
  files(more: Files = {}): Files {
    return { ...FILES, ...Object.fromEntries(IDS.map((id) => [`people/${id}.pub`, this.line(id)])), ...more };
  }
}

/** Gives two groups of people to `use`: those of the vectors, and others of the same names. */
export async function withPeople<T>(use: (people: People, strangers: People) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "anchorite-vectors-"));
  try {
    return await use(new People(join(folder, "people")), new People(join(folder, "strangers")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
