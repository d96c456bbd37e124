import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import ts from "typescript";
import { toHex } from "../../src/bytes/hex.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { writeTokenHead } from "../../src/transcript/token-head.ts";
import { CONTROLS, type Control, type ControlId, type Judges } from "../../src/controls.ts";
import type { Observation } from "../../src/transcript/observation.ts";
import { tallyOf } from "../scripted/account.ts";
import { adoptingScript, LATER, madeElsewhere } from "../scripted/adopt.ts";
import { approvalsOf, approving } from "../scripted/approvals.ts";
import { FIRST } from "../scripted/rotation.ts";
import { ANSWER_FILES, ANSWERED, worldOf } from "../scripted/answers.ts";
import { restored } from "../scripted/backup.ts";
import { BUNDLED, BUNDLED_FILES, SIGNED, SIGNED_FILES } from "../scripted/platforms.ts";
import { FLEET, FLEET_FILES } from "../scripted/foundries.ts";
import { makeRequest } from "../scripted/keys.ts";
import { held, renewalScript, SIGNING_FILES } from "../scripted/pack.ts";
import { atNth } from "../scripted/room.ts";
import { FILES, ONE_KEY, ROOT, SEALED, SMALL, goodPlan } from "../scripted/scripts.ts";
import { issuing, registerIn, runAlone, scheduledScript, standingFiles, standingFor } from "../scripted/standing.ts";
import { KEYS, WAIVED, waiverFiles } from "../scripted/waivers.ts";
import { WEBPKI } from "../scripted/webpki.ts";
import { NOON, World } from "../scripted/world.ts";
import { checkout } from "../tools.ts";
import { assertNone, filesBelow, parsed, sourceFiles, textOf, type SourceFile } from "./source.ts";

const IDS: readonly ControlId[] = CONTROLS.map(({ id }) => id);
const isId = (text: string): text is ControlId => (IDS as readonly string[]).includes(text);

test("every control is named once and in full", () => {
  assert.equal(new Set(IDS).size, IDS.length);
  assertNone(CONTROLS.filter(({ id, rule, clause }) => !/^[A-Z]+(-[A-Z]+)+$/.test(id) || rule.length < 20 || clause.length < 5).map(({ id }) => id));
});

test("1: every control is checked somewhere in src/", () => {
  const checked = new Set(sourceFiles().filter(({ path }) => path !== "controls.ts").flatMap(idsOf));
  assertNone(IDS.filter((id) => !checked.has(id)));
});

/** The control ids that a file says as strings. */
function idsOf({ nodes }: SourceFile): ControlId[] {
  return nodes.flatMap((node) => (ts.isStringLiteral(node) && isId(node.text) ? [node.text] : []));
}

test("2: what a finding, a comment, a test or a page calls a control is one", () => {
  const files = ["src", "test"].flatMap((folder) => filesBelow(folder).map((path) => `${folder}/${path}`));
  const all = [...files, ...pages(), ...readdirSync(join(checkout, "softhsm")).map((name) => `softhsm/${name}`)];
  assertNone(all.flatMap((path) => bracketed(textOf(path)).filter((word) => !isId(word)).map((word) => `${path}: [${word}]`)));
  const unknown = "NO-SUCH";
  assert.deepEqual(bracketed(`a [KEY-LOCAL] b [${unknown}, KEY-BACKUP] c [A-Z] d [a-z0-9]`), ["KEY-LOCAL", unknown, "KEY-BACKUP"]);
});

/** Words in brackets that look like control ids. */
function bracketed(text: string): string[] {
  return [...text.matchAll(/\[([^\]\n]*)\]/g)].flatMap(([, inside = ""]) => inside.split(", ").filter((word) => /^[A-Z][A-Z0-9]+(-[A-Z0-9]+)+$/.test(word)));
}

function pages(): string[] {
  const docs = readdirSync(join(checkout, "docs"), { recursive: true, encoding: "utf8" }).map((path) => `docs/${path}`);
  const top = readdirSync(checkout, { encoding: "utf8" });
  return [...top, ...docs].filter((path) => path.endsWith(".md"));
}

test("3: every control has a test with its id in the name", () => {
  const named = new Set(filesBelow("test").filter((path) => path.endsWith(".test.ts")).flatMap((path) => idsInTestNames(parsed(path, textOf(`test/${path}`)))));
  assertNone(IDS.filter((id) => !named.has(id)));
  const table = parsed("t.test.ts", 'for (const [id] of [["KEY-LOCAL"]]) test(`a [${id}]`, f); test("b [KEY-BACKUP]", f); test("c", () => "[SERIAL-ENTROPY]");');
  assert.deepEqual(idsInTestNames(table), ["KEY-LOCAL", "KEY-BACKUP"]);
});

/** Ids in brackets in the names of tests; where a table fills the brackets, the ids that its file says. */
function idsInTestNames(file: SourceFile): string[] {
  return file.nodes.flatMap((node) => {
    if (!ts.isCallExpression(node) || !/^(t\.)?(test|it|describe|suite)$/.test(node.expression.getText())) return [];
    const name = node.arguments[0];
    if (name === undefined) return [];
    return name.getText().includes("[${") ? idsOf(file) : bracketed(name.getText()).filter(isId);
  });
}

