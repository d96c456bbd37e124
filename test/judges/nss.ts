/** NSS: certutil and crlutil fill a database with the CAs and the lists of a chain, and vfychain judges it by libpkix. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { derOf, type Case, type JudgedSet, type Purpose } from "./cases.ts";
import { ran, verdictOf, type Judge, type Sentence } from "./judge.ts";

/** vfychain's numbers. What has no purpose is judged as a client. */
const USAGES: Readonly<Record<Purpose, string>> = { any: "0", client: "0", server: "1", ca: "3", code: "6" };

function chainSentence(set: JudgedSet, one: Case): Sentence {
  const database = mkdtempSync(join(tmpdir(), "anchorite-nss-"));
  try {
    return { about: one.name, expected: one.expected, found: filled(set, one, `sql:${database}`) ?? verified(set, one, `sql:${database}`) };
  } finally {
    rmSync(database, { recursive: true });
  }
}

/** The CAs above, the last of them trusted, and the lists; a sentence when NSS does not take one. */
function filled(set: JudgedSet, { chain, crls }: Case, database: string): string | null {
  const [below = ""] = chain;
  const above = chain.length === 1 ? [below] : chain.slice(1);
  const steps: (readonly [string, readonly string[]])[] = [
    ["certutil", ["-N", "--empty-password"]],
    ...above.map((ca, i) => ["certutil", ["-A", "-n", `ca-${i}`, "-t", i === above.length - 1 ? "CT,C,C" : ",,", "-i", ca]] as const),
    ...crls.map((crl) => ["crlutil", ["-I", "-i", derOf(crl)]] as const),
  ];
  for (const [program, args] of steps) {
    const { said } = ran(set, program, [...args.slice(0, 1), "-d", database, ...args.slice(1)]);
    const refused = /SEC_ERROR_\w+/.exec(said)?.[0];
    if (refused !== undefined) return `${program} ${args[0] ?? ""}: ${refused}`;
  }
  return null;
}

function verified(set: JudgedSet, { chain: [below = ""], crls, purpose }: Case, database: string): string {
  const lists = crls.length === 0 ? [] : ["leaf", "chain"].flatMap((of) => ["-g", of, "-h", "requireFreshInfo", "-m", "crl", "-s", "failIfNoInfo"]);
  const { ok, said } = ran(set, "vfychain", ["-d", database, "-pp", ...lists, "-u", USAGES[purpose], "-a", below]);
  // libpkix has no word of its own for a name outside its constraints
  return verdictOf(ok, said, [[/ERROR -8180/, "revoked"], [/ERROR -(8080|8157)/, "not permitted"]]);
}

export const NSS: Judge = {
  name: "nss", needs: { certutil: "libnss3-tools", crlutil: "libnss3-tools", vfychain: "libnss3-tools" },
  judge: (set) => set.chains.map((one) => chainSentence(set, one)),
};
