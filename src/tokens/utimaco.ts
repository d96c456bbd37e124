import { UNTRIED_DEVICE, type TokenProfile } from "./profile.ts";

/** Utimaco CryptoServer. Not tried: what is said is from its vendor's pages. */
export const UTIMACO: TokenProfile = {
  name: "utimaco",
  version: 1,
  title: "Utimaco CryptoServer, PKCS#11 R2",
  models: [{ manufacturer: "Utimaco IS GmbH", model: "CryptoServer*" }],
  ...UNTRIED_DEVICE,
  backup: "by the vendor: backup under the master backup key",
  setUp: ["the configuration file cs_pkcs11_R2.cfg names the device; the station names its place", "logging of the module is off or goes where nobody else reads it"],
  facts: [
    { text: "The module reads cs_pkcs11_R2.cfg, with the device (Device) and logging.", source: "https://crypto-hsm.com/Utimaco_PKCS11_ENG_Guide" },
    { text: "The module has modes for load balancing between devices: one device is to be configured for a ceremony.", source: "https://crypto-hsm.com/Utimaco_PKCS11_ENG_Guide" },
  ],
};
