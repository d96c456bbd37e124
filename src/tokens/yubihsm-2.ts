import { UNTRIED_DEVICE, type TokenProfile } from "./profile.ts";

/** YubiHSM 2. Not tried: what is said is from its vendor's pages. */
export const YUBIHSM_2: TokenProfile = {
  name: "yubihsm-2",
  version: 1,
  title: "YubiHSM 2",
  models: [{ manufacturer: "Yubico (www.yubico.com)", model: "YubiHSM" }],
  ...UNTRIED_DEVICE,
  backup: "export under a wrap key, for keys that were made exportable under wrap",
  setUp: ["the connector runs, or libyubihsm reaches the device by USB", "YUBIHSM_PKCS11_CONF in the station names the configuration, or init-string holds it (connector=…)", "the PIN is the four hex digits of the authentication key, then its password: enter both as one PIN", "a wrap key is made first if keys are to be backed up: a key that was not made exportable under wrap never is"],
  facts: [
    { text: "The PKCS#11 module wants a configuration file (yubihsm_pkcs11.conf in the current folder, or YUBIHSM_PKCS11_CONF) or an init string.", source: "https://docs.yubico.com/hardware/yubihsm-2/hsm-2-user-guide/hsm2-pkcs11-guide.html" },
    { text: "A user PIN is prefixed by the ID of the authentication key, four hex digits.", source: "https://github.com/Yubico/yubihsm-shell/blob/master/pkcs11/README.adoc" },
    { text: "Some attributes do not map to capabilities of the device and always have one value, whatever the template says: probe it before the day.", source: "https://github.com/Yubico/yubihsm-shell/blob/master/pkcs11/README.adoc" },
    { text: "256 objects of together 126 KB; new objects are in the domains of the authentication key.", source: "https://docs.yubico.com/hardware/yubihsm-2/hsm-2-user-guide/hsm2-core-concepts.html" },
    { text: "The device signs attestation certificates for its keys and keeps an audit log.", source: "https://docs.yubico.com/hardware/yubihsm-2/hsm-2-user-guide/hsm2-index-introduction.html" },
  ],
};
