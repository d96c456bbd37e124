/** Waivers of attributes that a token does not report: which of a key they may name [ATTRIBUTE-REPORTED, WAIVER-FITS]. Pure. */
import type { KeyBackup } from "../transcript/register.ts";
import type { UnreportedAttributes, Waiver } from "../transcript/waiver.ts";
import { MECHANISM_OF, type KeyAlgorithm } from "../x509/algorithm.ts";
import type { Judgement } from "./judgement.ts";
import { readBackOf, templatesOf } from "./key-template.ts";
import type { PlannedWaiver } from "./plan.ts";
import { profileOf } from "./token-profiles.ts";
import type { WaiverSource } from "./waivers.ts";

/** What these say is why a key is a token's at all: where they are not reported, nobody knows, and nobody signs for it. */
const REPORTED: ReadonlySet<string> = new Set(["SENSITIVE", "EXTRACTABLE", "WRAP_WITH_TRUSTED"]);
const CONTROL = "ATTRIBUTE-REPORTED";

/** A key of which a ceremony judges every attribute. */
interface JudgedKey {
  readonly token: string;
  readonly algorithm: KeyAlgorithm;
  readonly backup: KeyBackup;
}

/**
 * A waiver of this control names attributes, and only such as are judged of each of its keys and are not taken already; a waiver of
 * another control names none. What the token reports, and reports otherwise than asked for, no waiver takes.
 */
export function judgeUnreported(source: WaiverSource, control: string, waiver: Waiver, judgement: Judgement): void {
  const path = ["waivers", control, "not-reported"];
  const silent = waiver["not-reported"];
  const isThis = control === CONTROL;
  judgement.judge("WAIVER-FITS", path, isThis === (silent !== undefined), isThis ? `expected not-reported, the attributes that a token need not report, beside a waiver of ${CONTROL}, found none` : `expected not-reported beside a waiver of ${CONTROL} alone, found it beside ${control}`);
  if (!isThis || silent === undefined) return;
  for (const name of waiver.on) {
    const key = judgedKey(source, name);
    if (key === null) continue; // a name that lifts nothing is found with every other waiver
    judgement.lift(CONTROL, name);
    for (const found of strangeAttributes(source, key, silent)) judgement.judge("WAIVER-FITS", path, false, `expected attributes that are judged of ${name}, found ${found}`);
  }
}

/** A key that the script makes, or one of the register that was made by a ceremony and is on a token of the script. */
function judgedKey({ script, register }: WaiverSource, name: string): JudgedKey | null {
  const made = script.steps.find((step) => step.kind === "generate-key-pair" && step.key === name);
  if (made?.kind === "generate-key-pair") return made;
  const earlier = register?.keys.find(({ key, claimed, restored }) => key === name && claimed === undefined && restored === undefined);
  const isMoved = script.steps.some((step) => step.kind === "restore-key" && step.key === name);
  return earlier === undefined || isMoved || !Object.hasOwn(script.tokens, earlier.token) ? null : earlier;
}

/** Why attributes cannot be named, in words. */
function strangeAttributes({ script }: WaiverSource, { token, algorithm, backup }: JudgedKey, silent: UnreportedAttributes): string[] {
  const { privateTemplate, publicTemplate } = templatesOf(backup);
  const known = { private: [...Object.keys({ ...privateTemplate, ...readBackOf(algorithm, backup).readBack }), "KEY_GEN_MECHANISM"], public: Object.keys(publicTemplate) };
  const words = profileOf(script, token).profile?.words ?? [];
  return (["private", "public"] as const).flatMap((half) => (silent[half] ?? []).flatMap((attribute) => {
    if (REPORTED.has(attribute)) return [`${attribute}, which has to be reported: without it nobody knows whether the key can leave the token`];
    if (!known[half].includes(attribute)) return [`${attribute}, which is none of the ${half} half`];
    const taken = words.some((word) => word.half === `${half} key` && word.attribute === attribute && word.says === "not reported" && (word.family === undefined || MECHANISM_OF[algorithm].startsWith(word.family)));
    return taken ? [`${attribute} of the ${half} half, which the token profile takes already`] : [];
  }));
}

/** What a plan holds of it; nothing where the waiver is of another control. */
export function plannedUnreported(waiver: Waiver): Pick<PlannedWaiver, "notReported"> {
  const silent = waiver["not-reported"];
  return silent === undefined ? {} : { notReported: { privateKey: silent.private ?? [], publicKey: silent.public ?? [] } };
}
