/** There is a moment at which everything in a trust anchor is valid: the one at which the last of it begins, or the attested one. */
import { STAND_IN_INSTANT } from "../../x509/stand-in-key.ts";
import { accept } from "../acceptance.ts";
import type { Acceptance } from "../platform.ts";
import type { Anchor } from "./anchor.ts";
import { deviceError } from "./chain.ts";

interface Term {
  readonly part: string;
  readonly name: string;
  readonly from: string;
  readonly until: string;
  readonly otherwise: string;
}

/** @param instant the attested one; before there is one, what begins at the stand-in for it says nothing of time */
export function judgeDates(anchor: Anchor, instant: string): Acceptance[] {
  const terms = termsOf(anchor).filter(({ from }) => instant !== STAND_IN_INSTANT || from !== STAND_IN_INSTANT);
  const moment = [instant === STAND_IN_INSTANT ? "" : instant, ...terms.map(({ from }) => from)].reduce((a, b) => (a > b ? a : b), "");
  return terms.map(({ part, name, until, otherwise }) => accept(part, `${name} is valid when all of it has begun, at ${moment}`, until >= moment, `it ends at ${until}; ${otherwise}`));
}

function termsOf({ chain, apps, crls }: Anchor): Term[] {
  const certificates = [...chain.map((one) => ({ part: "chain", ...one })), ...apps.map((one) => ({ part: "apps", ...one }))];
  return [
    ...certificates.map(({ part, name, facts }) => ({ part, name, from: facts.notBefore, until: facts.notAfter, otherwise: deviceError(10, "certificate has expired") })),
    ...crls.map(({ name, facts }) => ({ part: "crls", name, from: facts.thisUpdate, until: facts.nextUpdate, otherwise: deviceError(12, "CRL has expired") })),
  ];
}
