/**
 * The one reading of what native calls throw. pkcs11js and graphene throw four shapes: an error with `.code`, an error whose
 * message is `CKR_NAME:code`, a `TypeError`, and a plain error with the text of the dynamic loader.
 */
import { Fault } from "../fault.ts";
import type { EffectKind, Observation } from "../transcript/observation.ts";
import { meaningOf } from "./ckr-meanings.ts";
import { CKR_NAMES } from "./ckr-names.ts";

/** A native call failed. Stays inside the hsm room: it becomes a Fault or an observation before anyone else sees it. */
export class CkrError extends Error {
  /** The PKCS#11 word, or `no CKR` and what was thrown instead. */
  readonly ckr: string;
  /** The PKCS#11 function. */
  readonly call: string;

  constructor(call: string, thrown: unknown) {
    const ckr = ckrOf(thrown);
    super(`${call}: ${ckr}`, { cause: thrown });
    this.name = "CkrError";
    this.ckr = ckr;
    this.call = call;
  }
}

/**
 * The PKCS#11 word of what a native call threw, by our own table: the binding's lacks codes of v2.40 and calls them
 * CKR_VENDOR_DEFINED. Codes without a name are `CKR_VENDOR_DEFINED:n` (from 0x80000000) or `CKR_UNNAMED:n`, n decimal.
 */
export function ckrOf(thrown: unknown): string {
  const code = codeOf(thrown);
  if (code === null) return `no CKR (${thrown instanceof Error ? `${thrown.name}: ${thrown.message}`.slice(0, 200) : typeof thrown})`;
  return CKR_NAMES.get(code) ?? (code >= 0x80000000 ? `CKR_VENDOR_DEFINED:${code}` : `CKR_UNNAMED:${code}`);
}

function codeOf(thrown: unknown): number | null {
  if (!(thrown instanceof Error)) return null;
  if ("code" in thrown && typeof thrown.code === "number" && thrown.code > 0) return thrown.code;
  const match = /CKR_\w+:(\d+)/.exec(thrown.message);
  return match === null ? null : Number(match[1]);
}

/**
 * Makes one native call.
 * @param call the PKCS#11 function, for messages
 * @throws CkrError whatever the binding throws
 */
export function native<T>(call: string, make: () => T): T {
  try {
    return make();
  } catch (thrown) {
    throw new CkrError(call, thrown);
  }
}

/** `native` for the calls that run on another thread. */
export async function nativeAsync<T>(call: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (thrown) {
    throw new CkrError(call, thrown);
  }
}

/**
 * The Fault for a failed call that was no effect.
 * @param code `hsm-call` unless the caller knows better
 */
export function callFault(error: CkrError, doing: string, code: "hsm-call" | "hsm-configuration" = "hsm-call"): Fault {
  const { sentence, hint } = meaningOf(error.ckr);
  return new Fault(code, `${doing}: ${sentence} (${error.call}: ${error.ckr})`, [hint], { cause: error });
}

const ALWAYS = [
  "CKR_ARGUMENTS_BAD", "CKR_CRYPTOKI_NOT_INITIALIZED", "CKR_FUNCTION_NOT_SUPPORTED", "CKR_FUNCTION_REJECTED", "CKR_ACTION_PROHIBITED",
  "CKR_TOKEN_NOT_PRESENT", "CKR_TOKEN_WRITE_PROTECTED",
];
const IN_SESSION = [...ALWAYS, "CKR_SESSION_HANDLE_INVALID", "CKR_SESSION_READ_ONLY", "CKR_USER_NOT_LOGGED_IN", "CKR_OPERATION_ACTIVE"];

/**
 * The closed list: words that a token says before it does anything (PKCS#11 v2.40 base 5.1: found invalid when the function
 * was invoked, or asked for what is not allowed). Every other word of an effect's native call leaves it unknown; so do
 * CKR_DEVICE_REMOVED and CKR_SESSION_CLOSED, which are said in the middle of an execution.
 */
