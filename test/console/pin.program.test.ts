import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { StationPins, type PinPlace } from "../../src/console/pin.ts";
import { Fault } from "../../src/fault.ts";

const folder = mkdtempSync(join(tmpdir(), "anchorite-pin-"));
after(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

function pinsAt(pin: PinPlace, soPin: PinPlace | null = null, ask: ((question: string) => Promise<string>) | null = null): StationPins {
  return new StationPins({ vault: { pin, soPin } }, ask);
}

async function pinFrom(pins: StationPins, role: "user" | "so" = "user"): Promise<string> {
  return (await pins.pin("vault", role, "")).spend((text) => text);
}

async function refuses(place: PinPlace, found: RegExp): Promise<void> {
  await assert.rejects(pinFrom(pinsAt(place)), (thrown) => thrown instanceof Fault && thrown.code === "hsm-pin-source" && found.test(thrown.message));
}

test("a PIN is the one line of a file of mode 0600 or 0400", async () => {
  assert.equal(await pinFrom(pinsAt({ file: fileOf("a", "1234 5é\n") })), "1234 5é");
  assert.equal(await pinFrom(pinsAt({ file: fileOf("b", "123456", 0o400) })), "123456");
  assert.equal(await pinFrom(pinsAt("prompt", { file: fileOf("c", "so-pin\n") }), "so"), "so-pin");
});

test("a PIN file that others can read, write or run is refused with its mode", async () => {
  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644]) {
    await refuses({ file: fileOf(`mode-${mode}`, "123456\n", mode) }, new RegExp(`found 0${mode.toString(8)}$`));
  }
});

test("a PIN file of another user is refused", { skip: process.geteuid?.() === 0 ? false : "needs root to give a file away" }, async () => {
  const path = fileOf("theirs", "123456\n");
  chownSync(path, 65534, 65534);
  await refuses({ file: path }, /expected a file of this user, found one of user 65534/);
});

test("what is no regular file is refused, and a FIFO does not make it wait", async () => {
  const target = fileOf("target", "123456\n");
  symlinkSync(target, join(folder, "link"));
  await refuses({ file: join(folder, "link") }, /ELOOP/);
  mkdirSync(join(folder, "folder"), { mode: 0o700 });
  await refuses({ file: join(folder, "folder") }, /regular file/);
  execFileSync("mkfifo", ["-m", "600", join(folder, "fifo")]);
  await refuses({ file: join(folder, "fifo") }, /regular file/);
  await refuses({ file: join(folder, "absent") }, /ENOENT/);
  await refuses({ file: "pin.txt" }, /absolute path/);
});

test("a PIN file with no line, two lines or other octets is refused, and never quoted", async () => {
  await refuses({ file: fileOf("empty", "") }, /found nothing$/);
  await refuses({ file: fileOf("blank", "\n") }, /found nothing$/);
  await refuses({ file: fileOf("two", "123456\n654321\n") }, /expected one line, found more behind it$/);
  await refuses({ file: fileOf("dos", "123456\r\n") }, /control characters/);
  await refuses({ file: fileOf("bytes", Uint8Array.of(0x31, 0xff, 0x0a)) }, /expected UTF-8/);
  await refuses({ file: fileOf("long", "1".repeat(1024)) }, /at most 1023 octets/);
  await assert.rejects(pinFrom(pinsAt({ file: fileOf("secret", "hunter2\nx") })), (thrown) => !JSON.stringify([String(thrown), thrown]).includes("hunter2"));
});

test("a PIN is a credential of the unit, in the folder that systemd names, and clear is what is missing", async (t) => {
  t.after(() => void delete process.env["CREDENTIALS_DIRECTORY"]);
  const credentials = join(folder, "credentials");
  mkdirSync(credentials, { mode: 0o700 });
  delete process.env["CREDENTIALS_DIRECTORY"];
  await refuses({ credential: "vault-pin" }, /PIN from the credential vault-pin: expected CREDENTIALS_DIRECTORY to name the folder of credentials, found it unset/);
  process.env["CREDENTIALS_DIRECTORY"] = credentials;
  await refuses({ credential: "vault-pin" }, /ENOENT/);
  writeFileSync(join(credentials, "vault-pin"), "12345678", { mode: 0o400 });
  assert.equal(await pinFrom(pinsAt({ credential: "vault-pin" })), "12345678");
  pinsAt({ credential: "vault-pin" }).requireFiles();
  writeFileSync(join(credentials, "open"), "12345678", { mode: 0o644 });
  await refuses({ credential: "open" }, /expected mode 0600 or stricter, found 0644/);
  process.env["CREDENTIALS_DIRECTORY"] = "credentials";
  assert.throws(() => pinsAt({ credential: "vault-pin" }).requireFiles(), /expected an absolute path/);
});

test("a descriptor gives a line for each PIN and is then spent", async () => {
  const descriptor = openSync(fileOf("lines", "so-one\nuser-two\nlast"), "r");
  const pins = pinsAt({ descriptor }, { descriptor });
  assert.equal(await pinFrom(pins, "so"), "so-one");
  assert.equal(await pinFrom(pins), "user-two");
  assert.equal(await pinFrom(pins), "last");
  await refuses({ descriptor }, /found nothing$/);
  closeSync(descriptor);
  await refuses({ descriptor: 987 }, /EBADF/);
});

test("a prompt shows what the token says of its counter, and needs a terminal", async () => {
  const asked: string[] = [];
  const pins = pinsAt("prompt", "prompt", async (question) => (asked.push(question), "123456"));
  await pins.pin("vault", "user", "one try is left before the token locks");
  await pins.pin("vault", "so", "");
  assert.deepEqual(asked, ["one try is left before the token locks. PIN of token vault:", "SO PIN of token vault:"]);
  await refuses("prompt", /no terminal/);
});

test("a token or a role that the station does not know is refused by name", async () => {
  const pins = pinsAt("prompt");
  await assert.rejects(pins.pin("other", "user", ""), /PIN of token other/);
  await assert.rejects(pins.pin("constructor", "user", ""), /PIN of token constructor/);
  await assert.rejects(pins.pin("vault", "so", ""), /SO PIN of token vault/);
});
