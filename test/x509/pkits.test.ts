/** NIST PKITS before our reader and before the chain judging of `accept-certificate`: what of it applies to us, and every deviation with its reason. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { toPem } from "../../src/bytes/pem.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { Fault } from "../../src/fault.ts";
import { claimHolds } from "../../src/room/claims.ts";
import { certificateClaim } from "../../src/x509/certificate-reading.ts";
import { chainProblems } from "../../src/x509/chain.ts";
import { readGivenCertificate, type GivenCertificate } from "../../src/x509/given-certificate.ts";
import { readCertificateList } from "../../src/x509/reread.ts";
import { corpora } from "../tools.ts";

const PKITS = corpora("pkits");

interface PkitsCase {
  readonly id: string;
  readonly title: string;
  /** The anchor first. */
  readonly certs: readonly string[];
  readonly should_validate: boolean;
}

/** Sections in which every chain that does not hold has to be refused. */
const JUDGED = ["4.1", "4.2", "4.3", "4.6", "4.13", "4.16"];

/** Invalid chains of other sections are invalid by something that `accept-certificate` leaves to who relies on the certificate. */
const NOT_JUDGED: Readonly<Record<string, string>> = {
  "4.4": "CRLs of other CAs", "4.5": "CRLs of other CAs", "4.7": "cRLSign: CRLs of other CAs", "4.8": "policies", "4.9": "policies", "4.10": "policies", "4.11": "policies", "4.12": "policies",
  "4.14": "CRLs of other CAs", "4.15": "CRLs of other CAs",
};

/** Valid chains that are refused, and why that stays so. */
const STRICTER: readonly (readonly [RegExp, string])[] = [
  [/^4\.1\.[45]$/, "DSA"],
  [/^4\.2\.4$/, "GeneralizedTime for the year 2002, against RFC 5280 4.1.2.5"],
  [/^4\.3\.([345]|10)$/, "names of issuers are compared octet by octet; in the corpus 4.3.10 and 4.3.11 are one"],
  [/^4\.3\.6$/, "unique identifiers, against RFC 5280 4.1.2.8"],
  [/^4\.6\.(8|14)$/, "a CA that may issue nothing: ours has to be able to"],
  [/^(4\.4\.19|4\.5\.[46]|4\.14\.(24|25|28|29|30|33))$/, "the list of the case holds a certificate of a CRL issuer, which is no link of the chain"],
];

function read(name: string): GivenCertificate {
  return readGivenCertificate(toUtf8(toPem("CERTIFICATE", new Uint8Array(readFileSync(join(PKITS.path, "certs", `${name}.crt`))))));
}

const DAY = "2020-06-01T00:00:00Z";

/** Everything for which a chain would be refused: when the plan is made, when its claims are checked, and at the attested time. */
function refusals(names: readonly string[]): string[] {
  try {
    const chain = names.map(read).reverse();
    const unsigned = chain.filter((one, i) => !claimHolds(certificateClaim(one.subjectText, one, (chain[i + 1] ?? one).spki)));
    const outdated = chain.filter(({ notBefore, notAfter }) => DAY < notBefore || DAY > notAfter);
    return [...chainProblems(chain).map(({ problem }) => problem), ...unsigned.map(({ subjectText }) => `signature of ${subjectText}`), ...outdated.map(({ subjectText }) => `dates of ${subjectText}`)];
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return [thrown.message];
  }
}

test("every chain of PKITS that does not hold is refused where we judge it, and every one that does is accepted, but for the table [ACCEPTED-CHAIN]", PKITS, () => {
  const { cases } = JSON.parse(readFileSync(join(PKITS.path, "cases.json"), "utf8")) as { cases: readonly PkitsCase[] };
  const sectionOf = (id: string): string => id.replace(/\.\d+$/, "");
  assert.ok(cases.length > 240 && cases.every(({ id }) => JUDGED.includes(sectionOf(id)) !== sectionOf(id) in NOT_JUDGED));
  const wrong = cases.flatMap(({ id, title, certs, should_validate: holds }) => {
    const found = refusals(certs);
    const isStricter = STRICTER.some(([ids]) => ids.test(id));
    const expected = holds ? !isStricter : sectionOf(id) in NOT_JUDGED ? null : false;
    return expected === null || expected === (found.length === 0) ? [] : [`${id} ${title}: expected ${expected ? "accepted" : "refused"}, found ${found.join("; ") || "accepted"}`];
  });
  assert.deepEqual(wrong, []);
});

test("every certificate and every CRL of PKITS is read, or refused by name [CERTIFICATE-FORM] [CRL-FORM]", PKITS, () => {
  const refused = (folder: string, reads: (file: string) => unknown): string[] => readdirSync(join(PKITS.path, folder)).filter((file) => {
    try {
      reads(file);
      return false;
    } catch (thrown) {
      assert.ok(thrown instanceof Fault && thrown.code.startsWith("form-"), file);
      return true;
    }
  }).sort();
  assert.deepEqual(refused("certs", (file) => read(file.slice(0, -4))).map((file) => file.slice(0, -4)), [
    "BadSignedCACert", "DSAParametersInheritedCACert", "InvalidDSASignatureTest6EE", "InvalidNegativeSerialNumberTest15EE", "Invalidpre2000UTCEEnotAfterDateTest7EE",
    "UIDCACert", "ValidDSAParameterInheritanceTest5EE", "ValidDSASignaturesTest4EE", "ValidGeneralizedTimenotBeforeDateTest4EE", "ValidNameUIDsTest6EE",
  ]);
  const lists = readdirSync(join(PKITS.path, "crls")).length;
  // ours have a number, an authority, at most an issuingDistributionPoint, and reasons: delta and indirect lists are of other kinds
  assert.equal(lists - refused("crls", (file) => readCertificateList(new Uint8Array(readFileSync(join(PKITS.path, "crls", file))))).length, 140);
});
