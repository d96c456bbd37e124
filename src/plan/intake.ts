/** The intake of a request: what a plan and the request desk demand of it alike. Its own signature remains a claim. */
import { sha256Hex } from "../bytes/digest.ts";
import type { ScriptPath } from "../fault.ts";
import { requestFinding, type RequestFinding, type RequestProblem } from "../x509/request-finding.ts";
import { requestKeyProblems } from "../x509/request-key.ts";
import type { CertificationRequest, RequestReading } from "../x509/request-reading.ts";
import type { WeakList } from "../x509/weak-list.ts";
import { policyOf } from "./algorithm-policy.ts";
import type { Profile } from "./profile.ts";

/** What a request is held against. */
export interface IntakeTerms {
  /** Null at a desk without one: then every key that the reading accepts will do. */
  readonly profile: Profile | null;
  /** That of the issuer; null where it has none, undefined where no issuer is known. */
  readonly factory: string | null | undefined;
  /** Who has a key already, by `keyName`. */
  readonly known: ReadonlyMap<string, string>;
  /** Keys that nobody may have; null where no list is given. */
  readonly weak: WeakList | null;
}

/** By what `IntakeTerms.known` knows a key: the SHA-256 of its SubjectPublicKeyInfo, hex. */
export function keyName(request: CertificationRequest): string {
  return sha256Hex(request.spki);
}

/** Everything for which a request is refused, but its own signature, which is a claim of the reading. */
export function judgeIntake({ request, findings }: RequestReading, { profile, factory, known, weak }: IntakeTerms, path: ScriptPath): RequestFinding[] {
  if (request === null) return findings;
  const problems = [
    ...(profile === null ? [] : requestKeyProblems(request.publicKey, profile.algorithms, policyOf(profile.name)?.why)),
    ...(weak?.has(request.spki) === true ? [LISTED] : []),
    ...reuse(known.get(keyName(request))),
    ...(profile !== null && request.requestedCa && !profile.ca ? [asksForCa(profile)] : []),
  ];
  return [...findings, ...problems.map((problem) => requestFinding(problem, path)), ...(profile?.judgeRequest(request, factory, path) ?? [])];
}

/** [WEAK-KEY-LIST] */
const LISTED: RequestProblem = { code: "request-key-listed", message: "the request has a key of the list of weak keys: its private half is known", hint: "have a new key pair made, by a program that is not affected" };

function reuse(twin: string | undefined): RequestProblem[] {
  return twin === undefined ? [] : [{ code: "request-key-reused", message: `the request has the key of ${twin}`, hint: "a key is certified once in a ceremony" }];
}

function asksForCa(profile: Profile): RequestProblem {
  const [name = profile.name] = profile.name.split("@");
  return { code: "request-ca", message: `the request asks to be a CA, and ${name} makes none`, hint: "have the request made again, or use the profile that was meant" };
}

/** What is said when the claim of a request does not hold [REQUEST-POSSESSION]. */
export function possessionFinding(path: ScriptPath): RequestFinding {
  return requestFinding({ code: "request-signature", message: "the request's own signature does not verify", hint: "the request was changed, or made without its key: have it made again" }, path);
}
