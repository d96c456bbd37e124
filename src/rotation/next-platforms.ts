/** The bundles of platforms in the next ceremony: for each its own way to have old and new together. */
import { sha256Hex } from "../bytes/digest.ts";
import { toUtf8 } from "../bytes/text.ts";
import type { Delivered, NextBundle } from "./next-bundles.ts";
import { foundriesBundles } from "./next-foundries.ts";
import { keyBehind, type Draft } from "./next-draft.ts";
import { chainAbove, isNew, issuerOf, liveLine, type Line } from "./next-line.ts";
import { listFor } from "./next-lists.ts";
import { wantFile } from "./next-wanted.ts";

/** @param family the same bundle as it was delivered up to now, the last one at the end */
export function platformBundles(draft: Draft, family: readonly Delivered[]): NextBundle[] {
  const last = family.at(-1);
  if (last === undefined) return [];
  switch (last.platform) {
    case "pem": return [];
    case "iox": return [ioxBundle(draft, last)];
    case "mender": return menderBundle(draft, last);
    case "ctrlx": return ctrlxBundle(draft, last);
    case "rollouts": return rolloutsBundles(draft, family, last);
    case "foundries": return foundriesBundles(draft, family);
  }
}

const unique = (names: readonly string[]): string[] => [...new Set(names)];
const linesOf = (draft: Line, names: readonly string[] = []): string[] => unique(names.flatMap((name) => liveLine(draft, name)));

/** One anchor with all CAs, and its version one higher: a device takes it in the place of the one it has. */
function ioxBundle(draft: Draft, { bundle, parts }: Delivered): NextBundle {
  const chain = linesOf(draft, parts.chain);
  const apps = linesOf(draft, parts.apps).filter((app) => chain.includes(issuerOf(draft, app) ?? ""));
  const crls = (parts.crls ?? []).length === 0 ? [] : unique(chain.flatMap((ca) => listFor(draft, ca, bundle) ?? []));
  const [info = "", version = "v1"] = [parts.info?.[0], parts.version?.[0]];
  return {
    bundle, why: "one trust anchor with old and new: an import replaces the one before it",
    parts: { chain, ...(apps.length === 0 ? {} : { apps }), ...(crls.length === 0 ? {} : { crls }), info, version: `v${Number(version.slice(1)) + 1}`, previous: infoBefore(draft, bundle, `${info} ${version}\n`) },
  };
}

/** The info.txt of the anchor before, which follows from its words; fetched where the register knows another. */
function infoBefore(draft: Draft, bundle: string, text: string): string {
  const file = `anchors/${bundle}/info.txt`;
  const isKnown = draft.register.bundles.some(({ files }) => files.some(({ path, sha256 }) => path.endsWith("/info.txt") && sha256 === sha256Hex(toUtf8(text))));
  if (!isKnown) return wantFile(draft, file, `info.txt of the trust anchor ${bundle} as it was delivered last`, `sha256sum ${file}`);
  draft.files.set(file, text);
  return file;
}

/** Devices know keys, and get both while the server changes over; client and server have one certificate each. */
function menderBundle(draft: Draft, { bundle, parts }: Delivered): NextBundle[] {
  const workers = linesOf(draft, [...(parts.worker ?? []), ...(parts["next-worker"] ?? [])]);
  const [client, server] = [linesOf(draft, parts.client).at(-1), linesOf(draft, parts.server).at(-1)];
  const [newest, before] = [workers.at(-1), workers.at(-2)];
  if (newest === undefined || client === undefined || server === undefined) return leave(draft, bundle, "a worker, a client or a server of it has ended without a successor");
  const both = before !== undefined && (isNew(draft, newest) || draft.at < (draft.lives.get(before)?.switchIssuingOn ?? ""));
  const leaves = [...(both ? [before] : []), newest, client, server];
  const roots = unique(leaves.flatMap((name) => chainAbove(draft, name).at(-1) ?? []));
  const [root] = roots;
  if (root === undefined || roots.length > 1) return leave(draft, bundle, `SignServer's bundle has one root, and its certificates are below ${roots.join(" and ")}: deliver it when all of them are below one`);
  const chain = unique([...linesOf(draft, parts.chain).filter((ca) => chainAbove(draft, ca).at(-1) === root && ca !== root), ...leaves.flatMap((name) => chainAbove(draft, name).filter((ca) => ca !== root))]);
  const aliasOf = (name: string): string => (name === parts.worker?.[0] ? parts["key-alias"]?.[0] : name === parts["next-worker"]?.[0] ? parts["next-key-alias"]?.[0] : undefined) ?? keyBehind(draft, name) ?? name;
  const words = Object.fromEntries(["host", "worker-name", "crypto-token"].flatMap((part) => (parts[part]?.[0] === undefined ? [] : [[part, parts[part][0]]])));
  const worker = both ? { worker: before, "key-alias": aliasOf(before), "next-worker": newest, "next-key-alias": aliasOf(newest) } : { worker: newest, "key-alias": aliasOf(newest) };
  return [{ bundle, parts: { root, ...(chain.length === 0 ? {} : { chain }), ...worker, client, server, ...words }, why: both ? "devices get both verification keys before the worker changes over" : "the certificates that are in use from now on" }];
}

/** The store of a device takes both certificates while apps of both are in use. */
function ctrlxBundle(draft: Draft, { bundle, parts }: Delivered): NextBundle[] {
  const all = linesOf(draft, parts.certificate);
  const [newest, before] = [all.at(-1), all.at(-2)];
  if (newest === undefined) return leave(draft, bundle, "its certificate has ended without a successor");
  return [{ bundle, parts: { certificate: newest, ...(before === undefined ? {} : { previous: before }) }, why: "the store of the devices gets the new one before an app is signed with it" }];
}

/** A message carries the chain of its gateway and nothing else: a bundle for each chain in which something is new. The list of fingerprints keeps the old anchor. */
function rolloutsBundles(draft: Draft, family: readonly Delivered[], { bundle, parts }: Delivered): NextBundle[] {
  const gateways = linesOf(draft, family.flatMap((one) => one.parts.gateways ?? []));
  const issuing = linesOf(draft, (parts.chain ?? []).slice(0, 1)).at(-1);
  const chains = new Map<string, { readonly chain: readonly string[]; readonly gateways: string[] }>();
  const at = (chain: readonly string[]) => chains.get(chain.join()) ?? chains.set(chain.join(), { chain, gateways: [] }).get(chain.join());
  if (issuing !== undefined) at([issuing, ...chainAbove(draft, issuing)]);
  for (const gateway of gateways) at(chainAbove(draft, gateway))?.gateways.push(gateway);
  const changed = [...chains.values()].filter((one) => one.chain.length > 0 && [...one.chain, ...one.gateways].some((name) => isNew(draft, name)));
  const host = parts.host?.[0];
  return changed.map((one, i) => ({
    bundle: i === 0 ? bundle : `${bundle.slice(0, 38)}-${i + 1}`, why: "the old anchor stays on the list beside the new one; each gateway sends the chain that is its own",
    parts: {
      anchor: one.chain.at(-1) ?? "", chain: [...one.chain], ...(one.gateways.length === 0 ? {} : { gateways: one.gateways }),
      current: wantFile(draft, "current/trusted-fingerprints.json", "the list of trusted fingerprints as the platform answers today (GET): the POST replaces all of it", "anchorite rotation status previous --observed current"), ...(host === undefined ? {} : { host }),
    },
  }));
}

function leave(draft: Draft, bundle: string, why: string): [] {
  draft.leftOut.push({ id: `bundle/${bundle}`, why });
  return [];
}
