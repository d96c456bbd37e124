/** The register after a ceremony: what the one before had, and a fold of this course. */
import { toHex } from "../bytes/hex.ts";
import { wantsPinAlways } from "../plan/key-template.ts";
import { sealsBefore } from "../plan/plan.ts";
import { REGISTER_FORMAT, writeRegister, type Register, type RegisteredCertificate, type RegisteredKey, type RegisteredToken } from "../transcript/register.ts";
import type { BoundToken, Course, CourseKey } from "./course.ts";
import { heldObjects } from "./earlier.ts";
import { movedKey } from "./moved-keys.ts";
import { rotationOf } from "./register-rotation.ts";

/** The octets of register.json, without a final LF. */
export function registerOf(course: Course, outcome: "done" | "stopped"): Uint8Array {
  const { plan, run, register: before } = course;
  return writeRegister({
    ...(plan.rehearsal === undefined ? {} : { rehearsal: plan.rehearsal.plan }),
    format: REGISTER_FORMAT, ceremony: plan.ceremony, run, assurance: plan.assurance, outcome, attested: course.attested,
    previous: sealsBefore(plan),
    tokens: tokensOf(course),
    keys: keysOf(course, outcome),
    strayIds: [...new Set([...(before?.strayIds ?? []), ...course.strayIds])],
    certificates: certificatesOf(course),
    requests: [...(before?.requests ?? []), ...[...course.requests.values()].map(({ name, key, subjectText, sha256 }) => ({ name, key, subject: subjectText, sha256 }))],
    crls: [...(before?.crls ?? []), ...course.claimedCrls, ...[...course.crls.values()].map(({ name, issuer, number, thisUpdate, nextUpdate, sha256 }) => ({ name, issuer, number, thisUpdate, nextUpdate, sha256 }))],
    lastCrlNumbers: Object.fromEntries(course.crlNumbers),
    possiblyIssued: [...(before?.possiblyIssued ?? []), ...possiblyOf(course)],
    revocations: [...course.revocations],
    ...backupsOf(course),
    bundles: [...(before?.bundles ?? []), ...course.bundles.map((bundle) => ({ run, ...bundle, files: [...bundle.files] }))],
    artifacts: [...(before?.artifacts ?? []), ...course.artifacts.map((artifact) => ({ run, ...artifact, files: [...artifact.files] }))],
    exceptions: course.exceptions.map(({ fact }) => fact),
    ...rotationOf(course), ...standingOf(course),
  });
}

/** A scheduled run is entered; a ceremony at which people are goes on from those before it, and its seal is over all of them. */
function standingOf({ plan, run, register, standing }: Course): Pick<Register, "standing"> {
  const before = register?.standing ?? [];
  const after = standing === null ? before.map((one) => ({ ...one, countersigned: one.countersigned ?? run })) : [...before, { approval: standing.sha256, run, number: plan.scheduled?.run ?? 0 }];
  return after.length === 0 ? {} : { standing: after };
}

/** Each token as it was last looked at, in this ceremony or before. */
function tokensOf({ register, tokens }: Course): RegisteredToken[] {
  const untouched = (register?.tokens ?? []).filter(({ token }) => !tokens.has(token));
  return [...untouched, ...[...tokens].map(([token, bound]) => tokenOf(token, bound))];
}

function tokenOf(token: string, { serial, identity, after }: BoundToken): RegisteredToken {
  const { manufacturer, model, firmware } = identity;
  return { token, serial, manufacturer, model, firmware, objects: after === null ? null : heldObjects(after) };
}

/** A stopped ceremony leaves the keys that it made parked: nothing may be certified over them later unseen. */
function keysOf(course: Course, outcome: "done" | "stopped"): RegisteredKey[] {
  const { register, keys } = course;
  const earlier = (register?.keys ?? []).map((key) => movedKey(course, { ...key, line: lineAfter(course, key), state: stateAfter(course, key) }));
  const known = new Set(earlier.map(({ key }) => key));
  const made = [...keys.values()].filter(({ planned }) => !known.has(planned.key));
  return [...earlier, ...made.map((key) => keyOf(course, key, outcome))].map((key) => ({ ...key, ...evidenceOf(course, key) }));
}

