/** What `token list`, `token inspect` and `token probe` say to people. Pure. */
import type { Misfit } from "../ceremony/probed.ts";
import type { PairTrial, Probe, SeenModule, SeenObject, SeenToken } from "../tokens/probe.ts";
import { printable } from "./escape.ts";
import { labelled } from "./pages.ts";

const INDENT = 20;
const row = (label: string, text: string): string[] => labelled(`  ${label}`, text === "" ? "-" : printable(text), INDENT);

export function moduleLines({ path, sha256, manufacturer, description, version, cryptoki }: SeenModule, proxy: string | null): string[] {
  return [`module ${printable(path)}`, `  SHA-256           ${sha256}`, ...row("library", `${manufacturer}, ${description}, ${version}`), ...row("Cryptoki", cryptoki), ...(proxy === null ? [] : row("PROXY", proxy))];
}

export function tokenLines(token: SeenToken): string[] {
  const { manufacturer, model, serial, label, firmware, flags, pin, mechanisms, profiles } = token;
  const [least, most] = pin;
  return [
    `token ${JSON.stringify(label)}, serial ${JSON.stringify(serial)}`,
    ...row("manufacturer", manufacturer), ...row("model", model), ...row("firmware", firmware),
    ...row("flags", flags.join(", ")), ...row("PIN", `${least} to ${most} octets; ${pinText(flags)}`),
    ...row("mechanisms", String(mechanisms.length)), ...row("token profile", profiles.join(" or ") || "none of this version"),
  ];
}

function pinText(flags: readonly string[]): string {
  const about = flags.filter((flag) => /^(USER|SO)_PIN_(COUNT_LOW|FINAL_TRY|LOCKED|TO_BE_CHANGED)$/.test(flag));
  const pad = flags.includes("PROTECTED_AUTHENTICATION_PATH") ? "; it is typed at the device" : "";
  return `${about.length === 0 ? "the token warns of nothing" : `the token warns: ${about.join(", ")}`}${pad}`;
}

/** Every attribute that was read; those that the object does not report together in one row. */
export function objectLines({ class: kind, label, id, attributes }: SeenObject): string[] {
  const entries = Object.entries(attributes);
  const mute = entries.filter(([, says]) => says === "not reported").map(([name]) => name);
  const rows = entries.filter(([, says]) => says !== "not reported").flatMap(([name, says]) => labelled(`    ${name}`, printable(says), 26));
  return [`  ${kind} ${JSON.stringify(label)}, CKA_ID ${id || "none"}`.replace(/[\p{Cc}]/gu, "?"), ...rows, ...(mute.length === 0 ? [] : labelled("    not reported", mute.join(", "), 26)), ""];
}

export function probeLines(probe: Probe): string[] {
  const { scratch, pairs, longest, objects } = probe;
  return [
    ...tokenLines(probe.token), "", "tried on keys that were made for it and destroyed:", ...pairs.flatMap(pairLines), "",
    ...row("longest", `CKA_ID ${longest.id ?? "-"} octets, CKA_LABEL ${longest.label ?? "-"} octets, of what was tried`),
    ...row("one CKA_ID twice", probe.sameId), ...row("PIN each time", probe.alwaysAuthenticate),
    ...(probe.wraps.length === 0 ? row("wrapping", isUntried(probe) ? "not tried" : "no AES key wrap is offered") : probe.wraps.flatMap(({ mechanism, extractable, neverExtractable }) => row("wrapping", `${mechanism}: an extractable key ${extractable}; one that is not ${neverExtractable}${neverExtractable.startsWith("yes") ? ", WHICH MUST NOT BE" : ""}`))),
    ...row("data objects", probe.dataObject), ...row("random", probe.generator), ...probe.untried.flatMap((text) => row("not tried", text)),
    ...row("objects", `${objects.before} before, ${objects.after} after`),
    ...(scratch.left.length === 0 ? row("destroyed", `everything under the label ${scratch.label}`) : scratch.left.flatMap((text) => row("STILL THERE", text))),
  ];
}

/** Whether a person stopped the probe before it came to wrapping: it is tried right before data objects. */
function isUntried({ dataObject, wraps }: Probe): boolean {
  return wraps.length === 0 && dataObject === "not tried";
}

function pairLines({ algorithm, made, refused, privateKey, publicKey, keyGenMechanism, signs }: PairTrial): string[] {
  if (made !== "yes") return row(algorithm, made);
  const without = [...refused.privateKey.map((name) => `${name} (private)`), ...refused.publicKey.map((name) => `${name} (public)`)];
  return [
    ...row(algorithm, `made${without.length === 0 ? "" : ` without ${without.join(", ")}, which it refuses in a template`}`),
    ...row("", `private: ${wordsText(privateKey)}, KEY_GEN_MECHANISM ${keyGenMechanism}`), ...row("", `public: ${wordsText(publicKey)}`),
    ...row("", `signs: ${Object.entries(signs).map(([mechanism, word]) => `${mechanism} ${word}`).join(", ")}`),
  ];
}

function wordsText(attributes: PairTrial["privateKey"]): string {
  const by = (word: boolean | "not reported") => Object.entries(attributes).filter(([, says]) => says === word).map(([name]) => name).join(" ") || "-";
  return `true ${by(true)}; false ${by(false)}; not reported ${by("not reported")}`;
}

/** Step by step, what will not work on this token. */
export function misfitLines(script: string, misfits: readonly Misfit[]): string[] {
  if (misfits.length === 0) return [`${printable(script)}: nothing that was tried speaks against it on this token`];
  return [`${printable(script)}: ${misfits.length} thing${misfits.length === 1 ? "" : "s"} will not work on this token`, ...misfits.flatMap(({ step, kind, found, todo }) => [...labelled(`  step ${step}`, `${kind}: ${printable(found)}`, 11), ...labelled("", `do: ${printable(todo)}`, 11)])];
}
