/** An OEM of ctrlX apps on SoftHSM: the example, then the ceremony that takes up the answer of Bosch Rexroth, judged by openssl and tar. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { before, test } from "node:test";
import { blocks, page } from "../docs/pages.ts";
import { Ceremony, type Ended } from "./ceremony.ts";

const PAGE = page("docs/platforms/ctrlx.md");
const block = (info: string): string => blocks(PAGE).find((one) => one.info === info)?.text ?? assert.fail(info);

let first: Ceremony;
let second: Ceremony;

function shell(command: string): { readonly exit: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", command], { cwd: first.folder, encoding: "utf8" });
  return { exit: status, said: stdout + stderr };
}

function accepts(command: string): string {
  const { exit, said } = shell(command);
  assert.equal(exit, 0, `${command}\n${said}`);
  return said;
}

const EXTENSIONS = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";

/** Bosch Rexroth, played by openssl: it takes the Organization of the request and decides the CN. */
function answerOfBosch(): void {
  mkdirSync(first.path("bosch"));
  mkdirSync(first.path("answers"));
  writeFileSync(first.path("bosch", "leaf.ext"), EXTENSIONS);
  accepts("openssl req -in record/artifacts/requests/oem-request.csr -noout -verify -subject | grep -q 'O *= *Mockcorp Limited'");
  const ca = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256";
  accepts(`openssl req -x509 ${ca} -keyout bosch/ca.key -days 7300 -subj '/CN=com.ctrlx-automation.app/O=Bosch Rexroth AG' -out answers/bosch.pem`);
  accepts("openssl x509 -req -sha256 -days 3650 -in record/artifacts/requests/oem-request.csr -CA answers/bosch.pem -CAkey bosch/ca.key -extfile bosch/leaf.ext -set_serial 0x4f01 -subj '/CN=com.ctrlx-automation.app.mockcorp/O=Mockcorp Limited' -out answers/oem.pem");
  writeFileSync(first.path("bosch", "declaration"), "type: app-privileges\napp-name: mockcorp-my-app\npublisher: com.ctrlx-automation.app.mockcorp\ntimestamp: 2026-11-18T08:15:04Z\nplugs:\n  firewall-control:\n");
  accepts("(cat bosch/declaration; echo; openssl dgst -sha384 -sign bosch/ca.key bosch/declaration | base64 -w 64) > snaps/mockcorp-my-app.privileges");
}

/** The script of the page, beside the sealed record of the first ceremony. */
function prepareSecond(): Ceremony {
  cpSync(first.inRecord(), first.path("previous"), { recursive: true });
  const seal = createHash("sha256").update(readFileSync(first.inRecord("seal.txt"))).digest("hex");
  writeFileSync(first.path("second.yaml"), block("yaml ctrlx").replace(/seal: "[0-9a-f]*"/, `seal: "${seal}"`));
  const { tokens } = JSON.parse(readFileSync(first.inRecord("artifacts", "register.json"), "utf8")) as { tokens: { serial: string }[] };
  writeFileSync(first.path("second-station.yaml"), first.read("station.yaml").replace("serial: uninitialized", `serial: "${tokens[0]?.serial ?? ""}"`).replace(/ *so-pin:.*\n/, ""));
  writeFileSync(first.path("second-answers.yaml"), "words: computed\n1: [[alice, bob, dan], agree]\n4: [sign]\n");
  return new Ceremony(first.folder, "second");
}

const runSecond = (): Ended => second.call("run", "second.yaml", "--record", "second", "--station", "second-station.yaml", "--answers", "second-answers.yaml");

before(() => {
  first = Ceremony.finished("ctrlx");
  answerOfBosch();
  second = prepareSecond();
  for (const ended of [runSecond(), second.seal("alice"), second.seal("dan")]) assert.equal(ended.exit, 0, ended.stderr);
});

const OWN = "record/artifacts/signed/my-app";
const THEIRS = "second/artifacts/signed/my-app";
const CERTIFICATES = { [OWN]: "record/artifacts/bundles/ctrlx/own.pem", [THEIRS]: "second/artifacts/bundles/ctrlx/oem-app-signing.pem" };

test("both records replay", () => {
  for (const ceremony of [first, second]) {
    const replayed = ceremony.replay("--roster", "roster");
    assert.equal(replayed.exit, 0, replayed.stdout + replayed.stderr);
  }
});

