/** Bosch IoT Rollouts: what the gateways send along, and the list of trust anchors as it will be. The POST replaces the whole list. */
import { toPem } from "../../bytes/pem.ts";
import { sameBytes, toUtf8 } from "../../bytes/text.ts";
import { accept, caOf, readable } from "../acceptance.ts";
import type { Acceptance, BundleFile, Exported, Platform, Shelf, ShelfCertificate } from "../platform.ts";
import { judgeMessage, judgeOrder } from "./acceptance.ts";
import { deliverPage } from "./deliver.ts";
import { fingerprintBody, fingerprintOf, mergedFingerprints, readConfigured } from "./fingerprints.ts";

/** What goes out, by part. */
interface Delivery {
  readonly anchor: ShelfCertificate;
  /** CAs, the gateway's issuer first, the root last. */
  readonly chain: readonly ShelfCertificate[];
  readonly gateways: readonly ShelfCertificate[];
  /** The fingerprint that leaves the list; null: none does. */
  readonly retired: string | null;
}

export const ROLLOUTS: Platform = {
  name: "rollouts",
  exportBundle(shelf: Shelf): Exported {
    const [anchor] = shelf.certificates("anchor");
    // the script's form has refused that already
    if (anchor === undefined) return { files: [], acceptance: [] };
    const delivery: Delivery = { anchor, chain: shelf.certificates("chain"), gateways: shelf.certificates("gateways"), retired: shelf.word("retire") };
    const current = shelf.file("current");
    const { value: configured, acceptance } = current === null ? { value: [], acceptance: [] } : readable("current", "the configured fingerprints are the platform's own answer", () => readConfigured(current));
    const judged = [...acceptance, ...judgeDelivery(delivery), ...judgeRetired(delivery, configured)];
    return { files: configured === null ? [] : filesOf(delivery, configured, current !== null, shelf.word("host")), acceptance: judged };
  },
};

function judgeDelivery({ anchor, chain, gateways }: Delivery): Acceptance[] {
  return [
    ...judgeOrder("chain", chain),
    accept("anchor", "the trust anchor is one of the CAs of the chain", chain.some(({ der }) => sameBytes(der, anchor.der)) && caOf(anchor.facts).ca, `${anchor.name} is not; no message carries it, and the backend would trust no report`),
    ...gateways.flatMap((gateway) => judgeMessage("gateways", gateway, chain)),
  ];
}

/** @param configured null where it cannot be read */
function judgeRetired({ anchor, retired }: Delivery, configured: readonly string[] | null): Acceptance[] {
  if (retired === null || configured === null) return [];
  return [
    accept("retire", "the fingerprint that leaves the list is on it", configured.includes(retired), "it is not among those of the part current"),
    accept("retire", "the trust anchor stays on the list", retired !== fingerprintOf(anchor.der), `it is the fingerprint of ${anchor.name}`),
  ];
}

/** File names as in the vendor's page. */
function filesOf({ anchor, chain, gateways, retired }: Delivery, configured: readonly string[], isMerged: boolean, host: string | null): BundleFile[] {
  const fingerprints = mergedFingerprints(configured, fingerprintOf(anchor.der), retired);
  const pem = ({ der }: ShelfCertificate) => toPem("CERTIFICATE", der);
  const page = deliverPage({ host, anchor: anchor.name, anchorFingerprint: fingerprintOf(anchor.der), configured: isMerged ? configured : null, fingerprints, gateways: gateways.map(({ name, facts }) => ({ name, notAfter: facts.notAfter })) });
  return [
    { name: "cert-chain.crt", bytes: toUtf8(chain.map(pem).join("")) },
    { name: "ca_root.crt", bytes: toUtf8(chain.slice(-1).map(pem).join("")) },
    { name: "trusted-fingerprints.json", bytes: toUtf8(fingerprintBody(fingerprints)) },
    ...gateways.map((gateway) => ({ name: `gateways/${gateway.name}.crt`, bytes: toUtf8(pem(gateway)) })),
    { name: "DELIVER.md", bytes: toUtf8(page) },
  ];
}
