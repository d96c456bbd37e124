/** A CA of openssl whose key was put into a SoftHSM token: adopted, proved by its CRL, judged by openssl, and replayed. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { before, test } from "node:test";
import { readRegister } from "../../src/transcript/register.ts";
import { Ceremony, freshPath, plainEnvironment, type Ended } from "./ceremony.ts";
import { answersText, PEOPLE_OF_SMALL, STATION } from "./small-ceremony.ts";

const SCRIPT = `${PEOPLE_OF_SMALL}tokens:
  vault: { holds: [root, transcript] }
steps:
  - roll-call: {}
  - inspect-token: { token: vault }
  - adopt: { certificate: old-root, file: ca/root.pem, key: root, token: vault, id: "01", label: root-ca, backup: none, crl: periodic, issued: [{ certificate: one, file: ca/one.pem }], last-crl: ca/last.pem }
  - issue-crl: { crl: first-crl, issuer: old-root, valid: { for: P30D } }
  - generate-key-pair: { key: transcript, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-certificate: { certificate: transcript, key: transcript, issuer: old-root, profile: private/transcript, valid: { for: P5Y } }
  - close: { transcript-key: transcript }
`;
const ANSWERS = { 1: ["[alice, bob, dan]", "agree"], 3: ["adopt"], 4: ["sign"], 5: ["generate"], 6: ["sign"], 0: ["[alice, bob, dan]", "agree"] };

const CA_CONFIG = `[ca]
default_ca=own
[own]
dir=.
database=index.txt
serial=serial
crlnumber=crlnumber
new_certs_dir=.
certificate=root.pem
private_key=root.key
default_md=sha256
default_days=30
default_crl_days=30
policy=any
x509_extensions=leaf
crl_extensions=list
[any]
commonName=supplied
[leaf]
basicConstraints=CA:FALSE
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
[list]
authorityKeyIdentifier=keyid
`;

let ceremony: Ceremony;
let ran: Ended;

before(() => {
  const from = freshPath("adopt");
  mkdirSync(from);
  for (const [file, text] of [["script.yaml", SCRIPT], ["station.yaml", STATION], ["answers.yaml", answersText(ANSWERS)]] as const) writeFileSync(`${from}/${file}`, text);
  ceremony = Ceremony.prepare("hierarchy", from);
  makeCa(ceremony.path("ca"));
  const serial = putIntoToken();
  writeFileSync(ceremony.path("station.yaml"), STATION.replace("serial: uninitialized", `serial: "${serial}"`).replace("    so-pin: { file: so-pin.txt }\n", ""));
  ran = ceremony.run();
});

/** A root, two certificates of which the second is revoked, and a CRL of number 7. */
function makeCa(folder: string): void {
  mkdirSync(folder);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  for (const [name, text] of [["ca.cnf", CA_CONFIG], ["index.txt", ""], ["serial", "4D2A\n"], ["crlnumber", "07\n"]] as const) writeFileSync(`${folder}/${name}`, text);
  openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=Old Root", "-days", "3650", "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-addext", "basicConstraints=critical,CA:TRUE");
  for (const name of ["one", "two"]) {
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=Device ${name}`);
    openssl("ca", "-batch", "-config", "ca.cnf", "-in", `${name}.csr`, "-out", `${name}.pem`, "-notext");
  }
  openssl("ca", "-config", "ca.cnf", "-revoke", "two.pem", "-crl_reason", "keyCompromise");
  openssl("ca", "-config", "ca.cnf", "-gencrl", "-out", "last.pem");
}

/** @returns the token's serial */
function putIntoToken(): string {
  const environment = { ...plainEnvironment(), SOFTHSM2_CONF: ceremony.path("softhsm2.conf") };
  const softhsm = (...args: string[]) => execFileSync("softhsm2-util", args, { cwd: ceremony.folder, env: environment, stdio: "pipe" }).toString();
  const pin = readFileSync(ceremony.path("pin.txt"), "utf8").trim();
  softhsm("--init-token", "--free", "--label", "legacy", "--pin", pin, "--so-pin", "12345678");
  softhsm("--import", "ca/root.key", "--token", "legacy", "--label", "root-ca", "--id", "01", "--pin", pin);
  return /Serial number: +([0-9a-f]{16})/.exec(softhsm("--show-slots"))?.[1] ?? "";
}

test("the adopted CA issues a CRL above the old one with all that it had revoked, and openssl verifies it", () => {
  assert.equal(ran.exit, 0, ran.stderr + ran.stdout);
  const text = execFileSync("openssl", ["crl", "-in", ceremony.path("record", "artifacts", "crls", "first-crl.pem"), "-CAfile", ceremony.path("ca", "root.pem"), "-noout", "-text"], { stdio: "pipe" }).toString();
  assert.match(text, /X509v3 CRL Number: \n +8\n/);
  assert.match(text, /Serial Number: 4D2B\n[^]*Key Compromise/);
});

test("what the token says of the old key stands in the register as claimed, and the record is reproduced [ADOPTED-KEY]", () => {
  const { keys, certificates } = readRegister(new Uint8Array(readFileSync(ceremony.path("record", "artifacts", "register.json"))));
  const root = keys.find(({ key }) => key === "root");
  assert.deepEqual([root?.id, root?.label, root?.claimed?.privateKey["LOCAL"]], ["01", "root-ca", false]);
  assert.deepEqual(certificates.map(({ name, claimed }) => [name, claimed]), [["old-root", true], ["one", true], ["transcript", undefined]]);
  const replayed = ceremony.call("replay", "record");
  assert.match(replayed.stdout, /^rebuilt   reproduced/m);
});
