/**
 * Cisco IOx: the trust anchor that a device checks application packages against. A gzip-compressed tar with `ca-chain.cert.pem` and
 * `info.txt` and nothing else; CRLs, where there are any, stand behind the chain in the same file.
 */
import { writeGzip } from "../../bytes/gzip.ts";
import { toPem } from "../../bytes/pem.ts";
import { writeTar } from "../../bytes/tar.ts";
import { toUtf8 } from "../../bytes/text.ts";
import { chainOf } from "../acceptance.ts";
import type { BundleFile, Exported, Platform, Shelf, ShelfCertificate } from "../platform.ts";
import { archiveName, chainFile, infoFile, type Anchor } from "./anchor.ts";
import { judgeApp } from "./app.ts";
import { judgeChains } from "./chain.ts";
import { judgeLists } from "./crls.ts";
import { judgeDates } from "./dates.ts";
import { deliverPage } from "./deliver.ts";
import { judgePackage } from "./package.ts";
import { judgeVersion } from "./version.ts";

export const IOX: Platform = {
  name: "iox",
  exportBundle(shelf: Shelf, instant: string): Exported {
    const anchor = anchorOf(shelf);
    return {
      files: filesOf(anchor),
      acceptance: [
        ...judgeChains(anchor), ...anchor.apps.flatMap((app) => judgeApp(app, anchor)), ...judgeLists(anchor), ...judgeDates(anchor, instant),
        ...judgeVersion(anchor.version, shelf), ...judgePackage(anchor.package),
      ],
    };
  },
};

function anchorOf(shelf: Shelf): Anchor {
  const chain = shelf.certificates("chain");
  const depth = (link: ShelfCertificate) => chainOf(link, chain).chain.length;
  return {
    chain: [...chain].sort((a, b) => depth(b) - depth(a)), apps: shelf.certificates("apps"), crls: shelf.crls("crls"),
    info: shelf.word("info") ?? "", version: shelf.word("version") ?? "", package: shelf.files("package"),
  };
}

function filesOf(anchor: Anchor): BundleFile[] {
  const inside = [{ name: "ca-chain.cert.pem", bytes: toUtf8(chainFile(anchor)) }, { name: "info.txt", bytes: toUtf8(infoFile(anchor)) }];
  return [
    { name: archiveName(anchor), bytes: writeGzip(writeTar(inside)) }, ...inside,
    ...anchor.apps.map(({ name, der }) => ({ name: `apps/${name}.pem`, bytes: toUtf8(toPem("CERTIFICATE", der)) })),
    { name: "DELIVER.md", bytes: toUtf8(deliverPage(anchor)) },
  ];
}
