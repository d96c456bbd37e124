/** Where things are, from step to step: what cannot be done as it is written is refused, at its place [PROCEDURE-STATE]. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ControlId } from "../../src/controls.ts";
import { walkPlaces, type Move, type Thing, type Whereabouts } from "../../src/script/places-walk.ts";
import { findingsOfScript, mistaken, SCRIPT, summary, type Mistake } from "./example.ts";

const PLACES = `places:
  safe: { is: safe, begins: shut, ends: shut }
  vault: { is: token, begins: in safe, ends: in safe, bag: "A-1", card: officer }
  issuing: { is: token, begins: with bob, ends: in bag }
  officer: { is: card, begins: in bag, ends: in bag }
  stick: { is: medium, begins: in bag, ends: on table }
`;
const OPEN = "  - act: { by: bob, say: Open the safe., type: [bag] }\n";
const OPENED = `  - act: { by: bob, say: Open the safe., state: { expects: { vault: in safe }, becomes: { safe: open, vault: plugged, issuing: plugged, officer: in reader } } }
  - act: { by: bob, say: Shut it., state: { expects: { safe: open }, becomes: { safe: shut } } }
`;
const CLOSE = "  - close: {";
const PUT_BACK = `  - act: { by: bob, say: Lay out the stick., state: { becomes: { stick: on table, safe: open } } }\n`;
const WHOLE = SCRIPT.replace("dice: 20\n", `${PLACES}dice: 20\n`).replace(OPEN, OPENED).replace(CLOSE, PUT_BACK + CLOSE);

test("a script whose steps fit each other is taken, and one that declares nothing too [PROCEDURE-STATE]", () => {
  assert.deepEqual(findingsOfScript(WHOLE), []);
  assert.deepEqual(findingsOfScript(SCRIPT), []);
});

/** A rule, words of the first finding, and mistakes against it (« before each finding, in the order of the text). */
const RULES: readonly (readonly [control: ControlId, rule: string, says: RegExp, ...mistakes: Mistake[]])[] = [
  ["PROCEDURE-STATE", "an act that finds a thing elsewhere", /expected vault on table, found it in safe since the beginning/, ["expects: { vault: in safe }", "expects: { vault: «on table }"]],
  ["PROCEDURE-STATE", "a thing that is taken out of a shut safe", /expected safe open to move vault, found it shut since the beginning/, ["becomes: { safe: open, vault: plugged,", "becomes: { vault: «plugged, safe: open,"]],
  ["PROCEDURE-STATE", "a change that changes nothing", /expected safe to change, found it open since step 2 already/, ["becomes: { safe: shut } }", "becomes: { safe: «open } }"], ["stick: on table, safe: open }", "stick: on table, safe: «open }"]],
  ["PROCEDURE-STATE", "a token that is used out of its socket", /expected vault plugged for this step, found it on table since step 2/, ["safe: open, vault: plugged", "safe: open, vault: on table"], ["initialize-token: { token: vault }", "initialize-token: «{ token: vault }"]],
  ["PROCEDURE-STATE", "a token whose card lies in its bag", /expected officer in reader for this step, found it in bag since the beginning/, [", officer: in reader }", " }"], ["initialize-token: { token: vault }", "initialize-token: «{ token: vault }"]],
  ["PROCEDURE-STATE", "an issuer whose token was pulled", /expected vault plugged for this step, found it on table since step 13/, ["  - issue-crl: {", "  - act: { by: bob, say: Pull it., state: { becomes: { vault: on table } } }\n  - issue-crl: «{"]],
  ["PROCEDURE-STATE", "two media in one drive", /expected nothing in drive, found stick there/, ["  stick: {", "  other: { is: medium, begins: in bag, ends: in drive }\n  stick: {"], ["becomes: { stick: on table, safe: open }", "becomes: { stick: in drive, other: «in drive, safe: open }"], ["  - close: {", "  - close: «{"]],
  ["PROCEDURE-STATE", "something that stays behind", /expected stick on table at the end, found it in bag since the beginning/, ["{ stick: on table, safe: open }", "{ safe: open }"], ["  - close: {", "  - close: «{"]],
  ["PROCEDURE-STATE", "a card that is plugged in", /expected a card to be in reader, in reader 2, in bag, on table, with a person of the script, or in a safe of places; found plugged/, ["officer: { is: card, begins: in bag", "officer: { is: card, begins: «plugged"]],
  ["PROCEDURE-STATE", "a thing with a stranger", /expected a token to be plugged.*found with eve/, ["begins: with bob", "begins: «with eve"]],
  ["PROCEDURE-STATE", "a thing in a safe that is none", /found in stick/, ["begins: with bob", "begins: «in stick"]],
  ["PROCEDURE-STATE", "two cards that begin in one reader", /expected nothing else in reader, found officer there too/, ["officer: { is: card, begins: in bag", "officer: { is: card, begins: in reader"], ["  stick: {", "  other: { is: card, begins: «in reader, ends: in reader }\n  stick: {"], [", officer: in reader }", " }"]],
  ["SCRIPT-NAMES", "a thing that places does not know", /expected a thing of places, found valt\n.*did you mean vault/s, ["expects: { vault: in safe }", "expects: { valt: «in safe }"]],
  ["SCRIPT-NAMES", "a token that the script does not have", /expected a token of the script, found safe-token/, ["  stick: {", "  safe-token: «{ is: token, begins: in bag, ends: in bag }\n  stick: {"]],
  ["SCRIPT-NAMES", "a card that is none", /expected a card of places, found stick/, ["card: officer", "card: «stick"], [", officer: in reader }", " }"]],
];

