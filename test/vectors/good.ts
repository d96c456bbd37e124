/** The good records of the vectors: ceremonies in a scripted room, sealed as `run` and `seal` seal them. */
import { sha256Hex } from "../../src/bytes/digest.ts";
import { manifestOf, allowedSignersOf, sealOf } from "../../src/ceremony/sealed.ts";
import type { Ending } from "../../src/ceremony/feed.ts";
import { buildCms, cmsSignedAttributes } from "../../src/transcript/cms.ts";
import type { Header, Stamp } from "../../src/transcript/entry.ts";
import { LAYOUT } from "../../src/transcript/layout.ts";
import { writeSeal } from "../../src/transcript/seal.ts";
import { waiverSignaturePath, waiverText, waiverTextPath } from "../../src/transcript/waiver.ts";
import { APPROVAL_NAMESPACE, APPROVAL_TEXT, writeApproval } from "../../src/transcript/approval.ts";
import { holdPath, holdSignaturePath } from "../../src/transcript/hold-point.ts";
import { approvalOf } from "../../src/plan/approvals.ts";
import { Adjourned } from "../../src/room/hold-point.ts";
import { fromUtf8, toUtf8 } from "../../src/bytes/text.ts";
import { asRecord, type Files } from "../end-to-end/record-files.ts";
import { adoptingScript, LATER, madeElsewhere } from "../scripted/adopt.ts";
import { approving } from "../scripted/approvals.ts";
import { ANSWERED, ANSWER_FILES, OURS } from "../scripted/answers.ts";
import { stopAt } from "../scripted/people.ts";
import { BUNDLED_FILES, REPORT } from "../scripted/platforms.ts";
import type { Pen } from "../scripted/record.ts";
import { atNth, Died, dying } from "../scripted/room.ts";
import { goodPlan, ROOT, type Octets } from "../scripted/scripts.ts";
import { WAIVED, WAIVER } from "../scripted/waivers.ts";
import { replay, World, type How } from "../scripted/world.ts";
import { VISIT, KEYED, RSA, ED25519, FACTORY, SIGNED, RAW, renewal, FOLDER, devices } from "./ceremonies.ts";
import type { People, PersonId } from "./people.ts";

/** A world whose entry 0 names its tokens, as that of a run does. */
export class VectorWorld extends World {
  override header(): Header {
    const tokens = this.source.plan.tokens.map(({ token }) => ({ token, module: sha256Hex(toUtf8("a module")), serial: "uninitialized" }));
    return { ...super.header(), tokens };
  }

  #boots = 0;

  /** Where the machine loses its power, it is started anew. */
  override async run(how: How = {}): Promise<Ending> {
    try {
      return await super.run(how);
    } finally {
      if (how.pen !== undefined) this.#boots++;
    }
  }

  /** Salts that nobody can count on. */
  override stamp(): Stamp {
    const stamp = super.stamp();
    return { ...stamp, boot: `b${this.#boots}`, salt: sha256Hex(toUtf8(`${stamp.salt} of ${this.source.digest}`)).slice(0, 32) };
  }
}

/** A good record, and where it came from. */
export interface Good {
  readonly about: string;
  readonly files: Files;
  readonly world: World;
}