/** An act of which both entries stand in the record. */
const ENTERED = ONE_KEY.replace("  - roll-call: {}\n", "  - roll-call: {}\n  - act: { by: bob, say: Read the case., double-entry: [serial] }\n");

/** A production script, a Factory's, and one with everything else: between them they have every rule that a plan can speak of. */
const PRODUCTION = approving(SMALL).replace("assurance: test", "assurance: production").replaceAll("backup: none", "backup: vendor")
  .replace("transcript] }", `transcript], accept: [{ manufacturer: Maker, model: Model, firmware: "1.0", module: ${"ab".repeat(32)}, proxy: p11-kit-client }] }`);
const FACTORY = ONE_KEY.replace("  - close", `  - issue-root: { certificate: factory-ca, key: root, profile: foundries/root, factory: example-factory, valid: { for: P20Y } }
  - sign-request: { request: requests/device.csr, certificate: online-ca, issuer: factory-ca, profile: foundries/device-ca, valid: { for: P10Y } }
  - close`);
const REVOKED = SMALL.replace("valid: { for: P1Y } }", "valid: { for: P1Y }, revoke: [{ certificate: device, reason: superseded }] }");
const CROSS = ROOT.replace("holds: [root]", "holds: [root, next]").replace("  - close", `  - generate-key-pair: { key: next, token: vault, algorithm: ecdsa-p256, backup: none }
  - issue-root: { certificate: next-ca, key: next, profile: private/root, subject: { CN: Next Root }, valid: { for: P20Y } }
  - cross-certify: { certificate: cross, existing: next-ca, issuer: root-ca, profile: private/cross, valid: { for: P10Y } }
  - issue-root: { certificate: renewed, key: root, profile: private/root, subject: { CN: Example Root }, valid: { for: P21Y }, renews: root-ca }
  - close`);
const PLACED = SMALL.replace("tokens:", "places: { vault: { is: token, begins: plugged, ends: in bag } }\ntokens:");
const PROFILED = SMALL.replace("holds: [root, transcript]", "holds: [root, transcript], profile: softhsm-2");
const LISTED = SMALL.replace("tokens:", "weak-keys: [weak.txt]\ntokens:");
const ROTATING = FIRST.replace("  custody: P1Y", "  custody: P1Y\n  successors: { issuing-ca: root-ca }");
const FACTORY_FILES = { ...FILES, "requests/device.csr": makeRequest({ subject: [{ type: "CN", value: "online-ca" }, { type: "OU", value: "example-factory" }] }) };

const UNREPORTED = { on: ["root"], why: "Its vendor says in writing how the key is made.", by: ["alice", "dan"], until: "2026-12-31T00:00:00Z", "not-reported": { private: ["LOCAL"] } };
const SILENT = ONE_KEY.replace("tokens:", `waivers:\n  ATTRIBUTE-REPORTED: ${JSON.stringify(UNREPORTED)}\ntokens:`);

/** Where controls spoke when those scripts were planned and a ceremony was run. */
const spoke = { plan: new Set<ControlId>(), transcript: new Set<ControlId>(), seal: new Set<ControlId>(), run: new Set<ControlId>(), rotation: new Set<ControlId>() };

