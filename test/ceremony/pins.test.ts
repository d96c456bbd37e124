/** Steps about PINs, over a scripted token. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Request } from "../../src/ceremony/request.ts";
import type { Observation } from "../../src/transcript/observation.ts";
import { atNth } from "../scripted/room.ts";
import { goodPlan, ONE_KEY } from "../scripted/scripts.ts";
import { World } from "../scripted/world.ts";

const WITH_PINS = ONE_KEY.replace("  - generate-key-pair", "  - change-pin: { token: vault, role: so }\n  - unlock-pin: { token: vault }\n  - generate-key-pair");

test("a PIN is set once two people are present and the word is typed, and the request holds its role and who sets it, and no more [PRESENT-QUORUM]", async () => {
  const world = new World(goodPlan(WITH_PINS));
  const asked: Request[] = [];
  await world.run({ meddle: (call) => (call.request.kind === "set-pin" && asked.push(call.request), undefined) });
  assert.deepEqual(asked, [
    { kind: "set-pin", step: 3, token: "vault", role: "so", by: "holder", serial: world.vault.identity.serial },
    { kind: "set-pin", step: 4, token: "vault", role: "user", by: "so", serial: world.vault.identity.serial },
  ]);
  assert.deepEqual(world.vault.effects.slice(0, 3), ["initialize-token", "set-pin", "set-pin"]);
});

for (const [outcome, about] of [["refused", "refused"], ["unknown", "unknown-pin"]] as const) {
  test(`a PIN whose setting is ${outcome} is set again only when people say so, and that is an exception`, async () => {
    const world = new World(goodPlan(WITH_PINS));
    const ending = await world.run({ meddle: atNth("set-pin", 0, ({ request: { kind } }) => ({ kind, outcome, ckr: "CKR_PIN_INVALID" }) as Observation) });
    assert.equal(world.vault.effects.filter((kind) => kind === "set-pin").length, 2);
    assert.match(JSON.stringify(ending), new RegExp(`${about} vault: \\w+ decided again`));
  });
}
