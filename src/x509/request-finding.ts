/** Why requests are refused: a code for programs beside the sentence for people. A code is part of the contract: it is never renamed. */
import type { ControlId } from "../controls.ts";
import { Fault } from "../fault.ts";
import type { Finding, ScriptPath } from "../fault.ts";

/** Every code, and the control in whose name it refuses. */
export const REQUEST_CODES = {
  "request-file": "INPUT-PRESENT",
  "request-field": "REQUEST-FORM",
  "request-size": "REQUEST-FORM",
  "request-pem": "REQUEST-FORM",
  "request-pem-label": "REQUEST-FORM",
  "request-pem-blocks": "REQUEST-FORM",
  "request-pem-base64": "REQUEST-FORM",
  "request-der": "REQUEST-FORM",
  "request-structure": "REQUEST-FORM",
  "request-version": "REQUEST-FORM",
  "request-subject-form": "REQUEST-FORM",
  "request-attributes": "REQUEST-FORM",
  "request-extensions": "REQUEST-FORM",
  "request-signature-algorithm": "REQUEST-FORM",
  "request-signature": "REQUEST-POSSESSION",
  "request-key-form": "REQUEST-KEY",
  "request-key-algorithm": "REQUEST-KEY",
  "request-key-parameters": "REQUEST-KEY",
  "request-key-size": "REQUEST-KEY",
  "request-key-exponent": "REQUEST-KEY",
  "request-key-modulus": "REQUEST-KEY",
  "request-key-small-factor": "REQUEST-KEY",
  "request-key-roca": "REQUEST-KEY",
  "request-key-fermat": "REQUEST-KEY",
  "request-key-curve": "REQUEST-KEY",
  "request-key-point": "REQUEST-KEY",
  "request-key-not-allowed": "REQUEST-KEY",
  "request-key-reused": "REQUEST-KEY",
  "request-key-listed": "WEAK-KEY-LIST",
  "request-subject-empty": "REQUEST-SUBJECT",
  "request-subject-count": "REQUEST-SUBJECT",
  "request-subject-value": "REQUEST-SUBJECT",
  "request-subject-type": "REQUEST-SUBJECT",
  "request-subject-length": "REQUEST-SUBJECT",
  "request-subject-blank": "REQUEST-SUBJECT",
  "request-subject-characters": "REQUEST-SUBJECT",
  "request-subject-country": "REQUEST-SUBJECT",
  "request-organization": "REQUEST-SUBJECT",
  "request-common-name": "REQUEST-SUBJECT",
  "request-extension-count": "REQUEST-EXTENSIONS",
  "request-extension-duplicate": "REQUEST-EXTENSIONS",
  "request-extension-proxy": "REQUEST-EXTENSIONS",
  "request-extension-critical": "REQUEST-EXTENSIONS",
  "request-extension-form": "REQUEST-EXTENSIONS",
  "request-ca": "REQUEST-EXTENSIONS",
  "request-dns-names": "REQUEST-EXTENSIONS",
  "request-names": "NAME-CONSTRAINTS",
  "request-factory": "FOUNDRIES-FACTORY",
  "request-device": "FOUNDRIES-DEVICE",
  "request-device-known": "FOUNDRIES-DEVICE",
  // what the lints say of its certificate, each in its own name
  "request-certificate": "CERTIFICATE-FORM",
} as const satisfies Readonly<Record<string, ControlId>>;

export type RequestCode = keyof typeof REQUEST_CODES;

/** One reason to refuse a request. */
export interface RequestFinding extends Finding {
  readonly code: RequestCode;
}

/** A reason, before it has a place. */
export interface RequestProblem {
  readonly code: RequestCode;
  readonly message: string;
  readonly hint?: string;
}

/** The finding of a problem, in the name of its code's control. */
export function requestFinding({ code, message, hint }: RequestProblem, path: ScriptPath): RequestFinding {
  return { control: REQUEST_CODES[code], code, path, message, ...(hint === undefined ? {} : { hint }) };
}

/** Gathers findings about one request; what throws becomes a finding. */
export class RequestFindings {
  readonly list: RequestFinding[] = [];
  readonly path: ScriptPath;

  constructor(path: ScriptPath) {
    this.path = path;
  }

  report(...problems: readonly RequestProblem[]): void {
    this.list.push(...problems.map((problem) => requestFinding(problem, this.path)));
  }

  /** What `read` gives; undefined, and a finding of this code, when it throws a fault. */
  attempt<T>(code: RequestCode | ((fault: Fault) => RequestCode), read: () => T): T | undefined {
    try {
      return read();
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      const [hint] = thrown.hints;
      this.report({ code: typeof code === "string" ? code : code(thrown), message: thrown.message, ...(hint === undefined ? {} : { hint }) });
      return undefined;
    }
  }
}
