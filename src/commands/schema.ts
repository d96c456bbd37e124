/** `schema script|station`: the form of a file as JSON Schema, for editors. */
import { EXIT, type ExitCode } from "../fault.ts";
import { jsonSchemaOf, type Form } from "../script/json-schema.ts";
import { result } from "./output.ts";

export type SchemaForm = Form;

/** Prints the schema as JSON. */
export function schema(form: Form): ExitCode {
  result(JSON.stringify(jsonSchemaOf(form), null, 1));
  return EXIT.done;
}
