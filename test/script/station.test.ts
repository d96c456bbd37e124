import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toUtf8 } from "../../src/bytes/text.ts";
import { parseScript } from "../../src/script/parse.ts";
import { parseStation, stationFindings } from "../../src/script/station.ts";
import { findingsOfStation, mistaken, SCRIPT, STATION, summary, type Mistake } from "./example.ts";
import { placed } from "../../src/script/place.ts";

test("reads a station, as written [SCRIPT-FORM]", () => {
  const { station, findings } = parseStation(toUtf8(STATION), "station.yaml");
  assert.deepEqual(findings, []);
  assert.deepEqual(station?.tokens["vault"], {
    module: "/usr/lib/softhsm/libsofthsm2.so",
    environment: { SOFTHSM2_CONF: { file: "softhsm2.conf" }, SOME_MODE: "on" },
    "init-string": "configdir=/tmp",
    serial: "uninitialized",
    pin: { file: "pin.txt" },
    "so-pin": "prompt",
  });
  assert.deepEqual(station?.tokens["issuing"]?.pin, { descriptor: 3 });
});

const NEVER = /PINs never stand in a station file/;

/** What is replaced, by what (« before the place), and words of the message. */
const MISTAKES: readonly (readonly [...Mistake, says: RegExp])[] = [
  ["pin: { file: pin.txt }", 'pin: «"98765"', NEVER],
  ["pin: { file: pin.txt }", "pin: «98765", NEVER],
  ["pin: { file: pin.txt }", "pin: { file: «98765 }", NEVER],
  ["pin: { file: pin.txt }", "pin: { descriptor: «98765 }", /an open file descriptor from 3 to 255/],
  ["pin: { file: pin.txt }", 'pin: «{ «value: "98765" }', NEVER],
  ["pin: { file: pin.txt }", 'pin: «["98765"]', NEVER],
  ["so-pin: prompt", "so-pin: «098765", /plain decimal digits/],
  ["so-pin: prompt", "so-pin: «98765", NEVER],
  ["so-pin: prompt", '«so_pin: "98765"', /unknown field "so_pin"/],
  ["module: /usr/lib/softhsm/libsofthsm2.so\n    env", "module: «pkcs11:token=vault\n    env", /found a PKCS#11 URI/],
  ["module: /usr/lib/softhsm/libsofthsm2.so\n    env", "module: «pkcs11:token=vault?pin-value=98765\n    env", /no pin-value: PINs never stand/],
  ["module: /usr/lib/softhsm/libsofthsm2.so\n    env", "module: «libsofthsm2.so\n    env", /absolute path of a PKCS#11 module/],
  ['"configdir=/tmp"', '«"pin-value=98765"', /no pin-value/],
  ['SOME_MODE: "on"', '«TOKEN_PIN: "98765"', /PINs and passwords never stand/],
  ['SOME_MODE: "on"', '«LD_PRELOAD: "/tmp/x.so"', /changes how programs load/],
  ['SOME_MODE: "on"', 'SOME_MODE: «1', /a text in quotes, or \{ file: PATH \}/],
  ["{ file: softhsm2.conf }", "{ file: «~/softhsm2.conf }", /a path, absolute or relative/],
  ["serial: uninitialized", "serial: «123", /in quotes/],
  ['serial: "0123456789abcdef"', 'serial: «"0123456789abcdef0"', /1 to 16 characters/],
  ["  issuing:", "  «Issuing:", /a token name/],
  ["anchorite-station: 1", "anchorite-station: «2", /expected 1, the version/],
  ["    serial: uninitialized", "    serial: uninitialized\n    «slot: 0", /unknown field "slot"/],
];

for (const [from, to, says] of MISTAKES) {
  test(`finds ${JSON.stringify(to)} in a station [SCRIPT-FORM]`, () => {
    const { text, places } = mistaken(STATION, [from, to]);
    const findings = findingsOfStation(text);
    assert.deepEqual(summary(findings), places.map((place) => `${place} SCRIPT-FORM`));
    assert.match(findings[0]?.message ?? "", says);
    assert.ok(!JSON.stringify(findings).includes("98765"), "what may be a PIN is never shown");
  });
}

/** What fits a station to the script, and what does not: the place is in the station file. */
const MISFITS: readonly (readonly [what: string, says: RegExp, ...mistakes: Mistake[]])[] = [
  ["a token without an entry", /expected an entry for issuing/, ["tokens:\n  vault:", "tokens:\n  «vault:"], ['  issuing:\n    module: /usr/lib/softhsm/libsofthsm2.so\n    serial: "0123456789abcdef"\n    pin: { descriptor: 3 }\n', ""]],
  ["an entry without a token", /only tokens of the script, found other/, ["  issuing:", '  other:\n    «module: /m.so\n    serial: "1"\n    pin: prompt\n  issuing:']],
  ["a serial where the script initialises", /expected serial: uninitialized/, ["serial: uninitialized", 'serial: «"42"']],
  ["no SO PIN where the script initialises", /expected so-pin/, ["    so-pin: prompt\n", ""], ["    module: /usr/lib/softhsm/libsofthsm2.so\n    env", "    «module: /usr/lib/softhsm/libsofthsm2.so\n    env"]],
  ["no serial where the script does not initialise", /expected the serial of issuing/, ['serial: "0123456789abcdef"', "serial: «uninitialized"]],
];

for (const [what, says, ...mistakes] of MISFITS) {
  test(`a station with ${what} does not fit [SCRIPT-NAMES]`, () => {
    const { text, places } = mistaken(STATION, ...mistakes);
    const { script } = parseScript(toUtf8(SCRIPT), "script.yaml");
    const { station, locate } = parseStation(toUtf8(text), "station.yaml");
    assert.ok(script !== null && station !== null);
    const findings = placed(stationFindings(script, station), "station.yaml", locate);
    assert.deepEqual(summary(findings), places.map((place) => `${place} SCRIPT-NAMES`));
    assert.match(findings[0]?.message ?? "", says);
  });
}

test("a station that fits has no findings, and two tokens cannot share a serial [SCRIPT-NAMES]", () => {
  const script = parseScript(toUtf8(SCRIPT.replace("  - initialize-token: { token: vault }", "  - inspect-token: { token: vault }")), "script.yaml").script;
  const fitting = parseStation(toUtf8(STATION.replace("serial: uninitialized", 'serial: "1"')), "station.yaml").station;
  const shared = parseStation(toUtf8(STATION.replace("serial: uninitialized", 'serial: "0123456789abcdef"')), "station.yaml").station;
  assert.ok(script !== null && fitting !== null && shared !== null);
  assert.deepEqual(stationFindings(script, fitting), []);
  assert.deepEqual(stationFindings(script, shared).map(({ path }) => path), [["tokens", "issuing", "serial"]]);
});

test("a PIN written anywhere in place of a PIN source is never shown [SCRIPT-FORM]", () => {
  const pin = fc.stringMatching(/^[0-9A-Za-z]{6,12}$/).map((text) => `q${text}7`);
  const form = fc.constantFrom((text: string) => `"${text}"`, (text: string) => text, (text: string) => `{ value: ${text} }`, (text: string) => `[${text}]`, (text: string) => `'${text}`, (text: string) => `!x ${text}`, (text: string) => `{ descriptor: ${text} }`);
  fc.assert(
    fc.property(pin, form, fc.constantFrom("pin: { file: pin.txt }", "so-pin: prompt"), (text, write, field) => {
      const findings = findingsOfStation(STATION.replace(field, `${field.split(":")[0]}: ${write(text)}`));
      assert.ok(findings.length > 0);
      assert.ok(!JSON.stringify(findings).includes(text));
    }),
    { numRuns: 100 },
  );
});

test("tokens that say one serial are told apart by their labels, and a token that is initialised here has none [SCRIPT-NAMES]", () => {
  const script = parseScript(toUtf8(SCRIPT), "script.yaml").script;
  const station = parseStation(toUtf8(STATION), "station.yaml").station;
  const issuing = station?.tokens["issuing"];
  assert.ok(script !== null && station !== null && issuing !== undefined);
  const found = (tokens: object) => stationFindings(script, { ...station, tokens: { ...station.tokens, ...tokens } }).map(({ message }) => message);
  assert.ok(found({ vault: { ...issuing } }).some((message) => message.includes("expected a serial of issuing's own")));
  assert.ok(!found({ vault: { ...issuing, label: "a" }, issuing: { ...issuing, label: "b" } }).some((message) => message.includes("'s own")));
  assert.ok(found({ vault: { ...station.tokens["vault"], label: "a" } }).some((message) => message.includes("expected no label")));
});

test("a PIN that the script sets twice wants two places, a prompt or a descriptor, and one that it sets once takes one [SCRIPT-NAMES]", () => {
  const steps = (...more: readonly string[]) => parseScript(toUtf8(SCRIPT.replace("  - initialize-token: { token: vault }", ["  - initialize-token: { token: vault }", ...more].join("\n"))), "script.yaml").script ?? assert.fail("no script");
  const twice = steps("  - change-pin: { token: vault }", "  - change-pin: { token: vault }");
  const found = (script: typeof twice, places: string) => {
    const { station, findings } = parseStation(toUtf8(STATION.replace("    so-pin: prompt\n", `    so-pin: prompt\n    new-pin: ${places}\n`)), "station.yaml");
    return station === null ? findings.map(({ message }) => message).join() : stationFindings(script, station).map(({ message }) => message).join();
  };
  assert.match(found(twice, "{ file: new.txt }"), /expected a list of 2 places, for the script sets the user PIN of vault so often, found one/);
  assert.match(found(twice, "[{ file: new.txt }]"), /expected a list of 2 places.*found 1$/);
  for (const places of ["[{ file: one.txt }, { file: two.txt }]", "prompt", "{ descriptor: 4 }"]) assert.equal(found(twice, places), "", places);
  assert.equal(found(steps("  - change-pin: { token: vault }"), "{ file: new.txt }"), "");
  assert.match(found(twice, '["1234"]'), NEVER);
});
