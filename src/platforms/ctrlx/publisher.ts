/** Who an OEM's certificate says that the OEM is. */
import { accept, ATTRIBUTE, caOf, keyOf, subjectValues, usagesOf } from "../acceptance.ts";
import type { Acceptance, ShelfCertificate } from "../platform.ts";

export interface Publisher {
  /** The CN. */
  readonly publisher: string;
  /** The O. */
  readonly organization: string;
}

/** The first of each; what stands several times or not at all, `judgeSigner` refuses. */
export function publisherOf({ facts }: Pick<ShelfCertificate, "facts">): Publisher {
  const first = (oid: string) => subjectValues(facts, oid)[0] ?? "";
  return { publisher: first(ATTRIBUTE.commonName), organization: first(ATTRIBUTE.organization) };
}

/** As Bosch's signing script cuts them, at the first blank. */
export function firstWords({ publisher, organization }: Publisher): Publisher {
  const word = (text: string) => text.split(" ")[0] ?? "";
  return { publisher: word(publisher), organization: word(organization) };
}

/** What a certificate must be for apps to be signed with its key. */
export function judgeSigner(part: string, signer: ShelfCertificate): Acceptance[] {
  const { name, facts } = signer;
  const once = (what: string, oid: string) => {
    const values = subjectValues(facts, oid);
    return accept(part, `the subject of ${name} has one ${what}`, values.length === 1 && isLine(values[0] ?? ""), values.length === 1 ? JSON.stringify(values[0]) : String(values.length));
  };
  return [
    once("CN, which is the publisher", ATTRIBUTE.commonName),
    once("O, which is the organization", ATTRIBUTE.organization),
    accept(part, `${name} is over a key on P-256, the only one that each of verify-apps.sh 3.6.0, 4.4.0 and 4.6.0 takes`, keyOf(facts) === "ecdsa-p256", keyOf(facts)),
    accept(part, `${name} is no CA`, !caOf(facts).ca, "CA:TRUE"),
    accept(part, `keyUsage of ${name} allows digitalSignature`, usagesOf(facts)?.includes("digitalSignature") ?? true, (usagesOf(facts) ?? []).join(", ")),
  ];
}

/** Whether a value can stand in a line of a declaration. */
function isLine(value: string): boolean {
  return /^(?! )[^\p{Cc}\p{Zl}\p{Zp}]+(?<! )$/u.test(value);
}
