/** `check`: everything that can be refused is refused here, all of it at once, with its place. */
import assert from "node:assert/strict";
import { existsSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fromPem, toPem } from "../../src/bytes/pem.ts";
import { Ceremony, type Ended } from "../end-to-end/ceremony.ts";

const good = Ceremony.prepare("factory");
const TLS = "requests/tls.csr";
const script = good.read("script.yaml");
const request = good.read(TLS);

function check(changed: string): Ended {
  writeFileSync(good.path("changed.yaml"), changed);
  return good.call("check", "changed.yaml");
}

/** The findings as `line:column: [CONTROL]`, with the name of the file taken off. */
function placesOf({ stderr }: Ended): string[] {
  return [...stderr.matchAll(/^changed\.yaml:(\d+:\d+): .*\[([A-Z-]+)\]$/gm)].map(([, place, control]) => `${place} ${control}`);
}

/** Where a text begins in another, as line:column. */
function placeOf(text: string, wanted: string): string {
  const lines = text.slice(0, text.indexOf(wanted)).split("\n");
  return `${lines.length}:${(lines.at(-1) ?? "").length + 1}`;
}

test("a good script gives the plan in full, its digest as hex and as 32 words, and the same again", () => {
  const { exit, stdout, stderr } = good.call("check", "script.yaml");
  assert.deepEqual([exit, stderr], [0, ""]);
  assert.match(stdout, /[0-9a-f]{64}/);
  assert.equal(stdout.match(/^ +\d +[0-9a-f]{8} /gm)?.length, 8, "eight rows of four words");
  for (const shown of ["TEST", "factory-root", "foundries/device-ca", "P15Y", "Dan Example"]) assert.ok(stdout.includes(shown), shown);
  assert.equal(good.call("check", "script.yaml").stdout, stdout);
});

test("--json gives the plan and its digest, or the findings with their places, as one object", () => {
  const told = JSON.parse(good.call("check", "script.yaml", "--json").stdout) as { findings: unknown[]; digest: string; plan: { ceremony: string } };
  assert.deepEqual([told.findings, /^[0-9a-f]{64}$/.test(told.digest), typeof told.plan.ceremony], [[], true, "string"]);
  writeFileSync(good.path("changed.yaml"), script.replace("role: operator", "role: boss"));
  const refused = good.call("check", "changed.yaml", "--json");
  const { findings, plan } = JSON.parse(refused.stdout) as { findings: { control: string; line: number }[]; plan: unknown };
  assert.deepEqual([refused.exit, plan, findings.some(({ control, line }) => control === "SCRIPT-FORM" && line > 0)], [3, null, true]);
});

test("a script with several mistakes of form gives all of them, each with file:line:column: exit 3 [SCRIPT-FORM]", () => {
  const changed = script.replace("role: operator", "role: boss").replace("ecdsa-p384, backup", "rsa-1024, backup").replace("for: P20Y", "for: 20").replace("assurance: test", "assurance: test\nnonsense: 1");
  const ended = check(changed);
  assert.equal(ended.exit, 3);
  const form = ["nonsense", "boss", "rsa-1024", "20 }"].map((wanted) => `${placeOf(changed, wanted)} SCRIPT-FORM`);
  assert.deepEqual(placesOf(ended).filter((place) => place.endsWith("SCRIPT-FORM")).sort(), form.sort());
  assert.match(ended.stderr, /refused: \d findings; no token was touched\n$/);
});

test("a script with several mistakes of meaning gives all of them at once: exit 3 [WITNESS-INDEPENDENT] [SCRIPT-NAMES] [ROOT-VALIDITY] [INPUT-PRESENT]", () => {
  const names = script.replace("by: [dan], of: [factory-ca]", "by: [bob], of: [nothing]");
  const plans = script.replace("for: P20Y", "for: P26Y").replace(TLS, "requests/none.csr");
  for (const [changed, wanted] of [[names, ["bob], of", "nothing] }"]], [plans, ["P26Y", "requests/none.csr"]]] as const) {
    const ended = check(changed);
    assert.equal(ended.exit, 3);
    const places = placesOf(ended).map((place) => place.split(" ")[0] ?? "");
    assert.deepEqual(places.map((place) => place.split(":")[0]), wanted.map((text) => placeOf(changed, text).split(":")[0]), ended.stderr);
  }
});

