/** Octets of boulder's configuration files to what they say, or all findings. */
import type { Finding } from "../../fault.ts";
import { placed } from "../place.ts";
import { readStrictYaml, withoutEchoes } from "../strict-yaml.ts";
import { formFindingAt, readBySchema } from "../zod-findings.ts";
import { CEREMONY_TYPES, LEFT_OUT, schemaOf, typeOf, type Config } from "./config.ts";

/** A configuration, and the name of its file for findings and notes. */
export interface NamedConfig {
  readonly file: string;
  readonly config: Config;
  /** What lies beside it: by path as it is written there, the SHA-256 of the DER in the file, hex. */
  readonly beside?: ReadonlyMap<string, string>;
}

/**
 * Reads one file. Never throws: whatever is wrong is a [SCRIPT-FORM] finding, which shows nothing that might be a PIN.
 * @param bytes the file, UTF-8
 */
export function readConfig(bytes: Uint8Array, file: string): { readonly config: NamedConfig | null; readonly findings: readonly Finding[] } {
  const yaml = readStrictYaml(bytes, file);
  if (yaml.value === undefined) return { config: null, findings: yaml.findings };
  const type = typeOf(yaml.value);
  const schema = schemaOf(type);
  if (schema === undefined) {
    const why = Object.hasOwn(LEFT_OUT, type) ? `ceremony-type ${type} is not in this version: ${LEFT_OUT[type] ?? ""}` : `expected a ceremony-type of boulder's: ${CEREMONY_TYPES.join(", ")}`;
    const finding = formFindingAt(["ceremony-type"], "value", yaml.locate, why, "is this a configuration file of boulder's ceremony tool?");
    return { config: null, findings: placed([...yaml.findings, finding], file, yaml.locate) };
  }
  const read = readBySchema(schema, yaml.value, [], yaml.locate);
  const findings = placed([...yaml.findings, ...withoutEchoes(read.findings, yaml)], file, yaml.locate);
  return { config: findings.length === 0 && read.data !== null ? { file, config: read.data } : null, findings };
}
