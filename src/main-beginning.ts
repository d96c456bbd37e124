/** The verbs that need no script yet, for the command line. */
import { Argument, type Command } from "commander";
import type { DoctorOptions } from "./commands/doctor.ts";
import type { ImportOptions } from "./commands/import.ts";
import type { InitOptions } from "./commands/init.ts";
import type { KeyOptions } from "./commands/key.ts";
import type { SchemaForm } from "./commands/schema.ts";
import type { ExitCode } from "./fault.ts";

/** Adds the verbs of the days before there is a script. @param ends is told the exit code */
export function addBeginning(root: Command, ends: (exit: ExitCode) => void): void {
  const imports = root.command("import").description("ceremonies of other tools: import boulder <configs...>").helpCommand(false);
  imports.command("boulder <configs...>").description("configuration files of boulder's ceremony tool, in the order in which they were run, as one script")
    .requiredOption("-o, --output <dir>", "the folder for script.yaml and station.yaml")
    .option("--title <text>", "the title of the ceremony", "Imported from boulder")
    .option("--register <record>", "the sealed record of the ceremony before, or its register pack: its keys and certificates are used by name")
    .action(async (files: string[], options: ImportOptions) => ends(await (await import("./commands/import.ts")).importBoulderFiles(files, options)));
  root.command("init <dir>").description("a script and a station file of a first ceremony; what is not given is asked at the terminal")
    .option("--platform <name>", "plain, foundries, iox, ctrlx, mender or rollouts")
    .option("--title <text>", "the title of the ceremony")
    .option("--assurance <word>", "test or software-keys")
    .option("--organization <text>", "as it stands in the certificates (O)")
    .option("--factory <name>", "the factory, where the platform has one")
    .option("--administrator <name[=file]>", "a person, and that person's public SSH key")
    .option("--operator <name[=file]>", "the same")
    .option("--witness <name[=file]>", "the same")
    .option("--module <path>", "the PKCS#11 module of the tokens")
    .action(async (folder: string, options: InitOptions) => ends(await (await import("./commands/init.ts")).init(folder, options)));
  root.command("schema").description("the form of a script or a station file as JSON Schema, for editors")
    .addArgument(new Argument("<file>", "which of the two").choices(["script", "station"]))
    .action(async (form: SchemaForm) => ends((await import("./commands/schema.ts")).schema(form)));
  root.command("key <id>").description("make an SSH key for a person; ssh-keygen asks for its passphrase")
    .option("-o, --output <file>", "the private key; by default ID_key")
    .option("--hardware", "a key in a security key (FIDO2), which asks for PIN and touch at each signature")
    .action(async (id: string, options: KeyOptions) => ends(await (await import("./commands/key.ts")).key(id, options)));
  root.command("doctor").description("what this machine has for a ceremony and what it lacks; no token is opened")
    .option("--station <file>", "look at the modules and the files that it names as well")
    .option("--json", "one JSON list")
    .action(async (options: DoctorOptions) => ends(await (await import("./commands/doctor.ts")).doctor(options)));
}
