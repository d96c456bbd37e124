import { UNTRIED_DEVICE, type TokenProfile } from "./profile.ts";

/** Nitrokey HSM 2 and SmartCard-HSM. Not tried: what is said is from its vendor's pages. */
export const SMARTCARD_HSM: TokenProfile = {
  name: "smartcard-hsm",
  version: 1,
  title: "Nitrokey HSM 2 and SmartCard-HSM, through OpenSC",
  models: [{ manufacturer: "www.CardContact.de", model: "PKCS#15 emulated" }],
  ...UNTRIED_DEVICE,
  pinLock: "the SO PIN is blocked for good after 15 wrong ones; sc-hsm-tool shows the tries that are left",
  backup: "by the vendor: DKEK shares, set when the device is initialised, before any key exists",
  setUp: ["pcscd runs; the module is OpenSC's opensc-pkcs11.so", "the device is initialised by sc-hsm-tool, with DKEK shares if keys are ever to be backed up: shares cannot be added once keys are there"],
  facts: [
    { text: "The SO PIN has a retry counter of 15 and cannot be unblocked; there is no factory reset.", source: "https://support.nitrokey.com/t/initialize-nitrokey-hsm-device-blocked/1895" },
    { text: "After the SO PIN is blocked nothing initialises the device or unblocks the user PIN any more.", source: "https://support.nitrokey.com/t/initialize-nitrokey-hsm-device-blocked/1895" },
  ],
};
