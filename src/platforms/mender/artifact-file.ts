/** A .mender artifact, version 3, read strictly: the outer tar in the order that Mender's readers demand, and all that the manifest speaks of. */
import { sha256Hex } from "../../bytes/digest.ts";
import { gunzip } from "../../bytes/gunzip.ts";
import { readTar, type TarMember } from "../../bytes/tar.ts";
import { Fault } from "../../fault.ts";
import { readHeader, type ArtifactHeader } from "./artifact-header.ts";
import { parseJson } from "../../bytes/json.ts";
import { readManifest, type ManifestLine } from "./manifest.ts";

/** Something of which the manifest has to give the digest. */
export interface Summed {
  readonly name: string;
  readonly octets: number;
  readonly sha256: string;
}

export interface MenderArtifact {
  readonly manifest: TarMember;
  readonly lines: readonly ManifestLine[];
  readonly header: ArtifactHeader;
  /** The member `version`, the header as it is compressed, and the files of each payload. */
  readonly summed: readonly Summed[];
}

/** Octets that a compressed part may hold. */
const LARGEST = 512 * 1024 * 1024;

/**
 * @throws Fault form-mender for another version or order of members, a signature, an augmented or otherwise compressed part;
 * form-tar, form-gzip, form-json, form-utf8 for a part of another form
 */
export function readArtifact(archive: Uint8Array): MenderArtifact {
  const members = readTar(archive);
  refuseStrangers(members);
  const [version, manifest, header, ...payloads] = members;
  if (version?.name !== "version") throw fault(`expected version as the first file, found ${version?.name ?? "none"}`);
  requireVersion(version);
  if (manifest?.name !== "manifest") throw fault(`expected manifest as the second file, found ${manifest?.name ?? "none"}`);
  if (header === undefined || !/^header\.tar(\.[a-z0-9]+)?$/.test(header.name)) throw fault(`expected header.tar after the manifest, found ${header?.name ?? "none"}`);
  return {
    manifest, lines: readManifest(manifest.bytes), header: readHeader(partsOf(header), payloads.length),
    summed: [version, header].map(({ name, bytes }) => summed(name, bytes)).concat(payloads.flatMap(payloadFiles)),
  };
}

function fault(message: string): Fault {
  return new Fault("form-mender", message);
}

function refuseStrangers(members: readonly TarMember[]): void {
  const names = members.map(({ name }) => name);
  if (names.includes("manifest.sig")) throw fault("the artifact has a manifest.sig; mender-artifact says: Artifact already signed, refusing to re-sign (exit 1)");
  const augmented = names.find((name) => /^(manifest|header)-augment/.test(name));
  if (augmented !== undefined) throw fault(`the artifact has ${augmented}, which no signature covers; artifacts with augmented parts are not in this version`);
}

function requireVersion({ bytes }: TarMember): void {
  const found = parseJson(bytes) as { readonly format?: unknown; readonly version?: unknown } | null;
  if (found?.format !== "mender" || found.version !== 3) throw fault(`expected the format mender in version 3, found ${JSON.stringify(found).slice(0, 100)}`);
}

/** The entries of a member that is a tar, plain or by gzip. */
function partsOf({ name, bytes }: TarMember): TarMember[] {
  if (name.endsWith(".tar")) return readTar(bytes);
  if (!name.endsWith(".tar.gz")) throw fault(`expected ${name} to be a tar or compressed by gzip; other compressions are not in this version: write the artifact with --compression gzip or none`);
  return readTar(gunzip(bytes, LARGEST));
}

function payloadFiles(member: TarMember, index: number): Summed[] {
  const folder = `data/${String(index).padStart(4, "0")}`;
  if (!member.name.startsWith(`${folder}.tar`)) throw fault(`expected ${folder}.tar, found ${member.name}; mender-artifact says: invalid data file name (exit 4)`);
  return partsOf(member).map(({ name, bytes }) => summed(`${folder}/${name}`, bytes));
}

function summed(name: string, bytes: Uint8Array): Summed {
  return { name, octets: bytes.length, sha256: sha256Hex(bytes) };
}
