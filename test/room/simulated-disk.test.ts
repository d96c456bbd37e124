/** The disk that crashes are tried on: what was fsynced is always there after a loss of power, and what was not is there, gone, torn or holed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SimulatedDisk } from "../scripted/disk.ts";

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);
const textAt = (disk: SimulatedDisk, path: string): string | null => (disk.look(path) === null ? null : new TextDecoder().decode(disk.read(disk.open(path, "read"))));

function written(disk: SimulatedDisk, path: string, text: string, sync: boolean): void {
  const file = disk.open(path, "append");
  disk.write(file, octets(text));
  if (sync) disk.sync(file);
  disk.close(file);
}

function settled(disk: SimulatedDisk, folder: string): void {
  disk.sync(disk.open(folder, "folder"));
}

/** What chance can make of a disk at path `/x`. */
function outcomes(disk: SimulatedDisk): Set<string | null> {
  const found = new Set<string | null>();
  fc.assert(fc.property(fc.infiniteStream(fc.nat(1000)), (chance) => {
    const left = disk.afterLossOfPower((below) => (chance.next().value as number) % below);
    found.add(textAt(left, "/x"));
  }), { numRuns: 300, seed: 1 });
  return found;
}

test("octets and name that were fsynced are there, whatever else is lost", () => {
  const disk = new SimulatedDisk();
  written(disk, "/x", "whole", true);
  settled(disk, "/");
  assert.deepEqual([...outcomes(disk)], ["whole"]);
});

test("a name that was not fsynced may be gone, though its octets were", () => {
  const disk = new SimulatedDisk();
  written(disk, "/x", "whole", true);
  assert.deepEqual(outcomes(disk), new Set(["whole", null]));
});

test("octets that were not fsynced are there, gone, torn, or a hole; those before them stay", () => {
  const disk = new SimulatedDisk();
  written(disk, "/x", "old;", true);
  settled(disk, "/");
  written(disk, "/x", "new", false);
  const found = outcomes(disk);
  for (const one of ["old;", "old;new", "old;n", "old;\0ew", "old;\0\0\0"]) assert.ok(found.has(one), JSON.stringify(one));
  assert.ok([...found].every((one) => one?.startsWith("old;") === true));
});

test("a second name, a removed one and a cut may each be undone until they are fsynced", () => {
  const disk = new SimulatedDisk();
  written(disk, "/x.part~", "whole", true);
  settled(disk, "/");
  disk.link("/x.part~", "/x");
  disk.unlink("/x.part~");
  assert.deepEqual(outcomes(disk), new Set(["whole", null]));
  settled(disk, "/");
  assert.deepEqual([...outcomes(disk)], ["whole"]);
  const file = disk.open("/x", "append");
  disk.cut(file, 2);
  assert.deepEqual(outcomes(disk), new Set(["wh", "whole"]));
  disk.sync(file);
  assert.deepEqual([...outcomes(disk)], ["wh"]);
});

test("a copy goes its own way, and remembers what the first one had not fsynced", () => {
  const disk = new SimulatedDisk();
  written(disk, "/x", "one", true);
  settled(disk, "/");
  written(disk, "/x", " two", false);
  const copy = disk.copy();
  written(disk, "/x", " three", true);
  assert.deepEqual([textAt(disk, "/x"), textAt(copy, "/x")], ["one two three", "one two"]);
  assert.ok(outcomes(copy).has("one"));
  assert.deepEqual([...outcomes(disk)], ["one two three"]);
});
