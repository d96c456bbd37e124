// tpm2-pkcs11 on a software TPM: swtpm, a bus of its own, and tpm2-abrmd, which finds room for more objects than a TPM has.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../softhsm/lines.mjs";
import { startDaemon, succeeds, until } from "./daemons.mjs";
import { findLibrary, firstMissing } from "./modules.mjs";

export const title = "tpm2-pkcs11 on swtpm";
/** The token profile of the script: what this model does not report or says otherwise. */
export const profile = "tpm2-pkcs11";
export const packages = ["libtpm2-pkcs11-1", "libtpm2-pkcs11-tools", "tpm2-tools", "swtpm", "tpm2-abrmd", "libtss2-tcti-tabrmd0", "dbus"];
export const initialises = false;

const MODULE = "libtpm2_pkcs11.so";
/** Every token of one TPM says this; the label tells them apart. */
const SERIAL = "0000000000000000";

export const missing = () => firstMissing({ modules: [MODULE, "libtss2-tcti-tabrmd.so.0"], programs: ["swtpm", "dbus-daemon", "tpm2-abrmd", "tpm2_ptool", "tpm2_getcap"] });

export function make({ folder, tokens, pins }) {
  const at = (name) => join(folder, "tpm", name);
  for (const name of ["state", "store"]) mkdirSync(at(name), { recursive: true, mode: 0o700 });
  const environment = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${at("bus")}`, TPM2_PKCS11_STORE: at("store"), TPM2_PKCS11_TCTI: "tabrmd:bus_type=session" };
  start(folder, at, environment);
  const tools = { env: { ...process.env, ...environment, TPM2TOOLS_TCTI: environment.TPM2_PKCS11_TCTI } };
  until(folder, "tpm2-abrmd", () => succeeds("tpm2_getcap", ["properties-fixed"], tools.env));
  run("tpm2_ptool", ["init", `--path=${at("store")}`], tools);
  for (const token of tokens) run("tpm2_ptool", ["addtoken", "--pid=1", `--label=${token}`, `--userpin=${pins.user}`, `--sopin=${pins.so}`, `--path=${at("store")}`], tools);
  const entry = (label) => ({ module: findLibrary(MODULE), environment, serial: SERIAL, label });
  return { tokens: Object.fromEntries(tokens.map((token) => [token, entry(token)])) };
}

function start(folder, at, environment) {
  // the resource manager looks for the control socket under this name
  startDaemon(folder, "swtpm", "swtpm", ["socket", "--tpm2", "--tpmstate", `dir=${at("state")}`, "--ctrl", `type=unixio,path=${at("server.ctrl")}`, "--server", `type=unixio,path=${at("server")}`, "--flags", "not-need-init,startup-clear"]);
  startDaemon(folder, "dbus", "dbus-daemon", ["--session", `--address=unix:path=${at("bus")}`, "--nofork"]);
  until(folder, "swtpm", () => existsSync(at("server")) && existsSync(at("server.ctrl")));
  until(folder, "dbus", () => existsSync(at("bus")));
  startDaemon(folder, "tpm2-abrmd", "tpm2-abrmd", ["--session", "--allow-root", "--tcti", `swtpm:path=${at("server")}`, "--flush-all"], environment);
}