test("the steps of the vendor's verify-apps.sh accept each app, and so does the recipe of the page, which also compares the digests", () => {
  for (const [app, certificate] of Object.entries(CERTIFICATES)) {
    writeFileSync(first.path("verify.sh"), block("bash ctrlx"));
    assert.match(accepts(`bash verify.sh ${certificate} ${app}/mockcorp-my-app_1.4.3.app`), /^public\/snaps\/amd64\/release\/mockcorp-my-app_1\.4\.3: Verified OK, digest OK\npublic\/snaps\/arm64\/[^\n]* digest OK\n$/);
    // what the script of 4.6.0 does: unpack, split at empty lines, check the first block with SHA-384
    accepts(`rm -rf unpacked; mkdir unpacked; tar -xf ${app}/mockcorp-my-app_1.4.3.app -C unpacked; openssl x509 -pubkey -noout -in ${certificate} > oem.pub`);
    for (const architecture of ["amd64", "arm64"]) {
      const file = `unpacked/public/snaps/${architecture}/release/mockcorp-my-app_1.4.3.signature`;
      accepts(`rm -f block_*; csplit -s -z -f block_ ${file} '/^$/' '{*}'; mv block_00 block1; openssl base64 -d < block_01 > sig.der`);
      assert.equal(accepts("openssl dgst -sha384 -verify oem.pub -signature sig.der block1"), "Verified OK\n");
      // the older way takes the last two lines for the signature, and knows no privileges
      const older = shell(`head -n -3 ${file} > older; tail -n 2 ${file} | openssl base64 -d > older.der; openssl dgst -sha384 -verify oem.pub -signature older.der older`);
      assert.equal(older.exit === 0, app === OWN, older.said);
      assert.notEqual(shell("head -c -1 block1 > shorter; openssl dgst -sha384 -verify oem.pub -signature sig.der shorter").exit, 0, "without the last LF it does not verify");
      accepts(`cmp ${file} ${app}/${architecture}/mockcorp-my-app_1.4.3.signature`);
    }
  }
});

test("the privileges of Bosch Rexroth stand behind the signature as they came, and verify there", () => {
  const file = `${THEIRS}/amd64/mockcorp-my-app_1.4.3.signature`;
  accepts(`awk 'BEGIN { RS = "" } NR == 3' ${file} > declaration; awk 'BEGIN { RS = "" } NR == 4' ${file} | base64 -d > privileges.der; openssl x509 -pubkey -noout -in answers/bosch.pem > bosch.pub`);
  assert.equal(accepts("openssl dgst -sha384 -verify bosch.pub -signature privileges.der declaration"), "Verified OK\n");
  assert.match(readFileSync(first.path(file), "utf8"), /^publisher: {14}com\.ctrlx-automation\.app\.mockcorp\norganization: {11}Mockcorp Limited$/m);
});

test("an archive as the vendor's tool makes it, appended to with its folders again, is verified as well, with the signatures of privileges", () => {
  accepts(`rm -rf unpacked; mkdir unpacked; tar -xf ${THEIRS}/mockcorp-my-app_1.4.3.app -C unpacked`);
  accepts("cd unpacked && tar --exclude=arm64 -cf ../appended.app public && tar --exclude=amd64 -rf ../appended.app public");
  const ended = first.call("artifact", "verify", "ctrlx", "appended.app", "--certificate", CERTIFICATES[THEIRS] ?? "", "--privileges-certificate", "answers/bosch.pem");
  assert.deepEqual([ended.exit, /verified: 4 signatures/.test(ended.stdout)], [0, true], ended.stdout + ended.stderr);
});

test("the page's example of interfaces is the one that is asked for here", () => {
  assert.ok(blocks(PAGE).some(({ text }) => text === first.read("requests/mockcorp-my-app.interfaces")));
});

test("a snap that was changed after it was signed is found by the command and by the recipe", () => {
  const app = `${THEIRS}/mockcorp-my-app_1.4.3.app`;
  const certificate = CERTIFICATES[THEIRS] ?? "";
  const good = first.call("artifact", "verify", "ctrlx", app, "--certificate", certificate);
  assert.equal(good.exit, 0, good.stdout + good.stderr);
  assert.match(good.stdout, /^amd64 mockcorp-my-app by com\.ctrlx-automation\.app\.mockcorp.*\narm64 .*\nverified: 2 signatures, and the digest of each snap\n$/);
  const octets = readFileSync(first.path(app), "latin1").replace("snap, arm64", "snap, ARM64");
  writeFileSync(first.path("changed.app"), Buffer.from(octets, "latin1"));
  const bad = first.call("artifact", "verify", "ctrlx", "changed.app", "--certificate", certificate, "--json");
  assert.equal(bad.exit, 3);
  assert.deepEqual((JSON.parse(bad.stdout) as { objections: { expects: string }[] }).objections.map(({ expects }) => expects), ["the snap has the digest that was signed"]);
  assert.match(shell(`bash verify.sh ${certificate} changed.app`).said, /arm64.*digest differs/);
  const other = first.call("artifact", "verify", "ctrlx", app, "--certificate", "answers/bosch.pem");
  assert.deepEqual([other.exit, /refused: \d+ findings/.test(other.stdout)], [3, true]);
  assert.equal(first.call("artifact", "verify", "mender", app, "--certificate", certificate).exit, 2);
});

test("openssl verifies the certificates of the desk, and the signature with SHA-384 of the request", () => {
  for (const name of ["own", "partner", "transcript"]) accepts(`openssl verify -x509_strict -CAfile record/artifacts/certificates/apps-root.pem record/artifacts/certificates/${name}.pem`);
  assert.match(accepts("openssl req -in record/artifacts/requests/oem-request.csr -noout -text"), /Signature Algorithm: ecdsa-with-SHA384/);
});

test("the same script with a request without Organization is refused before a token is touched [PLATFORM-ACCEPTS]", () => {
  writeFileSync(first.path("without.yaml"), first.read("script.yaml").replace("subject: { O: Mockcorp Limited }\n      for", "subject: { CN: Mockcorp }\n      for"));
  const ended = first.call("check", "without.yaml");
  assert.equal(ended.exit, 3);
  assert.match(ended.stderr, /without\.yaml:\d+:\d+: [^\n]*has one Organization \(O\); found: none/);
});
