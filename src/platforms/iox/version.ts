/** The version of a trust anchor: a device shows `info.txt`, and people tell by it which anchor it has. It rises. */
import { sha256Hex } from "../../bytes/digest.ts";
import { fromUtf8 } from "../../bytes/text.ts";
import { accept, readable } from "../acceptance.ts";
import type { Acceptance, Shelf } from "../platform.ts";

const numberIn = (text: string): number | null => {
  const digits = /(?:^|\s)v([0-9]{1,6})\s*$/.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
};

/** Against `previous`, the info.txt of the anchor before, which is wanted once the register knows one. */
export function judgeVersion(version: string, shelf: Pick<Shelf, "file" | "earlier">): Acceptance[] {
  const given = shelf.file("previous");
  return [...judgeGiven(given, shelf.earlier), ...(given === null ? [] : judgeRise(version, given))];
}

function judgeGiven(given: Uint8Array | null, earlier: Shelf["earlier"]): Acceptance[] {
  const known = earlier.flatMap(({ platform, files }) => (platform === "iox" ? files.filter(({ path }) => path.endsWith("/info.txt")) : []));
  if (known.length === 0) return [];
  const found = given === null ? "no file" : `a file with the SHA-256 ${sha256Hex(given)}`;
  const isKnown = given !== null && known.some(({ sha256 }) => sha256 === sha256Hex(given));
  return [accept("previous", "previous is the info.txt of an anchor of the register, so that the version rises", isKnown, `${found}; the register has ${known.map(({ path }) => path).join(", ")}`)];
}

function judgeRise(version: string, given: Uint8Array): Acceptance[] {
  const { value: text, acceptance } = readable("previous", "the info.txt before is text", () => fromUtf8(given));
  if (text === null) return [...acceptance];
  const before = numberIn(text);
  return [
    ...acceptance,
    accept("previous", "the info.txt before ends with its version, such as v1", before !== null, JSON.stringify(text.slice(0, 80))),
    ...(before === null ? [] : [accept("version", `the version is above v${before}, that of the anchor before`, (numberIn(version) ?? 0) > before, version)]),
  ];
}
