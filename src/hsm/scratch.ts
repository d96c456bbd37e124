/**
 * What a trial makes on a token, and only that: every object has the label of the trial and a CKA_ID that was drawn for it, and what
 * is destroyed is found by both. Other objects are never written, destroyed or used.
 */
import { toHex } from "../bytes/hex.ts";
import { CKA } from "./attributes.ts";
import { CkrError } from "./ckr.ts";
import type { ObjectHandle, TokenSession } from "./session.ts";

/** The label of every trial begins so; what a killed one left is known by it. */
export const SCRATCH = "anchorite-probe-";

export class Scratch {
  readonly label: string;
  readonly #draw: (length: number) => Uint8Array;
  readonly #ids = new Set<string>();

  /**
   * @param name hex, drawn for this trial
   * @param draw random octets of the host
   */
  constructor(name: string, draw: (length: number) => Uint8Array) {
    this.label = `${SCRATCH}${name}`;
    this.#draw = draw;
  }

  get ids(): readonly string[] {
    return [...this.#ids];
  }

  /** A CKA_ID for the next object, hex. */
  nextId(length = 20): string {
    const id = toHex(this.#draw(length));
    this.#ids.add(id);
    return id;
  }


  /** The label, made longer: it begins with that of the trial. */
  longLabel(length: number): string {
    return this.label.padEnd(length, "x");
  }

  /** Objects of this trial that are on the token: by the label and the CKA_ID, both of which it may have cut. @throws CkrError */
  find(session: TokenSession): ObjectHandle[] {
    return session.find({}).filter((handle) => this.#isOurs(session, handle));
  }

  #isOurs(session: TokenSession, handle: ObjectHandle): boolean {
    const label = (session.attribute(handle, CKA.LABEL) ?? Buffer.alloc(0)).toString("utf8");
    if (!label.startsWith(this.label)) return false;
    const id = toHex(session.attribute(handle, CKA.ID) ?? Buffer.alloc(0));
    return id === "" || [...this.#ids].some((one) => one.startsWith(id));
  }

  /** Destroys what is there of this trial. @returns words of what could not be destroyed; empty when all is gone */
  destroy(session: TokenSession): string[] {
    const failed: string[] = [];
    for (const handle of this.find(session)) {
      try {
        session.destroy(handle);
      } catch (error) {
        if (!(error instanceof CkrError)) throw error;
        failed.push(error.ckr);
      }
    }
    const left = this.find(session).map((handle) => toHex(session.attribute(handle, CKA.ID) ?? Buffer.alloc(0)));
    return left.map((id, i) => `CKA_ID ${id || "none"}, label ${this.label}: ${failed[i] ?? "still there after C_DestroyObject"}`);
  }
}
