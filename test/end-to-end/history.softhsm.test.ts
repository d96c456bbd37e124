/** The example `history`, as its README tells it: a CA from 2026 to 2041 on SoftHSM, and what its keeper of the dates is told in every week of it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { obligationSentence } from "../../src/console/rotation-pages.ts";
import { shifted } from "../../src/plan/validity.ts";
import { certificateLives } from "../../src/rotation/life.ts";
import { judged, type JudgedObligation } from "../../src/rotation/obligation.ts";
import { obligationsOf } from "../../src/rotation/obligations.ts";
import { closedBy, observe, type FieldState } from "../../src/rotation/observed.ts";
import { readRegister, type Register } from "../../src/transcript/register.ts";
import { needTool, softhsmScript } from "../tools.ts";
import { anchorite, Ceremony, MAIN } from "./ceremony.ts";

const { CEREMONIES, liveThrough } = (await softhsmScript("history.mjs")) as {
  CEREMONIES: readonly { readonly year: string; readonly sealers: readonly string[] }[];
  liveThrough(folder: string, anchorite: (args: string[]) => void): void;
};

let life: Ceremony;
const bytesIn = (year: string, path: string): Uint8Array => readFileSync(life.path("records", year, path));
const bundleIn = (year: string): Uint8Array => bytesIn(year, `artifacts/bundles/bundle-${year.slice(2)}/bundle.pem`);
let registers: readonly Register[];
before(() => {
  life = Ceremony.prepare("history");
  liveThrough(life.folder, (args) => {
    const { exit, stderr } = anchorite(args, { cwd: life.folder });
    assert.equal(exit, 0, `${args.join(" ")}\n${stderr}`);
  });
  registers = CEREMONIES.map(({ year }) => readRegister(bytesIn(year, "artifacts/register.json")));
});

test("nine records replay as one history, each goes on from the one before, and all are pinned [LINEAGE-LINK, LINEAGE-WHOLE]", () => {
  const { exit, stdout, stderr } = life.call("history", "records", "--roster", "roster", "--json");
  assert.equal(exit, 0, stderr);
  const { chapters, wrong, missing } = JSON.parse(stdout) as { chapters: readonly unknown[]; wrong: readonly unknown[]; missing: readonly unknown[] };
  assert.deepEqual([chapters.length, wrong, missing], [CEREMONIES.length, [], []]);
});

test("what happened stands in the last register: a revocation, keys destroyed, a key on another token, another administrator, two roots", () => {
  const last = registers.at(-1) ?? assert.fail("no register");
  assert.deepEqual(last.revocations.map(({ certificate, reason }) => [certificate, reason]), [["issuing-28", "cACompromise"]]);
  const root = last.keys.find(({ key }) => key === "root");
  assert.deepEqual([root?.token, root?.restored?.backup, root?.copies?.map(({ token }) => token)], ["reserve", "root-backup", ["vault"]]);
  assert.deepEqual(last.keys.filter(({ state }) => state === "destroyed").map(({ key }) => key), ["issuing-26", "transcript", "issuing-28", "issuing-29", "issuing-31"]);
  assert.deepEqual(last.crls.filter(({ issuer }) => issuer === "root-ca").map(({ number }) => number), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(last.certificates.filter(({ profile }) => profile.startsWith("private/root@")).map(({ name }) => name), ["root-ca", "root-ca-41"]);
  assert.equal(last.previous.length, 1);
  const late = life.read("records", "2031", "transcript.jsonl");
  assert.match(late, /the safe room was closed after the flood of June/);
  assert.match(life.read("records", "2035", "script.yaml"), /gina: {2}\{ name: Gina Example, {2}role: administrator/);
});

function tool(program: string, args: readonly string[], year: string, input?: Uint8Array): void {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: life.path("records", year), encoding: "utf8", ...(input === undefined ? {} : { input }) });
  assert.equal(status, 0, `${year}: ${program} ${args.join(" ")}\n${stdout}${stderr}`);
}

test("without this program: the files of each record, the signatures over its seal, its certificates under its list, at their day", needTool("openssl"), () => {
  for (const [i, { year, sealers }] of CEREMONIES.entries()) {
    const register = registers[i];
    const at = String(Math.floor(Date.parse(register?.attested ?? "") / 1000) + 60);
    tool("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], year);
    for (const id of sealers) tool("ssh-keygen", ["-Y", "verify", "-f", "../../roster", "-I", id, "-n", id === "dan" ? "anchorite-seal-witnessed" : "anchorite-seal-approved", "-s", `signatures/${id}.sig`], year, bytesIn(year, "seal.txt"));
    const root = "../2026/artifacts/certificates/root-ca.pem";
    tool("openssl", ["cms", "-verify", "-binary", "-purpose", "any", "-inform", "DER", "-in", "signatures/transcript-key.p7s", "-content", "seal.txt", "-CAfile", root, "-attime", at, "-out", "/dev/null"], year);
    const number = year.slice(2);
    const [issuer, chain] = year === "2041" ? ["artifacts/crls/root-41-crl.pem", "artifacts/certificates/root-ca-41.pem"] : [`artifacts/crls/root-crl-${number}.pem`, root];
    tool("openssl", ["verify", "-x509_strict", "-crl_check", "-CRLfile", issuer, "-CAfile", chain, "-attime", at, `artifacts/certificates/issuing-${number}.pem`], year);
  }
  tool("openssl", ["crl", "-in", "artifacts/crls/root-crl-41.pem", "-CAfile", "../2026/artifacts/certificates/root-ca.pem", "-noout"], "2041");
});

test("a device that has only the old root finds a way to the new issuing CA, and one that has only the new root to the old issuing CA", needTool("openssl"), () => {
  const at = String(Date.parse("2042-01-01T00:00:00Z") / 1000);
  const [certificates, first] = ["artifacts/certificates", "../2026/artifacts/certificates"];
  tool("openssl", ["verify", "-x509_strict", "-attime", at, "-CAfile", `${first}/root-ca.pem`, "-untrusted", `${certificates}/new-by-old.pem`, `${certificates}/issuing-41.pem`], "2041");
  tool("openssl", ["verify", "-x509_strict", "-attime", at, "-CAfile", `${certificates}/root-ca-41.pem`, "-untrusted", `${certificates}/old-by-new.pem`, "../2039/artifacts/certificates/issuing-39.pem"], "2041");
});

/** Every Monday at noon, or near it. */
function* weeks(from: string, until: string): Generator<string> {
  for (let at = from; at < until; at = shifted(at, "P7D", "after")) yield at;
}
const inForce = (at: string): number => registers.findLastIndex(({ attested }) => (attested ?? "") <= at);

