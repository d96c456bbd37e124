#!/usr/bin/env node
/** argv to command to exit code; the last catch. Commands load only what they use. */
import { Command, CommanderError } from "commander";
import { AFTER_HELP } from "./commands/after-help.ts";
import { letReadersLeave, result, talk, talkThrown } from "./commands/output.ts";
import type { AddendOptions } from "./commands/addend.ts";
import type { VerifyOptions } from "./commands/artifact.ts";
import type { CheckOptions } from "./commands/check.ts";
import type { DiffOptions } from "./commands/diff.ts";
import type { DiscloseOptions } from "./commands/disclose.ts";
import type { InspectOptions } from "./commands/request.ts";
import type { ReadOptions, ShowOptions } from "./commands/qr.ts";
import type { ReplayOptions } from "./commands/replay.ts";
import type { ReportOptions } from "./commands/report.ts";
import type { NextOptions } from "./commands/rotation-next.ts";
import type { NoteOptions, RotationOptions } from "./commands/rotation.ts";
import type { SealOptions } from "./commands/seal.ts";
import type { InspectTokenOptions, ListOptions } from "./commands/token.ts";
import type { ProbeOptions } from "./commands/token-probe.ts";
import type { ImportStampOptions, QueryOptions } from "./commands/timestamp.ts";
import { addBeginning } from "./main-beginning.ts";
import { addBefore, addRun } from "./main-running.ts";
import { EXIT, exitCodeOf, type ExitCode } from "./fault.ts";
import { readTool } from "./room/package-digest.ts";

let exit: ExitCode = EXIT.done;
const ends = (code: ExitCode): void => { exit = code; };

function program(): Command {
  const root = new Command("anchorite")
    .description("Scripted key ceremonies for an offline root CA, with a signed transcript that replays byte for byte.")
    .option("-V, --version", "the version, and the digest of this package")
    .on("option:version", () => { throw new VersionAsked(); })
    .addHelpText("after", AFTER_HELP)
    .exitOverride()
    .helpCommand(false);
  root.command("check <script>").description("all findings, or the plan in full and its digest")
    .option("--json", "findings, or plan and digest, as one JSON object")
    .action(async (script: string, options: CheckOptions) => { exit = await (await import("./commands/check.ts")).check(script, options); });
  addRun(root, ends);
  root.command("seal <record>").description("sign the seal, or the hold-point of an adjourned ceremony, as a person of the plan; without --as: who is missing")
    .option("--as <id>", "the person")
    .option("--key <file>", "that person's SSH key")
    .option("--json", "without --as: who has signed and who is missing, as one JSON object")
    .action(async (record: string, options: SealOptions) => { exit = await (await import("./commands/seal.ts")).seal(record, options); });
  root.command("replay <record>").description("rebuild and verify a record, without a token")
    .option("--roster <file>", "allowed signers, from outside the record")
    .option("--words <text>", "all 32 words of the head or of the SHA-256 of seal.txt, from paper")
    .option("--head <hex>", "the same as hex")
    .option("--tsa <file>", "the certificate of the CA that is trusted for timestamps, PEM")
    .option("--json", "the verdict as one JSON object")
    .action(async (record: string, options: ReplayOptions) => { exit = await (await import("./commands/replay.ts")).replay(record, options); });
  addBefore(root, ends);
  for (const add of [addSharing, addRotation, addQr, addRequest, addArtifact, addToken]) add(root);
  addBeginning(root, ends);
  return root;
}

