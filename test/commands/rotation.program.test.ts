/** `rotation` as the keeper of the dates calls it, on records that lie on the disk; and the units of the page about it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { blocks, page } from "../docs/pages.ts";
import { anchorite, freshPath } from "../end-to-end/ceremony.ts";
import type { HeldRecord } from "../scripted/life.ts";
import { makeRequest } from "../scripted/keys.ts";
import { first, second, textIn } from "../scripted/rotation.ts";
import { needTool } from "../tools.ts";
import { rosterFile, write } from "./records.ts";

let year: HeldRecord;
let records: string[];
let roster: string;
before(async () => {
  year = await first();
  const held = [year, await second(year)];
  records = held.map(({ files }) => write(files));
  roster = rosterFile(year);
});

const [ONE, TWO] = [0, 1] as const;
const record = (index: number): string => records[index] ?? "";
interface Status {
  readonly at: string;
  readonly obligations: readonly { readonly id: string; readonly standing: string; readonly closed: { readonly how: string } | null }[];
  readonly field: { readonly missing: readonly { readonly name: string }[] } | null;
}
const standing = (args: readonly string[], id: string): string | undefined => {
  const { exit, stdout, stderr } = anchorite(["rotation", "status", ...args, "--json"]);
  assert.equal(exit, 0, stderr);
  return (JSON.parse(stdout) as Status).obligations.find((one) => one.id === id)?.standing;
};

test("status says what is due as on a day, ends with 0, and with 10 when it is asked to", () => {
  const at = ["--at", "2030-07-20", "--roster", roster];
  assert.equal(standing([record(ONE), ...at], "succeed/issuing-ca"), "due");
  assert.equal(standing([record(TWO), ...at], "distribute/issuing-ca"), "due");
  const { exit, stdout } = anchorite(["rotation", "status", record(ONE), ...at, "--exit-code"]);
  assert.equal(exit, 10);
  assert.match(stdout, /DUE {5}2030-08-03 hold the ceremony that makes the successor of issuing-ca/);
  assert.doesNotMatch(stdout, /^.{81}/m);
});

test("a day before the last ceremony, and one that is none, are refused [ROTATION-DATE]", () => {
  const early = anchorite(["rotation", "status", record(TWO), "--at", "2027-01-01"]);
  assert.deepEqual([early.exit, early.stdout], [3, ""]);
  assert.match(early.stderr, /ROTATION-DATE/);
  assert.equal(anchorite(["rotation", "status", record(TWO), "--at", "2031-13-01"]).exit, 2);
});

test("a pack with a changed seal, register or signature is refused, and nothing is written [REGISTER-SEALED, REGISTER-SIGNED]", () => {
  const bad = write(year.files);
  const path = join(bad, "artifacts", "register.json");
  writeFileSync(path, readFileSync(path, "utf8").replace('"Scripted', '"scripted').replace("in use", "kept"));
  const ics = freshPath("bad.ics");
  const refused = anchorite(["rotation", "calendar", bad, "-o", ics, "--known", freshPath("known")]);
  assert.deepEqual([refused.exit, existsSync(ics)], [3, false]);
  assert.match(refused.stderr, /REGISTER-SEALED/);
  const stranger = freshPath("stranger");
  writeFileSync(stranger, readFileSync(roster, "utf8").replace(/^alice .*\n/m, ""));
  assert.match(anchorite(["rotation", "status", record(ONE), "--roster", stranger]).stderr, /expected alice in the roster.*REGISTER-SIGNED/s);
});

test("a pack beside the one that goes on from it is refused: the later one is enough [LINEAGE-LINK]", () => {
  const { exit, stderr } = anchorite(["rotation", "status", record(ONE), record(TWO)]);
  assert.equal(exit, 3);
  assert.match(stderr, /LINEAGE-LINK/);
});

test("with --known an older register than the newest one that was seen is refused [ROTATION-KNOWN]", () => {
  const known = freshPath("known");
  for (const [index, exit] of [[ONE, 0], [TWO, 0], [TWO, 0], [ONE, 3]] as const) {
    const ended = anchorite(["rotation", "metrics", record(index), "--roster", roster, "--at", "2031-01-01", "--known", known]);
    assert.equal(ended.exit, exit, ended.stderr);
    if (exit === 3) assert.match(ended.stderr, /ROTATION-KNOWN/);
  }
});

test("what is seen in the field closes what it shows, and what is not there is missing", () => {
  const fetched = freshPath("fetched");
  mkdirSync(fetched);
  writeFileSync(join(fetched, "root.crl"), readFileSync(join(record(TWO), "artifacts", "crls", "root-crl-2.crl")));
  writeFileSync(join(fetched, "get.json"), JSON.stringify({ "ca-crt": textIn(year, "artifacts/certificates/issuing-ca.pem") }));
  const { stdout } = anchorite(["rotation", "status", record(TWO), "--observed", fetched, "--at", "2030-09-01", "--roster", roster, "--json"]);
  const { obligations, field } = JSON.parse(stdout) as Status;
  assert.deepEqual(obligations.filter(({ closed }) => closed !== null).map(({ id }) => id), ["publish/root-crl-2"]);
  assert.deepEqual(field?.missing.map(({ name }) => name), ["root-ca", "issuing-ca-2"]);
  assert.match(anchorite(["rotation", "status", record(TWO), "--observed", fetched, "--at", "2031-06-01"]).stdout, /STALE\s+get\.json: certificate issuing-ca/);
});

test("a note that an operator signs closes its obligation, with a roster that allows it", () => {
  const key = freshPath("olga");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  const allowing = freshPath("allowing");
  writeFileSync(allowing, `${readFileSync(roster, "utf8")}olga namespaces="anchorite-rotation-note" ${readFileSync(`${key}.pub`, "utf8")}`);
  const notes = freshPath("notes");
  const at = ["--at", "2030-11-05"];
  const signed = anchorite(["rotation", "note", record(TWO), "switch/issuing-ca", "--as", "olga", "--key", key, "--note", "ticket 4711", "-o", notes, ...at]);
  assert.equal(signed.exit, 0, signed.stderr);
  assert.equal(standing([record(TWO), ...at, "--notes", notes, "--roster", allowing], "switch/issuing-ca"), "closed");
  assert.equal(standing([record(TWO), ...at, "--notes", notes, "--roster", roster], "switch/issuing-ca"), "overdue");
  assert.equal(anchorite(["rotation", "note", record(TWO), "switch/nothing", "--as", "olga", "--key", key, "-o", notes, ...at]).exit, 2);
});

test("the calendar is a new file and never written over; the metrics take the place of those before", () => {
  const [ics, metrics] = [freshPath("r.ics"), freshPath("r.prom")];
  assert.equal(anchorite(["rotation", "calendar", record(ONE), "-o", ics, "--at", "2027-01-01"]).exit, 0);
  assert.match(readFileSync(ics, "utf8"), /^BEGIN:VCALENDAR\r\n[^]*END:VCALENDAR\r\n$/);
  assert.equal(anchorite(["rotation", "calendar", record(TWO), "-o", ics, "--at", "2031-01-01"]).exit, 3);
  for (const day of ["2027-01-01", "2027-01-02"]) assert.equal(anchorite(["rotation", "metrics", record(ONE), "-o", metrics, "--at", day]).exit, 0);
  assert.match(readFileSync(metrics, "utf8"), new RegExp(`generated_timestamp_seconds ${Date.parse("2027-01-02T00:00:00Z") / 1000}\n$`));
});

test("next writes a folder that check reads, names what is missing, and never writes over anything or where nothing is due [ROTATION-NEXT, ROTATION-DATE]", () => {
  const folder = freshPath("next");
  const next = (...more: string[]) => anchorite(["rotation", "next", record(ONE), "--roster", roster, "-o", folder, ...more]);
  const none = next("--at", "2026-12-01");
  assert.deepEqual([none.exit, existsSync(folder)], [0, false], none.stderr);
  assert.match(none.stdout, /nothing is due on 2026-12-01/);
  assert.deepEqual([next("--at", "2027-01-01", "--revoke", "00ff", "--reason", "keyCompromise").exit, existsSync(folder)], [3, false]);
  assert.deepEqual([next("--at", "2026-01-01").exit, next("--at", "2027-01-01", "--revoke", "00ff").exit, existsSync(folder)], [3, 2, false]);
  assert.equal(next("--at", "2030-07-20").exit, 0);
  assert.equal(next("--at", "2030-07-20").exit, 3);
  assert.match(readFileSync(join(folder, "fetch.txt"), "utf8"), /requests\/device-2\.csr[^]*anchorite request inspect requests\/device-2\.csr --profile private\/code-signing --register previous/);
  const agenda = readFileSync(join(folder, "agenda.txt"), "utf8");
  assert.match(agenda, /DUE 2030-08-03 succeed\/issuing-ca\n[^]*by 2030-11-01 +use it in the place of issuing-ca/);
  assert.doesNotMatch(agenda, /^.{81}/m);
  const missing = anchorite(["check", join(folder, "script.yaml")]);
  assert.equal(missing.exit, 3);
  assert.match(missing.stderr, /cannot read requests\/device-2\.csr[^]*refused: 1 finding;/);
  mkdirSync(join(folder, "requests"));
  writeFileSync(join(folder, "requests", "device-2.csr"), makeRequest());
  assert.equal(anchorite(["check", join(folder, "script.yaml")]).exit, 0);
});

test("systemd finds nothing wrong with the units of the page", needTool("systemd-analyze"), () => {
  const folder = freshPath("units");
  mkdirSync(folder);
  const units = blocks(page("docs/schedule.md")).filter(({ info }) => info.startsWith("ini "));
  for (const { info, text } of units) writeFileSync(join(folder, info.slice("ini ".length)), text);
  const files = units.map(({ info }) => join(folder, info.slice("ini ".length)));
  assert.equal(execFileSync("systemd-analyze", ["verify", "--man=no", ...files], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }), "");
  assert.equal(files.length, 4);
});
