/** GnuTLS: `certtool --verify` with every list of the chain, `--verify-crl` of each list, and its reading of each certificate. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Case, JudgedSet, Purpose } from "./cases.ts";
import { ran, verdictOf, type Judge, type Sentence } from "./judge.ts";

const PURPOSES: Readonly<Partial<Record<Purpose, string>>> = { server: "1.3.6.1.5.5.7.3.1", client: "1.3.6.1.5.5.7.3.2", code: "1.3.6.1.5.5.7.3.3" };

function textOf({ folder }: JudgedSet, files: readonly string[]): string {
  return files.map((file) => readFileSync(join(folder, file), "utf8")).join("");
}

/** certtool takes lists from a file only: the chain comes by stdin, and the lists of a case stand in one file. */
function chainSentence(set: JudgedSet, { name, chain, crls, purpose, host, expected }: Case, listFile: (crls: readonly string[]) => string): Sentence {
  const wanted = PURPOSES[purpose];
  const { ok, said } = ran(set, "certtool", [
    "--verify", "--verify-profile", "medium", "--load-ca-certificate", chain.at(-1) ?? "", ...(crls.length === 0 ? [] : ["--load-crl", listFile(crls)]),
    ...(wanted === undefined ? [] : ["--verify-purpose", wanted]), ...(host === null ? [] : ["--verify-hostname", host]),
  ], textOf(set, chain));
  const lookedAt = said.split("Checked against CRL[").length - 1;
  const found = verdictOf(ok, said, [[/chain is revoked/, "revoked"], [/violates the signer's constraints/, "not permitted"]]);
  return { about: name, expected, found: found === "valid" && crls.length > 0 && lookedAt < chain.length - 1 ? `valid, with ${lookedAt} lists looked at` : found };
}

/** @param writeList puts PEM text into a file of its own and says its path */
export function gnutls(writeList: (text: string) => string): Judge {
  return {
    name: "gnutls", needs: { certtool: "gnutls-bin" },
    judge: (set) => [
      ...set.chains.map((one) => chainSentence(set, one, (crls) => writeList(textOf(set, crls)))),
      ...set.lists.map(({ crl, issuer, later }) => {
        const { ok, said: all } = ran(set, "certtool", ["--verify-crl", "--verify-profile", "medium", "--load-ca-certificate", issuer, "--infile", crl]);
        const said = /^Verification output: (.*)$/m.exec(all)?.[1] ?? all;
        const [verified, future] = ["Verified. The certificate is trusted.", "The revocation or OCSP data are issued with a future date."];
        return { about: crl, expected: later ? future : verified, found: ok && said.trim() === verified ? verified : said.includes(future) ? future : said };
      }),
      ...set.certificates.map((certificate) => {
        const { ok, said } = ran(set, "certtool", ["--certificate-info", "--infile", certificate]);
        return { about: `${certificate} as text`, expected: "no error", found: ok && !/^.*(error|warning|unknown|broken|insecure)\b.*$/im.test(said) ? "no error" : (/^.*(error|warning|unknown|broken|insecure)\b.*$/im.exec(said)?.[0] ?? said) };
      }),
    ],
  };
}
