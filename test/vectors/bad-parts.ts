/** What is done to approvals, hold-points, kept heads, public copies and addenda, and the verdict that it must give. */
import { sha256Hex } from "../../src/bytes/digest.ts";
import { toHex } from "../../src/bytes/hex.ts";
import { toUtf8 } from "../../src/bytes/text.ts";
import { ADDENDUM_NAMESPACE, writeStatement } from "../../src/transcript/addendum.ts";
import { APPROVAL_NAMESPACE } from "../../src/transcript/approval.ts";
import type { Level } from "../../src/transcript/entry.ts";
import { LAYOUT } from "../../src/transcript/layout.ts";
import type { RecordControl } from "../../src/transcript/objection.ts";
import { writeTokenHead } from "../../src/transcript/token-head.ts";
import { withheldFile, withholdBodies } from "../../src/transcript/withheld.ts";
import { editText, text, type Files } from "../end-to-end/record-files.ts";
import { attendanceAfter, type Bad, type Means, type Stated } from "./bad.ts";
import { edit, entries, inTurn, put, relinked, remove, resealed, reworded, sealDigest, take, type Forging } from "./forging.ts";
import type { People, PersonId } from "./people.ts";

const TEXT = "approvals/approval.txt";
const HOLD = "holds/01.txt";
const UNSEALED = remove(LAYOUT.manifest, LAYOUT.seal, LAYOUT.allowedSigners, "signatures/alice.sig", "signatures/dan.sig");
const wrong = (code: RecordControl) => ({ exit: 7, code }) as const;

/** The approvals signed anew, and entry 0 naming what lies there now; sealed by the same people. */
function approvedOtherwise(people: People, change: Forging): Forging {
  const named: Forging = (files) => {
    const list = [...files.keys()].filter((path) => path.startsWith("approvals/")).sort().map((path) => `{"path":"${path}","sha256":"${sha256Hex(files.get(path) ?? new Uint8Array())}"}`);
    reworded('"kind":"header"', /"approvals":\[[^\]]*\]/, `"approvals":[${list.join(",")}]`)(files);
  };
  return inTurn(change, named, resealed(people));
}

/** Signatures over approval.txt as it is now. */
function approvedBy(people: People, ids: readonly PersonId[], namespace: string = APPROVAL_NAMESPACE): Forging {
  return (files) => ids.forEach((id) => files.set(`approvals/${id}.sig`, people.sign(id, files.get(TEXT) ?? new Uint8Array(), namespace)));
}

function approvals({ people, strangers }: Means): Bad[] {
  const both = ["alice", "dan"] as const;
  const own = (name: string, about: string, change: Forging, code: RecordControl = "PLAN-APPROVED"): Bad => ({ name, cases: [], about, from: "approved", change, ...wrong(code) });
  return [
    own("approval-of-another-plan", "the approvals are those of another plan; sealed again by its people", approvedOtherwise(people, inTurn(edit(TEXT, /^plan: ..../m, "plan: 0000"), approvedBy(people, both)))),
    own("approval-after-another-record", "the approvals are for a plan that goes on from another record; sealed again by its people", approvedOtherwise(people, inTurn(edit(TEXT, "previous: none", `previous: ${"1".repeat(64)}`), approvedBy(people, both)))),
    own("approval-other-spelling", "the text of the approvals has a line more; sealed again by its people", approvedOtherwise(people, inTurn(edit(TEXT, /$/, "note: x\n"), approvedBy(people, both)))),
    own("approval-too-few", "the witness did not approve; sealed again by its people", approvedOtherwise(people, remove("approvals/dan.sig"))),
    own("approvals-missing", "there are no approvals; sealed again by its people", approvedOtherwise(people, remove("approvals/alice.sig", "approvals/dan.sig", TEXT))),
    own("approval-removed", "a file of the approvals is taken away", remove("approvals/dan.sig")),
    { ...own("approval-other-namespace", "a person's approval is under the namespace of a seal; sealed again by its people", approvedOtherwise(people, approvedBy(people, ["dan"], "anchorite-seal-witnessed"))), cases: ["T18"] },
    own("approval-by-strangers", "the approvals are by other keys, under the same names; sealed again by its people", approvedOtherwise(people, approvedBy(strangers, both))),
    own("approval-over-another-text", "a person's approval is one over another text; sealed again by its people", approvedOtherwise(people, (files) => void files.set("approvals/dan.sig", people.sign("dan", toUtf8("x\n"), APPROVAL_NAMESPACE))), "RECORD-SIGNATURES"),
    own("approval-added", "an approval more lies there, which entry 0 does not name; sealed again by its people", inTurn(approvedBy(people, ["bob"]), resealed(people)), "RECORD-BOUND"),
    { ...own("approval-window", "the attested time is not within the window of the approvals; sealed again by its people", approvedOtherwise(people, inTurn(edit(TEXT, "from: 2026-11-20T08", "from: 2026-11-20T17"), approvedBy(people, both)))), exit: 6, code: "RECORD-REBUILT" },
  ];
}