/** Every good record by its name, and one that is not. */
export async function goodRecords(people: People): Promise<Map<string, Good>> {
  const made = new Map<string, Good>();
  const hold = async (name: string, about: string, script: string, more: Octets = {}, how: How | readonly How[] = {}): Promise<void> => {
    made.set(name, await held(people, about, script, { ...people.files(), ...more }, how));
  };
  await hold("visit", "nothing happened on a token; people alone sealed", VISIT);
  await hold("root", "a root and its CRL; no transcript key, so that people alone sealed", ROOT);
  await hold("sealed", "a root, a certificate for a request, and a transcript key that signed the seal", KEYED);
  await hold("stopped", "a person stopped the ceremony before the transcript key had a certificate", KEYED, {}, { meddle: atNth("confirm", 3, () => stopAt("confirm")) });
  await hold("unknown", "the process died after a signature was asked for: the outcome is unknown, the run was gone on with, a second serial number was used", ROOT, {}, { meddle: atNth("sign", 0, dying("after")) });
  await hold("rsa-pss", "a root with RSASSA-PSS; the transcript key is on P-384", RSA);
  await hold("ed25519", "a root with Ed25519 and its CRL", ED25519);
  await hold("requests", "a folder of requests, one of them skipped", FOLDER, devices());
  await hold("waived", "a root that is valid for longer than policy allows, by a waiver that two people signed", WAIVED, waiverOf(people));
  await hold("factory", "a root and the bundle of a Foundries Factory", FACTORY, { "csrs.json": BUNDLED_FILES["csrs.json"] });
  await hold("signed", "a file signed as CMS", SIGNED, { "files/report.txt": REPORT });
  await hold("signed-raw", "a file signed by a key alone", RAW, { "files/report.txt": REPORT });
  made.set("forged-signature", await forged(people));
  made.set("answered", await answered(people));
  made.set("renewed", await renewed(people));
  made.set("adopted", await adopted(people));
  made.set("approved", await approved(people));
  made.set("adjourned", await adjourned(people));
  made.set("adjourning", await adjourning(people));
  await hold("torn", "the machine lost its power twice while an entry was written: once half of it was there, once it had a hole", ROOT, {}, [{ pen: dyingPen(12, half) }, { pen: dyingPen(20, holed) }]);
  return made;
}

async function held(people: People, about: string, script: string, files: Octets, how: How | readonly How[] = {}): Promise<Good> {
  const world = new VectorWorld(goodPlan(script, files));
  await world.runThrough([how].flat());
  return { about, world, files: sealedBy(people, world) };
}

/** Everything agrees but for a signature that no key made. */
async function forged(people: People): Promise<Good> {
  const world = new VectorWorld(goodPlan(RAW, { ...people.files(), "files/report.txt": REPORT }));
  await world.forge(atNth("sign", 0, () => ({ kind: "sign", outcome: "done", signatures: ["2a".repeat(64)] })));
  return { about: "a signature of the token is none; all else agrees, and its people sealed it", world, files: sealedBy(people, world) };
}

async function answered(people: People): Promise<Good> {
  const world = new VectorWorld(goodPlan(ANSWERED, { ...ANSWER_FILES, ...people.files() }));
  world.vault.coming.push(OURS);
  await world.run();
  return { about: "the certificate that another CA gave for a key of the ceremony", world, files: sealedBy(people, world) };
}

/** Two ceremonies: the second has the register pack of the first among its inputs. */
async function renewed(people: People): Promise<Good> {
  const first = await held(people, "", KEYED, people.files());
  const seal = sha256Hex(first.files.get(LAYOUT.seal) ?? new Uint8Array());
  const inPack = [...first.files].filter(([path]) => path === LAYOUT.plan || path === LAYOUT.manifest || path === LAYOUT.seal || path.endsWith("/register.json") || /\.(sig|p7s)$/.test(path));
  const pack = Object.fromEntries(inPack.map(([path, bytes]) => [`previous/${path}`, bytes]));
  const world = new VectorWorld(goodPlan(renewal(seal), { ...people.files(), ...pack }), {}, first.world.tokens);
  await world.run();
  return { about: "the ceremony after another one, whose register pack it begins from: a revocation, CRLs for times to come", world, files: sealedBy(people, world) };
}

async function adopted(people: People): Promise<Good> {
  const { elsewhere, files } = await madeElsewhere();
  const world = new VectorWorld(goodPlan(adoptingScript(), { ...files, ...people.files() }), {}, elsewhere.tokens, LATER, { run: "00000000000000ad" });
  await world.run();
  return { about: "a CA that was made elsewhere is adopted, with its past as it is claimed", world, files: sealedBy(people, world) };
}

