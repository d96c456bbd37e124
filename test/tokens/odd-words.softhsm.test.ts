/** Whatever a script, a station or a person gives, the process goes on: what reaches the native binding is of the types that it takes. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { Fault } from "../../src/fault.ts";
import { Hsm } from "../../src/hsm/hsm.ts";
import type { Request } from "../../src/ceremony/request.ts";
import { observationSchema } from "../../src/transcript/observation.ts";
import { eventsInto, generateRequest, makeRoom, pinsOf, PRIVATE_TEMPLATE, SO_PIN, USER_PIN, type TestRoom } from "../hsm/softhsm-room.ts";

let room: TestRoom;
let serial = "";
before(async () => {
  room = makeRoom();
  const hsm = new Hsm({ vault: room.binding(null) }, pinsOf(), eventsInto([]));
  const request = { kind: "initialize-token", step: 1, token: "vault", label: "vault-0011aabb", replaces: null } as const;
  await hsm.prepare(request);
  const answer = await hsm.answer(request);
  assert.ok(answer.kind === "initialize-token" && answer.outcome === "done");
  serial = answer.identity.serial;
  await hsm.close();
});
after(() => room.remove());

/** Texts that people and files can give: of any characters, long, empty, with zeros and halves of pairs. */
const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: "binary", maxLength: 40 }), fc.constantFrom("", "\u0000", "a\u0000b", "\ud800", "x".repeat(5000), "ü".repeat(20)));
const hex = fc.oneof(fc.uint8Array({ maxLength: 70 }).map((octets) => Buffer.from(octets).toString("hex")), text);

/** A request ends in an observation or in a fault with a code; anything else that is thrown is a bug. */
async function end(hsm: Hsm, request: Request): Promise<void> {
  try {
    await hsm.prepare(request);
    observationSchema.parse(await hsm.answer(request));
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    assert.match(thrown.code, /^(hsm|form)-/);
  }
}

test("labels, ids and serials of any characters end in an answer or a named fault [KEY-ID-FRESH]", async () => {
  const hsm = new Hsm({ vault: room.binding(serial) }, pinsOf(), eventsInto([]));
  await fc.assert(fc.asyncProperty(text, hex, text, async (label, id, other) => {
    await end(hsm, { kind: "find-objects", step: 2, token: "vault", serial, id, label, expect: "any" });
    await end(hsm, { kind: "find-objects", step: 2, token: "vault", serial: other, id: "", label, expect: "none" });
    await end(hsm, { kind: "find-token", step: 2, token: "vault", label });
  }), { numRuns: 60 });
  await fc.assert(fc.asyncProperty(text, hex, (label, id) => end(hsm, generateRequest({ serial, label, id }))), { numRuns: 15 });
  await hsm.close();
});

test("templates with values of any kind end in an answer or a named fault", async () => {
  const hsm = new Hsm({ vault: room.binding(serial) }, pinsOf(), eventsInto([]));
  await fc.assert(fc.asyncProperty(fc.constantFrom(...Object.keys(PRIVATE_TEMPLATE), "VALUE", "nonsense"), fc.anything(), (name, value) =>
    end(hsm, generateRequest({ serial, label: "odd", id: "ee".repeat(20), privateTemplate: { ...PRIVATE_TEMPLATE, [name]: value } as unknown as typeof PRIVATE_TEMPLATE }))), { numRuns: 60 });
  await hsm.close();
});

test("PINs of any characters end in a refusal or a login, and the process goes on", async () => {
  await fc.assert(fc.asyncProperty(text, text, async (user, so) => {
    const hsm = new Hsm({ vault: room.binding(serial) }, pinsOf({ user: user === USER_PIN ? "" : user, so: so === SO_PIN ? "" : so }), eventsInto([]));
    await end(hsm, { kind: "draw", step: 2, source: "token", length: 32, token: "vault", serial });
    await end(hsm, generateRequest({ serial, label: "odd", id: "ee".repeat(20) }));
    await hsm.close();
  }), { numRuns: 25 });
});
