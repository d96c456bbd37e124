/** Looking at an `.app` file as a device should: every signature, and what verify-apps.sh 4.6.0 no longer compares, every snap's digest. */
import { readTar, type TarMember } from "../../bytes/tar.ts";
import { Fault } from "../../fault.ts";
import type { Claim } from "../../x509/algorithm.ts";
import { accept, readable } from "../acceptance.ts";
import type { Acceptance, ShelfCertificate } from "../platform.ts";
import { RELEASE } from "./app-file.ts";
import { judgePrivileges, readDeclaration } from "./privileges.ts";
import { firstWords, judgeSigner, publisherOf } from "./publisher.ts";
import { readSignatureFile, snapDigest, type ReadSignatureFile } from "./signature-file.ts";
import { revisionName } from "./snap-name.ts";

export interface AppExamined {
  readonly acceptance: readonly Acceptance[];
  /** The signatures of the OEM, and those of Bosch Rexroth where its certificate is there; each is still to be checked. */
  readonly claims: readonly Claim[];
  /** What the signatures are over, one line a snap. */
  readonly said: readonly string[];
}

interface Release {
  readonly architecture: string;
  /** `<app>_<version>`. */
  readonly revision: string;
  readonly snap: Uint8Array | null;
  readonly signature: Uint8Array | null;
}

/** Whose signatures are in the file. */
export interface Signers {
  /** The OEM App Signing certificate. */
  readonly oem: ShelfCertificate;
  /** SubjectPublicKeyInfo (DER) of Bosch Rexroth's certificate for privileges; null where nobody gave it. */
  readonly privileges: Uint8Array | null;
}

export function examineApp(archive: Uint8Array, signers: Signers): AppExamined {
  const { oem: signer } = signers;
  const { value: members, acceptance } = readable("file", "the file is a plain tar archive, as .app files are", () => readTar(archive));
  if (members === null) return { acceptance, claims: [], said: [] };
  const releases = releasesOf(members);
  const examined = releases.map((release) => examineRelease(release, signers));
  const strangers = members.filter(({ name }) => !RELEASE.test(name) && !/^public\/(snaps\/([a-z0-9]+\/(release\/)?)?)?$/.test(name));
  return {
    acceptance: [
      ...acceptance, ...judgeSigner("certificate", signer),
      accept("file", "every file is a snap or a signature below public/snaps/<arch>/release/", strangers.length === 0, strangers.map(({ name }) => name).join(", ")),
      accept("file", "there is a snap in it, and all are of one app and version", new Set(releases.map(({ revision }) => revision)).size === 1, releases.map(({ revision }) => revision).join(", ") || "none"),
      ...examined.flatMap((one) => one.acceptance),
    ],
    claims: examined.flatMap((one) => one.claims), said: examined.flatMap((one) => one.said),
  };
}

/** Snaps and signatures that stand beside each other under one name. */
function releasesOf(members: readonly TarMember[]): Release[] {
  const found = new Map<string, Release>();
  for (const { name, bytes } of members) {
    const [, architecture = "", revision = "", kind = ""] = RELEASE.exec(name) ?? [];
    if (kind === "") continue;
    const key = `${architecture}/${revision}`;
    const before = found.get(key) ?? { architecture, revision, snap: null, signature: null };
    found.set(key, { ...before, [kind]: bytes });
  }
  return [...found.values()];
}

function examineRelease({ architecture, revision, snap, signature }: Release, { oem: signer, privileges }: Signers): AppExamined {
  const part = `${architecture}/${revision}`;
  const both = accept(part, "a snap and its signature stand beside each other", snap !== null && signature !== null, snap === null ? "no snap" : "no signature");
  if (snap === null || signature === null) return { acceptance: [both], claims: [], said: [] };
  const { value: read, acceptance } = readable(part, "the signature file has its form", () => readSignatureFile(signature));
  if (read === null) return { acceptance: [both, ...acceptance], claims: [], said: [] };
  const { app, publisher, timestamp } = { app: read.revision["app-name"], publisher: read.revision.publisher, timestamp: read.revision.timestamp };
  return {
    acceptance: [both, ...acceptance, ...judgeRevision({ part, revision, snap }, read, signer), ...(read.privileges === null ? [] : judgePrivileges({ name: `${app}.privileges`, bytes: read.privileges }, { app, publisher: publisherOf(signer).publisher }))],
    claims: [{ where: part, spki: signer.facts.spki, mechanism: "ecdsa-sha384", message: read.block, signature: read.signature }, ...privilegesClaims(part, read.privileges, privileges)],
    said: [`${architecture} ${app} by ${publisher}, ${timestamp}${read.privileges === null ? "" : `, with privileges${privileges === null ? ", whose signature by Bosch Rexroth is not checked" : ""}`}`],
  };
}

/** None for a declaration out of its form, which has a refusal of its own. */
function privilegesClaims(part: string, bytes: Uint8Array | null, spki: Uint8Array | null): Claim[] {
  if (bytes === null || spki === null) return [];
  try {
    return [{ where: `${part} privileges`, spki, mechanism: "ecdsa-sha384", ...readDeclaration(bytes) }];
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return [];
  }
}

/** What a declaration says, against the snap beside it, their name and the certificate. */
function judgeRevision({ part, revision, snap }: { readonly part: string; readonly revision: string; readonly snap: Uint8Array }, { revision: said }: ReadSignatureFile, signer: ShelfCertificate): Acceptance[] {
  const own = publisherOf(signer);
  const isOneOf = (field: "publisher" | "organization") => [own, firstWords(own)].some((names) => names[field] === said[field]);
  return [
    accept(part, "the snap has the digest that was signed", said["snap-digest"] === snapDigest(snap), `SHA-384 ${snapDigest(snap)}; the snap was changed after it was signed`),
    accept(part, "its type is app-revision", said.type === "app-revision", said.type),
    accept(part, "its app-name is that of the file", revision.startsWith(revisionName({ app: said["app-name"], version: "" })), said["app-name"]),
    accept(part, `its publisher is the CN of the certificate, ${own.publisher}, or the first word of it`, isOneOf("publisher"), said.publisher),
    accept(part, `its organization is the O of the certificate, ${own.organization}, or the first word of it`, isOneOf("organization"), said.organization),
    accept(part, "its timestamp is an instant of UTC", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(said.timestamp), said.timestamp),
  ];
}
