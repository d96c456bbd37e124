import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fromHex } from "../../src/bytes/hex.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { parseCanonical } from "../../src/bytes/canonical.ts";
import { deriveKeyId, deriveSerial } from "../../src/ceremony/draw.ts";
import { bodySchema, eventSchema, headerSchema, levelOf, RECORD_FORMAT, type Fact } from "../../src/transcript/entry.ts";
import { isEffect, observationSchema } from "../../src/transcript/observation.ts";
import { NAMESPACES } from "../../src/transcript/sshsig.ts";
import { SSH_KEY_TYPES } from "../../src/transcript/sshkey.ts";
import { MECHANISM_OF } from "../../src/x509/algorithm.ts";
import { needTool } from "../tools.ts";
import { FORMAT_PAGE, printedExample } from "./example.ts";
import { anchorite, blocks, page, row, section, writeFiles } from "./pages.ts";
import { requestFields } from "./requests.ts";

const PAGE = page(FORMAT_PAGE);
const EXAMPLE = printedExample();
const AGAIN = "after a change of the format: node build/test/docs/write-example.js";

const folder = mkdtempSync(join(tmpdir(), "anchorite-format-page-"));
after(() => rmSync(folder, { recursive: true }));

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");
const example = (path: string): string => {
  const text = EXAMPLE.get(path);
  assert.ok(text !== undefined, `${path} is not in the example`);
  return text;
};

test("the example's chain holds, its head and manifest are those of its seal", () => {
  const lines = example("transcript.jsonl").split("\n");
  assert.equal(lines.pop(), "");
  let head = "0".repeat(64);
  for (let seq = 0; 2 * seq < lines.length; seq++) {
    const [body = "", link = ""] = lines.slice(2 * seq, 2 * seq + 2);
    const { level } = JSON.parse(link) as { level: string };
    assert.equal(link, JSON.stringify({ body: sha256(body), level, prev: head, seq }));
    head = sha256(link);
  }
  const seal = new Map(example("seal.txt").trimEnd().split("\n").map((line) => line.split(": ") as [string, string]));
  assert.equal(seal.get("entries"), String(lines.length / 2));
  assert.equal(seal.get("head"), head);
  assert.equal(seal.get("manifest"), sha256(example("SHA256SUMS")));
});

test("the example's manifest lists its files, and no other", () => {
  const unlisted = /^(SHA256SUMS|transcript\.jsonl|seal\.txt|signatures\/.*)$/;
  const expected = [...EXAMPLE].filter(([path]) => !unlisted.test(path)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, text]) => `${sha256(text)}  ${path}\n`);
  assert.equal(example("SHA256SUMS"), expected.join(""));
});

test("the example is a record that replays", () => {
  writeFiles(join(folder, "record"), EXAMPLE);
  const { exit, stdout, stderr } = anchorite(["replay", "record", "--roster", "record/signatures/allowed_signers"], folder);
  assert.equal(exit, 0, `${AGAIN}\n${stdout}${stderr}`);
});

test("the effect beside the example is a request of an effect kind and its observation", () => {
  const lines = blocks(PAGE).find(({ info }) => info === "text effect")?.text.trimEnd().split("\n") ?? [];
  const [request, observation] = lines.map((line) => bodySchema.parse(parseCanonical(toUtf8(line))));
  assert.equal(lines.length, 2);
  assert.ok(request?.kind === "request" && isEffect(request.request.kind));
  assert.ok(observation?.kind === "observation" && observation.observation.kind === request.request.kind && observation.observation.outcome === "done");
});

/** Whether a line of a table names all of these in backquotes. */
function assertNames(line: string, names: Iterable<string>, what: string): void {
  assert.notEqual(line, "", `${what} has no line of its own`);
  for (const name of names) assert.ok(line.includes(`\`${name}\``), `${what}: ${name}`);
}

test("names every request kind, its fields, and whether it is free or an effect", () => {
  const requests = section(PAGE, "Requests");
  const fields = requestFields();
  assert.ok(fields.size >= 17);
  for (const [kind, names] of fields) {
    const line = row(requests, kind);
    assertNames(line, [...names].filter((name) => name !== "kind" && name !== "step"), `request ${kind}`);
    assert.equal(line.split("|")[2]?.trim(), isEffect(kind) ? "effect" : "free");
  }
  assert.equal(requests.match(/^\| `[a-z-]+` \|/gm)?.length, fields.size);
});

