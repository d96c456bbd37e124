/** The files of a register pack: which there are, by their paths, and how each is read. Pure. */
import type { ControlId } from "../controls.ts";
import { Fault, type ScriptPath } from "../fault.ts";
import { LAYOUT } from "../transcript/layout.ts";
import { STANDING_TEXT } from "../transcript/standing.ts";
import type { Judgement } from "./judgement.ts";
import type { Input } from "./resolving.ts";

export const REGISTER = `${LAYOUT.artifacts}/register.json`;
const FILES = [REGISTER, LAYOUT.plan, LAYOUT.manifest, LAYOUT.seal] as const;

/** The files that every pack has, by their paths below the script's folder. */
export function packPaths(pack: string): string[] {
  return FILES.map((file) => `${pack}/${file}`);
}

/** The register of a pack. */
export function registerPath(pack: string): string {
  return `${pack}/${REGISTER}`;
}

/** The signatures of a pack, among the names of the files in its folder of signatures. */
export function packSignatures(pack: string, names: readonly string[]): string[] {
  return names.map((name) => `${LAYOUT.signatures}/${name}`).filter((path) => path === LAYOUT.tokenSignature || SIGNATURE.test(path)).map((path) => `${pack}/${path}`);
}

/** The standing approval of a pack, among the names in its folder of approvals; none where its people sealed it. */
export function packApprovals(pack: string, names: readonly string[]): string[] {
  return names.includes(STANDING_TEXT) ? names.filter((name) => name === STANDING_TEXT || /^[a-z][a-z0-9-]{0,30}\.sig$/.test(name)).map((name) => `${pack}/${LAYOUT.approvals}/${name}`) : [];
}

const SIGNATURE = /^signatures\/([a-z][a-z0-9-]{0,30})\.sig$/;

/** The files of one pack, and what was wrong with reading them. */
export class Pack {
  readonly #folder: string;
  readonly #inputs: ReadonlyMap<string, Input>;
  readonly judgement: Judgement;
  /** Of the pack in the script. */
  readonly path: ScriptPath;
  /** SHA-256 of the SubjectPublicKeyInfo of each key that a standing approval names; null where people sealed. */
  keys: readonly string[] | null = null;

  constructor(folder: string, inputs: ReadonlyMap<string, Input>, judgement: Judgement, path: ScriptPath) {
    this.path = path;
    this.#folder = folder;
    this.#inputs = inputs;
    this.judgement = judgement;
  }

  /** @param path that in the record */
  file(path: string): Uint8Array | null {
    const input = this.#inputs.get(`${this.#folder}/${path}`);
    return input instanceof Uint8Array ? input : null;
  }

  /** The signature files of people, by their paths in the record. */
  signatures(): { file: string; id: string; armour: Uint8Array }[] {
    const own = [...this.#inputs.keys()].filter((path) => path.startsWith(`${this.#folder}/`)).map((path) => path.slice(this.#folder.length + 1)).sort();
    return own.flatMap((file) => {
      const id = SIGNATURE.exec(file)?.[1];
      const armour = this.file(file);
      return id === undefined || armour === null ? [] : [{ file, id, armour }];
    });
  }

  /** The standing approval of a scheduled run, by the names in its folder. */
  approvals(): Map<string, Uint8Array> {
    const folder = `${this.#folder}/${LAYOUT.approvals}/`;
    return new Map([...this.#inputs].flatMap(([path, input]) => (path.startsWith(folder) && input instanceof Uint8Array ? [[path.slice(folder.length), input] as const] : [])));
  }

  /** What a file says; null when it is not there or a finding says what is wrong with it. */
  read<T>(path: string, reader: (bytes: Uint8Array) => T, control: ControlId = "REGISTER-FORM"): T | null {
    const bytes = this.file(path);
    if (bytes === null) return null;
    try {
      const value = reader(bytes);
      this.judgement.take([control], []);
      return value;
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      this.refuse(control, `${path}: ${thrown.message}`);
      return null;
    }
  }

  refuse(control: ControlId, message: string, hint = HINT): void {
    this.judgement.take([control], [{ control, path: [...this.path, "pack"], message, hint }]);
  }
}

export const HINT = "copy the folder of the sealed record anew, as it was sealed";
