/** The example `backup`, as its README tells it: three years of one root on SoftHSM, its first token lost in between. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { before, test } from "node:test";
import { anchorite, Ceremony, type Ended } from "./ceremony.ts";

let first: Ceremony;
const later = (record: string): Ceremony => new Ceremony(first.folder, record);
const second = (): Ceremony => later("second");

function sealOf(ceremony: Ceremony): string {
  return createHash("sha256").update(readFileSync(ceremony.inRecord("seal.txt"))).digest("hex");
}

function runYear(year: string, ceremony: Ceremony): Ended {
  return ceremony.call("run", `${year}.yaml`, "--record", ceremony.record, "--station", `${year}-station.yaml`, "--answers", `${year}-answers.yaml`);
}

function rehearseYear(year: string): void {
  // a process holds one configuration of SoftHSM only
  const { exit, stderr } = anchorite(["rehearse", `${year}.yaml`, "--record", `${year}-rehearsal`], { cwd: first.folder, fresh: true });
  assert.equal(exit, 0, stderr);
}

function sealed(ceremony: Ceremony): void {
  for (const ended of [ceremony.seal("alice"), ceremony.seal("dan")]) assert.equal(ended.exit, 0, ended.stderr);
}

before(() => {
  first = Ceremony.finished("backup");
});

test("year one: the wrapped key is in the record, three shares are in files of mode 0600, and nothing of them is in the record", () => {
  const shares = readdirSync(first.path("shares")).sort();
  assert.deepEqual(shares.map((name) => name.slice(0, 13)), ["root-backup-1", "root-backup-2", "root-backup-3"]);
  assert.deepEqual(shares.map((name) => statSync(first.path("shares", name)).mode & 0o777), [0o600, 0o600, 0o600]);
  const record = (readdirSync(first.inRecord(), { recursive: true, encoding: "utf8" })).filter((path) => statSync(first.inRecord(path)).isFile()).map((path) => readFileSync(first.inRecord(path)));
  for (const name of shares) {
    // but for the first line, which says what share it is
    for (const line of first.read("shares", name).trim().split("\n").slice(1)) {
      const digits = line.replaceAll(" ", "").slice(0, 16);
      assert.ok(!record.some((octets) => octets.includes(digits) || octets.includes(Buffer.from(digits, "hex"))), name);
    }
    const digest = createHash("sha256").update(first.read("shares", name)).digest("hex");
    assert.ok(!record.some((octets) => octets.includes(digest)), `a digest of ${name}`);
  }
  assert.equal(statSync(first.inRecord("artifacts", "backups", "root-backup.wrapped")).size, 88);
});

test("a folder of shares stands in for custodians in a test, and nowhere else: refused before anything is done", () => {
  const other = Ceremony.prepare("backup").edit("script.yaml", "assurance: test", "assurance: software-keys");
  const ended = other.run();
  assert.deepEqual([ended.exit, /script-answers-refused: expected shares to be given to people/.test(ended.stderr), other.tokenFolderIsEmpty()], [3, true, true], ended.stderr);
});

test("year two: the vault is gone, the root signs its next CRL on the reserve, and the two records are one life [RESTORED-KEY] [RESTORE-LINEAGE]", () => {
  mkdirSync(first.path("gone"));
  for (const token of readdirSync(first.path("tokens"))) renameSync(first.path("tokens", token), first.path("gone", token));
  first.edit("year-two.yaml", /"0{64}"/, `"${sealOf(first)}"`);
  rehearseYear("year-two");
  const ended = runYear("year-two", second());
  assert.equal(ended.exit, 0, ended.stderr);
  sealed(second());
  assert.match(second().replay("--roster", "roster").stdout, /REPRODUCED, authentic, pinned/);
  assert.deepEqual(second().register().crls.map(({ name, number }) => [name, number]), [["root-crl", 1], ["root-crl-two", 2]]);
  const life = first.call("history", "record", "second", "--roster", "roster");
  assert.match(life.stdout, /key +root on reserve, in use, .*made or signed in 1, 2\n/);
});

test("year three: the key is destroyed, and the register says what remains [KEY-DESTROYED]", () => {
  first.edit("year-three.yaml", /"0{64}"/, `"${sealOf(second())}"`);
  const { tokens } = JSON.parse(readFileSync(second().inRecord("artifacts", "register.json"), "utf8")) as { tokens: readonly { token: string; serial: string }[] };
  first.edit("year-three-station.yaml", /"0{16}"/, `"${tokens.find(({ token }) => token === "reserve")?.serial ?? ""}"`);
  const third = later("third");
  rehearseYear("year-three");
  const ended = runYear("year-three", third);
  assert.equal(ended.exit, 0, ended.stderr);
  const root = third.register().keys.find(({ key }) => key === "root") as unknown as { state: string; destroyed: object; copies: readonly { token: string; state: string }[] };
  const run = /^run: ([0-9a-f]{16})$/m.exec(readFileSync(third.inRecord("seal.txt"), "utf8"))?.[1] ?? "";
  assert.deepEqual([root.state, root.destroyed, root.copies.map(({ token, state }) => [token, state])], ["destroyed", { run, gone: ["vault"], remains: ["root-backup"] }, [["vault", "gone"]]]);
});

test("both later years were rehearsed: practice shares opened a practice backup, the key was destroyed, and diff proves that nothing else was another", () => {
  const [two, three] = [later("year-two-rehearsal"), later("year-three-rehearsal")];
  const kinds = (ceremony: Ceremony): (string | undefined)[] => ceremony.facts().flatMap(({ request }) => (request === undefined ? [] : [request.kind]));
  assert.ok(kinds(two).includes("unwrap-key") && kinds(three).includes("destroy-objects"));
  assert.deepEqual([kinds(two), kinds(three)], [kinds(second()), kinds(later("third"))]);
  for (const [rehearsal, held] of [[two, second()], [three, later("third")]] as const) {
    const same = first.call("diff", rehearsal.record, held.record);
    assert.deepEqual([same.exit, /^REHEARSED: equal but for what is declared$/m.test(same.stdout)], [0, true], same.stdout);
  }
  assert.match(two.replay().stdout, /REHEARSAL of plan [0-9a-f]{64}[^]*REPRODUCED/);
});
