import type { TokenProfile } from "./profile.ts";

/** A TPM 2.0 behind tpm2-pkcs11. It says the TPM's own manufacturer and model. */
export const TPM2_PKCS11: TokenProfile = {
  name: "tpm2-pkcs11",
  version: 1,
  title: "TPM 2.0 through tpm2-pkcs11",
  models: [{ manufacturer: "IBM", model: "SW   TPM" }],
  keysIn: "software",
  tried: "tpm2-pkcs11 1.9 on swtpm, with tpm2-abrmd",
  words: [
    { half: "private key", attribute: "DECRYPT", says: true, why: "makes every TPM object for signing and decrypting, and refuses a template that denies one of them" },
    { half: "public key", attribute: "ENCRYPT", says: true, why: "the other half of a key that decrypts" },
  ],
  algorithms: ["ecdsa-p256", "ecdsa-p384", "rsa-2048", "rsa-3072"],
  unsigned: [],
  wrapsNoKeys: true,
  limits: { id: null, label: null, pin: [0, 128], sameId: "both stay" },
  pinLock: "locks after two wrong PINs, by the TPM's own lock-out, and raises no flag before",
  backup: "none: a key of a TPM dies with it",
  setUp: [
    "a resource manager runs (tpm2-abrmd, or /dev/tpmrm0): without it objects fill the TPM after a few calls",
    "tpm2_ptool init and addtoken make store and token; TPM2_PKCS11_STORE and TPM2_PKCS11_TCTI name them in the station",
    "every token of a store has the serial 0000000000000000: the station tells them apart by the label",
  ],
  facts: [
    { text: "This entry is for swtpm. A TPM of a machine has its own manufacturer and model, and wants an entry of its own before production.", source: "tried" },
    { text: "P-521 keys are made and do not sign, and RSA with 4096 bits is refused (CKR_ATTRIBUTE_VALUE_INVALID). C_DestroyObject of the private half of such a P-521 key may fail (CKR_FUNCTION_FAILED).", source: "tried" },
    { text: "The module says nothing of a wrong template but CKR_GENERAL_ERROR, and its reason goes to stderr.", source: "tried" },
  ],
};