function holdPoints({ people, strangers }: Means): Bad[] {
  const own = (name: string, about: string, change: Forging, from = "adjourned", code: RecordControl = "HOLD-POINT-SIGNED"): Bad => ({ name, cases: [], about, from, change, ...wrong(code) });
  const signedAnew = (by: People, id: PersonId, namespace?: string): Forging => (files) => void files.set(`holds/01.${id}.sig`, by.sign(id, files.get(HOLD) ?? new Uint8Array(), namespace));
  return [
    own("hold-text-changed", "the text of a hold-point says another step; sealed again by its people", inTurn(edit(HOLD, /^step: .*$/m, "step: 9"), resealed(people))),
    own("hold-text-missing", "the text of a hold-point is missing; sealed again by its people", inTurn(remove(HOLD), resealed(people))),
    own("hold-signature-missing", "a signature over a hold-point that its answer names is missing; sealed again by its people", inTurn(remove("holds/01.dan.sig"), resealed(people))),
    own("hold-signature-more", "a signature over a hold-point was added after the ceremony had gone on; sealed again by its people", inTurn(signedAnew(people, "bob"), resealed(people))),
    own("hold-by-strangers", "a hold-point is signed by another key, under the same name; sealed again by its people", inTurn(signedAnew(strangers, "dan"), resealed(people))),
    own("hold-point-more", "a file lies there of a hold-point that no entry made; sealed again by its people", inTurn(take(HOLD, "holds/02.txt"), resealed(people))),
    { ...own("hold-open-other-namespace", "the signature over an open hold-point is under the namespace of another role", signedAnew(people, "dan", "anchorite-seal-approved"), "adjourning"), cases: ["T18"] },
    own("hold-open-over-seal", "the signature over an open hold-point is one over another text", (files) => void files.set("holds/01.dan.sig", people.sign("dan", toUtf8("x\n"))), "adjourning", "RECORD-SIGNATURES"),
  ];
}

/** In the last look at the token it keeps a head of this run that the transcript does not have. */
function headKept(people: People, kept: { readonly seq: number; readonly head: string }): Forging {
  return inTurn((files) => {
    const { ceremony, run } = JSON.parse(text(files, LAYOUT.transcript).split("\n")[0] ?? "{}") as { ceremony: string; run: string };
    reworded('"heads":[]', '"heads":[]', `"heads":["${toHex(writeTokenHead({ ceremony, run, approval: null, ...kept }))}"]`, "last")(files);
  }, resealed(people));
}

function heads({ people }: Means): Bad[] {
  const own = (name: string, about: string, change: Forging): Bad => ({ name, cases: ["T10"], about, from: "root", change, ...wrong("RECORD-NOT-ROLLED-BACK") });
  return [
    own("head-of-another-history", "the token kept another head of an entry than the transcript has, and its people sealed that", headKept(people, { seq: 20, head: "0".repeat(64) })),
    own("head-ahead", "the token kept the head of an entry after the end of the transcript, and its people sealed that", headKept(people, { seq: 9999, head: "0".repeat(64) })),
  ];
}

