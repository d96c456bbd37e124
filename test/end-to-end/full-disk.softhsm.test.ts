/** A disk that takes no more, at several moments: nothing is signed that cannot be recorded, and the ceremony goes on when there is room. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { test } from "node:test";
import { MAIN, plainEnvironment, type Ceremony, type Ended } from "./ceremony.ts";
import { copyOf } from "./killed-run.ts";
import { smallCeremony } from "./small-ceremony.ts";

const prepared = smallCeremony();

/** Runs with no file allowed to grow beyond so many blocks of 512 octets: a write at the limit is cut short, the next one fails (EFBIG). */
function runWithin(ceremony: Ceremony, blocks: number): Ended {
  const command = ["-c", 'ulimit -f "$1" && shift && exec "$@"', "sh", String(blocks), process.execPath, MAIN, ...ceremony.runArguments()];
  const ended = spawnSync("sh", command, { cwd: ceremony.folder, env: plainEnvironment(), encoding: "utf8" });
  return { exit: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

test("a disk with no room for the plan: exit 3 before anything, and the same command goes on when there is room", () => {
  const ceremony = copyOf(prepared);
  const ended = runWithin(ceremony, 4);
  assert.equal(ended.exit, 3, ended.stderr);
  assert.match(ended.stderr, /record-write: cannot write .*plan\.json.*\nhint: nothing is signed while the record cannot be written\nhint: free space or mend the medium, then run the same command again/);
  assert.ok(ceremony.tokenFolderIsEmpty());
  assert.equal(ceremony.run().exit, 0);
});

for (const blocks of [24, 40, 60]) {
  test(`a disk that is full after ${blocks * 512} octets of transcript: exit 8, no effect without its request on record, and the run goes on to a sealed record`, () => {
    const ceremony = copyOf(prepared);
    const ended = runWithin(ceremony, blocks);
    assert.equal(ended.exit, 8, ended.stderr);
    assert.match(ended.stderr, /record-write: cannot write .*transcript\.jsonl \(EFBIG\)/);
    assert.equal(statSync(ceremony.inRecord("transcript.jsonl")).size % 512, 0, "the last entry was cut short by the disk");
    const again = ceremony.run();
    assert.ok(again.exit === 0 || again.exit === 8, again.stderr);
    for (const id of ["alice", "dan"]) assert.equal(ceremony.seal(id).exit, 0);
    const replayed = ceremony.replay("--roster", "roster");
    assert.equal(replayed.exit, 0, replayed.stdout);
    assert.match(replayed.stdout, /remark {4}a torn entry of \d+ octets was set aside/);
  });
}
