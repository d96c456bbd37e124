import { UNTRIED_DEVICE, type TokenProfile } from "./profile.ts";

/** Entrust nShield. Not tried: what is said is from its vendor's pages. */
export const NSHIELD: TokenProfile = {
  name: "nshield",
  version: 1,
  title: "Entrust nShield",
  models: [{ manufacturer: "nCipher Corp. Ltd", model: "*" }],
  ...UNTRIED_DEVICE,
  backup: "by the vendor: key blobs of the security world, under the administrator card set",
  setUp: ["the security world is there and the module is in it; the hardserver runs", "keys are protected by an operator card set, whose slot is the token: the slot named accelerator has no login"],
  facts: [
    { text: "C_GetTokenInfo says nCipher Corp. Ltd and an empty model, whatever the device: the profile cannot tell models apart, so that accept and its module digest have to.", source: "https://docs.onespan.com/secsdks/docs/a3s-kmg-nshield-customer-key-attributes-4-0.md" },
    { text: "In a FIPS 140-2 level 3 security world most operations want cards of the administrators or operators to be present.", source: "https://docs.onespan.com/secsdks/docs/a3s-kmg-nshield-customer-key-attributes-4-0.md" },
  ],
};
