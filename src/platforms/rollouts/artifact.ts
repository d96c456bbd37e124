/** `sign-artifact` for Bosch IoT Rollouts: a system or update report as the backend takes it. */
import { sameBytes, toUtf8 } from "../../bytes/text.ts";
import { buildCms } from "../../x509/cms.ts";
import { accept } from "../acceptance.ts";
import type { ArtifactFormat } from "../artifact.ts";
import type { Shelf } from "../platform.ts";
import { judgeMessage, judgeValidAt } from "./acceptance.ts";
import { uploadPage } from "./deliver.ts";
import { messageAttributes, signedMessage, signedPart } from "./message.ts";
import { judgeReport, shownReport } from "./report.ts";

/** The name of the message, in the manner of the vendor's page. */
const MESSAGE = "report.msg.signed";

function fileOf(shelf: Shelf): Uint8Array {
  return shelf.file("file") ?? new Uint8Array();
}

export const ROLLOUTS_REPORT: ArtifactFormat = {
  mechanisms: ["ecdsa-sha256"],
  shown: (shelf) => shownReport(fileOf(shelf)),
  acceptance(shelf, { instant, spki }, isTrial) {
    const report = judgeReport("file", fileOf(shelf));
    const [[signer], chain] = [shelf.certificates("signer"), shelf.certificates("chain")];
    if (signer === undefined) return report;
    return [
      ...report, ...judgeMessage("chain", signer, chain),
      accept("signer", "the signer's certificate is over the key that signs", isTrial || sameBytes(signer.facts.spki, spki), "another key"),
      ...(isTrial ? [] : judgeValidAt("chain", instant, [signer, ...chain])),
    ];
  },
  prepare(shelf, { mechanism, instant }) {
    const part = signedPart(fileOf(shelf));
    const signedAttributes = messageAttributes(part, mechanism, instant);
    const signerCertificate = shelf.certificates("signer")[0]?.der ?? new Uint8Array();
    const certificates = shelf.certificates("chain").map(({ der }) => der);
    return {
      messages: [signedAttributes],
      finish: ([signature = new Uint8Array()]) => [
        { name: MESSAGE, bytes: signedMessage(part, buildCms({ mechanism, signedAttributes, signature, signerCertificate, certificates })) },
        { name: "DELIVER.md", bytes: toUtf8(uploadPage(shelf.word("host"), MESSAGE)) },
      ],
    };
  },
};
