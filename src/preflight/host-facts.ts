/** What is known of the host on which a ceremony is held. Types only. */

/** A network interface besides the loopback, and whether it can carry anything. */
export interface NetworkInterface {
  readonly name: string;
  /** As the kernel says it: `up`, `down`, `unknown` … */
  readonly state: string;
  readonly hasCarrier: boolean;
}

export interface Radio {
  readonly name: string;
  readonly kind: string;
  /** Switched off, by a switch or by a program. */
  readonly isBlocked: boolean;
}

/** What a person's watch showed, and how many seconds the host was ahead of it. */
export interface Watch {
  readonly by: string;
  /** `HH:MM:SS`, UTC. */
  readonly shown: string;
  readonly ahead: number;
}

/** A digest, and whether the words of it that a person typed from paper are its words. */
export interface PaperDigest {
  /** `tool`, or the name of a token whose module it is. */
  readonly of: string;
  /** Hex. */
  readonly sha256: string;
  readonly words: "right" | "wrong" | "not asked";
}

/** Null and "not asked" are no good news: what the host or the people do not say counts against it. */
export interface HostFacts {
  readonly interfaces: readonly NetworkInterface[] | null;
  readonly radios: readonly Radio[];
  /** What is swapped to; null where nobody knows. */
  readonly swaps: readonly string[] | null;
  /** The soft limit of core files of this process, as the kernel says it, and where they would go. */
  readonly core: { readonly limit: string | null; readonly pattern: string };
  /** kernel.yama.ptrace_scope; null where the kernel has none. */
  readonly ptraceScope: number | null;
  /** Bits that the kernel says it has; null where it says nothing. */
  readonly entropy: number | null;
  /** Names of variables that change what is loaded, of those that are set. */
  readonly variables: readonly string[];
  /** Given to node before the program. */
  readonly nodeArguments: readonly string[];
  readonly hasInspector: boolean;
  /** The system's clock, and seconds by which it is ahead of the hardware clock; null where there is none. */
  readonly clock: { readonly host: string; readonly aheadOfHardware: number | null };
  readonly watches: readonly Watch[];
  readonly digests: readonly PaperDigest[];
  /** Octets that may be written where the record will lie; null where nobody knows. */
  readonly free: number | null;
  readonly printers: readonly string[];
}

/** The facts as a record holds them: what was looked at, and what was found. */
export interface StatedFact {
  readonly what: string;
  readonly found: string;
}

/** Every fact in words, in one order. */
export function statedFacts(facts: HostFacts): StatedFact[] {
  const list = (items: readonly string[] | null): string => (items === null ? "not known" : items.join(", ") || "none");
  const ahead = (seconds: number): string => `${Math.abs(seconds)} s ${seconds < 0 ? "behind" : "ahead"}`;
  return [
    { what: "interfaces", found: list(facts.interfaces?.map(({ name, state, hasCarrier }) => `${name} ${state}${hasCarrier ? " with carrier" : ""}`) ?? null) },
    { what: "radios", found: list(facts.radios.map(({ name, kind, isBlocked }) => `${name} ${kind} ${isBlocked ? "off" : "ON"}`)) },
    { what: "swap", found: list(facts.swaps) },
    { what: "core files", found: `limit ${facts.core.limit ?? "not known"}, pattern ${facts.core.pattern || "none"}` },
    { what: "ptrace scope", found: String(facts.ptraceScope ?? "not known") },
    { what: "entropy", found: `${facts.entropy ?? "not known"}` },
    { what: "variables", found: list(facts.variables) },
    { what: "node", found: `${list(facts.nodeArguments)}${facts.hasInspector ? ", inspector open" : ""}` },
    { what: "clock", found: `${facts.clock.host}, ${facts.clock.aheadOfHardware === null ? "no hardware clock" : `${ahead(facts.clock.aheadOfHardware)} of the hardware clock`}` },
    ...facts.watches.map(({ by, shown, ahead: seconds }) => ({ what: `watch of ${by}`, found: `${shown}, the host is ${ahead(seconds)}` })),
    ...facts.digests.map(({ of, sha256, words }) => ({ what: `digest of ${of}`, found: `${sha256}, words from paper ${words}` })),
    { what: "free space", found: facts.free === null ? "not known" : `${Math.floor(facts.free / MEBI)} MiB` },
    { what: "printers", found: list(facts.printers) },
  ];
}

const MEBI = 1024 * 1024;