/** What reached the field by then: each bundle and list five days after its ceremony. @param last no later ceremony than this */
function fieldAt(at: string, register: Register, last = registers.length - 1): FieldState {
  const arrived = registers.findLastIndex(({ attested }, i) => i <= last && shifted(attested ?? "", "P5D", "after") <= at);
  const year = CEREMONIES[arrived]?.year;
  return observe(register, year === undefined ? [] : [{ path: "bundle.pem", bytes: bundleIn(year) }], at);
}

function dutiesAt(at: string): readonly JudgedObligation[] {
  const register = registers[inForce(at)] ?? assert.fail(at);
  const field = fieldAt(at, register);
  return obligationsOf(register, at).map((one) => judged(one, at, closedBy(field, one)));
}

/** What only a ceremony closes; what people do outside is closed by notes, which nobody wrote here. */
const BY_CEREMONY = new Set(["succeed", "crl", "custody"]);
const [DUE, HELD_LATE] = ["2031-07-08T17:59:59Z", "2031-10-20T09:00:00Z"];

test("each week from 2026 to 2041 every obligation is a sentence with a date, and only the missed window is OVERDUE, from its last day to the ceremony", () => {
  const late = new Map<string, string[]>();
  let asked = 0;
  for (const at of weeks("2026-11-02T12:00:00Z", "2041-12-31T12:00:00Z")) {
    asked++;
    const duties = dutiesAt(at);
    assert.equal(new Set(duties.map(({ id }) => id)).size, duties.length, at);
    for (const one of duties) {
      assert.match(obligationSentence(one), /^[a-z].* [a-z]/);
      assert.ok(one.from <= one.by, `${one.id} at ${at}`);
      if (one.standing === "overdue" && BY_CEREMONY.has(one.kind)) late.set(one.id, [...(late.get(one.id) ?? []), at]);
    }
  }
  assert.ok(asked > 780);
  const missed = [...weeks("2026-11-02T12:00:00Z", "2041-12-31T12:00:00Z")].filter((at) => at > DUE && at < HELD_LATE);
  assert.deepEqual([...late].sort(), [["crl/root-crl-29", missed], ["succeed/issuing-29", missed]]);
});

