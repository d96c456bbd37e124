/** A real browser that opens pages from the disk, as from a stick, and tells everything that it was asked for. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { softhsmScript } from "../tools.ts";

const { findProgram } = (await softhsmScript("system.mjs")) as { findProgram(program: string): string | undefined };

/** A page that is open, and what the browser did for it. */
export interface OpenPage {
  readonly page: Page;
  /** Everything that was requested, the page itself first. */
  readonly requests: readonly string[];
  /** What was written to the console, thrown by the page, or asked by a dialog: nothing, in a good page. */
  readonly noises: readonly string[];
}

export class TestBrowser {
  readonly #folder = mkdtempSync(join(tmpdir(), "anchorite-page-"));
  #browser: Promise<Browser> | null = null;
  #count = 0;

  /** Opens a text as a file. @param prepare runs in the page before its own program */
  async open(html: string, options: BrowserContextOptions & { readonly prepare?: () => void } = {}): Promise<OpenPage> {
    const file = join(this.#folder, `${++this.#count}.html`);
    writeFileSync(file, html);
    this.#browser ??= chromium.launch({ executablePath: findProgram("chromium") ?? "chromium", args: ["--no-sandbox"] });
    const { prepare, ...context } = options;
    const page = await (await (await this.#browser).newContext(context)).newPage();
    const [requests, noises]: [string[], string[]] = [[], []];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => noises.push(message.text()));
    page.on("pageerror", (error) => noises.push(String(error)));
    page.on("dialog", (dialog) => void (noises.push(dialog.message()), dialog.dismiss()));
    if (prepare !== undefined) await page.addInitScript(prepare);
    await page.goto(pathToFileURL(file).href);
    return { page, requests, noises };
  }

  async close(): Promise<void> {
    await (await this.#browser)?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Waits until the page has checked, or said that it cannot; returns the exit code that `replay` would give. */
export async function checkedExit(page: Page): Promise<string> {
  const asked = 'document.documentElement.dataset.state === "checked" ? document.documentElement.dataset.exit : document.documentElement.dataset.state === "broken" ? "broken: " + document.getElementById("banner").textContent : ""';
  // not by the browser's own waiting, which makes programs of texts in the page: its policy forbids that
  for (const until = performance.now() + 120_000; performance.now() < until; await new Promise((resolve) => setTimeout(resolve, 10))) {
    const exit = await page.evaluate<string>(asked);
    if (exit !== "") return exit;
  }
  throw new Error("the page has not checked its record");
}

/** Gives the files of a record to an empty page, as the choice of a folder does, and returns the exit code. */
export async function give(page: Page, files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const given = [...files].map(([path, bytes]) => ({ path, base64: Buffer.from(bytes).toString("base64") }));
  await page.evaluate((all) => {
    const root = (globalThis as unknown as { document: { documentElement: { dataset: Record<string, string> }; getElementById(id: string): { files: unknown; dispatchEvent(event: unknown): void } } }).document;
    root.documentElement.dataset["state"] = "given";
    const list = new (globalThis as unknown as { DataTransfer: new () => { items: { add(file: unknown): void }; files: unknown } }).DataTransfer();
    for (const { path, base64 } of all) list.items.add(new File([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], `record/${path}`));
    const input = root.getElementById("folder");
    input.files = list.files;
    input.dispatchEvent(new Event("change"));
  }, given);
  return checkedExit(page);
}

/** The results that stand in the page, by the id of their check. */
export async function resultsIn(page: Page): Promise<Record<string, string>> {
  return page.evaluate('Object.fromEntries([...document.querySelectorAll("[data-check]")].map((cell) => [cell.dataset.check, cell.textContent]))');
}

/** Drops files and folders of the disk on the page, as a drag from a file manager does: the event is the browser's own. */
export async function drop(page: Page, paths: readonly string[]): Promise<void> {
  await page.evaluate('document.documentElement.dataset.state = "given"');
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) await session.send("Input.dispatchDragEvent", { type, x: 100, y: 100, data });
  await session.detach();
}

/** The text of a part of the page, of what is folded too. */
export async function textOf(page: Page, id: string): Promise<string> {
  return page.evaluate(`document.getElementById(${JSON.stringify(id)}).textContent`);
}
