import type { ControlId } from "../controls.ts";
import type { Finding, ScriptPath } from "../fault.ts";
import { Fault } from "../fault.ts";
import { sameBytes } from "../bytes/text.ts";
import { readTbsCertificate } from "./certificate-reading.ts";
import type { TbsFacts } from "./certificate-reading.ts";
import {
  duplicatesOf, EXTENSION, readAuthorityKeyIdentifier, readBasicConstraints, readKeyUsage, readSubjectKeyIdentifier,
} from "./extension-reading.ts";

/**
 * Judges the exact octets that are to be signed, as our own strict reader finds them: [CA-BASIC-CONSTRAINTS],
 * [KEY-IDENTIFIERS], [SERIAL-ENTROPY] (form only: positive, at most 20 octets), [VALIDITY-WITHIN-ISSUER] (order only),
 * [PROFILE-FITS] (an extension twice), [ISSUED-AS-PLANNED] (not readable at all).
 * @param path the step or certificate of the script
 */
export function lintTbs(tbs: Uint8Array, path: ScriptPath): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (control, message) => findings.push({ control, path, message });
  try {
    const facts = readTbsCertificate(tbs);
    lintSerial(facts, report);
    if (facts.notAfter < facts.notBefore) report("VALIDITY-WITHIN-ISSUER", `expected notAfter not before notBefore, found ${facts.notBefore} to ${facts.notAfter}`);
    const duplicates = duplicatesOf(facts.extensions.map(({ oid }) => oid));
    if (duplicates.length > 0) report("PROFILE-FITS", `expected each extension once, found twice: ${duplicates.join(", ")}`);
    lintAuthority(facts, report);
    lintKeyIdentifiers(facts, report);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    report("ISSUED-AS-PLANNED", `expected a TBSCertificate that can be read, found: ${thrown.message}`);
  }
  return findings;
}

type Report = (control: ControlId, message: string) => void;

/** RFC 5280 4.1.2.2. */
function lintSerial({ serial }: TbsFacts, report: Report): void {
  const octets = serial.length / 2 + (Number.parseInt(serial.slice(0, 2), 16) >= 0x80 ? 1 : 0);
  if (/^0*$/.test(serial) || octets > 20) report("SERIAL-ENTROPY", `expected a positive serial number of at most 20 octets, found ${serial}`);
}

/** RFC 5280 4.2.1.9 and 4.2.1.3: cA and keyCertSign stand together, and for a CA both extensions are critical. */
function lintAuthority(facts: TbsFacts, report: Report): void {
  const constraints = extensionOf(facts, EXTENSION.basicConstraints);
  const usage = extensionOf(facts, EXTENSION.keyUsage);
  const isCa = constraints !== undefined && readBasicConstraints(constraints.value).ca;
  const signsCertificates = usage !== undefined && readKeyUsage(usage.value).includes("keyCertSign");
  if (isCa && !constraints.critical) report("CA-BASIC-CONSTRAINTS", "expected basicConstraints with CA:TRUE to be critical");
  if (isCa && !signsCertificates) report("CA-BASIC-CONSTRAINTS", "expected a CA to have keyUsage keyCertSign");
  if (isCa && usage !== undefined && !usage.critical) report("CA-BASIC-CONSTRAINTS", "expected the keyUsage of a CA to be critical");
  if (!isCa && signsCertificates) report("CA-BASIC-CONSTRAINTS", "expected keyCertSign only with CA:TRUE");
}

/** RFC 5280 4.2.1.1 and 4.2.1.2: a CA has a subjectKeyIdentifier, what is issued by another has an authorityKeyIdentifier; neither is critical. */
function lintKeyIdentifiers(facts: TbsFacts, report: Report): void {
  const subject = extensionOf(facts, EXTENSION.subjectKeyIdentifier);
  const authority = extensionOf(facts, EXTENSION.authorityKeyIdentifier);
  const constraints = extensionOf(facts, EXTENSION.basicConstraints);
  const isSelfIssued = sameBytes(facts.issuer, facts.subject);
  if (constraints !== undefined && readBasicConstraints(constraints.value).ca && subject === undefined) report("KEY-IDENTIFIERS", "expected a CA to have a subjectKeyIdentifier");
  if (!isSelfIssued && authority === undefined) report("KEY-IDENTIFIERS", "expected an authorityKeyIdentifier");
  if (subject?.critical === true || authority?.critical === true) report("KEY-IDENTIFIERS", "expected key identifiers not to be critical");
  const own = subject && readSubjectKeyIdentifier(subject.value);
  const issuers = authority && readAuthorityKeyIdentifier(authority.value);
  if (isSelfIssued && own && issuers && !sameBytes(own, issuers)) report("KEY-IDENTIFIERS", "expected a self-issued certificate to name its own key");
}

function extensionOf(facts: TbsFacts, oid: string): TbsFacts["extensions"][number] | undefined {
  return facts.extensions.find((extension) => extension.oid === oid);
}