for (const [control, rule, says, ...mistakes] of RULES) {
  test(`refuses ${rule}, at its place [${control}]`, () => {
    const { text, places } = mistaken(WHOLE, ...mistakes);
    const findings = findingsOfScript(text);
    assert.deepEqual(summary(findings), places.map((place) => `${place} ${control}`), findings.map(({ message }) => message).join("\n"));
    assert.match(`${findings[0]?.message}\n${findings[0]?.hint ?? ""}`, says);
  });
}

test("every contradiction is told at once, each once, also beside other mistakes [PROCEDURE-STATE]", () => {
  const { text, places } = mistaken(WHOLE, ["expects: { vault: in safe }", "expects: { vault: «on table }"], ["becomes: { safe: shut } }", "becomes: { safe: «open } }"], ["stick: on table, safe: open }", "stick: on table, safe: «open }"], ["by: [dan]", "by: [dan, «bob]"]);
  assert.deepEqual(summary(findingsOfScript(text)).map((one) => one.split(" ")[0]), places.sort((a, b) => Number(a.split(":")[0]) - Number(b.split(":")[0])));
});

test("where a step cannot be read nothing is said of those after it, which lean on it [PROCEDURE-STATE]", () => {
  const { text, places } = mistaken(WHOLE, ["state: { expects: { safe: open }, becomes: { safe: shut } }", "state: «{}"]);
  assert.deepEqual(summary(findingsOfScript(text)), places.map((place) => `${place} SCRIPT-FORM`));
});

/** A world of a safe, two tokens with one card, two media and one drive. */
const THINGS: readonly Thing[] = [
  { thing: "safe", is: "safe", begins: "shut", ends: "shut", card: "" },
  { thing: "a", is: "token", begins: "in safe", ends: "in safe", card: "card" },
  { thing: "b", is: "token", begins: "in bag", ends: "in bag", card: "" },
  { thing: "card", is: "card", begins: "in bag", ends: "in bag", card: "" },
  { thing: "m", is: "medium", begins: "on table", ends: "in bag", card: "" },
  { thing: "n", is: "medium", begins: "in drive", ends: "in bag", card: "" },
];
const STATES: Readonly<Record<string, readonly string[]>> = { safe: ["open", "shut"], a: ["in safe", "on table", "plugged"], b: ["in safe", "in bag", "plugged"], card: ["in bag", "in reader", "in safe"], m: ["in drive", "on table", "in bag"], n: ["in drive", "in safe", "in bag"] };

