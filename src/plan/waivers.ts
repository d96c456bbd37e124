/** Waivers of a script: which findings they lift, and whether they are signed [WAIVER-FITS, WAIVER-SIGNED]. Pure. */
import { sha256Hex } from "../bytes/digest.ts";
import { fromUtf8, sameBytes } from "../bytes/text.ts";
import { CONTROLS, type Control, type ControlId } from "../controls.ts";
import { Fault, type Finding, type ScriptPath } from "../fault.ts";
import type { Script } from "../script/schema.ts";
import type { Step } from "../script/step-schema.ts";
import { waiverSignaturePath, waiverTextPath, waiverText, type Waiver } from "../transcript/waiver.ts";
import { readPublicKeyLine, sshFingerprint } from "../transcript/sshkey.ts";
import { readSshSignature, sshSignatureClaim } from "../transcript/sshsig.ts";
import type { Register } from "../transcript/register.ts";
import { judgeUnreported, plannedUnreported } from "./unreported.ts";
import type { Judgement } from "./judgement.ts";
import type { PlannedWaiver } from "./plan.ts";
import type { Input, PlanClaim } from "./resolving.ts";

/** What a waiver is signed under. */
export const WAIVER_NAMESPACE = "anchorite-waiver";

/** The waivers of a script, by control. */
export function waiversOf(script: Pick<Script, "waivers">): ReadonlyMap<ControlId, Waiver> {
  return new Map(Object.entries(script.waivers ?? {}).flatMap(([control, waiver]) => (isControl(control) ? [[control, waiver] as const] : [])));
}

function isControl(id: string): id is ControlId {
  return CONTROLS.some((control) => control.id === id);
}

/** The controls that a waiver may lift: rules of policy about one object, never of form, possession, signatures or the record. */
export function waivableControls(): ControlId[] {
  return CONTROLS.filter((control: Control) => control.waivable === true).map(({ id }) => id);
}

/** What a waiver lifts, in words: the control, the objects, and the attributes that need not be reported. */
export function waivedText({ control, on, notReported }: Pick<PlannedWaiver, "control" | "on" | "notReported">): string {
  const half = (name: string, attributes: readonly string[]) => (attributes.length === 0 ? [] : [`${name} ${attributes.join(", ")}`]);
  const silent = notReported === undefined ? [] : [...half("private key", notReported.privateKey), ...half("public key", notReported.publicKey)];
  return `${control} on ${on.join(", ")}${silent.length === 0 ? "" : ` (need not be reported: ${silent.join("; ")})`}`;
}

/** The name of what a step makes, by a place inside the step: what a waiver can be `on`. */
export function madeAt(steps: readonly Step[]): (path: ScriptPath) => string | null {
  return (path) => {
    const step = path[0] === "steps" ? steps.find((one) => one.path[1] === path[1]) : undefined;
    return step === undefined ? null : nameMade(step);
  };
}

function nameMade(step: Step): string | null {
  if (step.kind === "generate-key-pair") return step.key;
  if ("certificate" in step) return step.certificate;
  return "crl" in step ? step.crl : null;
}

/** What is needed to judge waivers. */
export interface WaiverSource {
  readonly script: Script;
  readonly scriptBytes: Uint8Array;
  readonly inputs: ReadonlyMap<string, Input>;
  /** That of the ceremony before; null when there is none. */
  readonly register: Register | null;
}

/**
 * Judges every waiver, after all that it could lift has been judged. A signature is a claim that the shell checks before the
 * plan is used.
 */
export function resolveWaivers(source: WaiverSource, judgement: Judgement): { waivers: PlannedWaiver[]; claims: PlanClaim[] } {
  const claims: PlanClaim[] = [];
  const waivers = Object.entries(source.script.waivers ?? {}).map(([control, waiver]): PlannedWaiver => {
    judgeUnreported(source, control, waiver, judgement);
    judgeFit(source, control, waiver, judgement);
    const text = waiverText(sha256Hex(source.scriptBytes), control, waiver);
    judgeText(source, control, text, judgement);
    claims.push(...waiver.by.flatMap((person) => signatureClaim(source, control, person, text, judgement)));
    return { control, on: waiver.on, why: waiver.why, by: waiver.by, until: waiver.until, ...plannedUnreported(waiver), sha256: sha256Hex(text) };
  });
  return { waivers, claims };
}

/** A waiver names a control that may be waived, people and objects of this script, and lifts a finding of each of them. */
function judgeFit({ script }: WaiverSource, control: string, { on, by }: Waiver, judgement: Judgement): void {
  const path = ["waivers", control];
  const waivable = waivableControls();
  const may = isControl(control) && waivable.includes(control);
  judgement.judge("WAIVER-FITS", path, may, `expected a control that can be waived, found ${control}`, `those that can: ${waivable.join(", ")}`);
  for (const id of by) judgement.judge("WAIVER-FITS", [...path, "by"], Object.hasOwn(script.people, id), `expected people of this script, found ${id}`);
  if (!may) return;
  for (const name of on) judgement.judge("WAIVER-FITS", [...path, "on"], judgement.lifted(control, name), `expected a waiver to lift a finding, found none of ${control} on ${name}`, "take the name out: a waiver that lifts nothing hides what comes later");
}

function judgeText({ inputs }: WaiverSource, control: string, text: Uint8Array, judgement: Judgement): void {
  const path = waiverTextPath(control);
  const found = inputs.get(path);
  if (!(found instanceof Uint8Array)) return; // INPUT-PRESENT says so
  judgement.judge("WAIVER-SIGNED", ["waivers", control], sameBytes(found, text), `${path} is not the text of this waiver and this script`, `the script has changed since: move waivers/${control}.* away and have it signed again`);
}

function signatureClaim({ script, inputs }: WaiverSource, control: string, person: string, text: Uint8Array, judgement: Judgement): PlanClaim[] {
  const path = ["waivers", control, "by"];
  const file = waiverSignaturePath(control, person);
  const [armour, line] = [inputs.get(file), inputs.get(script.people[person]?.key ?? "")];
  if (!(armour instanceof Uint8Array) || !(line instanceof Uint8Array)) return [];
  try {
    const signature = readSshSignature(armour);
    const wanted = readPublicKeyLine(fromUtf8(line).trimEnd());
    const found = `${signature.namespace} by ${sshFingerprint(signature.publicKey.blob)}`;
    const fits = signature.namespace === WAIVER_NAMESPACE && sameBytes(signature.publicKey.blob, wanted.blob);
    judgement.judge("WAIVER-SIGNED", path, fits, `${file}: expected a signature ${WAIVER_NAMESPACE} by ${sshFingerprint(wanted.blob)}, the key of ${person}; found ${found}`);
    return [{ claim: sshSignatureClaim(file, signature, text), otherwise: unsigned(path, `${file}: the signature does not verify`) }];
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    judgement.take(["WAIVER-SIGNED"], [unsigned(path, `${file}: ${thrown.message}`)]);
    return [];
  }
}

function unsigned(path: ScriptPath, message: string): Finding {
  return { control: "WAIVER-SIGNED", path, message, hint: "have it signed again: anchorite waive SCRIPT CONTROL --as ID --key FILE" };
}
