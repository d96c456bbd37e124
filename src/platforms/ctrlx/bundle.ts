/** What an OEM of ctrlX apps delivers besides apps: the certificate for the devices' store, and requests for privileges. */
import { sha256Hex } from "../../bytes/digest.ts";
import { toPem } from "../../bytes/pem.ts";
import { sameBytes, toUtf8 } from "../../bytes/text.ts";
import { accept, readable } from "../acceptance.ts";
import type { Acceptance, BundleFile, Exported, Platform, Shelf, ShelfCertificate, ShelfFile } from "../platform.ts";
import { certificatePage } from "./deliver.ts";
import { privilegesRequest, readWish } from "./privileges.ts";
import { judgeSigner, publisherOf } from "./publisher.ts";
import { fileName } from "./snap-name.ts";

export const CTRLX: Platform = {
  name: "ctrlx",
  exportBundle(shelf: Shelf, instant: string): Exported {
    const [certificate] = shelf.certificates("certificate");
    if (certificate === undefined) return { files: [], acceptance: [] };
    const [previous = null] = shelf.certificates("previous");
    const requests = shelf.files("interfaces").map((file) => requestOf(file, certificate, instant));
    return {
      files: filesOf(certificate, previous, requests.flatMap(({ file }) => file)),
      acceptance: [...judgeSigner("certificate", certificate), ...judgePrevious(certificate, previous), ...requests.flatMap(({ acceptance }) => acceptance)],
    };
  },
};

/** While apps of both are in use, devices have both. */
function judgePrevious(certificate: ShelfCertificate, previous: ShelfCertificate | null): Acceptance[] {
  if (previous === null) return [];
  return [...judgeSigner("previous", previous), accept("previous", `${previous.name} is another certificate than ${certificate.name}`, !sameBytes(previous.der, certificate.der), "the same one, so nothing would be rolled over")];
}

function filesOf(certificate: ShelfCertificate, previous: ShelfCertificate | null, requests: readonly BundleFile[]): BundleFile[] {
  const pem = ({ name, der }: ShelfCertificate): BundleFile => ({ name: `${name}.pem`, bytes: toUtf8(toPem("CERTIFICATE", der)) });
  return [
    pem(certificate), ...(previous === null ? [] : [pem(previous)]), ...requests,
    { name: "DELIVER.md", bytes: toUtf8(certificatePage({ certificate, previous, sha256: sha256Hex(certificate.der), requests: requests.map(({ name }) => name) })) },
  ];
}

/** A request for privileges; no file where the wish cannot be read. */
function requestOf(file: ShelfFile, certificate: ShelfCertificate, instant: string): { readonly file: readonly BundleFile[]; readonly acceptance: readonly Acceptance[] } {
  const { value, acceptance } = readable("interfaces", `${fileName(file.name)} says for each plug and slot why it is needed`, () => readWish(file));
  if (value === null) return { file: [], acceptance };
  const name = `${value.app}.privileges-request.txt`;
  const text = privilegesRequest(value, publisherOf(certificate).publisher, instant);
  return { file: [{ name, bytes: toUtf8(text) }], acceptance: [...acceptance, accept("interfaces", `${fileName(file.name)} asks for something`, value.reasons.length > 0, "no plug and no slot")] };
}