export const PROVES_NOTHING_HAPPENED: Readonly<Record<EffectKind, ReadonlySet<string>>> = {
  "initialize-token": new Set([
    ...ALWAYS, "CKR_PIN_INCORRECT", "CKR_PIN_INVALID", "CKR_PIN_LEN_RANGE", "CKR_PIN_TOO_WEAK", "CKR_PIN_LOCKED",
    "CKR_SESSION_EXISTS", "CKR_SLOT_ID_INVALID", "CKR_TOKEN_NOT_RECOGNIZED",
  ]),
  "generate-key-pair": new Set([
    ...IN_SESSION, "CKR_MECHANISM_INVALID", "CKR_MECHANISM_PARAM_INVALID", "CKR_TEMPLATE_INCOMPLETE", "CKR_TEMPLATE_INCONSISTENT",
    "CKR_ATTRIBUTE_READ_ONLY", "CKR_ATTRIBUTE_TYPE_INVALID", "CKR_ATTRIBUTE_VALUE_INVALID", "CKR_DOMAIN_PARAMS_INVALID",
    "CKR_CURVE_NOT_SUPPORTED", "CKR_KEY_SIZE_RANGE", "CKR_PIN_EXPIRED",
  ]),
  sign: new Set([
    ...IN_SESSION, "CKR_MECHANISM_INVALID", "CKR_MECHANISM_PARAM_INVALID", "CKR_KEY_HANDLE_INVALID", "CKR_OBJECT_HANDLE_INVALID",
    "CKR_KEY_TYPE_INCONSISTENT", "CKR_KEY_SIZE_RANGE", "CKR_KEY_FUNCTION_NOT_PERMITTED", "CKR_DATA_INVALID", "CKR_DATA_LEN_RANGE",
    "CKR_OPERATION_NOT_INITIALIZED", "CKR_PIN_INCORRECT", "CKR_PIN_LEN_RANGE", "CKR_PIN_LOCKED", "CKR_PIN_EXPIRED",
  ]),
  "wrap-key": new Set([
    ...IN_SESSION, "CKR_MECHANISM_INVALID", "CKR_MECHANISM_PARAM_INVALID", "CKR_KEY_HANDLE_INVALID", "CKR_OBJECT_HANDLE_INVALID", "CKR_KEY_NOT_WRAPPABLE", "CKR_KEY_UNEXTRACTABLE",
    "CKR_KEY_SIZE_RANGE", "CKR_WRAPPING_KEY_HANDLE_INVALID", "CKR_WRAPPING_KEY_SIZE_RANGE", "CKR_WRAPPING_KEY_TYPE_INCONSISTENT", "CKR_TEMPLATE_INCOMPLETE",
    "CKR_TEMPLATE_INCONSISTENT", "CKR_ATTRIBUTE_READ_ONLY", "CKR_ATTRIBUTE_TYPE_INVALID", "CKR_ATTRIBUTE_VALUE_INVALID", "CKR_PIN_INCORRECT", "CKR_PIN_LOCKED",
    "CKR_SESSION_READ_ONLY_EXISTS", "CKR_USER_ANOTHER_ALREADY_LOGGED_IN",
  ]),
  "unwrap-key": new Set([
    ...IN_SESSION, "CKR_MECHANISM_INVALID", "CKR_MECHANISM_PARAM_INVALID", "CKR_UNWRAPPING_KEY_HANDLE_INVALID", "CKR_UNWRAPPING_KEY_SIZE_RANGE",
    "CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT", "CKR_WRAPPED_KEY_INVALID", "CKR_WRAPPED_KEY_LEN_RANGE", "CKR_TEMPLATE_INCOMPLETE", "CKR_TEMPLATE_INCONSISTENT",
    "CKR_ATTRIBUTE_READ_ONLY", "CKR_ATTRIBUTE_TYPE_INVALID", "CKR_ATTRIBUTE_VALUE_INVALID",
  ]),
  "destroy-objects": new Set([...IN_SESSION, "CKR_OBJECT_HANDLE_INVALID", "CKR_PIN_EXPIRED"]),
  "set-pin": new Set([...IN_SESSION, "CKR_PIN_INCORRECT", "CKR_PIN_INVALID", "CKR_PIN_LEN_RANGE", "CKR_PIN_TOO_WEAK", "CKR_PIN_LOCKED"]),
};

/**
 * The observation for a failed native call of an effect.
 * @param first whether nothing of this effect had been done before the call that failed
 */
export function failedEffect(kind: EffectKind, error: CkrError, first: boolean): Observation {
  const proved = first && PROVES_NOTHING_HAPPENED[kind].has(error.ckr);
  return { kind, outcome: proved ? "refused" : "unknown", ckr: error.ckr };
}

/** Where what a token refuses does not matter any more: logging out, closing. */
export function ignoringCkr(make: () => void): void {
  try {
    make();
  } catch (error) {
    if (!(error instanceof CkrError)) throw error;
  }
}
