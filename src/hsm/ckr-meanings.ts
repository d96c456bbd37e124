/** The PKCS#11 words that people meet in the room: what each says, in a sentence, and what can be done about it. */
export interface Meaning {
  readonly sentence: string;
  readonly hint: string;
}

const REPLUG = "check that the token is plugged in and powered, wait for it to settle, and run the command again";
const CONFIGURE = "look at the module's configuration and log; the module gives no reason itself";

const MEANINGS: Readonly<Record<string, Meaning>> = {
  CKR_GENERAL_ERROR: { sentence: "the module failed and gives no reason", hint: CONFIGURE },
  CKR_FUNCTION_FAILED: { sentence: "the token could not carry the call out", hint: "look for a full or read-only disk, and at the token's own log" },
  CKR_HOST_MEMORY: { sentence: "the module found no memory on the host", hint: "close other programs and run the command again" },
  CKR_DEVICE_MEMORY: { sentence: "the token is full", hint: "list its objects, and use a token with room for this ceremony's keys" },
  CKR_DEVICE_ERROR: { sentence: "the token or the way to it failed", hint: REPLUG },
  CKR_DEVICE_REMOVED: { sentence: "the token was removed during the call", hint: REPLUG },
  CKR_TOKEN_NOT_PRESENT: { sentence: "the token is not in its slot", hint: REPLUG },
  CKR_TOKEN_NOT_RECOGNIZED: { sentence: "the slot does not recognise the token", hint: REPLUG },
  CKR_TOKEN_WRITE_PROTECTED: { sentence: "the token is write-protected", hint: "lift the write protection by the vendor's console" },
  CKR_SLOT_ID_INVALID: { sentence: "the slot is gone", hint: REPLUG },
  CKR_ARGUMENTS_BAD: { sentence: "the module does not accept an argument", hint: "for C_Initialize: remove the init string from the station if this module takes none" },
  CKR_CANT_LOCK: { sentence: "the module cannot use the locks of the operating system", hint: "ask the vendor for a module that supports CKF_OS_LOCKING_OK" },
  CKR_ACTION_PROHIBITED: { sentence: "the token's policy or the object's attributes forbid this", hint: "look at CKA_DESTROYABLE, CKA_MODIFIABLE and CKA_COPYABLE of the object" },
  CKR_ATTRIBUTE_READ_ONLY: { sentence: "the token lets nobody set an attribute of the template", hint: "compare the template with the vendor's list of attributes" },
  CKR_ATTRIBUTE_TYPE_INVALID: { sentence: "the token does not know an attribute of the template", hint: "compare the template with the vendor's list of attributes" },
  CKR_ATTRIBUTE_VALUE_INVALID: { sentence: "the token refuses the value of an attribute", hint: "compare the template with the vendor's list of attributes" },
  CKR_TEMPLATE_INCOMPLETE: { sentence: "the token wants an attribute that the template does not set", hint: "compare the template with the vendor's list of attributes" },
  CKR_TEMPLATE_INCONSISTENT: { sentence: "the attributes of the template contradict each other for this token", hint: "compare the template with the vendor's list of attributes" },
  CKR_MECHANISM_INVALID: { sentence: "the token does not have this mechanism", hint: "choose an algorithm that the token supports" },
  CKR_CURVE_NOT_SUPPORTED: { sentence: "the token does not know this curve", hint: "choose an algorithm that the token supports" },
  CKR_DOMAIN_PARAMS_INVALID: { sentence: "the token does not know these curve parameters", hint: "choose an algorithm that the token supports" },
  CKR_KEY_SIZE_RANGE: { sentence: "the token does not do keys of this size", hint: "choose an algorithm that the token supports" },
  CKR_KEY_FUNCTION_NOT_PERMITTED: { sentence: "the key's attributes do not allow this use", hint: "look at CKA_SIGN of the key" },
  CKR_KEY_HANDLE_INVALID: { sentence: "the token no longer knows the key by this handle", hint: "run the command again: the key is looked up by its CKA_ID" },
  CKR_OBJECT_HANDLE_INVALID: { sentence: "the token no longer knows the object by this handle", hint: "run the command again: objects are looked up by their CKA_ID" },
  CKR_PIN_INCORRECT: { sentence: "the PIN is wrong", hint: "check which token asks and whose PIN it wants; a few wrong PINs lock most tokens" },
  CKR_PIN_INVALID: { sentence: "the PIN has characters that the token does not accept", hint: "read the vendor's rules for PINs" },
  CKR_PIN_LEN_RANGE: { sentence: "the PIN is too short or too long for this token", hint: "read the vendor's rules for PINs" },
  CKR_PIN_TOO_WEAK: { sentence: "the PIN is too simple for this token", hint: "read the vendor's rules for PINs" },
  CKR_PIN_EXPIRED: { sentence: "the PIN has expired", hint: "set a new PIN by the vendor's console" },
  CKR_PIN_LOCKED: { sentence: "the PIN is locked after too many wrong ones", hint: "the security officer (SO) can set a new user PIN by the vendor's console; a locked SO PIN cannot be mended" },
  CKR_USER_PIN_NOT_INITIALIZED: { sentence: "the token has no user PIN yet", hint: "the security officer (SO) sets it when the token is initialised" },
  CKR_USER_NOT_LOGGED_IN: { sentence: "nobody is logged in", hint: "run the command again and enter the PIN" },
  CKR_USER_ANOTHER_ALREADY_LOGGED_IN: { sentence: "another role is logged in to the token in this program", hint: "end other programs that use the token and run the command again" },
  CKR_SESSION_EXISTS: { sentence: "a session with the token is still open", hint: "end other programs that use the token and run the command again" },
  CKR_SESSION_COUNT: { sentence: "the token has no session left", hint: "end other programs that use the token and run the command again" },
  CKR_SESSION_HANDLE_INVALID: { sentence: "the session is gone", hint: REPLUG },
  CKR_SESSION_CLOSED: { sentence: "the session was closed during the call", hint: REPLUG },
  CKR_SESSION_READ_ONLY: { sentence: "the session may not write", hint: "lift the write protection by the vendor's console" },
  CKR_CRYPTOKI_NOT_INITIALIZED: { sentence: "the module is not initialised", hint: "run the command again" },
  CKR_CRYPTOKI_ALREADY_INITIALIZED: { sentence: "the module is in use in this program under another path", hint: "name the module by one path everywhere in the station" },
  CKR_FUNCTION_NOT_SUPPORTED: { sentence: "the module does not have this function", hint: "do this by the vendor's console, as an act of the script" },
  CKR_FUNCTION_REJECTED: { sentence: "somebody refused the operation at the token", hint: "confirm it at the token when it asks" },
  CKR_RANDOM_NO_RNG: { sentence: "the token has no random generator", hint: "use a token that has one" },
  CKR_DATA_LEN_RANGE: { sentence: "the token does not sign data of this length", hint: "choose the digest that matches the curve" },
  CKR_BUFFER_TOO_SMALL: { sentence: "the token's answer is longer than any answer may be", hint: "the module does not keep to the standard; ask the vendor" },
};

/** What a PKCS#11 word says, in plain words. */
export function meaningOf(ckr: string): Meaning {
  return MEANINGS[ckr] ?? { sentence: "the module gives no more than this word", hint: CONFIGURE };
}
