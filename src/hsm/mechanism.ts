/** From our names of algorithms and mechanisms to PKCS#11's: key generation parameters, signature input, names. */
import { digest, type DigestName } from "../bytes/digest.ts";
import { fromHex } from "../bytes/hex.ts";
import { concat } from "../bytes/text.ts";
import { hashOf, isPss, type KeyAlgorithm, type Mechanism } from "../x509/algorithm.ts";
import { saltLength } from "../x509/pss.ts";
import { CKA, CKK } from "./attributes.ts";
import type { Extra } from "./template.ts";

/** Mechanism numbers; those of Edwards curves are of PKCS#11 v3.0 and missing in the binding. */
export const CKM = {
  RSA_PKCS_KEY_PAIR_GEN: 0x0, RSA_PKCS: 0x1, RSA_X9_31_KEY_PAIR_GEN: 0xa, DSA_KEY_PAIR_GEN: 0x10, DES3_KEY_GEN: 0x131,
  RSA_PKCS_PSS: 0xd, SHA256: 0x250, SHA384: 0x260, SHA512: 0x270, GENERIC_SECRET_KEY_GEN: 0x350, EC_KEY_PAIR_GEN: 0x1040, ECDSA: 0x1041, EC_EDWARDS_KEY_PAIR_GEN: 0x1055,
  EC_MONTGOMERY_KEY_PAIR_GEN: 0x1056, EDDSA: 0x1057, AES_KEY_GEN: 0x1080,
  AES_KEY_WRAP: 0x2109, AES_KEY_WRAP_PAD: 0x210a, AES_KEY_WRAP_KWP: 0x210b,
} as const;

const NAME_OF = new Map(Object.entries(CKM).map(([name, number]) => [number as number, `CKM_${name}`]));

/** `CKM_EC_KEY_PAIR_GEN` for 0x1040; a number without a name here as hex. */
export function mechanismName(number: number): string {
  return NAME_OF.get(number) ?? `0x${number.toString(16)}`;
}

/** How a key pair of an algorithm is generated. */
export interface Generation {
  readonly mechanism: number;
  /** The key's size as CK_MECHANISM_INFO counts it: bits of the modulus or of the curve. */
  readonly bits: number;
  readonly publicExtra: Extra;
  readonly privateExtra: Extra;
}

/** Named curves as EC_PARAMS: the DER of their object identifiers (RFC 5480 2.1.1.1, RFC 8410 3). */
const CURVES: Readonly<Partial<Record<KeyAlgorithm, string>>> = {
  "ecdsa-p256": "06082a8648ce3d030107",
  "ecdsa-p384": "06052b81040022",
  "ecdsa-p521": "06052b81040023",
  ed25519: "06032b6570",
};
const EXPONENT_65537 = Buffer.of(0x01, 0x00, 0x01);
const BITS: Readonly<Record<KeyAlgorithm, number>> = {
  "ecdsa-p256": 256, "ecdsa-p384": 384, "ecdsa-p521": 521, "rsa-2048": 2048, "rsa-3072": 3072, "rsa-4096": 4096, ed25519: 255,
};

/** The DER of a curve's object identifier, as CKA_EC_PARAMS holds it; null for RSA. */
export function curveParameters(algorithm: KeyAlgorithm): Buffer | null {
  const curve = CURVES[algorithm];
  return curve === undefined ? null : Buffer.from(fromHex(curve));
}

/** The mechanism and the attributes that generate a key pair of this algorithm. RSA keys get the exponent 65537 (FIPS 186-5 A.1.1). */
export function generationOf(algorithm: KeyAlgorithm): Generation {
  const bits = BITS[algorithm];
  const curve = curveParameters(algorithm);
  if (curve === null) {
    const type = { type: CKA.KEY_TYPE, value: CKK.RSA };
    const size = [{ type: CKA.MODULUS_BITS, value: bits }, { type: CKA.PUBLIC_EXPONENT, value: EXPONENT_65537 }];
    return { mechanism: CKM.RSA_PKCS_KEY_PAIR_GEN, bits, publicExtra: [type, ...size], privateExtra: [type] };
  }
  const edwards = algorithm === "ed25519";
  const type = { type: CKA.KEY_TYPE, value: edwards ? CKK.EC_EDWARDS : CKK.EC };
  const mechanism = edwards ? CKM.EC_EDWARDS_KEY_PAIR_GEN : CKM.EC_KEY_PAIR_GEN;
  return { mechanism, bits, publicExtra: [type, { type: CKA.EC_PARAMS, value: curve }], privateExtra: [type] };
}

/** DigestInfo of RFC 8017 9.2, note 1, up to the digest itself. */
const DIGEST_INFO: Readonly<Partial<Record<DigestName, string>>> = {
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};

/** The PKCS#11 mechanism that makes signatures of this kind: the host hashes, except for Ed25519. */
export function signatureMechanism(mechanism: Mechanism): number {
  if (mechanism === "ed25519") return CKM.EDDSA;
  if (isPss(mechanism)) return CKM.RSA_PKCS_PSS;
  return mechanism.startsWith("ecdsa-") ? CKM.ECDSA : CKM.RSA_PKCS;
}

/** CK_MECHANISM as the binding takes it. */
export interface MechanismCall {
  readonly mechanism: number;
  /** CK_RSA_PKCS_PSS_PARAMS; null for a mechanism without parameters. */
  readonly parameter: PssParameter | null;
}

/** CK_RSA_PKCS_PSS_PARAMS under the names of the binding, and the number by which it knows the structure. */
export interface PssParameter {
  readonly type: number;
  readonly hashAlg: number;
  readonly mgf: number;
  readonly saltLen: number;
}

/** CK_PARAMS_RSA_PSS of the binding. */
const PSS_PARAMETER = 5;
/** The CKM of the digest and the CKG of MGF1 with the same hash. */
const PSS_HASH = { sha256: { hashAlg: CKM.SHA256, mgf: 2 }, sha384: { hashAlg: CKM.SHA384, mgf: 3 }, sha512: { hashAlg: CKM.SHA512, mgf: 4 } } as const;

/** The mechanism with what it needs to be told. The digest that CKM_RSA_PKCS_PSS signs is of the host's making (PKCS#11 v2.40 2.1.10). */
export function signatureCall(mechanism: Mechanism): MechanismCall {
  const hash = hashOf(mechanism);
  const parameter = isPss(mechanism) && hash !== null ? { type: PSS_PARAMETER, ...PSS_HASH[hash], saltLen: saltLength(mechanism) } : null;
  return { mechanism: signatureMechanism(mechanism), parameter };
}

/** What the token is given to sign: the digest (ECDSA, RSASSA-PSS), the DigestInfo (RSA PKCS #1) or the message itself (Ed25519). */
export function signatureInput(mechanism: Mechanism, message: Uint8Array): Buffer {
  const name = hashOf(mechanism);
  if (name === null) return Buffer.from(message);
  const hash = digest(name, message);
  if (mechanism.startsWith("ecdsa-") || isPss(mechanism)) return Buffer.from(hash);
  return Buffer.from(concat(fromHex(DIGEST_INFO[name] ?? ""), hash));
}
