/**
 * What the web PKI asks of CA certificates beyond RFC 5280: the Baseline Requirements of the CA/Browser Forum (BR) and the root
 * programs, each rule with the first notBefore to which it applies.
 */
import type { DatedRule } from "./profile.ts";
import type { PlannedValidity } from "./plan.ts";
import { datesOf, periodEnd } from "./validity.ts";

/** Policies that BR 7.1.6.1 reserves: domain, individual, organization and extended validation. */
const RESERVED_POLICIES = ["2.23.140.1.2.1", "2.23.140.1.2.2", "2.23.140.1.2.3", "2.23.140.1.1"];
const ANY_POLICY = "2.5.29.32.0";
/** A root lasts at least 2,922 days (BR 7.1.2.1.1). */
const SHORTEST_ROOT = "P2922D";

/** BR 7.1.2.10.2: who a CA is. */
export const SUBJECT: DatedRule = {
  control: "WEBPKI-SUBJECT", from: "2012-07-01",
  judge: ({ subject }) => {
    const missing = (["C", "O", "CN"] as const).filter((type) => subject?.some((attribute) => attribute.type === type) !== true);
    return missing.length === 0 ? null : `expected C, O and CN in the subject of a CA, found no ${missing.join(" and no ")}`;
  },
};

/** BR 7.1.2.1.1: a root that ends within eight years is no anchor. The longest period is that of every root [ROOT-VALIDITY]. */
export const ROOT_PERIOD: DatedRule = {
  control: "WEBPKI-ROOT-PERIOD", from: "2023-09-15",
  judge: (_parameters, valid) => {
    const { from, until } = datesFrom(valid);
    const least = periodEnd(from, SHORTEST_ROOT);
    return until >= least ? null : `expected a root to be valid for at least 2,922 days, until ${least}; found ${until}`;
  },
};

/** BR 7.1.2.10.6: what a CA below a root of TLS certificates may be used for. */
export const PURPOSES: DatedRule = {
  control: "WEBPKI-PURPOSES", from: "2019-01-01",
  judge: ({ usage }) => {
    if (!usage.includes("serverAuth")) return `expected usage with serverAuth, found ${found(usage)}`;
    const others = usage.filter((purpose) => purpose !== "serverAuth" && purpose !== "clientAuth");
    return others.length === 0 ? null : `expected no other usage than serverAuth and clientAuth, found ${found(others)}`;
  },
};

/** Chrome Root Program Policy 1.8: hierarchies of TLS servers serve nothing else. */
export const SERVERS_ONLY: DatedRule = {
  control: "WEBPKI-SERVERS-ONLY", from: "2026-06-15",
  judge: ({ usage }) => (usage.every((purpose) => purpose === "serverAuth") ? null : `expected no other usage than serverAuth, found ${found(usage)}`),
};

/** CCADB policy: a cross-certificate names its purposes as well. The sources give 2025-06-15 or 2025-09-15; the earlier day counts. */
export const CROSS_PURPOSES: DatedRule = { ...PURPOSES, from: "2025-06-15" };

/** BR 7.1.2.10.5. */
export const POLICIES: DatedRule = {
  control: "WEBPKI-POLICIES", from: "2012-07-01",
  judge: ({ policies }) => {
    const oids = policies.map(({ oid }) => oid);
    const reserved = oids.filter((oid) => RESERVED_POLICIES.includes(oid));
    if (oids.includes(ANY_POLICY)) return "expected no anyPolicy in the certificate of a CA of the web PKI";
    return reserved.length === 1 ? null : `expected exactly one policy of ${RESERVED_POLICIES.join(", ")}, found ${found(reserved)}`;
  },
};

/** BR 7.1.2.10.3 and 7.1.2.11.2. */
export const POINTERS: DatedRule = {
  control: "WEBPKI-POINTERS", from: "2012-07-01",
  judge: ({ access, crlAt }) => {
    const missing = [...((access?.issuers.length ?? 0) === 0 ? ["authority-info with issuers"] : []), ...(crlAt.length === 0 ? ["crl-at"] : [])];
    return missing.length === 0 ? null : `expected authority-info with issuers, and crl-at; found no ${missing.join(" and no ")}`;
  },
};

function found(words: readonly string[]): string {
  return words.length === 0 ? "none" : words.join(", ");
}

/** Whatever the day, a period has one length. */
function datesFrom(valid: PlannedValidity): { from: string; until: string } {
  return datesOf(valid, "2026-01-01T00:00:00Z", null);
}

