/** What docs/profiles.md says of each profile, made from the table of profiles itself. */
import { USUAL_ORDER } from "../../src/plan/parameters.ts";
import { PROFILES } from "../../src/plan/profiles.ts";
import type { ParameterName, Profile, ProfileParameters } from "../../src/plan/profile.ts";
import type { PlannedExtension } from "../../src/x509/extension.ts";

export const PROFILE_PAGE = "docs/profiles.md";
/** Generated text stands between these lines. */
export const MARKS = ["<!-- profiles: made by test/docs/write-profiles.ts -->", "<!-- end of profiles -->"] as const;

const SUBTREES = { dns: ["example.com"], ip: [], email: [], directory: [] };
const NONE = { dns: [], ip: [], email: [], directory: [] };
/** A value for each parameter, so that every extension is there. */
const GIVEN: ProfileParameters = {
  ceremony: "CEREMONY", subject: [{ type: "CN", value: "as given" }], pathLength: 0, factory: "FACTORY", isBelow: true, request: null, existing: null, usage: ["serverAuth"],
  policies: [{ oid: "1.3.6.1.4.1.99999.1", cps: null }], constraints: { permitted: SUBTREES, excluded: NONE }, access: { issuers: ["http://ca.example.com/"], ocsp: [] }, crlAt: ["http://ca.example.com/"], order: USUAL_ORDER,
};
/** Which extension a parameter decides. */
const DECIDES: Readonly<Record<string, ParameterName>> = {
  extKeyUsage: "usage", nameConstraints: "constraints", certificatePolicies: "policies", authorityInfoAccess: "authority-info", cRLDistributionPoints: "crl-at",
};

/** All blocks, in the order of the table. */
export function profileBlocks(): string {
  return PROFILES.map(block).join("\n");
}

function block(profile: Profile): string {
  const { name, fits, algorithms, wants, allows, rules } = profile;
  const ruled = rules.map(({ control, from }) => `[${control}](controls.md#${control.toLowerCase()}) from ${from}`);
  return [
    `### ${name}`, "",
    `For ${fits.map((kind) => `\`${kind}\``).join(", ")}. Keys: ${algorithms.join(", ")}. Wants ${listed(wants)}; takes ${listed(allows)}.`, "",
    ...extensionsOf(profile).map((extension, i) => `${i + 1}. ${line(profile, extension)}`), "",
    ...(ruled.length === 0 ? [] : [`Rules: ${ruled.join(", ")}.`, ""]),
  ].join("\n");
}

/** With what it takes, and nothing else. */
function extensionsOf(profile: Profile): readonly PlannedExtension[] {
  const has = (name: ParameterName): boolean => profile.wants.includes(name) || profile.allows.includes(name);
  return profile.extensions({
    ...GIVEN, isBelow: !profile.fits.includes("issue-root"), pathLength: has("path-length") ? 0 : null, usage: has("usage") ? GIVEN.usage : [], policies: has("policies") ? GIVEN.policies : [],
    constraints: has("constraints") ? GIVEN.constraints : null, access: has("authority-info") ? GIVEN.access : null, crlAt: has("crl-at") ? GIVEN.crlAt : [],
  });
}

function line(profile: Profile, { name, critical, text }: PlannedExtension): string {
  const parameter = DECIDES[name];
  const given = parameter !== undefined && (profile.wants.includes(parameter) || profile.allows.includes(parameter));
  const shown = given ? `as \`${parameter}\` says` : name === "basicConstraints" && profile.wants.concat(profile.allows).includes("path-length") ? "CA:TRUE, pathLenConstraint as `path-length` says" : name === "subjectAltName" ? "the DNS names of the request" : text;
  return `${name}${critical ? ", critical" : ""}: ${shown}`;
}

function listed(names: readonly ParameterName[]): string {
  return names.length === 0 ? "nothing" : names.map((name) => `\`${name}\``).join(", ");
}
