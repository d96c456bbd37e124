/** What a forger could do to a sealed record, and what the auditor is told: a table of changes, exit codes and reasons. */
import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { test } from "node:test";
import type { Body } from "../../src/transcript/entry.ts";
import { readRoster } from "../../src/transcript/roster.ts";
import { Ceremony, freshPath } from "./ceremony.ts";
import { asRecord, editText, judge, loadRecord, rechain, remakeSeal, resign, rosterOf, setText, sshSign, text, type Files } from "./record-in-memory.ts";
import { stoppedRecord } from "./stopped-record.ts";

const factory = Ceremony.finished("factory");
const other = Ceremony.finished("factory");
const [honest, foreign] = [loadRecord(factory.inRecord()), loadRecord(other.inRecord())];
const [roster, otherRoster] = [rosterOf(factory), rosterOf(other)];

interface Tampering {
  readonly name: string;
  change(files: Files): void;
  readonly exit: number;
  /** Part of what speaks against the record. */
  readonly reason: RegExp;
}

const TLS = "artifacts/certificates/tls-crt.pem";
const ONLINE = "artifacts/certificates/online-ca.pem";
const TRANSCRIPT = "transcript.jsonl";

/** Takes a file of the other record in place of this one's. */
const take = (path: string, from = path) => (files: Files): void => void files.set(path, foreign.get(from) ?? new Uint8Array());
const remove = (...paths: string[]) => (files: Files): void => paths.forEach((path) => files.delete(path));
const edit = (path: string, from: string | RegExp, to: string) => (files: Files): void => editText(files, path, from, to);
const signAs = (id: string, key: string, namespace: string, over = "seal.txt") => (files: Files): void =>
  void files.set(`signatures/${id}.sig`, sshSign(factory.path("people", key), namespace, files.get(over) ?? new Uint8Array()));
/** One change after another. */
const inTurn = (...changes: ((files: Files) => void)[]) => (files: Files): void => changes.forEach((change) => change(files));
const resealed = (files: Files): void => inTurn(remakeSeal, (sealed) => resign(sealed, factory))(files);

function swap(files: Files): void {
  const [tls, online] = [files.get(TLS), files.get(ONLINE)];
  files.set(TLS, online ?? new Uint8Array()).set(ONLINE, tls ?? new Uint8Array());
}

/** The lines of the transcript, two an entry, changed by entry. */
const entries = (change: (pairs: string[]) => string[]) => (files: Files): void => {
  const pairs = text(files, TRANSCRIPT).match(/.*\n.*\n/g) ?? [];
  setText(files, TRANSCRIPT, change([...pairs]).join(""));
};

const observed = (bodies: Body[], kind: string) => {
  for (const body of bodies) if (body.kind === "observation" && body.observation.kind === kind) return body.observation;
  throw new Error(`no observation of ${kind}`);
};

/** As if Bob had not been there. */
function withoutBob(bodies: Body[]): Body[] {
  const rollCall = observed(bodies, "roll-call");
  if (rollCall.kind === "roll-call" && rollCall.outcome === "answered") rollCall.present = ["alice", "dan"];
  return bodies;
}

function otherSignature(bodies: Body[]): Body[] {
  const sign = observed(bodies, "sign");
  if (sign.kind === "sign" && sign.outcome === "done") sign.signatures = [`${"11".repeat(32)}${"22".repeat(32)}`];
  return bodies;
}

const anEvent = (bodies: Body[]): Body => {
  const { salt, at, mono, boot } = bodies.at(-1) ?? { salt: "", at: "", mono: 0, boot: "" };
  return { kind: "event", event: { name: "attendance", present: ["alice", "bob", "dan"] }, salt, at, mono, boot };
};

