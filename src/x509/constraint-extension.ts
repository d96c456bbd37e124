/** nameConstraints: what a CA and all below it may name. */
import { derSequence, derTlv } from "../bytes/der.ts";
import { concat, toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { octetsOfAddress } from "./address.ts";
import { plannedValue, type PlannedExtension } from "./extension.ts";
import { encodeName, type NameAttribute } from "./name.ts";
import { printName } from "./name-reading.ts";

/** Subtrees of one side; an empty list says nothing of that kind of name. */
export interface Subtrees {
  /** `example.com` for it and what is below it. */
  readonly dns: readonly string[];
  /** `10.0.0.0/8`, `2001:db8::/32`. */
  readonly ip: readonly string[];
  /** A mailbox, a host, or `.example.com` for all hosts below it. */
  readonly email: readonly string[];
  readonly directory: readonly (readonly NameAttribute[])[];
}

export interface NameConstraints {
  readonly permitted: Subtrees;
  readonly excluded: Subtrees;
}

/** nameConstraints (RFC 5280 4.2.1.10), critical. @throws Fault form-der for an address range that is none */
export function nameConstraints({ permitted, excluded }: NameConstraints): PlannedExtension {
  const sides = [[0xa0, "permitted", permitted], [0xa1, "excluded", excluded]] as const;
  const written = sides.map(([tag, word, subtrees]) => ({ tag, word, bases: basesOf(subtrees) })).filter(({ bases }) => bases.length > 0);
  // GeneralSubtree { base, minimum [0] DEFAULT 0 }: DER leaves the default out
  const value = derSequence(...written.map(({ tag, bases }) => derTlv(tag, ...bases.map(({ der }) => derSequence(der)))));
  return plannedValue("2.5.29.30", "nameConstraints", true, written.map(({ word, bases }) => `${word} ${bases.map(({ text }) => text).join(", ")}`).join("; "), value);
}

interface Base {
  readonly text: string;
  /** GeneralName, DER. */
  readonly der: Uint8Array;
}

function basesOf({ dns, ip, email, directory }: Subtrees): Base[] {
  return [
    ...dns.map((name) => ({ text: `DNS:${name}`, der: derTlv(0x82, toUtf8(name)) })),
    ...email.map((name) => ({ text: `email:${name}`, der: derTlv(0x81, toUtf8(name)) })),
    ...directory.map((attributes) => encodeName(attributes)).map((name) => ({ text: `directory:${printName(name)}`, der: derTlv(0xa4, name) })),
    ...ip.map((range) => ({ text: `IP:${range}`, der: derTlv(0x87, addressRange(range)) })),
  ];
}

/**
 * An address and its mask, as an iPAddress constraint holds them: 8 or 32 octets.
 * @param range `address/prefix length`; no bit of the address beyond the prefix
 * @throws Fault form-der
 */
export function addressRange(range: string): Uint8Array {
  const [address = "", length = ""] = range.split("/");
  const octets = octetsOfAddress(address);
  const bits = /^(0|[1-9][0-9]{0,2})$/.test(length) ? Number(length) : -1;
  if (octets === null || bits < 0 || bits > octets.length * 8) throw new Fault("form-der", `expected an address range such as 10.0.0.0/8, found ${JSON.stringify(range)}`);
  const mask = octets.map((_, i) => 0xff & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))));
  if (octets.some((octet, i) => (octet & ~(mask[i] ?? 0)) !== 0)) throw new Fault("form-der", `expected no bit of the address beyond its prefix of ${bits} bits, found ${JSON.stringify(range)}`);
  return concat(octets, mask);
}
