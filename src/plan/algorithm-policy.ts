/** Which keys and signatures a trust domain allows: versioned data. A profile may ask for less, never for more. */
import type { KeyAlgorithm, Mechanism } from "../x509/algorithm.ts";

export interface AlgorithmPolicy {
  /** Keys of CAs. */
  readonly caKeys: readonly KeyAlgorithm[];
  /** Keys of everybody else. */
  readonly leafKeys: readonly KeyAlgorithm[];
  /** What CAs of the domain sign with. */
  readonly signatures: readonly Mechanism[];
  readonly clause: string;
  /** Why other keys are refused, where that is not plain; for people. */
  readonly why?: string;
}

const EC: readonly KeyAlgorithm[] = ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521"];
const ECDSA: readonly Mechanism[] = ["ecdsa-sha256", "ecdsa-sha384", "ecdsa-sha512"];
const RSA: readonly Mechanism[] = ["rsa-pkcs1-sha256", "rsa-pkcs1-sha384", "rsa-pkcs1-sha512", "rsa-pss-sha256", "rsa-pss-sha384", "rsa-pss-sha512"];

const POLICIES: Readonly<Record<string, AlgorithmPolicy>> = {
  private: {
    caKeys: [...EC, "rsa-3072", "rsa-4096", "ed25519"], leafKeys: [...EC, "rsa-2048", "rsa-3072", "rsa-4096", "ed25519"], signatures: [...ECDSA, ...RSA, "ed25519"],
    clause: "FIPS 186-5; RFC 4055; RFC 5758; RFC 8410",
  },
  iox: {
    caKeys: ["rsa-2048", "rsa-3072", "rsa-4096"], leafKeys: ["rsa-2048", "rsa-3072", "rsa-4096"], signatures: ["rsa-pkcs1-sha256"], clause: "Cisco DevNet, IOx package signature",
    why: "the vendor's tool takes the key by --rsa-key, and what devices make of EC keys is unknown",
  },
  foundries: { caKeys: ["ecdsa-p256"], leafKeys: ["ecdsa-p256"], signatures: ["ecdsa-sha256"], clause: "Foundries.io device gateway PKI reference" },
  mender: {
    caKeys: ["rsa-3072", "rsa-4096", "ecdsa-p256", "ecdsa-p384"], leafKeys: ["rsa-2048", "rsa-3072", "rsa-4096", "ecdsa-p256", "ecdsa-p384"], signatures: ["ecdsa-sha256", "ecdsa-sha384", "rsa-pkcs1-sha256", "rsa-pkcs1-sha384", "rsa-pkcs1-sha512"],
    clause: "Mender and Keyfactor documentation, docs/platforms/mender.md",
  },
  ctrlx: { caKeys: ["ecdsa-p256"], leafKeys: ["ecdsa-p256"], signatures: ["ecdsa-sha256"], clause: "ctrlX OEM app signing; Bosch Rexroth's own certificates" },
  rollouts: { caKeys: ["ecdsa-p256"], leafKeys: ["ecdsa-p256"], signatures: ["ecdsa-sha256"], clause: "Bosch IoT Rollouts, report signing" },
  webpki: {
    // no root program takes P-521
    caKeys: ["rsa-2048", "rsa-3072", "rsa-4096", "ecdsa-p256", "ecdsa-p384"], leafKeys: ["rsa-2048", "rsa-3072", "rsa-4096", "ecdsa-p256", "ecdsa-p384"],
    signatures: ["ecdsa-sha256", "ecdsa-sha384", ...RSA],
    clause: "BR 6.1.5, 7.1.3.2",
  },
};

/** The policy of the trust domain of a profile: the word before the stroke in its name. @param profile such as `private/root@1`; undefined for a domain without one */
export function policyOf(profile: string): AlgorithmPolicy | undefined {
  return POLICIES[profile.split("/")[0] ?? ""];
}
