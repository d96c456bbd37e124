/** What is done to the good records, by the ids of the tamper matrix, and the verdict and code that it must give. */
import { LAYOUT } from "../../src/transcript/layout.ts";
import type { RecordControl } from "../../src/transcript/objection.ts";
import type { Files } from "../end-to-end/record-files.ts";
import { edit, editTranscript, entries, flip, headOf, inTurn, keptOtherwise, lastBody, manifested, put, relinked, remove, resealed, reworded, sealMadeAnew, signed, swap, take, type Forging } from "./forging.ts";
import type { People } from "./people.ts";
import type { Brought } from "./vector.ts";

/** What is stated of a record; the maker fills in the rest from the verdict. */
export interface Stated {
  readonly with?: Brought;
  readonly exit: number;
  readonly code: RecordControl | null;
  /** Where a verifier that does not rebuild cannot see it. */
  readonly exitWithoutRebuilding?: number;
}

export interface Bad extends Stated {
  readonly name: string;
  readonly cases: readonly string[];
  readonly about: string;
  readonly from: string;
  readonly change: Forging;
  /** What else is brought to it. */
  readonly also?: readonly Stated[];
  /** Links put in, and where they lead. */
  readonly links?: ReadonlyMap<string, string>;
}

/** What the forgers have: the good records, those of the strangers, and the people's keys. */
export interface Means {
  readonly people: People;
  readonly strangers: People;
  /** The record of a vector. */
  readonly good: (name: string) => Files;
  /** A whole ceremony of the same name that other people held. */
  readonly foreign: Files;
}

const ROOT_PEM = "artifacts/certificates/root-ca.pem";
const ALICE = "signatures/alice.sig";
const nothing: Forging = () => undefined;
const UNSEALED = remove(LAYOUT.manifest, LAYOUT.seal, LAYOUT.allowedSigners, LAYOUT.tokenSignature, ALICE, "signatures/dan.sig");
const wrong = (code: RecordControl) => ({ exit: 7, code }) as const;