const BOTH: readonly Level[] = ["people", "station"];

/** A public copy: bodies of these levels and these files withheld. */
function publicCopy(levels: readonly Level[] = BOTH, paths: readonly string[] = [LAYOUT.station]): Forging {
  return (files) => {
    files.set(LAYOUT.transcript, withholdBodies(files.get(LAYOUT.transcript) ?? new Uint8Array(), new Set(levels)));
    for (const path of paths) files.set(path, withheldFile());
  };
}

/** In a public copy a body that was withheld lies there again, with a change. */
function givenBack(has: string, from: string, to: string): Forging {
  return (files) => {
    const lines = text(files, LAYOUT.transcript).split("\n");
    const at = lines.findIndex((line) => line.includes(has));
    publicCopy()(files);
    const copy = text(files, LAYOUT.transcript).split("\n");
    files.set(LAYOUT.transcript, toUtf8(copy.with(at, (lines[at] ?? "").replace(from, to)).join("\n")));
  };
}

function publicCopies({ people }: Means): Bad[] {
  const copy = (name: string, about: string, from: string, change: Forging, also: readonly Stated[] = []): Bad => ({ name, cases: [], about, from, change, exit: 6, code: null, also });
  const own = (name: string, about: string, change: Forging, code: RecordControl, from = "visit"): Bad => ({ name, cases: ["T28"], about, from, change, ...wrong(code) });
  return [
    copy("disclosed", "a public copy: the bodies of both levels and the station are withheld; authentic, and never called reproduced", "sealed", publicCopy(), [{ with: {}, exit: 6, code: null }, { with: { roster: "strangers" }, exit: 7, code: "SEAL-QUORUM" }]),
    copy("disclosed-people", "a public copy: only what people answered is withheld, and the public key of one of them", "sealed", publicCopy(["people"], ["inputs/people/bob.pub"])),
    copy("disclosed-approved", "a public copy of a record with approvals", "approved", publicCopy()),
    copy("disclosed-adjourned", "a public copy of a record with a hold-point: what the token kept is still told", "adjourned", publicCopy(["people"])),
    copy("disclosed-torn", "a public copy of a record that was gone on with after the machine was started anew: the events that say so are withheld", "torn", publicCopy()),
    copy("disclosed-given-back", "a public copy in which one body is shown after all", "visit", givenBack('"name":"opened"', "x", "x")),
    own("t28-withheld-replaced", "in a public copy another body stands where one was withheld", givenBack('"kind":"roll-call","outcome"', '"present":["alice","bob","dan"]', '"present":["alice","dan","bob"]'), "RECORD-CHAIN"),
    own("t28-withheld-otherwise", "a body is withheld in another spelling", inTurn(publicCopy(), edit(LAYOUT.transcript, '{"withheld":true}', '{"withheld": true}')), "RECORD-CHAIN"),
    own("t28-public-file-withheld", "in a public copy the plan is withheld, which everybody must see", inTurn(publicCopy(), (files) => void files.set(LAYOUT.plan, withheldFile())), "RECORD-BOUND"),
    own("t28-withheld-file-of-a-whole-record", "the station is withheld and no body is: no public copy, but a file that was changed", (files) => void files.set(LAYOUT.station, withheldFile()), "RECORD-BOUND"),
    own("t28-cut-copy", "the end of a public copy is cut off, and everything that seals", inTurn(publicCopy(), entries((all) => [...all.slice(0, 10), (all[10] ?? "").slice(0, 40)]), UNSEALED), "RECORD-CHAIN"),
    own("t28-withheld-after-the-close", "in a public copy an entry that is withheld follows the close; sealed again by its people", inTurn(relinked((all) => [...all, { body: attendanceAfter(String(all.at(-1)?.body)), level: "people" }]), resealed(people), publicCopy()), "RECORD-CHAIN"),
    own("t28-copy-with-other-approvals", "in a public copy the approvals are too few; sealed again by its people", inTurn(approvedOtherwise(people, remove("approvals/dan.sig")), publicCopy()), "PLAN-APPROVED", "approved"),
    own("t28-copy-with-forged-approval", "in a public copy an approval is one over another text; sealed again by its people", inTurn(approvedOtherwise(people, (files) => void files.set("approvals/dan.sig", people.sign("dan", toUtf8("x\n"), APPROVAL_NAMESPACE))), publicCopy()), "RECORD-SIGNATURES", "approved"),
  ];
}