/** What is done with a record once it is sealed. */
function addSharing(root: Command): void {
  root.command("history <records...>").description("many records as one life: in order, linked, each rebuilt and verified")
    .option("--roster <file>", "allowed signers, from outside the records")
    .option("--words <text>", "all 32 words of the head or seal of one record, from paper: it pins all before it")
    .option("--head <hex>", "the same as hex")
    .option("--json", "the history as one JSON object")
    .action(async (records: string[], options: ReplayOptions) => { exit = await (await import("./commands/history.ts")).history(records, options); });
  root.command("report [record]").description("a page that shows a record and checks it again in the browser; or the same page empty; or the draft of an auditor's statement")
    .requiredOption("-o, --output <file>", "a new file")
    .option("--empty", "the page without a record: it takes a record's folder that is dropped on it")
    .option("--statement", "the draft of the report that an auditor writes, as a page of text")
    .option("--roster <file>", "allowed signers, from outside the record")
    .option("--words <text>", "all 32 words of the head or of the SHA-256 of seal.txt, from paper")
    .option("--head <hex>", "the same as hex")
    .action(async (record: string | undefined, options: ReportOptions) => { exit = await (await import("./commands/report.ts")).report(record, options); });
  root.command("addend <record> <file>").description("later evidence, beside the sealed record, with a statement signed by who adds it")
    .requiredOption("--as <id>", "who adds it")
    .requiredOption("--key <file>", "that person's SSH key")
    .option("--note <text>", "one line for the statement")
    .action(async (record: string, file: string, options: AddendOptions) => { exit = await (await import("./commands/addend.ts")).addend(record, file, options); });
  root.command("copy <record> <media...>").description("the record to new folders on several media, every octet read back")
    .action(async (record: string, media: string[]) => { exit = (await import("./commands/copy.ts")).copy(record, media); });
  root.command("diff <one> <other>").description("two records side by side: plan, steps, artifacts; exit 3 when they differ")
    .option("--json", "the differences as one JSON object")
    .action(async (one: string, other: string, options: DiffOptions) => { exit = (await import("./commands/diff.ts")).diff(one, other, options); });
  const timestamp = root.command("timestamp").description("a timestamp over the seal (RFC 3161): timestamp query, timestamp import").helpCommand(false);
  timestamp.command("query <record>").description("what a TSA is asked, made offline; also as a QR code")
    .requiredOption("-o, --output <file>", "the query, DER")
    .action(async (record: string, options: QueryOptions) => { exit = (await import("./commands/timestamp.ts")).timestampQuery(record, options); });
  timestamp.command("import <record> <response>").description("verify the TSA's answer, and keep it among the addenda")
    .requiredOption("--query <file>", "the query that was asked")
    .requiredOption("--ca <file>", "the certificate of the CA that you trust for timestamps, PEM")
    .action(async (record: string, response: string, options: ImportStampOptions) => { exit = (await import("./commands/timestamp.ts")).timestampImport(record, response, options); });
  root.command("disclose <record>").description("a public copy that verifies to the same head, with entries and files withheld")
    .requiredOption("-o, --output <dir>", "a new folder")
    .option("--level <levels...>", "what is withheld: people, station; both when left out")
    .option("--file <paths...>", "files to be withheld besides, by their paths in the record")
    .option("--show <paths...>", "files to be shown though their level is withheld")
    .action(async (record: string, options: DiscloseOptions) => { exit = await (await import("./commands/disclose.ts")).disclose(record, options); });
}

/** What the keeper of the dates asks, on an online machine. */
function addRotation(root: Command): void {
  const rotation = root.command("rotation").description("what has to be renewed and when: rotation status, next, calendar, metrics, note").helpCommand(false);
  const asking = (command: Command): Command => command
    .option("--roster <file>", "allowed signers, from outside the register")
    .option("--at <day>", "as on this day or instant, UTC; by default now")
    .option("--observed <dir>", "what was fetched from the field")
    .option("--notes <dir>", "notes of operators that something is done")
    .option("--known <file>", "a file that is kept here: a register older than the newest that was seen is refused");
  asking(rotation.command("status <packs...>").description("what is to be done, and the state of every certificate, list and key"))
    .option("--json", "as one JSON object")
    .option("--exit-code", "end with 10 when something is due")
    .action(async (packs: string[], options: RotationOptions) => { exit = await (await import("./commands/rotation.ts")).rotationStatus(packs, options); });
  asking(rotation.command("next <packs...>").description("the script of the next ceremony, with its inputs, a list of what to fetch and an agenda"))
    .option("--revoke <serial>", "an emergency: revoke this certificate (serial number, hex)")
    .option("--reason <reason>", "why, as RFC 5280 names it: keyCompromise, superseded, …")
    .requiredOption("-o, --output <dir>", "a new folder")
    .action(async (packs: string[], options: NextOptions) => { exit = await (await import("./commands/rotation-next.ts")).rotationNext(packs, options); });
  asking(rotation.command("calendar <packs...>").description("the same as a calendar file (iCalendar)"))
    .option("-o, --output <file>", "a new file; by default stdout")
    .action(async (packs: string[], options: RotationOptions) => { exit = await (await import("./commands/rotation.ts")).rotationCalendar(packs, options); });
  asking(rotation.command("metrics <packs...>").description("the same as metrics for Prometheus' textfile collector"))
    .option("-o, --output <file>", "the file, replaced at once; by default stdout")
    .action(async (packs: string[], options: RotationOptions) => { exit = await (await import("./commands/rotation.ts")).rotationMetrics(packs, options); });
  asking(rotation.command("note <pack> <obligation>").description("sign that an obligation is done"))
    .requiredOption("--as <id>", "who signs")
    .requiredOption("--key <file>", "that person's SSH key")
    .option("--note <text>", "one line")
    .option("-o, --output <dir>", "the folder of notes", "notes")
    .action(async (pack: string, obligation: string, options: NoteOptions) => { exit = await (await import("./commands/rotation.ts")).rotationNote(pack, obligation, options); });
}

