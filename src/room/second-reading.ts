/** What a second implementation says of what is signed, as the answer of the room: before the token is asked, and before it is recorded as done. */
import type { RequestOf } from "../ceremony/request.ts";
import type { AnswerTo } from "../transcript/observation.ts";
import { BatchReader } from "../x509/second-reading-batch.ts";
import { readIssuedAgain, readTbsAgain } from "../x509/second-reading.ts";
import { assemble } from "../x509/signed.ts";
import { fromHex } from "../bytes/hex.ts";
import { shareOut } from "./checking.ts";

/** A record holds reasons of this length at most. */
const LONGEST = 1500;

/** Only objects of X.509 are read a second time; who verifies an artifact reads it by its own format. */
type Readable = RequestOf<"sign"> & { readonly purpose: Exclude<RequestOf<"sign">["purpose"], "artifact"> };

function isReadable(request: RequestOf<"sign">): request is Readable {
  return request.purpose !== "artifact";
}

/** The answer for what a second implementation does not read as we do: it is not put to the token. Null when there is no difference. */
export async function misreadTbs(request: RequestOf<"sign">): Promise<AnswerTo<"sign"> | null> {
  if (!isReadable(request)) return null;
  const { items, purpose } = request;
  const tbses = items.map(({ tbs }) => tbs.open());
  if (purpose !== "certificate" || !isBatch(tbses)) return wrong("not put to the token: ", tbses.flatMap((tbs) => readTbsAgain(purpose, tbs)), []);
  const differences = await shareOut(tbses, readTbsesAgain, (pool, some) => pool.readAgain(some));
  return wrong("not put to the token: ", differences.flat(), []);
}

const reader = new BatchReader();

/** Differences of each TBSCertificate, DER. */
export function readTbsesAgain(tbses: readonly Uint8Array[]): string[][] {
  return tbses.map((tbs) => reader.readTbs(tbs));
}

/** The answer when a certificate, request or CRL is not what was put to the token. @param signatures hex, one an item */
export function misreadIssued(request: RequestOf<"sign">, signatures: readonly string[]): AnswerTo<"sign"> | null {
  if (!isReadable(request)) return null;
  const { items, purpose, key: { mechanism } } = request;
  const signed = items.map(({ tbs }, i) => ({ der: assemble(tbs.open(), mechanism, fromHex(signatures[i] ?? "")), tbs: tbs.open() }));
  const differences = purpose === "certificate" && isBatch(signed) ? signed.flatMap(({ der, tbs }) => reader.readIssued(der, tbs, mechanism)) : signed.flatMap(({ der, tbs }) => readIssuedAgain(purpose, der, tbs, mechanism));
  return wrong("", differences, signatures);
}

/** To learn a layout takes longer than to read one certificate as a whole. */
function isBatch({ length }: readonly unknown[]): boolean {
  return length > 2;
}

function wrong(before: string, differences: readonly string[], signatures: readonly string[]): AnswerTo<"sign"> | null {
  if (differences.length === 0) return null;
  return { kind: "sign", outcome: "wrong", why: `${before}${differences.join("; ")}`.slice(0, LONGEST), signatures: [...signatures] };
}
