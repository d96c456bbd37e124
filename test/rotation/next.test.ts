/** The next ceremony as `rotation next` writes it: what it makes, from what it makes it, and when it makes nothing. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { shifted } from "../../src/plan/validity.ts";
import { joinRegisters } from "../../src/plan/joined-registers.ts";
import { nextCeremony } from "../../src/rotation/next.ts";
import { nextScript } from "../../src/rotation/next-script.ts";
import { readHeldCeremony } from "../../src/transcript/held-ceremony.ts";
import { packOf } from "../scripted/pack.ts";
import { dueInCeremony } from "../../src/rotation/next-due.ts";
import { nextName } from "../../src/rotation/next-draft.ts";
import { obligationsOf } from "../../src/rotation/obligations.ts";
import type { Register } from "../../src/transcript/register.ts";
import { readCertificate } from "../../src/x509/certificate-reading.ts";
import { CUSTODIAN_FILES } from "../scripted/backup.ts";
import type { HeldRecord } from "../scripted/life.ts";
import { heldNext, isSomething, judgedNext, nextOf, QUIET, requested } from "../scripted/next.ts";
import { FIRST, first, registerIn } from "../scripted/rotation.ts";
import { planOf } from "../scripted/scripts.ts";
import { replay } from "../scripted/world.ts";

const life: HeldRecord[] = [];
before(async () => {
  life.push(await first(QUIET));
});

const last = (): HeldRecord => life.at(-1) ?? assert.fail("no ceremony was held");
/** The day after the first one on which a ceremony is due. */
function nextDay(register: Register, from: string): string {
  const days = obligationsOf(register, from).filter(({ kind }) => kind === "succeed" || kind === "crl").map((one) => one.from);
  return shifted(days.sort().find((at) => at > from) ?? assert.fail("nothing will ever be due"), "P1D", "after");
}

const files = (record: HeldRecord, next: ReturnType<typeof nextOf>) => ({ ...record.pack.files, ...requested(next) });

test("a life from 2026 to 2041: each script is written, has no finding, is held and sealed, and closes what it was written for [ROTATION-NEXT]", async () => {
  for (let at = registerIn(last()).attested ?? ""; ;) {
    at = nextDay(registerIn(last()), at);
    if (at > "2041") break;
    const next = nextOf(last(), at);
    assert.ok(isSomething(next), at);
    const held = await heldNext(last(), next, at, requested(next));
    life.push(held);
    const open = new Set(obligationsOf(registerIn(held), at).map(({ id }) => id));
    assert.deepEqual(next.due.filter(({ id }) => open.has(id)), [], at);
    assert.equal(isSomething(nextOf(held, at)), false, `${at}: nothing is left for another ceremony on the same day`);
  }
  const { certificates, rotation } = registerIn(last());
  assert.deepEqual(Object.entries(rotation?.successors ?? {}).filter(([name]) => name.startsWith("root") || name.startsWith("issuing")), [["issuing-ca-2", "issuing-ca"], ["issuing-ca-3", "issuing-ca-2"], ["issuing-ca-4", "issuing-ca-3"], ["root-ca-2", "root-ca"]]);
  assert.deepEqual(certificates.filter(({ profile }) => profile.startsWith("private/cross@")).map(({ name, issuer }) => `${name} ${issuer}`), ["root-ca-2-by-root-ca root-ca", "root-ca-by-root-ca-2 root-ca-2"]);
  assert.equal(certificates.find(({ name }) => name === "issuing-ca-4")?.issuer, "root-ca-2");
  assert.equal(replay(last().files).replayed.rebuilt.state, "reproduced");
});

test("a bundle that was delivered is made anew with old and new together, the ways between roots, and the lists in force", () => {
  const bundles = life.filter(({ files: kept }) => kept.list().some((path) => path.endsWith("trust/bundle.pem")));
  assert.ok(bundles.length > 3);
  const { certificates } = registerIn(last()).rotation?.made?.bundles.trust?.fields ?? {};
  for (const name of ["root-ca", "root-ca-2", "root-ca-2-by-root-ca"]) assert.ok(Array.isArray(certificates) && certificates.includes(name), JSON.stringify(certificates));
});

/** Of a certificate everything but its key, its dates, its serial number and what names keys. */
function parameters({ certificates }: Register, name: string): { readonly extensions: readonly string[]; readonly subject: string; readonly years: number } {
  const one = certificates.find((certificate) => certificate.name === name);
  const facts = readCertificate(fromHex(one?.der ?? ""));
  const extensions = facts.extensions.filter(({ oid }) => oid !== "2.5.29.14" && oid !== "2.5.29.35").map(({ oid, critical, value }) => `${oid} ${critical} ${toHex(value)}`);
  return { extensions, subject: (one?.subject ?? "").replace(/ [0-9]+$/, ""), years: Math.round((Date.parse(one?.notAfter ?? "") - Date.parse(one?.notBefore ?? "")) / (365.25 * 86_400_000)) };
}

