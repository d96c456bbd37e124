/** On SoftHSM: a ceremony that adjourns and goes on, records that were rolled back, and approvals, each by the command line. */
import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { anchorite, Ceremony, snapshot, type Ended } from "./ceremony.ts";
import { answersText, SMALL_ANSWERS, smallCeremony } from "./small-ceremony.ts";

/** The small ceremony, adjourned before it issues for others. */
function adjourning(): Ceremony {
  const ceremony = smallCeremony().edit("script.yaml", "  - sign-request:", "  - adjourn: {}\n  - sign-request:");
  const { 7: seventh = [], 8: eighth = [], ...rest } = SMALL_ANSWERS;
  writeFileSync(ceremony.path("answers.yaml"), answersText({ ...rest, 7: [], 8: seventh, 9: eighth }));
  return ceremony;
}

function expectExit({ exit, stderr, stdout }: Ended, code: number): string {
  assert.equal(exit, code, stderr + stdout);
  return stderr + stdout;
}

const effects = (ceremony: Ceremony): number => ceremony.facts().filter(({ kind, request }) => kind === "request" && /^(sign|generate|initialize)/.test(request?.kind ?? "")).length;

const ceremony = adjourning();
const said = expectExit(ceremony.run(), 0);

test("a run adjourns with exit 0, says who signs what, and has logged out; its record is incomplete, and nothing is wrong with it [HOLD-POINT-SIGNED]", () => {
  assert.match(said, /ADJOURNED at hold-point 1, in step 7\. It is not done/);
  assert.match(said, /signed by 1 of administrator, 1 of witness/);
  const facts = ceremony.facts();
  const at = facts.findIndex(({ request }) => request?.kind === "adjourn");
  assert.ok(facts.findIndex(({ event }, i) => i > at && event?.name === "logout") > at);
  assert.match(expectExit(ceremony.replay("--roster", "roster"), 6), /the ceremony asks for adjourn \(step 7\)/);
  assert.match(readFileSync(ceremony.inRecord("holds/01.txt"), "utf8"), new RegExp(`entries: ${at + 1}\nhead: [0-9a-f]{64}\noutcome: adjourned\n$`));
});

test("without signatures, and with too few, it does not go on, and not one octet of the record changes [HOLD-POINT-SIGNED]", () => {
  const before = snapshot(ceremony.inRecord());
  assert.match(expectExit(ceremony.run(), 3), /record-adjourned: .*hold-point 1 is not signed: missing 1 of administrator .*1 of witness/);
  assert.deepEqual(snapshot(ceremony.inRecord()), before);
  assert.match(expectExit(ceremony.seal("alice"), 0), /missing: 1 of witness.*holds\/01\.alice\.sig: signed by Alice Example/s);
  assert.match(expectExit(ceremony.call("seal", ceremony.record), 0), /adjourned at hold-point 1\nsigned: Alice Example \(alice, administrator\)\nmissing: 1 of witness/);
  assert.match(expectExit(ceremony.seal("alice"), 3), /seal-exists/);
  assert.match(expectExit(ceremony.seal("dan", "people/alice"), 3), /seal-signer/);
  assert.match(expectExit(ceremony.run(), 3), /missing 1 of witness/);
});

test("a hold-point that somebody changed, or a signature over something else, is refused [HOLD-POINT-SIGNED]", () => {
  const other = new Ceremony(ceremony.folder, "changed");
  cpSync(ceremony.inRecord(), other.inRecord(), { recursive: true });
  writeFileSync(other.inRecord("holds/01.txt"), readFileSync(ceremony.inRecord("holds/01.txt"), "utf8").replace("step: 7", "step: 8"));
  assert.match(expectExit(other.run(), 3), /record-corrupt: holds\/01\.txt does not say what the transcript says/);
  assert.match(expectExit(other.replay(), 7), /holds\/01\.txt does not say what the entries say/);
  cpSync(ceremony.inRecord("holds/01.txt"), other.inRecord("holds/01.txt"));
  cpSync(other.inRecord("holds/01.alice.sig"), other.inRecord("holds/01.dan.sig"));
  assert.match(expectExit(other.run(), 3), /record-corrupt: .*expected the key that the plan gives dan/);
  assert.match(expectExit(other.replay(), 7), /holds\/01\.dan\.sig/);
  for (const name of ["01.alice.sig", "01.dan.sig", "01.txt"]) rmSync(other.inRecord("holds", name));
  assert.match(expectExit(other.run(), 0), /ADJOURNED at hold-point 1/, "as after a death before the text was written");
  assert.deepEqual(readFileSync(other.inRecord("holds/01.txt")), readFileSync(ceremony.inRecord("holds/01.txt")));
  rmSync(other.inRecord(), { recursive: true });
});

