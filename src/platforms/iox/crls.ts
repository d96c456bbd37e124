/** CRLs in a trust anchor, as `openssl verify -crl_check_all` takes them. Whether a device does is not documented. */
import { sameBytes } from "../../bytes/text.ts";
import { printName } from "../../x509/name-reading.ts";
import { accept } from "../acceptance.ts";
import type { Acceptance, ShelfCertificate, ShelfCrl } from "../platform.ts";
import type { Anchor } from "./anchor.ts";
import { deviceError } from "./chain.ts";

const isListOf = (crl: ShelfCrl, ca: ShelfCertificate): boolean => sameBytes(crl.facts.issuer, ca.facts.subject);

/** Where there is one CRL, each CA has one: a verifier that looks at them looks for all. */
export function judgeLists({ chain, crls }: Pick<Anchor, "chain" | "crls">): Acceptance[] {
  if (crls.length === 0) return [];
  return [
    ...chain.map((ca) => accept("crls", `${ca.name} has a CRL, because others have`, crls.some((crl) => isListOf(crl, ca)), deviceError(3, "unable to get certificate CRL"))),
    ...crls.flatMap((crl) => [
      accept("crls", `${crl.name} is of a CA of the chain`, chain.some((ca) => isListOf(crl, ca)), `of ${printName(crl.facts.issuer)}`),
      accept("crls", `${crl.name} is about everything that its CA issues`, crl.facts.point === null, `limited by an issuingDistributionPoint; ${deviceError(44, "different CRL scope")}`),
    ]),
  ];
}

/** Whether a certificate is revoked in the CRLs of its issuer. */
export function judgeRevocation(part: string, { name, facts }: ShelfCertificate, crls: readonly ShelfCrl[]): Acceptance[] {
  return crls.filter((crl) => sameBytes(crl.facts.issuer, facts.issuer))
    .map((crl) => accept(part, `${name} is not revoked in ${crl.name}`, crl.facts.revoked.every(({ serial }) => serial !== facts.serial), deviceError(23, "certificate revoked")));
}
