/** A list of revoked device CAs against what the platform has: its tool refuses serial numbers that are not in the platform's list. */
import { toHex } from "../../bytes/hex.ts";
import { sameBytes } from "../../bytes/text.ts";
import { CRL_REASONS } from "../../x509/crl-reason.ts";
import type { Revocation } from "../../x509/crl.ts";
import { EXTENSION, readSubjectKeyIdentifier } from "../../x509/extension-reading.ts";
import { accept, extensionOf, usagesOf } from "../acceptance.ts";
import type { Acceptance, ShelfCertificate, ShelfCrl } from "../platform.ts";
import type { Upload } from "./bundle.ts";
import { decimalSerial, type Current } from "./current.ts";

/** In a list of this platform 6 disables, 8 enables again and every other reason revokes. */
const ENABLE = 8;
const DISABLE = CRL_REASONS.certificateHold;

/** Nothing where the bundle has no list. */
export function judgeRevocation({ root, crl, current }: Upload): Acceptance[] {
  if (crl === null) return [];
  return [...judgeSigner(root, crl), ...(current === null ? [] : judgeEntries(crl, current))];
}

function judgeSigner(root: ShelfCertificate, { facts }: ShelfCrl): Acceptance[] {
  const identifier = extensionOf(root.facts, EXTENSION.subjectKeyIdentifier);
  const isKey = identifier === null || toHex(readSubjectKeyIdentifier(identifier.value)) === toHex(facts.authorityKeyIdentifier);
  return [
    accept("crl", "the list is signed by the root", sameBytes(facts.issuer, root.facts.subject) && isKey, "the list of another CA"),
    accept("root", "the root may sign lists", usagesOf(root.facts)?.includes("cRLSign") ?? true, "no keyUsage cRLSign"),
    accept("crl", "the list is of everything that the root revokes", facts.point === null, "an issuingDistributionPoint, which the platform does not know"),
  ];
}

/** New entries, and those that the list repeats because a list drops no revocation. */
function judgeEntries({ facts: { revoked, thisUpdate } }: ShelfCrl, current: Current): Acceptance[] {
  const isOld = ({ date }: Revocation) => date < thisUpdate;
  const fresh = revoked.filter((one) => !isOld(one));
  return [
    accept("crl", "the list changes something", fresh.length > 0, "no entry that is dated at its thisUpdate; leave the date of new revocations out"),
    ...fresh.flatMap((one) => judgeNew(one, current)), ...revoked.filter(isOld).flatMap((one) => judgeRepeated(one, current)),
  ];
}

function judgeNew({ serial, reason }: Revocation, current: Current): Acceptance[] {
  const decimal = decimalSerial(serial);
  const listed = accept("crl", `the device CA ${decimal} is in the platform's list`, isListed(decimal, current), `no such serial number in ca-crt; fioctl says: There is no actual device CA with serial ${decimal}`);
  if (reason !== ENABLE) return [listed];
  return [listed, accept("crl", `the device CA ${decimal}, which is enabled again, is disabled`, current.disabled.includes(decimal), "its serial number is not in disabled-ca-serials")];
}

/** What has been added again after a revocation, or enabled by other means, would be struck once more. */
function judgeRepeated({ serial, reason }: Revocation, current: Current): Acceptance[] {
  const decimal = decimalSerial(serial);
  if (reason === DISABLE) return [accept("crl", `the device CA ${decimal}, whose hold the list repeats, is disabled`, !isListed(decimal, current) || current.disabled.includes(decimal), "the platform has it enabled, and would disable it again; release it in this list")];
  return [accept("crl", `the device CA ${decimal}, whose revocation the list repeats, is gone from the platform's list`, !isListed(decimal, current), "the platform has it again, and would revoke it once more; a revoked device CA gets a new key and a new certificate")];
}

function isListed(decimal: string, current: Current): boolean {
  return current.deviceCas.some(({ serial }) => serial === decimal);
}
