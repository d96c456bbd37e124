/** Judges that are programs in other languages: they are asked everything at once, one question a line, and answer a line each. */
import { join } from "node:path";
import { checkout } from "../tools.ts";
import type { Case, JudgedSet } from "./cases.ts";
import { ran, verdictOf, type Judge, type Sentence } from "./judge.ts";

type Meanings = readonly (readonly [RegExp, Case["expected"]])[];

function asked(set: JudgedSet, program: string, args: readonly string[], meanings: Meanings): Sentence[] {
  const questions = [
    ...set.chains.map(({ name, chain, crls, purpose, host, expected }) => ({ about: name, expected, line: ["chain", chain.join(","), crls.join(","), purpose, host ?? ""] })),
    ...set.lists.map(({ crl, issuer }) => ({ about: crl, expected: "valid", line: ["list", issuer, crl] })),
  ];
  const { ok, said } = ran(set, program, args, questions.map(({ line }) => `${line.join("\t")}\n`).join(""));
  const answers = said.trimEnd().split("\n");
  if (!ok || answers.length !== questions.length) throw new Error(`${program}: ${said.slice(-2000)}`);
  return questions.map(({ about, expected }, i) => {
    const answer = answers[i] ?? "";
    return { about, expected, found: verdictOf(answer === "valid" || answer === "verified", answer, meanings) };
  });
}

const source = (file: string): string => join(checkout, "test", "judges", file);

export const JAVA: Judge = {
  name: "java", needs: { java: "default-jdk-headless", javac: "default-jdk-headless" },
  judge: (set) => asked(set, "java", ["-Dcom.sun.security.enableCRLDP=false", source("Judge.java")], [[/^REVOKED|Certificate has been revoked/, "revoked"], [/name constraints/i, "not permitted"]]),
};

export const GO: Judge = {
  name: "go", needs: { go: "golang-go" },
  judge: (set) => asked(set, "go", ["run", source("judge.go")], [[/certificate is revoked/, "revoked"], [/is not permitted by any constraint|is excluded by constraint/, "not permitted"]]),
};