test("a successor has the profile and the parameters of the one before it: it differs in key, dates, serial number and the number in its name", () => {
  const register = registerIn(last());
  const successors = Object.entries(register.rotation?.successors ?? {}).filter(([name]) => !name.startsWith("device"));
  assert.ok(successors.length >= 4);
  for (const [after, old] of successors) {
    assert.deepEqual(parameters(register, after), parameters(register, old), after);
    const [a, b] = [after, old].map((name) => register.certificates.find((one) => one.name === name));
    assert.deepEqual([a?.profile, a?.ca, a?.crl], [b?.profile, b?.ca, b?.crl]);
    assert.notEqual(a?.spki, b?.spki);
  }
});

const RICH = FIRST.replace("path-length: 0, valid", `path-length: 0, usage: [serverAuth, clientAuth], policies: [{ oid: "1.3.6.1.4.1.99999.1", cps: https://ca.example.com/cps }], constraints: { permitted: { dns: [example.com], ip: [10.0.0.0/8] }, excluded: { dns: [old.example.com], directory: [{ O: Elsewhere, C: FR }] } }, authority-info: { issuers: ["http://ca.example.com/root.crt"] }, valid`);

test("whatever a script gave a profile stands in the plan of the successor octet by octet: purposes, policies, constraints, pointers", async () => {
  const record = await first(RICH.replace("CN: Example Issuing }", "O: Example, C: DE, CN: Example Issuing }").replace("private/code-signing", "private/tls-client"));
  const next = nextOf(record, "2030-07-20T00:00:00Z");
  const { made, findings } = planOf(next.script, files(record, next));
  assert.deepEqual(findings, [], next.script);
  const step = made?.plan?.steps.find((one) => one.rule === "issue-certificate@1");
  assert.ok(step?.rule === "issue-certificate@1");
  const planned = step.template.extensions.flatMap((one) => ("value" in one ? [`${one.oid} ${one.critical} ${one.value}`] : []));
  assert.deepEqual(planned, parameters(registerIn(record), "issuing-ca").extensions);
  assert.equal(planned.length, 6);
  assert.equal(step.template.subjectText, "O=Example, C=DE, CN=Example Issuing 2");
});

test("a key that was made to be wrapped is followed by one that is, with shares for the same people", async () => {
  const people = ["carol", "erin", "frank"].map((id) => `  ${id}: { name: ${id}, role: custodian, key: people/${id}.pub }\n`).join("");
  const wrapped = FIRST.replace("quorum:", `${people}quorum:`).replace("key: issuing, token: vault, algorithm: ecdsa-p256, backup: none }", "key: issuing, token: vault, algorithm: ecdsa-p256, backup: wrap }\n  - back-up-key: { backup: issuing-backup, key: issuing, threshold: 2, custodians: [carol, erin, frank] }");
  const record = await first(wrapped, CUSTODIAN_FILES);
  const next = nextOf(record, "2030-07-20T00:00:00Z");
  assert.deepEqual(next.draft.keys.map(({ kind, fields }) => [kind, fields.backup, fields.custodians]), [["generate-key-pair", "wrap", undefined], ["back-up-key", "issuing-2-backup", ["carol", "erin", "frank"]]]);
  assert.deepEqual(planOf(next.script, { ...CUSTODIAN_FILES, ...files(record, next) }).findings, [], next.script);
});

test("a key that its vendor backs up and that wants its PIN at each signature is followed by one that does, with an act that shows the backup", async () => {
  const record = await first(FIRST.replace("key: issuing, token: vault, algorithm: ecdsa-p256, backup: none }", "key: issuing, token: vault, algorithm: ecdsa-p256, backup: vendor, always-authenticate: true }"));
  const next = nextOf(record, "2030-07-20T00:00:00Z");
  assert.deepEqual(next.draft.keys.map(({ kind, fields }) => [kind, fields.backup ?? fields["backup-of"], fields["always-authenticate"]]), [["generate-key-pair", "vendor", true], ["act", ["issuing-2"], undefined]]);
  assert.deepEqual(planOf(next.script, files(record, next)).findings, [], next.script);
});