/** Everything that is changed in the transcript alone. */
function transcripts({ foreign }: Means): Bad[] {
  const own = (name: string, cases: readonly string[], about: string, change: Forging, code: RecordControl = "RECORD-CHAIN"): Bad => ({ name, cases, about, from: "visit", change, ...wrong(code) });
  return [
    own("t01-body-octet", ["T1"], "an octet of a body line is another", editTranscript("bag as read", "bag as reed")),
    own("t01-link-octet", ["T1"], "a digit of a link line is another", editTranscript(/"prev":"[1-9a-f]/, '"prev":"0')),
    own("t01-last-octet", ["T1"], "the last octet of the transcript is another", flip(LAYOUT.transcript, -1), "SEAL-FORM"),
    own("t02-entry-dropped", ["T2"], "an entry is left out", entries((all) => all.toSpliced(6, 1))),
    own("t03-entries-exchanged", ["T3"], "two entries are exchanged", entries((all) => all.toSpliced(6, 2, all[7] ?? "", all[6] ?? ""))),
    own("t04-entry-twice", ["T4"], "an entry stands twice", entries((all) => all.toSpliced(6, 0, all[6] ?? ""))),
    own("t05-entry-inserted", ["T5"], "an entry of another record is put in", entries((all) => all.toSpliced(6, 0, entriesOf(foreign)[6] ?? ""))),
    own("t05-event-inserted", ["T5"], "an event is put in, and the chain made anew", relinked((all) => all.toSpliced(5, 0, { body: attendanceAfter(String(all[4]?.body)), level: "people" })), "SEAL-FORM"),
    own("t06-entry-cut-off", ["T6"], "the last entry is cut off", entries((all) => all.slice(0, -1)), "SEAL-FORM"),
    own("t06-octet-cut-off", ["T6"], "the last octet is cut off", editTranscript(/\n$/, ""), "SEAL-FORM"),
    own("t06-octets-after-close", ["T6"], "octets follow the close", editTranscript(/$/, "{"), "RECORD-CHAIN"),
    own("t09-spliced", ["T9"], "the tail is that of another record", entries((all) => [...all.slice(0, 6), ...entriesOf(foreign).slice(6)])),
    own("format-0", [], "entry 0 names the format of before version 1, which no verifier has to read", relinked((all) => all.map((line, i) => (i > 0 ? line : { ...line, body: String(line.body).replace("anchorite-record/1", "anchorite-record/0") })))),
    own("t22-name-twice", ["T22"], "a body has a member twice, chained anew", reworded('"kind":"act"', '{"at":', '{"at":"2026-11-20T12:00:00.000Z","at":')),
    own("t23-crlf", ["T23"], "lines end with CR LF", editTranscript(/\n/g, "\r\n")),
    own("t23-byte-order-mark", ["T23"], "a byte order mark stands first", editTranscript(/^/, "\ufeff")),
    own("t28-body-replaced", ["T28"], "the body of a roll call has another one in its place, of the same length", editTranscript('"present":["alice","bob","dan"]}', '"present":["alice","dan","bob"]}')),
    own("t28-public-withheld", ["T28"], "a body that everybody must see is withheld", entries((all) => all.with(6, `{"withheld":true}\n${all[6]?.split("\n")[1] ?? ""}\n`))),
    own("t29-lines-exchanged", ["T29"], "the body line and the link line of an entry are exchanged", entries((all) => all.with(6, `${all[6]?.split("\n").slice(0, 2).reverse().join("\n") ?? ""}\n`))),
    own("t29-line-moved", ["T29"], "a body line stands where its link line ends", entries((all) => all.with(6, (all[6] ?? "").replace("\n", "")))),
  ];
}

/** Everything that its people sealed again, so that nothing but the form speaks against it. */
function spelledOtherwise({ people }: Means): Bad[] {
  const own = (name: string, cases: readonly string[], about: string, change: Forging): Bad =>
    ({ name, cases, about: `${about}; chained anew and sealed again by its people`, from: "visit", change: inTurn(change, resealed(people)), ...wrong("RECORD-CHAIN") });
  const act = '"bag as read"';
  return [
    own("t22-integer-too-large", ["T22"], "a number is larger than 2^53 - 1", reworded('"outcome":"answered"},"salt"', /"mono":\d+/, '"mono":9007199254740993')),
    own("t22-number-spelled-otherwise", ["T22"], "a number has a fraction of nothing", reworded('"kind":"act"', /"mono":(\d+)/, '"mono":$1.0')),
    own("t22-lone-surrogate", ["T22"], "a string holds half a surrogate pair", reworded(act, act, '"\\ud800"')),
    own("t22-escaped-letter", ["T22"], "a letter is escaped that need not be", reworded(act, act, '"\\u0062ag as read"')),
    own("t22-unknown-field", ["T22"], "a body has a field more", reworded(act, /"salt":("[0-9a-f]*")\}$/, '"salt":$1,"zeal":1}')),
    own("t22-names-unsorted", ["T22"], "the names of a body stand in another order", reworded(act, /^\{("at":"[^"]*"),("boot":"[^"]*")/, "{$2,$1")),
    own("t22-not-utf8", ["T22"], "a body is no UTF-8", lastBody((octets) => octets.with(20, 0xff))),
    own("t23-blank", ["T23"], "a blank stands in a body", reworded(act, '{"at":', '{"at": ')),
    own("t23-carriage-return", ["T23"], "a carriage return ends a body", reworded(act, /$/, "\r")),
    own("t22-other-level", ["T22"], "a link line names another level", relinked((lines) => lines.map((line, i) => (i === 6 ? { ...line, level: "station" } : line)))),
    own("t05-after-the-close", ["T5"], "an event follows the close", relinked((all) => [...all, { body: attendanceAfter(String(all.at(-1)?.body)), level: "people" }])),
    own("c01-monotonic-clock-back", ["C1"], "the monotonic clock goes back within one boot", relinked((all) => all.map((line, i) => (i === 8 ? { ...line, body: String(line.body).replace(/"mono":\d+/, '"mono":0') } : line)))),
    own("c05-other-boot", ["C5"], "the host was started anew, and no process went on", relinked((all) => all.map((line, i) => (i < 8 ? line : { ...line, body: String(line.body).replace('"boot":"b0"', '"boot":"b1"') })))),
  ];
}

/** Files beside the transcript. */
function besides({ people, foreign }: Means): Bad[] {
  const own = (name: string, cases: readonly string[], about: string, from: string, change: Forging, code: RecordControl): Bad => ({ name, cases, about, from, change, ...wrong(code) });
  const manifest = (name: string, about: string, change: (lines: string[]) => string[]): Bad =>
    ({ ...own(name, ["T24"], `${about}; sealed again by its people`, "visit", manifested(people, change), "RECORD-MANIFEST") });
  return [
    own("t13-certificates-exchanged", ["T13"], "two certificates are exchanged", "sealed", swap("artifacts/certificates/device.pem", "artifacts/certificates/transcript.pem"), "RECORD-MANIFEST"),
    own("t14-with-its-line", ["T14"], "two certificates and their lines in the manifest are exchanged", "sealed", inTurn(swap("artifacts/certificates/device.pem", "artifacts/certificates/transcript.pem"), linesExchanged("device.pem", "transcript.pem")), "SEAL-FORM"),
    own("t14-manifest-made-anew", ["T14"], "two certificates are exchanged, manifest and seal made anew, the signatures kept", "sealed", inTurn(swap("artifacts/certificates/device.pem", "artifacts/certificates/transcript.pem"), sealMadeAnew), "SEAL-TOKEN"),
    own("t15-request-changed", ["T15"], "a request among the inputs is another", "sealed", edit("inputs/requests/device.csr", /^M/m, "N"), "RECORD-BOUND"),
    own("t16-script-changed", ["T16"], "the script has another word", "visit", edit(LAYOUT.script, "read the number", "note the number"), "RECORD-BOUND"),
    own("t16-comment-added", ["T16"], "the script has a comment more", "visit", edit(LAYOUT.script, /$/, "# nothing\n"), "RECORD-BOUND"),
    own("t16-station-changed", ["T16"], "the station is another", "visit", edit(LAYOUT.station, "prompt,", "prompt ,"), "RECORD-BOUND"),
    own("t17-plan-changed", ["T17"], "the plan has another date", "root", edit(LAYOUT.plan, "P20Y", "P25Y"), "RECORD-BOUND"),
    own("t17-rule-changed", ["T17"], "the plan names another version of a rule", "root", edit(LAYOUT.plan, "issue-root@1", "issue-root@2"), "RECORD-BOUND"),
    { ...own("t24-link", ["T24"], "a link stands where a file was", "root", remove(ROOT_PEM), "RECORD-MANIFEST"), links: new Map([[ROOT_PEM, "../../plan.json"]]) },
    { ...own("t24-link-added", ["T24"], "a link lies in the folder", "visit", nothing, "RECORD-FOLDER"), links: new Map([["artifacts/more.pem", "../plan.json"]]) },
    manifest("t24-path-upwards", "a path of the manifest goes upwards", (lines) => lines.map((line) => line.replace("  script.yaml", "  artifacts/../script.yaml"))),
    manifest("t24-path-absolute", "a path of the manifest is absolute", (lines) => [`${"0".repeat(64)}  /etc/hostname`, ...lines]),
    manifest("t24-path-nul", "a path of the manifest holds NUL", (lines) => [...lines, `${"0".repeat(64)}  zero\0`]),
    manifest("t24-path-backslash", "a path of the manifest has a backslash", (lines) => [...lines, `${"0".repeat(64)}  zero\\one`]),
    manifest("t25-manifest-unsorted", "the manifest is in another order", (lines) => lines.toReversed()),
    manifest("t25-manifest-upper-case", "a digest of the manifest is in upper case", (lines) => lines.map((line) => line.slice(0, 64).toUpperCase() + line.slice(64))),
    manifest("t25-line-without-file", "the manifest lists a file that is not there", (lines) => [...lines, `${"0".repeat(64)}  torn/99-0000000000000000`].sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1))),
    own("t24-case-clash", ["T24"], "two files differ only in the case of letters", "visit", inTurn(put("inputs/people/Alice.pub", "x"), manifested(people, (lines) => lines.toSpliced(1, 0, `2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881  inputs/people/Alice.pub`))), "RECORD-BOUND"),
    own("t25-file-missing", ["T25"], "a certificate is missing", "root", remove(ROOT_PEM), "RECORD-MANIFEST"),
    own("t25-file-added", ["T25"], "a file more lies among the artifacts", "visit", put("artifacts/certificates/more.pem", "x"), "RECORD-ARTIFACTS"),
    own("t25-input-added", ["T25"], "a file more lies among the inputs; sealed again by its people", "visit", inTurn(put("inputs/more.txt", "x"), resealed(people)), "RECORD-BOUND"),
    own("t25-torn-added", ["T25"], "a torn entry lies there that no event names; sealed again by its people", "visit", inTurn(put("torn/3-0000000000000000", "x"), resealed(people)), "RECORD-BOUND"),
    own("t25-folder-added", ["T25"], "a file lies in a folder that no record has; sealed again by its people", "visit", inTurn(put("more/notes.txt", "x"), resealed(people)), "RECORD-FOLDER"),
    own("t25-artifact-added-sealed", ["T25"], "a file more lies among the artifacts; sealed again by its people", "root", inTurn(put("artifacts/certificates/more.pem", "x"), resealed(people)), "RECORD-ARTIFACTS"),
    own("t25-manifest-missing", ["T25"], "there is no manifest", "visit", remove(LAYOUT.manifest), "RECORD-MANIFEST"),
    own("t13-request-of-others", ["T13", "T15"], "a public key among the inputs is that of other people", "visit", take("inputs/people/alice.pub", "inputs/people/alice.pub", foreign), "RECORD-BOUND"),
  ];
}

