/** What a crash or a lost power leaves of SoftHSM's files: it is named, with what can be done about it, before anything is put to the token. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Request } from "../../src/ceremony/request.ts";
import { Hsm } from "../../src/hsm/hsm.ts";
import { settleTokens } from "../../src/hsm/softhsm-files.ts";
import type { TokenObject } from "../../src/transcript/observation.ts";
import { eventsInto, generateRequest, makeRoom, noSoftHsm, pinsOf, type TestRoom } from "./softhsm-room.ts";

const options = { skip: noSoftHsm };
const rooms: TestRoom[] = [];
after(() => rooms.forEach((room) => room.remove()));

/** A token with one key pair, made by a process that has ended. */
async function withKey(): Promise<{ readonly room: TestRoom; readonly serial: string; readonly folder: string }> {
  const room = makeRoom();
  rooms.push(room);
  room.makeToken("vault");
  const [name = ""] = readdirSync(room.tokens);
  const serial = name.replaceAll("-", "").slice(-16);
  const made = asked(room, serial, generateRequest({ serial }));
  assert.equal(made.answer?.outcome, "done", made.said);
  return { room, serial, folder: join(room.tokens, name) };
}

interface Answer {
  readonly outcome: string;
  readonly objects?: readonly TokenObject[];
}

/** What another process is answered, or the fault and its hints, and its lines for the screen. */
function asked(room: TestRoom, serial: string, request: Request): { readonly answer: Answer | null; readonly said: string } {
  const module = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  const program = `import { Hsm } from ${module("../../src/hsm/hsm.js")}; import { pinsOf, eventsInto } from ${module("./softhsm-room.js")};
    const [binding, request] = process.argv.slice(1).map((one) => JSON.parse(one));
    const hsm = new Hsm({ vault: binding }, pinsOf(), { ...eventsInto([]), progress: (line) => console.error(line) });
    try { console.log(JSON.stringify(await hsm.answer(request))); } catch (fault) { console.error(fault.code, fault.message, ...fault.hints); } finally { await hsm.close(); }`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program, JSON.stringify(room.binding(serial)), JSON.stringify(request)], { encoding: "utf8" });
  return { answer: stdout === "" ? null : (JSON.parse(stdout) as Answer), said: stderr };
}

let whole: Awaited<ReturnType<typeof withKey>>;
before(async () => {
  if (noSoftHsm === false) whole = await withKey();
});

const look = (serial: string | null): Request => ({ kind: "inspect-token", step: 1, token: "vault", serial });

test("a whole token says nothing, and shows both halves", options, () => {
  const { answer, said } = asked(whole.room, whole.serial, look(null));
  assert.deepEqual([answer?.objects?.map((one) => one.class), said], [["private key", "public key"], ""]);
});

test("an object file without its octets is named at the first look of a ceremony, which stops there; later it is said at the login", options, async () => {
  const { room, serial, folder } = await withKey();
  const [file = ""] = readdirSync(folder).filter((name) => name.endsWith(".object") && name !== "token.object");
  for (const length of [200, 0]) {
    truncateSync(join(folder, file), length);
    const first = asked(room, serial, look(null));
    assert.equal(first.answer, null);
    assert.match(first.said, /hsm-damaged-token expected token vault to show every object that it has, found less: SoftHSM has 2 object files and shows 1 objects/);
    assert.equal(first.said.includes(`without an octet: ${join(folder, file)}`), length === 0);
    assert.match(first.said, /put missing ones back from a copy of the folder[^]*move a file that holds nothing away/);
    const later = asked(room, serial, look(serial));
    assert.equal(later.answer?.objects?.length, 1);
    assert.match(later.said, /^token vault: SoftHSM has 2 object files and shows 1 objects/);
  }
  unlinkSync(join(folder, file));
  assert.deepEqual(asked(room, serial, look(null)).said, "");
});

test("an object file that stops after its first octets is shown as an object without a name, which can be destroyed", options, async () => {
  const { room, serial, folder } = await withKey();
  const [file = ""] = readdirSync(folder).filter((name) => name.endsWith(".object") && name !== "token.object");
  truncateSync(join(folder, file), 8);
  const { answer } = asked(room, serial, look(serial));
  assert.deepEqual(answer?.objects?.map((one) => [one.class, one.id, one.label]).filter(([, id]) => id === ""), [["other", "", ""]]);
  assert.deepEqual(asked(room, serial, { kind: "destroy-objects", step: 1, token: "vault", serial, id: "", label: "" }).answer, { kind: "destroy-objects", outcome: "done", destroyed: 1 });
  assert.equal(asked(room, serial, look(serial)).answer?.objects?.length, 1);
});

test("a token that lost its first file is not taken for one that is not plugged in", options, async () => {
  const { room, serial, folder } = await withKey();
  const first = join(folder, "token.object");
  copyFileSync(first, join(room.folder, "copy"));
  truncateSync(first, 0);
  for (const found of [/token\.object of 0 octets/, /no token\.object/]) {
    const { answer, said } = asked(room, serial, look(serial));
    assert.equal(answer, null);
    assert.match(said, /^hsm-damaged-token SoftHSM does not know token vault with the serial [0-9a-f]{16} any more/);
    assert.match(said, found);
    assert.match(said, /put back the token\.object of a copy[^]*stop the ceremony here/);
    if (found.source.startsWith("token")) unlinkSync(first);
  }
  copyFileSync(join(room.folder, "copy"), first);
  assert.equal(asked(room, serial, look(serial)).answer?.objects?.length, 2, "a copy that is put back brings the token back");
});

test("a key whose files cannot be made to outlast a loss of power is of unknown outcome, and the next login says why", options, async () => {
  const { room, serial } = whole;
  const hsm = new Hsm({ vault: room.binding(serial) }, pinsOf(), eventsInto([]));
  const request = generateRequest({ serial, id: "0b".repeat(20), label: "second" });
  await hsm.prepare(request);
  const configuration = readFileSync(room.conf, "utf8");
  // SoftHSM has read it; the kernel fsyncs nothing there
  writeFileSync(room.conf, configuration.replace(room.tokens, "/proc/self/attr"));
  assert.deepEqual(await hsm.answer(request), { kind: "generate-key-pair", outcome: "unknown", ckr: "fsync" });
  await hsm.close();
  assert.throws(() => settleTokens(room.binding(serial)), { code: "hsm-call", message: /SoftHSM's files in \/proc\/self\/attr cannot be fsynced/ });
  writeFileSync(room.conf, configuration);
  assert.equal(asked(room, serial, look(serial)).answer?.objects?.length, 4, "the pair is there, for people to decide about");
});

test("a token of a serial that SoftHSM has no folder of is one that is not there", options, async () => {
  const hsm = new Hsm({ vault: whole.room.binding("0123456789abcdef") }, pinsOf(), eventsInto([]));
  await assert.rejects(hsm.answer(look(null)), { code: "hsm-no-token" });
  await hsm.close();
});