const TAMPERINGS: readonly Tampering[] = [
  // the files beside the transcript (T13, T14, T16, T17, T25)
  { name: "an extra file", change: (files) => setText(files, "artifacts/certificates/extra.pem", "x"), exit: 7, reason: /extra\.pem is not listed in SHA256SUMS/ },
  { name: "an extra file among the signatures", change: (files) => setText(files, "signatures/note.txt", "x"), exit: 7, reason: /signatures\/note\.txt is no signature of this record/ },
  { name: "a missing certificate", change: remove(TLS), exit: 7, reason: /tls-crt\.pem is missing; SHA256SUMS lists it/ },
  { name: "a missing input", change: remove("inputs/requests/tls.csr"), exit: 7, reason: /tls\.csr is missing/ },
  { name: "a missing plan", change: remove("plan.json"), exit: 7, reason: /plan\.json is missing; entry 0 names it/ },
  { name: "a missing manifest", change: remove("SHA256SUMS"), exit: 7, reason: /SHA256SUMS is missing/ },
  { name: "a missing seal.txt under signatures", change: remove("seal.txt"), exit: 7, reason: /there is a seal, but not over a whole record/ },
  { name: "a missing transcript", change: remove(TRANSCRIPT), exit: 7, reason: /there is a seal, but not over a whole record/ },
  { name: "missing allowed signers", change: remove("signatures/allowed_signers"), exit: 7, reason: /allowed_signers is missing/ },
  { name: "two artifacts swapped", change: swap, exit: 7, reason: /tls-crt\.pem has the SHA-256 [0-9a-f]{64}, SHA256SUMS says/ },
  { name: "another valid certificate", change: take(TLS), exit: 7, reason: /tls-crt\.pem has the SHA-256/ },
  { name: "another valid certificate, with its line in the manifest", change: (files) => {
    take(TLS)(files);
    const line = (record: Files): string => /^.*tls-crt\.pem\n/m.exec(text(record, "SHA256SUMS"))?.[0] ?? "";
    setText(files, "SHA256SUMS", text(files, "SHA256SUMS").replace(line(files), line(foreign)));
  }, exit: 7, reason: /seal\.txt does not say what the record says/ },
  { name: "two artifacts swapped, manifest and seal made anew, signatures kept", change: inTurn(swap, remakeSeal), exit: 7, reason: /signatures\/alice\.sig: the signature does not verify/ },
  { name: "a changed word in the script", change: edit("script.yaml", "Example Factory root", "Example Factory Root"), exit: 7, reason: /script\.yaml has the SHA-256 .* entry 0 says/ },
  { name: "a comment added to the script", change: edit("script.yaml", /$/, "# nothing\n"), exit: 7, reason: /script\.yaml has the SHA-256/ },
  { name: "another station", change: edit("station.yaml", "pin.txt", "pit.txt"), exit: 7, reason: /station\.yaml has the SHA-256 .* entry 0 says/ },
  { name: "another date in the plan", change: edit("plan.json", "P20Y", "P25Y"), exit: 7, reason: /plan\.json has the SHA-256 .* entry 0 says/ },
  { name: "another request in the inputs", change: take("inputs/requests/tls.csr"), exit: 7, reason: /tls\.csr has the SHA-256 .* entry 0 says/ },
  // the transcript (T1–T9, T22, T23)
  { name: "an entry dropped", change: entries((all) => all.filter((_, seq) => seq !== 40)), exit: 7, reason: /entry 40: expected seq 40, found 41/ },
  { name: "two entries exchanged", change: entries((all) => [...all.slice(0, 40), all[41] ?? "", all[40] ?? "", ...all.slice(42)]), exit: 7, reason: /entry 40: expected seq 40, found 41/ },
  { name: "an entry twice", change: entries((all) => [...all.slice(0, 41), ...all.slice(40)]), exit: 7, reason: /entry 41: expected seq 41, found 40/ },
  { name: "an entry of another record", change: entries((all) => all.with(40, text(foreign, TRANSCRIPT).match(/.*\n.*\n/g)?.[40] ?? "")), exit: 7, reason: /entry 40: expected prev/ },
  { name: "the tail of another record", change: entries((all) => [...all.slice(0, 40), ...(text(foreign, TRANSCRIPT).match(/.*\n.*\n/g) ?? []).slice(40)]), exit: 7, reason: /entry 40: expected prev/ },
  { name: "an event put in, everything after it chained anew", change: (files) => rechain(files, (all) => [...all.slice(0, 5), anEvent(all.slice(0, 5)), ...all.slice(5)]), exit: 7, reason: /seal\.txt does not say what the record says/ },
  { name: "other people at roll call, chained anew, manifest and seal made anew", change: inTurn((files) => rechain(files, withoutBob), remakeSeal), exit: 7, reason: /signatures\/alice\.sig: the signature does not verify/ },
  { name: "another signature of the token, chained anew, sealed anew by the same people", change: inTurn((files) => rechain(files, otherSignature), resealed), exit: 7, reason: /entry \d+: the signature does not verify/ },
  { name: "lines ended by CR LF", change: edit(TRANSCRIPT, /\n/g, "\r\n"), exit: 7, reason: /entry 0/ },
  { name: "a byte order mark", change: edit(TRANSCRIPT, /^/, "\ufeff"), exit: 7, reason: /entry 0/ },
  { name: "a blank inside a body line", change: edit(TRANSCRIPT, '{"approvals":', '{"approvals": '), exit: 7, reason: /entry 0/ },
  { name: "a member twice", change: edit(TRANSCRIPT, '{"approvals":[]', '{"approvals":[],"approvals":[]'), exit: 7, reason: /entry 0/ },
  { name: "the last entry cut off", change: entries((all) => all.slice(0, -1)), exit: 7, reason: /there is a seal, but not over a whole record/ },
  { name: "the last octet cut off", change: edit(TRANSCRIPT, /\n$/, ""), exit: 7, reason: /there is a seal, but not over a whole record/ },
  { name: "the tail cut off, manifest and seal made anew", change: inTurn(entries((all) => all.slice(0, 60)), remakeSeal), exit: 7, reason: /there is a seal, but not over a whole record/ },
  { name: "the tail cut off, and everything that seals", change: inTurn(entries((all) => all.slice(0, 60)), (files) => remove(...[...files.keys()].filter((path) => /^(SHA256SUMS|seal\.txt|signatures\/.*)$/.test(path)))(files)), exit: 6, reason: /the transcript ends where the ceremony asks for/ },
  { name: "an octet after the close", change: edit(TRANSCRIPT, /$/, "\n"), exit: 7, reason: /the transcript ends in 1 octets that are no whole entry/ },
  { name: "a well-chained event after the close", change: (files) => rechain(files, (all) => [...all, anEvent(all)]), exit: 7, reason: /expected nothing after the close, found an entry/ },
  // the seal (T6–T8, T10, T12, T18, T20)
  { name: "another outcome in the seal", change: edit("seal.txt", "outcome: done", "outcome: stopped"), exit: 7, reason: /seal\.txt does not say what the record says/ },
  { name: "no token signature in the seal", change: inTurn(edit("seal.txt", "transcript-key.p7s", "none"), remove("signatures/transcript-key.p7s"), (files) => resign(files, factory)), exit: 7, reason: /seal\.txt does not say what the record says/ },
  { name: "a line more in the seal", change: edit("seal.txt", /$/, "note: x\n"), exit: 7, reason: /seal\.txt does not say what the record says/ },
  { name: "the seal of another record, with its signatures", change: (files) => [...foreign].filter(([path]) => /^(SHA256SUMS|seal\.txt|signatures\/.*)$/.test(path)).forEach(([path, bytes]) => files.set(path, bytes)), exit: 7, reason: /seal\.txt does not say what the record says/ },
  { name: "a manifest in another order", change: (files) => setText(files, "SHA256SUMS", `${text(files, "SHA256SUMS").trimEnd().split("\n").reverse().join("\n")}\n`), exit: 7, reason: /SHA256SUMS: expected/ },
  { name: "a manifest in upper case", change: edit("SHA256SUMS", /^[0-9a-f]*[a-f][0-9a-f]*/, "ABCDEF"), exit: 7, reason: /SHA256SUMS: expected/ },
  { name: "alice's signature by another key", change: signAs("alice", "bob", "anchorite-seal-approved"), exit: 7, reason: /expected the key that the plan gives alice .* found that of bob/ },
  { name: "dan's signature as alice's", change: (files) => void files.set("signatures/alice.sig", files.get("signatures/dan.sig") ?? new Uint8Array()), exit: 7, reason: /expected the key that the plan gives alice .* found that of dan/ },
  { name: "alice's signature as bob's", change: (files) => void files.set("signatures/bob.sig", files.get("signatures/alice.sig") ?? new Uint8Array()), exit: 7, reason: /expected the key that the plan gives bob/ },
  { name: "a signature of nobody in the plan", change: (files) => void files.set("signatures/mallory.sig", files.get("signatures/alice.sig") ?? new Uint8Array()), exit: 7, reason: /expected a signature of a person of the plan, found one named "mallory"/ },
  { name: "alice's signature under a witness's namespace", change: signAs("alice", "alice", "anchorite-seal-witnessed"), exit: 7, reason: /expected the namespace anchorite-seal-approved of the role administrator/ },
  { name: "alice's signature over something else", change: signAs("alice", "alice", "anchorite-seal-approved", "SHA256SUMS"), exit: 7, reason: /signatures\/alice\.sig: the signature does not verify/ },
  { name: "alice's signature of the other record", change: take("signatures/alice.sig"), exit: 7, reason: /expected the key that the plan gives alice/ },
  { name: "a signature with CR LF", change: edit("signatures/alice.sig", /\n/g, "\r\n"), exit: 7, reason: /alice\.sig: expected/ },
  { name: "text after a signature", change: edit("signatures/alice.sig", /$/, "x\n"), exit: 7, reason: /alice\.sig: expected/ },
  { name: "other allowed signers", change: take("signatures/allowed_signers"), exit: 7, reason: /allowed_signers does not hold the people of the plan/ },
  { name: "a comment in the allowed signers", change: edit("signatures/allowed_signers", /$/, "# nobody else\n"), exit: 7, reason: /allowed_signers does not hold the people of the plan/ },
  { name: "the token's signature of the other record", change: take("signatures/transcript-key.p7s"), exit: 7, reason: /transcript-key\.p7s: expected/ },
  { name: "an octet after the token's signature", change: (files) => void files.set("signatures/transcript-key.p7s", Uint8Array.of(...(files.get("signatures/transcript-key.p7s") ?? []), 0)), exit: 7, reason: /transcript-key\.p7s: / },
  { name: "no signature of the token", change: remove("signatures/transcript-key.p7s"), exit: 6, reason: /the token's signature/ },
  { name: "no signature of dan", change: remove("signatures/dan.sig"), exit: 6, reason: /1 of witness/ },
];

for (const { name, change, exit, reason } of TAMPERINGS) {
  test(`tampering with ${name}: exit ${exit}`, () => {
    const files = new Map(honest);
    change(files);
    const verdict = judge(files, { roster });
    const said = [...verdict.wrong, verdict.rebuilt.why, ...verdict.signed.missing].join("\n");
    assert.equal(verdict.exit, exit, said);
    assert.match(said, reason);
  });
}

test("bob's signature as well, and an addendum, change nothing: exit 0, and the addendum is named as no part of the sealed record", () => {
  const files = new Map(honest);
  signAs("bob", "bob", "anchorite-seal-approved")(files);
  setText(files, "addenda/video.txt", "x");
  const verdict = judge(files, { roster });
  assert.deepEqual([verdict.exit, verdict.wrong], [0, []]);
  assert.ok(verdict.notChecked.some((line) => line.startsWith("addenda/video.txt")));
});

test("a link in place of a file, in memory and on the disk: exit 7", () => {
  const files = new Map(honest);
  files.delete(TLS);
  assert.ok(judge(files, { roster, strangers: [TLS] }).wrong.includes(`${TLS} is neither a file nor a folder [RECORD-FOLDER]`));
  const copy = new Ceremony(freshPath("linked"));
  cpSync(factory.inRecord(), copy.inRecord(), { recursive: true });
  rmSync(copy.inRecord(TLS));
  symlinkSync(factory.inRecord(TLS), copy.inRecord(TLS));
  const replayed = copy.call("replay", "record", "--roster", factory.path("roster"));
  assert.equal(replayed.exit, 7);
  assert.match(replayed.stdout, /tls-crt\.pem is neither a file nor a folder/);
});

test("a whole record forged with other people's keys: exit 9 by itself, exit 7 against the roster [SEAL-QUORUM]", () => {
  assert.deepEqual([judge(foreign, { roster: null }).exit, judge(foreign, { roster: otherRoster }).exit], [9, 0]);
  const verdict = judge(foreign, { roster });
  assert.equal(verdict.exit, 7);
  assert.match(verdict.wrong.join("\n"), /expected the roster's key of alice/);
});

test("a roster whose line for a signer has run out, or has another namespace, does not pin: exit 7 [SEAL-QUORUM]", () => {
  const lines = readFileSync(factory.path("roster"), "utf8");
  for (const [changed, reason] of [
    [lines.replace('alice namespaces="anchorite-seal-approved"', 'alice namespaces="anchorite-seal-approved",valid-before="20200101Z"'), /expected the roster's key of alice to be valid/],
    [lines.replace('dan namespaces="anchorite-seal-witnessed"', 'dan namespaces="anchorite-waiver"'), /expected the roster to allow dan the namespace/],
  ] as const) {
    const verdict = judge(honest, { roster: readRoster(new TextEncoder().encode(changed)) });
    assert.equal(verdict.exit, 7);
    assert.match(verdict.wrong.join("\n"), reason);
  }
});

test("people who seal another artifact in agreement are found out by the rebuilding alone: diverged, exit 6", () => {
  const { ceremony } = stoppedRecord();
  const files = loadRecord(ceremony.inRecord());
  const root = "artifacts/certificates/root-ca.pem";
  files.set(root, honest.get("artifacts/certificates/factory-ca.pem") ?? new Uint8Array());
  remakeSeal(files);
  resign(files, ceremony);
  const verdict = judge(files, { roster: rosterOf(ceremony) });
  assert.deepEqual([verdict.exit, verdict.wrong, verdict.rebuilt.state], [6, [], "diverged"]);
  assert.match(verdict.rebuilt.why, /root-ca\.pem has other bytes than those rebuilt/);
});

/** Another attested time in every answer, chained and sealed anew by the same people. @param forgetful whether what the token kept is taken out as well */
function anotherTime(forgetful: boolean): ReturnType<typeof judge> {
  const { ceremony } = stoppedRecord();
  const files = loadRecord(ceremony.inRecord());
  rechain(files, (bodies) => {
    for (const body of bodies) {
      if (body.kind !== "observation" || body.observation.outcome !== "answered") continue;
      if (body.observation.kind === "time") body.observation.instant = "2031-01-01T00:00:00Z";
      if (body.observation.kind === "inspect-token" && forgetful) body.observation.heads = [];
    }
    return bodies;
  });
  remakeSeal(files);
  resign(files, ceremony);
  return judge(files, { roster: rosterOf(ceremony) });
}

test("people who seal another answer in agreement are found out by the requests that no longer follow from it: diverged, exit 6", () => {
  const verdict = anotherTime(true);
  assert.deepEqual([verdict.exit, verdict.wrong, verdict.rebuilt.state], [6, [], "diverged"]);
});

test("and by what the token kept of the transcript as it was: exit 7 [RECORD-NOT-ROLLED-BACK]", () => {
  const verdict = anotherTime(false);
  assert.deepEqual([verdict.exit, verdict.rebuilt.state], [7, "diverged"]);
  assert.match(verdict.wrong.join("\n"), /^entry \d+: the token kept the head [0-9a-f]{64} of entry \d+, which this transcript does not have \[RECORD-NOT-ROLLED-BACK\]$/);
});

test("the honest record is exit 0: the table above starts from a good one", () => {
  assert.equal(judge(honest, { roster }).exit, 0);
  assert.deepEqual(asRecord(honest).list(), asRecord(loadRecord(factory.inRecord())).list());
});
