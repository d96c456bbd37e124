// NSS softokn: a database of keys for each token, configured by a text that C_Initialize is given.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../softhsm/lines.mjs";
import { findLibrary, firstMissing } from "./modules.mjs";

export const title = "NSS softokn";
/** The token profile of the script: what this model does not report or says otherwise. */
export const profile = "nss-softokn";
export const packages = ["libnss3", "libnss3-tools"];
/** certutil sets the password: C_InitToken of softokn only empties a database. */
export const initialises = false;

const MODULE = "libsoftokn3.so";
/** Every token of NSS says this; the label tells them apart. */
const SERIAL = "0000000000000000";

export const missing = () => firstMissing({ modules: [MODULE], programs: ["certutil"] });

export function make({ folder, tokens }) {
  const databases = tokens.map((token) => join(folder, "nss", token));
  for (const database of databases) {
    mkdirSync(database, { recursive: true, mode: 0o700 });
    run("certutil", ["-N", "-d", `sql:${database}`, "-f", join(folder, "pin.txt")]);
  }
  const slots = tokens.map((token, i) => `0x${4 + i}=[configdir='sql:${databases[i]}' tokenDescription='${token}']`);
  const initString = `configdir='sql:${databases[0]}' certPrefix='' keyPrefix='' secmod='secmod.db' flags= tokens=<${slots.join(" ")}>`;
  return { tokens: Object.fromEntries(tokens.map((token) => [token, { module: findLibrary(MODULE), initString, serial: SERIAL, label: token }])) };
}
