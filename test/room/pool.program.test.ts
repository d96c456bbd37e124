/** The pool: verdicts in their order, and a process that dies or answers anything else passes nothing. */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Content } from "../../src/bytes/content.ts";
import { toHex } from "../../src/bytes/hex.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import type { RequestOf } from "../../src/ceremony/request.ts";
import { Fault } from "../../src/fault.ts";
import { Checking, ENOUGH, shareOut } from "../../src/room/checking.ts";
import { ClaimPool } from "../../src/room/pool.ts";
import { SignatureCheck } from "../../src/room/signatures.ts";
import type { AnswerTo } from "../../src/transcript/observation.ts";
import type { Claim } from "../../src/x509/algorithm.ts";
import { issueRoot } from "../x509/chain.ts";
import { TestKey } from "../x509/test-key.ts";
import { toldOf } from "../processes.ts";

const folder = mkdtempSync(join(tmpdir(), "anchorite-pool-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const key = new TestKey("ecdsa-p256");
const claims = Array.from({ length: 2 * ENOUGH }, (_, n): Claim => {
  const message = toUtf8(`message ${n}`);
  return { where: String(n), spki: key.spki, mechanism: key.mechanism, message, signature: key.sign(message) };
});
const isBad = (n: number): boolean => [0, 77, 301, 2 * ENOUGH - 1].includes(n);
const mixed = claims.map((claim, n) => (isBad(n) ? { ...claim, message: toUtf8("another") } : claim));

const pools: ClaimPool[] = [];
after(() => { for (const pool of pools) pool.close(); });
function poolOf(program?: string, size = 2): ClaimPool {
  const pool = new ClaimPool(program, size);
  pools.push(pool);
  return pool;
}

/** A checker that is none. */
function program(name: string, body: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, `process.on("message", ({ id, items }) => { ${body} });\nprocess.on("disconnect", () => process.exit());\n`);
  return path;
}

const died = (thrown: unknown): boolean => thrown instanceof Fault && thrown.code === "room-checker";

test("a pool gives each claim its own verdict, whichever process gave it [SIGNATURE-VERIFIED]", async () => {
  const pool = poolOf();
  const batches = Array.from({ length: 12 }, (_, i) => mixed.slice(50 * i, 50 * i + 50));
  const holds = (await Promise.all(batches.map((batch) => pool.check(batch)))).flat();
  assert.deepEqual(holds, mixed.map((_claim, n) => !isBad(n)));
  assert.deepEqual(await pool.readAgain([issueRoot(key).tbs, toUtf8("no DER")]).then((all) => all.map(({ length }) => length > 0)), [false, true]);
});

test("a process that dies, answers too little, too much, twice, something else or somebody else passes nothing, and is asked nothing more", async () => {
  const table: readonly (readonly [name: string, body: string])[] = [
    ["dies", "process.exit(0);"], ["killed", 'process.kill(process.pid, "SIGKILL");'], ["throws", "throw new Error();"],
    ["fewer", "process.send({ id, answers: items.slice(1).map(() => true) });"], ["more", "process.send({ id, answers: [...items.map(() => true), true] });"],
    ["words", 'process.send({ id, answers: items.map(() => "true") });'], ["holes", "process.send({ id, answers: Array(items.length).fill(null) });"],
    ["none", "process.send({ id });"], ["other", "process.send({ id: id + 1, answers: items.map(() => true) });"], ["nothing", "process.send(0);"],
  ];
  for (const [name, body] of table) {
    const pool = poolOf(program(name, body), 1);
    await assert.rejects(pool.check(claims.slice(0, 3)), died, name);
    await assert.rejects(pool.check(claims.slice(0, 3)), died, `${name}, asked again`);
  }
  const twice = poolOf(program("twice", "for (let i = 0; i < 2; i++) process.send({ id, answers: items.map(() => true) });"), 1);
  await twice.check(claims.slice(0, 1));
  await new Promise((resolve) => void setTimeout(resolve, 50));
  await assert.rejects(twice.check(claims.slice(0, 1)), died);
  await assert.rejects(poolOf(join(folder, "missing.mjs"), 1).check(claims.slice(0, 1)), died);
});

test("a checker that dies with claims of many makes the whole of them unchecked, wherever in between", async () => {
  const once = program("once", "globalThis.n = (globalThis.n ?? 0) + 1; if (globalThis.n > 2) process.exit(1); process.send({ id, answers: items.map(() => true) });");
  const pool = poolOf(once, 1);
  const checking = new Checking<number>(claims.length, () => pool);
  const work = async (): Promise<void> => {
    for (const [n, claim] of claims.entries()) await checking.take(claim, n);
    await checking.failed();
  };
  await assert.rejects(work(), died);
});

test("few claims are checked without a process, many with it, and those that do not hold are named in their order", async () => {
  const none = (): never => assert.fail("a pool for so few");
  const few = new Checking<number>(0, none);
  for (const [n, claim] of mixed.slice(0, ENOUGH - 1).entries()) await few.take(claim, n);
  assert.deepEqual([await few.failed(), await few.failed()], [[0, 77], []]);
  const pool = poolOf();
  for (const expected of [0, mixed.length]) {
    const many = new Checking<number>(expected, () => pool);
    for (const [n, claim] of mixed.entries()) await many.take(claim, n);
    assert.deepEqual(await many.failed(), [0, 77, 301, 2 * ENOUGH - 1]);
  }
  assert.deepEqual(await shareOut([1, 2], (some) => some.map((n) => n + 1), none), [2, 3]);
});

const request: RequestOf<"sign"> = {
  kind: "sign", step: 1, purpose: "certificate", key: { token: "vault", serial: "1", id: "01", spki: new Content(key.spki), mechanism: key.mechanism },
  items: Array.from({ length: ENOUGH }, (_, n) => ({ tbs: new Content(issueRoot(key, { serial: `4${String(n).padStart(39, "0")}` }).tbs) })),
};
const right = request.items.map(({ tbs }) => toHex(key.sign(tbs.open())));
const done = (signatures: readonly string[]): AnswerTo<"sign"> => ({ kind: "sign", outcome: "done", signatures: [...signatures] });

test("one wrong signature in the middle of a chunk makes the answer wrong, told on the way or not, and nothing else does [SIGNATURE-VERIFIED]", async () => {
  const bad = right.with(150, right[151] ?? "");
  for (const told of [0, 100, right.length]) {
    const check = new SignatureCheck(request);
    await check.take(right.slice(0, told));
    assert.deepEqual(await check.judge(done(right)), done(right));
    const other = new SignatureCheck(request);
    await other.take(bad.slice(0, told));
    assert.deepEqual(await other.judge(done(bad)), { kind: "sign", outcome: "wrong", why: "the signature does not verify under the key's public half", signatures: bad });
  }
});

test("what was told on the way counts only where the answer says the same, and a missing signature is wrong [SIGNATURE-VERIFIED]", async () => {
  const check = async (told: readonly string[], answer: readonly string[]): Promise<string> => {
    const one = new SignatureCheck(request);
    await one.take(told);
    return (await one.judge(done(answer))).outcome;
  };
  const bad = right.with(299, right[0] ?? "");
  assert.equal(await check(right, bad), "wrong");
  assert.equal(await check(bad, right), "done");
  assert.equal(await check(right, right.slice(1)), "wrong");
  assert.equal(await check([...right, ...right], right), "done");
  assert.equal(await check([], [...right, right[0] ?? ""]), "wrong");
});

test("the processes end with the program that started them, also when it is killed", async () => {
  const parent = join(folder, "parent.mjs");
  const built = fileURLToPath(new URL("../../src/room/pool.js", import.meta.url));
  writeFileSync(parent, `import { ClaimPool } from ${JSON.stringify(built)};\nnew ClaimPool(undefined, 2).check([]).then(() => process.send("up"));\nprocess.on("message", () => undefined);\n`);
  const started = fork(parent, [], { execArgv: [] });
  await new Promise((resolve) => void started.once("message", resolve));
  const children = readFileSync(`/proc/${started.pid ?? 0}/task/${started.pid ?? 0}/children`, "utf8").trim().split(" ").map(Number);
  assert.equal(children.length, 2);
  const libraries = readFileSync(`/proc/${children[0] ?? 0}/maps`, "utf8");
  assert.ok(!/\.node$|softhsm|pkcs11/m.test(libraries), "a checker has loaded an addon");
  assert.equal(readFileSync(`/proc/${children[0] ?? 0}/environ`, "utf8").split("\0").filter((line) => line !== "" && !line.startsWith("NODE_CHANNEL_")).length, 0);
  started.kill("SIGKILL");
  for (const child of children) await gone(child);
});

async function gone(pid: number): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const told = toldOf(pid);
    if (told === null || told.state === "Z") return;
    await new Promise((resolve) => void setTimeout(resolve, 20));
  }
  assert.fail(`process ${pid} lives on`);
}
