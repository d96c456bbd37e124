/** The page's program: takes the record that the page carries, or one that is dropped, checks it, and writes beside each check what it found. */
import "./jitless.ts";
import { toHex } from "../../bytes/hex.ts";
import type { RecordFiles } from "../../ceremony/recorded-inputs.ts";
import { fromWords } from "../../console/words.ts";
import { Fault } from "../../fault.ts";
import { readRoster, type RosterEntry } from "../../transcript/roster.ts";
import { html } from "../html.ts";
import { factSections, introduction } from "../main-part.ts";
import { whatLacks } from "./claims.ts";
import { judged, recheck, type Brought, type Rechecked } from "./recheck.ts";
import { belowTranscript, carriedRecord, filesChosen, filesDropped, recordOf, type ChosenFile } from "./record.ts";
import { part, put, say, showChecked } from "./show.ts";

let checked: Rechecked | null = null;
let brought: Brought = { roster: null, digest: null };
/** What speaks against the page itself. */
let notes: readonly string[] = [];

/** Whether the words of the page are those that the record gives, made anew here. */
function sameWords(rechecked: Rechecked): boolean {
  const made = document.createElement("div");
  made.innerHTML = factSections(rechecked.facts).text;
  return made.innerHTML === part("facts").innerHTML;
}

async function check(files: RecordFiles, isCarried: boolean): Promise<void> {
  document.documentElement.dataset["state"] = "checking";
  say("progress", "Re-checking: the entries, every file, every signature …");
  checked = await recheck(files, !isCarried, (count) => say("progress", `Re-checking: ${count} signatures …`));
  notes = isCarried && !sameWords(checked) ? ["The words printed in this page are NOT those that its own record gives. Do not rely on this page: take the record, and check it elsewhere."] : [];
  if (!isCarried) put("facts", html`${introduction(checked.facts)}${factSections(checked.facts)}`);
  await show();
}

async function show(): Promise<void> {
  if (checked === null) return;
  const result = await judged(checked, brought);
  showChecked(checked.facts, result, notes);
  document.documentElement.dataset["state"] = "checked";
  document.documentElement.dataset["exit"] = String(result.verdict.exit);
}

async function take(chosen: readonly ChosenFile[]): Promise<void> {
  const own = belowTranscript(chosen);
  if (own === null) return forget(`There is no transcript.jsonl among the ${chosen.length} files. Choose the folder that holds it.`);
  await check(recordOf(own), false);
}

/** What was checked before stands there no longer: it could be taken for the verdict over what was given now. */
function forget(why: string): void {
  checked = null;
  put("here", html`<p id="progress">${why}</p>`);
  put("facts", html``);
  document.documentElement.dataset["state"] = "forgotten";
}

/** Whatever goes wrong is said: a page that says nothing could be taken for one that found nothing. */
async function spoken(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (thrown) {
    document.documentElement.dataset["state"] = "broken";
    put("banner", html`This page could not finish its checks, and nothing below is confirmed: ${thrown instanceof Error ? thrown.message : "unknown reason"}`);
  }
}

/** The words or hex digits of a digest. @throws Fault form-words */
function digestTyped(text: string): string | null {
  const typed = text.trim();
  if (typed === "") return null;
  const bare = typed.replaceAll(/\s/g, "");
  if (/^[0-9a-f]{64}$/i.test(bare)) return bare.toLowerCase();
  const bytes = fromWords(typed);
  if (bytes.length !== 32) throw new Fault("form-words", `expected all 32 words, found ${bytes.length}: fewer pin nothing`);
  return toHex(bytes);
}

async function rosterChosen(): Promise<readonly RosterEntry[] | null> {
  const file = (part("roster") as HTMLInputElement).files?.[0];
  return file === undefined ? null : readRoster(new Uint8Array(await file.arrayBuffer()));
}

async function pin(): Promise<void> {
  try {
    brought = { digest: digestTyped((part("words") as HTMLTextAreaElement).value), roster: await rosterChosen() };
    say("pinned", brought.digest === null && brought.roster === null ? "Nothing was given." : checked === null ? "Kept: choose the record." : "Compared: see the verdict.");
    await show();
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    say("pinned", [thrown.message, ...thrown.hints].join("; "));
  }
}

/** Links lead into details that are closed: they are opened on the way. On paper all stand open. */
function openTo(id: string): void {
  for (let element = document.getElementById(id); element !== null; element = element.parentElement) if (element instanceof HTMLDetailsElement) element.open = true;
  document.getElementById(id)?.scrollIntoView();
}

function openForPaper(): void {
  const closed = [...document.querySelectorAll<HTMLDetailsElement>("details:not([open]):not(.raw)")];
  for (const one of closed) one.open = true;
  addEventListener("afterprint", () => closed.forEach((one) => (one.open = false)), { once: true });
}

function takeDrops(): void {
  const folder = part("folder") as HTMLInputElement;
  folder.addEventListener("change", () => void spoken(filesChosen(folder).then(take)));
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("over");
  });
  addEventListener("dragleave", () => document.body.classList.remove("over"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("over");
    if (event.dataTransfer !== null) void spoken(filesDropped(event.dataTransfer).then(take));
  });
}

async function begin(): Promise<void> {
  addEventListener("beforeprint", openForPaper);
  addEventListener("hashchange", () => openTo(decodeURIComponent(location.hash.slice(1))));
  part("pins").addEventListener("submit", (event) => {
    event.preventDefault();
    void spoken(pin());
  });
  const lacks = await whatLacks();
  if (lacks !== "") put("banner", html`${lacks}`);
  if (typeof crypto === "undefined" || crypto.subtle === undefined) return;
  const files = carriedRecord();
  if (files === null) takeDrops();
  else await check(files, true);
}

void spoken(begin());
