/** Signing an app of ctrlX OS as its OEM: one signature a snap, all architectures in one `.app` file. */
import { sha256Hex } from "../../bytes/digest.ts";
import { sameBytes, toUtf8 } from "../../bytes/text.ts";
import { Fault } from "../../fault.ts";
import { accept } from "../acceptance.ts";
import type { ArtifactFormat, ShownFact, Signing } from "../artifact.ts";
import type { Acceptance, Shelf, ShelfCertificate, ShelfFile } from "../platform.ts";
import { appFile } from "./app-file.ts";
import { appPage } from "./deliver.ts";
import { interfacesIn, judgePrivileges } from "./privileges.ts";
import { firstWords, judgeSigner, publisherOf, type Publisher } from "./publisher.ts";
import { revisionBlock, signatureFile, snapDigest, timestampOf } from "./signature-file.ts";
import { fileName, readSnapName, revisionName, SNAP_FORM, type SnapName } from "./snap-name.ts";

/** A snap by its file, and what its name says. */
interface NamedSnap {
  readonly name: SnapName;
  readonly bytes: Uint8Array;
}

export const CTRLX_APP: ArtifactFormat = {
  mechanisms: ["ecdsa-sha384"],
  shown: (shelf) => [...shelf.files("file").flatMap(shownSnap), ...shownPublisher(shelf), ...shelf.files("privileges").flatMap(shownPrivileges)],
  acceptance: (shelf, signing, isTrial) => [
    ...judgeSnaps(shelf.files("file")),
    ...shelf.certificates("signer").flatMap((signer) => [...judgeSigner("signer", signer), ...(isTrial ? [] : judgeNow(signer, signing))]),
    ...shelf.files("privileges").flatMap((file) => judgePrivileges(file, { app: readSnapName(shelf.files("file")[0]?.name ?? "")?.app ?? "", publisher: signerOf(shelf).publisher })),
  ],
  prepare(shelf, { instant }) {
    const snaps = shelf.files("file").map(namedSnap);
    const said = shelf.word("names") === null ? signerOf(shelf) : firstWords(signerOf(shelf));
    const blocks = snaps.map((snap) => blockOf(snap, said, instant));
    return { messages: blocks, finish: (signatures) => filesOf(shelf, snaps, blocks.map((block, i) => signatureFile(block, signatures[i] ?? new Uint8Array(), shelf.file("privileges")))) };
  },
};

function signerOf(shelf: Shelf): Publisher {
  const [signer] = shelf.certificates("signer");
  return signer === undefined ? { publisher: "", organization: "" } : publisherOf(signer);
}

function shownSnap({ name, bytes }: ShelfFile): ShownFact[] {
  const read = readSnapName(name);
  const said = read === null ? [] : [{ what: "app", value: read.app }, { what: "version", value: read.version }, { what: "architecture", value: read.architecture }];
  return [{ what: "snap", value: fileName(name) }, ...said, { what: "octets", value: String(bytes.length) }, { what: "SHA-256", value: sha256Hex(bytes) }, { what: "SHA-384", value: snapDigest(bytes) }];
}

function shownPublisher(shelf: Shelf): ShownFact[] {
  const { publisher, organization } = shelf.word("names") === null ? signerOf(shelf) : firstWords(signerOf(shelf));
  return [{ what: "publisher", value: publisher }, { what: "organization", value: organization }];
}

function shownPrivileges({ name, bytes }: ShelfFile): ShownFact[] {
  return [{ what: "privileges", value: fileName(name) }, { what: "SHA-256", value: sha256Hex(bytes) }, { what: "interfaces", value: interfacesIn(bytes) }];
}

/** Names fit each other, and no architecture stands twice. */
function judgeSnaps(files: readonly ShelfFile[]): Acceptance[] {
  const names = files.map(({ name }) => readSnapName(name));
  const [first] = names;
  return files.flatMap(({ name, bytes }, i) => {
    const own = names[i] ?? null;
    const form = accept("file", `${SNAP_FORM}, as the vendor's scripts cut it`, own !== null, fileName(name));
    if (own === null) return [form];
    return [
      form,
      accept("file", `all snaps of a .app file are of one app and version`, first !== null && first !== undefined && revisionName(own) === revisionName(first), fileName(name)),
      accept("file", `each architecture has one snap`, names.findIndex((one) => one?.architecture === own.architecture) === i, `${own.architecture} twice`),
      accept("file", `${fileName(name)} is not empty`, bytes.length > 0, "no octet"),
    ];
  });
}

/** What is known once there is a key and a time. */
function judgeNow({ name, facts }: ShelfCertificate, { spki, instant }: Signing): Acceptance[] {
  return [
    accept("signer", `${name} is over the key that signs`, sameBytes(facts.spki, spki), "another key"),
    accept("signer", `${name} is valid on the day`, facts.notBefore <= instant && instant <= facts.notAfter, `it is valid from ${facts.notBefore} to ${facts.notAfter}, and it is ${instant}`),
  ];
}

/** @throws Fault form-words for a name that `acceptance` refuses */
function namedSnap({ name, bytes }: ShelfFile): NamedSnap {
  const read = readSnapName(name);
  if (read === null) throw new Fault("form-words", `expected that ${SNAP_FORM}, found ${fileName(name)}`);
  return { name: read, bytes };
}

function blockOf({ name, bytes }: NamedSnap, { publisher, organization }: Publisher, instant: string): Uint8Array {
  return revisionBlock({ type: "app-revision", "app-name": name.app, publisher, organization, timestamp: timestampOf(instant), "snap-digest": snapDigest(bytes) });
}

function filesOf(shelf: Shelf, snaps: readonly NamedSnap[], signatures: readonly Uint8Array[]): { readonly name: string; readonly bytes: Uint8Array }[] {
  const signed = snaps.map(({ name, bytes }, i) => ({ name, snap: bytes, signature: signatures[i] ?? new Uint8Array() }));
  const revision = revisionName(snaps[0]?.name ?? { app: "", version: "" });
  return [
    { name: `${revision}.app`, bytes: appFile(signed) },
    ...signed.map(({ name, signature }) => ({ name: `${name.architecture}/${revision}.signature`, bytes: signature })),
    { name: "DELIVER.md", bytes: toUtf8(appPage({ revision, architectures: signed.map(({ name }) => name.architecture), signer: shelf.certificates("signer")[0]?.name ?? "" })) },
  ];
}
