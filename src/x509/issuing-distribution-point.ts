/** issuingDistributionPoint (RFC 5280 5.2.5): which certificates a CRL is about, and where it is found. */
import { derSequence, derTlv, Fields, readDer } from "../bytes/der.ts";
import { toUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";

export const OID_ISSUING_DISTRIBUTION_POINT = "2.5.29.28";

export interface IssuingDistributionPoint {
  /** onlyContainsCACerts. */
  readonly caOnly: boolean;
  /** Addresses of the fullName; empty for none. */
  readonly at: readonly string[];
}

const ONLY_CA_CERTS = Uint8Array.of(0x82, 0x01, 0xff);

/** Contents of extnValue, DER. The extension is always critical. */
export function issuingDistributionPointValue({ caOnly, at }: IssuingDistributionPoint): Uint8Array {
  const fullName = derTlv(0xa0, ...at.map((address) => derTlv(0x86, toUtf8(address))));
  return derSequence(...(at.length === 0 ? [] : [derTlv(0xa0, fullName)]), ...(caOnly ? [ONLY_CA_CERTS] : []));
}

/** @param value contents of extnValue @throws Fault form-der for what this program does not write */
export function readIssuingDistributionPoint(value: Uint8Array): IssuingDistributionPoint {
  const fields = new Fields(readDer(value), "IssuingDistributionPoint");
  const point = fields.takeIf(0xa0);
  const only = fields.takeIf(0x82);
  fields.end();
  const at = point === undefined ? [] : namesOf(point.children[0]?.children ?? []);
  if (only !== undefined && (only.contents.length !== 1 || only.contents[0] !== 0xff)) throw new Fault("form-der", "onlyContainsCACerts: expected TRUE");
  return { caOnly: only !== undefined, at };
}

function namesOf(names: readonly { readonly tag: number; readonly contents: Uint8Array }[]): string[] {
  return names.map(({ tag, contents }) => {
    if (tag !== 0x86) throw new Fault("form-der", "distributionPoint: expected addresses");
    return Array.from(contents, (octet) => String.fromCharCode(octet)).join("");
  });
}
