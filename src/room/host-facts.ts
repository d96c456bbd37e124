/** The one place that asks the host about itself. It judges nothing. */
import { readdirSync, statfsSync } from "node:fs";
import { url as inspectorAddress } from "node:inspector";
import { dirname, join, resolve } from "node:path";
import type { HostFacts, NetworkInterface, Radio } from "../preflight/host-facts.ts";
import { fromUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { hostInstant } from "./clock.ts";
import { kindAt, readRegular } from "./files.ts";

/** They change what this program, node or the loader takes in. */
const LOADING = ["NODE_OPTIONS", "NODE_PATH", "NODE_EXTRA_CA_CERTS", "NODE_V8_COVERAGE", "NODE_REPL_EXTERNAL_MODULE", "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "GCONV_PATH", "OPENSSL_CONF", "OPENSSL_MODULES"];
const PRINTERS: readonly (readonly [folder: string, names: RegExp])[] = [["/dev/usb", /^lp\d+$/], ["/dev", /^lp\d+$/], ["/etc/cups/ppd", /\.ppd$/]];

/** What the host says of itself; what people say of it is added elsewhere. @param place where the record will lie */
export function readHost(place: string): Omit<HostFacts, "watches" | "digests"> {
  return {
    interfaces: interfaces(), radios: radios(), swaps: swaps(), core: { limit: coreLimit(), pattern: word("/proc/sys/kernel/core_pattern") ?? "" },
    ptraceScope: number("/proc/sys/kernel/yama/ptrace_scope"), entropy: number("/proc/sys/kernel/random/entropy_avail"),
    variables: LOADING.filter((name) => process.env[name] !== undefined && process.env[name] !== ""), nodeArguments: process.execArgv, hasInspector: inspectorAddress() !== undefined,
    clock: { host: hostInstant(), aheadOfHardware: aheadOfHardware() }, free: freeAt(place), printers: PRINTERS.flatMap(([folder, names]) => namesIn(folder).filter((name) => names.test(name)).map((name) => join(folder, name))),
  };
}

/** One line of a file that the kernel makes; null where there is none, or it says nothing. */
function word(path: string): string | null {
  try {
    return fromUtf8(readRegular(path)).trim();
  } catch (thrown) {
    if (thrown instanceof Fault) return null;
    throw thrown;
  }
}

function number(path: string): number | null {
  const text = word(path);
  return text === null || !/^-?\d+$/.test(text) ? null : Number(text);
}

/** The kernel's names are links. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function interfaces(): NetworkInterface[] | null {
  const folder = "/sys/class/net";
  if (kindAt(folder) !== "folder") return null;
  return namesIn(folder).filter((name) => name !== "lo").map((name) => ({ name, state: word(join(folder, name, "operstate")) ?? "unknown", hasCarrier: word(join(folder, name, "carrier")) === "1" }));
}

function radios(): Radio[] {
  const folder = "/sys/class/rfkill";
  return namesIn(folder).map((name) => {
    const says = (what: string): string | null => word(join(folder, name, what));
    return { name: says("name") ?? name, kind: says("type") ?? "unknown", isBlocked: says("soft") === "1" || says("hard") === "1" };
  });
}

function swaps(): string[] | null {
  const text = word("/proc/swaps");
  return text === null ? null : text.split("\n").slice(1).map((line) => line.split(/\s/)[0] ?? "").filter((name) => name !== "");
}

function coreLimit(): string | null {
  return /^Max core file size\s+(\S+)/m.exec(word("/proc/self/limits") ?? "")?.[1] ?? null;
}

function aheadOfHardware(): number | null {
  const hardware = number("/sys/class/rtc/rtc0/since_epoch");
  return hardware === null ? null : Math.round(Date.now() / 1000) - hardware;
}

/** Of the nearest folder that is there already. */
function freeAt(place: string): number | null {
  const path = resolve(place);
  if (kindAt(path) !== "folder") return dirname(path) === path ? null : freeAt(dirname(path));
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
