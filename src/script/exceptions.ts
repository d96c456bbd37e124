/** The file of exceptions: why named people let a run begin though a control of the run does not hold. Strict YAML, as a script. */
import { z } from "zod";
import type { Finding } from "../fault.ts";
import { expecting, line, listOf, pattern, personId, sha256Text } from "./field.ts";
import { readStrictYaml } from "./strict-yaml.ts";
import { readBySchema } from "./zod-findings.ts";

const exception = z.strictObject({
  control: pattern(/^[A-Z]{2,20}(-[A-Z]{2,20}){1,5}$/, "a control such as HOST-PRINTER"), why: line(10, 300), by: listOf(personId, 2, 20, "people"),
  /** The rehearsed script that this one was filled from in an emergency. */
  template: sha256Text.exactOptional(),
});

const exceptionsFile = z.strictObject({
  "anchorite-exceptions": z.literal(1, { error: expecting("1, the version of the file's form") }),
  exceptions: listOf(exception, 1, 50, "exceptions"),
});

export type WrittenException = Readonly<z.infer<typeof exception>>;

/** @param file the name that findings carry @returns none, and findings [SCRIPT-FORM], for a file that is out of its form */
export function readExceptions(text: Uint8Array, file: string): { readonly exceptions: readonly WrittenException[]; readonly findings: readonly Finding[] } {
  const yaml = readStrictYaml(text, file);
  if (yaml.value === undefined) return { exceptions: [], findings: yaml.findings };
  const { data, findings } = readBySchema(exceptionsFile, yaml.value, [], yaml.locate);
  const found = [...yaml.findings, ...findings].map((one) => ({ ...one, file, ...yaml.locate(one.path) }));
  return { exceptions: data === null || found.length > 0 ? [] : data.exceptions, findings: found };
}
