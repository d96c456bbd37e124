/** Octets of a script to a script, or every reason why not, each with its place. */
import type { Finding } from "../fault.ts";
import type { Draft } from "./doubt.ts";
import { namesFindings } from "./names.ts";
import { placesFindings } from "./places-doubts.ts";
import { inReadingOrder, placed, type Locate } from "./place.ts";
import { MOST_STEPS, scriptSchema, type Script } from "./schema.ts";
import { packsOf } from "../transcript/named-packs.ts";
import type { Register } from "../transcript/register.ts";
import { stepsOfRegister } from "./registered.ts";
import { soundSteps } from "./sound.ts";
import { readSteps, type ReadSteps } from "./steps.ts";
import { readStrictYaml, withoutEchoes, type StrictYaml } from "./strict-yaml.ts";
import { readBySchema } from "./zod-findings.ts";

/** Beyond these a script is not mistaken but something else. */
const MOST_FINDINGS = 200;

export interface ParsedScript {
  /** Null when there is any finding. */
  readonly script: Script | null;
  /** The script with the steps that can be judged further, when there are findings; null when there is nothing to judge by. */
  readonly sound: Script | null;
  /** In the order of the text; each has file, line and column. */
  readonly findings: readonly Finding[];
  /** For findings of later judges: the place of what stands at a path. */
  readonly locate: Locate;
}

/**
 * Reads a script. Never throws: everything that is wrong with it is a finding, all at once, what the parts say of each other
 * included as far as the parts could be read.
 * @param text the file's octets, UTF-8
 * @param file the name that the findings carry
 * @param registerIn gives what the registers of the packs say that the script names, for the names in it; null when none can be read
 */
export function parseScript(text: Uint8Array, file: string, registerIn: (packs: readonly string[]) => Register | null = () => null): ParsedScript {
  const yaml = readStrictYaml(text, file);
  if (yaml.value === undefined) return { script: null, sound: null, findings: yaml.findings, locate: yaml.locate };
  const top = readBySchema(scriptSchema, yaml.value, [], yaml.locate);
  const steps = readSteps(writtenSteps(yaml.value).slice(0, MOST_STEPS), yaml.locate);
  const form = withoutEchoes([...top.findings, ...steps.findings], yaml);
  const draft = draftFrom(yaml, steps, registerIn);
  const names = [...namesFindings(draft), ...placesFindings(draft)];
  const findings = inReadingOrder(placed([...yaml.findings, ...form, ...names].slice(0, MOST_FINDINGS), file, yaml.locate));
  const whole = top.data === null ? null : { ...top.data, steps: steps.steps };
  if (findings.length === 0) return { script: whole, sound: null, findings, locate: yaml.locate };
  return { script: null, sound: whole === null ? null : { ...whole, steps: soundSteps(draft) }, findings, locate: yaml.locate };
}

function writtenSteps(value: unknown): readonly unknown[] {
  const steps = section(value, "steps");
  return Array.isArray(steps) ? steps : [];
}

function section(value: unknown, name: string): unknown {
  return typeof value === "object" ? Object.entries(value ?? {}).find(([key]) => key === name)?.[1] : undefined;
}

/** The sections that could be read, each by itself. */
function draftFrom({ value, locate }: StrictYaml, { steps, suspects }: ReadSteps, registerIn: (packs: readonly string[]) => Register | null): Draft {
  const { people, quorum, tokens, places, register } = scriptSchema.shape;
  const packs = packsOf(readBySchema(register, section(value, "register"), ["register"], locate).data ?? undefined).map(({ pack }) => pack);
  const known = packs.length === 0 ? null : registerIn(packs);
  return {
    people: readBySchema(people, section(value, "people"), ["people"], locate).data,
    quorum: readBySchema(quorum, section(value, "quorum"), ["quorum"], locate).data,
    tokens: readBySchema(tokens, section(value, "tokens"), ["tokens"], locate).data,
    places: readBySchema(places, section(value, "places"), ["places"], locate).data ?? null,
    steps,
    registered: known === null ? [] : stepsOfRegister(known),
    copies: (known?.keys ?? []).flatMap(({ key, copies = [] }) => copies.filter(({ state }) => state === "there").map(({ token }) => ({ token, key }))),
    written: writtenSteps(value).length,
    suspects,
  };
}
