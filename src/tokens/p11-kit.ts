import type { TokenProfile } from "./profile.ts";

/** SoftHSM 2 behind p11-kit's client and server: the token is SoftHSM's, the module is not. */
export const P11_KIT: TokenProfile = {
  name: "p11-kit",
  version: 1,
  title: "SoftHSM 2 through p11-kit",
  models: [{ manufacturer: "SoftHSM project", model: "SoftHSM v2" }],
  keysIn: "software",
  tried: "p11-kit 0.24.1 before SoftHSM 2.6.1",
  words: [],
  algorithms: ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-2048", "rsa-3072", "rsa-4096"],
  unsigned: [],
  wrapsNoKeys: true,
  limits: { id: null, label: null, pin: [4, 255], sameId: "both stay" },
  pinLock: "as the token behind it",
  backup: "none through p11-kit, which passes no AES key wrap on",
  setUp: ["p11-kit server runs for the token (a filter URI without pin-value)", "P11_KIT_SERVER_ADDRESS in the station names its socket"],
  facts: [
    { text: "36 of 70 mechanisms of SoftHSM come through: no EdDSA, no AES key wrap.", source: "tried" },
    { text: "Manufacturer, model and serial are those of the token behind it; C_GetInfo names p11-kit. It is a proxy: everything, PINs too, passes through another process.", source: "tried" },
    { text: "When the process behind the socket dies, every call is CKR_DEVICE_ERROR until the module is initialised anew.", source: "tried" },
  ],
};