test("a procedure whose steps contradict each other is refused, and is not printed: exit 3 [PROCEDURE-STATE]", () => {
  const locked = script.replace("tokens:\n", "places: { safe: { is: safe, begins: shut, ends: shut }, vault: { is: token, begins: in safe, ends: in safe } }\ntokens:\n");
  writeFileSync(good.path("changed.yaml"), locked);
  const ended = good.call("script", "changed.yaml", "-o", "locked.html");
  assert.equal(ended.exit, 3);
  assert.deepEqual(placesOf(ended), [`${placeOf(locked, "{ token: vault }")} PROCEDURE-STATE`]);
  assert.match(ended.stderr, /expected vault plugged for this step, found it in safe since the beginning/);
  assert.equal(existsSync(good.path("locked.html")), false);
});

function withBrokenSignature(pem: string): string {
  const { label, der } = fromPem(pem, ["CERTIFICATE REQUEST"]);
  const last = der.length - 1;
  return toPem(label, Uint8Array.from(der, (octet, i) => (i === last ? octet ^ 1 : octet)));
}

const REQUESTS: readonly (readonly [name: string, control: string, changed: string | Uint8Array])[] = [
  ["a broken signature", "REQUEST-POSSESSION", withBrokenSignature(request)],
  ["two PEM blocks", "REQUEST-FORM", request + request],
  ["text after its block", "REQUEST-FORM", `${request}x\n`],
  ["octets after its DER", "REQUEST-FORM", toPem("CERTIFICATE REQUEST", Uint8Array.of(...fromPem(request, ["CERTIFICATE REQUEST"]).der, 0))],
  ["no PEM around it", "REQUEST-FORM", fromPem(request, ["CERTIFICATE REQUEST"]).der],
  ["nothing in it", "REQUEST-FORM", ""],
];

function assertRefused(ended: Ended, control: string): void {
  assert.equal(ended.exit, 3);
  assert.match(ended.stderr, new RegExp(`^script\\.yaml:${placeOf(script, TLS)}: .*\\[${control}\\]$`, "m"));
}

for (const [name, control, changed] of REQUESTS) {
  test(`a request with ${name} is refused at its place in the script: exit 3 [${control}]`, () => {
    writeFileSync(good.path(TLS), changed);
    const ended = good.call("check", "script.yaml");
    writeFileSync(good.path(TLS), request);
    assertRefused(ended, control);
  });
}

test("run refuses the same before it makes a record or touches a token [REQUEST-POSSESSION]", () => {
  writeFileSync(good.path(TLS), withBrokenSignature(request));
  const ended = good.run();
  writeFileSync(good.path(TLS), request);
  assertRefused(ended, "REQUEST-POSSESSION");
  assert.deepEqual([existsSync(good.inRecord()), good.tokenFolderIsEmpty()], [false, true]);
});

test("a request behind a link is refused: what is reviewed must be what is there [INPUT-PRESENT]", () => {
  renameSync(good.path(TLS), good.path("requests", "elsewhere.csr"));
  symlinkSync("elsewhere.csr", good.path(TLS));
  const ended = good.call("check", "script.yaml");
  renameSync(good.path("requests", "elsewhere.csr"), good.path(TLS));
  assert.equal(ended.exit, 3);
  assert.match(ended.stderr, /\[INPUT-PRESENT\]/);
});

test("a PIN file named by mistake is refused without showing what is in it", () => {
  const pin = good.read("pin.txt").trim();
  const runs = [
    good.call("check", "pin.txt"),
    good.call("run", "script.yaml", "--record", "record", "--station", "pin.txt", "--answers", "answers.yaml"),
    good.call("run", "script.yaml", "--record", "record", "--station", "station.yaml", "--answers", "pin.txt"),
  ];
  assert.deepEqual(runs.map(({ exit }) => exit), [3, 3, 2]);
  for (const { stdout, stderr } of runs) assert.ok(!`${stdout}${stderr}`.includes(pin), stderr);
  assert.ok(!existsSync(good.inRecord()));
});
