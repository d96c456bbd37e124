/** QR codes as a camera sees them: the lines of the terminal drawn as a picture, on light and dark screens, and read by zbarimg. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fromPem, toBase64 } from "../../src/bytes/pem.ts";
import { fromUtf8, toUtf8 } from "../../src/bytes/text.ts";
import { picturesOf, payloadOf, readQr } from "../../src/commands/qr.ts";
import { buildTimestampQuery } from "../../src/transcript/timestamp.ts";
import { sha256Hex } from "../../src/bytes/digest.ts";
import { TestBrowser } from "../report/browser.ts";
import { makeRequest } from "../scripted/keys.ts";
import { needTool } from "../tools.ts";
import { VECTORS } from "../vectors/vector.ts";

const needed = { ...needTool("chromium"), ...needTool("zbarimg") };
const folder = mkdtempSync(join(tmpdir(), "anchorite-qr-"));
const browser = new TestBrowser();
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

const record = join(VECTORS, "factory", "record");
const query = buildTimestampQuery({ imprint: new Uint8Array(32).fill(7), nonce: Uint8Array.of(0x41, 1, 2, 3, 4, 5, 6, 7) });
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

/** A screen of character cells: blocks are drawn as a terminal draws them, in the colours that the line asks for. */
const SCREEN = `<!doctype html><body style="margin:0"><canvas></canvas>`;
const DRAW = `(lines, columns, rows, back, fore) => {
  const [w, h] = [7, 14];
  const canvas = document.querySelector("canvas"), pen = (canvas.width = columns * w, canvas.height = rows * h, canvas.getContext("2d"));
  pen.fillStyle = back; pen.fillRect(0, 0, canvas.width, canvas.height); pen.font = "11px monospace"; pen.textBaseline = "top";
  lines.forEach((line, y) => {
    let x = 0, own = false;
    for (const piece of line.split(/(\\u001b\\[[0-9;]*m)/)) {
      if (piece.startsWith("\\u001b")) { own = piece === "\\u001b[0;97;40m"; continue; }
      for (const one of piece) {
        pen.fillStyle = own ? "#000" : back; pen.fillRect(x * w, y * h, w, h); pen.fillStyle = own ? "#fff" : fore;
        if (one === "\\u2588") pen.fillRect(x * w, y * h, w, h); else if (one === "\\u2580") pen.fillRect(x * w, y * h, w, h / 2); else if (one === "\\u2584") pen.fillRect(x * w, y * h + h / 2, w, h / 2); else pen.fillText(one, x * w, y * h);
        x++;
      }
    }
    if (x > columns || y >= rows - 1) throw new Error("line " + y + " has " + x + " columns");
  });
}`;

const THEMES = { light: ["#ffffff", "#000000"], dark: ["#000000", "#d0d0d0"], solarized: ["#fdf6e3", "#657b83"] } as const;
const KINDS = [
  ["a digest", file("digest.txt", sha256Hex(query)), 80, 24, "light", 1], ["a seal", join(record, "seal.txt"), 80, 24, "dark", 8], ["a seal", join(record, "seal.txt"), 120, 50, "solarized", 1],
  ["a timestamp query", file("query.tsq", query), 80, 24, "solarized", 2], ["a timestamp query as base64", file("query.txt", toBase64(query)), 120, 50, "dark", 1],
  ["a request", file("device.csr", makeRequest()), 80, 24, "light", 4], ["a certificate", join(record, "artifacts/certificates/root.pem"), 120, 50, "light", 2],
] as const;

const { page } = needed.skip === undefined ? await browser.open(SCREEN) : { page: null };

/** Draws each picture, takes its screenshot, and returns their files. */
async function photographed(pictures: readonly (readonly string[])[], columns: number, rows: number, theme: keyof typeof THEMES): Promise<string[]> {
  const files: string[] = [];
  for (const [i, picture] of pictures.entries()) {
    await page?.evaluate(`(${DRAW})(${JSON.stringify(picture)}, ${columns}, ${rows}, ${JSON.stringify(THEMES[theme][0])}, ${JSON.stringify(THEMES[theme][1])})`);
    const path = join(folder, `${theme}-${columns}-${i}.png`);
    await page?.locator("canvas").screenshot({ path });
    files.push(path);
  }
  return files;
}

for (const [what, path, columns, rows, theme, most] of KINDS) {
  test(`${what} at ${columns}x${rows} on a ${theme} screen is read from its pictures, octet for octet`, needed, async () => {
    const pictures = picturesOf(payloadOf(path), { columns, rows });
    assert.ok(pictures.length <= most, `${pictures.length} codes`);
    const files = await photographed(pictures, columns, rows, theme);
    const output = join(folder, `${what.replaceAll(" ", "-")}-${columns}`);
    await readQr(files.toReversed(), { output });
    const sent = readFileSync(path);
    const expected = path.endsWith(".csr") || path.endsWith(".pem") ? fromPem(fromUtf8(sent), ["CERTIFICATE", "CERTIFICATE REQUEST"]).der : sent;
    assert.deepEqual(Buffer.from(readFileSync(output)), Buffer.from(expected));
  });
}

test("without its own colours a code on a light screen is not one: they are the data, whatever NO_COLOR says", needed, async () => {
  const [picture = []] = picturesOf(payloadOf(file("short.txt", "hello")), { columns: 80, rows: 24 });
  const [path = ""] = await photographed([picture.map((line) => line.replaceAll(/\u001b\[[0-9;]*m/g, ""))], 80, 24, "light");
  await assert.rejects(readQr([path], { output: join(folder, "none") }), /expected a QR code|another/);
});

test("a picture without a code, a lost part and codes of two files are told by name, and nothing is written", needed, async () => {
  const output = join(folder, "nothing");
  const one = await photographed(picturesOf(payloadOf(join(record, "seal.txt")), { columns: 80, rows: 24 }).slice(0, 2), 80, 24, "dark");
  await assert.rejects(readQr(one, { output }), /missing 3, 4/);
  const other = await photographed(picturesOf(payloadOf(file("other.txt", "other")), { columns: 80, rows: 24 }), 120, 50, "dark");
  await assert.rejects(readQr([...one, ...other], { output }), /found 3 codes of which 2 are parts/);
  await assert.rejects(readQr([file("no.png", toUtf8("no picture"))], { output }), /expected a QR code/);
  assert.throws(() => readFileSync(output));
});
