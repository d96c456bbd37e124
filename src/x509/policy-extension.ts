import { derOid, derSequence, derTlv } from "../bytes/der.ts";
import { toUtf8 } from "../bytes/text.ts";
import { plannedValue, type PlannedExtension } from "./extension.ts";

const CPS = "1.3.6.1.5.5.7.2.1";
const IA5_STRING = 0x16;

/** A certificate policy: its object identifier, and where its practice statement is found, if that is to be said. */
export interface PolicyInformation {
  readonly oid: string;
  /** URI of ASCII. */
  readonly cps: string | null;
}

/** certificatePolicies (RFC 5280 4.2.1.4), not critical, in the order given. @throws Fault form-der for what is no object identifier */
export function certificatePolicies(policies: readonly PolicyInformation[]): PlannedExtension {
  const value = derSequence(...policies.map(({ oid, cps }) => derSequence(derOid(oid), ...(cps === null ? [] : [derSequence(derSequence(derOid(CPS), derTlv(IA5_STRING, toUtf8(cps))))]))));
  const text = policies.map(({ oid, cps }) => (cps === null ? oid : `${oid} (CPS ${cps})`)).join(", ");
  return plannedValue("2.5.29.32", "certificatePolicies", false, text, value);
}
