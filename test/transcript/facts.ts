/** Facts and entries for the tests of the chain, and whole transcripts of them. */
import type { Request } from "../../src/ceremony/request.ts";
import { EMPTY_CHAIN, encodeEntry, readChain, type Entry, type Rest } from "../../src/transcript/chain.ts";
import { RECORD_FORMAT, type Fact, type Header, type Stamp } from "../../src/transcript/entry.ts";

const DIGEST = "ab".repeat(32);

export const HEADER: Header = {
  kind: "header", format: RECORD_FORMAT, ceremony: "example-00112233", run: "0011223344556677", assurance: "test", script: DIGEST, plan: DIGEST, station: DIGEST,
  inputs: [{ path: "people/alice.pub", sha256: DIGEST }], approvals: [], tool: { name: "anchorite", version: "0.1.0", package: DIGEST },
  tokens: [{ token: "vault", module: DIGEST, serial: "uninitialized" }], previous: [],
};

export const EVENT: Fact = { kind: "event", event: { name: "opened", answers: "file" } };

export function request(one: { readonly kind: Request["kind"]; readonly step: number }): Fact {
  return { kind: "request", request: one };
}

export const CLOSED: Fact = { kind: "observation", observation: { kind: "close", outcome: "answered" } };

/** A stamp `mono` milliseconds after the host was started. */
export function stampAt(mono: number, boot = "b0"): Stamp {
  return { salt: mono.toString(16).padStart(32, "0"), at: "2026-11-20T12:00:00.000Z", mono, boot };
}

/** Facts as a transcript, stamped one after the other. */
export function transcriptOf(facts: readonly Fact[], stamps: (i: number) => Stamp = (i) => stampAt(i)): Uint8Array {
  let end = EMPTY_CHAIN;
  return Buffer.concat(facts.map((fact, i) => {
    const entry = encodeEntry(end, fact, stamps(i));
    end = entry.end;
    return entry.bytes;
  }));
}

export function readAll(bytes: Uint8Array): { entries: Entry[]; rest: Rest } {
  const entries: Entry[] = [];
  const chain = readChain(bytes);
  for (;;) {
    const next = chain.next();
    if (next.done === true) return { entries, rest: next.value };
    entries.push(next.value);
  }
}