test("names every observation, its outcomes and its fields", () => {
  const observations = section(PAGE, "Observations");
  const known = observationSchema.options.map(({ shape }) => ({
    kind: shape.kind.value as string, outcome: shape.outcome.value as string, fields: Object.keys(shape).filter((name) => name !== "kind" && name !== "outcome"),
  }));
  for (const { kind, outcome, fields } of known.filter((one) => one.outcome === "answered" || one.outcome === "done")) {
    const line = row(observations, kind);
    assertNames(line, fields, `observation ${kind}`);
    assert.equal(line.split("|")[2]?.trim(), outcome, kind);
  }
  const lists = [/^Questions to people \(([^)]+)\)/m, /^Requests to a token \(([^)]+)\)/m].map((list) => list.exec(observations)?.[1] ?? "");
  const stoppable = new Set(lists.join().match(/(?<=`)[a-z-]+(?=`)/g));
  assert.deepEqual([...stoppable].sort(), known.filter(({ outcome }) => outcome === "stopped").map(({ kind }) => kind).sort());
  for (const outcome of ["refused", "wrong", "unknown"]) {
    const line = observations.split("\n").find((text) => text.startsWith(`| ${outcome} |`)) ?? "";
    assertNames(line, known.filter((one) => one.outcome === outcome).flatMap(({ fields }) => fields), outcome);
  }
});

test("names every field of tokens and objects", () => {
  const text = section(PAGE, "Requests and observations");
  const inspected = observationSchema.options.find(({ shape }) => shape.kind.value === "inspect-token")?.shape as unknown as { identity: { shape: object }; objects: { element: { shape: object } } };
  for (const name of [...Object.keys(inspected.identity.shape), ...Object.keys(inspected.objects.element.shape)]) assert.ok(text.includes(`\`${name}\``), name);
});

test("names every field of the header and every event with its fields", () => {
  const header = section(PAGE, "The header");
  for (const name of Object.keys(headerSchema.shape).filter((name) => name !== "kind")) assert.ok(header.includes(`\`${name}\``), name);
  const events = section(PAGE, "Events");
  for (const { shape } of eventSchema.options) assertNames(row(events, shape.name.value), Object.keys(shape).filter((name) => name !== "name"), `event ${shape.name.value}`);
  assert.equal(events.match(/^\| `[a-z-]+` \|/gm)?.length, eventSchema.options.length);
});

test("gives every kind of fact the level that the source gives it", () => {
  const levels = section(PAGE, "Levels");
  const levelOnPage = (kind: string): string => ["people", "station"].find((level) => row(levels, level).includes(`\`${kind}\``)) ?? "public";
  for (const kind of requestFields().keys()) assert.equal(levelOnPage(kind), levelOf({ kind: "request", request: { kind } }), kind);
  for (const { shape } of eventSchema.options) assert.equal(levelOnPage(shape.name.value), levelOf({ kind: "event", event: { name: shape.name.value } } as Fact), shape.name.value);
});

/** The values of a JSON file of the example, by name. */
const fieldsOf = (path: string): string[] => Object.keys(JSON.parse(example(path)) as object);

test("names every field of plan.json and register.json", () => {
  const plan = section(PAGE, "plan.json");
  for (const name of fieldsOf("plan.json")) assert.ok(plan.includes(`\`${name}\``), name);
  const register = section(PAGE, "register.json");
  for (const name of fieldsOf("artifacts/register.json")) assert.ok(register.includes(`\`${name}\``), name);
});

test("names key algorithms with their mechanisms, namespaces, SSH key types and the format", () => {
  const mechanisms = section(PAGE, "Mechanisms").split("\n");
  for (const [algorithm, mechanism] of Object.entries(MECHANISM_OF)) {
    assert.ok(mechanisms.some((line) => line.includes(`\`${algorithm}\``) && line.split("|")[2]?.trim() === `\`${mechanism}\``), algorithm);
  }
  for (const name of [...NAMESPACES, ...SSH_KEY_TYPES, RECORD_FORMAT]) assert.ok(PAGE.includes(`\`${name}\``), name);
});

const DERIVATION = blocks(PAGE).filter(({ info }) => info.endsWith(" derivation")).map(({ text }) => text);

test("the worked example of serial number and CKA_ID is what the source derives", () => {
  const [program = "", printed = ""] = DERIVATION;
  const spki = fromHex([...program.matchAll(/"([0-9a-f]{50,})"/g)].map(([, hex]) => hex).join(""));
  const draw = Uint8Array.from([...Array<number>(32).fill(0x11), ...Array<number>(32).fill(0x22)]);
  const plan = sha256("stands for plan.json");
  const serial = deriveSerial(draw, plan, spki, { step: 5, item: 0, attempt: 0 });
  const id = deriveKeyId(draw, plan, "factory-root", { step: 3, item: 0, attempt: 0 });
  assert.equal(printed, `serial number ${serial}\nCKA_ID        ${id}\n`);
});

test("the worked example runs as Python", needTool("python3"), () => {
  const [program = "", printed = ""] = DERIVATION;
  assert.equal(execFileSync("python3", ["-c", program], { encoding: "utf8" }), printed);
});
