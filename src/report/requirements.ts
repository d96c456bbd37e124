/** What standards ask of a key ceremony, row by row. `docs/requirements.md` is this table; a test compares them. */

/** One row. Every text is Markdown. */
export interface Requirement {
  readonly asked: string;
  /** The clauses; `GEN` is ETSI EN 319 411-1. */
  readonly clauses: string;
  /** Parts, with `; ` between them: controls in brackets, what an `act` of the script does, what is outside of the tool. */
  readonly answered: string;
}

/** In the order of their numbers, from 1. */
export const REQUIREMENTS: readonly Requirement[] = [
  { asked: "a key generation script is prepared and followed", clauses: "BR 6.1.1.1(1); GEN-6.5.1-11, -12", answered: "[SCRIPT-FORM], [RECORD-BOUND], [RECORD-REBUILT]" },
  { asked: "a qualified auditor witnesses, or the whole is on video", clauses: "BR 6.1.1.1(2)", answered: "[RUN-WITNESSED], [ADDENDUM-SIGNED]; `act`: the camera is started and stopped" },
  { asked: "the auditor's report, signed by those who have to", clauses: "BR 6.1.1.1(3); GEN-6.5.1-13, -14", answered: "[SEAL-QUORUM], [ADDENDUM-SIGNED]; outside: the opinion is the auditor's own, and comes as an addendum" },
  { asked: "control by several people; each approval is by a key of one's own", clauses: "BR 6.1.1.1, 5.2.2; GEN-6.5.1-04", answered: "[PRESENT-QUORUM], [PEOPLE-DISTINCT], [PLAN-APPROVED], [SEAL-QUORUM]; outside: knowledge of a PIN is split by the token's own means" },
  { asked: "a root issues only by the deliberate command of an authorised person", clauses: "BR 4.3.1.1", answered: "[PLAN-APPROVED], [APPROVAL-ONCE], [TOKEN-ASSURANCE]" },
  { asked: "what is to be signed is linted before it is signed", clauses: "BR 4.3.1.2", answered: "[CERTIFICATE-FORM], [EXTENSION-FORM], [CRL-FORM], [ISSUED-AS-PLANNED]" },
  { asked: "a suppressed rule is bounded, reasoned and signed", clauses: "incident Let's Encrypt 2026", answered: "[WAIVER-FITS], [WAIVER-SIGNED], [WAIVER-CURRENT]" },
  { asked: "serial numbers: positive, at least 64 random bits, none twice", clauses: "BR 7.1; MRSP 5.2", answered: "[SERIAL-ENTROPY]" },
  { asked: "the validity of a root, to the second, from an attested time", clauses: "BR 7.1.2.1.1", answered: "[ROOT-VALIDITY], [WEBPKI-ROOT-PERIOD], [CLOCK-ATTESTED]" },
  { asked: "the validity of a subordinate CA, within its issuer's", clauses: "BR 7.1.2.10.1", answered: "[VALIDITY-WITHIN-ISSUER]" },
  { asked: "the extensions of a root", clauses: "BR 7.1.2.1.2 to .4", answered: "[CA-BASIC-CONSTRAINTS], [KEY-USAGE-FITS], [KEY-IDENTIFIERS], [EXTENSION-FORM]" },
  { asked: "the extensions of a CA for TLS", clauses: "BR 7.1.2.10, 7.1.2.11; MRSP 7.5.1", answered: "[WEBPKI-PURPOSES], [WEBPKI-SERVERS-ONLY], [WEBPKI-POLICIES], [WEBPKI-POINTERS]" },
  { asked: "the issuer's name, octet for octet", clauses: "BR 7.1.4.1", answered: "[ISSUED-AS-PLANNED], [SUBJECT-FORM]" },
  { asked: "the algorithm inside is that outside, in its exact form", clauses: "BR 7.1.3.2", answered: "[CERTIFICATE-FORM], [ISSUED-AS-PLANNED]" },
  { asked: "the quality of keys", clauses: "BR 6.1.1.3, 6.1.5, 6.1.6", answered: "[ALGORITHM-ALLOWED], [REQUEST-KEY], [WEAK-KEY-LIST]" },
  { asked: "a request proves possession, and its key is compared out of band", clauses: "BR 3.2.1", answered: "[REQUEST-POSSESSION]; outside: who telephones the words of the key, and to whom" },
  { asked: "CRLs in time, with rising numbers and reasons", clauses: "BR 4.9.7, 7.2", answered: "[CRL-POLICY], [CRL-PERIOD], [CRL-NUMBER-RISES], [CRL-REASON], [CRL-KEEPS-REVOCATIONS]" },
  { asked: "pointers that work, and are the issuer's", clauses: "MRSP 5.2", answered: "[WEBPKI-POINTERS], [CRL-SCOPE]; outside: that an address answers is tried where it is published" },
  { asked: "keys in a certified module only", clauses: "BR 6.2.7", answered: "[TOKEN-ASSURANCE], [HOST-TOOL]; outside: the certificate of the module is looked up by people before its model stands in the script" },
  { asked: "the attributes of private keys", clauses: "PKCS#11 4.7 to 4.9", answered: "[KEY-NEVER-EXTRACTABLE], [KEY-LOCAL], [KEY-ATTRIBUTES]" },
  { asked: "keys are moved encrypted, backed up under dual control, and parked ones are known", clauses: "BR 6.2.6, 5.2.2; MRSP 3.1.3", answered: "[KEY-BACKUP], [KEY-WRAP-ONLY], [BACKUP-WRAP], [BACKUP-BLOB], [BACKUP-CUSTODIANS], [RESTORE-LINEAGE], [BACKUP-EVIDENCE], [REGISTER-FITS]; `act` with `backup-of`: the backup by the vendor's means; `rotation status` asks every year to name parked keys" },
  { asked: "destruction is witnessed", clauses: "WebTrust 4.6", answered: "[DESTROY-EVERYWHERE], [KEY-DESTROYED], [TOKEN-INVENTORY]; `act`: destruction by the vendor's means, with the serials typed" },
  { asked: "events are logged with time, identity and description", clauses: "BR 5.4.1", answered: "[RECORD-CHAIN], [RECORD-WHOLE]; `act`: who enters and leaves the room; outside: the doors' own log" },
  { asked: "records are kept for the time that is asked", clauses: "BR 5.4.3, 5.5.2", answered: "outside: `rotation status` says until when the records of each key are kept, and then asks whether they may go; that they are kept, and on which media, is the archive's to say; `copy` makes and reads back the copies; [TIMESTAMP-VERIFIED]" },
  { asked: "the life of a key without a gap", clauses: "MRSP 3.1.3, 7.1, 7.4", answered: "[LINEAGE-LINK], [LINEAGE-FORK], [LINEAGE-WHOLE]; `rotation status` asks for the disclosure of CAs, and says when a root key grows too old" },
  { asked: "deviations are noted", clauses: "WebTrust 4.1", answered: "[EXCEPTION-STATED], [RECORD-REBUILT]: exceptions stand in the close and in the register" },
  { asked: "roles, and approvals before the start", clauses: "WebTrust 4.1", answered: "[PLAN-APPROVED], [QUORUM-POSSIBLE], [WITNESS-INDEPENDENT]" },
  { asked: "the least number of people", clauses: "GEN-6.5.1-05", answered: "[ROLL-CALL-QUORUM], [PRESENT-QUORUM]" },
  { asked: "keys are changed before they end", clauses: "GEN-6.5.1-08 to -10", answered: "[RENEWAL-ALIKE], [RENEWAL-SAME-KEY], [ROTATION-POLICY], [ROTATION-SUCCESSOR]; `rotation status` tells when the next ceremony is due" },
  { asked: "the software is what was released", clauses: "IEC 62443-4-2 CR 3.4", answered: "[HOST-TOOL], [HOST-LOADING], [RECORD-BOUND]" },
  { asked: "digests are read aloud as words, and typed back", clauses: "practice of the root zone", answered: "[HOST-TOOL], [SEAL-PINNED]; the steps roll-call and acknowledge: [WITNESS-INDEPENDENT]" },
  { asked: "evidence can be published", clauses: "practice of the root zone", answered: "[WITHHELD-LEVEL], [WITHHELD-SALTED]" },
  { asked: "accounts that cause issuance have several factors", clauses: "BR 6.5.1", answered: "[PLAN-APPROVED]; outside: whether a person's SSH key is in hardware, its file does not prove" },
  { asked: "the log is protected, not repudiated, and its clock is right", clauses: "IEC 62443-4-2 CR 2.11, 2.12, 3.9", answered: "[RECORD-CHAIN], [RECORD-SIGNATURES], [CLOCK-ATTESTED], [HOST-CLOCK], [TIMESTAMP-VERIFIED]" },
  { asked: "what cannot be logged does not happen", clauses: "IEC 62443-4-2 CR 2.10", answered: "[HOST-SPACE], [RECORD-WHOLE]" },
  { asked: "certificates without an end for devices only", clauses: "IEEE 802.1AR", answered: "[ROOT-VALIDITY], [VALIDITY-WITHIN-ISSUER]; outside: no profile of this version makes 99991231235959Z" },
  { asked: "algorithms by trust domain", clauses: "CNSA 2.0", answered: "[ALGORITHM-ALLOWED]; outside: no algorithm of post-quantum cryptography is in this version" },
  { asked: "policies and the statement of practice", clauses: "RFC 3647", answered: "[CERTIFICATE-POLICIES], [WEBPKI-POLICIES]; outside: the statement itself" },
  { asked: "tests cannot be taken for the real thing", clauses: "incident TURKTRUST 2011", answered: "[TOKEN-ASSURANCE], [REGISTER-FITS]" },
  { asked: "what is held was rehearsed", clauses: "practice of Let's Encrypt", answered: "[RUN-REHEARSED]" },
];
