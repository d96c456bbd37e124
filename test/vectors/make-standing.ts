/**
 * `node build/test/vectors/make-standing.js` makes the vectors of runs at which nobody was, with people and a roster of their own,
 * and leaves all others as they are. What is stated of a record is compared with what replay says, and nothing is written where they differ.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { fromUtf8 } from "../../src/bytes/text.ts";
import { RECORD_FORMAT } from "../../src/transcript/entry.ts";
import { LAYOUT } from "../../src/transcript/layout.ts";
import { readRegister } from "../../src/transcript/register.ts";
import { STANDING_NAMESPACE, STANDING_TEXT, writeStanding } from "../../src/transcript/standing.ts";
import type { Files } from "../end-to-end/record-files.ts";
import { goodPlan, type Octets } from "../scripted/scripts.ts";
import { ALONE, ISSUING, scheduledScript, standingFor } from "../scripted/standing.ts";
import { sealedBy, VectorWorld } from "./good.ts";
import { withPeople, type People } from "./people.ts";
import { changesBetween, judged, said, VECTORS, writeFolder, type Brought, type Vector } from "./vector.ts";

const NO_LINKS: ReadonlyMap<string, string> = new Map();
const NAME = "scheduled";
const ROSTER = "standing";
const AUTHENTIC = { exit: 0, code: null };

/** Who signs the standing approval, and under which namespace. */
type Signers = (text: Uint8Array) => Readonly<Record<string, Uint8Array>>;

async function first(people: People): Promise<{ readonly world: VectorWorld; readonly files: Files }> {
  const world = new VectorWorld(goodPlan(ISSUING, people.files()));
  await world.run();
  return { world, files: sealedBy(people, world) };
}

/** One run from the first record, under an approval that these sign. */
async function runOf(people: People, { world: before, files }: Awaited<ReturnType<typeof first>>, signers: Signers): Promise<Files> {
  const seal = sha256Hex(files.get(LAYOUT.seal) ?? new Uint8Array());
  const isOfPack = (path: string): boolean => [LAYOUT.plan, LAYOUT.manifest, LAYOUT.seal].includes(path as never) || path.endsWith("/register.json") || /\.(sig|p7s)$/.test(path);
  const pack: Octets = Object.fromEntries([...files].filter(([path]) => isOfPack(path)).map(([path, bytes]) => [`previous/${path}`, bytes]));
  const source = goodPlan(scheduledScript(1, { lines: `register: { pack: previous, seal: "${seal}" }\n` }), { ...people.files(), ...pack });
  const text = writeStanding(standingFor(source, readRegister(files.get("artifacts/register.json") ?? new Uint8Array())));
  const signatures = Object.entries(signers(text)).map(([id, armour]) => [`${id}.sig`, fromUtf8(armour)]);
  const world = new VectorWorld(source, {}, before.tokens, undefined, { run: "00000000000000c1", approvals: Object.fromEntries([...signatures, [STANDING_TEXT, fromUtf8(text)]].sort(([a], [b]) => ((a ?? "") < (b ?? "") ? -1 : 1)) as [string, string][]) });
  await world.run({ meddle: ALONE });
  return sealedBy(people, world, []);
}

interface Stated {
  readonly with: Brought;
  readonly exit: number;
  readonly code: string | null;
}

function keep(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { flag: "wx" });
}

await withPeople(async (people, strangers) => {
  const before = await first(people);
  const by = (who: People, ids: readonly ("alice" | "dan")[], namespace: string = STANDING_NAMESPACE): Signers => (text) => Object.fromEntries(ids.map((id) => [id, who.sign(id, text, namespace)]));
  const good = await runOf(people, before, by(people, ["alice", "dan"]));
  const unsealed: Files = new Map([...good].filter(([path]) => path !== LAYOUT.tokenSignature));
  const roster = people.roster().replaceAll('namespaces="', `namespaces="${STANDING_NAMESPACE},`);
  const refused = [{ with: { roster: ROSTER }, exit: 7, code: "STANDING-QUORUM" }];
  const rows: readonly [string, string, Files, readonly Stated[]][] = [
    [NAME, "a run at which nobody was: under a standing approval of two people, sealed by the transcript key alone", good, [{ with: { roster: ROSTER }, ...AUTHENTIC }, { with: {}, exit: 9, code: null }, { with: { roster: "people" }, exit: 7, code: "STANDING-QUORUM" }]],
    ["standing-too-few", "the witness did not sign the standing approval", await runOf(people, before, by(people, ["alice"])), refused],
    ["standing-other-namespace", "a person's standing approval is under the namespace of an approval", await runOf(people, before, (text) => ({ ...by(people, ["alice"])(text), ...by(people, ["dan"], "anchorite-plan-approved")(text) })), refused],
    ["standing-by-strangers", "the standing approval is by other keys, under the same names", await runOf(people, before, by(strangers, ["alice", "dan"])), refused],
    ["standing-not-sealed", "the transcript key did not sign the seal, and nobody else seals a run at which nobody was", unsealed, [{ with: { roster: ROSTER }, exit: 6, code: "SEAL-TOKEN" }]],
  ];
  const made = rows.map(([name, about, files, stated]): [string, Vector, Files] => {
    const folder = { files, links: NO_LINKS };
    const expect = stated.map(({ with: brought, exit, code }) => {
      const verdict = judged(folder, brought, (which) => new TextEncoder().encode(which === ROSTER ? roster : people.roster()));
      const { exit: found, code: why, ...parts } = said(verdict);
      if (found !== exit || why !== code) throw new Error(`${name}: stated ${exit} ${code}, replay says ${found} ${why}: ${[...verdict.wrong, verdict.rebuilt.why, ...verdict.signed.missing].join("; ")}`);
      return { with: brought, exit, "exit-without-rebuilding": exit, code: why, ...parts };
    });
    const own = name === NAME ? {} : { from: NAME, change: changesBetween(good, folder) };
    return [name, { about, cases: [], format: RECORD_FORMAT, ...own, expect }, files];
  });
  keep(join(VECTORS, "rosters", ROSTER), roster);
  for (const [name, vector, files] of made) {
    if (name === NAME) writeFolder(join(VECTORS, name, "record"), { files, links: NO_LINKS });
    keep(join(VECTORS, name, "expect.json"), `${JSON.stringify(vector, null, 1)}\n`);
  }
  console.log(`${made.length} vectors`);
});