/** The seal and its signatures. */
function seals({ people, strangers, foreign, good }: Means): Bad[] {
  const own = (name: string, cases: readonly string[], about: string, from: string, change: Forging, code: RecordControl): Bad => ({ name, cases, about, from, change, ...wrong(code) });
  const ALL_SEAL = [LAYOUT.manifest, LAYOUT.seal, LAYOUT.allowedSigners, ALICE, "signatures/dan.sig"];
  return [
    own("t07-cut-and-sealed-anew", ["T7"], "the tail is cut off, manifest and seal made anew, signed by other people", "visit", inTurn(entries((all) => all.slice(0, 10)), sealMadeAnew, signed(strangers, ["alice", "dan"])), "SEAL-FORM"),
    own("t07-cut-and-sealed-by-its-people", ["T7"], "the tail is cut off, and its people seal that", "visit", inTurn(entries((all) => all.slice(0, 10)), resealed(people)), "SEAL-FORM"),
    own("t07-signed-by-strangers", ["T7"], "the signatures are by other keys, under the same names", "visit", signed(strangers, ["alice", "dan"]), "SEAL-QUORUM"),
    { ...own("t08-forged", ["T8"], "a whole record that agrees with itself, by other people of the same names", "visit", (files) => foreign.forEach((bytes, path) => files.set(path, bytes)), "SEAL-QUORUM"), also: [{ with: {}, exit: 9, code: null }, { with: { roster: "strangers" }, exit: 0, code: null }, { with: { head: headOf(good("visit")) }, exit: 7, code: "SEAL-PINNED" }] },
    own("t12-seal-of-another", ["T12"], "manifest, seal and signatures of another record", "visit", (files) => ALL_SEAL.forEach((path) => take(path, path, foreign)(files)), "RECORD-MANIFEST"),
    own("t18-other-namespace", ["T18"], "a person's signature is under the namespace of another role", "visit", signed(people, ["alice"], "anchorite-seal-witnessed"), "SEAL-QUORUM"),
    own("t18-namespace-of-approval", ["T18"], "a person's signature is one over a plan", "visit", signed(people, ["dan"], "anchorite-plan-approved"), "SEAL-QUORUM"),
    own("t20-signer-twice", ["T20"], "one person's signature stands a second time under another's name", "visit", inTurn(take(ALICE, "signatures/bob.sig"), remove("signatures/dan.sig")), "SEAL-QUORUM"),
    own("t20-signer-of-no-plan", ["T20"], "a signature is named for nobody of the plan", "visit", take(ALICE, "signatures/mallory.sig"), "SEAL-QUORUM"),
    own("t21-key-of-another", ["T21"], "the allowed signers give one person the key of another", "visit", edit(LAYOUT.allowedSigners, /^(alice \S+ )(.*)\n(bob \S+ )(.*)\n/m, "$1$4\n$3$2\n"), "SEAL-FILES"),
    own("t21-allowed-signers-missing", ["T21"], "there are no allowed signers", "visit", remove(LAYOUT.allowedSigners), "SEAL-FILES"),
    own("t25-file-among-signatures", ["T25"], "a file more lies among the signatures", "visit", put("signatures/note.txt", "x"), "SEAL-FILES"),
    own("seal-other-outcome", [], "seal.txt says another outcome; signed again by its people", "visit", inTurn(edit(LAYOUT.seal, "outcome: done", "outcome: stopped"), signed(people, ["alice", "dan"])), "SEAL-FORM"),
    own("seal-line-added", [], "seal.txt has a line more; signed again by its people", "visit", inTurn(edit(LAYOUT.seal, /$/, "note: x\n"), signed(people, ["alice", "dan"])), "SEAL-FORM"),
    own("seal-without-token", [], "seal.txt asks for no signature of the token, and its people sealed that", "sealed", inTurn(edit(LAYOUT.seal, "transcript-key.p7s", "none"), remove(LAYOUT.tokenSignature), signed(people, ["alice", "dan"])), "SEAL-FORM"),
    own("signature-other-line-breaks", ["T23"], "a signature's lines end with CR LF", "visit", edit(ALICE, /\n/g, "\r\n"), "SEAL-QUORUM"),
    own("signature-text-after", ["T23"], "text follows a signature", "visit", edit(ALICE, /$/, "x\n"), "SEAL-QUORUM"),
    own("signature-octet", ["T1"], "an octet of a person's signature is another", "visit", flip(ALICE, 250), "RECORD-SIGNATURES"),
    own("p02-signature-of-another-record", ["P2", "T10"], "a person's signature is the one over another record, by the same key with the same meaning", "visit", take(ALICE, ALICE, good("root")), "RECORD-SIGNATURES"),
    own("signature-over-manifest", ["T18"], "a person's signature is one over the manifest", "visit", (files) => void files.set(ALICE, people.sign("alice", files.get(LAYOUT.manifest) ?? new Uint8Array())), "RECORD-SIGNATURES"),
    own("token-signature-octet", ["T1"], "the last octet of the token's signature is another", "sealed", flip(LAYOUT.tokenSignature, -1), "RECORD-SIGNATURES"),
    own("token-signature-octet-after", ["T23"], "an octet follows the token's signature", "sealed", (files) => void files.set(LAYOUT.tokenSignature, Uint8Array.of(...(files.get(LAYOUT.tokenSignature) ?? []), 0)), "SEAL-TOKEN"),
    own("token-signature-of-another", ["T10"], "the token's signature is that of another record", "sealed", take(LAYOUT.tokenSignature, LAYOUT.tokenSignature, good("rsa-pss")), "SEAL-TOKEN"),
    own("token-signature-stale", ["T5"], "a request is another, and its people sealed that; the token's signature is the one from before", "sealed", inTurn(reworded('"kind":"confirm"', '"step":2', '"step":3'), resealed(people)), "SEAL-TOKEN"),
    own("token-signature-added", ["T25"], "there is a signature by a token, and the ceremony names no transcript key", "visit", take(LAYOUT.tokenSignature, LAYOUT.tokenSignature, good("sealed")), "SEAL-TOKEN"),
  ];
}