before(async () => {
  const waived = goodPlan(WAIVED, waiverFiles());
  const plans = [
    goodPlan(SMALL),
    goodPlan(PRODUCTION),
    goodPlan(FACTORY, FACTORY_FILES),
    goodPlan(CROSS),
    goodPlan(ANSWERED, ANSWER_FILES),
    goodPlan(WEBPKI),
    goodPlan(REVOKED),
    goodPlan(PROFILED),
    goodPlan(PLACED),
    goodPlan(ROTATING, SIGNING_FILES),
    goodPlan(LISTED, { ...FILES, "weak.txt": `${"0".repeat(20)}
` }),
    waived,
    goodPlan(SILENT, waiverFiles(SILENT, UNREPORTED, "ATTRIBUTE-REPORTED")),
    goodPlan(SIGNED, SIGNED_FILES),
    goodPlan(BUNDLED, BUNDLED_FILES),
    goodPlan(FLEET, FLEET_FILES),
  ];
  for (const { plan } of plans) for (const { control } of plan.controls) spoke.plan.add(control);
  for (const world of [...[goodPlan(SMALL), goodPlan(ENTERED), goodPlan(CROSS), goodPlan(REVOKED), waived].map((planned) => new World(planned)), new World(goodPlan(PROFILED), { manufacturer: "SoftHSM project", model: "SoftHSM v2" }), worldOf(ANSWERED)]) {
    // a key that is made and then of unknown outcome is adopted
    await world.run({ meddle: atNth("generate-key-pair", 0, ({ honest, request: { kind } }) => (honest(), { kind, outcome: "unknown", ckr: "" }) as Observation) });
    for (const id of IDS) if (tallyOf(world, id).held > 0) spoke.transcript.add(id);
  }
  const { world: before, pack } = await held(SEALED);
  const { world: after } = await held(renewalScript(pack), pack.files, before);
  for (const world of await seldom(before)) for (const id of IDS) if (tallyOf(world, id).held > 0) spoke.transcript.add(id);
  for (const { control } of after.source.plan.controls) spoke.plan.add(control);
  for (const id of IDS) if (tallyOf(after, id).held > 0) spoke.transcript.add(id);
  const { world: year, before: { world: yearBefore } } = await restored();
  for (const world of [year, yearBefore]) {
    for (const { control } of world.source.plan.controls) spoke.plan.add(control);
    for (const id of IDS) if (tallyOf(world, id).held > 0) spoke.transcript.add(id);
  }
  const { elsewhere, files } = await madeElsewhere();
  const { world: adopted } = await held(adoptingScript(), files, elsewhere, "00000000000000ad", LATER);
  for (const { control } of adopted.source.plan.controls) spoke.plan.add(control);
  for (const id of IDS) if (tallyOf(adopted, id).held > 0) spoke.transcript.add(id);
  const issued = await issuing();
  const unattended = goodPlan(scheduledScript(1, issued.pack), { ...SIGNING_FILES, ...issued.pack.files });
  const { world: alone } = await runAlone(scheduledScript(1, issued.pack), issued, standingFiles(standingFor(unattended, registerIn(issued.pack))));
  for (const { control } of unattended.plan.controls) spoke.plan.add(control);
  for (const id of IDS) if (tallyOf(alone, id).held > 0) spoke.transcript.add(id);
  for (const file of sourceFiles()) if (file.path.startsWith("transcript/")) for (const id of idsOf(file)) spoke.seal.add(id);
  for (const file of sourceFiles()) if (file.path.startsWith("preflight/")) for (const id of idsOf(file)) spoke.run.add(id);
  for (const file of sourceFiles()) if (/^(commands\/)?rotation/.test(file.path)) for (const id of idsOf(file)) spoke.rotation.add(id);
});

/** Ceremonies for controls that seldom speak: one under an approval, on a token that another used before, which adjourns. */
async function seldom(before: World): Promise<World[]> {
  const script = approving(ROOT).replace("initialize-token", "inspect-token").replace("  - close", "  - adjourn: {}\n  - close");
  const source = goodPlan(script, SIGNING_FILES);
  before.vault.heads = [toHex(writeTokenHead({ ceremony: "another", run: "ffeeddccbbaa9988", seq: 1, head: "0".repeat(64), approval: null }))];
  before.vault.objects = [];
  const world = new World(source, {}, before.tokens, NOON, { approvals: approvalsOf(source) });
  await assert.rejects(world.run());
  for (const [id, namespace] of [["alice", "anchorite-seal-approved"], ["dan", "anchorite-seal-witnessed"]] as const) {
    world.record.keep(`holds/01.${id}.sig`, toUtf8(KEYS[id].sign(namespace, world.record.files.get("holds/01.txt") ?? new Uint8Array())));
  }
  await world.run();
  return [world];
}

/** What judges what, and where it has to be read afterwards. */
const SPEAKS: Readonly<Record<Judges, keyof typeof spoke>> = { script: "plan", input: "plan", request: "plan", certificate: "plan", observation: "transcript", record: "seal", run: "run", register: "rotation" };

test("4: every control that held is said to have held: in the plan, in the transcript, of the seal or when a run begins", () => {
  assertNone(CONTROLS.filter(({ id, judges }) => !spoke[SPEAKS[judges]].has(id)).map(({ id, judges }) => `${id} judges the ${judges} and is not in the ${SPEAKS[judges]}`));
});

test("5: docs/controls.md has a row and a section for every control, with its rule, its clause and what people do", () => {
  const page = textOf("docs/controls.md");
  const rows = page.split("\n").filter((line) => line.startsWith("| ["));
  assert.equal(rows.join("\n"), CONTROLS.map(rowOf).join("\n"));
  assert.deepEqual([...page.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading), IDS);
  assertNone(CONTROLS.filter((control) => !hasSection(page, control)).map(({ id }) => id));
});

test("docs/controls.md names the controls that can be waived, and no other", () => {
  const [, list = ""] = /^Controls that can be waived: (.*)\.$/m.exec(textOf("docs/controls.md")) ?? [];
  assert.deepEqual(list.split(", "), CONTROLS.filter((control: Control) => control.waivable === true).map(({ id }) => `[${id}](#${id.toLowerCase()})`));
});

function rowOf({ id, judges, clause }: Control): string {
  const places = (["plan", "transcript", "seal", "run", "rotation"] as const).filter((place) => spoke[place].has(id as ControlId));
  return `| [${id}](#${id.toLowerCase()}) | ${judges} | ${places.join(", ")} | ${clause} |`;
}

function hasSection(page: string, { id, rule }: Control): boolean {
  const [, section = ""] = page.split(`\n### ${id}\n`);
  const [text = ""] = section.split(/\n##/);
  return text.startsWith(`\n**${rule.charAt(0).toUpperCase()}${rule.slice(1)}.**`) && /\n\nWhen it fails: .{20}/.test(text);
}
