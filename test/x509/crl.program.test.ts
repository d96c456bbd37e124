import assert from "node:assert/strict";
import { test } from "node:test";
import { toPem } from "../../src/bytes/pem.ts";
import { sameBytes } from "../../src/bytes/text.ts";
import { buildTbsCertList } from "../../src/x509/crl.ts";
import type { CertificateListContents } from "../../src/x509/crl.ts";
import { encodeName } from "../../src/x509/name.ts";
import { certificateClaim, compareCertificateList, readCertificateList } from "../../src/x509/reread.ts";
import { assemble } from "../../src/x509/signed.ts";
import { keyIdentifier } from "../../src/x509/spki.ts";
import { issueRoot, ROOT } from "./chain.ts";
import { needsOpenssl, openssl } from "./openssl.ts";
import { holds, TestKey } from "./test-key.ts";

const key = new TestKey("ecdsa-p384");
const contents: CertificateListContents = {
  issuer: encodeName(ROOT), thisUpdate: "2026-11-20T10:00:00Z", nextUpdate: "2050-11-20T09:59:59Z", number: 300,
  authorityKeyIdentifier: keyIdentifier(key.spki), mechanism: key.mechanism,
  point: null, revoked: [
    { serial: "4f00000000000000000000000000000000000002", date: "2026-11-19T00:00:00Z", reason: 1 },
    { serial: "ff", date: "2026-11-18T00:00:00Z", reason: 0 },
  ],
};

function signed(of: CertificateListContents): { tbs: Uint8Array; der: Uint8Array } {
  const tbs = buildTbsCertList(of);
  return { tbs, der: assemble(tbs, key.mechanism, key.sign(tbs)) };
}

test("CRLs with and without entries verify in openssl and are read as planned [ISSUED-AS-PLANNED] [CRL-NUMBER-RISES]", needsOpenssl, () => {
  const root = toPem("CERTIFICATE", issueRoot(key).der);
  for (const of of [contents, { ...contents, revoked: [], number: 0 }]) {
    const { tbs, der } = signed(of);
    const { ok, text } = openssl(["crl", "-in", "crl.pem", "-CAfile", "root.pem", "-noout", "-text"], { "crl.pem": toPem("X509 CRL", der), "root.pem": root });
    assert.ok(ok && text.includes("verify OK"), text);
    assert.match(text, new RegExp(`X509v3 CRL Number: \\n\\s+${of.number}\\n`));
    assert.match(text, of.revoked.length === 0 ? /No Revoked Certificates/ : /Serial Number: FF\n/);
    assert.equal((text.match(/Key Compromise/g) ?? []).length, of.revoked.length === 0 ? 0 : 1);
    assert.deepEqual(compareCertificateList(der, { ...of, tbs }), []);
    assert.ok(holds(certificateClaim("crl", readCertificateList(der), key.spki)));
  }
});

test("every changed octet of a TBSCertList and every changed field is a difference [ISSUED-AS-PLANNED]", () => {
  const { tbs, der } = signed(contents);
  for (let at = 0; at < tbs.length + 4; at++) {
    const changed = der.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.notDeepEqual(compareCertificateList(changed, { ...contents, tbs }), [], `octet ${at}`);
  }
  const changes = { number: 301, thisUpdate: "2026-11-20T10:00:01Z", nextUpdate: "2050-11-20T10:00:00Z", revoked: [], authorityKeyIdentifier: new Uint8Array(20), issuer: encodeName([]) };
  for (const [field, value] of Object.entries(changes)) {
    assert.equal(compareCertificateList(der, { ...contents, tbs, [field]: value }).length, 1, field);
  }
  assert.ok(sameBytes(buildTbsCertList(contents), tbs));
});
