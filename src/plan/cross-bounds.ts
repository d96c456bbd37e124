/** How wide a CA certificate is, by its extensions: a cross-certificate is never wider than what exists [CROSS-BOUNDS]. */
import { fromHex, toHex } from "../bytes/hex.ts";
import { EXTENSION, readBasicConstraints, readExtendedKeyUsage, readKeyUsage } from "../x509/extension-reading.ts";
import type { PlannedExtension } from "../x509/extension.ts";
import { nameAttributes } from "../x509/name-reading.ts";

/** Extensions that bound what a CA may do, beside basicConstraints. The last three are compared as they stand. */
const AS_THEY_STAND = [EXTENSION.nameConstraints, "2.5.29.36", "2.5.29.54"] as const;
export const BOUNDING: readonly string[] = [EXTENSION.keyUsage, EXTENSION.extKeyUsage, ...AS_THEY_STAND];

type Extensions = readonly PlannedExtension[];

/** In words, where `cross` allows more than `existing`. Both are of a known form. @throws Fault form-der */
export function widerThan(cross: Extensions, existing: Extensions): string[] {
  return [
    ...pathLengthWider(cross, existing),
    ...listWider("keyUsage", EXTENSION.keyUsage, readKeyUsage, cross, existing),
    ...listWider("extKeyUsage", EXTENSION.extKeyUsage, readExtendedKeyUsage, cross, existing),
    ...AS_THEY_STAND.flatMap((oid) => {
      const [had, has] = [valueOf(existing, oid), valueOf(cross, oid)];
      return had === undefined || had === has ? [] : [`the existing certificate is bounded by extension ${oid}, and this one is not bounded alike`];
    }),
  ];
}

function valueOf(extensions: Extensions, oid: string): string | undefined {
  const extension = extensions.find((one) => one.oid === oid);
  return extension !== undefined && "value" in extension ? extension.value : undefined;
}

function pathLengthWider(cross: Extensions, existing: Extensions): string[] {
  const [had, has] = [existing, cross].map((extensions) => {
    const value = valueOf(extensions, EXTENSION.basicConstraints);
    return value === undefined ? null : readBasicConstraints(fromHex(value)).pathLength;
  });
  if (had === null || had === undefined || (has !== null && has !== undefined && has <= had)) return [];
  return [`expected a pathLenConstraint of at most ${had}, that of the existing certificate, found ${has ?? "none"}`];
}

function listWider(name: string, oid: string, read: (value: Uint8Array) => readonly string[], cross: Extensions, existing: Extensions): string[] {
  const [had, has] = [valueOf(existing, oid), valueOf(cross, oid)];
  if (had === undefined) return [];
  if (has === undefined) return [`the existing certificate is bounded by ${name}, and this one is not`];
  const allowed = read(fromHex(had));
  const more = read(fromHex(has)).filter((one) => !allowed.includes(one));
  return more.length === 0 ? [] : [`expected the ${name} of the existing certificate at most, found ${more.join(", ")} as well`];
}

const ORGANIZATION = "2.5.4.10";

/** Whether two Names (DER) have one and the same organizationName, octet by octet, or both have none [CROSS-ORGANISATION]. */
export function isOneOrganisation(one: Uint8Array, other: Uint8Array): boolean {
  const [a, b] = [one, other].map((name) => nameAttributes(name).filter(({ oid }) => oid === ORGANIZATION).map(({ bytes }) => toHex(bytes)).join());
  return a === b;
}
