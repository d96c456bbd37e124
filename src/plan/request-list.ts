/** The list of a step over a folder of requests: one canonical JSON line a request. The plan holds its digest, and it is what runs. */
import { canonicalText, parseCanonical } from "../bytes/canonical.ts";
import { toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import type { PlannedExtension } from "../x509/extension.ts";
import type { RequestCode } from "../x509/request-finding.ts";

export interface ListedRequest {
  /** Its name in the folder. */
  readonly file: string;
  /** SHA-256 of the file, hex. */
  readonly sha256: string;
  readonly verdict: "accept" | "refuse";
  /** Why it is refused; empty when it is not. */
  readonly codes: readonly RequestCode[];
  /** Name and SubjectPublicKeyInfo, DER, hex; empty when it is refused. */
  readonly subject: string;
  readonly spki: string;
  /** Every extension of the certificate; empty when it is refused. */
  readonly granted: readonly PlannedExtension[];
}

/** Where the list of a step lies, below the inputs: a folder of the tool's own. */
export function listPath(step: number): string {
  return `lists/${step}.jsonl`;
}

/** One line a request, each with its LF. */
export function writeRequestList(requests: readonly ListedRequest[]): Uint8Array {
  return toUtf8(requests.map((request) => `${canonicalText(request)}\n`).join(""));
}

/**
 * The requests of a list, one after the other: a long list is never held as objects.
 * @throws Fault form-json, form-utf8 for a line that is no request of such a list
 */
export function* readRequestList(bytes: Uint8Array): Generator<ListedRequest, void> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    yield listedOf(parseCanonical(bytes.subarray(start, end === -1 ? bytes.length : end)));
    if (end === -1) return;
    start = end + 1;
  }
}

/** What the plan's digest does not vouch for may be anything. */
function listedOf(line: unknown): ListedRequest {
  const listed = line as Partial<ListedRequest> | null;
  const isOne = typeof listed?.file === "string" && Array.isArray(listed.codes) && Array.isArray(listed.granted);
  if (!isOne) throw new Fault("form-json", "expected a request of a list, found something else");
  return line as ListedRequest;
}

/** The name of the certificate for a request: that of its file without the ending. */
export function stemOf(file: string): string {
  return file.replace(/\.(csr|pem|req|p10)$/i, "");
}

/** What lists leave out, by the path of the list. */
export function refusedRequests(lists: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, readonly ListedRequest[]> {
  return new Map([...lists].map(([path, bytes]) => [path, [...readRequestList(bytes)].filter(({ verdict }) => verdict === "refuse")]));
}