/** What is not whole, or not what comes out again. */
function unfinished({ people }: Means): Bad[] {
  const six = (name: string, cases: readonly string[], about: string, from: string, change: Forging, code: RecordControl, exitWithoutRebuilding?: number): Bad =>
    ({ name, cases, about, from, change, exit: 6, code, ...(exitWithoutRebuilding === undefined ? {} : { exitWithoutRebuilding }) });
  return [
    six("t06-cut-and-unsealed", ["T6"], "the tail is cut off, and everything that seals", "visit", inTurn(entries((all) => all.slice(0, 10)), UNSEALED), "RECORD-WHOLE"),
    six("t06-torn-and-unsealed", ["T6"], "the transcript ends in half an entry, and nothing seals", "visit", inTurn(entries((all) => [...all.slice(0, 10), (all[10] ?? "").slice(0, 40)]), UNSEALED), "RECORD-WHOLE"),
    six("unsealed", [], "nobody sealed", "visit", UNSEALED, "SEAL-FORM"),
    six("signature-missing", [], "the witness did not sign", "visit", remove("signatures/dan.sig"), "SEAL-QUORUM"),
    six("token-signature-missing", [], "the token did not sign", "sealed", remove(LAYOUT.tokenSignature), "SEAL-TOKEN"),
    six("t13-artifact-changed-sealed", ["T13"], "a revocation list is another, and its people sealed that", "root", inTurn(edit("artifacts/crls/root-crl.pem", "M", "N"), resealed(people)), "RECORD-REBUILT"),
    six("t13-artifact-missing-sealed", ["T13"], "a revocation list is missing, and its people sealed that", "root", inTurn(remove("artifacts/crls/root-crl.pem"), resealed(people)), "RECORD-REBUILT"),
    six("answer-changed-sealed", ["T5"], "the attested time is another, and its people sealed that: only who rebuilds can see it", "root", inTurn(reworded('"attestedBy"', '"instant":"2026-11-20T', '"instant":"2026-11-21T', "last"), resealed(people)), "RECORD-REBUILT", 0),
    six("register-changed-sealed", ["T13"], "the register gives a certificate another notAfter, and its people sealed that", "root", inTurn(keptOtherwise("artifacts/register.json", '"notAfter":"2046', '"notAfter":"2047'), resealed(people)), "RECORD-REBUILT"),
    six("kept-count-changed-sealed", ["T5"], "the room says that it kept one file more than there were, and its people sealed that: only who rebuilds can see it", "visit", inTurn(reworded('"kept":1', '"kept":1', '"kept":2'), resealed(people)), "RECORD-REBUILT", 0),
    six("request-changed-sealed", ["T5"], "a request to people is another, and its people sealed that: only who rebuilds can see it", "visit", inTurn(reworded('"kind":"act","step"', '"typed":["bag"]', '"typed":["bug"]'), resealed(people)), "RECORD-REBUILT", 0),
  ];
}

