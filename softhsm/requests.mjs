// The PKCS#10 requests of the ceremonies, made by openssl over keys that nobody keeps.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./lines.mjs";

const P256 = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
const RSA2048 = ["-newkey", "rsa:2048"];

/** By ceremony, then by the file's name: the key to make, the subject (RDNs in the order of the encoding), the DNS names. */
const REQUESTS = {
  factory: {
    "tls": { key: P256, subject: "/CN=example-factory.ota-lite.example.test", dns: ["example-factory.ota-lite.example.test", "example-factory.ostree.example.test"] },
    "online-ca": { key: P256, subject: "/CN=example-factory.ota-lite.example.test/OU=example-factory", dns: [] },
    "local-ca": { key: P256, subject: "/CN=fio-0123456789abcdef01234567/OU=example-factory", dns: [] },
  },
  iox: {
    "app": { key: RSA2048, subject: "/C=BE/O=Example/OU=IoT/CN=Example IOx App", dns: [] },
  },
  hierarchy: {
    "app": { key: RSA2048, subject: "/CN=Example IOx App/O=Example Devices", dns: [] },
    "oem": { key: P256, subject: "/O=Example Automation/CN=com.example.oem", dns: [] },
  },
};

/** Nothing of this machine's openssl.cnf may find its way into a request. */
const CONFIGURATION = "[req]\ndistinguished_name = dn\nstring_mask = utf8only\n[dn]\n";

/**
 * Makes FOLDER/<file>.csr for each request of a ceremony; an unknown ceremony has none.
 * @param {string} ceremony
 * @param {string} folder is made, and must not exist
 */
export function makeRequests(ceremony, folder) {
  mkdirSync(folder);
  const configuration = join(folder, ".openssl.cnf");
  writeFileSync(configuration, CONFIGURATION);
  for (const [file, { key, subject, dns }] of Object.entries(REQUESTS[ceremony] ?? {})) {
    const names = dns.length === 0 ? [] : ["-addext", `subjectAltName=${dns.map((name) => `DNS:${name}`).join(",")}`];
    run("openssl", ["req", "-new", "-config", configuration, ...key, "-nodes", "-keyout", "/dev/null", "-sha256", "-subj", subject, ...names, "-out", join(folder, `${file}.csr`)]);
  }
  rmSync(configuration);
}
