/** A whole ceremony on SoftHSM, as its people would hold it, for tests of pages that speak of a record. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { softhsmScript } from "../tools.ts";
import { anchorite } from "./pages.ts";

const { prepareCeremony } = (await softhsmScript("prepare.mjs")) as { prepareCeremony(ceremony: { name: string; to: string }): void };

/** Runs and seals the ceremony of this name below `folder`; returns the folder that holds `record` and `roster`. */
export function ceremony(name: string, folder: string): string {
  const to = join(folder, name);
  prepareCeremony({ name, to });
  const steps = [
    ["run", "script.yaml", "--record", "record", "--station", "station.yaml", "--answers", "answers.yaml"],
    ["seal", "record", "--as", "alice", "--key", "people/alice"],
    ["seal", "record", "--as", "dan", "--key", "people/dan"],
  ];
  for (const step of steps) {
    const { exit, stderr } = anchorite(step, to);
    assert.equal(exit, 0, stderr);
  }
  return to;
}
