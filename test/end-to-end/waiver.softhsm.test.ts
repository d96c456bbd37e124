/** A root for thirty years, which two people waive: signed at the command line, run on SoftHSM, replayed, and read by ssh-keygen. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import type { Ceremony, Ended } from "./ceremony.ts";
import { smallCeremony } from "./small-ceremony.ts";

const WAIVERS = `waivers:
  ROOT-VALIDITY: { on: [root-ca], why: The devices are sealed in concrete for thirty years., by: [alice, dan], until: "2100-01-01T00:00:00Z" }
tokens:`;
const ceremony: Ceremony = smallCeremony().edit("script.yaml", "valid: { for: P20Y }", "valid: { for: P30Y }").edit("script.yaml", "tokens:", WAIVERS);
const waive = (id: string, key = id, control = "ROOT-VALIDITY"): Ended => ceremony.call("waive", "script.yaml", control, "--as", id, "--key", `people/${key}`);

test("check refuses the script until both people have signed, and names the command [WAIVER-SIGNED]", () => {
  const before = ceremony.call("check", "script.yaml");
  assert.equal(before.exit, 3);
  assert.match(before.stderr, /waivers\/ROOT-VALIDITY\.alice\.sig.*\[INPUT-PRESENT\]/);
  assert.match(before.stderr, /anchorite waive SCRIPT CONTROL --as ID --key FILE/);
});

test("only those whom the waiver names can sign it, each with their own key, for a control that the script waives, once", () => {
  for (const [ended, exit, word] of [[waive("bob"), 3, /seal-signer: bob is not among those who waive/], [waive("alice", "dan"), 3, /seal-signer: expected the key of alice/], [waive("alice", "alice", "KEY-LOCAL"), 2, /usage-arguments: the script asks for no waiver of KEY-LOCAL/]] as const) {
    assert.match(ended.stderr, word);
    assert.equal(ended.exit, exit, ended.stderr);
  }
  for (const id of ["alice", "dan"]) {
    const { exit, stdout, stderr } = waive(id);
    assert.equal(exit, 0, stderr);
    assert.match(stderr, /why: The devices are sealed/);
    assert.match(stdout, new RegExp(`ROOT-VALIDITY\\.${id}\\.sig: signed by ${id} as anchorite-waiver`));
  }
  assert.match(waive("dan").stderr, /seal-exists/);
});

test("the ceremony runs, its replay says what was waived, and ssh-keygen verifies the waiver in the record [WAIVER-FITS]", () => {
  assert.match(ceremony.call("check", "script.yaml").stdout, /^WAIVED ROOT-VALIDITY on root-ca by alice, dan/m);
  assert.equal(ceremony.run().exit, 0);
  for (const id of ["alice", "dan"]) assert.equal(ceremony.call("seal", "record", "--as", id, "--key", `people/${id}`).exit, 0);
  const { exit, stdout } = ceremony.call("replay", "record", "--roster", "roster");
  assert.equal(exit, 0, stdout);
  assert.match(stdout, /^remark {4}waived: ROOT-VALIDITY on root-ca, by alice, dan, to be used until 2100-01-01T00:00:00Z$/m);
  const signers = `alice namespaces="anchorite-waiver" ${ceremony.read("people/alice.pub")}`;
  const script = `ssh-keygen -Y verify -f <(printf '%s' "$1") -I alice -n anchorite-waiver -s "$2" < "$3"`;
  const verified = spawnSync("bash", ["-c", script, "bash", signers, ceremony.path("record/inputs/waivers/ROOT-VALIDITY.alice.sig"), ceremony.path("record/inputs/waivers/ROOT-VALIDITY.txt")], { encoding: "utf8" });
  assert.equal(verified.status, 0, verified.stderr);
});
