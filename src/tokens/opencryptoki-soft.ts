import type { AcceptedWord, TokenProfile } from "./profile.ts";

const LATER = "came with PKCS#11 v2.30 and v2.40; this is v2.20";
const unknown = (half: AcceptedWord["half"]): AcceptedWord[] => ["COPYABLE", "DESTROYABLE"].map((attribute) => ({ half, attribute, says: "not reported", why: LATER }));

/** The soft token of openCryptoki. */
export const OPENCRYPTOKI_SOFT: TokenProfile = {
  name: "opencryptoki-soft",
  version: 1,
  title: "openCryptoki soft token",
  models: [{ manufacturer: "IBM Corp.", model: "IBM SoftTok" }, { manufacturer: "IBM", model: "Soft" }],
  keysIn: "software",
  tried: "3.8.1",
  words: [
    ...unknown("private key"),
    ...unknown("public key"),
    { half: "private key", attribute: "KEY_GEN_MECHANISM", says: "not reported", why: "no key of this token has it" },
  ],
  algorithms: ["rsa-2048", "rsa-3072", "rsa-4096"],
  unsigned: [],
  ignoresAlwaysAuthenticate: true,
  limits: { id: null, label: null, pin: [4, 8], sameId: "both stay" },
  pinLock: "locks the user PIN after three wrong ones (COUNT_LOW, FINAL_TRY, LOCKED); the SO sets a new one",
  backup: "none that a ceremony uses",
  setUp: ["pkcsslotd runs", "the SO PIN is changed from 87654321 and the user PIN from 12345678 before use", "the user is in the group pkcs11"],
  facts: [
    { text: "Cryptoki 2.20. No EC, no CKM_SHA256_RSA_PKCS: the host hashes and CKM_RSA_PKCS signs.", source: "tried" },
    { text: "All slots of a machine belong to one daemon, and each user has one soft token.", source: "tried" },
    { text: "A key made with CKA_ALWAYS_AUTHENTICATE signs without its PIN.", source: "tried" },
    { text: "The user PIN 12345678 is refused (CKR_PIN_INVALID).", source: "tried" },
  ],
};
