/** CKF_ of CK_TOKEN_INFO by name (PKCS#11 v2.40 base 3.2). */
const NAMES: readonly (readonly [string, number])[] = [
  ["RNG", 0x1], ["WRITE_PROTECTED", 0x2], ["LOGIN_REQUIRED", 0x4], ["USER_PIN_INITIALIZED", 0x8], ["RESTORE_KEY_NOT_NEEDED", 0x20], ["CLOCK_ON_TOKEN", 0x40],
  ["PROTECTED_AUTHENTICATION_PATH", 0x100], ["DUAL_CRYPTO_OPERATIONS", 0x200], ["TOKEN_INITIALIZED", 0x400], ["SECONDARY_AUTHENTICATION", 0x800],
  ["USER_PIN_COUNT_LOW", 0x10000], ["USER_PIN_FINAL_TRY", 0x20000], ["USER_PIN_LOCKED", 0x40000], ["USER_PIN_TO_BE_CHANGED", 0x80000],
  ["SO_PIN_COUNT_LOW", 0x100000], ["SO_PIN_FINAL_TRY", 0x200000], ["SO_PIN_LOCKED", 0x400000], ["SO_PIN_TO_BE_CHANGED", 0x800000], ["ERROR_STATE", 0x1000000],
];

/** Names of those that are set, without `CKF_`; what has no name as hex. */
export function tokenFlags(flags: number): string[] {
  const named = NAMES.filter(([, bit]) => (flags & bit) !== 0);
  const rest = named.reduce((left, [, bit]) => left & ~bit, flags) >>> 0;
  return [...named.map(([name]) => name), ...(rest === 0 ? [] : [`0x${rest.toString(16)}`])];
}
