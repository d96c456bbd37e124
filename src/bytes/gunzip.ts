/** Decompression (RFC 1952): like the digests, a place where the pure rooms reach for the platform, so that a browser build can replace it. */
import { gunzipSync } from "node:zlib";
import { Fault } from "../fault.ts";

/**
 * What was compressed by gzip.
 * @param most octets that may come out
 * @throws Fault form-gzip for anything else, a wrong sum, or more than that
 */
export function gunzip(bytes: Uint8Array, most: number): Uint8Array {
  try {
    return new Uint8Array(gunzipSync(bytes, { maxOutputLength: most }));
  } catch (cause) {
    throw new Fault("form-gzip", `expected a gzip file of at most ${most} octets, found something else`, [], { cause });
  }
}