/** A record whose plan wants approvals, and has them. */
async function approved(people: People): Promise<Good> {
  const source = goodPlan(approving(ROOT), people.files());
  const text = writeApproval(approvalOf(source.plan, source.digest, { from: "2026-11-20T08:00:00Z", until: "2026-11-20T18:00:00Z" }));
  const approvals = { "alice.sig": fromUtf8(people.sign("alice", text, APPROVAL_NAMESPACE)), [APPROVAL_TEXT]: fromUtf8(text), "dan.sig": fromUtf8(people.sign("dan", text, APPROVAL_NAMESPACE)) };
  const world = new VectorWorld(source, {}, undefined, undefined, { approvals });
  await world.run();
  return { about: "a root whose plan two people approved before the day", world, files: sealedBy(people, world) };
}

/** A ceremony that stands at its hold-point, signed by these people. */
async function atHold(people: People, ids: readonly PersonId[]): Promise<World> {
  const world = new VectorWorld(goodPlan(ROOT.replace("  - issue-crl", "  - adjourn: {}\n  - issue-crl"), people.files()));
  await world.run({ heads: true }).then(() => { throw new Error("it did not adjourn"); }, (thrown: unknown) => {
    if (!(thrown instanceof Adjourned)) throw thrown;
  });
  for (const id of ids) world.record.keep(holdSignaturePath(1, id), people.sign(id, world.record.files.get(holdPath(1)) ?? new Uint8Array()));
  return world;
}

async function adjourned(people: People): Promise<Good> {
  const world = await atHold(people, ["alice", "dan"]);
  await world.run({ heads: true });
  return { about: "a root; people went home at a hold-point that they signed, and went on; the token kept heads", world, files: sealedBy(people, world) };
}

/** Nobody has gone on, so that nothing seals. */
async function adjourning(people: People): Promise<Good> {
  const world = await atHold(people, ["alice"]);
  return { about: "people went home at a hold-point, one of them signed it so far, and nobody has gone on", world, files: new Map([...world.record.files, [LAYOUT.transcript, world.record.transcript]]) };
}

const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length >> 1);
const holed = (bytes: Uint8Array): Uint8Array => bytes.map((octet, i) => (i >= 40 && i < 80 ? 0 : octet));

/** The machine loses its power while entry `at` is written: this is what the disk has of it. */
function dyingPen(at: number, left: (bytes: Uint8Array) => Uint8Array): Pen {
  return (bytes, seq, write) => {
    write(seq === at ? left(bytes) : bytes);
    if (seq === at) throw new Died(`entry ${at}`);
  };
}

function waiverOf(people: People): Octets {
  const text = waiverText(sha256Hex(toUtf8(WAIVED)), "ROOT-VALIDITY", WAIVER);
  const signatures = (["alice", "dan"] as const).map((id) => [waiverSignaturePath("ROOT-VALIDITY", id), people.sign(id, text, "anchorite-waiver")]);
  return { [waiverTextPath("ROOT-VALIDITY")]: fromUtf8(text), ...Object.fromEntries(signatures) };
}

/** The files of an ended ceremony with manifest, seal and signatures. */
export function sealedBy(people: People, world: World, ids: readonly PersonId[] = ["alice", "dan"]): Files {
  const files: Files = new Map([...world.record.files, [LAYOUT.transcript, world.record.transcript]]);
  const { replayed } = replay(asRecord(files));
  if (replayed.plan === null) throw new Error("no plan");
  const manifest = manifestOf(asRecord(files));
  const seal = writeSeal(sealOf(replayed, manifest));
  files.set(LAYOUT.manifest, manifest).set(LAYOUT.seal, seal).set(LAYOUT.allowedSigners, allowedSignersOf(replayed.plan));
  for (const id of ids) files.set(`${LAYOUT.signatures}/${id}.sig`, people.sign(id, seal));
  const { transcriptKey, transcriptChain: [signerCertificate, ...certificates] } = replayed.ending ?? { transcriptKey: null, transcriptChain: [] };
  const token = transcriptKey === null ? undefined : world.tokens.get(transcriptKey.token);
  if (transcriptKey === null || token === undefined || signerCertificate === undefined) return files;
  const { mechanism, id } = transcriptKey;
  const signedAttributes = cmsSignedAttributes(seal, mechanism);
  return files.set(LAYOUT.tokenSignature, buildCms({ mechanism, signerCertificate, certificates, signedAttributes, signature: token.signOnce(id, signedAttributes) }));
}
