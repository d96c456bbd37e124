/** The room of a test: scripted tokens and people, a wall clock of its own, and a place to lie, refuse or die at every call. */
import { sha256Hex } from "../../src/bytes/digest.ts";
import type { Request, RequestOf } from "../../src/ceremony/request.ts";
import { isForPeople } from "../../src/console/people.ts";
import type { Room } from "../../src/room/drive.ts";
import type { TokenHeads } from "../../src/room/token-heads.ts";
import { isEffect, type Observation } from "../../src/transcript/observation.ts";
import { answerAsPeople } from "./people.ts";
import type { ScriptedToken } from "./token.ts";

/** What the room was asked. */
export interface Call {
  /** From 0, in this process. */
  readonly index: number;
  readonly request: Request;
  /** Does what was asked and says so truly. */
  honest(): Observation;
}

/** Answers in the room's place; undefined leaves it to the room. */
export type Meddler = (call: Call) => Observation | undefined;

/** The process ends here. Nothing catches it but the test. */
export class Died extends Error {}

export interface RoomParts {
  readonly tokens: ReadonlyMap<string, ScriptedToken>;
  keep(path: string, bytes: Uint8Array): void;
  /** A file of evidence, by its path in the record. */
  attach(path: string, bytes: Uint8Array): void;
  /** Whole seconds, UTC; later at each call. */
  now(): string;
  readonly meddle: Meddler;
  readonly prepare: (request: Request) => void;
  readonly adjourn: (request: RequestOf<"adjourn">) => Observation;
  /** Null where tokens keep nothing. */
  readonly heads: TokenHeads | null;
}

export class ScriptedRoom implements Room {
  readonly #parts: RoomParts;
  #calls = 0;

  constructor(parts: RoomParts) {
    this.#parts = parts;
  }

  async prepare(request: Request): Promise<void> {
    this.#parts.prepare(request);
    await this.#parts.heads?.check(request);
  }

  async answer(request: Request): Promise<Observation> {
    const honest = (): Observation => this.#honest(request);
    if (!isEffect(request.kind)) await this.#parts.heads?.check(request);
    return this.#parts.meddle({ index: this.#calls++, request, honest }) ?? honest();
  }

  /** Nobody writes words on paper here. */
  async afterEffect(request: Request, seq: number, head: string): Promise<void> {
    await this.#parts.heads?.afterEffect(request, seq, head);
  }

  #honest(request: Request): Observation {
    if (isForPeople(request)) return answerAsPeople(request, this.#parts.now());
    if (request.kind === "adjourn") return this.#parts.adjourn(request);
    if (request.kind === "attach") return this.#attach(request);
    if (request.kind === "close") return { kind: "close", outcome: "answered" };
    if (request.kind === "draw" && request.source === "host") return { kind: "draw", outcome: "answered", bytes: sha256Hex(Buffer.from("host")) };
    if (request.kind === "keep-artifacts") {
      for (const { path, content } of request.files) this.#parts.keep(path, content.open());
      return { kind: "keep-artifacts", outcome: "answered", kept: request.files.length };
    }
    return this.#token(request).answer(request);
  }

  /** Everybody brings a file that says its own name. */
  #attach({ by, files }: RequestOf<"attach">): Observation {
    const attached = files.map((path) => ({ path, bytes: new TextEncoder().encode(`${path}\n`) }));
    for (const { path, bytes } of attached) this.#parts.attach(path, bytes);
    return { kind: "attach", outcome: "answered", by, files: attached.map(({ path, bytes }) => ({ path, length: bytes.length, sha256: sha256Hex(bytes) })) };
  }

  #token(request: Request): ScriptedToken {
    const name = request.kind === "sign" ? request.key.token : "token" in request ? request.token : "";
    const token = this.#parts.tokens.get(name);
    if (token === undefined) throw new Error(`no token for ${request.kind}`);
    return token;
  }
}

/** Meddles with the n-th request (from 0) of a kind, or for which a test holds, and with no other. */
export function atNth(which: Request["kind"] | ((request: Request) => boolean), n: number, meddle: Meddler): Meddler {
  const fits = typeof which === "string" ? (request: Request) => request.kind === which : which;
  let seen = 0;
  return (call) => (fits(call.request) && seen++ === n ? meddle(call) : undefined);
}

/** Meddles with every request of a kind. */
export function atEach(kind: Request["kind"], meddle: Meddler): Meddler {
  return (call) => (call.request.kind === kind ? meddle(call) : undefined);
}

/** The first of several that has something to say. */
export function either(...meddlers: readonly Meddler[]): Meddler {
  return (call) => meddlers.reduce<Observation | undefined>((found, meddle) => found ?? meddle(call), undefined);
}

/** Dies before or after the request was put to the token. */
export function dying(when: "before" | "after"): Meddler {
  return ({ honest, request }) => {
    if (when === "after") honest();
    throw new Died(`${when} ${request.kind}`);
  };
}
