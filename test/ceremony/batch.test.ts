/** A folder of requests: each judged by itself, signed in chunks, none spoiling the others in silence. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { derOctetString, derOid, derSequence } from "../../src/bytes/der.ts";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import { fromPem, toPem } from "../../src/bytes/pem.ts";
import { fromUtf8, toUtf8 } from "../../src/bytes/text.ts";
import { verdictTable } from "../../src/console/batch-pages.ts";
import { chunks } from "../../src/ceremony/steps/batch.ts";
import { planLines } from "../../src/console/plan-pages.ts";
import { readRequestList, refusedRequests, writeRequestList, type ListedRequest } from "../../src/plan/request-list.ts";
import { basicConstraints, subjectAltNames } from "../../src/x509/extension.ts";
import { readCertificate } from "../../src/x509/reread.ts";
import { assertAccounted, registerOf, signingsOf } from "../scripted/account.ts";
import { makeKeyPair, makeRequest } from "../scripted/keys.ts";
import { atNth } from "../scripted/room.ts";
import { FILES, goodPlan, planOf, ROOT, type Files } from "../scripted/scripts.ts";
import { replay, World } from "../scripted/world.ts";

const scriptOf = (more: string) => ROOT.replace("  - close: {}", `  - sign-requests: { requests: devices, ${more}, certificates: devices, issuer: root-ca, profile: private/tls-server, valid: { for: P1Y } }\n  - close: {}`);
const STOP = scriptOf("files: all, on-refusal: stop");
const SKIP = scriptOf("files: all, on-refusal: skip");

const wish = (extension: ReturnType<typeof subjectAltNames>) => derSequence(derOid(extension.oid), derOctetString(fromHex("value" in extension ? extension.value : "")));
const host = (n: number, key = makeKeyPair()) => makeRequest({ subject: [{ type: "CN", value: `Device ${n}` }], extensions: [wish(subjectAltNames({ dns: [`d${n}.example.com`] }))], key });
const withBrokenSignature = (pem: string) => {
  const { label, der } = fromPem(pem, ["CERTIFICATE REQUEST"]);
  return toPem(label, der.with(-1, (der.at(-1) ?? 0) ^ 1));
};

const twin = makeKeyPair();
const good: Files = { ...FILES, "devices/a.csr": host(1), "devices/b.pem": host(2), "devices/c.csr": host(3) };
const bad: Files = {
  ...good, "devices/d.csr": "hello\n", "devices/e.csr": withBrokenSignature(host(5, twin)), "devices/f.csr": host(6, twin), "devices/g.csr": host(7, twin),
  "devices/h.csr": makeRequest({ extensions: [wish(basicConstraints({ ca: true })), wish(subjectAltNames({ dns: ["h.example.com"] }))] }), "devices/i.csr": makeRequest(),
};

test("every request of a folder gets a certificate with its own subject, key and names, and the list of them is part of the plan", async () => {
  const source = goodPlan(STOP, good);
  const world = new World(source);
  assert.equal((await world.run()).outcome, "done");
  assert.deepEqual(registerOf(world).certificates.map(({ name }) => name), ["root-ca", "devices/a", "devices/b", "devices/c"]);
  assertAccounted(world);
  assert.equal(signingsOf(world).filter(({ outcome }) => outcome === "done").length, 1 + 1 + 3);
  const listed = [...readRequestList(world.record.files.get("inputs/lists/6.jsonl") ?? assert.fail("no list"))];
  assert.deepEqual(listed.map(({ file, sha256, verdict }) => [file, sha256, verdict]), ["a.csr", "b.pem", "c.csr"].map((file) => [file, sha256Hex(toUtf8(good[`devices/${file}`] ?? "")), "accept"]));
  for (const [i, { subject, spki }] of listed.entries()) {
    const issued = readCertificate(fromPem(world.record.text(`artifacts/certificates/devices/${"abc"[i] ?? ""}.pem`), ["CERTIFICATE"]).der);
    assert.deepEqual([Buffer.from(issued.subject).toString("hex"), Buffer.from(issued.spki).toString("hex")], [subject, spki]);
    assert.ok(Buffer.from(issued.extensions.find(({ oid }) => oid === "2.5.29.17")?.value ?? []).includes(`d${i + 1}.example.com`));
  }
  const { replayed, failed } = replay(world.record.asFiles());
  assert.deepEqual([replayed.rebuilt.state, replayed.wrong, failed], ["reproduced", [], []]);
});

test("where the step says stop, each refused request is a finding with its file [REQUEST-FORM, REQUEST-KEY, REQUEST-EXTENSIONS]", () => {
  const { findings, made } = planOf(STOP, bad);
  assert.deepEqual(findings.map(({ control, message }) => `${control} ${message.split(":")[0] ?? ""}`), [
    "REQUEST-FORM d.csr", "REQUEST-KEY f.csr", "REQUEST-KEY g.csr", "REQUEST-EXTENSIONS h.csr", "REQUEST-EXTENSIONS i.csr",
  ]);
  assert.equal(made?.plan, null);
});

test("where the step says skip, what is refused is left out, and check, list, report and table say which and why [REQUEST-POSSESSION]", async () => {
  const source = goodPlan(SKIP, bad);
  const world = new World(source);
  assert.equal((await world.run()).outcome, "done");
  const codes = { "d.csr": "request-pem", "e.csr": "request-signature", "g.csr": "request-key-reused", "h.csr": "request-ca", "i.csr": "request-dns-names" };
  const check = planLines(source.plan, source.digest, refusedRequests(source.planned.made?.given.lists ?? new Map())).join("\n");
  const report = world.record.files.get("artifacts/reports/devices.jsonl") ?? assert.fail("no report");
  const table = verdictTable(report).join("\n");
  for (const [file, code] of Object.entries(codes)) {
    assert.match(check, new RegExp(`SKIPPED +${file}: ${code}`));
    assert.match(table, new RegExp(`${file} +SKIPPED +${code}`));
    assert.match(fromUtf8(report), new RegExp(`"codes":\\["${code}"\\],"file":"${file}"`));
  }
  assert.match(check, /4 accepted, 5 skipped/);
  assert.match(table, /9 requests: 4 signed, 5 skipped/);
  assert.deepEqual(registerOf(world).certificates.map(({ name }) => name).slice(1), ["devices/a", "devices/b", "devices/c", "devices/f"], "a request with a stolen key takes nothing from its owner");
  const { replayed, failed } = replay(world.record.asFiles());
  assert.deepEqual([replayed.rebuilt.state, replayed.wrong, failed], ["reproduced", [], []]);
});

test("a request that was changed, added or taken away after the ceremony does not replay", async () => {
  const world = new World(goodPlan(SKIP, good));
  await world.run();
  for (const [path, text] of [["inputs/devices/a.csr", good["devices/b.pem"]], ["inputs/devices/z.csr", host(9)], ["inputs/devices/c.csr", undefined], ["inputs/lists/6.jsonl", "{}\n"]] as const) {
    const { files } = world.record;
    const before = files.get(path);
    if (text === undefined) files.delete(path);
    else files.set(path, toUtf8(text));
    const { replayed } = replay(world.record.asFiles());
    assert.notDeepEqual([replayed.rebuilt.state, replayed.wrong], ["reproduced", []], path);
    if (before === undefined) files.delete(path);
    else files.set(path, before);
  }
  assert.equal(replay(world.record.asFiles()).replayed.rebuilt.state, "reproduced");
});

test("a step of more than 500 requests is signed in chunks of 500, and each request has a place of its own [SERIAL-ENTROPY]", () => {
  const listed = (n: number): ListedRequest => ({ file: `${n}.csr`, sha256: "", verdict: n === 7 ? "refuse" : "accept", codes: [], subject: "", spki: "", granted: [] });
  const items = [...chunks(writeRequestList(Array.from({ length: 1203 }, (_, n) => listed(n))))];
  assert.deepEqual(items.map((chunk) => chunk.length), [500, 500, 202]);
  assert.deepEqual(items.flat().map(({ index, listed: { file } }) => `${index}.csr` === file), Array.from({ length: 1202 }, () => true));
  assert.deepEqual([...chunks(new Uint8Array())], []);
});

test("a chunk of unknown fate is possibly issued as a whole, and signed again under other serials when people say so", async () => {
  const world = new World(goodPlan(STOP, good));
  const unknown = atNth((request) => request.kind === "sign" && request.items.length === 3, 0, ({ honest }) => (honest(), { kind: "sign", outcome: "unknown", ckr: "CKR_DEVICE_REMOVED" }));
  const ending = await world.run({ meddle: unknown });
  assert.equal(ending.outcome, "done");
  assert.deepEqual(registerOf(world).possiblyIssued.map(({ name }) => name), ["devices-a", "devices-b", "devices-c"]);
  assertAccounted(world);
});

test("a folder that is not there, is empty of what was named, or would give two certificates one name is refused [INPUT-PRESENT]", () => {
  const controls = (script: string, files: Files) => planOf(script, files).findings.map(({ control }) => control);
  assert.deepEqual(controls(STOP, FILES), ["INPUT-PRESENT"]);
  assert.deepEqual(controls(STOP, { ...good, "devices/a.pem": host(4) }), ["INPUT-PRESENT"]);
  assert.deepEqual(controls(STOP, { ...good, "devices/.hidden": "x" }), ["INPUT-PRESENT"]);
  assert.deepEqual(controls(scriptOf("files: [a.csr, z.csr], on-refusal: stop"), good), ["INPUT-PRESENT"]);
  assert.deepEqual(controls(scriptOf("files: [a.csr, c.csr], on-refusal: stop"), good), []);
  assert.deepEqual(controls(scriptOf("files: [a.csr, z.csr], on-refusal: skip"), good), ["INPUT-PRESENT"], "what cannot be read is never skipped");
  assert.deepEqual(controls(scriptOf("files: [d.csr], on-refusal: skip"), bad), ["REQUEST-FORM"], "nothing is left to sign");
});

test("a folder of requests makes no CAs [PROFILE-FITS]", () => {
  const { findings } = planOf(STOP.replace("private/tls-server", "foundries/device-ca"), good);
  assert.ok(findings.some(({ control, message }) => control === "PROFILE-FITS" && message.includes("makes CAs")));
});
