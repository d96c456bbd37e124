/** Artifacts of no platform: a detached signature as `openssl dgst` takes it, and one as `openssl cms` takes it. */
import { sha256Hex } from "../bytes/digest.ts";
import { toPem } from "../bytes/pem.ts";
import { sameBytes, toUtf8 } from "../bytes/text.ts";
import { MECHANISMS } from "../x509/algorithm.ts";
import { buildCms, cmsSignedAttributes } from "../x509/cms.ts";
import { ecdsaToDer } from "../x509/signed.ts";
import { accept } from "./acceptance.ts";
import type { ArtifactFormat, ShownFact } from "./artifact.ts";
import type { Shelf, ShelfCertificate } from "./platform.ts";

function fileOf(shelf: Shelf): Uint8Array {
  return shelf.file("file") ?? new Uint8Array();
}

function shownFile(shelf: Shelf): ShownFact[] {
  const file = fileOf(shelf);
  return [{ what: "octets", value: String(file.length) }, { what: "SHA-256", value: sha256Hex(file) }];
}

/** The signature over the file alone: ECDSA as DER, RSA and Ed25519 as octets. */
export const RAW: ArtifactFormat = {
  mechanisms: MECHANISMS,
  shown: shownFile,
  acceptance: (shelf) => [accept("file", "the file is not empty", fileOf(shelf).length > 0, "no octet")],
  prepare: (shelf, { mechanism, spki }) => ({
    message: fileOf(shelf),
    finish: (signature) => [
      { name: "signature.bin", bytes: mechanism.startsWith("ecdsa") ? ecdsaToDer(signature) : signature },
      { name: "public-key.pem", bytes: toUtf8(toPem("PUBLIC KEY", spki)) },
    ],
  }),
};

/** Detached CMS (RFC 5652) with the signer's chain. */
export const CMS: ArtifactFormat = {
  mechanisms: MECHANISMS.filter((mechanism) => mechanism !== "ed25519"),
  shown: shownFile,
  acceptance(shelf, { spki }, isTrial) {
    const [signer] = shelf.certificates("signer");
    return signer === undefined ? [] : [accept("signer", "the signer's certificate is over the key that signs", isTrial || sameBytes(signer.facts.spki, spki), "another key")];
  },
  prepare(shelf, { mechanism }) {
    const signedAttributes = cmsSignedAttributes(fileOf(shelf), mechanism);
    return { message: signedAttributes, finish: (signature) => [{ name: "signature.p7s", bytes: buildCms({ mechanism, signedAttributes, signature, ...certificatesOf(shelf) }) }] };
  },
};

function certificatesOf(shelf: Shelf): { signerCertificate: Uint8Array; certificates: Uint8Array[] } {
  const der = (one: ShelfCertificate) => one.der;
  return { signerCertificate: shelf.certificates("signer").map(der)[0] ?? new Uint8Array(), certificates: shelf.certificates("chain").map(der) };
}
