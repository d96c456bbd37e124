/**
 * SoftHSM's own files. It fsyncs none of them, and one that a dying process or a lost power left without its octets is shown by no
 * PKCS#11 call: an object is then missing without a word, and a token without its first file is no token any more. So they are
 * fsynced here, and what is not shown is named. Of other modules nothing is known, and nothing is done.
 */
import { fromUtf8 } from "../bytes/text.ts";
import { Fault } from "../fault.ts";
import { kindAt, readRegular } from "../room/files.ts";
import { walkFolder } from "../room/listing.ts";
import { settleAll } from "../room/settle.ts";
import type { TokenBinding } from "./binding.ts";

/** SoftHSM empties this one at each login, and writes it anew. */
const TOKEN_FILE = "token.object";

/** A file below the token folder of a binding: its path, the serial that its folder's name ends with, and its length. */
interface TokenFile {
  readonly path: string;
  readonly name: string;
  readonly length: number;
}

/** The folder that SoftHSM keeps its tokens in; null when the station does not say, or the file backend is not used. */
function tokenFolder({ environment }: TokenBinding): string | null {
  const path = environment["SOFTHSM2_CONF"];
  if (path === undefined || kindAt(path) !== "file") return null;
  const configuration = fromUtf8(readRegular(path));
  const folder = /^\s*directories\.tokendir\s*=\s*(\S.*?)\s*$/m.exec(configuration)?.[1];
  return folder === undefined || kindAt(folder) !== "folder" ? null : folder;
}

/** The files of the token with this serial. Its folder is named by a UUID that ends with the serial. */
function filesOf(binding: TokenBinding, serial: string): TokenFile[] {
  const top = tokenFolder(binding);
  if (top === null || serial === "") return [];
  const own = walkFolder(top).files.filter((path) => path.split("/")[0]?.replaceAll("-", "").endsWith(serial) === true);
  return own.filter((path) => path.endsWith(".object")).map((path) => ({ path: `${top}/${path}`, name: path.split("/").at(-1) ?? "", length: readRegular(`${top}/${path}`).length }));
}

/**
 * What has become of a token that its module does not show; null when SoftHSM does not keep it here.
 * @param serial as the record or the station says
 */
export function lostToken(binding: TokenBinding, name: string, serial: string): Fault | null {
  const files = filesOf(binding, serial);
  const first = files.find((file) => file.name === TOKEN_FILE);
  if (files[0] === undefined) return null;
  const found = first === undefined ? `no ${TOKEN_FILE}` : `${TOKEN_FILE} of ${first.length} octets`;
  const folder = files[0].path.slice(0, files[0].path.lastIndexOf("/"));
  return new Fault("hsm-damaged-token", `SoftHSM does not know token ${name} with the serial ${serial} any more: expected the whole file of it in ${folder}, found ${found}, as it is left when SoftHSM is ended while it writes`, [
    `put back the ${TOKEN_FILE} of a copy of that folder, and run the same command again`,
    "without a copy the token and its keys are lost: stop the ceremony here, and begin another with another token",
  ]);
}

/**
 * Objects that SoftHSM has a file of and does not show, in words; empty when there are none.
 * @param shown how many objects the token shows to its user
 */
export function hiddenObjects(binding: TokenBinding, serial: string, shown: number): string {
  const objects = filesOf(binding, serial).filter(({ name }) => name !== TOKEN_FILE);
  if (objects.length <= shown) return "";
  const empty = objects.filter(({ length }) => length === 0).map(({ path }) => path);
  return `SoftHSM has ${objects.length} object files and shows ${shown} objects${empty.length === 0 ? "" : `; without an octet: ${empty.join(", ")}`}`;
}

/** The fault for hidden objects on a token that a ceremony begins to use. */
export function hiddenFault(name: string, hidden: string): Fault {
  return new Fault("hsm-damaged-token", `expected token ${name} to show every object that it has, found less: ${hidden}`, [
    "this is what a crash or a power cut leaves: compare the keys that the token shows with its register, and put missing ones back from a copy of the folder",
    "move a file that holds nothing away, or take another token; then run the same command again",
  ]);
}

/**
 * Has everything in SoftHSM's folder outlast a loss of power.
 * @throws Fault hsm-call
 */
export function settleTokens(binding: TokenBinding): void {
  const folder = tokenFolder(binding);
  if (folder === null) return;
  try {
    settleAll(folder);
  } catch (cause) {
    throw new Fault("hsm-call", `SoftHSM's files in ${folder} cannot be fsynced: ${cause instanceof Error ? cause.message : ""}`, ["look at the disk: what was generated may be lost with the power"], { cause });
  }
}
