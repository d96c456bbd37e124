/** The fields of `export-bundle` and `sign-artifact`: beside their own, those of the parts of their platform or format. */
import * as z from "zod";
import type { Part } from "../platforms/part.ts";
import { ARTIFACT_FORMAT_NAMES, partsOf, PLATFORM_NAMES, type ArtifactFormatName, type GivenParts, type PartsOf, type PlatformName } from "../platforms/parts.ts";
import { inputPath, listOf, madeName, pattern, personId } from "./field.ts";

export interface BundleFields {
  readonly bundle?: string;
  readonly platform: PlatformName;
  readonly parts: GivenParts;
}

export interface ArtifactFields {
  readonly artifact: string;
  readonly format: ArtifactFormatName;
  readonly key: string;
  /** Who reads back what is in the file, before it is signed. */
  readonly by: readonly string[];
  readonly parts: GivenParts;
}

type FieldError = (issue: { readonly input: unknown }) => string;

/** @param error what is said when there is no such platform */
export function bundleSchema(error: FieldError): z.ZodType<BundleFields> {
  const forms = PLATFORM_NAMES.map((platform) => z.strictObject({ bundle: z.exactOptional(madeName), platform: z.literal(platform), ...partsShape({ platform }) }));
  return z.discriminatedUnion("platform", forms as [(typeof forms)[number], ...typeof forms], { error })
    .transform(({ bundle, platform, ...fields }) => ({ ...(bundle === undefined ? {} : { bundle }), platform, parts: gathered({ platform }, fields) }));
}

/** @param error what is said when there is no such format */
export function artifactSchema(error: FieldError): z.ZodType<ArtifactFields> {
  const own = { artifact: madeName, key: madeName, by: listOf(personId, 1, 20, "people") };
  const forms = ARTIFACT_FORMAT_NAMES.map((format) => z.strictObject({ ...own, format: z.literal(format), ...partsShape({ format }) }));
  return z.discriminatedUnion("format", forms as [(typeof forms)[number], ...typeof forms], { error })
    .transform(({ artifact, key, by, format, ...fields }) => ({ artifact, format, key, by, parts: gathered({ format }, fields) }));
}

/** The form of the parts, as fields of a step. */
function partsShape(of: PartsOf): Record<string, z.ZodType> {
  return Object.fromEntries(partsOf(of).map(([name, part]) => {
    const form = part.many ? listOf(itemOf(part), 1, 100, part.kind === "crl" ? "CRLs" : `${part.kind}s`) : itemOf(part);
    return [name, part.wanted ? form : z.exactOptional(form)];
  }));
}

function itemOf({ kind, form }: Part): z.ZodString {
  if (form !== undefined) return pattern(form.pattern, form.what);
  return kind === "file" ? inputPath : madeName;
}

function gathered(of: PartsOf, fields: object): GivenParts {
  const given = new Map<string, unknown>(Object.entries(fields));
  return Object.fromEntries(partsOf(of).flatMap(([name]) => {
    const value = given.get(name);
    return value === undefined ? [] : [[name, (Array.isArray(value) ? value : [value]).map(String)] as const];
  }));
}
