/** A PIN that may lock its token. */
import assert from "node:assert/strict";
import { test } from "node:test";
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

test("a new PIN is typed twice, and two different ones change nothing", async () => {
  const typed = ["5678", "5678", "5678", "8765"];
  const pins = new StationPins({ vault: { pin: "prompt", soPin: null } }, async () => typed.shift() ?? "");
  assert.equal((await pins.newPin("vault", "user")).spend((text) => text), "5678");
  await assert.rejects(pins.newPin("vault", "user"), { code: "hsm-pin-source", message: /expected the new PIN of token vault twice, found two/ });
});

test("the PINs of a token that is initialised are typed twice at a prompt", async () => {
  const asked: string[] = [];
  const pins = new StationPins({ vault: { pin: "prompt", soPin: "prompt" } }, async (question) => (asked.push(question), "5678"));
  assert.equal((await pins.firstPin("vault", "so")).spend((text) => text), "5678");
  assert.deepEqual(asked, ["new SO PIN of token vault:", "the new SO PIN of token vault once more:"]);
});
