/** Step `adopt`: a CA that was made elsewhere is found on its token and taken into the register, its past as it is claimed. */
import { Content } from "../../bytes/content.ts";
import { sha256Hex } from "../../bytes/digest.ts";
import { fromHex } from "../../bytes/hex.ts";
import { sameBytes } from "../../bytes/text.ts";
import { readBackOf, templatesOf } from "../../plan/key-template.ts";
import type { PlannedClaimed } from "../../plan/adopted.ts";
import type { StepOf } from "../../plan/plan.ts";
import type { TokenObject } from "../../transcript/observation.ts";
import { readCertificate } from "../../x509/certificate-reading.ts";
import { EXTENSION, readSubjectKeyIdentifier } from "../../x509/extension-reading.ts";
import { extensionValue } from "../../x509/given-certificate.ts";
import { judge, named, type Course, type CourseCertificate } from "../course.ts";
import { wholePair, type Pair } from "../key-attributes.ts";
import { confirmAct, orStop } from "../people.ts";
import { ask, type Ask } from "../request.ts";

type AdoptStep = StepOf<"adopt@1">;

/** The key is looked at and not asked for anything: it proves itself by the CRL that follows [ADOPTED-KEY]. */
export function* adopt(course: Course, step: AdoptStep): Ask<void> {
  const { serial } = named(course.tokens, step.token, "token");
  const { objects } = orStop(course, step.number, yield* ask({ kind: "inspect-token", step: step.number, token: step.token, serial }));
  const pair = pairOf(step, objects);
  const facts = readCertificate(fromHex(step.ca.der));
  judge(course, "ADOPTED-KEY", step.number, pair !== null, `expected one private key with ${placeText(step)} on ${step.token} and a public key of the same CKA_ID, found ${foundText(step, objects)}`);
  if (pair === null) return;
  judge(course, "ADOPTED-KEY", step.number, sameBytes(fromHex(pair.spki), facts.spki), `expected the public key of ${step.ca.certificate}, SPKI SHA-256 ${sha256Hex(facts.spki)}, found ${sha256Hex(fromHex(pair.spki))}`);
  const { SENSITIVE: sensitive, EXTRACTABLE: extractable } = pair.privateKey.attributes;
  judge(course, "ADOPTED-KEY", step.number, course.plan.assurance !== "production" || (sensitive === true && extractable === false), `production wants a private key that is sensitive and not extractable, the token says SENSITIVE ${sensitive ?? "not reported"}, EXTRACTABLE ${extractable ?? "not reported"}`);
  yield* confirmAct(course, step.number, "adopt", [step.ca.certificate, step.key]);
  enter(course, step, serial, pair);
}

function pairOf({ find }: AdoptStep, objects: readonly TokenObject[]): Pair | null {
  const [key, second] = objects.filter((object) => object.class === "private key" && (find.id === null || object.id === find.id) && (find.label === null || object.label === find.label));
  if (key === undefined || second !== undefined) return null;
  return wholePair(objects.filter((object) => object.id === key.id && object.class !== "certificate"));
}

function placeText({ find }: AdoptStep): string {
  return [...(find.id === null ? [] : [`CKA_ID ${find.id}`]), ...(find.label === null ? [] : [`label ${find.label}`])].join(" and ");
}

function foundText({ find }: AdoptStep, objects: readonly TokenObject[]): string {
  const near = objects.filter(({ id, label }) => id === find.id || label === find.label).map(({ class: kind, id, label }) => `${kind} ${id} ${label}`);
  return near.join(", ") || "none";
}

function enter(course: Course, { key, token, algorithm, signature, backup, crl, profile, ca, issuer, issued, list }: AdoptStep, serial: string, { spki, privateKey, publicKey }: Pair): void {
  course.keys.set(key, {
    planned: { key, token, algorithm, signature, backup, ...templatesOf(), ...readBackOf(algorithm) }, serial, id: privateKey.id, label: privateKey.label, spki: new Content(fromHex(spki)), objects: [privateKey, publicKey], state: "in use", proved: false,
    isEarlier: true, claimed: { privateKey: privateKey.attributes, publicKey: publicKey.attributes, keyGenMechanism: privateKey.keyGenMechanism },
  });
  course.certificates.set(ca.certificate, certificateOf(ca, { issuer, key, crl, profile }));
  for (const one of issued) course.certificates.set(one.certificate, certificateOf(one, { issuer: ca.certificate, key: null, crl: null, profile: "claimed" }));
  for (const one of [ca, ...issued]) course.serials.add(one.serial);
  if (list === null) return;
  const { number, thisUpdate, nextUpdate, sha256, revoked } = list;
  if (number !== null) course.crlNumbers.set(ca.certificate, number);
  if (number !== null && number > 0 && nextUpdate !== null) course.claimedCrls.push({ name: `${ca.certificate}/claimed`, issuer: ca.certificate, number, thisUpdate, nextUpdate, sha256, claimed: true });
  course.revocations = [...course.revocations, ...revoked.map((one) => ({ issuer: ca.certificate, ...one, released: null, claimed: true as const }))];
}

function certificateOf({ certificate, der, subjectText, serial, ca, notBefore, notAfter }: PlannedClaimed, as: Pick<CourseCertificate, "issuer" | "key" | "crl" | "profile">): CourseCertificate {
  const bytes = fromHex(der);
  const { subject, spki, extensions } = readCertificate(bytes);
  const identifier = extensionValue(extensions, EXTENSION.subjectKeyIdentifier);
  return {
    name: certificate, der: bytes, sha256: sha256Hex(bytes), serial, ca, subject, subjectText, notBefore, notAfter, spki: new Content(spki), claimed: true, ...as,
    subjectKeyIdentifier: identifier === undefined ? null : readSubjectKeyIdentifier(identifier),
  };
}
