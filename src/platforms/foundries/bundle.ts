/**
 * Foundries.io Factory PKI: what one operation uploads, as the vendor's own tool writes it, and the certificates beside it under
 * the vendor's file names. The root is set once; `ca-crt` replaces the whole list.
 */
import { fromPem } from "../../bytes/pem.ts";
import { fromUtf8 } from "../../bytes/text.ts";
import { readCertificate } from "../../x509/reread.ts";
import type { Acceptance, Exported, Platform, Shelf, ShelfCertificate, ShelfCrl } from "../platform.ts";
import { accept, readable } from "../acceptance.ts";
import { judgeUpload } from "./acceptance.ts";
import { readCurrent, type Current } from "./current.ts";
import { filesOf } from "./files.ts";
import { OPERATIONS, operationOf, type Operation, type OperationName } from "./operation.ts";
import { FOUNDRIES_PARTS, type FoundriesPart } from "./parts.ts";

/** What goes up, by part; null or empty where the script gives none. */
export interface Upload {
  readonly operation: OperationName;
  readonly root: ShelfCertificate;
  /** The CAs above a root that is not self-signed, ours by name and others' from files. */
  readonly above: readonly ShelfCertificate[];
  readonly tls: ShelfCertificate | null;
  /** The new ones; for devices, those that issued them. */
  readonly deviceCas: readonly ShelfCertificate[];
  readonly est: ShelfCertificate | null;
  readonly crl: ShelfCrl | null;
  readonly devices: readonly ShelfCertificate[];
  /** Also null where it cannot be read, which has a verdict of its own. */
  readonly current: Current | null;
  readonly user: string | null;
}

/** What the end of the root means: root rotation is not in the vendor's released tools, and not in its documents. */
const NO_SUCCESSION = "there is no succession of this root, so every device has to be flashed anew before that day";

export const FOUNDRIES: Platform = {
  name: "foundries",
  exportBundle(shelf: Shelf): Exported {
    const [root] = shelf.certificates("root");
    // without one the script's form has refused it already
    if (root === undefined) return { files: [], acceptance: [] };
    const [{ current, acceptance: answered }, chain] = [currentOf(shelf), chainOf(shelf)];
    const upload = uploadOf(shelf, root, { current, above: [...shelf.certificates("above"), ...chain.certificates] });
    return {
      files: filesOf(upload), acceptance: [...judgeParts(shelf, upload.operation), ...answered, ...chain.acceptance, ...judgeUpload(upload)],
      notes: [{ certificate: root.name, text: NO_SUCCESSION }],
    };
  },
};

function currentOf(shelf: Shelf): { readonly current: Current | null; readonly acceptance: readonly Acceptance[] } {
  const file = shelf.file("current");
  if (file === null) return { current: null, acceptance: [] };
  const { value, acceptance } = readable("current", "it is the platform's answer to a GET, as it came", () => readCurrent(file));
  return { current: value, acceptance };
}

/** Certificates of somebody else's CAs, each a PEM file. */
function chainOf(shelf: Shelf): { readonly certificates: readonly ShelfCertificate[]; readonly acceptance: readonly Acceptance[] } {
  const read = shelf.files("chain").map(({ name, bytes }) => readable("chain", `${name} is one certificate, PEM`, () => {
    const { der } = fromPem(fromUtf8(bytes), ["CERTIFICATE"]);
    return { name, der, facts: readCertificate(der) };
  }));
  return { certificates: read.flatMap(({ value }) => (value === null ? [] : [value])), acceptance: read.flatMap(({ acceptance }) => acceptance) };
}

function uploadOf(shelf: Shelf, root: ShelfCertificate, given: Pick<Upload, "current" | "above">): Upload {
  const one = (part: FoundriesPart) => shelf.certificates(part)[0] ?? null;
  return {
    operation: operationOf(shelf.word("operation")), root, ...given, tls: one("tls"), deviceCas: shelf.certificates("device-cas"), est: one("est"),
    crl: shelf.crls("crl")[0] ?? null, devices: shelf.certificates("devices"), user: shelf.word("user"),
  };
}

/** Every part that the operation wants is there, and none that it has no use for: what is not uploaded must not seem to be. */
function judgeParts(shelf: Shelf, name: OperationName): Acceptance[] {
  const { wants, takes }: Operation = OPERATIONS[name];
  return (Object.keys(FOUNDRIES_PARTS) as FoundriesPart[]).filter((part) => part !== "operation" && part !== "root").map((part) => {
    const given = isGiven(shelf, part);
    if (wants.includes(part)) return accept(part, `${name} comes with ${part}`, given, "no such field");
    return accept(part, `${name} has a use for ${part}`, !given || takes.includes(part), `the field ${part}; it takes ${[...wants, ...takes].join(", ")}`);
  });
}

function isGiven(shelf: Shelf, part: FoundriesPart): boolean {
  switch (FOUNDRIES_PARTS[part].kind) {
    case "certificate": return shelf.certificates(part).length > 0;
    case "crl": return shelf.crls(part).length > 0;
    case "file": return shelf.file(part) !== null;
    case "word": return shelf.word(part) !== null;
  }
}
