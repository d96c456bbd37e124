/** Numbers of PKCS#11 v2.40 (and CKK_EC_EDWARDS of v3.0) that this room uses, and which attributes it reads of which class. */
import type { TokenObject } from "../transcript/observation.ts";

/** Attributes (CKA_). */
export const CKA = {
  CLASS: 0x0, TOKEN: 0x1, PRIVATE: 0x2, LABEL: 0x3, APPLICATION: 0x10, VALUE: 0x11, TRUSTED: 0x86, KEY_TYPE: 0x100, ID: 0x102,
  SENSITIVE: 0x103, ENCRYPT: 0x104, DECRYPT: 0x105, WRAP: 0x106, UNWRAP: 0x107, SIGN: 0x108, SIGN_RECOVER: 0x109,
  VERIFY: 0x10a, VERIFY_RECOVER: 0x10b, DERIVE: 0x10c,
  MODULUS: 0x120, MODULUS_BITS: 0x121, PUBLIC_EXPONENT: 0x122, VALUE_LEN: 0x161,
  EXTRACTABLE: 0x162, LOCAL: 0x163, NEVER_EXTRACTABLE: 0x164, ALWAYS_SENSITIVE: 0x165, KEY_GEN_MECHANISM: 0x166,
  MODIFIABLE: 0x170, COPYABLE: 0x171, DESTROYABLE: 0x172, EC_PARAMS: 0x180, EC_POINT: 0x181,
  ALWAYS_AUTHENTICATE: 0x202, WRAP_WITH_TRUSTED: 0x210,
} as const;

/** Object classes (CKO_). */
export const CKO = { DATA: 0x0, CERTIFICATE: 0x1, PUBLIC_KEY: 0x2, PRIVATE_KEY: 0x3, SECRET_KEY: 0x4 } as const;

/** Key types (CKK_). */
export const CKK = { RSA: 0x0, EC: 0x3, AES: 0x1f, EC_EDWARDS: 0x40 } as const;

type ObjectClass = TokenObject["class"];
type BooleanName = Exclude<keyof typeof CKA, "CLASS" | "LABEL" | "APPLICATION" | "VALUE" | "KEY_TYPE" | "ID" | "MODULUS" | "MODULUS_BITS" | "PUBLIC_EXPONENT" | "VALUE_LEN" | "KEY_GEN_MECHANISM" | "EC_PARAMS" | "EC_POINT">;

/** The boolean attributes that are read of an object, by its class. */
export const READ_OF_CLASS: Readonly<Record<ObjectClass, readonly BooleanName[]>> = {
  "private key": [
    "TOKEN", "PRIVATE", "SENSITIVE", "ALWAYS_SENSITIVE", "EXTRACTABLE", "NEVER_EXTRACTABLE", "LOCAL", "SIGN", "SIGN_RECOVER", "DECRYPT",
    "UNWRAP", "DERIVE", "MODIFIABLE", "COPYABLE", "DESTROYABLE", "ALWAYS_AUTHENTICATE", "WRAP_WITH_TRUSTED",
  ],
  "public key": ["TOKEN", "PRIVATE", "LOCAL", "VERIFY", "VERIFY_RECOVER", "ENCRYPT", "WRAP", "DERIVE", "MODIFIABLE", "COPYABLE", "DESTROYABLE", "TRUSTED"],
  "secret key": [
    "TOKEN", "PRIVATE", "SENSITIVE", "ALWAYS_SENSITIVE", "EXTRACTABLE", "NEVER_EXTRACTABLE", "LOCAL", "ENCRYPT", "DECRYPT", "SIGN", "VERIFY",
    "WRAP", "UNWRAP", "DERIVE", "MODIFIABLE", "COPYABLE", "DESTROYABLE", "TRUSTED", "WRAP_WITH_TRUSTED",
  ],
  certificate: ["TOKEN", "PRIVATE", "MODIFIABLE", "COPYABLE", "DESTROYABLE", "TRUSTED"],
  data: ["TOKEN", "PRIVATE", "MODIFIABLE", "COPYABLE", "DESTROYABLE"],
  other: ["TOKEN", "PRIVATE", "MODIFIABLE", "COPYABLE", "DESTROYABLE"],
};

/** Every boolean attribute that a template may set. */
export const BOOLEAN_ATTRIBUTES: ReadonlySet<string> = new Set(Object.values(READ_OF_CLASS).flat());

/** Our word for a CKO number. */
export function className(cko: number | null): ObjectClass {
  switch (cko) {
    case CKO.PRIVATE_KEY: return "private key";
    case CKO.PUBLIC_KEY: return "public key";
    case CKO.SECRET_KEY: return "secret key";
    case CKO.CERTIFICATE: return "certificate";
    case CKO.DATA: return "data";
    default: return "other";
  }
}

/** Our word for a CKK number; null: the object has none. */
export function keyTypeName(ckk: number | null): TokenObject["keyType"] {
  switch (ckk) {
    case CKK.RSA: return "RSA";
    case CKK.EC: return "EC";
    case CKK.AES: return "AES";
    case CKK.EC_EDWARDS: return "EC_EDWARDS";
    case null: return "none";
    default: return "other";
  }
}
