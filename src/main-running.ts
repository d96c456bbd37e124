/** The verbs of the day, and of the days before it, for the command line. */
import type { Command } from "commander";
import type { ApproveOptions } from "./commands/approve.ts";
import type { PreflightOptions } from "./commands/preflight.ts";
import type { RehearseOptions } from "./commands/rehearse.ts";
import type { RunOptions } from "./commands/run.ts";
import type { ScriptOptions } from "./commands/script.ts";
import type { WaiveOptions } from "./commands/waive.ts";
import type { ExitCode } from "./fault.ts";

/** Adds `run`. @param ends is told the exit code */
export function addRun(root: Command, ends: (exit: ExitCode) => void): void {
  root.command("run <script>").description("run a ceremony, or go on with one")
    .requiredOption("--record <dir>", "the record: a new folder, or one to go on with")
    .requiredOption("--station <file>", "binds the script's tokens to this host")
    .option("--answers <file>", "answers in place of people; for tests, refused for production")
    .option("--rehearsal <record>", "the rehearsal of this script, which production wants")
    .option("--exceptions <file>", "why named people begin though a rule of the run does not hold")
    .option("--approvals <dir>", "the approvals of the plan; by default `approvals` beside the script")
    .option("--scheduled", "nobody is there: under a standing approval; --record and the script may have <run>, the number of the run")
    .option("--standing <dir>", "the standing approval; by default `standing` beside the script")
    .option("--plain", "line by line, without control of the cursor: for screen readers and serial lines")
    .action(async (script: string, options: RunOptions) => ends(await (await import("./commands/run.ts")).run(script, options)));
}

/** Adds what is done before the day. @param ends is told the exit code */
export function addBefore(root: Command, ends: (exit: ExitCode) => void): void {
  root.command("script <script>").description("the printed procedure: the steps of the screen, with room for initials, times and words")
    .requiredOption("-o, --output <file>", "a new HTML file")
    .option("--rehearsal <record>", "the record of a rehearsal of this script, for its measured minutes")
    .option("--station <file>", "the station of the day: the words of its modules are printed")
    .action(async (path: string, options: ScriptOptions) => ends(await (await import("./commands/script.ts")).script(path, options)));
  root.command("preflight").description("whether this host is fit for a ceremony that counts; touches no token")
    .requiredOption("--station <file>", "the station of the day")
    .option("--record <dir>", "where the record will lie")
    .option("--online", "as for a scheduled run: the network that the station names may be up")
    .option("--json", "facts and findings as one JSON object; nobody is asked")
    .action(async (options: PreflightOptions) => ends(await (await import("./commands/preflight.ts")).preflight(options)));
  root.command("rehearse <script>").description("a run with throw-away tokens and stand-in people: nothing of it counts")
    .requiredOption("--record <dir>", "the record: a new folder")
    .option("--station <file>", "a station whose module is SoftHSM's; by default that is found in its usual places")
    .option("--prompts", "people answer at the terminal, in the place of stand-ins")
    .action(async (script: string, options: RehearseOptions) => ends(await (await import("./commands/rehearse.ts")).rehearse(script, options)));
  root.command("waive <script> <control>").description("sign a waiver that the script asks for")
    .requiredOption("--as <id>", "the person")
    .requiredOption("--key <file>", "that person's SSH key")
    .action(async (script: string, control: string, options: WaiveOptions) => ends(await (await import("./commands/waive.ts")).waive(script, control, options)));
  root.command("approve <script>").description("approve a plan before the day, as a person of it")
    .requiredOption("--as <id>", "the person")
    .requiredOption("--key <file>", "that person's SSH key")
    .option("--from <instant>", "the first instant at which the ceremony may be held, UTC; said by the first to approve")
    .option("--until <instant>", "the last one")
    .option("--standing", "of a scheduled script: that it runs while nobody is there")
    .option("--count <n>", "with --standing: how many times at most")
    .option("--leaf <period>", "with --standing: how long a certificate is valid at most, P1D to P99D; left out, none is issued")
    .option("-o, --output <dir>", "the folder of approvals; by default `approvals` beside the script, with --standing `standing`")
    .action(async (script: string, options: ApproveOptions) => ends(await (await import("./commands/approve.ts")).approve(script, options)));
}
