import type { TokenProfile } from "./profile.ts";

/** SoftHSM 2: the token of rehearsals, demonstrations and tests. */
export const SOFTHSM_2: TokenProfile = {
  name: "softhsm-2",
  version: 1,
  title: "SoftHSM 2",
  models: [{ manufacturer: "SoftHSM project", model: "SoftHSM v2" }],
  keysIn: "software",
  tried: "2.6.1, file backend",
  words: [],
  algorithms: ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-2048", "rsa-3072", "rsa-4096", "ed25519"],
  unsigned: [],
  limits: { id: null, label: null, pin: [4, 255], sameId: "both stay" },
  pinLock: "never locks: wrong PINs raise CKF_USER_PIN_COUNT_LOW and nothing more",
  backup: "wrapping under AES (RFC 3394, RFC 5649); not for Ed25519, which it does not wrap",
  setUp: ["SOFTHSM2_CONF names a configuration with directories.tokendir; the folder is there and belongs to the user who runs the ceremony"],
  facts: [
    { text: "Reports every attribute that is judged, as the template set it.", source: "tried" },
    { text: "ECDSA only over a digest (CKM_ECDSA); the host hashes.", source: "tried" },
    { text: "A new token's slot number changes at the next C_Initialize; the serial stays.", source: "tried" },
    { text: "Calls fsync for nothing that it writes; Anchorite does it in its place.", source: "tried" },
    { text: "CKA_ALWAYS_AUTHENTICATE is honoured: each signature wants the PIN again.", source: "tried" },
  ],
};
