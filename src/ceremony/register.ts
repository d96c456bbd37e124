/** The register: a CA's state after the ceremony, a fold of its course; register.json in RFC 8785 form. */
import { canonicalBytes } from "../bytes/canonical.ts";
import type { Course } from "./course.ts";

/** The octets of register.json, without a final LF. */
export function registerOf(course: Course, outcome: "done" | "stopped"): Uint8Array {
  return canonicalBytes({
    format: "anchorite-register/0",
    ceremony: course.plan.ceremony,
    run: course.run,
    assurance: course.plan.assurance,
    outcome,
    tokens: [...course.tokens].map(([token, { serial, identity }]) => ({ token, serial, manufacturer: identity.manufacturer, model: identity.model, firmware: identity.firmware })),
    keys: keysOf(course, outcome),
    strayIds: [...course.strayIds],
    certificates: certificatesOf(course),
    requests: [...course.requests.values()].map(({ name, key, subjectText, sha256 }) => ({ name, key, subject: subjectText, sha256 })),
    crls: [...course.crls.values()].map(({ name, issuer, number, thisUpdate, nextUpdate, sha256 }) => ({ name, issuer, number, thisUpdate, nextUpdate, sha256 })),
    lastCrlNumbers: Object.fromEntries(course.crlNumbers),
    possiblyIssued: course.possiblyIssued.map(({ step, kind, name, issuer, tbs, burned }) => ({ step, kind, name, issuer, tbs, burned })),
    revocations: [...course.revocations].map(([certificate, { issuer, serial, date, reason }]) => ({ certificate, issuer, serial, date, reason })),
    bundles: course.bundles,
    exceptions: course.exceptions.map(({ fact }) => fact),
  });
}

/** A stopped ceremony leaves its keys parked: nothing may be certified over them later unseen. */
function keysOf(course: Course, outcome: "done" | "stopped"): object[] {
  return [...course.keys.values()].map(({ planned, serial, id, label, spki, state }) => ({
    key: planned.key, token: planned.token, serial, id, label, algorithm: planned.algorithm, signature: planned.signature, backup: planned.backup, spki: spki.sha256,
    state: outcome === "stopped" ? "parked" : state === "parked" ? state : stateOf(course, planned.key),
  }));
}

/** A key that nothing names is parked, unless the script keeps it by its word. */
function stateOf(course: Course, key: string): "in use" | "kept" | "parked" {
  const isNamed = [...course.certificates.values(), ...course.requests.values()].some((one) => one.key === key);
  if (isNamed) return "in use";
  const keeps = course.plan.steps.flatMap((step) => (step.rule === "close@1" ? step.keeps : []));
  return keeps.includes(key) ? "kept" : "parked";
}

function certificatesOf(course: Course): object[] {
  const all = [...[...course.certificates.values()].map((one) => ({ ...one, spki: one.spki.sha256 })), ...course.batchCertificates.map((one) => ({ ...one, key: null }))];
  return all.map(({ name, sha256, serial, profile, subjectText, issuer, notBefore, notAfter, spki, key }) => ({
    name, sha256, serial, profile, subject: subjectText, issuer, notBefore, notAfter, spki, key,
  }));
}
