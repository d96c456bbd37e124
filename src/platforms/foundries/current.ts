/**
 * What the platform has already, as its API answers a GET: the list of device CAs that a PATCH would replace, and the serial
 * numbers that a revocation is held against.
 */
import { parseJson } from "../../bytes/json.ts";
import { fromPem } from "../../bytes/pem.ts";
import { Fault } from "../../fault.ts";
import { readCertificate, type CertificateFacts } from "../../x509/reread.ts";

/** A certificate of the answer. */
export interface CurrentCertificate {
  readonly der: Uint8Array;
  readonly facts: CertificateFacts;
  /** Base 10, as the platform writes serial numbers. */
  readonly serial: string;
}

export interface Current {
  /** Null where the PKI is not set up yet. */
  readonly root: CurrentCertificate | null;
  /** In the order of the answer. */
  readonly deviceCas: readonly CurrentCertificate[];
  /** Base 10. */
  readonly disabled: readonly string[];
}

/**
 * Reads the answer. Fields that this program does not use are not looked at.
 * @throws Fault form-json, form-utf8, form-pem, form-der
 */
export function readCurrent(bytes: Uint8Array): Current {
  const answer = parseJson(bytes);
  if (typeof answer !== "object" || answer === null || Array.isArray(answer)) throw new Fault("form-json", "expected one JSON object, as the platform's API answers a GET");
  const fields = new Map<string, unknown>(Object.entries(answer));
  const [root = null, ...others] = certificatesIn(fields.get("root-crt"), "root-crt");
  if (others.length > 0) throw new Fault("form-pem", `expected one certificate in root-crt, found ${others.length + 1}`);
  return { root, deviceCas: certificatesIn(fields.get("ca-crt"), "ca-crt"), disabled: serialsIn(fields.get("disabled-ca-serials")) };
}

/** The certificates of a field, none where it is absent or empty. The vendor's own tool parts them with an empty line. */
function certificatesIn(value: unknown, field: string): CurrentCertificate[] {
  if (value === undefined || value === null || value === "") return [];
  if (typeof value !== "string") throw new Fault("form-json", `expected a text in the field ${field}, found ${JSON.stringify(value).slice(0, 60)}`);
  return value.trim().split(/(?<=-----END CERTIFICATE-----)[\r\n]+/).map((block) => {
    const { der } = fromPem(`${block}\n`, ["CERTIFICATE"]);
    const facts = readCertificate(der);
    return { der, facts, serial: decimalSerial(facts.serial) };
  });
}

function serialsIn(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  const serials: readonly unknown[] = Array.isArray(value) ? value : [value];
  const odd = serials.find((serial) => typeof serial !== "string" || !/^(0|[1-9][0-9]{0,60})$/.test(serial));
  if (odd !== undefined) throw new Fault("form-json", `expected serial numbers in base 10 in disabled-ca-serials, found ${JSON.stringify(odd).slice(0, 60)}`);
  return serials.map(String);
}

/** A serial number as the platform writes it. @param serial hex */
export function decimalSerial(serial: string): string {
  return BigInt(`0x${serial}`).toString(10);
}