type Wish = readonly [thing: number, state: number, kind: number];
const wishes = fc.array(fc.tuple(fc.nat(5), fc.nat(2), fc.nat(3)), { maxLength: 30 }) as fc.Arbitrary<Wish[]>;

/** The rules said another way: whether a thing may be moved there, as the room is. */
function mayMove(room: ReadonlyMap<string, string>, thing: string, to: string): boolean {
  const from = room.get(thing);
  const throughDoor = from === "in safe" || to === "in safe";
  const taken = ["in drive", "in reader"].includes(to) && [...room].some(([other, state]) => other !== thing && state === to);
  return from !== to && !taken && (!throughDoor || room.get("safe") === "open");
}

const ready = (room: ReadonlyMap<string, string>, token: string) => room.get(token) === "plugged" && (token !== "a" || room.get("card") === "in reader");

/** Wishes as moves; what the room forbids is left out. */
function legalMoves(wanted: readonly Wish[]): { moves: Move[]; rooms: Map<string, string>[] } {
  const room = new Map(THINGS.map(({ thing, begins }) => [thing, begins]));
  const moves: Move[] = [];
  const rooms = [new Map(room)];
  for (const [one, other, kind] of wanted) {
    const thing = THINGS[one]?.thing ?? "";
    const state = STATES[thing]?.[other] ?? "open";
    const token = one % 2 === 0 ? "a" : "b";
    const number = moves.length + 1;
    if (kind === 0 && ready(room, token)) moves.push({ number, expects: [], becomes: [], uses: [token], isLast: false });
    else if (kind > 0 && mayMove(room, thing, state)) {
      moves.push({ number, expects: kind === 1 ? [{ thing, state: room.get(thing) ?? "" }] : [], becomes: [{ thing, state }], uses: [], isLast: false });
      room.set(thing, state);
    } else continue;
    rooms.push(new Map(room));
  }
  return { moves, rooms };
}

test("whatever legal moves make is taken, and is where they put it [PROCEDURE-STATE]", () => {
  fc.assert(fc.property(wishes, (wanted) => {
    const { moves, rooms } = legalMoves(wanted);
    const walked = walkPlaces(THINGS, moves);
    assert.deepEqual(walked.flatMap(({ contradictions }) => contradictions), []);
    assert.deepEqual(walked.map(({ after }) => [...after]), rooms.slice(1).map((room) => [...room]));
  }), { numRuns: 300 });
});

test("an illegal move among legal ones is refused at its step, and it alone [PROCEDURE-STATE]", () => {
  fc.assert(fc.property(wishes, fc.nat(), fc.nat(5), fc.nat(2), fc.nat(2), (wanted, at, one, other, how) => {
    const { moves, rooms } = legalMoves(wanted);
    const index = at % rooms.length;
    const room = rooms[index] ?? new Map<string, string>();
    const thing = THINGS[one]?.thing ?? "";
    const state = STATES[thing]?.[other] ?? "open";
    const illegal = illegalMove(how, { thing, state }, room);
    fc.pre(illegal !== null);
    const whole = [...moves.slice(0, index), { expects: [], becomes: [], uses: [], isLast: false, ...illegal }].map((move, i) => ({ ...move, number: i + 1 }));
    const walked = walkPlaces(THINGS, whole);
    assert.deepEqual(walked.flatMap(({ contradictions }, i) => (contradictions.length === 0 ? [] : [i])), [index]);
  }), { numRuns: 300 });
});

function illegalMove(how: number, { thing, state }: Whereabouts, room: ReadonlyMap<string, string>): Partial<Move> | null {
  if (how === 0) return mayMove(room, thing, state) ? null : { becomes: [{ thing, state }] };
  if (how === 1) return room.get(thing) === state ? null : { expects: [{ thing, state }] };
  return ready(room, "a") ? null : { uses: ["a"] };
}
