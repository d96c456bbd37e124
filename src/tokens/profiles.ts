/** Every token profile of this version, and how one is found. */
import { AWS_CLOUDHSM } from "./aws-cloudhsm.ts";
import { LUNA_7 } from "./luna-7.ts";
import { NSHIELD } from "./nshield.ts";
import { NSS_SOFTOKN } from "./nss-softokn.ts";
import { OPENCRYPTOKI_SOFT } from "./opencryptoki-soft.ts";
import { P11_KIT } from "./p11-kit.ts";
import { isOfModel, type TokenProfile } from "./profile.ts";
import { SMARTCARD_HSM } from "./smartcard-hsm.ts";
import { SOFTHSM_2 } from "./softhsm-2.ts";
import { TPM2_PKCS11 } from "./tpm2-pkcs11.ts";
import { UTIMACO } from "./utimaco.ts";
import { YUBIHSM_2 } from "./yubihsm-2.ts";

export const TOKEN_PROFILES: readonly TokenProfile[] = [
  SOFTHSM_2, NSS_SOFTOKN, OPENCRYPTOKI_SOFT, TPM2_PKCS11, P11_KIT,
  YUBIHSM_2, SMARTCARD_HSM, LUNA_7, UTIMACO, NSHIELD, AWS_CLOUDHSM,
];

/** The profile that a script names; undefined: there is none. */
export function tokenProfile(name: string): TokenProfile | undefined {
  return TOKEN_PROFILES.find((profile) => profile.name === name);
}

/** The profiles of a token by what it says of itself; several where a module hides behind another. */
export function profilesOf(token: { readonly manufacturer: string; readonly model: string }): readonly TokenProfile[] {
  return TOKEN_PROFILES.filter(({ models }) => isOfModel(models, token));
}