/** What showed a key's backup before stays. */
function evidenceOf({ evidence }: Course, { key, evidence: before = [] }: RegisteredKey): Pick<RegisteredKey, "evidence"> {
  const all = [...before, ...(evidence.get(key) ?? [])];
  return all.length === 0 ? {} : { evidence: all };
}

function lineAfter({ signed, run }: Course, { key, line }: RegisteredKey): string[] {
  return signed.has(key) ? [...line, run] : line;
}

/** What went wrong with a copy that is not proved yet says nothing of the key where it was. */
function stateAfter(course: Course, { key, state }: RegisteredKey): RegisteredKey["state"] {
  const unproved = course.restorations.some((one) => one.key.planned.key === key && !one.key.proved);
  if (!unproved && course.keys.get(key)?.state === "parked") return "parked";
  return state === "kept" ? keptOrUsed(course, key) : state;
}

function keyOf(course: Course, { planned, serial, id, label, spki, state, claimed, proved }: CourseKey, outcome: "done" | "stopped"): RegisteredKey {
  const { key, token, algorithm, signature, backup } = planned;
  // a key of another program is parked by a stop only while nothing proves it
  const isStopped = outcome === "stopped" && (claimed === undefined || !proved);
  return { key, token, serial, id, label, algorithm, signature, backup, spki: spki.sha256, state: isStopped || state === "parked" ? "parked" : stateOf(course, key), line: [course.run], ...(wantsPinAlways(planned) && claimed === undefined ? { alwaysAuthenticate: true } : {}), ...(claimed === undefined ? {} : { claimed }) };
}

/** A key that was kept is in use once something names it; a ceremony that does not name it keeps it on. */
function keptOrUsed(course: Course, key: string): RegisteredKey["state"] {
  return stateOf(course, key) === "in use" ? "in use" : "kept";
}

/** A key that nothing names is parked, unless the script keeps it by its word. */
function stateOf(course: Course, key: string): RegisteredKey["state"] {
  const isNamed = [...course.certificates.values(), ...course.requests.values(), ...course.artifacts].some((one) => one.key === key);
  if (isNamed) return "in use";
  const keeps = course.plan.steps.flatMap((step) => (step.rule === "close@1" ? step.keeps : []));
  return keeps.includes(key) ? "kept" : "parked";
}

function certificatesOf({ register, certificates, batchCertificates }: Course): RegisteredCertificate[] {
  const earlier = register?.certificates ?? [];
  const names = new Set(earlier.map(({ name }) => name));
  const single = [...certificates.values()].filter(({ name }) => !names.has(name)).map((one) => ({ ...one, spki: one.spki.sha256, der: toHex(one.der) }));
  const batch = batchCertificates.map((one) => ({ ...one, key: null, ca: false, crl: null, der: "" }));
  const made = [...single, ...batch].map(({ name, sha256, serial, profile, subjectText, issuer, notBefore, notAfter, spki, key, ca, crl, der, claimed }) => ({
    name, sha256, serial, profile, subject: subjectText, issuer, notBefore, notAfter, spki, key, ca, crl, der, ...(claimed === undefined ? {} : { claimed }),
  }));
  return [...earlier, ...made];
}

/** The member is absent while there is no backup. */
function backupsOf({ register, backups }: Course): Pick<Register, "backups"> {
  const all = [...(register?.backups ?? []), ...backups];
  return all.length === 0 ? {} : { backups: all };
}

function possiblyOf({ run, possiblyIssued }: Course): Register["possiblyIssued"] {
  return possiblyIssued.map(({ step, kind, name, issuer, tbs, burned }) => ({ run, step, kind, name, issuer, tbs: tbs.toJSON(), burned }));
}
