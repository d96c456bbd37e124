/** Rules about what a key may be used for: keyUsage and extKeyUsage against each other and against the key (RFC 5280 4.2.1.3, 4.2.1.12). */
import { duplicatesOf, EXTENSION, readExtendedKeyUsage, readKeyUsage } from "../extension-reading.ts";
import type { KeyUsageBit } from "../extension-value.ts";
import { extensionIn, purposesOf, usagesOf, type LintedCertificate } from "./linted-certificate.ts";
import { EFFECTIVE, unless, type LintRule } from "./rule.ts";

const KP = "1.3.6.1.5.5.7.3.";
const ANY = "2.5.29.37.0";

/** The bits of which each purpose needs at least one (RFC 5280 4.2.1.12). */
const NEEDED: Readonly<Record<string, readonly KeyUsageBit[]>> = {
  [`${KP}1`]: ["digitalSignature", "keyEncipherment", "keyAgreement"], [`${KP}2`]: ["digitalSignature", "keyAgreement"], [`${KP}3`]: ["digitalSignature"],
  [`${KP}4`]: ["digitalSignature", "nonRepudiation", "keyEncipherment", "keyAgreement"], [`${KP}8`]: ["digitalSignature", "nonRepudiation"], [`${KP}9`]: ["digitalSignature", "nonRepudiation"],
};

/** What keys of a family can do at all (RFC 3279 2.3.1, RFC 5480 3, RFC 8410 5). */
const POSSIBLE: Readonly<Record<string, readonly KeyUsageBit[]>> = {
  rsa: ["digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyCertSign", "cRLSign"],
  ecdsa: ["digitalSignature", "nonRepudiation", "keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"],
  ed25519: ["digitalSignature", "nonRepudiation", "keyCertSign", "cRLSign"],
};

export const USAGE_RULES: readonly LintRule<LintedCertificate>[] = [
  {
    rule: "keyUsage and extKeyUsage are DER and not empty", control: "KEY-USAGE-FITS", clause: "RFC 5280 4.2.1.3, 4.2.1.12", effective: EFFECTIVE.rfc5280,
    judge(certificate) {
      const [usage, purposes] = [extensionIn(certificate, EXTENSION.keyUsage), extensionIn(certificate, EXTENSION.extKeyUsage)];
      if (usage !== undefined) readKeyUsage(usage.value);
      const twice = purposes === undefined ? [] : duplicatesOf(readExtendedKeyUsage(purposes.value));
      return unless(twice.length === 0, `expected each purpose once, found twice: ${twice.join(", ")}`);
    },
  },
  {
    rule: "keyUsage is critical", control: "KEY-USAGE-FITS", clause: "RFC 5280 4.2.1.3", effective: EFFECTIVE.rfc5280,
    // that of a CA is a matter of CA-BASIC-CONSTRAINTS
    judge: (certificate) => unless(certificate.isCa || extensionIn(certificate, EXTENSION.keyUsage)?.critical !== false, "expected keyUsage to be critical"),
  },
  {
    rule: "the key can do what keyUsage says: keyEncipherment is for RSA, keyAgreement for EC", control: "KEY-USAGE-FITS", clause: "RFC 3279 2.3.1, RFC 5480 3, RFC 8410 5", effective: EFFECTIVE.rfc8410,
    judge(certificate) {
      const family = certificate.publicKey?.algorithm?.split("-")[0] ?? null;
      const wrong = family === null ? [] : (usagesOf(certificate) ?? []).filter((bit) => !(POSSIBLE[family] ?? []).includes(bit));
      return unless(wrong.length === 0, `expected a keyUsage that a key of ${family ?? ""} is able to, found ${wrong.join(", ")}`);
    },
  },
  {
    rule: "encipherOnly and decipherOnly stand with keyAgreement", control: "KEY-USAGE-FITS", clause: "RFC 5280 4.2.1.3", effective: EFFECTIVE.rfc5280,
    judge(certificate) {
      const bits = usagesOf(certificate) ?? [];
      return unless(bits.includes("keyAgreement") || !(bits.includes("encipherOnly") || bits.includes("decipherOnly")), "expected encipherOnly and decipherOnly only with keyAgreement");
    },
  },
  {
    rule: "keyUsage allows what extKeyUsage names", control: "KEY-USAGE-FITS", clause: "RFC 5280 4.2.1.12", effective: EFFECTIVE.rfc5280,
    judge(certificate) {
      const bits = usagesOf(certificate);
      // for a CA the purposes are a limit on what it issues
      if (bits === null || certificate.isCa) return [];
      return purposesOf(certificate).flatMap((purpose) => unless(NEEDED[purpose]?.some((bit) => bits.includes(bit)) ?? true, `expected one of ${(NEEDED[purpose] ?? []).join(", ")} for purpose ${purpose}, found ${bits.join(", ")}`));
    },
  },
  {
    rule: "anyExtendedKeyUsage is not used", control: "KEY-USAGE-FITS", clause: "RFC 5280 4.2.1.12; BR 7.1.2.7.10, 7.1.2.10.6", effective: EFFECTIVE.brProfiles,
    judge: (certificate) => unless(!purposesOf(certificate).includes(ANY), "expected purposes by name, found anyExtendedKeyUsage"),
  },
  {
    rule: "a time-stamping certificate has this one purpose, critical", control: "KEY-USAGE-FITS", clause: "RFC 3161 2.3", effective: EFFECTIVE.rfc3161,
    judge(certificate) {
      const purposes = purposesOf(certificate);
      const isOther = certificate.isCa || !purposes.includes(`${KP}8`);
      return unless(isOther || (purposes.length === 1 && extensionIn(certificate, EXTENSION.extKeyUsage)?.critical === true), "expected timeStamping alone in a critical extKeyUsage");
    },
  },
];
