/** Boulder's ceremonies as a script that has been planned once: what it would refuse becomes waivers to be signed, or notes. Pure. */
import { toUtf8 } from "../bytes/text.ts";
import type { Finding } from "../fault.ts";
import type { EarlierPack } from "../script/boulder/earlier.ts";
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

/** What a script goes on from, and where its files are read. */
export type EarlierSource = EarlierPack & { readonly source: Pick<InputSource, "read" | "list"> };

export interface ImportOrder {
  /** Of the ceremony. */
  readonly title: string;
  /** The last instant at which a waiver may be used, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly until: string;
  /** What the script goes on from; null where it makes everything itself. */
  readonly earlier: EarlierSource | null;
}

/** People bring their keys later. */
const NOTHING_READ: InputSource = { read: () => ({ unreadable: "it is not there yet" }), list: () => [], refuted: () => new Set() };

export function importBoulder(configs: readonly NamedConfig[], { title, until, earlier }: ImportOrder): Imported {
  const translation = translate(configs, earlier);
  const station = stationText(translation);
  if (translation.findings.length > 0) return { script: "", station, notes: translation.notes, findings: translation.findings };
  const refused = refusals(scriptText(translation, title, [], until), { ...NOTHING_READ, ...earlier?.source });
  const waivers = waiversFor(refused, translation);
  const left = refused.filter(({ control, name }) => !waivers.some((waiver) => waiver.control === control && waiver.on.includes(name)));
  const notes = [
    ...translation.notes, ...droppedNotes(translation, waivers), ...waivers.filter(({ lints }) => lints.length === 0).map(({ control, on }) => `${on.join(", ")}: a waiver of ${control} is to be signed, or what it lifts corrected`),
    ...left.map(({ control, name, message }) => `${name}: check will refuse it: ${message} [${control}]`),
  ];
  return { script: scriptText(translation, title, waivers, until), station, notes, findings: refused.flatMap(({ finding }) => (OF_PACK.includes(finding.control) ? [finding] : [])) };
}

/** What is wrong with a register pack is wrong with no configuration. */
const OF_PACK: readonly string[] = ["REGISTER-FORM", "REGISTER-SEALED", "REGISTER-SIGNED"];

interface Refusal {
  readonly control: string;
  readonly name: string;
  readonly message: string;
  readonly finding: Finding;
}

/** What would be found in the script, but for the keys of people who are not known yet. */
function refusals(text: string, source: InputSource): Refusal[] {
  const bytes = toUtf8(text);
  const register = planScript(bytes, "script.yaml", source);
  const nameAt = madeAt((register.script ?? parseScript(bytes, "script.yaml").script)?.steps ?? []);
  return register.findings.filter(({ control }) => control !== "INPUT-PRESENT").map((finding) => ({ control: finding.control, name: nameAt(finding.path) ?? "the script", message: finding.message, finding }));
}

/** One waiver a control: for lints that boulder was told to skip, or for what it does not ask. */
function waiversFor(refused: readonly Refusal[], { skipped }: Translation): WantedWaiver[] {
  const waivable: readonly string[] = waivableControls();
  const controls = [...new Set(refused.map(({ control }) => control))].filter((control) => waivable.includes(control));
  return controls.flatMap((control) => {
    const on = [...new Set(refused.filter((one) => one.control === control && one.name !== "the script").map(({ name }) => name))];
    return on.length === 0 ? [] : [{ control, on, lints: control.startsWith("WEBPKI-") ? [...new Set(on.flatMap((name) => skipped.get(name) ?? []))] : [] }];
  });
}

/** Lints that were skipped and of which nothing here asks anything. */
function droppedNotes({ skipped }: Translation, waivers: readonly WantedWaiver[]): string[] {
  return [...skipped].filter(([name]) => !waivers.some(({ on, lints }) => lints.length > 0 && on.includes(name))).map(([name, lints]) => `${name}: nothing to waive; boulder was told to skip ${lints.join(", ")}`);
}