/** Changes that are none to the verdict. */
function harmless({ people, good }: Means): Bad[] {
  const fine = (name: string, cases: readonly string[], about: string, from: string, change: Forging): Bad => ({ name, cases, about, from, change, exit: 0, code: null });
  return [
    fine("signature-more", [], "the operator signed too, with an RSA key", "visit", signed(people, ["bob"])),
    {
      ...fine("t12-fork", ["T12"], "from one entry on another history, chained anew, sealed by the same people: what it is not, only a head from outside tells", "visit", inTurn(reworded('"outcome":"answered","typed"', "bag as read", "bag as torn"), resealed(people))),
      also: [{ with: { roster: "people", head: headOf(good("visit")) }, exit: 7, code: "SEAL-PINNED" }],
    },
    fine("addendum", [], "something lies among the addenda: no part of the sealed record, and not judged", "visit", put("addenda/seal.tsr", "no timestamp\n")),
    fine("c01-clock-back", ["C1"], "the host's clock went back, and its people sealed that: a remark", "visit", inTurn(reworded('"kind":"act"', /"at":"2026-11-20T12:/, '"at":"2026-11-20T11:'), resealed(people))),
    fine("c02-clock-ahead", ["C2"], "the host's clock went ahead of its monotonic clock, and its people sealed that: a remark", "visit", inTurn(lastBody((octets) => Buffer.from(Buffer.from(octets).toString().replace('"at":"2026-11-20T12:', '"at":"2026-11-20T13:'))), resealed(people))),
  ];
}

export function badRecords(means: Means): Bad[] {
  return [transcripts, spelledOtherwise, besides, seals, unfinished, harmless].flatMap((group) => group(means));
}

function entriesOf(files: Files): string[] {
  return Buffer.from(files.get(LAYOUT.transcript) ?? []).toString().match(/.*\n.*\n/g) ?? [];
}

/** An event with the stamps of the body before. */
export function attendanceAfter(body: string): string {
  const { at, boot, mono, salt } = JSON.parse(body) as { at: string; boot: string; mono: number; salt: string };
  return `{"at":"${at}","boot":"${boot}","event":{"name":"attendance","present":["alice"]},"kind":"event","mono":${mono},"salt":"${salt}"}`;
}

/** The digests of two lines of the manifest, exchanged. */
function linesExchanged(one: string, two: string): Forging {
  return (files) => {
    const lines = Buffer.from(files.get(LAYOUT.manifest) ?? []).toString().split("\n");
    const [a, b] = [one, two].map((name) => lines.findIndex((line) => line.endsWith(`/${name}`))) as [number, number];
    const swapped = lines.map((line, i) => (i === a ? `${lines[b]?.slice(0, 64)}${line.slice(64)}` : i === b ? `${lines[a]?.slice(0, 64)}${line.slice(64)}` : line));
    files.set(LAYOUT.manifest, new Uint8Array(Buffer.from(swapped.join("\n"))));
  };
}
