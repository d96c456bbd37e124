/** A .mender artifact, signed: manifest.sig right behind the manifest, every other octet as it was. */
import { sha256Hex } from "../../bytes/digest.ts";
import { toBase64, toPem } from "../../bytes/pem.ts";
import { writeTar } from "../../bytes/tar.ts";
import { concat, toUtf8 } from "../../bytes/text.ts";
import { isDisplayable } from "../../x509/attribute-text.ts";
import type { Mechanism } from "../../x509/algorithm.ts";
import { accept, readable } from "../acceptance.ts";
import type { ArtifactFormat, Prepared, ShownFact, Signing } from "../artifact.ts";
import type { Acceptance, Shelf } from "../platform.ts";
import { readArtifact, type MenderArtifact } from "./artifact-file.ts";
import { artifactPage } from "./deliver-artifact.ts";

/** What mender-artifact 3.9.0 says to a signature of another kind. */
const ERRORS: Readonly<Partial<Record<Mechanism, string>>> = {
  "ecdsa-sha384": "signer: invalid ecdsa key size: 96", "ecdsa-sha512": "signer: invalid ecdsa key size: 132", ed25519: "unsupported public key type",
};

export const MENDER_ARTIFACT: ArtifactFormat = {
  mechanisms: ["rsa-pkcs1-sha256", "ecdsa-sha256"],
  otherwise: (mechanism) => `mender-artifact says: ${ERRORS[mechanism] ?? "crypto/rsa: verification error"}`,
  shown(shelf) {
    const archive = fileOf(shelf);
    return shownOf(readArtifact(archive), archive);
  },
  acceptance: (shelf) => judgeArtifact(fileOf(shelf)),
  prepare(shelf, signing) {
    return prepared(fileOf(shelf), signing);
  },
};

function fileOf(shelf: Shelf): Uint8Array {
  return shelf.file("file") ?? new Uint8Array();
}

function judgeArtifact(archive: Uint8Array): Acceptance[] {
  const { value, acceptance } = readable("file", "the file is an unsigned Mender artifact of version 3", () => readArtifact(archive));
  return value === null ? [...acceptance] : [...acceptance, ...judgeSums(value), ...judgeWords(shownOf(value, archive))];
}

/** The manifest and what is there, both ways. */
function judgeSums({ lines, summed }: MenderArtifact): Acceptance[] {
  const said = new Map(lines.map(({ name, sha256 }) => [name, sha256]));
  const there = new Set(summed.map(({ name }) => name));
  return [
    ...summed.map(({ name, sha256 }) => accept("file", `the manifest has the checksum of ${name}`, said.get(name) === sha256, `${said.get(name) ?? "no line"}, and the file has ${sha256}; mender-artifact says: invalid checksum (exit 4)`)),
    ...lines.filter(({ name }) => !there.has(name)).map(({ name }) => accept("file", `what the manifest names is in the artifact`, false, `no ${name}`)),
  ];
}

/** Nobody is shown a name that looks like another. */
function judgeWords(facts: readonly ShownFact[]): Acceptance[] {
  const odd = facts.find(({ what, value }) => !isDisplayable(what) || !isDisplayable(value));
  return [accept("file", "its names can be put before people as they are", odd === undefined, `invisible characters in ${JSON.stringify(odd?.value ?? "")}`)];
}

function shownOf({ header, lines, summed, manifest }: MenderArtifact, archive: Uint8Array): ShownFact[] {
  const octets = new Map(summed.map((one) => [one.name, one.octets]));
  return [
    { what: "format", value: "mender, version 3" },
    { what: "artifact name", value: header.artifact },
    ...(header.group === null ? [] : [{ what: "artifact group", value: header.group }]),
    { what: "compatible devices", value: header.devices.join(", ") },
    ...header.payloads.map((type, i) => ({ what: `payload ${i}`, value: type ?? "empty" })),
    ...header.scripts.map(({ name, sha256 }) => ({ what: `state script ${name}`, value: sha256 })),
    ...lines.map(({ name, sha256 }) => ({ what: `${name}, ${octets.get(name) ?? 0} octets`, value: sha256 })),
    { what: "SHA-256 of the manifest, which is signed", value: sha256Hex(manifest.bytes) },
    { what: "octets", value: String(archive.length) },
    { what: "SHA-256", value: sha256Hex(archive) },
  ];
}

function prepared(archive: Uint8Array, { spki }: Signing): Prepared {
  const { manifest, header } = readArtifact(archive);
  return {
    messages: [manifest.bytes],
    finish: ([signature = new Uint8Array()]) => [
      { name: "signed.mender", bytes: withSignature(archive, manifest.end, toUtf8(toBase64(signature))) },
      { name: "manifest", bytes: manifest.bytes },
      { name: "manifest.sig", bytes: toUtf8(toBase64(signature)) },
      { name: "artifact-verify-key.pem", bytes: toUtf8(toPem("PUBLIC KEY", spki)) },
      { name: "DELIVER.md", bytes: toUtf8(artifactPage(header.artifact)) },
    ],
  };
}

/** Mender's readers demand the signature exactly there. @param at the end of the manifest with its padding */
function withSignature(archive: Uint8Array, at: number, signature: Uint8Array): Uint8Array {
  const entry = writeTar([{ name: "manifest.sig", bytes: signature }]).subarray(0, -END_OF_ARCHIVE);
  return concat(archive.subarray(0, at), entry, archive.subarray(at));
}

/** The two blocks of zeros with which `writeTar` ends. */
const END_OF_ARCHIVE = 1024;
