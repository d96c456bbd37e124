/** Key templates: every attribute that a token may otherwise choose is set, and what must read back is written down. */
import type { TemplateAttributes } from "../ceremony/request.ts";
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

/** The templates of both halves of a signing key whose backup is not by wrapping. */
export function templatesOf(): { privateTemplate: TemplateAttributes; publicTemplate: TemplateAttributes } {
  return { privateTemplate: PRIVATE, publicTemplate: PUBLIC };
}

/** What must read back besides the templates, and CKA_KEY_GEN_MECHANISM by name. */
export function readBackOf(algorithm: KeyAlgorithm): { readBack: TemplateAttributes; keyGenMechanism: string } {
  const family = algorithm.split("-")[0];
  const keyGenMechanism = family === "rsa" ? "CKM_RSA_PKCS_KEY_PAIR_GEN" : family === "ecdsa" ? "CKM_EC_KEY_PAIR_GEN" : "CKM_EC_EDWARDS_KEY_PAIR_GEN";
  return { readBack: READ_BACK, keyGenMechanism };
}
