/** `addend` and `timestamp`: later evidence beside a sealed record, judged apart from it; openssl is the time-stamping authority. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { derInteger, derSequence } from "../../src/bytes/der.ts";
import { anchorite, freshPath, plainEnvironment } from "../end-to-end/ceremony.ts";
import { years, type HeldRecord } from "../scripted/life.ts";
import { rosterFile, write } from "./records.ts";

let held: HeldRecord;
let roster: string;
let work: string;
before(async () => {
  [held] = (await years(0)) as [HeldRecord];
  roster = rosterFile(held);
  work = freshPath("work");
  mkdirSync(work);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "eve", "-f", join(work, "eve")]);
  writeFileSync(join(work, "opinion.txt"), "All is in order.\n");
  makeTsa("tsa", "critical,timeStamping");
  makeTsa("webserver", "critical,serverAuth,timeStamping");
});

const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: work, stdio: ["ignore", "pipe", "pipe"] });

/** A CA, and a certificate of it that is for timestamps, or should be. */
function makeTsa(name: string, usage: string): void {
  writeFileSync(join(work, `${name}.ext`), `extendedKeyUsage=${usage}\nkeyUsage=critical,digitalSignature\n`);
  openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", `${name}-ca.key`, "-out", `${name}-ca.pem`, "-subj", `/CN=${name} CA`, "-days", "30", "-addext", "keyUsage=critical,keyCertSign");
  openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=Example ${name}`);
  openssl("x509", "-req", "-in", `${name}.csr`, "-CA", `${name}-ca.pem`, "-CAkey", `${name}-ca.key`, "-days", "10", "-extfile", `${name}.ext`, "-out", `${name}.pem`);
  writeFileSync(join(work, `${name}.cnf`), `[tsa]\ndefault_tsa=one\n[one]\nserial=${work}/${name}.srl\ncrypto_device=builtin\nsigner_digest=sha256\ndefault_policy=1.3.6.1.4.1.99999.1\ndigests=sha256,sha512\naccuracy=secs:1\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n`);
}

function reply(name: string, query: string): string {
  const response = freshPath("response");
  openssl("ts", "-reply", "-config", `${name}.cnf`, "-queryfile", query, "-signer", `${name}.pem`, "-inkey", `${name}.key`, "-out", response);
  return response;
}

function query(record: string): { readonly path: string; readonly shown: string } {
  const path = freshPath("query");
  const { exit, stderr } = anchorite(["timestamp", "query", record, "-o", path]);
  assert.equal(exit, 0, stderr);
  return { path, shown: stderr };
}

const replayOf = (record: string, ...more: string[]) => anchorite(["replay", record, "--roster", roster, ...more]);

test("an addendum is listed apart from the sealed record, and the verdict stays what it was [ADDENDUM-SIGNED]", () => {
  const record = write(held.files);
  const added = anchorite(["addend", record, join(work, "opinion.txt"), "--as", "eve", "--key", join(work, "eve"), "--note", "The auditor's opinion"]);
  assert.equal(added.exit, 0, added.stderr);
  const { exit, stdout } = replayOf(record);
  assert.equal(exit, 0, stdout);
  assert.match(stdout, /^addendum  addenda\/0001-eve, not sealed: opinion\.txt, added by eve \(SHA256:\S+, their own claim\) .*: The auditor's opinion$/m);
  const theirs = freshPath("theirs");
  copyFileSync(roster, theirs);
  appendFileSync(theirs, `eve namespaces="anchorite-addendum" ${readFileSync(join(work, "eve.pub"), "utf8").split(" ").slice(0, 2).join(" ")}\n`);
  assert.match(anchorite(["replay", record, "--roster", theirs]).stdout, /added by eve \(SHA256:\S+, of the roster\)/);
  assert.equal(anchorite(["addend", record, join(work, "opinion.txt"), "--as", "eve", "--key", join(work, "eve")]).exit, 0);
  assert.ok(existsSync(join(record, "addenda", "0002-eve", "statement.sig")));
  execFileSync("ssh-keygen", ["-Y", "check-novalidate", "-n", "anchorite-addendum", "-s", join(record, "addenda", "0001-eve", "statement.sig")], { input: readFileSync(join(record, "addenda", "0001-eve", "statement.txt")) });
});

test("seal without a person says who has signed, for a program too", () => {
  const record = write(held.files);
  rmSync(join(record, "signatures", "dan.sig"));
  const { exit, stdout } = anchorite(["seal", record, "--json"]);
  const { signed, missing, wrong } = JSON.parse(stdout) as { signed: { id: string }[]; missing: string[]; wrong: string[] };
  assert.deepEqual([exit, signed.map(({ id }) => id), missing.length, wrong], [0, ["alice"], 1, []]);
});

test("a key that an agent holds signs by its public half alone", async () => {
  const folder = freshPath("agent");
  mkdirSync(folder);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "guest", "-f", join(folder, "guest")]);
  const socket = join(folder, "socket");
  const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
  try {
    for (let i = 0; i < 100 && !existsSync(socket); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    const env = { ...plainEnvironment(), SSH_AUTH_SOCK: socket };
    execFileSync("ssh-add", ["-q", join(folder, "guest")], { env, stdio: "pipe" });
    rmSync(join(folder, "guest"));
    const record = write(held.files);
    const { exit, stderr } = anchorite(["addend", record, join(work, "opinion.txt"), "--as", "guest", "--key", join(folder, "guest.pub")], { env });
    assert.equal(exit, 0, stderr);
    assert.match(replayOf(record).stdout, /added by guest \(SHA256:/);
  } finally {
    agent.kill();
  }
});

test("an addendum that was changed counts for nothing, and the record stands as it stood [ADDENDUM-SIGNED]", () => {
  const good = write(held.files);
  anchorite(["addend", good, join(work, "opinion.txt"), "--as", "eve", "--key", join(work, "eve")]);
  const changes: readonly ((folder: string) => void)[] = [
    (folder) => writeFileSync(join(folder, "opinion.txt"), "Nothing is in order.\n"),
    (folder) => writeFileSync(join(folder, "statement.txt"), readFileSync(join(folder, "statement.txt"), "utf8").replace("by: eve", "by: eva")),
    (folder) => writeFileSync(join(folder, "statement.txt"), readFileSync(join(folder, "statement.txt"), "utf8").replace("by: eve", "by: alice")),
    (folder) => writeFileSync(join(folder, "more.txt"), "x"),
    (folder) => writeFileSync(join(folder, "statement.sig"), ""),
  ];
  for (const change of changes) {
    const record = freshPath("changed");
    cpSync(good, record, { recursive: true });
    change(join(record, "addenda", "0001-eve"));
    const { exit, stdout } = replayOf(record);
    assert.equal(exit, 0, stdout);
    assert.match(stdout, /^addendum  addenda\/0001-eve, not sealed: COUNTS FOR NOTHING: /m);
  }
});

test("nobody adds evidence in the name of a person of the plan with another key [ADDENDUM-SIGNED]", () => {
  const record = write(held.files);
  const { exit, stderr } = anchorite(["addend", record, join(work, "opinion.txt"), "--as", "alice", "--key", join(work, "eve")]);
  assert.deepEqual([exit, existsSync(join(record, "addenda"))], [3, false]);
  assert.match(stderr, /expected the key of alice in the plan/);
});

test("a timestamp over the seal is asked for offline, imported and verified [TIMESTAMP-VERIFIED]", () => {
  const record = write(held.files);
  const { path, shown } = query(record);
  assert.match(openssl("ts", "-query", "-in", path, "-text").toString(), /Hash Algorithm: sha256/);
  assert.ok(/[\u2580-\u2588]{10}/.test(shown), "a QR code is shown");
  const imported = anchorite(["timestamp", "import", record, reply("tsa", path), "--query", path, "--ca", join(work, "tsa-ca.pem")]);
  assert.equal(imported.exit, 0, imported.stderr);
  const folder = join(record, "addenda", "0001-timestamp");
  assert.match(openssl("ts", "-verify", "-in", join(folder, "response.tsr"), "-data", join(record, "seal.txt"), "-CAfile", join(folder, "ca.pem")).toString(), /OK/);
  const own = replayOf(record);
  assert.match(own.stdout, /^addendum  addenda\/0001-timestamp, not sealed: the seal existed at \d{4}-.*, says CN=Example tsa; its CA is its importer's claim$/m);
  assert.match(own.stdout, /not checked: the CA of the timestamp/);
  const given = replayOf(record, "--tsa", join(work, "tsa-ca.pem"));
  assert.match(given.stdout, /its CA is given from outside/);
  assert.doesNotMatch(given.stdout, /not checked: the (CA of the|time by a) timestamp/);
  const other = replayOf(record, "--tsa", join(work, "webserver-ca.pem"));
  assert.match(other.stdout, /0001-timestamp, not sealed: COUNTS FOR NOTHING: expected a chain from/);
});

test("T26, T27: a timestamp for other data, for another query, by another CA or by a certificate for more than timestamps is refused, and nothing is kept [TIMESTAMP-VERIFIED]", () => {
  const record = write(held.files);
  const { path } = query(record);
  const elsewhere = freshPath("elsewhere");
  writeFileSync(join(work, "other.txt"), "other data\n");
  openssl("ts", "-query", "-data", "other.txt", "-sha256", "-cert", "-out", elsewhere);
  const ca = join(work, "tsa-ca.pem");
  const refused = (response: string, asked: string, anchor: string) => {
    const { exit, stderr } = anchorite(["timestamp", "import", record, response, "--query", asked, "--ca", anchor]);
    assert.deepEqual([exit, existsSync(join(record, "addenda"))], [3, false], stderr);
    return stderr;
  };
  assert.match(refused(reply("tsa", elsewhere), path, ca), /expected a timestamp over the SHA-256 of this seal\.txt/);
  assert.match(refused(reply("tsa", query(record).path), path, ca), /expected the nonce of the query/);
  assert.match(refused(reply("tsa", path), elsewhere, ca), /expected a query/);
  assert.match(refused(reply("tsa", path), path, join(work, "webserver-ca.pem")), /expected a chain from CN=Example tsa/);
  const changed = readFileSync(reply("tsa", path));
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  const broken = freshPath("broken");
  writeFileSync(broken, changed);
  assert.match(refused(broken, path, ca), /does not verify/);
});

test("T27: a timestamp by a certificate that had ended before its time is refused [TIMESTAMP-VERIFIED]", () => {
  for (const [name, text] of [["late.cnf", "[ca]\ndefault_ca=own\n[own]\ndatabase=late.txt\nserial=late.srl\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n"], ["late.txt", ""], ["late.srl", "01\n"]] as const) writeFileSync(join(work, name), text);
  openssl("ca", "-batch", "-notext", "-config", "late.cnf", "-cert", "tsa-ca.pem", "-keyfile", "tsa-ca.key", "-in", "tsa.csr", "-extfile", "tsa.ext", "-startdate", "20200101000000Z", "-enddate", "20210101000000Z", "-out", "late.pem");
  copyFileSync(join(work, "tsa.key"), join(work, "late.key"));
  const record = write(held.files);
  const { path } = query(record);
  const { exit, stderr } = anchorite(["timestamp", "import", record, signedBy("late", reply("tsa", path)), "--query", path, "--ca", join(work, "tsa-ca.pem")]);
  assert.equal(exit, 3);
  assert.match(stderr, /expected every certificate to be valid at \d{4}-/);
});

/** The TSTInfo of a good answer, signed by another certificate: what openssl's own TSA would not do. */
function signedBy(name: string, response: string): string {
  openssl("ts", "-reply", "-in", response, "-token_out", "-out", "token.der");
  openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", "token.der", "-out", "info.der");
  openssl("cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-cades", "-md", "sha256", "-econtent_type", "1.2.840.113549.1.9.16.1.4", "-in", "info.der", "-signer", `${name}.pem`, "-inkey", `${name}.key`, "-outform", "DER", "-out", "other.der");
  const path = freshPath("response");
  writeFileSync(path, derSequence(derSequence(derInteger(Uint8Array.of(0))), new Uint8Array(readFileSync(join(work, "other.der")))));
  return path;
}

test("T27: a certificate that is for TLS as well is no TSA's, and one that is for timestamps alone is [TIMESTAMP-VERIFIED]", () => {
  const record = write(held.files);
  const { path } = query(record);
  const response = reply("tsa", path);
  const take = (name: string) => anchorite(["timestamp", "import", record, signedBy(name, response), "--query", path, "--ca", join(work, `${name}-ca.pem`)]);
  const { exit, stderr } = take("webserver");
  assert.equal(exit, 3);
  assert.match(stderr, /expected a certificate for timestamps and nothing else .* found that of CN=Example webserver/);
  assert.equal(take("tsa").exit, 0);
});
