/**
 * Foundries.io Factory PKI: what one operation uploads, as the vendor's own tool writes it, and the certificates beside it under
 * the vendor's file names. The root is set once; `ca-crt` replaces the whole list.
 */
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
  /** The CAs above a root that is not self-signed. */
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
    const { current, acceptance } = currentOf(shelf);
    const upload = uploadOf(shelf, root, current);
    return {
      files: filesOf(upload), acceptance: [...judgeParts(shelf, upload.operation), ...acceptance, ...judgeUpload(upload)],
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

function uploadOf(shelf: Shelf, root: ShelfCertificate, current: Current | null): Upload {
  const one = (part: FoundriesPart) => shelf.certificates(part)[0] ?? null;
  return {
    operation: operationOf(shelf.word("operation")), root, above: shelf.certificates("above"), tls: one("tls"), deviceCas: shelf.certificates("device-cas"), est: one("est"),
    crl: shelf.crls("crl")[0] ?? null, devices: shelf.certificates("devices"), current, user: shelf.word("user"),
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
