/** OpenSSL: `openssl verify -x509_strict` with every list of the chain, and `openssl crl` under the key of its issuer. */
import type { Case, JudgedSet, Purpose } from "./cases.ts";
import { ran, verdictOf, type Judge, type Sentence } from "./judge.ts";

/**
 * `-crl_check_all` also looks for a list about the trust anchor itself, which RFC 5280 6.1 leaves out, and finds none where the anchor's
 * list names a distribution point, or is about something else. Of a chain of two `-crl_check` looks at all that is to be looked at.
 */
const crlCheck = (chain: readonly string[]): string => (chain.length === 2 ? "-crl_check" : "-crl_check_all");

/** Code signing is no purpose that OpenSSL 3.0 knows by name. */
const PURPOSES: Readonly<Record<Purpose, string>> = { any: "any", code: "any", ca: "any", server: "sslserver", client: "sslclient" };

function chainSentence(set: JudgedSet, { name, chain, crls, purpose, host, expected }: Case): Sentence {
  const [below = "", ...above] = chain;
  const anchor = above.at(-1) ?? below;
  const { ok, said } = ran(set, "openssl", [
    "verify", "-x509_strict", "-check_ss_sig", "-purpose", PURPOSES[purpose], ...(host === null ? [] : ["-verify_hostname", host]),
    ...(crls.length === 0 ? [] : [crlCheck(chain), "-extended_crl", ...crls.flatMap((crl) => ["-CRLfile", crl])]),
    "-CAfile", anchor, ...above.slice(0, -1).flatMap((one) => ["-untrusted", one]), below,
  ]);
  return { about: name, expected, found: verdictOf(ok, said, [[/certificate revoked/, "revoked"], [/(permitted|excluded) subtree violation/, "not permitted"]]) };
}

export const OPENSSL: Judge = {
  name: "openssl", needs: { openssl: "openssl" },
  judge: (set) => [
    ...set.chains.map((one) => chainSentence(set, one)),
    ...set.lists.map(({ crl, issuer }) => {
      const { said } = ran(set, "openssl", ["crl", "-noout", "-in", crl, "-CAfile", issuer]);
      return { about: crl, expected: "verify OK", found: said.trim() };
    }),
  ],
};