test("signed, it goes on to the end, is sealed, and replays; ssh-keygen verifies the hold-point [HOLD-POINT-SIGNED]", () => {
  assert.match(expectExit(ceremony.seal("dan"), 0), /the quorum is met: the ceremony can go on/);
  const atHold = new Ceremony(ceremony.folder, "at-hold");
  cpSync(ceremony.inRecord(), atHold.inRecord(), { recursive: true });
  expectExit(ceremony.run(), 0);
  for (const id of ["alice", "dan"]) expectExit(ceremony.seal(id), 0);
  assert.match(expectExit(ceremony.replay("--roster", "roster"), 0), /hold-point 1 signed by alice, dan/);
  assert.match(readFileSync(ceremony.inRecord("SHA256SUMS"), "utf8"), /holds\/01\.alice\.sig\n.*holds\/01\.dan\.sig\n.*holds\/01\.txt\n/);
  const names = ceremony.facts().flatMap(({ event }) => (event === undefined ? [] : [event.name]));
  assert.deepEqual(names.filter((name) => name === "attendance" || name === "token-head"), ["attendance", "token-head"]);
});

test("the copy from the hold-point is behind its token, and is refused: no second signature is made [RECORD-NOT-ROLLED-BACK]", () => {
  const atHold = new Ceremony(ceremony.folder, "at-hold");
  const before = effects(atHold);
  const refused = expectExit(atHold.run(), 3);
  assert.match(refused, /record-rolled-back: token vault keeps the head of entry \d+, and this record ends with entry \d+ \[RECORD-NOT-ROLLED-BACK\]/);
  assert.match(refused, /hint: this is an older copy of the record/);
  assert.equal(effects(atHold), before);
});

test("a record copied before an effect and restored after it is refused, and the one that was used last goes on [RECORD-NOT-ROLLED-BACK]", () => {
  // the run dies for want of an answer before the root is signed; its folder is copied, and the run goes on
  const cut = smallCeremony({ 5: [] });
  expectExit(cut.run(), 2);
  const old = new Ceremony(cut.folder, "old");
  cpSync(cut.inRecord(), old.inRecord(), { recursive: true });
  writeFileSync(cut.path("answers.yaml"), answersText(SMALL_ANSWERS));
  expectExit(cut.run(), 0);
  const before = effects(old);
  assert.match(expectExit(old.run(), 3), /record-rolled-back/);
  assert.equal(effects(old), before);
  assert.match(expectExit(cut.run(), 3), /record-finished/);
});

test("approvals are signed before the day, wanted at the beginning, and verified by every replay [PLAN-APPROVED]", () => {
  const approved = smallCeremony().edit("script.yaml", "quorum:\n", "quorum:\n  approval: [1 of administrator, 1 of witness]\n");
  writeFileSync(approved.path("roster"), approved.read("roster").replaceAll('namespaces="', 'namespaces="anchorite-plan-approved,'));
  const approve = (id: string, ...more: string[]): Ended => approved.call("approve", "script.yaml", "--as", id, "--key", `people/${id}`, ...more);
  const window = ["--from", "2026-01-01T00:00:00Z", "--until", "2099-12-31T23:59:59Z"];

  assert.match(expectExit(approved.run(), 3), /script\.yaml:\d+:\d+: quorum\.approval: .*approval\.txt is missing.*\[PLAN-APPROVED\]/);
  assert.ok(approved.tokenFolderIsEmpty());
  assert.match(expectExit(approve("alice"), 2), /--from and --until/);
  assert.match(expectExit(approve("alice", ...window), 0), /plan: [0-9a-f]{64}\n.*missing: 1 of witness/s);
  assert.match(expectExit(approved.run(), 3), /missing 1 of witness/);
  assert.match(expectExit(approve("dan", "--from", "2026-02-01T00:00:00Z"), 3), /seal-exists: .*approves something else/);
  assert.match(expectExit(approve("alice"), 3), /seal-exists: alice has approved this already/);
  assert.match(expectExit(approve("dan"), 0), /the plan has the approvals that it wants/);

  expectExit(approved.run(), 0);
  for (const id of ["alice", "dan"]) expectExit(approved.seal(id), 0);
  assert.match(expectExit(approved.replay("--roster", "roster"), 0), /approved {2}by Alice Example \(alice, administrator\); Dan Example \(dan, witness\)/);
  assert.match(expectExit(approved.replay("--roster", "roster", "--json"), 0), /"approved":\[\{"id":"alice"/);
  cpSync(approved.inRecord("approvals/alice.sig"), approved.inRecord("approvals/dan.sig"));
  assert.match(expectExit(approved.replay("--roster", "roster"), 7), /approvals\/dan\.sig/);
});

test("an approval whose window is over, or that another plan has, begins nothing [PLAN-APPROVED]", () => {
  const late = smallCeremony().edit("script.yaml", "quorum:\n", "quorum:\n  approval: [1 of administrator]\n");
  const call = (...args: string[]): Ended => anchorite(args, { cwd: late.folder });
  expectExit(call("approve", "script.yaml", "--as", "alice", "--key", "people/alice", "--from", "2020-01-01T00:00:00Z", "--until", "2020-01-02T00:00:00Z", "-o", "early"), 0);
  assert.match(expectExit(call(...late.runArguments(), "--approvals", "early"), 3), /approved from 2020-01-01T00:00:00Z until 2020-01-02T00:00:00Z, and this host's clock shows/);
  late.edit("script.yaml", "P30D", "P31D");
  assert.match(expectExit(call(...late.runArguments(), "--approvals", "early"), 3), /approves another plan/);
  assert.match(expectExit(call("approve", "script.yaml", "--as", "alice", "--key", "people/alice", "-o", "early"), 3), /seal-exists/);
  assert.ok(late.tokenFolderIsEmpty());
});
