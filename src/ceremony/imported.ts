/** Boulder's ceremonies as a script that has been planned once: what it would refuse becomes waivers to be signed, or notes. Pure. */
import { toUtf8 } from "../bytes/text.ts";
import type { Finding } from "../fault.ts";
import { scriptText, stationText, type WantedWaiver } from "../script/boulder/emit.ts";
import type { NamedConfig } from "../script/boulder/read.ts";
import { translate, type Translation } from "../script/boulder/translate.ts";
import { madeAt, waivableControls } from "../plan/waivers.ts";
import { parseScript } from "../script/parse.ts";
import { planScript, type InputSource } from "./planned.ts";

export interface Imported {
  readonly script: string;
  readonly station: string;
  readonly notes: readonly string[];
  /** Not empty: the configurations lead nowhere, and nothing is to be written. */
  readonly findings: readonly Finding[];
}

/** People bring their keys later. */
const NOTHING_READ: InputSource = { read: () => ({ unreadable: "it is not there yet" }), list: () => [], refuted: () => new Set() };

/**
 * @param title of the ceremony
 * @param until the last instant at which a waiver may be used, `YYYY-MM-DDTHH:MM:SSZ`
 */
export function importBoulder(configs: readonly NamedConfig[], title: string, until: string): Imported {
  const translation = translate(configs);
  const station = stationText(translation);
  if (translation.findings.length > 0) return { script: "", station, notes: translation.notes, findings: translation.findings };
  const plain = scriptText(translation, title, [], until);
  const refused = refusals(plain);
  const waivers = waiversFor(refused, translation);
  const left = refused.filter(({ control, name }) => !waivers.some((waiver) => waiver.control === control && waiver.on.includes(name)));
  return { script: scriptText(translation, title, waivers, until), station, notes: [...translation.notes, ...droppedNotes(translation, waivers), ...left.map(({ control, name, message }) => `${name}: check will refuse it: ${message} [${control}]`)], findings: [] };
}

interface Refusal {
  readonly control: string;
  readonly name: string;
  readonly message: string;
}

/** What would be found in the script, but for the keys of people who are not known yet. */
function refusals(text: string): Refusal[] {
  const bytes = toUtf8(text);
  const nameAt = madeAt(parseScript(bytes, "script.yaml").script?.steps ?? []);
  const { findings } = planScript(bytes, "script.yaml", NOTHING_READ);
  return findings.filter(({ control }) => control !== "INPUT-PRESENT").map(({ control, path, message }) => ({ control, name: nameAt(path) ?? "the script", message }));
}

/** One waiver a control, on what boulder was told to skip lints of. */
function waiversFor(refused: readonly Refusal[], { skipped }: Translation): WantedWaiver[] {
  const waivable: readonly string[] = waivableControls();
  const controls = [...new Set(refused.map(({ control }) => control))].filter((control) => waivable.includes(control));
  return controls.flatMap((control) => {
    const on = [...new Set(refused.filter((one) => one.control === control && skipped.has(one.name)).map(({ name }) => name))];
    return on.length === 0 ? [] : [{ control, on, lints: [...new Set(on.flatMap((name) => skipped.get(name) ?? []))] }];
  });
}

/** Lints that were skipped and of which nothing here asks anything. */
function droppedNotes({ skipped }: Translation, waivers: readonly WantedWaiver[]): string[] {
  return [...skipped].filter(([name]) => !waivers.some(({ on }) => on.includes(name))).map(([name, lints]) => `${name}: nothing to waive; boulder was told to skip ${lints.join(", ")}`);
}
