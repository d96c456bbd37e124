/** What the public tools say about the records of the two ceremonies: no word of ours is asked. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Ceremony, freshPath } from "./ceremony.ts";

interface Chain {
  readonly ceremony: Ceremony;
  readonly root: string;
  /** By certificate or CRL: the CA that issued it, where that is not the root. */
  readonly below: Readonly<Record<string, string>>;
  readonly crls: readonly string[];
  readonly requests: readonly string[];
}

const factory: Chain = { ceremony: Ceremony.finished("factory"), root: "factory-ca", below: {}, crls: [], requests: ["transcript"] };
const hierarchy: Chain = {
  ceremony: Ceremony.finished("hierarchy"), root: "root-ca", below: { app: "issuing-ca", oem: "issuing-ca", "issuing-crl": "issuing-ca" },
  crls: ["root-crl", "issuing-crl"], requests: ["transcript", "issuing-ca"],
};
const chains = Object.entries({ factory, hierarchy });

interface Judged {
  readonly code: number | null;
  readonly said: string;
}

/** A public tool at work in the folder of a record. */
function judge({ ceremony }: Chain, program: string, args: readonly string[], input = ""): Judged {
  const ended = spawnSync(program, args, { cwd: ceremony.inRecord(), encoding: "utf8", input });
  return { code: ended.status, said: `${ended.error?.message ?? ""}${ended.stdout}${ended.stderr}` };
}

function accepts(chain: Chain, program: string, args: readonly string[], input?: string): string {
  const { code, said } = judge(chain, program, args, input);
  assert.equal(code, 0, `${program} ${args.join(" ")}: ${said}`);
  return said;
}

const certificate = (name: string): string => `artifacts/certificates/${name}.pem`;

function certificatesOf({ ceremony }: Chain): string[] {
  return readdirSync(ceremony.inRecord("artifacts", "certificates")).map((file) => file.replace(/\.pem$/, ""));
}

function read({ ceremony }: Chain, path: string): string {
  return readFileSync(ceremony.inRecord(path), "utf8");
}

