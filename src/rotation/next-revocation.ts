/** The emergency: one certificate is revoked by its CA, and where it is a CA another one takes its place [ROTATION-REVOKE, ROTATION-REVOKE-ROOT]. */
import type { Finding } from "../fault.ts";
import type { Register, RegisteredCertificate } from "../transcript/register.ts";
import { CRL_REASON_NAMES, type CrlReason } from "../x509/crl-reason.ts";
import { succeed } from "./next-certificates.ts";
import type { Draft } from "./next-draft.ts";
import { makeList } from "./next-lists.ts";

/** Attribute authorities there are none. */
export const EMERGENCY_REASONS: readonly CrlReason[] = CRL_REASON_NAMES.filter((name) => name !== "aACompromise");

/** Which certificate, by its serial number (hex), and why (RFC 5280 5.3.1). */
export interface Emergency {
  readonly serial: string;
  readonly reason: CrlReason;
}

export interface JudgedEmergency {
  readonly certificate: string;
  readonly issuer: string;
  readonly ca: boolean;
  readonly reason: CrlReason;
}

/** The certificate that is meant; or why it is not revoked. @param at UTC */
export function judgeRevoking(register: Register, { serial, reason }: Emergency, at: string): JudgedEmergency | { readonly findings: readonly Finding[] } {
  const refuse = (message: string, hint: string, control: Finding["control"] = "ROTATION-REVOKE"): { findings: Finding[] } => ({ findings: [{ control, path: ["revoke"], message, hint }] });
  const [one, other] = register.certificates.filter((certificate) => certificate.serial === serial);
  if (one === undefined) return refuse(`expected a serial number of the register, found ${serial}`, "rotation status --json has the serial number of each certificate, in hex");
  if (other !== undefined) return refuse(`expected the serial number of one certificate, found ${serial} of ${one.name} and of ${other.name}`, "write the script by hand, with issue-crl and revoke: [{ certificate: … }]");
  if (one.issuer === one.name) return refuse(`${one.name} is a root: no list that it signs itself is to be believed, and no CA stands above it`, "tell everybody who trusts it to take it out of their anchors; hold the ceremony that makes its successor, and revoke what is below it, CA by CA", "ROTATION-REVOKE-ROOT");
  if (one.issuer === "") return refuse(`${one.name} was issued by somebody else's CA`, "ask that CA to revoke it; stop using it");
  const before = register.revocations.find(({ certificate, serial: known, released, issuer }) => released === null && (certificate === one.name || (known === serial && issuer === one.issuer)));
  if (before !== undefined && before.reason !== "certificateHold") return refuse(`${one.name} is revoked already, since ${before.date.slice(0, 10)}, as ${before.reason}`, "each later list repeats it by itself");
  if (one.notAfter < at) return refuse(`${one.name} ended ${one.notAfter}`, "what has ended is believed by nobody");
  return reasonOf(register, one, reason, refuse);
}

type Refuse = (message: string, hint: string) => { readonly findings: readonly Finding[] };

function reasonOf(register: Register, { name, issuer, ca }: RegisteredCertificate, reason: CrlReason, refuse: Refuse): JudgedEmergency | { readonly findings: readonly Finding[] } {
  const above = register.certificates.find((one) => one.name === issuer);
  if (above?.crl === "none") return refuse(`${issuer}, which issued ${name}, gives no lists (crl: none)`, "tell everybody who relies on it by other ways");
  if (reason === "cACompromise" && !ca) return refuse(`cACompromise is a reason for CAs, and ${name} is none`, "take keyCompromise");
  if (reason === "certificateHold" && above?.profile.startsWith("webpki/") === true) return refuse("the web PKI knows no hold", "take another reason");
  return { certificate: name, issuer, ca, reason };
}

/** The list that revokes it; and of a CA its successor, unless it has one or is only held. */
export function revoke(draft: Draft, { certificate, issuer, ca, reason }: JudgedEmergency): void {
  makeList(draft, issuer, `revokes ${certificate}: ${reason}`, { certificate, reason });
  const life = draft.lives.get(certificate);
  if (life === undefined || !ca || life.role === "cross" || reason === "certificateHold" || life.successor !== null) return;
  succeed(draft, life, `takes the place of ${certificate}, which is revoked: ${reason}`);
}
