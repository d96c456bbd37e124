/** Whether a host is fit for a ceremony that counts: every reason why not, at once. Pure. */
import type { ControlId } from "../controls.ts";
import type { Finding } from "../fault.ts";
import type { HostFacts } from "./host-facts.ts";

/** Seconds that two clocks may be apart which people compare by eye. */
const APART = 60;
/** A record of a hundred thousand certificates with its copies in the making. */
const LEAST_FREE = 1024 * 1024 * 1024;
/** What a kernel says whose generator is seeded. */
const LEAST_ENTROPY = 256;
const WATCHES = 2;

/** Where a finding of the host stands: in no script. */
const PLACE = ["host"] as const;

/** @param link the interface that the station declares as the point-to-point link of an HSM; null for none */
export function judgeHost(facts: HostFacts, link: string | null): Finding[] {
  const links = link === null ? [] : [link];
  return [...judgeInterfaces(facts, links, "every interface but a declared link of an HSM to be down", "unplug the cable, take the card out, or: ip link set NAME down; the link of an HSM is named in the station, hsm-link"), ...judgeRadios(facts), ...judgeMemory(facts), ...judgeLoading(facts), ...judgeClock(facts), ...judgePaper(facts), ...judgeOutfit(facts)];
}

export function finding(control: ControlId, message: string, hint: string): Finding {
  return { control, path: PLACE, message, hint };
}

/** @param allowed names of interfaces that may be up @param expected what is expected, for the finding @param hint what to do */
export function judgeInterfaces({ interfaces }: HostFacts, allowed: readonly string[], expected: string, hint: string): Finding[] {
  const live = interfaces?.filter(({ name, state, hasCarrier }) => !allowed.includes(name) && (hasCarrier || state !== "down")) ?? [];
  return [
    ...(interfaces === null ? [finding("HOST-NETWORK", "expected the kernel to list its network interfaces, found no list", "hold the ceremony on a host whose interfaces can be seen")] : []),
    ...live.map(({ name, state }) => finding("HOST-NETWORK", `expected ${expected}, found ${name} ${state}`, hint)),
  ];
}

export function judgeRadios({ radios }: HostFacts): Finding[] {
  return radios.filter(({ isBlocked }) => !isBlocked).map(({ name, kind }) => finding("HOST-RADIO", `expected every radio to be off, found ${name} (${kind}) on`, "rfkill block all, or take it out"));
}

export function judgeMemory({ swaps, core, ptraceScope }: HostFacts): Finding[] {
  const findings: Finding[] = [];
  if (swaps === null || swaps.length > 0) findings.push(finding("HOST-SWAP", `expected no swap, found ${swaps?.join(", ") ?? "that nobody knows"}`, "swapoff -a: a PIN in memory must not reach a disk"));
  if (core.limit !== "0") findings.push(finding("HOST-CORE-DUMPS", `expected a limit of 0 for core files, found ${core.limit ?? "none that is known"}, going to ${core.pattern || "nowhere"}`, "ulimit -c 0 in the shell that starts the ceremony"));
  if (ptraceScope === null || ptraceScope < 1) findings.push(finding("HOST-TRACING", `expected kernel.yama.ptrace_scope of 1 or more, found ${ptraceScope ?? "none"}`, "sysctl kernel.yama.ptrace_scope=2: no other program reads the memory of this one"));
  return findings;
}

export function judgeLoading({ variables, nodeArguments, hasInspector }: HostFacts): Finding[] {
  const hint = "start it from a clean environment: env -i PATH=\"$PATH\" TERM=\"$TERM\" anchorite …";
  return [
    ...variables.map((name) => finding("HOST-LOADING", `expected no variable that changes what is loaded, found ${name}`, hint)),
    ...nodeArguments.map((argument) => finding("HOST-LOADING", `expected node without arguments of its own, found ${argument}`, hint)),
    ...(hasInspector ? [finding("HOST-LOADING", "expected no inspector, found one that is open", hint)] : []),
  ];
}

const SET_CLOCK = "set the clock, in UTC, by two watches that agree: date -u -s, then hwclock -w";

function judgeClock(facts: HostFacts): Finding[] {
  const { watches } = facts;
  const people = new Set(watches.map(({ by }) => by));
  return [
    ...(people.size < WATCHES ? [finding("HOST-CLOCK", `expected the watches of two people, found ${people.size}`, "two people type what their watches show")] : []),
    ...watches.filter(({ ahead }) => Math.abs(ahead) > APART).map(({ by, ahead }) => finding("HOST-CLOCK", `expected the clock within ${APART} s of the watch of ${by}, found ${ahead} s ahead`, SET_CLOCK)),
    ...judgeHardwareClock(facts),
  ];
}

export function judgeHardwareClock({ clock: { aheadOfHardware } }: HostFacts): Finding[] {
  if (aheadOfHardware === null || Math.abs(aheadOfHardware) <= APART) return [];
  return [finding("HOST-CLOCK", `expected the clock within ${APART} s of the hardware clock, found ${aheadOfHardware} s ahead`, SET_CLOCK)];
}

function judgePaper({ digests }: HostFacts): Finding[] {
  return digests.filter(({ words }) => words !== "right").map(({ of, sha256, words }) =>
    finding("HOST-TOOL", `expected the words of the digest of ${of} from paper, found ${words === "wrong" ? "others" : "none"}; it is ${sha256}`, words === "wrong" ? "do not go on: this is not what was reviewed" : "bring the words on paper, from where the release was checked"));
}

function judgeOutfit(facts: HostFacts): Finding[] {
  const without = finding("HOST-PRINTER", "expected a printer, found none", "plug it in; without one the words of each head are written by hand");
  return [...judgeEntropyAndSpace(facts), ...(facts.printers.length === 0 ? [without] : [])];
}

export function judgeEntropyAndSpace({ entropy, free }: HostFacts): Finding[] {
  const findings: Finding[] = [];
  if (entropy === null || entropy < LEAST_ENTROPY) findings.push(finding("HOST-ENTROPY", `expected at least ${LEAST_ENTROPY} bits of entropy, found ${entropy ?? "that nobody knows"}`, "wait, or bring a hardware source"));
  if (free === null || free < LEAST_FREE) findings.push(finding("HOST-SPACE", `expected at least 1 GiB where the record will lie, found ${free === null ? "that nobody knows" : `${free} octets`}`, "free space, or name a record on another medium"));
  return findings;
}
