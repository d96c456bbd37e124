/**
 * The named controls: every rule that can refuse something. An id stands in five places: the check, the finding, the plan or
 * the transcript that says it held, `docs/controls.md` with its clause, and a test's name. `test/house/controls.test.ts` compares them.
 */

/** What a control judges. Verdicts on observations speak in the transcript (the close entry counts them), `record` in the seal, all others in the plan. */
export type Judges = "script" | "input" | "request" | "certificate" | "observation" | "record";

export interface Control {
  readonly id: string;
  readonly judges: Judges;
  /** One line: what must hold. */
  readonly rule: string;
  /** Where it comes from. */
  readonly clause: string;
  /** A rule of policy that two people may lift for one object, with a signed waiver. */
  readonly waivable?: true;
}

export const CONTROLS = [
  { id: "SCRIPT-FORM", judges: "script", rule: "the script is strict YAML of this version's schema: no unknown field, duplicate key, anchor, tag or coerced number", clause: "WebTrust for CAs 4.1; BR 6.1.1.1(1)" },
  { id: "SCRIPT-NAMES", judges: "script", rule: "every name is defined once, before it is used, and by a step that makes it", clause: "BR 6.1.1.1(1)" },
  { id: "PEOPLE-DISTINCT", judges: "script", rule: "no two people share an SSH key", clause: "BR 6.1.1.1; WebTrust for CAs 4.1" },
  { id: "QUORUM-POSSIBLE", judges: "script", rule: "the quorums can be met by distinct people of the script", clause: "ETSI EN 319 411-1 GEN-6.5.1-04" },
  { id: "WITNESS-INDEPENDENT", judges: "script", rule: "acknowledgements are given by a witness or an auditor", clause: "BR 6.1.1.1(2); ETSI EN 319 411-1 GEN-6.5.1-14" },
  { id: "INPUT-PRESENT", judges: "input", rule: "every file that the script names is a regular file below the script's folder, of bounded size", clause: "BR 6.1.1.1(1)" },
  { id: "WAIVER-FITS", judges: "script", rule: "a waiver names a control that may be waived, objects that the script makes and two of its people, and lifts a finding of each object", clause: "BR 4.3.1.2; incident Let's Encrypt 2026, Bugzilla 2038351" },
  { id: "WAIVER-SIGNED", judges: "input", rule: "each person that a waiver names has signed its text and this script, with the key that the script gives", clause: "BR 5.2.2" },
  { id: "REGISTER-FORM", judges: "input", rule: "the files of a register pack are in the one form that this program writes", clause: "RFC 8785; WebTrust for CAs 4.1" },
  { id: "REGISTER-SEALED", judges: "input", rule: "the register is the one under the seal whose SHA-256 the script names", clause: "ETSI EN 319 411-1 GEN-6.5.1-13; BR 5.4.1" },
  { id: "REGISTER-SIGNED", judges: "input", rule: "the people of the ceremony before sealed it as its plan asks, and its token where the seal says so", clause: "ETSI EN 319 411-1 GEN-6.5.1-13, -14" },
  { id: "REGISTER-FITS", judges: "script", rule: "keys of the register are used where it says they are, in the assurance they were made in, and their tokens are inspected first and never initialised", clause: "BR 6.2.6, 6.2.7; WebTrust for CAs 4.1" },
  { id: "LINEAGE-LINK", judges: "input", rule: "a pack's seal names the seals before that its register names, and no two packs of a script are of one line", clause: "WebTrust for CAs 4.1; ETSI EN 319 411-1 GEN-6.5.1-13" },
  { id: "LINEAGE-FORK", judges: "input", rule: "an issuer key has one life: of two registers that know it, one goes on from the other", clause: "WebTrust for CAs 4.1; RFC 5280 5.2.3" },
  { id: "LINEAGE-WHOLE", judges: "input", rule: "a register holds together and keeps what it had: no serial number twice, CRL numbers that rise, nothing dropped", clause: "RFC 5280 4.1.2.2, 5.2.3; WebTrust for CAs 4.1" },
  { id: "ADOPTED-CLAIMS", judges: "input", rule: "what is adopted is a CA certificate, and its key signed each certificate and list that is given with it", clause: "RFC 5280 6.1.3 (a), 6.3.3 (g); WebTrust for CAs 4.1" },
  { id: "ADOPTED-PROOF", judges: "script", rule: "the key of an adopted CA signs a CRL of its own before anything else", clause: "BR 3.2.1; RFC 5280 5.2.3" },
  { id: "RENEWAL-SAME-KEY", judges: "certificate", rule: "a key with a certificate in the register is certified again only by a step that names that certificate", clause: "RFC 3647 4.4.6; BR 6.1.1.3" },
  { id: "ALGORITHM-ALLOWED", judges: "script", rule: "keys are of an algorithm and size that the trust domain and the profile allow", clause: "BR 6.1.5; FIPS 186-5" },
  { id: "KEY-BACKUP", judges: "script", rule: "a production root key says how it survives the loss of its token", clause: "BR 6.2.4; WebTrust for CAs 4.2", waivable: true },
  { id: "PROFILE-FITS", judges: "script", rule: "the profile fits the step, and its parameters are given", clause: "BR 7.1.2" },
  { id: "SUBJECT-FORM", judges: "certificate", rule: "subject attributes keep the X.520 bounds and hold no control, NUL or bidirectional character", clause: "RFC 5280 appendix A.1; BR 7.1.4" },
  { id: "SUBJECT-UNIQUE", judges: "certificate", rule: "no two CAs of a ceremony share a subject", clause: "RFC 5280 4.1.2.6", waivable: true },
  { id: "ROOT-VALIDITY", judges: "certificate", rule: "a root is valid for at most 25 years", clause: "BR 7.1.2.1.1", waivable: true },
  { id: "VALIDITY-WITHIN-ISSUER", judges: "certificate", rule: "a certificate or CRL does not outlive its issuer's certificate", clause: "RFC 5280 6.1.3; BR 7.1.2.10.1" },
  { id: "PATH-LENGTH", judges: "certificate", rule: "the issuer is a CA and its pathLenConstraint allows what it issues", clause: "RFC 5280 4.2.1.9" },
  { id: "CERTIFICATE-FORM", judges: "certificate", rule: "a certificate is version 3, its dates and its signature algorithm have the one form that their RFC asks for, and nothing stands in it that has no name there", clause: "RFC 5280 4.1; RFC 4055 5; RFC 5758 3; RFC 8410 3" },
  { id: "EXTENSION-FORM", judges: "certificate", rule: "each extension stands once, is critical where its clause says so, and is read as its standard writes it", clause: "RFC 5280 4.2" },
  { id: "KEY-USAGE-FITS", judges: "certificate", rule: "keyUsage and extKeyUsage fit each other and the key", clause: "RFC 5280 4.2.1.3, 4.2.1.12; RFC 5480 3; RFC 8410 5" },
  { id: "ALTERNATIVE-NAMES", judges: "certificate", rule: "each name of subjectAltName has the form of its kind, and there is one where the subject is empty or the use is TLS server", clause: "RFC 5280 4.2.1.6; BR 7.1.4.2" },
  { id: "NAME-CONSTRAINTS", judges: "certificate", rule: "name constraints stand in a CA, critical, not empty, of kinds that are compared, and each name that a CA certifies is within those of all CAs above it", clause: "RFC 5280 4.2.1.10" },
  { id: "CERTIFICATE-POLICIES", judges: "certificate", rule: "policies stand once each with readable qualifiers, and mappings and limits of policies stand in a CA", clause: "RFC 5280 4.2.1.4, 4.2.1.5, 4.2.1.11, 4.2.1.14" },
  { id: "CRL-FORM", judges: "certificate", rule: "a CRL is version 2, has its number, its authority and a nextUpdate, and each entry stands once with a reason that exists", clause: "RFC 5280 5.1, 5.2, 5.3" },
  { id: "CA-BASIC-CONSTRAINTS", judges: "certificate", rule: "CA:TRUE is critical and stands with keyCertSign; anything else is no CA", clause: "RFC 5280 4.2.1.9, 4.2.1.3" },
  { id: "KEY-IDENTIFIERS", judges: "certificate", rule: "CA certificates carry a subjectKeyIdentifier, issued ones an authorityKeyIdentifier equal to the issuer's", clause: "RFC 5280 4.2.1.1, 4.2.1.2" },
  { id: "RENEWAL-ALIKE", judges: "certificate", rule: "a renewal has the key and the subject of the certificate that it renews, and is valid longer", clause: "RFC 3647 4.4.6" },
  { id: "ACCEPTED-AS-REQUESTED", judges: "certificate", rule: "a certificate by another CA is over our key, with the subject that was requested, and no more of a CA than was asked for", clause: "RFC 3647 4.4.4; RFC 5280 4.2.1.9" },
  { id: "ACCEPTED-CHAIN", judges: "certificate", rule: "the chain of a certificate by another CA is whole: names, signatures, path lengths, name constraints, and valid at the attested time", clause: "RFC 5280 6.1" },
  { id: "CROSS-EXISTING", judges: "certificate", rule: "what is cross-certified is a CA certificate of strict form, signed by its own key where it is self-issued", clause: "RFC 5280 3.2; BR 7.1.2.2" },
  { id: "CROSS-BOUNDS", judges: "certificate", rule: "a cross-certificate allows no more than the existing certificate and does not begin before it", clause: "BR 7.1.2.2.1, 7.1.2.2.4; CCADB policy 2.0" },
  { id: "CROSS-ORGANISATION", judges: "certificate", rule: "a cross-certificate stays within the organisation of its issuer, unless the script says that it does not; in the web PKI that of another organisation names its purposes", clause: "BR 7.1.2.2.3, 7.1.2.2.4, 7.1.2.2.5" },
  { id: "CROSS-WITHIN-ISSUER", judges: "certificate", rule: "a cross-certificate does not outlive its issuer's certificate", clause: "RFC 5280 6.1.1 (d), 6.1.3", waivable: true },
  { id: "WEBPKI-SUBJECT", judges: "certificate", rule: "the subject of a CA of the web PKI has a country, an organization and a common name", clause: "BR 7.1.2.10.2; from 2012-07-01", waivable: true },
  { id: "WEBPKI-ROOT-PERIOD", judges: "certificate", rule: "a root of the web PKI is valid for at least 2,922 days", clause: "BR 7.1.2.1.1; from 2023-09-15", waivable: true },
  { id: "WEBPKI-PURPOSES", judges: "certificate", rule: "a CA below a root of the web PKI is for TLS servers, and at most for TLS clients besides", clause: "BR 7.1.2.10.6 from 2019-01-01; cross-certificates: CCADB policy from 2025-06-15", waivable: true },
  { id: "WEBPKI-SERVERS-ONLY", judges: "certificate", rule: "a CA below a root of the web PKI is for TLS servers and nothing else", clause: "Chrome Root Program Policy 1.8; from 2026-06-15", waivable: true },
  { id: "WEBPKI-POLICIES", judges: "certificate", rule: "a CA below a root of the web PKI has exactly one policy that the Baseline Requirements reserve, and not anyPolicy", clause: "BR 7.1.2.10.5; from 2012-07-01", waivable: true },
  { id: "WEBPKI-POINTERS", judges: "certificate", rule: "a CA below a root of the web PKI says where its issuer's certificate and CRL are found", clause: "BR 7.1.2.10.3, 7.1.2.11.2; from 2012-07-01", waivable: true },
  { id: "CRL-POLICY", judges: "certificate", rule: "a CA whose revocations are known by periodic CRLs issues the first in the ceremony that makes it, and one without CRLs issues none", clause: "RFC 5280 3.3; BR 4.9.7" },
  { id: "CRL-REVOCATIONS", judges: "certificate", rule: "a CRL revokes what its issuer signed, each once, releases only what is on hold, and takes no other revocation back", clause: "RFC 5280 5.3.1, 5.3.3; BR 4.9.7" },
  { id: "CRL-REASON", judges: "certificate", rule: "reasons are those that the trust domain allows", clause: "RFC 5280 5.3.1; BR 7.2.2" },
  { id: "CRL-PERIOD", judges: "certificate", rule: "nextUpdate is within the policy of the trust domain, and CRLs for times to come have a keeper", clause: "BR 7.2; RFC 5280 5.1.2.5" },
  { id: "CRL-SCOPE", judges: "certificate", rule: "a CRL that is limited leaves out no revocation, and one with an address is found by every certificate that it is about", clause: "RFC 5280 5.2.5, 6.3.3 (b)" },
  { id: "TRANSCRIPT-KEY-SEPARATE", judges: "script", rule: "the transcript key is no CA key and has a transcript certificate", clause: "NIST SP 800-57 part 1, 5.2" },
  { id: "PLATFORM-ACCEPTS", judges: "certificate", rule: "the platform of a bundle would accept what is in it, by its own rules", clause: "the platforms' own pages, docs/platforms" },
  { id: "PLATFORM-OWN-ROOT", judges: "certificate", rule: "bundles below one root are for one platform", clause: "WebTrust for CAs 4.1; the platforms' own pages, docs/platforms" },
  { id: "ARTIFACT-KEY", judges: "script", rule: "what is signed for a platform is signed by a key for that alone, which its signer's certificate is over", clause: "BR 6.1.7; NIST SP 800-57 part 1, 5.2" },
  { id: "FOUNDRIES-FACTORY", judges: "certificate", rule: "the OU of a Foundries root and of each device CA is the factory", clause: "Foundries.io device gateway PKI reference" },
  { id: "REQUEST-FORM", judges: "request", rule: "a request is one PEM block of strict DER, PKCS#10 version 1, nothing after it", clause: "RFC 2986 4.1; RFC 7468" },
  { id: "REQUEST-POSSESSION", judges: "request", rule: "the request's own signature verifies", clause: "BR 3.2.1; RFC 2986 4.2" },
  { id: "REQUEST-KEY", judges: "request", rule: "the request's key is of an allowed algorithm and size, on its curve, and used nowhere else in the ceremony", clause: "BR 6.1.1.3, 6.1.5, 6.1.6" },
  { id: "WEAK-KEY-LIST", judges: "request", rule: "no request has a key of the lists of weak keys that the script names", clause: "BR 6.1.1.3 (3), 4.9.1.1; CVE-2008-0166" },
  { id: "REQUEST-SUBJECT", judges: "request", rule: "the request's subject keeps the X.520 bounds, holds no tricks, and has what the profile demands", clause: "BR 7.1.4; RFC 5280 4.1.2.6" },
  { id: "REQUEST-EXTENSIONS", judges: "request", rule: "nothing is taken from the request but what the profile grants; a leaf that asks to be a CA is refused", clause: "BR 7.1.2; incident TURKTRUST 2011" },
  { id: "ROLL-CALL-QUORUM", judges: "observation", rule: "roll call finds the people that the quorums need", clause: "ETSI EN 319 411-1 GEN-6.5.1-05" },
  { id: "PRESENT-QUORUM", judges: "observation", rule: "before each effect at least two people are present, and those that the script asks for", clause: "BR 5.2.2; ETSI EN 319 411-1 GEN-6.5.1-04" },
  { id: "CLOCK-ATTESTED", judges: "observation", rule: "the time is attested by two people of the script and never goes back", clause: "IEC 62443-4-2 CR 2.11" },
  { id: "WAIVER-CURRENT", judges: "observation", rule: "a waiver is used only until the instant that it names", clause: "BR 4.3.1.2" },
  { id: "TOKEN-ASSURANCE", judges: "observation", rule: "production refuses software tokens and any token that the script does not accept", clause: "BR 6.2.7" },
  { id: "TOKEN-EMPTY", judges: "observation", rule: "a token that was just initialised holds no object", clause: "WebTrust for CAs 4.1" },
  { id: "REGISTER-TOKEN", judges: "observation", rule: "a token of the register has its serial, and holds what the register accounts for and nothing else", clause: "WebTrust for CAs 4.1; BR 5.4.1" },
  { id: "REGISTER-KEY", judges: "observation", rule: "a key of the register is found on its token by its CKA_ID with the very public key on record, before it signs", clause: "BR 6.2.6; WebTrust for CAs 4.1" },
  { id: "ADOPTED-KEY", judges: "observation", rule: "the key of an adopted CA is the one private key with its CKA_ID or label, and its public key is that of the certificate", clause: "BR 6.2.6; WebTrust for CAs 4.1" },
  { id: "KEY-ID-FRESH", judges: "observation", rule: "before a key pair is generated no object on the token carries its CKA_ID or label", clause: "PKCS#11 v2.40 4.4" },
  { id: "KEY-NEVER-EXTRACTABLE", judges: "observation", rule: "a private key reads back sensitive, always sensitive, not extractable and never extractable", clause: "PKCS#11 v2.40 4.9; BR 6.2.6" },
  { id: "KEY-LOCAL", judges: "observation", rule: "a private key reads back as generated on the token, by the mechanism that was asked for", clause: "PKCS#11 v2.40 4.9" },
  { id: "KEY-ATTRIBUTES", judges: "observation", rule: "every other attribute of both halves reads back as the template set it", clause: "PKCS#11 v2.40 4.7–4.9" },
  { id: "KEY-POSSESSION", judges: "observation", rule: "a key signs its own request or certificate before anything certifies it", clause: "BR 3.2.1" },
  { id: "SERIAL-ENTROPY", judges: "observation", rule: "serial numbers are 20 octets, positive, derived from 64 octets of two random sources, and none repeats", clause: "RFC 5280 4.1.2.2; BR 7.1" },
  { id: "SIGNATURE-VERIFIED", judges: "observation", rule: "a signature is verified in software before it is recorded as one", clause: "BR 4.3.1.2" },
  { id: "ISSUED-AS-PLANNED", judges: "observation", rule: "what was signed is read again by an implementation that did not build it and equals the plan", clause: "BR 4.3.1.2" },
  { id: "CRL-DATES", judges: "observation", rule: "no CRL but those of a pack begins in the future, and no revocation is dated after the first list that holds it", clause: "RFC 5280 5.1.2.4, 5.1.2.6" },
  { id: "CRL-KEEPS-REVOCATIONS", judges: "observation", rule: "every revocation of the register stands in the issuer's next CRL, but for a hold that is released", clause: "RFC 5280 3.3; BR 4.10.1" },
  { id: "CRL-NUMBER-RISES", judges: "observation", rule: "each CRL of an issuer has a higher number than the one before", clause: "RFC 5280 5.2.3" },
  { id: "TOKEN-INVENTORY", judges: "observation", rule: "at the end the token holds what it held before and the key pairs of this ceremony, nothing else", clause: "WebTrust for CAs 4.1; BR 5.4.1" },
  { id: "SEAL-QUORUM", judges: "record", rule: "distinct people with distinct keys sealed the record as its plan asks", clause: "ETSI EN 319 411-1 GEN-6.5.1-13, -14" },
  { id: "ADDENDUM-SIGNED", judges: "record", rule: "an addendum is the file that its statement names, signed by who added it, about this very seal", clause: "ETSI EN 319 411-1 GEN-6.5.1-14; WebTrust for CAs 4.1" },
  { id: "TIMESTAMP-VERIFIED", judges: "record", rule: "a timestamp is over this seal, answers the query of this record, and its certificate is for timestamps alone, below the CA that is trusted for them, at its own time", clause: "RFC 3161 2.3, 2.4.2; RFC 5816" },
  { id: "WITHHELD-LEVEL", judges: "record", rule: "a public copy withholds bodies of the levels people and station, and never what is public", clause: "ETSI EN 319 411-1 GEN-6.5.1-13" },
  { id: "WITHHELD-SALTED", judges: "record", rule: "a file is withheld only where a random salt in it keeps it from being guessed from its digest", clause: "NIST SP 800-107 4.2; RFC 6962 2.1" },
] as const satisfies readonly Control[];

export type ControlId = (typeof CONTROLS)[number]["id"];
