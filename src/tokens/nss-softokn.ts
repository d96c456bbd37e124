import type { AcceptedWord, TokenProfile } from "./profile.ts";

const COLUMN = "the database of keys has no column for it, and a template with it ends in CKR_GENERAL_ERROR";
const unknown = (half: AcceptedWord["half"]): AcceptedWord[] => ["COPYABLE", "DESTROYABLE"].map((attribute) => ({ half, attribute, says: "not reported", why: COLUMN }));

/** NSS softokn: the token of Firefox and of certutil. */
export const NSS_SOFTOKN: TokenProfile = {
  name: "nss-softokn",
  version: 1,
  title: "NSS softokn",
  models: [{ manufacturer: "Mozilla Foundation", model: "NSS 3" }],
  keysIn: "software",
  tried: "3.87.1",
  words: [
    ...unknown("private key"),
    ...unknown("public key"),
    { half: "private key", attribute: "LOCAL", says: false, why: "says false of every key, of those that it made too" },
    { half: "private key", attribute: "KEY_GEN_MECHANISM", says: "not reported", why: "the database of keys has no column for it" },
    { half: "public key", attribute: "ENCRYPT", says: true, family: "rsa", why: "makes no RSA public key that does not encrypt: CKR_KEY_TYPE_INCONSISTENT" },
  ],
  algorithms: ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-2048", "rsa-3072", "rsa-4096"],
  unsigned: [],
  ignoresAlwaysAuthenticate: true,
  wrapsNoKeys: true,
  limits: { id: null, label: null, pin: [0, 500], sameId: "the second replaces the first" },
  pinLock: "no lock was seen",
  backup: "wrapping under AES (RFC 3394, RFC 5649)",
  setUp: [
    "certutil -N -d sql:FOLDER makes the database and sets its password",
    "init-string of the station: configdir='sql:FOLDER' certPrefix='' keyPrefix='' secmod='secmod.db' flags=",
    "two slots have the serial 0000000000000000: the station tells them apart by the label, NSS Certificate DB",
  ],
  facts: [
    { text: "A second key pair with the CKA_ID of a first silently replaces it. Anchorite asks for the CKA_ID before it generates [KEY-ID-FRESH].", source: "tried" },
    { text: "An RSA signature takes about 40 ms: the key is decrypted each time.", source: "tried" },
    { text: "No Ed25519.", source: "tried" },
    { text: "Wraps a key with CKA_EXTRACTABLE false all the same, by CKM_AES_KEY_WRAP_PAD and _KWP: who has the PIN can carry it away.", source: "tried" },
    { text: "A key made with CKA_ALWAYS_AUTHENTICATE signs without its PIN.", source: "tried" },
    { text: "Keeps no data object with an application alone (CKR_ATTRIBUTE_VALUE_INVALID): no last head of a ceremony is kept there.", source: "tried" },
  ],
};
