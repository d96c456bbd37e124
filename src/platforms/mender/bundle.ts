/** Mender with SignServer: what the server, the desk that signs and the devices are given. */
import { toPem } from "../../bytes/pem.ts";
import { toUtf8 } from "../../bytes/text.ts";
import { chainOf, isSelfIssued } from "../acceptance.ts";
import type { BundleFile, Exported, Platform, Shelf, ShelfCertificate } from "../platform.ts";
import { pemBundle } from "../pem.ts";
import { judgeDelivery } from "./acceptance.ts";
import { authorizedClient } from "./authorizer.ts";
import { menderConf, workerProperties, yoctoLine, type WorkerNames } from "./configuration.ts";
import { deliverPage } from "./deliver.ts";

/** A worker, and the names of what is made for it. */
export interface DeliveredWorker {
  readonly part: "worker" | "next-worker";
  readonly certificate: ShelfCertificate;
  readonly names: WorkerNames;
  readonly files: { readonly certificate: string; readonly chain: string; readonly properties: string; readonly key: string };
}

export interface Delivery {
  readonly root: ShelfCertificate;
  /** CAs below the root. */
  readonly chain: readonly ShelfCertificate[];
  readonly workers: readonly DeliveredWorker[];
  readonly client: ShelfCertificate;
  readonly server: ShelfCertificate;
  /** What SIGNSERVER_HOSTNAME will hold. */
  readonly host: string;
  /** Whether an alias is given for the next worker's key. */
  readonly hasNextAlias: boolean;
}

export const MENDER: Platform = {
  name: "mender",
  exportBundle(shelf: Shelf): Exported {
    const delivery = deliveryOf(shelf);
    if (delivery === null) return { files: [], acceptance: [] };
    const acceptance = judgeDelivery(delivery);
    // of what is refused nothing is kept, and some of it could not be written
    return { files: acceptance.some(({ found }) => found !== null) ? [] : filesOf(delivery), acceptance };
  },
};

/** Null where a part is missing, which the script's form has refused already. */
function deliveryOf(shelf: Shelf): Delivery | null {
  const [root, worker, next, client, server] = ["root", "worker", "next-worker", "client", "server"].map((part) => shelf.certificates(part)[0]);
  if (root === undefined || worker === undefined || client === undefined || server === undefined) return null;
  const workers = [delivered(shelf, "worker", worker), ...(next === undefined ? [] : [delivered(shelf, "next-worker", next)])];
  return { root, chain: shelf.certificates("chain"), workers, client, server, host: shelf.word("host") ?? "", hasNextAlias: shelf.word("next-key-alias") !== null };
}

function delivered(shelf: Shelf, part: DeliveredWorker["part"], certificate: ShelfCertificate): DeliveredWorker {
  const isNext = part === "next-worker";
  const name = shelf.word("worker-name") ?? "MenderPlainSigner";
  return {
    part, certificate,
    names: { worker: isNext ? `${name}Next` : name, cryptoToken: shelf.word("crypto-token") ?? "CryptoTokenP11", key: shelf.word(isNext ? "next-key-alias" : "key-alias") ?? certificate.name },
    files: isNext ? { certificate: "next-worker.pem", chain: "next-worker-chain.pem", properties: "next-worker.properties", key: "artifact-verify-key-next.pem" } : { certificate: "worker.pem", chain: "worker-chain.pem", properties: "worker.properties", key: "artifact-verify-key.pem" },
  };
}

function filesOf(delivery: Delivery): BundleFile[] {
  const { root, chain, workers, client, server } = delivery;
  const keys = workers.map(({ files }) => files.key);
  const text = (name: string, content: string): BundleFile => ({ name, bytes: toUtf8(content) });
  return [
    text("signserver-ca.pem", pems([root, ...chain])),
    text("server-chain.pem", pems(linksOf(server, delivery).filter(({ facts }) => !isSelfIssued(facts)))),
    text("client-chain.pem", pems(linksOf(client, delivery).filter(({ facts }) => !isSelfIssued(facts)))),
    ...workers.flatMap((worker) => workerFiles(worker, delivery)),
    text("mender.conf", menderConf(keys)),
    ...(keys.length === 1 ? keys.map((key) => text("yocto-local.conf", yoctoLine(key))) : []),
    text("DELIVER.md", deliverPage(delivery)),
  ];
}

function workerFiles({ certificate, names, files }: DeliveredWorker, delivery: Delivery): BundleFile[] {
  return [
    { name: files.certificate, bytes: toUtf8(pems([certificate])) },
    { name: files.chain, bytes: toUtf8(pems(linksOf(certificate, delivery))) },
    { name: files.properties, bytes: toUtf8(workerProperties(names, authorizedClient(delivery.client.facts))) },
    { name: files.key, bytes: toUtf8(toPem("PUBLIC KEY", certificate.facts.spki)) },
  ];
}

/** Leaf first. */
function linksOf(leaf: ShelfCertificate, { root, chain }: Delivery): readonly ShelfCertificate[] {
  return chainOf(leaf, [...chain, root]).chain;
}

function pems(certificates: readonly ShelfCertificate[]): string {
  return pemBundle(certificates.map(({ der }) => der), []);
}
