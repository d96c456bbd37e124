/** Lines of certificates that follow each other, up to those that the script makes; and what stands above them. */
import { isLive, type Draft } from "./next-draft.ts";

export type Line = Pick<Draft, "followed" | "successions" | "lives" | "revoked" | "certificates" | "register">;

/** A certificate and all that followed it, up to this script. */
export function line({ followed, successions }: Pick<Draft, "followed" | "successions">, name: string): string[] {
  const all = [name];
  const after = (one: string): string | undefined => successions.get(one)?.name ?? followed.get(one)?.name;
  for (let next = after(name); next !== undefined && !all.includes(next); next = after(next)) all.push(next);
  return all;
}

/** The first of a certificate's line. */
export function firstOfLine({ lives }: Pick<Draft, "lives">, name: string): string {
  const seen = new Set([name]);
  let first = name;
  for (let before = lives.get(first)?.predecessor; before != null && !seen.has(before); before = lives.get(before)?.predecessor) {
    seen.add(before);
    first = before;
  }
  return first;
}

/** Of a certificate's line what can still be used, in its order: old and new together. */
export function liveLine(draft: Line, name: string): string[] {
  return line(draft, name).filter((one) => isNew(draft, one) || isLive(draft, one));
}

/** Whether this script makes it. */
export function isNew({ certificates }: Pick<Draft, "certificates">, name: string): boolean {
  return certificates.some(({ fields }) => fields.certificate === name);
}

/** Every live certificate of these lines, and the ways between roots. */
export function together(draft: Line, names: readonly string[]): string[] {
  const all = names.flatMap((name) => liveLine(draft, name));
  const crosses = draft.certificates.flatMap(({ kind, fields }) => (kind === "cross-certify" && [fields.existing, fields.issuer].some((one) => all.includes(String(one))) ? [String(fields.certificate)] : []));
  return [...new Set([...all, ...crosses])];
}

/** The CA that issued a certificate; of a root itself. Null for what nobody knows. */
export function issuerOf({ certificates, register }: Line, name: string): string | null {
  const made = certificates.find(({ fields }) => fields.certificate === name);
  if (made !== undefined) return typeof made.fields.issuer === "string" ? made.fields.issuer : name;
  return register.certificates.find((one) => one.name === name)?.issuer ?? null;
}

/** The CAs above a certificate, its issuer first, the root last; none above a root. */
export function chainAbove(draft: Line, name: string): string[] {
  const chain: string[] = [];
  for (let one = name, issuer = issuerOf(draft, one); issuer !== null && issuer !== "" && issuer !== one && !chain.includes(issuer); one = issuer, issuer = issuerOf(draft, one)) chain.push(issuer);
  return chain;
}
