/** The set that judges look at: ceremonies held in a scripted room today, their certificates and lists in a folder, and what is expected of each chain. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { FILES, goodPlan } from "../scripted/scripts.ts";
import { World } from "../scripted/world.ts";
import { everything, HOST, type Ordered } from "./issued.ts";
import { PLATFORM_ROWS } from "./platform-issued.ts";

/** What a chain is good for; `ca`: its first certificate is a CA. */
export type Purpose = "any" | "server" | "client" | "code" | "ca";

export interface Case {
  readonly name: string;
  /** PEM files, the first below, the trust anchor last. */
  readonly chain: readonly string[];
  /** PEM files: one list of each issuer of the chain, as far as there are any; none means that revocation is not looked at. */
  readonly crls: readonly string[];
  readonly purpose: Purpose;
  /** For servers. */
  readonly host: string | null;
  readonly expected: "valid" | "revoked" | "not permitted";
}

/** One list and the certificate of its issuer. */
export interface ListCase {
  readonly crl: string;
  readonly issuer: string;
  /** It is one for the times to come. */
  readonly later: boolean;
}

export interface JudgedSet {
  readonly folder: string;
  readonly certificates: readonly string[];
  readonly chains: readonly Case[];
  readonly lists: readonly ListCase[];
}

/** A list of the set in DER. */
export function derOf(crl: string): string {
  return crl.replace(/\.pem$/, ".crl");
}

/** Holds every ceremony and writes what it issued below `folder`. @throws Error when one is not done */
export async function heldIn(folder: string, orders: readonly Ordered[] = everything()): Promise<JudgedSet> {
  const sets = [];
  for (const order of orders) sets.push(await heldOne(folder, order));
  return { folder, certificates: sets.flatMap(({ certificates }) => certificates), chains: sets.flatMap(({ chains }) => chains), lists: sets.flatMap(({ lists }) => lists) };
}

async function heldOne(folder: string, { name, script, files: given, keys }: Ordered): Promise<JudgedSet> {
  const world = new World(goodPlan(script, { ...FILES, ...given }), {}, new Map(), Date.now() - 60 * 60 * 1000);
  world.vault.coming.push(...keys);
  const ending = await world.run();
  if (ending.outcome !== "done") throw new Error(`${name}: ${JSON.stringify(ending)}`);
  const files = world.record.artifacts().filter((path) => /^(certificates|crls)\//.test(path));
  for (const path of files) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true });
    writeFileSync(join(folder, name, path), world.record.files.get(`artifacts/${path}`) ?? new Uint8Array());
  }
  const issued = files.filter((path) => path.endsWith(".pem"));
  const within = (path: string): string => `${name}/${path}`;
  const certificates = issued.filter((path) => path.startsWith("certificates/")).map(within);
  const lists = issued.filter((path) => path.startsWith("crls/")).map((path) => ({ crl: within(path), issuer: within(`certificates/${issuerOf(name, path)}.pem`), later: /\/0[^1]\.pem$/.test(path) }));
  return { folder, certificates, lists, chains: chainsOf(name) };
}

/** Lists are named after their issuers, but for those that say what they do. */
function issuerOf(name: string, path: string): string {
  const [, first = ""] = path.split("/");
  const [stem = ""] = first.split(/-|\.pem$/);
  return ["root", "old", "policy"].includes(stem) ? `${stem}-ca` : name.startsWith("private") ? "sub-ca" : "root-ca";
}

/** Names of certificates from below to the trust anchor, of lists, and what is expected. */
export type Row = readonly [chain: string, crls: string, purpose: Purpose, expected?: Case["expected"]];

const BELOW = "sub-ca policy-ca root-ca";
const LISTS = "policy-crl/01 root-crl";
const PRIVATE: readonly Row[] = [
  ["root-ca", "", "ca"], ["policy-ca root-ca", "root-crl", "ca"], ["policy-ca root-ca", "root-ca-crl", "ca"], [BELOW, LISTS, "ca"],
  ["transcript root-ca", "root-crl", "any"], ["cross old-ca", "old-point-crl", "ca"], ["cross old-ca", "old-crl", "ca"], ["plain-cross old-ca", "old-point-crl", "ca"],
  [`server ${BELOW}`, `released-crl ${LISTS}`, "server"], [`server ${BELOW}`, "held-crl policy-crl/01 root-crl", "server"], [`client ${BELOW}`, `released-crl ${LISTS}`, "client"],
  [`code ${BELOW}`, `released-crl ${LISTS}`, "code"], ["plain policy-ca root-ca", LISTS, "code"],
  ["server sub-ca policy-ca cross old-ca", `released-crl ${LISTS} old-crl`, "server"], ["client sub-ca policy-ca plain-cross old-ca", `released-crl ${LISTS} old-crl`, "client"],
  // nothing is issued outside of the constraints of its own CAs; those of a cross-certificate are on another way up
  ["outside policy-ca root-ca", LISTS, "server"], ["outside policy-ca cross old-ca", "", "server", "not permitted"],
  ...["keycompromise", "affiliationchanged", "superseded", "cessationofoperation", "privilegewithdrawn"].map((one): Row => [`${one} ${BELOW}`, `released-crl ${LISTS}`, "client", "revoked"]),
  [`certificatehold ${BELOW}`, `held-crl ${LISTS}`, "client", "revoked"], [`certificatehold ${BELOW}`, `released-crl ${LISTS}`, "client"],
];
const WEB: readonly Row[] = [
  ["root-ca", "", "ca"], ["issuing-ca root-ca", "root-crl", "ca"], ["issuing-ca cross old-ca", "root-crl old-crl", "ca"], ["cross old-ca", "old-point-crl", "ca"], ["issuing-ca root-ca", "revoking-crl", "ca", "revoked"],
];
function chainsOf(name: string): Case[] {
  const rows = name.startsWith("private") ? PRIVATE : name.startsWith("webpki") ? WEB : (PLATFORM_ROWS[name] ?? []);
  const files = (folder: string, words: string): string[] => words.split(" ").filter(Boolean).map((one) => `${name}/${folder}/${one}.pem`);
  return rows.map(([chain, crls, purpose, expected = "valid"]) => ({
    name: `${name}: ${chain.replaceAll(" ", " < ")}${crls === "" ? "" : ` with ${crls.replaceAll(" ", ", ")}`}`, chain: files("certificates", chain), crls: files("crls", crls), purpose,
    host: purpose !== "server" ? null : chain.startsWith("outside") ? "outside.example.org" : HOST, expected,
  }));
}
