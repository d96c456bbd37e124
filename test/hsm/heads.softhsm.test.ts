/** The head that the room keeps on a token, on SoftHSM: a private data object, one at a time, in no inventory. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Secret } from "../../src/console/secret.ts";
import { Hsm } from "../../src/hsm/hsm.ts";
import { headsOn, keepHead } from "../../src/hsm/head-object.ts";
import type { TokenAnswerTo } from "../../src/transcript/observation.ts";
import { Tokens } from "../../src/hsm/tokens.ts";
import { CkrError } from "../../src/hsm/ckr.ts";
import { CKA } from "../../src/hsm/attributes.ts";
import { LyingToken } from "./lying-token.ts";
import { eventsInto, makeRoom, noSoftHsm, pinsOf, USER_PIN, type TestRoom } from "./softhsm-room.ts";

const options = { skip: noSoftHsm };
const octets = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
let room: TestRoom;
let hsm: Hsm;
let serial = "";
const ref = () => ({ token: "vault", serial });
const inspect = async () => (await hsm.answer({ kind: "inspect-token", step: 1, ...ref() })) as TokenAnswerTo<"inspect-token">;

before(async () => {
  if (noSoftHsm !== false) return;
  room = makeRoom();
  hsm = new Hsm({ vault: room.binding(null) }, pinsOf(), eventsInto([]));
  const made = await hsm.answer({ kind: "initialize-token", step: 1, token: "vault", label: "vault-1", replaces: null });
  serial = made.kind === "initialize-token" && made.outcome === "done" ? made.identity.serial : "";
});
after(async () => {
  if (noSoftHsm !== false) return;
  await hsm.close();
  room.remove();
});

test("nobody is asked for a PIN to keep a head: before somebody has logged in nothing is kept", options, async () => {
  assert.equal(await hsm.keepHead(ref(), octets("one")), "closed");
  assert.deepEqual(await hsm.readHeads(ref()), []);
});

test("a head is kept, read back and left out of the inventory, which says it apart [RECORD-NOT-ROLLED-BACK] [TOKEN-INVENTORY]", options, async () => {
  assert.equal(await hsm.keepHead(ref(), octets("one")), "kept");
  assert.deepEqual(await hsm.readHeads(ref()), [octets("one")]);
  const { objects, heads } = await inspect();
  assert.deepEqual([objects, heads], [[], [Buffer.from("one").toString("hex")]]);
});

test("the next head takes its place, and outlives the login [RECORD-NOT-ROLLED-BACK]", options, async () => {
  for (const text of ["two", "three"]) assert.equal(await hsm.keepHead(ref(), octets(text)), "kept");
  await hsm.close();
  hsm = new Hsm({ vault: room.binding(serial) }, pinsOf(), eventsInto([]));
  assert.deepEqual(await hsm.readHeads(ref()), [octets("three")]);
});

test("whoever has no PIN does not see it", options, async () => {
  await hsm.close();
  const blind = new Tokens({ vault: room.binding(serial) }, pinsOf(), eventsInto([]));
  const { session } = await blind.reach(ref());
  assert.deepEqual(session.find({}), []);
  session.login("user", new Secret(USER_PIN));
  assert.deepEqual(session.find({}).map((handle) => [session.attribute(handle, CKA.LABEL), session.attribute(handle, CKA.MODIFIABLE)].map(String)), [["anchorite-head", "\0"]]);
  await blind.close();
  hsm = new Hsm({ vault: room.binding(serial) }, pinsOf(), eventsInto([]));
});

test("an object of that name which is not private, or of another application, is no head [TOKEN-INVENTORY]", () => {
  const named = (isPrivate: number, application: string) => new Map([[CKA.CLASS, Buffer.alloc(8)], [CKA.LABEL, Buffer.from("anchorite-head")], [CKA.APPLICATION, Buffer.from(application)], [CKA.PRIVATE, Buffer.of(isPrivate)], [CKA.VALUE, Buffer.from("x")]]);
  const token = new LyingToken();
  token.objects.push(named(0, "anchorite"), named(1, "other"), named(1, "anchorite"));
  assert.equal(headsOn(token.session()).length, 1);
});

test("a token that keeps no data object says so in its own word, and nothing else fails", async () => {
  const refusing = { find: () => [], create: () => { throw new CkrError("C_CreateObject", new Error("CKR_TEMPLATE_INCONSISTENT:209")); } };
  let renewed = 0;
  const tokens = { loggedIn: () => ({ session: refusing }), renew: async () => void renewed++ };
  assert.equal(await keepHead(tokens as never, { token: "vault", serial: "1" }, octets("x")), "CKR_TEMPLATE_INCONSISTENT");
  assert.equal(renewed, 1);
  const shown = new LyingToken();
  const unasked = { ...shown.session(), create: () => void shown.objects.push(new Map([[CKA.LABEL, Buffer.from("anchorite-head")], [CKA.APPLICATION, Buffer.from("anchorite")], [CKA.PRIVATE, Buffer.of(0)], [CKA.VALUE, Buffer.from("x")]])) };
  assert.equal(await keepHead({ loggedIn: () => ({ session: unasked }) } as never, { token: "vault", serial: "1" }, octets("x")), "not there after C_CreateObject");
  assert.deepEqual(shown.objects, [], "a token that makes it for everybody to see keeps nothing, and no stranger is left");
  const silent = { find: () => [], create: () => undefined };
  assert.equal(await keepHead({ loggedIn: () => ({ session: silent }) } as never, { token: "vault", serial: "1" }, octets("x")), "not there after C_CreateObject");
});
