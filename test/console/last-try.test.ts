/** A PIN that may lock its token. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pinsBefore } from "../../src/commands/pin-past.ts";
import type { Secret } from "../../src/console/secret.ts";
import type { Entry } from "../../src/transcript/chain.ts";
import { StationPins } from "../../src/console/pin.ts";
import { Fault } from "../../src/fault.ts";

/** PINs that are typed, and who agreed to what. */
function pinsWith(isAgreed: boolean | null): { pins: StationPins; story: string[] } {
  const story: string[] = [];
  const agree = async (token: string, role: string): Promise<void> => {
    story.push(`two agree on ${role} ${token}`);
    if (isAgreed === false) throw new Fault("hsm-login", "they did not agree");
  };
  const pins = new StationPins({ vault: { pin: "prompt", soPin: "prompt" } }, async (question) => (story.push(question), "1234"), isAgreed === null ? null : agree);
  return { pins, story };
}

test("the last try is asked of two people before the PIN is, and where they do not agree nobody is asked for it", async () => {
  const { pins, story } = pinsWith(true);
  await pins.pin("vault", "user", "token vault warns: final try");
  assert.deepEqual(story, ["two agree on user vault", "token vault warns: final try. PIN of token vault:"]);
  for (const isAgreed of [false, null]) {
    const refused = pinsWith(isAgreed);
    await assert.rejects(refused.pins.pin("vault", "so", "token vault warns: final try"), { code: "hsm-login" });
    assert.equal(refused.story.filter((line) => line.includes("PIN of")).length, 0);
  }
});

test("a token that says nothing after a wrong PIN may lock at the next one: two people are asked until a PIN was right", async () => {
  const { pins, story } = pinsWith(true);
  await pins.pin("vault", "user", "");
  pins.tried("vault", "user", false);
  await pins.pin("vault", "so", "");
  await pins.pin("vault", "user", "");
  pins.tried("vault", "user", true);
  await pins.pin("vault", "user", "");
  assert.deepEqual(story, [
    "PIN of token vault:", "SO PIN of token vault:", "two agree on user vault",
    "1 wrong, and token vault does not say how many tries are left. PIN of token vault:", "PIN of token vault:",
  ]);
});

test("a low counter alone is told, and asks for nobody", async () => {
  const { pins, story } = pinsWith(null);
  pins.tried("vault", "user", false);
  await pins.pin("vault", "user", "token vault warns: a wrong PIN was entered before, few tries are left");
  assert.deepEqual(story, ["token vault warns: a wrong PIN was entered before, few tries are left. PIN of token vault:"]);
});

test("a new PIN is typed twice; two that differ change nothing and are asked for again, three times in all", async () => {
  const typed = ["5678", "5678", "1", "2", "5678", "5678", "1", "2", "3", "4", "5", "6"];
  const pins = new StationPins({ vault: { pin: "prompt", soPin: null } }, async () => typed.shift() ?? "");
  assert.equal((await pins.newPin("vault", "user")).spend((text) => text), "5678");
  assert.equal((await pins.newPin("vault", "user")).spend((text) => text), "5678", "after a slip");
  await assert.rejects(pins.newPin("vault", "user"), { code: "hsm-pin-source", message: /expected the new PIN of token vault twice alike, found two that differ, 3 times/ });
});

test("a PIN that is set more than once comes from the places in their order, and afterwards from the last one that was used", async () => {
  const folder = mkdtempSync(join(tmpdir(), "anchorite-new-pins-"));
  try {
    const file = (name: string) => ({ file: join(folder, name) });
    for (const name of ["old", "one", "two"]) writeFileSync(file(name).file, `${name}-pin\n`, { mode: 0o600 });
    const pins = new StationPins({ vault: { pin: file("old"), soPin: null, newPin: [file("one"), file("two")] } }, null);
    pins.requireFiles();
    const text = async (secret: Promise<Secret>) => (await secret).spend((pin) => pin);
    const said: string[] = [];
    for (let times = 0; times < 3; times++) {
      said.push(await text(pins.pin("vault", "user", "")), await text(pins.newPin("vault", "user")));
      pins.changed("vault", "user");
    }
    assert.deepEqual(said, ["old-pin", "one-pin", "one-pin", "two-pin", "two-pin", "two-pin"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a run that goes on knows whose PIN was wrong before: the SO's wrong one does not make the user's a last try", async () => {
  const event = (name: string, role?: string): Entry => ({ body: { kind: "event", event: { name, token: "vault", serial: "1", ckr: "CKR_PIN_INCORRECT", ...(role === undefined ? {} : { role }) } } }) as unknown as Entry;
  assert.deepEqual(pinsBefore([event("login-refused", "so"), event("login", "user")]).wrong, [{ token: "vault", role: "so", times: 1 }]);
  assert.deepEqual(pinsBefore([event("login-refused"), event("login-refused", "user"), event("login", "so")]).wrong, [{ token: "vault", role: "user", times: 2 }]);
  assert.deepEqual(pinsBefore([event("login-refused", "so"), event("login", "so")]).wrong, []);
  const asked: string[] = [];
  const pins = new StationPins({ vault: { pin: "prompt", soPin: "prompt" } }, async () => "1234", async (token, role) => void asked.push(`${role} ${token}`));
  for (const { token, role, times } of pinsBefore([event("login-refused", "so")]).wrong) for (let i = 0; i < times; i++) pins.tried(token, role, false);
  await pins.pin("vault", "user", "");
  assert.deepEqual(asked, []);
  await pins.pin("vault", "so", "");
  assert.deepEqual(asked, ["so vault"]);
});

test("the PINs of a token that is initialised are typed twice at a prompt", async () => {
  const asked: string[] = [];
  const pins = new StationPins({ vault: { pin: "prompt", soPin: "prompt" } }, async (question) => (asked.push(question), "5678"));
  assert.equal((await pins.firstPin("vault", "so")).spend((text) => text), "5678");
  assert.deepEqual(asked, ["new SO PIN of token vault:", "the new SO PIN of token vault once more:"]);
});
