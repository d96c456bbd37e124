/**
 * Why a certificate is revoked, as RFC 5280 5.3.1 names it, with its number in CRLReason. `unspecified` is no reason to give,
 * 7 is not used, and removeFromCRL stands in delta CRLs only: what is released leaves the list.
 */
export const CRL_REASONS = {
  keyCompromise: 1, cACompromise: 2, affiliationChanged: 3, superseded: 4, cessationOfOperation: 5, certificateHold: 6, privilegeWithdrawn: 9, aACompromise: 10,
} as const;

/** With that of an entry that gives none. */
export const CLAIMED_REASON_CODES = { ...CRL_REASONS, unspecified: 0 } as const;

export type CrlReason = keyof typeof CRL_REASONS;
export const CRL_REASON_NAMES = Object.keys(CRL_REASONS) as readonly CrlReason[] as readonly [CrlReason, ...CrlReason[]];