const NOTE = "what was found in the bag\n";

/** Evidence with a statement, which `sign` signs. */
function addendum(folder: string, sign: (statement: Uint8Array) => Uint8Array, by = "alice"): Forging {
  return (files) => {
    const seal = text(files, LAYOUT.seal);
    const said = (name: string): string => new RegExp(`^${name}: (.*)$`, "m").exec(seal)?.[1] ?? "";
    const file = toUtf8(NOTE);
    const statement = writeStatement({ ceremony: said("ceremony"), run: said("run"), seal: sealDigest(files), file: "note.txt", length: file.length, sha256: sha256Hex(file), by, at: "2026-11-21T09:00:00Z", note: "none" });
    put(`${folder}/note.txt`, NOTE)(files);
    files.set(`${folder}/statement.txt`, statement).set(`${folder}/statement.sig`, sign(statement));
  };
}

function addenda({ people, strangers }: Means): Bad[] {
  const FIRST = "addenda/0001-note";
  const by = (who: People, namespace: string = ADDENDUM_NAMESPACE) => (statement: Uint8Array): Uint8Array => who.sign("alice", statement, namespace);
  const fine = (name: string, about: string, change: Forging, also: readonly Stated[] = []): Bad => ({ name, cases: [], about, from: "visit", change, exit: 0, code: null, also });
  const afterwards = (name: string, about: string, change: (files: Files) => void): Bad => fine(name, about, inTurn(addendum(FIRST, by(people)), change));
  return [
    fine("addendum-signed", "a person of the plan added evidence, and signed its statement", addendum(FIRST, by(people)), [{ with: {}, exit: 9, code: null }, { with: { roster: "sealing" }, exit: 0, code: null }]),
    fine("addendum-of-an-outsider", "somebody whom neither plan nor roster names added evidence: their own claim", addendum(FIRST, by(strangers), "mallory")),
    fine("addendum-by-another-key", "evidence in the name of a person of the plan, by another key", addendum(FIRST, by(strangers))),
    fine("addendum-other-namespace", "the statement of an addendum is signed under the namespace of a seal", addendum(FIRST, by(people, "anchorite-seal-approved"))),
    afterwards("addendum-file-changed", "the file of an addendum was changed afterwards", (files) => editText(files, `${FIRST}/note.txt`, "bag", "box")),
    afterwards("addendum-statement-changed", "the statement of an addendum was changed afterwards", (files) => editText(files, `${FIRST}/statement.txt`, "note: none", "note: seen")),
    afterwards("addendum-file-more", "a file more lies beside the evidence", put(`${FIRST}/more.txt`, "x")),
    fine("addendum-about-another-seal", "the statement is about another record", inTurn(addendum(FIRST, by(people)), (files) => {
      const statement = toUtf8(text(files, `${FIRST}/statement.txt`).replace(/^seal: ..../m, "seal: 0000"));
      files.set(`${FIRST}/statement.txt`, statement).set(`${FIRST}/statement.sig`, by(people)(statement));
    })),
  ];
}

export function badParts(means: Means): Bad[] {
  return [approvals, holdPoints, heads, publicCopies, addenda].flatMap((group) => group(means));
}
