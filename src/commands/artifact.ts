/** `artifact verify FORMAT FILE`: a signed file as its device should look at it, without a record. */
import { printable } from "../console/escape.ts";
import { EXIT, Fault, type ExitCode } from "../fault.ts";
import { EXAMINED_FORMATS, examineCtrlxApp, type Examination } from "../plan/examination.ts";
import { claimHolds } from "../room/claims.ts";
import { readRegular } from "../room/files.ts";
import { result } from "./output.ts";

export interface VerifyOptions {
  /** The signer's certificate, PEM. */
  readonly certificate: string;
  /** Of Bosch Rexroth, PEM; without it the signature of privileges is not checked. */
  readonly privilegesCertificate?: string;
  readonly json?: boolean;
}

/** Octets that a signed file may have. */
const LARGEST = 1024 * 1024 * 1024;

/** Returns exit code 0 when nothing speaks against the file, otherwise 3. @throws Fault usage-arguments, usage-file, form-pem, form-der */
export function verifyArtifact(format: string, file: string, { certificate, privilegesCertificate, json }: VerifyOptions): ExitCode {
  if (!EXAMINED_FORMATS.some((known) => known === format)) throw new Fault("usage-arguments", `expected ${EXAMINED_FORMATS.join(" or ")}, found ${format}`, ["the pages of docs/platforms say how the vendors' own tools verify the others"]);
  const certificates = { oem: readRegular(certificate), privileges: privilegesCertificate === undefined ? null : readRegular(privilegesCertificate) };
  const examination = examineCtrlxApp(readRegular(file, LARGEST), certificates, claimHolds);
  const isGood = examination.objections.length === 0;
  if (json === true) result(JSON.stringify({ file, format, verdict: isGood ? "verified" : "refused", ...examination }));
  else result(...lines(examination, isGood));
  return isGood ? EXIT.done : EXIT.refused;
}

function lines({ said, signatures, objections }: Examination, isGood: boolean): string[] {
  if (isGood) return [...said.map((line) => printable(line)), `verified: ${signatures} signature${signatures === 1 ? "" : "s"}, and the digest of each snap`];
  return [...objections.map(({ part, expects, found }) => printable(`${part}: expected that ${expects}; found: ${found}`)), `refused: ${objections.length} finding${objections.length === 1 ? "" : "s"}`];
}