for (const [name, chain] of chains) {
  test(`openssl verify -x509_strict accepts every certificate of the ${name} through its issuing CA [KEY-IDENTIFIERS] [PATH-LENGTH]`, () => {
    const names = certificatesOf(chain);
    assert.equal(names.length, 5);
    for (const one of names) {
      const issuer = chain.below[one];
      accepts(chain, "openssl", ["verify", "-x509_strict", "-CAfile", certificate(chain.root), ...(issuer === undefined ? [] : ["-untrusted", certificate(issuer)]), certificate(one)]);
    }
  });

  test(`node's X509Certificate finds each issuer of the ${name}, by name and by signature, and five different serials [ISSUED-AS-PLANNED] [SERIAL-ENTROPY]`, () => {
    const serials = certificatesOf(chain).map((one) => {
      const [own, issuer] = [one, chain.below[one] ?? chain.root].map((each) => new X509Certificate(read(chain, certificate(each))));
      assert.ok(own !== undefined && issuer !== undefined && own.checkIssued(issuer) && own.verify(issuer.publicKey), one);
      assert.equal(own.ca, one.endsWith("-ca"), `${one}: CA or not`);
      assert.match(own.serialNumber, /^[4-7][0-9A-F]{39}$/, `${one}: 20 octets, positive`);
      return own.serialNumber;
    });
    assert.equal(new Set(serials).size, 5);
  });

  test(`openssl req -verify accepts the requests by which the keys of the ${name} prove themselves [KEY-POSSESSION]`, () => {
    for (const one of chain.requests) {
      const request = `artifacts/requests/${one}.csr`;
      assert.match(accepts(chain, "openssl", ["req", "-verify", "-noout", "-in", request]), /verify OK/);
      const key = accepts(chain, "openssl", ["req", "-pubkey", "-noout", "-in", request]);
      assert.equal(accepts(chain, "openssl", ["x509", "-pubkey", "-noout", "-in", certificate(one)]), key, `${one}: the certificate is over the same key`);
    }
  });

  test(`sha256sum -c accepts the manifest of the ${name}, which lists everything but what seals it`, () => {
    accepts(chain, "sha256sum", ["--strict", "-c", "SHA256SUMS"]);
    const listed = read(chain, "SHA256SUMS").trimEnd().split("\n").map((line) => line.slice(66));
    const { said } = judge(chain, "find", [".", "-type", "f", "-printf", "%P\\n"]);
    const files = said.trimEnd().split("\n").filter((path) => !path.startsWith("signatures/") && !["SHA256SUMS", "seal.txt", "transcript.jsonl"].includes(path));
    assert.deepEqual(listed, files.sort());
  });

  test(`ssh-keygen -Y verify accepts each person's signature over the seal of the ${name}, under its own namespace only [SEAL-QUORUM]`, () => {
    const seal = read(chain, "seal.txt");
    for (const [id, namespace, other] of [["alice", "approved", "witnessed"], ["dan", "witnessed", "approved"]] as const) {
      const args = (meant: string): string[] => ["-Y", "verify", "-f", "signatures/allowed_signers", "-I", id, "-n", `anchorite-seal-${meant}`, "-s", `signatures/${id}.sig`];
      assert.match(accepts(chain, "ssh-keygen", args(namespace), seal), /Good "anchorite-seal-/);
      assert.notEqual(judge(chain, "ssh-keygen", args(other), seal).code, 0);
      assert.notEqual(judge(chain, "ssh-keygen", args(namespace), `${seal}\n`).code, 0, "over exactly these octets");
    }
  });

  test(`openssl cms -verify -binary -purpose any accepts the token's signature over the seal of the ${name}, and over nothing else`, () => {
    accepts(chain, "openssl", cms(chain, "seal.txt", ["-purpose", "any"]));
    assert.notEqual(judge(chain, "openssl", cms(chain, "SHA256SUMS", ["-purpose", "any"])).code, 0);
  });
}

function cms(chain: Chain, content: string, options: readonly string[]): string[] {
  return ["cms", "-verify", "-binary", ...options, "-inform", "DER", "-in", "signatures/transcript-key.p7s", "-content", content, "-CAfile", certificate(chain.root), "-out", "/dev/null"];
}

test("without -purpose any openssl cms refuses the factory's seal, for the platform wants server and client authentication in the root's extendedKeyUsage and openssl looks for e-mail protection there", () => {
  const { code, said } = judge(factory, "openssl", cms(factory, "seal.txt", []));
  assert.notEqual(code, 0);
  assert.match(said, /unsuitable certificate purpose/);
  accepts(hierarchy, "openssl", cms(hierarchy, "seal.txt", []));
});

test("openssl crl accepts the first CRL of each CA, number 1, empty, in PEM and in DER [CRL-NUMBER-RISES]", () => {
  for (const one of hierarchy.crls) {
    const issuer = certificate(hierarchy.below[one] ?? hierarchy.root);
    for (const [suffix, form] of [["pem", "PEM"], ["crl", "DER"]] as const) {
      const said = accepts(hierarchy, "openssl", ["crl", "-noout", "-text", "-inform", form, "-in", `artifacts/crls/${one}.${suffix}`, "-CAfile", issuer]);
      assert.match(said, /verify OK/);
      assert.match(said, /X509v3 CRL Number: \n\s+1\n/);
      assert.match(said, /No Revoked Certificates/);
    }
  }
});

test("with both CRLs openssl verify -crl_check_all accepts what the subordinate CA signed", () => {
  const crls = hierarchy.crls.flatMap((one) => ["-CRLfile", `artifacts/crls/${one}.pem`]);
  for (const one of ["app", "oem"]) {
    accepts(hierarchy, "openssl", ["verify", "-x509_strict", "-crl_check_all", ...crls, "-CAfile", certificate("root-ca"), "-untrusted", certificate("issuing-ca"), certificate(one)]);
  }
});

test("the factory's upload body holds root-crt, tls-crt and ca-crt, each the PEM of the certificates that were issued", () => {
  const upload = JSON.parse(read(factory, "artifacts/bundles/foundries/upload.json")) as Record<string, string>;
  assert.deepEqual(Object.keys(upload).sort(), ["ca-crt", "root-crt", "tls-crt"]);
  const pem = (...names: string[]): string => names.map((one) => read(factory, certificate(one))).join("");
  assert.deepEqual(upload, { "root-crt": pem("factory-ca"), "tls-crt": pem("tls-crt"), "ca-crt": pem("online-ca", "local-ca") });
});

test("the hierarchy's PEM bundle is read whole by openssl, and trusts what the subordinate CA signed", () => {
  const folder = "artifacts/bundles/trust";
  const files = readdirSync(hierarchy.ceremony.inRecord(folder));
  const bundle = files.map((file) => read(hierarchy, `${folder}/${file}`)).join("");
  assert.deepEqual([bundle.match(/BEGIN CERTIFICATE/g)?.length, bundle.match(/BEGIN X509 CRL/g)?.length], [2, 2]);
  for (const file of files.filter((one) => read(hierarchy, `${folder}/${one}`).includes("BEGIN CERTIFICATE"))) {
    accepts(hierarchy, "openssl", ["verify", "-x509_strict", "-CAfile", `${folder}/${file}`, certificate("app")]);
  }
});

test("a judge of these tests can refuse: the token's signature does not verify under another root", () => {
  const key = freshPath("key");
  const other = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", `${key}.pem`, "-subj", "/CN=Other"];
  accepts(factory, "openssl", other);
  const { code, said } = judge(factory, "openssl", [...cms(factory, "seal.txt", ["-purpose", "any"]), "-CAfile", `${key}.pem`]);
  assert.notEqual(code, 0);
  assert.match(said, /certificate verify error/);
});
