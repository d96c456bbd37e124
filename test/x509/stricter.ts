/** Where this program is stricter than the corpus of requests, and why: each is a decision, by the code that refuses it. */
import type { RequestCode } from "../../src/x509/request-finding.ts";

export const STRICTER: Readonly<Record<string, { readonly code: RequestCode; readonly why: string }>> = {
  "gen/rsa-3prime.pem": { code: "request-key-size", why: "2049 bits: no size of the list" },
  "harvest/cfssl-localhost.csr-0b2278.pem": { code: "request-subject-country", why: "C of 13 letters (X.520, ISO 3166)" },
  "harvest/mbedfw-server1.req.sha224-f8e082.pem": { code: "request-signature-algorithm", why: "SHA-224: nobody needs it" },
  "harvest/mbedfw-server5.req.sha224-e89fd3.pem": { code: "request-signature-algorithm", why: "SHA-224: nobody needs it" },
  "harvest/mbedtls-test_suite_x509parse.data_X509_CSR_ASN.1__Unsuppor-746dbb.der": { code: "request-extension-critical", why: "an unknown critical extension" },
  "harvest/smallstep-challengePassword.csr-2860da.pem": { code: "request-extension-critical", why: "an unknown critical extension" },
  "harvest/smallstep-challengePasswordUTF8.csr-d7b9e8.pem": { code: "request-extension-critical", why: "an unknown critical extension" },
  "harvest/phpseclib-CSRTest.php-a17cb9.pem": { code: "request-key-algorithm", why: "an RSASSA-PSS key, which no profile certifies" },
};
