/** Why a certificate is revoked: the words of RFC 5280 5.3.1 with their numbers. 0 says nothing, 7 is not used, 8 is what a release writes. */
export const REASONS = {
  keyCompromise: 1, cACompromise: 2, affiliationChanged: 3, superseded: 4, cessationOfOperation: 5, certificateHold: 6, privilegeWithdrawn: 9,
} as const;
export type ReasonWord = keyof typeof REASONS;
export const REASON_WORDS = ["keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation", "certificateHold", "privilegeWithdrawn"] as const satisfies readonly ReasonWord[];
