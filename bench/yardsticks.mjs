// What the step is held against: a bare loop of C_Sign by the very key of the ceremony, and `openssl ca` with a key of the same kind.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import graphene from "graphene-pk11";
import { run } from "../softhsm/lines.mjs";
import { secondsOf } from "./measure.mjs";

const HASHES = { "ecdsa-p256": "sha256", "ecdsa-p384": "sha384", "rsa-4096": "sha256" };
/** DigestInfo of SHA-256, for RSA with PKCS#1 v1.5. */
const DIGEST_INFO = Buffer.from("3031300d060960864801650304020105000420", "hex");

/** Median-able seconds of `count` bare signatures, `runs` times. @returns {number[]} */
export function bareSignatures({ folder, algorithm, module, count, runs }) {
  process.env.SOFTHSM2_CONF = join(folder, "softhsm2.conf");
  const library = graphene.Module.load(module);
  library.initialize();
  try {
    const slot = library.getSlots(true).items(0);
    const session = slot.open(graphene.SessionFlag.SERIAL_SESSION);
    session.login(readFileSync(join(folder, "pin.txt"), "utf8").trim());
    const key = session.find({ class: graphene.ObjectClass.PRIVATE_KEY }).items(0).toType();
    const isRsa = algorithm.startsWith("rsa");
    const inputs = Array.from({ length: count }, (_, n) => {
      const digest = createHash(HASHES[algorithm]).update(String(n)).digest();
      return isRsa ? Buffer.concat([DIGEST_INFO, digest]) : digest;
    });
    const once = () => secondsOf(() => inputs.forEach((input) => session.createSign(isRsa ? "RSA_PKCS" : "ECDSA", key).once(input)));
    const seconds = Array.from({ length: runs }, once);
    session.logout();
    session.close();
    return seconds;
  } finally {
    library.finalize();
  }
}

const KEYS = { "ecdsa-p256": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "ecdsa-p384": ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"], "rsa-4096": ["rsa:4096"] };
const CONFIGURATION = (folder) => `[ca]
default_ca = bench
[bench]
dir = ${folder}
database = ${folder}/index.txt
new_certs_dir = ${folder}/certificates
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = leaf
copy_extensions = copy
[any]
organizationName = optional
commonName = supplied
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[req]
distinguished_name = dn
[dn]
`;

/** Seconds of `openssl ca -infiles` over the requests, its key in a file. */
export function opensslCa(folder, algorithm, requests) {
  const at = `${folder}.openssl`;
  rmSync(at, { recursive: true, force: true });
  mkdirSync(join(at, "certificates"), { recursive: true });
  const path = (name) => join(at, name);
  writeFileSync(path("openssl.cnf"), CONFIGURATION(at));
  writeFileSync(path("index.txt"), "");
  run("openssl", ["req", "-x509", "-config", path("openssl.cnf"), "-newkey", ...KEYS[algorithm], "-nodes", "-keyout", path("key"), "-out", path("ca.pem"), "-subj", "/CN=Bench", "-addext", "subjectKeyIdentifier=hash", "-addext", "basicConstraints=critical,CA:TRUE"]);
  const files = requests.map(({ file }) => join(folder, "devices", file));
  return secondsOf(() => {
    const ended = spawnSync("openssl", ["ca", "-config", path("openssl.cnf"), "-batch", "-notext", "-keyfile", path("key"), "-cert", path("ca.pem"), "-days", "365", "-infiles", ...files], { stdio: "ignore" });
    if (ended.status !== 0) throw new Error(`openssl ca ended with ${ended.status}`);
  });
}
