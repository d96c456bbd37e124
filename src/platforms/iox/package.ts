/** An application package: that its manifest has the form that a device reads, covers every member, and says the right digests. */
import { digest, type DigestName } from "../../bytes/digest.ts";
import { toHex } from "../../bytes/hex.ts";
import { readTar } from "../../bytes/tar.ts";
import { accept, readable } from "../acceptance.ts";
import type { Acceptance, ShelfFile } from "../platform.ts";
import { readManifest, type ManifestLine } from "./manifest.ts";

const PART = "package";
const MANIFEST = "package.mf";
/** What holds the signature, and what it is over: none of them can hold its own digest. */
const SIGNATURES = ["package.cert", "package.sign"];
const UNLISTED = [MANIFEST, ...SIGNATURES];
const WANTED = ["package.yaml", "artifacts.tar.gz", MANIFEST];

/** A member of the package, by its name inside. */
interface Member {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** @param files of a package's folder, or the one archive `….tar` that they are in */
export function judgePackage(files: readonly ShelfFile[]): Acceptance[] {
  if (files.length === 0) return [];
  const { value: members, acceptance } = readable(PART, "the package is flat and of plain files", () => membersOf(files));
  return members === null ? [...acceptance] : [...acceptance, ...(isArchive(files) ? [judgeSigned(members)] : []), ...judgeMembers(members)];
}

/** Whether it is the package that a device gets, and not the folder that it is made from. */
function isArchive([only, ...others]: readonly ShelfFile[]): boolean {
  return others.length === 0 && only?.name.endsWith(".tar") === true;
}

/** That there is a signature, and no more: the form of `package.cert` is not public. */
function judgeSigned(members: readonly Member[]): Acceptance {
  const isSigned = members.some(({ name }) => SIGNATURES.includes(name));
  return accept(PART, "a finished package is signed", isSigned, "errorcode -1009, Package signature file package.cert or package.sign not found in package; where it is to be signed later, give its files and not the archive");
}

/** @throws Fault form-tar */
function membersOf(files: readonly ShelfFile[]): Member[] {
  const [only] = files;
  if (only !== undefined && isArchive(files)) return readTar(only.bytes).map(({ name, bytes }) => ({ name, bytes }));
  return files.map(({ name, bytes }) => ({ name: name.slice(name.lastIndexOf("/") + 1), bytes }));
}

function judgeMembers(members: readonly Member[]): Acceptance[] {
  const names = members.map(({ name }) => name);
  return [
    ...WANTED.map((name) => accept(PART, `${name} is in the package`, names.includes(name), "no such member")),
    accept(PART, "each member is there once, and none in a folder", new Set(names).size === names.length && names.every((name) => !name.includes("/")), names.join(", ")),
    ...members.filter(({ name }) => name === MANIFEST).flatMap((manifest) => judgeManifest(manifest, members)),
    ...members.filter(({ name }) => name === "artifacts.mf").flatMap((manifest) => linesOf(manifest).acceptance),
  ];
}

/** The lines of a manifest, and that they can be read and are made with digests that hold. */
function linesOf({ name, bytes }: Member): { readonly lines: readonly ManifestLine[]; readonly acceptance: readonly Acceptance[] } {
  const { value: lines, acceptance } = readable(PART, `${name} has lines such as SHA256(package.yaml)= and lower-case hex`, () => readManifest(bytes));
  if (lines === null) return { lines: [], acceptance };
  const weak = lines.filter(({ algorithm }) => algorithm === "sha1").map((line) => line.name);
  return { lines, acceptance: [...acceptance, accept(PART, `${name} has no SHA-1`, weak.length === 0, `SHA1 of ${weak.join(", ")}: package again with a current ioxclient, which writes SHA256`)] };
}

function judgeManifest(manifest: Member, members: readonly Member[]): Acceptance[] {
  const { lines, acceptance } = linesOf(manifest);
  const listed = lines.map(({ name }) => name);
  const forbidden = listed.filter((name) => UNLISTED.includes(name));
  const strange = listed.filter((name) => !members.some((member) => member.name === name));
  const bare = members.map(({ name }) => name).filter((name) => !UNLISTED.includes(name) && !listed.includes(name));
  return [
    ...acceptance,
    accept(PART, `${MANIFEST} lists none of ${UNLISTED.join(", ")}`, forbidden.length === 0, forbidden.join(", ")),
    accept(PART, `${MANIFEST} lists each member once`, new Set(listed).size === listed.length, listed.filter((name, i) => listed.indexOf(name) !== i).join(", ")),
    accept(PART, `what ${MANIFEST} lists is in the package`, strange.length === 0, `no ${strange.join(", ")}`),
    accept(PART, `${MANIFEST} covers every member`, bare.length === 0, `no line for ${bare.join(", ")}`),
    ...lines.flatMap((line) => members.filter(({ name }) => name === line.name).map((member) => judgeDigest(line, member.bytes))),
  ];
}

function judgeDigest({ name, algorithm, hex }: ManifestLine, bytes: Uint8Array): Acceptance {
  const found = toHex(digest(algorithm satisfies DigestName, bytes));
  return accept(PART, `the ${algorithm.toUpperCase()} of ${name} is ${hex}`, found === hex, `${found}: the member was changed after the manifest was made`);
}
