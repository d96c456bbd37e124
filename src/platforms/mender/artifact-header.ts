/** The header of a .mender artifact: its name, the devices that it is for, its payloads, the scripts that run beside it. */
import { sha256Hex } from "../../bytes/digest.ts";
import { parseJson } from "../../bytes/json.ts";
import type { TarEntry } from "../../bytes/tar.ts";
import { Fault } from "../../fault.ts";

export interface ArtifactHeader {
  readonly artifact: string;
  readonly group: string | null;
  readonly devices: readonly string[];
  /** The type of each payload, null for an empty one. */
  readonly payloads: readonly (string | null)[];
  /** State scripts, which run as root on the device. */
  readonly scripts: readonly { readonly name: string; readonly sha256: string }[];
}

/**
 * @param entries of header.tar: header-info first, then scripts/, then headers/NNNN/
 * @param payloads how many there are
 * @throws Fault form-mender for a header of another form; form-json, form-utf8
 */
export function readHeader(entries: readonly TarEntry[], payloads: number): ArtifactHeader {
  const [info, ...rest] = entries;
  if (info?.name !== "header-info") throw fault(`expected header-info first in the header, found ${info?.name ?? "nothing"}`);
  const fields = objectOf(parseJson(info.bytes), "header-info");
  const provides = objectOf(fields["artifact_provides"], "artifact_provides");
  const depends = objectOf(fields["artifact_depends"], "artifact_depends");
  const types = listOf(fields["payloads"], "payloads").map(typeOf);
  if (types.length !== payloads) throw fault(`expected as many payloads in the header as in the artifact, ${payloads}, found ${types.length}`);
  const stranger = rest.find(({ name }) => !/^(scripts\/[^/]+|headers\/[0-9]{4}\/(type-info|meta-data))$/.test(name));
  if (stranger !== undefined) throw fault(`expected scripts and headers of payloads in the header, found ${stranger.name}`);
  return {
    artifact: textOf(provides["artifact_name"], "artifact_name"), devices: listOf(depends["device_type"], "device_type").map((device) => textOf(device, "device_type")), payloads: types,
    group: provides["artifact_group"] === undefined ? null : textOf(provides["artifact_group"], "artifact_group"),
    scripts: rest.filter(({ name }) => name.startsWith("scripts/")).map(({ name, bytes }) => ({ name: name.slice("scripts/".length), sha256: sha256Hex(bytes) })),
  };
}

function fault(message: string): Fault {
  return new Fault("form-mender", message);
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw fault(`expected a JSON object in ${what}, found another value`);
  return value as Readonly<Record<string, unknown>>;
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw fault(`expected a list in ${what}, found another value or an empty one`);
  return value as readonly unknown[];
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== "string" || value === "") throw fault(`expected a text in ${what}, found another value`);
  return value;
}

function typeOf(payload: unknown): string | null {
  const { type } = objectOf(payload, "payloads");
  return type === null ? null : textOf(type, "type");
}
