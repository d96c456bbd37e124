/** The only place that starts programs. Replay never comes here. */
import { spawn, type ChildProcess } from "node:child_process";
import { Fault } from "../fault.ts";

/**
 * Has ssh-keygen sign (SSHSIG), from standard input to standard output. A passphrase or a touch is asked at the terminal.
 * @param keyFile the private key, or the public one when an agent or a hardware key holds the private half
 * @returns the armoured signature
 * @throws Fault seal-signature
 */
export async function signWithSsh(keyFile: string, namespace: string, message: Uint8Array): Promise<Uint8Array> {
  const program = spawn("ssh-keygen", ["-Y", "sign", "-n", namespace, "-f", keyFile], { stdio: ["pipe", "pipe", "inherit"] });
  const parts: Buffer[] = [];
  program.stdout.on("data", (part: Buffer) => parts.push(part));
  // an ssh-keygen that ends early has not read it all; its exit code says so
  program.stdin.on("error", () => undefined);
  program.stdin.end(message);
  const code = await ended(program);
  if (code !== 0) throw new Fault("seal-signature", `ssh-keygen did not sign (exit ${code ?? "by a signal"})`, ["what it said stands above; check the key file"]);
  return new Uint8Array(Buffer.concat(parts));
}

/** The exit code of ssh-keygen; null when a signal ended it. @throws Fault seal-signature when it could not be started */
function ended(program: ChildProcess): Promise<number | null> {
  return new Promise<number | null>((resolve, reject) => {
    program.once("error", (cause) => reject(new Fault("seal-signature", "cannot start ssh-keygen", ["install the package openssh-client"], { cause })));
    program.once("close", resolve);
  });
}

/**
 * Has ssh-keygen make a key pair, FILE and FILE.pub, and ask for its passphrase, or for the touch of a hardware key, at the terminal.
 * @throws Fault seal-signature when it cannot be started, or made none
 */
export async function makeSshKey(file: string, comment: string, hardware: boolean): Promise<void> {
  const kind = hardware ? ["-t", "ed25519-sk", "-O", "verify-required"] : ["-t", "ed25519"];
  const program = spawn("ssh-keygen", [...kind, "-C", comment, "-f", file], { stdio: "inherit" });
  const code = await ended(program);
  if (code !== 0) throw new Fault("seal-signature", `ssh-keygen made no key (exit ${code ?? "by a signal"})`, ["what it said stands above"]);
}

/** Whether a program of this name can be started. It is asked for its help, and what it says is thrown away. */
export async function programIsThere(name: string): Promise<boolean> {
  const program = spawn(name, ["--help"], { stdio: "ignore" });
  return new Promise((resolve) => {
    program.once("error", () => resolve(false));
    program.once("close", () => resolve(true));
  });
}

/**
 * The text of the one QR code in a picture, by zbarimg.
 * @param path of the picture: PNG, JPEG and what else zbarimg reads
 * @throws Fault room-decoder when there is no zbarimg, or no code in the picture
 */
export async function decodePicture(path: string): Promise<string> {
  // a path that begins with a hyphen would be an option
  const program = spawn("zbarimg", ["--quiet", "--raw", "--oneshot", "-Sdisable", "-Sqrcode.enable", path.startsWith("-") ? `./${path}` : path], { stdio: ["ignore", "pipe", "ignore"] });
  const parts: Buffer[] = [];
  program.stdout.on("data", (part: Buffer) => parts.push(part));
  const code = await new Promise<number | null>((resolve, reject) => {
    program.once("error", (cause) => reject(new Fault("room-decoder", "cannot start zbarimg, which reads QR codes from pictures", ["install the package zbar-tools, or carry the file on a medium"], { cause })));
    program.once("close", resolve);
  });
  if (code !== 0) throw new Fault("room-decoder", `expected a QR code in ${path}, found none`, ["take the picture again: the whole code with its light border, straight, not too bright"]);
  return Buffer.concat(parts).toString("utf8");
}
