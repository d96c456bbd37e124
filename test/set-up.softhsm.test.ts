import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import * as pkcs11js from "pkcs11js";
import { softhsmModule } from "./tools.ts";

/** Where SoftHSM looks when nobody tells it otherwise, and where Debian's default configuration keeps its tokens. */
const THEIRS = [join(homedir(), ".config", "softhsm2"), "/etc/softhsm", "/etc/softhsm2.conf", "/var/lib/softhsm"];

/** Every file and folder of them that this user can see, with size and time of change. */
function snapshot(): string[] {
  return THEIRS.filter((path) => existsSync(path)).flatMap(below).map((path) => `${path} ${statSync(path).size} ${statSync(path).mtimeMs}`);
}

function below(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  try {
    return [path, ...readdirSync(path).flatMap((name) => below(join(path, name)))];
  } catch {
    return [path]; // what we may not read we cannot have changed unseen: its own time of change is looked at
  }
}

const folder = mkdtempSync(join(tmpdir(), "anchorite-softhsm-"));
const tokens = join(folder, "tokens");
after(() => rmSync(folder, { recursive: true }));

test("the module that set-up found makes a token in our folder, and touches no other configuration", () => {
  const before = snapshot();
  mkdirSync(tokens, { mode: 0o700 });
  process.env["SOFTHSM2_CONF"] = join(folder, "softhsm2.conf");
  writeFileSync(process.env["SOFTHSM2_CONF"], `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  const pkcs11 = new pkcs11js.PKCS11();
  pkcs11.load(softhsmModule());
  pkcs11.C_Initialize();
  try {
    const [slot, ...more] = pkcs11.C_GetSlotList(true);
    assert.ok(slot !== undefined && more.length === 0, "a fresh token folder shows one slot");
    assert.equal(pkcs11.C_GetTokenInfo(slot).flags & pkcs11js.CKF_TOKEN_INITIALIZED, 0, "and its token is not initialised");
    pkcs11.C_InitToken(slot, "so-1234-test", "smoke".padEnd(32));
    assert.deepEqual(pkcs11.C_GetSlotList(true).length, 2, "the token, and the next empty slot");
  } finally {
    pkcs11.C_Finalize();
    pkcs11.close();
  }
  assert.equal(readdirSync(tokens).length, 1);
  assert.deepEqual(snapshot(), before);
});