test("where two lines meet, what is due of both is one ceremony, and its script names both packs", async () => {
  const renamed = ["root", "issuing", "transcript", "device"].reduce((text, name) => text.replaceAll(`certificate: ${name}`, `certificate: other-${name}`).replaceAll(`issuer: ${name}`, `issuer: other-${name}`).replaceAll(`key: ${name}`, `key: other-${name}`), FIRST.replaceAll("vault", "safe"));
  const other = await first(renamed.replace("holds: [root, issuing, transcript]", "holds: [other-root, other-issuing, other-transcript]").replaceAll("CN: Example", "CN: Other").replace("crl: root-crl", "crl: other-crl"));
  const [record] = life;
  assert.ok(record);
  const joined = packOf(other.world, "joined-1");
  const next = nextCeremony(joinRegisters([registerIn(record), registerIn(other)]), readHeldCeremony(record.files.read("plan.json") ?? new Uint8Array()), { at: "2030-07-20T00:00:00Z", revoke: null });
  assert.ok("draft" in next);
  assert.deepEqual([...next.draft.successions.keys()].sort(), ["device", "issuing-ca", "other-device", "other-issuing-ca"]);
  const script = nextScript(next.draft, [{ pack: "previous", seal: record.pack.seal }, { pack: "joined-1", seal: joined.seal }], next.by);
  assert.deepEqual(planOf(script, { ...record.pack.files, ...joined.files, ...requested(next) }).findings, [], script);
});

test("after a run that nobody attended the people are those of the last ceremony that was attended", () => {
  const [record] = life;
  assert.ok(record);
  const last = readHeldCeremony(record.files.read("plan.json") ?? new Uint8Array());
  const alone = { ...last, people: last.people.slice(0, 1), quorum: { ...last.quorum, seal: [] }, transcriptKey: "issuing" };
  const next = nextCeremony(registerIn(record), alone, { at: "2030-07-20T00:00:00Z", revoke: null });
  assert.ok("draft" in next);
  assert.deepEqual(next.draft.held, last);
});

test("what operators noted as done or not wanted is left alone", () => {
  const [record] = life;
  assert.ok(record);
  const next = judgedNext(record, "2030-07-20T00:00:00Z", null, new Set(["succeed/device", "succeed/issuing-ca"]));
  assert.ok("draft" in next);
  assert.equal(next.draft.successions.size, 0);
});

test("in any week of twenty years and more the script has no finding, or there is nothing to do", () => {
  fc.assert(fc.property(fc.nat({ max: life.length - 1 }), fc.integer({ min: 0, max: 21 * 52 }), (index, week) => {
    const record = life[index] ?? last();
    const at = shifted(registerIn(record).attested ?? "", `P${7 * week + 1}D`, "after");
    const next = nextOf(record, at);
    if (!isSomething(next)) return assert.deepEqual(dueInCeremony(registerIn(record), at), []);
    assert.deepEqual(planOf(next.script, files(record, next)).findings, [], `${at}\n${next.script}`);
  }), { numRuns: 25 });
});

test("without what has to be fetched a script has findings for the missing files and no other", () => {
  const at = nextDay(registerIn(life[0] ?? last()), "2030-01-01T00:00:00Z");
  const record = life.find((one) => nextOf(one, shifted(at, "P60D", "after")).draft.wanted.length > 0) ?? last();
  const next = nextOf(record, shifted(at, "P60D", "after"));
  assert.deepEqual(planOf(next.script, record.pack.files).findings.map(({ control }) => control), next.draft.wanted.map(() => "INPUT-PRESENT"));
  assert.deepEqual(next.draft.wanted.map(({ file, look }) => `${file} ${look}`), ["requests/device-2.csr anchorite request inspect requests/device-2.csr --profile private/code-signing --register previous"]);
});

test("where a policy says that a ceremony is held once a year, what falls due before the next one is done with this one", async () => {
  const yearly = await first(FIRST.replace("  custody: P1Y", "  custody: P1Y\n  ceremonies: P1Y"));
  const { draft } = nextOf(yearly, "2029-11-01T00:00:00Z");
  assert.deepEqual([...draft.successions.keys()], ["issuing-ca", "device"]);
  const often = await first();
  assert.deepEqual([...nextOf(often, "2029-11-01T00:00:00Z").draft.successions.keys()], []);
});

test("names go on from the last number of their line, and never repeat one", () => {
  const name = (taken: readonly string[], of: string, place: number) => nextName(new Set(taken), of, place);
  assert.deepEqual([name([], "issuing-ca", 1), name([], "issuing-ca-2", 2), name([], "gateway-7", 1), name(["issuing-ca-2"], "issuing-ca", 1)], ["issuing-ca-2", "issuing-ca-3", "gateway-7-2", "issuing-ca-3"]);
  assert.equal(name([], "a".repeat(41), 1).length, 41);
});
