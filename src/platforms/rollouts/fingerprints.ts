/** Trust anchors as the platform's tenant configuration holds them: SHA-256 fingerprints of certificates. */
import { canonicalText } from "../../bytes/canonical.ts";
import { sha256Hex } from "../../bytes/digest.ts";
import { parseJson } from "../../bytes/json.ts";
import { Fault } from "../../fault.ts";

/** 32 octets in upper-case hex, colons between them: 95 characters. */
export const FINGERPRINT = /^[0-9A-F]{2}(:[0-9A-F]{2}){31}$/;

/** SHA-256 over a certificate, as `openssl x509 -fingerprint -sha256` prints it. @param der of the certificate */
export function fingerprintOf(der: Uint8Array): string {
  return (sha256Hex(der).toUpperCase().match(/../g) ?? []).join(":");
}

/**
 * The fingerprints that a GET of the tenant configuration answered with, in its order, each once. Fields beside `value` are not read.
 * @throws Fault form-json, form-utf8
 */
export function readConfigured(bytes: Uint8Array): string[] {
  const answer = parseJson(bytes);
  const value: unknown = typeof answer === "object" && answer !== null && Object.hasOwn(answer, "value") ? (answer as { readonly value: unknown }).value : undefined;
  if (!Array.isArray(value)) throw new Fault("form-json", 'expected the answer of the tenant configuration, {"value": […]}, found something else');
  const wrong = value.findIndex((one) => typeof one !== "string" || !FINGERPRINT.test(one));
  if (wrong !== -1) throw new Fault("form-json", `expected fingerprints of 95 characters, upper-case hex with colons, found ${(JSON.stringify(value[wrong]) ?? "").slice(0, 120)} as number ${wrong + 1}`);
  return [...new Set(value.map(String))];
}

/** The whole list that replaces the one that is configured: its order is kept, the anchor comes last unless it is there. @param retired leaves the list; null: none does */
export function mergedFingerprints(configured: readonly string[], anchor: string, retired: string | null): string[] {
  return [...new Set([...configured, anchor])].filter((one) => one !== retired);
}

/** The body of the POST, canonical JSON, no LF at the end. */
export function fingerprintBody(fingerprints: readonly string[]): string {
  return canonicalText({ value: fingerprints });
}
