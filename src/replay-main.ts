/** `replay` alone, for a laptop that has Node and nothing else: one file, without addon, prompts or other packages. */
import { Command, CommanderError } from "commander";
import { letReadersLeave, talkThrown } from "./commands/output.ts";
import { replay, type ReplayOptions } from "./commands/replay.ts";
import { EXIT, exitCodeOf, type ExitCode } from "./fault.ts";

let exit: ExitCode = EXIT.done;

function program(): Command {
  return new Command("anchorite-replay")
    .description("Rebuild and verify the record of a key ceremony, without a token.")
    .argument("<record>", "the folder of the record")
    .option("--roster <file>", "allowed signers, from outside the record")
    .option("--words <text>", "all 32 words of the head or of the SHA-256 of seal.txt, from paper")
    .option("--head <hex>", "the same as hex")
    .option("--tsa <file>", "the certificate of the CA that is trusted for timestamps, PEM")
    .option("--json", "the verdict as one JSON object")
    .addHelpText("after", "\nExit codes: 0 reproduced, authentic and pinned · 2 usage · 3 no record · 6 incomplete or diverged · 7 not authentic · 9 pinned to nothing")
    .exitOverride()
    .action(async (record: string, options: ReplayOptions) => { exit = await replay(record, options); });
}

async function main(): Promise<void> {
  letReadersLeave();
  try {
    await program().parseAsync();
  } catch (thrown) {
    if (thrown instanceof CommanderError) exit = thrown.exitCode === 0 ? EXIT.done : EXIT.usage;
    else {
      talkThrown(thrown);
      exit = exitCodeOf(thrown);
    }
  }
  process.exitCode = exit;
}

void main();
