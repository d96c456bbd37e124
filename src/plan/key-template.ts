/** Key templates: every attribute that a token may otherwise choose is set, and what must read back is written down. */
import type { TemplateAttributes } from "../ceremony/request.ts";
import type { KeyBackup } from "../transcript/register.ts";
import type { KeyAlgorithm } from "../x509/algorithm.ts";

/** Tokens set these to true on their own when a template is silent: DECRYPT, UNWRAP, SIGN_RECOVER, MODIFIABLE, COPYABLE. */
const PRIVATE: TemplateAttributes = {
  TOKEN: true, PRIVATE: true, SENSITIVE: true, EXTRACTABLE: false,
  SIGN: true, SIGN_RECOVER: false, DECRYPT: false, UNWRAP: false, DERIVE: false,
  MODIFIABLE: false, COPYABLE: false, DESTROYABLE: true, ALWAYS_AUTHENTICATE: false,
};

const PUBLIC: TemplateAttributes = {
  TOKEN: true, PRIVATE: false, VERIFY: true, VERIFY_RECOVER: false, ENCRYPT: false, WRAP: false, DERIVE: false,
  MODIFIABLE: false, COPYABLE: false, DESTROYABLE: true,
};

/** What the token itself says of a private key, besides what the template set. */
const READ_BACK: TemplateAttributes = { ALWAYS_SENSITIVE: true, NEVER_EXTRACTABLE: true, LOCAL: true };

/** A key leaves its token only wrapped, and only under a key that the security officer (SO) has made trusted. */
const WRAPPABLE: TemplateAttributes = { ...PRIVATE, EXTRACTABLE: true, WRAP_WITH_TRUSTED: true };
const WRAPPABLE_READ_BACK: TemplateAttributes = { ALWAYS_SENSITIVE: true, NEVER_EXTRACTABLE: false, LOCAL: true };

interface Templates {
  readonly privateTemplate: TemplateAttributes;
  readonly publicTemplate: TemplateAttributes;
}

/** The templates of both halves of a signing key. @param always whether it wants its PIN at each signature */
export function templatesOf(backup: KeyBackup = "none", always = false): Templates {
  return { privateTemplate: privateOf(backup, always), publicTemplate: PUBLIC };
}

function privateOf(backup: KeyBackup, always: boolean): TemplateAttributes {
  const one = backup === "wrap" ? WRAPPABLE : PRIVATE;
  return always ? { ...one, ALWAYS_AUTHENTICATE: true } : one;
}

/** Whether a key that was planned so wants its PIN at each signature. */
export function wantsPinAlways({ privateTemplate }: Pick<Templates, "privateTemplate">): boolean {
  return privateTemplate["ALWAYS_AUTHENTICATE"] === true;
}

/** What must read back besides the templates, and CKA_KEY_GEN_MECHANISM by name. */
export function readBackOf(algorithm: KeyAlgorithm, backup: KeyBackup = "none"): { readBack: TemplateAttributes; keyGenMechanism: string } {
  const family = algorithm.split("-")[0];
  const keyGenMechanism = family === "rsa" ? "CKM_RSA_PKCS_KEY_PAIR_GEN" : family === "ecdsa" ? "CKM_EC_KEY_PAIR_GEN" : "CKM_EC_EDWARDS_KEY_PAIR_GEN";
  return { readBack: backup === "wrap" ? WRAPPABLE_READ_BACK : READ_BACK, keyGenMechanism };
}

/**
 * The same for a key that is restored. CKA_MODIFIABLE is left to the token: SoftHSM unwraps into nothing else than an object that
 * may be modified. What protects the key, CKA_SENSITIVE and CKA_EXTRACTABLE, goes one way only (PKCS#11 v2.40 4.9).
 */
export function restoredTemplates(backup: "none" | "wrap", always = false): Templates & { readonly readBack: TemplateAttributes } {
  const privateTemplate = Object.fromEntries(Object.entries(privateOf(backup, always)).filter(([attribute]) => attribute !== "MODIFIABLE"));
  return { privateTemplate, publicTemplate: PUBLIC, readBack: { ALWAYS_SENSITIVE: false, NEVER_EXTRACTABLE: false, LOCAL: false } };
}
