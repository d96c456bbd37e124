/** The host's clocks. The core never sees them: what it needs it asks of people, who hold them against their watches. */
import { randomBytes } from "node:crypto";
import { toHex } from "../bytes/hex.ts";
import { fromUtf8 } from "../bytes/text.ts";
import type { Stamp } from "../transcript/entry.ts";
import { readRegular } from "./files.ts";

/** A stamp for a body line: salt, wall clock, monotonic clock, boot. */
export function stampNow(): Stamp {
  return {
    salt: toHex(randomBytes(16)),
    at: new Date().toISOString(),
    mono: Number(process.hrtime.bigint() / 1_000_000n),
    boot: bootId(),
  };
}

/** Now by the host's clock, whole seconds, UTC. */
export function hostInstant(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

let boot: string | undefined;

/** The kernel's boot id, hex; on other systems a value of this process. */
function bootId(): string {
  boot ??= readBootId();
  return boot;
}

function readBootId(): string {
  try {
    return fromUtf8(readRegular("/proc/sys/kernel/random/boot_id")).trim().replaceAll("-", "");
  } catch {
    return toHex(randomBytes(16));
  }
}
