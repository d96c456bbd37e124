import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const missing = spawnSync("script", ["--version"]).status === 0 ? false : "tool missing: script";
const child = fileURLToPath(new URL(import.meta.resolve("./pty-child.js")));
const folder = mkdtempSync(join(tmpdir(), "anchorite-pty-"));
after(() => rmSync(folder, { recursive: true }));

interface Seen {
  readonly terminal: string;
  readonly stdout: string;
}

/** Runs the child on a pseudo-terminal with stdout in a file, typing when a text appears. */
async function onTerminal(environment: Readonly<Record<string, string>>, turns: readonly (readonly [string, string])[]): Promise<Seen> {
  const result = join(folder, `${Math.random().toString(36).slice(2)}.json`);
  const command = `"${process.execPath}" "${child}" >"${result}"`;
  const running = spawn("script", ["-qec", command, "/dev/null"], { env: { PATH: process.env["PATH"] ?? "", TERM: "xterm", ...environment }, timeout: 30_000 });
  let terminal = "";
  let seen = 0;
  const left = [...turns];
  running.stdout.setEncoding("utf8").on("data", (text: string) => {
    terminal += text;
    const [turn] = left;
    const at = turn === undefined ? -1 : terminal.indexOf(turn[0], seen);
    if (turn === undefined || at < 0) return;
    seen = terminal.length;
    left.shift();
    // lines that come faster than a person types them are a heap, and not taken
    setTimeout(() => running.stdin.write(turn[1]), 60);
  });
  await new Promise((resolve) => running.on("close", resolve));
  return { terminal, stdout: readFileSync(result, "utf8") };
}

const turns = [["to go on:", "\r"], ["> type", "generate\r"], ["PIN of token vault:", "zyx\u0014wv\r"]] as const;

test("on a terminal the dialogue is on stderr, stdout is the result, and the PIN is on neither", { skip: missing, timeout: 60_000 }, async () => {
  const { terminal, stdout } = await onTerminal({ LANG: "C" }, turns);
  assert.deepEqual(JSON.parse(stdout), { ready: true, observation: { kind: "confirm", outcome: "answered", by: "alice" }, pinLength: 5 }, terminal);
  assert.match(terminal, /Step 2 of 3 {2}generate-key-pair/);
  assert.doesNotMatch(terminal, /zyx/);
  // eslint-disable-next-line no-control-regex
  assert.match(terminal, /^[\x00-\x7f]*$/, "ASCII only under LANG=C");
});

test("with NO_COLOR nothing is coloured or bold", { skip: missing, timeout: 60_000 }, async () => {
  // eslint-disable-next-line no-control-regex
  const coloured = /\u001b\[[0-9;]*m/;
  assert.match((await onTerminal({ LANG: "C.UTF-8", FORCE_COLOR: "1" }, turns)).terminal, coloured, "colour is there to be left out");
  assert.doesNotMatch((await onTerminal({ LANG: "C.UTF-8", NO_COLOR: "1" }, turns)).terminal, coloured);
});

test("without a terminal nobody is asked", () => {
  const { stdout } = spawnSync(process.execPath, [child], { input: "generate\n", encoding: "utf8" });
  assert.deepEqual(JSON.parse(stdout), { ready: false });
});
