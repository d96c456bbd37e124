/** The forms of script and station as JSON Schema, for editors: made from the schemas by which the files are read. */
import * as z from "zod";
import { scriptSchema } from "./schema.ts";
import { stationSchema } from "./station-schema.ts";
import { STEP_KINDS, STEP_SCHEMAS } from "./step-schema.ts";

/** The files that have a form. */
export const FORMS = ["script", "station"] as const;
export type Form = (typeof FORMS)[number];

/** An editor sees the file as it is written. Refinements say in `meta` what JSON Schema can say of them. What only the reader can judge is left open: the schema refuses nothing that `check` takes. */
const AS_WRITTEN = { io: "input", unrepresentable: "any" } as const;

type Schema = Readonly<Record<string, unknown>>;

/** JSON Schema, draft 2020-12, of a script or a station file. */
export function jsonSchemaOf(form: Form): Schema {
  const schema = form === "script" ? scriptForm() : { ...z.toJSONSchema(stationSchema, AS_WRITTEN), title: "Station of an Anchorite ceremony" };
  return JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key === "pattern" && typeof value === "string" ? forEveryEngine(value) : value))) as Schema;
}

/** Editors read a pattern by code points or by UTF-16 units: what means something else to the second, or nothing, is left to `check`. */
function forEveryEngine(pattern: string): string {
  return pattern.replaceAll("\\ud800-\\udfff", "").replaceAll("\\u{e0000}-\\u{e007f}", "");
}

/** Each step is a map with one name, its kind. */
function scriptForm(): Schema {
  const { properties, ...whole } = z.toJSONSchema(scriptSchema, AS_WRITTEN);
  const steps = { ...(properties?.["steps"] as Schema), items: { anyOf: STEP_KINDS.map(stepForm) } };
  return { ...whole, properties: { ...properties, steps }, title: "Script of an Anchorite ceremony" };
}

function stepForm(kind: (typeof STEP_KINDS)[number]): Schema {
  const { $schema: _said, ...form } = z.toJSONSchema(STEP_SCHEMAS[kind], AS_WRITTEN);
  return { type: "object", properties: { [kind]: form }, required: [kind], additionalProperties: false };
}