function addQr(root: Command): void {
  const qr = root.command("qr").description("files across an air gap as QR codes: qr show, qr read").helpCommand(false);
  qr.command("show <file>").description("a file as one code where it fits the terminal, as a set of codes in turn where not; a certificate, request or CRL goes as DER")
    .option("--step", "each code until a key is pressed; q ends")
    .option("--digest", "the SHA-256 of the file in its place")
    .option("--size <columnsxrows>", "the size of the screen, where the codes go elsewhere than to this terminal")
    .action(async (file: string, options: ShowOptions) => { exit = await (await import("./commands/qr.ts")).showQr(file, options); });
  qr.command("read <pictures...>").description("what codes carry, from pictures of them in any order (zbarimg reads them)")
    .requiredOption("-o, --output <file>", "a new file")
    .action(async (pictures: string[], options: ReadOptions) => { exit = await (await import("./commands/qr.ts")).readQr(pictures, options); });
}

function addRequest(root: Command): void {
  const request = root.command("request").description("requests of other people (PKCS#10): request inspect <files...>").helpCommand(false);
  request.command("inspect <files...>").description("the request desk: requested against granted, and a verdict, for each file")
    .option("--profile <name>", "the profile by which the certificates would be made")
    .option("--field <name>", "each file is a JSON object, and its request this field of it")
    .option("--register <pack>", "an earlier record, or its register pack: keys that it certified are refused")
    .option("--weak-keys <list>", "a list of weak keys, such as a file of Debian's openssl-blacklist; may be given again", (list: string, before: readonly string[] = []) => [...before, list])
    .option("--json", "one JSON object a line")
    .action(async (files: string[], options: InspectOptions) => { exit = await (await import("./commands/request.ts")).inspect(files, options); });
}

function addArtifact(root: Command): void {
  const artifact = root.command("artifact").description("files that a ceremony signed for a platform: artifact verify <format> <file>").helpCommand(false);
  artifact.command("verify <format> <file>").description("every signature in the file, and every digest that it is over; formats: ctrlx")
    .requiredOption("--certificate <file>", "the signer's certificate, PEM")
    .option("--privileges-certificate <file>", "that of Bosch Rexroth, PEM; without it the signature of privileges is not checked")
    .option("--json", "the verdict as one JSON object")
    .action(async (format: string, file: string, options: VerifyOptions) => { exit = (await import("./commands/artifact.ts")).verifyArtifact(format, file, options); });
}

function addToken(root: Command): void {
  const token = root.command("token").description("tokens, outside of any ceremony: token list, token inspect, token probe").helpCommand(false);
  token.command("list").description("the modules of a station and every token in their slots; nobody logs in")
    .requiredOption("--station <file>", "says how this host reaches the tokens")
    .option("--json", "as one JSON array")
    .action(async (options: ListOptions) => { exit = await (await import("./commands/token.ts")).listTokens(options); });
  token.command("inspect [token]").description("every object on a token, and every attribute that it tells")
    .requiredOption("--station <file>", "says how this host reaches the tokens")
    .option("--login", "with the user PIN: private objects too")
    .option("--json", "as one JSON object")
    .action(async (name: string | undefined, options: InspectTokenOptions) => { exit = await (await import("./commands/token.ts")).inspectTokens(name, options); });
  token.command("probe [script]").description("what a token does, tried on keys that are made for it and destroyed; with a script, which steps will not work there")
    .requiredOption("--station <file>", "says how this host reaches the token")
    .requiredOption("-o, --output <file>", "a new file that keeps what was found, JSON")
    .option("--token <name>", "which token of the station, where it has several")
    .option("--json", "the probe and what speaks against the script, as one JSON object")
    .action(async (script: string | undefined, options: ProbeOptions) => { exit = await (await import("./commands/token-probe.ts")).probeToken(script, options); });
}

function versionText(): string {
  const { version, package: digest } = readTool();
  return `${version} (package ${digest})`;
}

/** Thrown out of the parser, so that only who asks pays for digesting the package. */
class VersionAsked extends Error {}

letReadersLeave();
try {
  await program().parseAsync();
} catch (thrown) {
  if (thrown instanceof VersionAsked) result(versionText());
  else if (thrown instanceof CommanderError) exit = thrown.exitCode === 0 ? EXIT.done : EXIT.usage;
  else {
    talkThrown(thrown);
    exit = exitCodeOf(thrown);
  }
}
if (exit === EXIT.bug) talk("anchorite: exit 1");
process.exitCode = exit;
