/** `timestamp query` and `timestamp import`: what a TSA is asked, offline, and its answer, once somebody has carried it here. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { digest, sha256Hex } from "../bytes/digest.ts";
import { toBase64 } from "../bytes/pem.ts";
import { qrLines } from "../console/qr.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import { claimHolds } from "../room/claims.ts";
import { keepFile, kindAt, readRegular } from "../room/files.ts";
import { readSealFile } from "../room/sealing.ts";
import { TIMESTAMP } from "../transcript/addenda.ts";
import { buildTimestampQuery, judgeTimestamp } from "../transcript/timestamp.ts";
import { nextAddendum } from "./addend.ts";
import { result, talk } from "./output.ts";

export interface QueryOptions {
  readonly output: string;
}

/** Writes a query over seal.txt; its base64 is shown as a QR code too, for a host that takes no medium. */
export function timestampQuery(record: string, { output }: QueryOptions): ExitCode {
  const seal = readSealFile(record);
  if (kindAt(output) !== "nothing") throw new Fault("record-exists", `expected no such file yet, found ${output}`, ["name a new file; nothing was written"]);
  const query = buildTimestampQuery({ imprint: digest("sha256", seal), nonce: nonce() });
  keepFile(output, query);
  talk("The same as base64, as a QR code:", ...qrLines(toBase64(query)));
  result(`${output}: a query over the SHA-256 of seal.txt, ${sha256Hex(seal)}`);
  return EXIT.done;
}

/** Positive, and of one length. */
function nonce(): Uint8Array {
  const octets = new Uint8Array(randomBytes(8));
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40;
  return octets;
}

export interface ImportStampOptions {
  readonly query: string;
  readonly ca: string;
}

/** Verifies the answer against this record, the query and the CA that the caller trusts for timestamps, and only then keeps all three. */
export function timestampImport(record: string, file: string, options: ImportStampOptions): ExitCode {
  const [response, query, ca] = [readRegular(file), readRegular(options.query), readRegular(options.ca)];
  const judged = judgeTimestamp({ seal: readSealFile(record), query, response, ca, where: file });
  if (!judged.claims.every(claimHolds)) throw new Fault("seal-signature", `${file}: the signature of the timestamp, or of a certificate in it, does not verify`, ["have the TSA's answer given again, as it came"]);
  const folder = nextAddendum(record, "timestamp");
  for (const [path, bytes] of [[TIMESTAMP.query, query], [TIMESTAMP.response, response], [TIMESTAMP.ca, ca]] as const) keepFile(join(folder, path), bytes);
  result(`${folder}: the seal existed at ${judged.at}, says ${judged.tsa} (policy ${judged.policy}, serial ${judged.serial})`);
  return EXIT.done;
}
