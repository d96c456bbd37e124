/** What a bundle is uploaded for. Each operation is one PATCH of the vendor's API, and has parts of its own. */

export interface Operation {
  /** The parts without which there is nothing to upload. */
  readonly wants: readonly string[];
  /** Parts that it can use besides. */
  readonly takes: readonly string[];
  /** The booleans of the POST by which its requests are asked for; null where no request is made. `ca-csr` follows from the device CAs. */
  readonly asks: { readonly "first-time-init": boolean; readonly "tls-csr": boolean } | null;
}

export const OPERATIONS = {
  create: { wants: ["tls", "device-cas"], takes: ["est", "above", "chain", "current", "user"], asks: { "first-time-init": true, "tls-csr": true } },
  "add-device-ca": { wants: ["device-cas", "current"], takes: ["above", "chain", "user"], asks: { "first-time-init": false, "tls-csr": false } },
  "rotate-tls": { wants: ["tls"], takes: ["above", "chain", "current"], asks: { "first-time-init": false, "tls-csr": true } },
  "est-authorize": { wants: ["est"], takes: ["above", "chain", "current"], asks: { "first-time-init": false, "tls-csr": false } },
  "revoke-device-ca": { wants: ["crl", "current"], takes: [], asks: null },
  "register-device": { wants: ["devices", "device-cas"], takes: ["above", "chain"], asks: null },
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof OPERATIONS;

export const OPERATION_NAMES = Object.keys(OPERATIONS) as readonly OperationName[];

/** The form of the word, as the script's schema wants it. */
export const OPERATION_WORD = { pattern: new RegExp(`^(${OPERATION_NAMES.join("|")})$`), what: OPERATION_NAMES.join(" or ") } as const;

/** The operation that a script names; `create` where it names none. */
export function operationOf(word: string | null): OperationName {
  return OPERATION_NAMES.find((name) => name === word) ?? "create";
}
