/** Configurations of boulder's ceremony tool: two roots, one under the other, a list, an intermediate, a key, a request. */

export const ROOT = `ceremony-type: root
pkcs11:
  module: /usr/lib/module.so
  pin: 987654
  store-key-in-slot: 7
  store-key-with-label: root-x
key:
  type: ecdsa
  ecdsa-curve: P-384
outputs:
  public-key-path: ./root-x.key.pem
  certificate-path: ./root-x.cert.pem
certificate-profile:
  signature-algorithm: ECDSAWithSHA384
  common-name: Root X
  organization: Example
  country: US
  not-before: 2025-09-03 00:00:00
  not-after: 2045-09-02 23:59:59
  key-usages:
      - Cert Sign
      - CRL Sign
`;
export const CROSS = `ceremony-type: cross-certificate
pkcs11: { module: /usr/lib/module.so, pin: 987654, signing-key-slot: 7, signing-key-label: root-x }
inputs: { issuer-certificate-path: ../a/root-x.cert.pem, public-key-path: ./root-y.key.pem, certificate-to-cross-sign-path: ./root-y.cert.pem }
outputs: { certificate-path: ./root-y-by-x.cert.pem }
certificate-profile:
  signature-algorithm: ECDSAWithSHA384
  common-name: Root Y
  organization: Example
  country: US
  not-before: 2025-09-03 00:00:00
  not-after: 2032-09-02 23:59:59
  key-usages: [Cert Sign, CRL Sign]
  crl-url: http://x.c.example.org/
  issuer-url: http://x.i.example.org/
  policies: [{ oid: 2.23.140.1.2.1 }]
skip-lints: [n_mp_allowed_eku, n_sub_ca_eku_missing]
`;
export const OTHER_ROOT = ROOT.replaceAll("root-x", "root-y").replace("Root X", "Root Y");
export const CRL = `ceremony-type: crl
pkcs11: { module: /usr/lib/module.so, signing-key-slot: 7, signing-key-label: root-x }
inputs: { issuer-certificate-path: root-x.cert.pem }
outputs: { crl-path: root-x.crl.pem }
crl-profile: { this-update: 2025-10-01 00:00:00, next-update: 2026-08-01 00:00:00, number: 120, revoked-certificates: [{ certificate-path: root-y-by-x.cert.pem, revocation-date: 2025-09-25 00:00:00, revocation-reason: 5 }] }
`;

export const INTERMEDIATE = `ceremony-type: intermediate
pkcs11: { module: /usr/lib/module.so, signing-key-slot: 7, signing-key-label: root-x }
inputs: { issuer-certificate-path: ../a/root-x.cert.pem, public-key-path: ./root-y.key.pem }
outputs: { certificate-path: ./int-y.cert.pem }
certificate-profile:
  signature-algorithm: ECDSAWithSHA384
  common-name: Y1
  organization: Example
  country: US
  not-before: 2025-09-03 00:00:00
  not-after: 2028-09-02 23:59:59
  key-usages: [Cert Sign, CRL Sign, Digital Signature]
  crl-url: http://x.c.example.org/
  issuer-url: http://x.i.example.org/
  policies: [{ oid: 2.23.140.1.2.1 }]
`;
export const KEY = "ceremony-type: key\npkcs11: { module: /usr/lib/module.so, store-key-in-slot: 8, store-key-with-label: key y }\nkey: { type: ecdsa, ecdsa-curve: P-384 }\noutputs: { public-key-path: ./root-y.key.pem }\n";
export const REQUEST = "ceremony-type: cross-csr\npkcs11: { module: /usr/lib/module.so, signing-key-slot: 7, signing-key-label: root-x }\ninputs: { public-key-path: ./root-x.key.pem }\noutputs: { csr-path: ./x.csr.pem }\ncertificate-profile: { common-name: Root X, organization: Example, country: US }\n";
