/**
 * Foundries.io Factory PKI: what is uploaded, as the vendor's own tool writes it. The root is set once; `ca-crt` replaces the
 * whole list.
 */
import { canonicalText } from "../../bytes/canonical.ts";
import { toPem } from "../../bytes/pem.ts";
import { toUtf8 } from "../../bytes/text.ts";
import type { BundleFile, Exported, Platform, Shelf, ShelfCertificate } from "../platform.ts";
import { judgeUpload } from "./acceptance.ts";
import { deliverPage } from "./deliver.ts";

/** What goes up, by part. */
export interface Upload {
  readonly root: ShelfCertificate;
  readonly tls: ShelfCertificate;
  readonly deviceCas: readonly ShelfCertificate[];
}

export const FOUNDRIES: Platform = {
  name: "foundries",
  exportBundle(shelf: Shelf): Exported {
    const upload = uploadOf(shelf);
    if (upload === null) return { files: [], acceptance: [] };
    return { files: filesOf(upload), acceptance: judgeUpload(upload) };
  },
};

/** Null where a part is missing, which the script's form has refused already. */
function uploadOf(shelf: Shelf): Upload | null {
  const [[root], [tls]] = [shelf.certificates("root"), shelf.certificates("tls")];
  return root === undefined || tls === undefined ? null : { root, tls, deviceCas: shelf.certificates("device-cas") };
}

function filesOf(upload: Upload): BundleFile[] {
  return [
    { name: "upload.json", bytes: toUtf8(uploadBody(upload)) },
    { name: "DELIVER.md", bytes: toUtf8(deliverPage(upload)) },
  ];
}

/**
 * The body of the first PATCH: `root-crt`, `tls-crt`, `ca-crt` as PEM texts; device CAs one after the other, in the order given.
 * @returns canonical JSON, without a final LF
 */
export function uploadBody({ root, tls, deviceCas }: Upload): string {
  const pem = ({ der }: ShelfCertificate) => toPem("CERTIFICATE", der);
  return canonicalText({ "root-crt": pem(root), "tls-crt": pem(tls), "ca-crt": deviceCas.map(pem).join("") });
}