test("the window is DUE to its last second and OVERDUE from the next one on, until the register of the late ceremony closes it", () => {
  const standing = (at: string): string | undefined => dutiesAt(at).find(({ id }) => id === "succeed/issuing-29")?.standing;
  const by = dutiesAt("2031-07-01T00:00:00Z").find(({ id }) => id === "succeed/issuing-29")?.by ?? "";
  assert.match(by, /^2031-07-0\dT/);
  const after = `${new Date(Date.parse(by) + 1000).toISOString().slice(0, 19)}Z`;
  assert.deepEqual([by, after, "2031-10-20T08:59:59Z", HELD_LATE].map(standing), ["due", "overdue", "overdue", undefined]);
});

test("each week some issuing CA is in use, a revoked one never, and no state is left unexplained", () => {
  for (const at of weeks("2026-11-02T12:00:00Z", "2041-12-31T12:00:00Z")) {
    const lives = certificateLives(registers[inForce(at)] ?? assert.fail(at), at);
    assert.ok(lives.some(({ role, state }) => role === "subordinate" && state === "active"), at);
    const compromised = lives.find(({ name }) => name === "issuing-28");
    if (at >= "2029-05-08T18:00:00Z") assert.deepEqual([compromised?.state, compromised?.successor], ["revoked", "issuing-29"], at);
    for (const { name, state, notBefore, notAfter } of lives) assert.ok(state !== "expired" || at > notAfter, `${name} ${notBefore}`);
  }
});

test("the emergency has seven days to reach the field; a fleet that was left behind shows the revoked CA as stale and the new one as missing", () => {
  const at = "2029-06-01T00:00:00Z";
  const register = registers[2] ?? assert.fail();
  assert.deepEqual(dutiesAt("2029-05-10T00:00:00Z").filter(({ id }) => id === "distribute/issuing-28").map(({ by, next, standing }) => [by, next, standing]), [["2029-05-15T18:00:00Z", "issuing-29", "due"]]);
  const behind = fieldAt(at, register, 1);
  assert.deepEqual(behind.objects.filter(({ verdict }) => verdict === "stale").map(({ name }) => name), ["issuing-26", "issuing-28", "root-crl-28"]);
  assert.equal(behind.objects.find(({ name }) => name === "issuing-26")?.why, "issuing-29 is used since 2029-05-08T18:00:00Z");
  assert.deepEqual(behind.missing.map(({ name }) => name), ["issuing-29", "root-crl-29"]);
  const duty = obligationsOf(register, at).find(({ id }) => id === "distribute/issuing-28") ?? assert.fail();
  assert.deepEqual([closedBy(behind, duty), closedBy(fieldAt(at, register), duty)?.how], [null, "observed"]);
  assert.ok(!obligationsOf(register, "2033-11-01T00:00:00Z").some(({ id }) => id === "distribute/issuing-28"), "it has ended");
});

test("the clock of the host gives the same status as --at, in three years of the life", needTool("faketime"), () => {
  for (const [year, day] of [["2026", "2028-10-10"], ["2029", "2031-08-20"], ["2041", "2046-05-01"]] as const) {
    const ask = (...more: string[]) => ["rotation", "status", `records/${year}`, "--roster", "roster", "--json", ...more];
    const faked = spawnSync("faketime", [`${day} 12:00:00 UTC`, process.execPath, MAIN, ...ask()], { cwd: life.folder, encoding: "utf8", env: { ...process.env, TZ: "UTC" } });
    assert.equal(faked.status, 0, faked.stderr);
    const plain = (text: string): unknown => {
      const { at, ...rest } = JSON.parse(text) as { at: string };
      assert.ok(at.startsWith(`${day}T12:0`), at);
      return rest;
    };
    assert.deepEqual(plain(faked.stdout), plain(life.call(...ask("--at", `${day}T12:00:00Z`)).stdout));
  }
});
