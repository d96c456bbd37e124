/** What OpenSSL says of an application certificate against the trust anchor, and of it in the CRLs there. */
import { accept, caOf, chainOf, isIssuerOf, isSelfIssued, missingAbove, purposesOf, PURPOSE, usagesOf } from "../acceptance.ts";
import type { Acceptance, ShelfCertificate } from "../platform.ts";
import type { Anchor } from "./anchor.ts";
import { deviceError, judgeAbove, judgeKey } from "./chain.ts";
import { judgeRevocation } from "./crls.ts";

export function judgeApp(app: ShelfCertificate, anchor: Pick<Anchor, "chain" | "crls">): Acceptance[] {
  const { name, facts } = app;
  const selfSigned = isSelfIssued(facts);
  const purposes = purposesOf(facts);
  return [
    accept("apps", `${name} is not self-signed`, !selfSigned, `${deviceError(18, "self signed certificate")}, errorcode -1`),
    ...(selfSigned ? [] : judgePath(app, anchor)),
    accept("apps", `${name} is no CA and may sign`, !caOf(facts).ca && (usagesOf(facts)?.includes("digitalSignature") ?? false), "a CA, or a keyUsage without digitalSignature"),
    accept("apps", `${name} has no extKeyUsage, or codeSigning alone`, purposes === null || purposes.every((oid) => oid === PURPOSE.codeSigning), `${purposes?.join(", ") ?? ""}; what devices make of it is unknown`),
    ...judgeKey("apps", app),
  ];
}

function judgePath(app: ShelfCertificate, { chain: links, crls }: Pick<Anchor, "chain" | "crls">): Acceptance[] {
  const { chain, isWhole } = chainOf(app, links);
  const isKnown = links.some((link) => isIssuerOf(link.facts, app.facts));
  return [
    accept("apps", `the issuer of ${app.name} is in the chain`, isKnown, `${missingAbove(chain)}; ${deviceError(20, "unable to get local issuer certificate")}`),
    ...(isKnown ? [accept("apps", `the certificates above ${app.name} are there, up to a root`, isWhole, `${missingAbove(chain)}; ${deviceError(2, "unable to get issuer certificate")}`)] : []),
    ...judgeAbove("apps", chain),
    ...chain.flatMap((link) => judgeRevocation("apps", link, crls)),
  ];
}
