/** Small configurations of boulder's ceremony tool, for tests that need no corpus. */

const MODULE = "module: /usr/lib/module.so\n  pin: 987654";
const storing = (slot: number, label: string): string => `pkcs11:\n  ${MODULE}\n  store-key-in-slot: ${slot}\n  store-key-with-label: ${label}\n`;
const signing = (slot: number, label: string): string => `pkcs11:\n  ${MODULE}\n  signing-key-slot: ${slot}\n  signing-key-label: ${label}\n`;
const KEY = "key: { type: ecdsa, ecdsa-curve: P-384 }\n";
const POINTERS = "  crl-url: http://a.c.example.org/\n  issuer-url: http://a.i.example.org/\n  policies:\n    - oid: 2.23.140.1.2.1\n";

export interface Certified {
  readonly name: string;
  readonly organization?: string;
  readonly from: string;
  readonly until: string;
  readonly usages?: string;
}

function profile({ name, organization = "Example", from, until, usages = "Cert Sign, CRL Sign" }: Certified): string {
  return `certificate-profile:\n  signature-algorithm: ECDSAWithSHA384\n  common-name: ${name}\n  organization: ${organization}\n  country: US\n  not-before: ${from}\n  not-after: ${until}\n  key-usages: [${usages}]\n`;
}

export function root(slot: number, label: string, file: string, certified: Certified): string {
  return `ceremony-type: root\n${storing(slot, label)}${KEY}outputs:\n  public-key-path: ./${file}.key.pem\n  certificate-path: ./${file}.cert.pem\n${profile(certified)}`;
}

export function key(slot: number, label: string, file: string): string {
  return `ceremony-type: key\n${storing(slot, label)}${KEY}outputs: { public-key-path: ./${file}.key.pem }\n`;
}

interface Issued extends Certified {
  readonly slot: number;
  readonly label: string;
  readonly issuer: string;
  /** Of the public key. */
  readonly subject: string;
  readonly output: string;
}

export function intermediate({ slot, label, issuer, subject, output, ...certified }: Issued): string {
  return `ceremony-type: intermediate\n${signing(slot, label)}inputs:\n  issuer-certificate-path: ${issuer}\n  public-key-path: ${subject}\noutputs: { certificate-path: ./${output} }\n${profile({ usages: "Cert Sign, CRL Sign, Digital Signature", ...certified })}${POINTERS}`;
}

export function cross({ slot, label, issuer, subject, output, existing, ...certified }: Issued & { readonly existing: string }): string {
  return `ceremony-type: cross-certificate\n${signing(slot, label)}inputs:\n  issuer-certificate-path: ${issuer}\n  public-key-path: ${subject}\n  certificate-to-cross-sign-path: ${existing}\noutputs: { certificate-path: ./${output} }\n${profile(certified)}${POINTERS}skip-lints: [n_mp_allowed_eku, n_sub_ca_eku_missing]\n`;
}

export function request(slot: number, label: string, file: string, { name, organization = "Example" }: Pick<Certified, "name" | "organization">): string {
  return `ceremony-type: cross-csr\n${signing(slot, label)}inputs: { public-key-path: ${file}.key.pem }\noutputs: { csr-path: ./${label}.csr.pem }\ncertificate-profile: { common-name: ${name}, organization: ${organization}, country: US }\n`;
}

interface Listed {
  readonly slot: number;
  readonly label: string;
  readonly issuer: string;
  readonly output: string;
  readonly number: number;
  readonly from: string;
  readonly until: string;
  readonly revoked?: readonly string[];
}

export function crl({ slot, label, issuer, output, number, from, until, revoked = [] }: Listed): string {
  const list = revoked.map((path) => `    - certificate-path: ${path}\n      revocation-date: ${from}\n      revocation-reason: 5\n`).join("");
  return `ceremony-type: crl\n${signing(slot, label)}inputs: { issuer-certificate-path: ${issuer} }\noutputs: { crl-path: ./${output} }\ncrl-profile:\n  this-update: ${from}\n  next-update: ${until}\n  number: ${number}\n${revoked.length === 0 ? "" : `  revoked-certificates:\n${list}`}skip-lints: [e_crl_next_update_invalid]\n`;
}
