// The PKCS#10 requests of the ceremonies, made by openssl over keys that nobody keeps.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./lines.mjs";

const P256 = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
const RSA2048 = ["-newkey", "rsa:2048"];

/** By ceremony, then by the file's name: the key to make, the subject (RDNs in the order of the encoding), the DNS names, the IP addresses. */
const REQUESTS = {
  factory: {
    "tls": { key: P256, subject: "/CN=example-factory.ota-lite.example.test", dns: ["example-factory.ota-lite.example.test", "example-factory.ostree.example.test"] },
    "online-ca": { key: P256, subject: "/CN=example-factory.ota-lite.example.test/OU=example-factory", dns: [] },
    "local-ca": { key: P256, subject: "/CN=fio-0123456789abcdef01234567/OU=example-factory", dns: [] },
  },
  mender: {
    "client": { key: P256, subject: "/O=Example/CN=build desk", dns: [] },
    "server": { key: P256, subject: "/O=Example/CN=signserver.example.test", dns: ["signserver.example.test"], ip: ["192.0.2.7"] },
  },
  ctrlx: {
    "oem": { key: P256, subject: "/O=Example Partner/CN=com.example.apps.partner", dns: [] },
  },
  iox: {
    "app": { key: RSA2048, subject: "/C=BE/O=Example/OU=IoT/CN=Example IOx App", dns: [] },
  },
  foundries: {
    "tls-csr": { key: P256, subject: "/CN=example-factory.ota-lite.example.test", dns: ["example-factory.ota-lite.example.test", "example-factory.ostree.example.test"] },
    "ca-csr": { key: P256, subject: "/CN=example-factory.ota-lite.example.test/OU=example-factory", dns: [] },
    "est-tls-csr": { key: P256, subject: "/CN=example-factory.est.example.test", dns: ["example-factory.est.example.test"] },
    "local-ca": { key: P256, subject: "/CN=fio-0123456789abcdef01234567/OU=example-factory", dns: [] },
    "device": { key: P256, subject: "/CN=3f2c9a1e-5b7d-4c80-9e21-7a64d1c0b8f3/OU=example-factory/businessCategory=production", dns: [] },
  },
  hierarchy: {
    "app": { key: RSA2048, subject: "/CN=Example IOx App/O=Example Devices", dns: [] },
    "oem": { key: P256, subject: "/O=Example Automation/CN=com.example.oem", dns: [] },
  },
  rollouts: {
    "gateway": { key: P256, subject: "/CN=Example Gateway 7", dns: [] },
  },
};

/** By ceremony: requests that a platform's API returns as the fields of one JSON object, `answer.json`. */
const ANSWERED = { foundries: ["tls-csr", "ca-csr", "est-tls-csr"] };

/** Nothing of this machine's openssl.cnf may find its way into a request. */
const CONFIGURATION = "[req]\ndistinguished_name = dn\nstring_mask = utf8only\n[dn]\n";

/**
 * Makes FOLDER/<file>.csr for each request of a ceremony, or FOLDER/answer.json of those that an API returns; an unknown ceremony has none.
 * @param {string} ceremony
 * @param {string} folder is made, and must not exist
 */
export function makeRequests(ceremony, folder) {
  mkdirSync(folder);
  const configuration = join(folder, ".openssl.cnf");
  writeFileSync(configuration, CONFIGURATION);
  for (const [file, { key, subject, dns, ip = [] }] of Object.entries(REQUESTS[ceremony] ?? {})) {
    const asked = [...dns.map((name) => `DNS:${name}`), ...ip.map((address) => `IP:${address}`)];
    const names = asked.length === 0 ? [] : ["-addext", `subjectAltName=${asked.join(",")}`];
    run("openssl", ["req", "-new", "-config", configuration, ...key, "-nodes", "-keyout", "/dev/null", "-sha256", "-subj", subject, ...names, "-out", join(folder, `${file}.csr`)]);
  }
  rmSync(configuration);
  const answered = ANSWERED[ceremony] ?? [];
  if (answered.length === 0) return;
  const path = (field) => join(folder, `${field}.csr`);
  writeFileSync(join(folder, "answer.json"), `${JSON.stringify(Object.fromEntries(answered.map((field) => [field, readFileSync(path(field), "utf8")])), null, 2)}\n`);
  for (const field of answered) rmSync(path(field));
}
